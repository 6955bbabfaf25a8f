package emulator

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestDemoIsDeterministic(t *testing.T) {
	var texts [2]bytes.Buffer
	for i := range texts {
		s := New(Options{Clock: fixedClock})
		s.Seed(Demo{Seed: 7})
		if err := s.Snapshot(&texts[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(texts[0].Bytes(), texts[1].Bytes()) {
		t.Error("two stores of one seed differ")
	}
}

// TestDemoVariety states what the demo catalogue is promised to hold.
func TestDemoVariety(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	s.Seed(Demo{Seed: 1})
	if n := s.Products(); n != 300 {
		t.Fatalf("%d products", n)
	}
	count := map[string]int{}
	for _, id := range s.ProductIDs() {
		p, _ := s.Product(id)
		text := func(name string) string { return fmt.Sprint(p[name]) }
		for what, is := range map[string]bool{
			"with variants":    p["base_variant_id"] == nil,
			"leading zero sku": strings.HasPrefix(text("sku"), "0"),
			"leading zero upc": strings.HasPrefix(text("upc"), "0"),
			"non-ascii name":   strings.ContainsFunc(text("name"), func(r rune) bool { return r > 127 }),
			"html":             strings.Contains(text("description"), "<p>"),
			"on sale":          text("sale_price") != "0",
			"hidden":           text("is_visible") == "false",
			"disabled":         text("availability") == "disabled",
			"preorder":         text("availability") == "preorder",
			"digital":          text("type") == "digital",
			"four places":      len(text("cost_price"))-strings.IndexByte(text("cost_price"), '.') == 5,
			"image":            walk(p, "images", 0) != nil,
			"custom field":     walk(p, "custom_fields", 0) != nil,
			"modifier":         walk(p, "modifiers", 0) != nil,
			"bulk price":       walk(p, "bulk_pricing_rules", 0) != nil,
		} {
			if is {
				count[what]++
			} else {
				count[what] += 0
			}
		}
	}
	for what, n := range count {
		if n == 0 {
			t.Errorf("no product %s", what)
		}
	}
	if n := count["with variants"]; n < 50 || n > 100 {
		t.Errorf("%d products with variants, want about a quarter of 300", n)
	}
	if a := send(t, s, "GET", "/v3/catalog/trees/categories?name:like=/", ""); len(a.at("data").([]any)) == 0 {
		t.Error("no category with a slash in its name")
	}
	if a := send(t, s, "GET", "/v3/catalog/trees/1/categories", ""); a.str("data", 0, "children", 0, "children", 0, "children", 0, "name") != "Sencha" {
		t.Errorf("no fourth level: %s", a.text)
	}
}

func TestDemoOfAnySize(t *testing.T) {
	for _, n := range []int{1, 4000} {
		s := New(Options{Clock: func() time.Time { return testTime }})
		s.Seed(Demo{Products: n, Seed: 3})
		if got := s.Products(); got != n {
			t.Errorf("%d products, want %d", got, n)
		}
	}
}
