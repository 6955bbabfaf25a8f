package record

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParsePath(t *testing.T) {
	for _, test := range []struct {
		text string
		want Path
	}{
		{"id", Path{{Name: "id"}}},
		{"billing_address.email", Path{{Name: "billing_address"}, {Name: "email"}}},
		{"products[].sku", Path{{Name: "products", Each: true}, {Name: "sku"}}},
		{"a[].b[]", Path{{Name: "a", Each: true}, {Name: "b", Each: true}}},
		{"X-1.0", Path{{Name: "X-1"}, {Name: "0"}}},
	} {
		got, err := ParsePath(test.text)
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", test.text, err, diff)
		}
	}
	for _, text := range []string{"", ".", "a.", ".a", "a..b", "[]", "a[][]", "a[0]", "a []", "a b", "a[].", "$a", "ä", "a\n"} {
		if got, err := ParsePath(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		} else if !strings.Contains(err.Error(), "is not a field path such as custom_url.url") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestPathLookup(t *testing.T) {
	v, err := ParseJSON([]byte(`{
		"id": 7, "empty": [], "null": null, "url": {"path": "/x"},
		"lines": [
			{"sku": "A", "tags": [{"n": 1}, {"n": 2}], "deep": [{"list": [{"x": "p"}]}]},
			{"tags": []},
			{"sku": "C", "tags": [{"n": 3}, {}], "deep": [{"list": [{"x": "q"}, {"x": "r"}]}, {}]}
		]}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ path, want string }{
		{"id", "7"},
		{"url.path", `"/x"`},
		{"empty", "[]"},
		{"empty[]", "[]"},
		{"empty[].x", "[]"},
		{"lines[].sku", `["A",null,"C"]`},
		{"lines[].tags", `[[{"n":1},{"n":2}],[],[{"n":3},{}]]`},
		{"lines[].tags[]", `[{"n":1},{"n":2},{"n":3},{}]`},
		{"lines[].tags[].n", "[1,2,3,null]"},
		{"lines[].deep[].list[].x", `["p","q","r"]`},
		{"id[]", "[]"},
		{"url[].path", "[]"},
		{"none[].x[]", "[]"},
	} {
		path, err := ParsePath(test.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(path.Lookup(v).AppendJSON(nil)); got != test.want {
			t.Errorf("%s gives %s, want %s", test.path, got, test.want)
		}
	}
	for _, text := range []string{"none", "id.x", "lines.sku", "null.x", "url.path.x"} {
		path, _ := ParsePath(text)
		if got := path.Lookup(v); !got.IsMissing() {
			t.Errorf("%s gives a %s", text, got.Kind())
		}
	}
	path, _ := ParsePath("lines[].sku")
	if got := path.Lookup(v).List()[1]; !got.IsMissing() {
		t.Errorf("an element without the field gives a %s", got.Kind())
	}
	if got := (Path{}).Lookup(v); got.Kind() != Objects {
		t.Errorf("no steps give a %s", got.Kind())
	}
}

// FuzzPath: what is read as a path is written the same, and looks up anything without falling over.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{"a", "a.b", "a[].b[].c", "a[]", "", "a..b", "a[0]", "-", "_.9"} {
		f.Add(seed, `{"a":[{"b":[{"c":1},{}]},{"b":null}],"_":{"9":2}}`)
	}
	f.Fuzz(func(t *testing.T, text, document string) {
		path, err := ParsePath(text)
		if err != nil {
			return
		}
		if path.String() != text || len(path) != strings.Count(text, ".")+1 {
			t.Fatalf("%q is written as %q", text, path)
		}
		v, err := ParseJSON([]byte(document))
		if err != nil {
			return
		}
		found := path.Lookup(v)
		if path.hasEach() && found.Kind() != List {
			t.Fatalf("%s gives a %s", text, found.Kind())
		}
		if len(path) == 1 && !path[0].Each && string(found.AppendJSON(nil)) != string(v.Object().Get(text).AppendJSON(nil)) {
			t.Fatalf("%s gives %s", text, found)
		}
	})
}
