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

// TestDemoTwice seeds a store that already holds products, some under the demo's own SKUs.
func TestDemoTwice(t *testing.T) {
	s := shop(t, 3)
	s.InsertProduct(map[string]any{"name": "Taken", "sku": "kit-00007", "type": "physical", "weight": 1, "price": 1})
	for range 2 {
		s.Seed(Demo{Products: 50, Seed: 4})
	}
	if n := s.Products(); n != 104 {
		t.Errorf("%d products", n)
	}
	checkIndexes(t, s)
	if a := send(t, s, "GET", "/v3/catalog/brands?name=Hearthside", ""); a.str("meta", "pagination", "total") != "1" {
		t.Errorf("a brand of the demo is there more than once: %s", a.text)
	}
	if a := send(t, s, "GET", "/v3/catalog/trees/categories?name=Sencha", ""); a.str("meta", "pagination", "total") != "1" {
		t.Errorf("a category of the demo is there more than once: %s", a.text)
	}
}

// TestWhatIsReadCanBeWritten puts every writable field of every demo product back as it was read:
// nothing is refused and nothing changes but date_modified.
func TestWhatIsReadCanBeWritten(t *testing.T) {
	now := testTime
	s := New(Options{Strict: true, Clock: func() time.Time { return now }})
	s.Seed(Demo{Products: 120, Seed: 6})
	now = now.Add(time.Hour)
	for _, id := range s.ProductIDs() {
		path := fmt.Sprintf("/v3/catalog/products/%d", id)
		before := send(t, s, "GET", path, "")
		body := map[string]any{}
		for name, v := range before.at("data").(map[string]any) {
			if i, ok := productFields.index[name]; ok && productFields.fields[i].access == readWrite || name == "custom_url" {
				body[name] = v
			}
		}
		if a := send(t, s, "PUT", path, encode(body)); a.status != 200 {
			t.Fatalf("%d %s: %s", a.status, a.text, encode(body))
		}
		after := send(t, s, "GET", path, "")
		was, is := before.str("data", "date_modified"), after.str("data", "date_modified")
		if is != "2026-03-14T10:26:53+00:00" {
			t.Errorf("date_modified %s", is)
		}
		if got := strings.Replace(after.text, is, was, 1); got != before.text {
			t.Errorf("product %d changed:\n%s\n%s", id, before.text, got)
		}
	}
}
