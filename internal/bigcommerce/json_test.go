package bigcommerce

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/valyala/fastjson"

	"bcetl/internal/record"
)

func parsePaths(t testing.TB, texts ...string) []record.Path {
	t.Helper()
	paths := make([]record.Path, len(texts))
	for i, text := range texts {
		path, err := record.ParsePath(text)
		if err != nil {
			t.Fatal(err)
		}
		paths[i] = path
	}
	return paths
}

func pulled(t testing.TB, document string, paths []record.Path) (string, error) {
	t.Helper()
	v, err := fastjson.Parse(document)
	if err != nil {
		return "", err
	}
	var p puller
	object, err := p.object(v, wantOf(paths))
	if err != nil {
		return "", err
	}
	return string(object.AppendJSON(nil)), nil
}

// TestPull: only the wanted parts come, with numbers in their own text and texts verbatim.
func TestPull(t *testing.T) {
	const document = `{"id":7,"name":"Caf\u00e9 \"x\"","price":12.50,"big":12345678901234567890,"tiny":1e-7,"none":null,"yes":true,
		"custom_url":{"url":"/a/","is_customized":false},"variants":[{"id":1,"sku":"A","price":null},{"id":2,"sku":"B"}],"tags":["x",1,[2]]}`
	tests := []struct {
		paths []string
		want  string
	}{
		{[]string{"name", "price"}, `{"name":"Café \"x\"","price":12.50}`},
		{[]string{"big", "tiny", "none", "yes", "missing"}, `{"big":12345678901234567890,"tiny":1e-7,"none":null,"yes":true}`},
		{[]string{"custom_url.url"}, `{"custom_url":{"url":"/a/"}}`},
		{[]string{"custom_url"}, `{"custom_url":{"url":"/a/","is_customized":false}}`},
		{[]string{"variants[].sku", "variants[].id"}, `{"variants":[{"sku":"A","id":1},{"sku":"B","id":2}]}`},
		{[]string{"variants[].price"}, `{"variants":[{"price":null},{}]}`},
		{[]string{"tags", "name.first"}, `{"tags":["x",1,[2]],"name":"Café \"x\""}`},
		{[]string{}, `{}`},
	}
	for _, test := range tests {
		got, err := pulled(t, document, parsePaths(t, test.paths...))
		if err != nil || got != test.want {
			t.Errorf("%v: got %s, want %s (%v)", test.paths, got, test.want, err)
		}
	}
	whole, err := pulled(t, document, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal([]byte(whole), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(document), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNumbersOfJSON(t *testing.T) {
	for text, want := range map[string]bool{
		"0": true, "-0": true, "12.50": true, "1e5": true, "1.0E-7": true, "-3": true, "00": false, "01.2.3": false, "1.": false, ".5": false,
		"-": false, "": false, "1e": false, "1e+": false, "+1": false, "1x": false, "nan": false, "Infinity": false,
	} {
		if isNumber([]byte(text)) != want {
			t.Errorf("%q is a number: %v", text, !want)
		}
	}
}

// FuzzPull: what is pulled whole is what encoding/json reads, and everything is refused that it refuses, control characters in
// texts apart.
func FuzzPull(f *testing.F) {
	f.Add(`{"a":[1,2.50,{"b":"\u0041\n"}],"c":null}`)
	f.Add(`{"a":"x`)
	f.Add(`{"a":1}{`)
	f.Fuzz(func(t *testing.T, document string) {
		if strings.ContainsFunc(document, func(r rune) bool { return r < 0x20 || r == '\\' || r == 0xFFFD }) || !strings.HasPrefix(document, "{") {
			return
		}
		got, err := pulled(t, document, nil)
		var want record.Value
		wantErr := want.UnmarshalJSON([]byte(document))
		if err != nil {
			if json.Valid([]byte(document)) {
				t.Errorf("refuses %q: %v", document, err)
			}
			return
		}
		if !json.Valid([]byte(document)) {
			return // the parser lets some more through; a page's end is what counts, and TestTruncated holds it to that
		}
		if wantErr == nil && got != string(want.AppendJSON(nil)) {
			t.Errorf("%q became %s, want %s", document, got, want.AppendJSON(nil))
		}
	})
}

// TestTruncated: a page that is cut anywhere is refused.
func TestTruncated(t *testing.T) {
	page := samplePage(3)
	for n := range len(page) {
		if _, err := fastjson.ParseBytes(page[:n]); err == nil {
			t.Fatalf("cut after %d bytes it is read", n)
		}
	}
}

// samplePage is a page of n products as a store gives them, with all fields and two variants each.
func samplePage(n int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString(`{"data":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d,"name":"Product %d","type":"physical","sku":"SKU-%05d","description":"<p>%s</p>","price":%d.50`, i+1, i, i, strings.Repeat("Some text. ", 40), rng.IntN(1000))
		for f := range 60 {
			fmt.Fprintf(&b, `,"field_%d":%d`, f, rng.IntN(100000))
		}
		b.WriteString(`,"custom_url":{"url":"/p/","is_customized":false},"categories":[1,2,3],"variants":[{"id":1,"sku":"A","price":null},{"id":2,"sku":"B","price":3}]}`)
	}
	fmt.Fprintf(&b, `],"meta":{"pagination":{"total":%d,"count":%d,"per_page":250,"current_page":1,"total_pages":1}}}`, n, n)
	return []byte(b.String())
}

// BenchmarkPull reads a page of 250 products for 16 of its fields.
func BenchmarkPull(b *testing.B) {
	page := samplePage(250)
	paths := parsePaths(b, "name", "sku", "type", "price", "description", "field_1", "field_7", "field_30", "field_44", "field_59", "custom_url.url",
		"categories", "variants[].sku", "variants[].price", "field_12", "field_13")
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		parser := parsers.Get()
		elements, _, err := parseList(parser, &Response{Body: page}, "data")
		if err != nil {
			b.Fatal(err)
		}
		want := wantOf(paths)
		var p puller
		for i := range elements {
			element, err := parser.ParseBytes(elements[i])
			if err != nil {
				b.Fatal(err)
			}
			if _, err := p.object(element, want); err != nil {
				b.Fatal(err)
			}
		}
		parsers.Put(parser)
	}
}
