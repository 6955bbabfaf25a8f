package record

import (
	"testing"

	"pgregory.net/rapid"
)

func (o *Object) text() string { return string(o.AppendJSON(nil)) }

func TestObjectKeepsItsOrder(t *testing.T) {
	o := NewObject(0)
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, `{}`},
		{func() { o.Set("b", IntValue(1)); o.Set("a", NullValue()); o.Set("c", TextValue("")) }, `{"b":1,"a":null,"c":""}`},
		{func() { o.Set("a", BoolValue(true)) }, `{"b":1,"a":true,"c":""}`},
		{func() { o.Delete("b"); o.Delete("none") }, `{"a":true,"c":""}`},
		{func() { o.Set("b", Value{}) }, `{"a":true,"c":"","b":null}`},
		{func() { o.Delete("b"); o.Delete("c"); o.Delete("a"); o.Delete("a") }, `{}`},
	} {
		step.do()
		if got := o.text(); got != step.want {
			t.Errorf("got %s, want %s", got, step.want)
		}
	}
}

// An object is a list of fields in which each name stands once, in the place where it was set first.
func TestObjectIsLikeAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := NewObject(2)
		var names []string
		values := map[string]string{}
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			name := rapid.SampledFrom([]string{"a", "b", "c", "d", ""}).Draw(t, "name")
			_, known := values[name]
			if rapid.Bool().Draw(t, "set") {
				text := rapid.StringN(0, 3, -1).Draw(t, "text")
				o.Set(name, TextValue(text))
				if !known {
					names = append(names, name)
				}
				values[name] = text
				continue
			}
			o.Delete(name)
			delete(values, name)
			var left []string
			for _, other := range names {
				if other != name {
					left = append(left, other)
				}
			}
			names = left
		}
		if o.Len() != len(names) {
			t.Fatalf("%d fields, want %d", o.Len(), len(names))
		}
		for i, field := range o.Fields() {
			if field.Name != names[i] || field.Value.String() != values[names[i]] || o.Get(field.Name).String() != values[names[i]] {
				t.Fatalf("field %d is %s=%s, want %s=%s", i, field.Name, field.Value, names[i], values[names[i]])
			}
		}
	})
}

func TestObjectAt(t *testing.T) {
	v, err := ParseJSON([]byte(`{"custom_url":{"url":"/tea/","n":{"x":1}},"list":[{"url":1}],"text":"t"}`))
	if err != nil {
		t.Fatal(err)
	}
	o := v.Object()
	for _, test := range []struct {
		path []string
		want string
	}{
		{[]string{"custom_url", "url"}, `"/tea/"`}, {[]string{"custom_url", "n", "x"}, "1"}, {[]string{"text"}, `"t"`},
	} {
		if got := string(o.At(test.path...).AppendJSON(nil)); got != test.want {
			t.Errorf("%v is %s", test.path, got)
		}
	}
	for _, path := range [][]string{{"custom_url", "x"}, {"x", "y", "z"}, {"text", "url"}, {"list", "url"}} {
		if got := o.At(path...); !got.IsMissing() {
			t.Errorf("%v is a %s", path, got.Kind())
		}
	}
	var none *Object
	if !none.At("a").IsMissing() || !none.Get("a").IsMissing() || none.Len() != 0 || none.text() != "{}" {
		t.Error("no object has a field")
	}
}
