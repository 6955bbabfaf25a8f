package record

import "slices"

// Field is one named value of an Object.
type Field struct {
	Name  string
	Value Value
}

// Object is a tree of a store's record: fields in the order in which they were set, each name once.
type Object struct{ fields []Field }

// NewObject has room for n fields.
func NewObject(n int) *Object { return &Object{fields: make([]Field, 0, n)} }

// Fields in order. The caller must not change the slice.
func (o *Object) Fields() []Field {
	if o == nil {
		return nil
	}
	return o.fields
}

// Len is the number of fields.
func (o *Object) Len() int { return len(o.Fields()) }

// Get gives the field's value, a Missing one where it is not set. Objects are small: a scan beats a map.
func (o *Object) Get(name string) Value {
	for _, f := range o.Fields() {
		if f.Name == name {
			return f.Value
		}
	}
	return Value{}
}

// Set sets the field, in its old place if it is there already.
func (o *Object) Set(name string, v Value) {
	for i := range o.fields {
		if o.fields[i].Name == name {
			o.fields[i].Value = v
			return
		}
	}
	o.fields = append(o.fields, Field{Name: name, Value: v})
}

// Delete takes the field away, if it is there.
func (o *Object) Delete(name string) {
	for i := range o.fields {
		if o.fields[i].Name == name {
			o.fields = slices.Delete(o.fields, i, i+1)
			return
		}
	}
}

// At follows a path without list steps, At("custom_url", "url"): a Missing value where it leads nowhere.
func (o *Object) At(names ...string) Value {
	v := ObjectValue(o)
	for _, name := range names {
		v = v.Object().Get(name)
	}
	return v
}
