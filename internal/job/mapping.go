package job

import "reflect"

// ParseMapping reads a mapping that is written by itself, outside of any job: its rules are those of a job's `mapping`.
func ParseMapping(file string, source []byte) ([]Mapping, []Diagnostic) {
	p := &parser{file: file, lines: sourceLines(source), job: &Job{File: file, Source: source, pending: map[Pos][]pending{}}}
	var mapping []Mapping
	if root := p.document(source); root != nil {
		p.readMapping(&mapping)(root)
	}
	return mapping, p.sorted()
}

// At is a copy of the mapping that stands at a place of another file: what is found wrong with it is shown there.
func (m Mapping) At(place Pos) Mapping {
	move(reflect.ValueOf(&m).Elem(), place)
	return m
}

// move sets every place in a value, after giving it slices and pointers of its own.
func move(v reflect.Value, place Pos) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == posType {
			v.Set(reflect.ValueOf(place))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				move(v.Field(i), place)
			}
		}
	case reflect.Slice:
		copied := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(copied, v)
		for i := range copied.Len() {
			move(copied.Index(i), place)
		}
		if v.Len() > 0 {
			v.Set(copied)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			copied := reflect.New(v.Type().Elem())
			copied.Elem().Set(v.Elem())
			move(copied.Elem(), place)
			v.Set(copied)
		}
	}
}
