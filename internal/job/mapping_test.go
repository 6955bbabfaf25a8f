package job

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestParseMapping(t *testing.T) {
	source := "A: id\nB: { from: [x, y], table: { a: b }, pairs: { item: ';', key: '=' } }\nC: { fields: { d: e } }\n"
	mapping, found := ParseMapping("table.yaml", []byte(source))
	if len(found) > 0 || len(mapping) != 3 || mapping[1].Rule.From[1].Text != "y" || mapping[2].Rule.Fields[0].Target.Line != 3 {
		t.Fatalf("read as %+v, %v", mapping, found)
	}
	if _, found := ParseMapping("table.yaml", []byte("A: { form: id }\n")); len(found) == 0 || found[0].File != "table.yaml" {
		t.Errorf("a misspelt key: %v", found)
	}
	for _, m := range mapping {
		before := m.Rule.Pos
		moved := m.At(Pos{Line: 7, Column: 9})
		if diff := cmp.Diff(m, moved, cmpopts.IgnoreTypes(Pos{})); diff != "" {
			t.Errorf("%s: not the same rule: %s", m.Target.Text, diff)
		}
		eachPos(reflect.ValueOf(moved), func(at Pos) {
			if at != (Pos{Line: 7, Column: 9}) {
				t.Errorf("%s: something stands at %v", m.Target.Text, at)
			}
		})
		if m.Rule.Pos != before {
			t.Errorf("%s: the original moved", m.Target.Text)
		}
	}
}

func eachPos(v reflect.Value, f func(Pos)) {
	switch {
	case v.Type() == posType:
		f(v.Interface().(Pos))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				eachPos(v.Field(i), f)
			}
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			eachPos(v.Index(i), f)
		}
	case v.Kind() == reflect.Pointer && !v.IsNil():
		eachPos(v.Elem(), f)
	}
}
