package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestProductRules is a table of single requests against a store of three products (ids 1 to 3),
// the brand 1 "Anvil" and the categories 1 and 2.
func TestProductRules(t *testing.T) {
	const p = "/v3/catalog/products"
	base := `"type":"physical","weight":1,"price":1`
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		want                     map[string]string // path in the answer -> value; keys parted by /
	}{
		{"missing fields", "POST", p, `{"sku":"x"}`, 422, map[string]string{
			"title": "Missing Required Fields", "errors/name": "Please provide a name.", "errors/price": "Please provide a price.",
			"errors/type": "Please provide a type.", "errors/weight": "Please provide a weight.",
		}},
		{"digital needs no weight", "POST", p, `{"name":"File","type":"digital","price":2}`, 200, map[string]string{"data/weight": "0"}},
		{"wrong type", "POST", p, `{"name":"N",` + base + `,"meta_keywords":"a,b"}`, 422, map[string]string{
			"title": "JSON data is missing or invalid", "errors/meta_keywords": "error.expected.jsarray",
		}},
		{"name too long", "POST", p, `{"name":"` + strings.Repeat("é", 251) + `",` + base + `}`, 422, map[string]string{
			"title": "Invalid field(s): name", "errors/name": "name must have a length between 1 and 250",
		}},
		{"name of 250 characters", "POST", p, `{"name":"` + strings.Repeat("é", 250) + `",` + base + `}`, 200, nil},
		{"duplicate name", "POST", p, `{"name":"PRODUCT 1",` + base + `}`, 409, map[string]string{
			"title": "The product name is a duplicate", "errors/name": "The product name is a duplicate",
		}},
		{"duplicate sku", "POST", p, `{"name":"N","sku":"sku-001",` + base + `}`, 409, map[string]string{
			"title": "The product sku is a duplicate", "errors/sku": "The product sku is a duplicate",
		}},
		{"only the first clash is named", "POST", p, `{"name":"product 2","sku":"sku-001",` + base + `}`, 409, map[string]string{
			"title": "The product name is a duplicate", "errors/sku": "<nil>",
		}},
		{"empty skus do not clash", "POST", p, `{"name":"N","sku":"",` + base + `}`, 200, map[string]string{"data/sku": ""}},
		{"unknown category", "POST", p, `{"name":"N","categories":[1,9],` + base + `}`, 409, nil},
		{"unknown brand", "POST", p, `{"name":"N","brand_id":9,` + base + `}`, 409, nil},
		{"brand by name, any case", "POST", p, `{"name":"N","brand_name":"ANVIL",` + base + `}`, 200, map[string]string{
			"data/brand_id": "1", "data/brand_name": "<nil>",
		}},
		{"brand made by name", "PUT", p + "/1", `{"brand_name":"Newcomer"}`, 200, map[string]string{"data/brand_id": "2"}},
		{"null upc", "PUT", p + "/1", `{"upc":null}`, 422, nil},
		{"cleared upc", "PUT", p + "/1", `{"upc":""}`, 200, map[string]string{"data/upc": ""}},
		{"upc of 15", "PUT", p + "/1", `{"upc":"123456789012345"}`, 422, nil},
		{"small condition", "PUT", p + "/1", `{"condition":"new"}`, 422, nil},
		{"capital condition", "PUT", p + "/1", `{"condition":"Used"}`, 200, map[string]string{"data/condition": "Used"}},
		{"four places up", "PUT", p + "/1", `{"price":10.99999}`, 200, map[string]string{"data/price": "11"}},
		{"four places down", "PUT", p + "/1", `{"cost_price":10.99994}`, 200, map[string]string{"data/cost_price": "10.9999"}},
		{"price as text", "PUT", p + "/1", `{"price":"0012.50"}`, 200, map[string]string{"data/price": "12.5"}},
		{"exact large price", "PUT", p + "/1", `{"price":900719925474099.1234}`, 200, map[string]string{"data/price": "900719925474099.1234"}},
		{"negative price", "PUT", p + "/1", `{"price":-1}`, 422, nil},
		{"negative map price", "PUT", p + "/1", `{"map_price":-1}`, 200, map[string]string{"data/map_price": "-1"}},
		{"price with a huge exponent", "PUT", p + "/1", `{"price":1e999999999}`, 422, nil},
		{"fraction for an integer", "PUT", p + "/1", `{"sort_order":1.5}`, 422, nil},
		{"whole number as 2.0", "PUT", p + "/1", `{"sort_order":2.0}`, 200, map[string]string{"data/sort_order": "2"}},
		{"stock of an untracked product", "PUT", p + "/1", `{"inventory_level":5}`, 200, map[string]string{"data/inventory_level": "0"}},
		{"stock of a tracked product", "PUT", p + "/1", `{"inventory_tracking":"product","inventory_level":5}`, 200, map[string]string{"data/inventory_level": "5"}},
		{"stock is clamped", "PUT", p + "/1", `{"inventory_tracking":"product","inventory_level":99999999999}`, 200, map[string]string{"data/inventory_level": "2147483647"}},
		{"stock clamp at int32", "PUT", p + "/1", `{"inventory_tracking":"product","inventory_level":2147483648}`, 200, map[string]string{"data/inventory_level": "2147483647"}},
		{"negative stock saves the rest", "PUT", p + "/1", `{"inventory_tracking":"product","inventory_level":-1,"price":3}`, 207, map[string]string{
			"data/price": "3", "data/inventory_level": "0", "errors/errors/inventory_level": "The inventory of one or more products could not be updated",
		}},
		{"url clash on creation", "POST", p, `{"name":"N","custom_url":{"url":"/product-1/"},` + base + `}`, 409, nil},
		{"url clash on update", "PUT", p + "/1", `{"price":4,"custom_url":{"url":"/product-2/"}}`, 207, map[string]string{
			"data/price": "4", "data/custom_url/url": "/product-1/",
		}},
		{"own url", "PUT", p + "/1", `{"custom_url":{"url":"/here/","is_customized":true,"create_redirect":true}}`, 200, map[string]string{
			"data/custom_url/url": "/here/", "data/custom_url/create_redirect": "<nil>",
		}},
		{"hidden price of an available product", "PUT", p + "/1", `{"is_price_hidden":true}`, 422, nil},
		{"hidden price of a disabled product", "PUT", p + "/1", `{"availability":"disabled","is_price_hidden":true,"price_hidden_label":"Ask"}`, 200, map[string]string{
			"data/price_hidden_label": "Ask",
		}},
		{"categories are replaced", "PUT", p + "/1", `{"categories":[2,2]}`, 200, map[string]string{"data/categories": "[2]"}},
		{"type may change", "PUT", p + "/1", `{"type":"digital"}`, 200, map[string]string{"data/type": "digital"}},
		{"release date in another zone", "PUT", p + "/1", `{"preorder_release_date":"2026-05-01T02:00:00+02:00"}`, 200, map[string]string{
			"data/preorder_release_date": "2026-05-01T00:00:00+00:00",
		}},
		{"release date cleared", "PUT", p + "/1", `{"preorder_release_date":null}`, 200, map[string]string{"data/preorder_release_date": "<nil>"}},
		{"variants of a PUT", "PUT", p + "/1", `{"variants":[{"sku":"V"}]}`, 200, map[string]string{"data/base_variant_id": "1"}},
		{"sale price", "PUT", p + "/2", `{"sale_price":1.1}`, 200, map[string]string{"data/calculated_price": "1.1", "data/price": "2.25"}},
		{"read-only field", "PUT", p + "/1", `{"calculated_price":1}`, 422, nil},
		{"misspelt field", "PUT", p + "/1", `{"prise":1}`, 422, map[string]string{"title": "Invalid field(s): prise"}},
		{"not an object", "PUT", p + "/1", `[1]`, 422, nil},
		{"broken JSON", "PUT", p + "/1", `{"price":`, 400, nil},
		{"two values", "PUT", p + "/1", `{} {}`, 400, nil},
		{"duplicate custom field", "PUT", p + "/1", `{"custom_fields":[{"name":"a","value":"b"},{"name":"a","value":"b"}]}`, 409, nil},
		{"overlapping bulk prices", "PUT", p + "/1", `{"bulk_pricing_rules":[` +
			`{"quantity_min":1,"quantity_max":5,"type":"price","amount":1},{"quantity_min":5,"quantity_max":0,"type":"price","amount":1}]}`, 409, nil},
		{"deleting everything", "DELETE", p, "", 422, nil},
		{"deleting with an empty filter", "DELETE", p + "?id:in=", "", 422, nil},
		{"deleting too many", "DELETE", p + "?id:in=" + strings.Repeat("1,", 250) + "1", "", 413, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := shop(t, 3)
			s.mu.Lock()
			s.st.addBrand("Anvil")
			s.mu.Unlock()
			for _, name := range []string{"Tea", "Books"} {
				if a := send(t, s, "POST", "/v3/catalog/trees/categories", `[{"name":"`+name+`","tree_id":1,"parent_id":0}]`); a.status != http.StatusCreated {
					t.Fatal(a.text)
				}
			}
			a := send(t, s, c.method, c.path, c.body)
			if a.status != c.status {
				t.Fatalf("%d, want %d: %s", a.status, c.status, a.text)
			}
			got := map[string]string{}
			for path := range c.want {
				keys := []any{}
				for key := range strings.SplitSeq(path, "/") {
					keys = append(keys, key)
				}
				got[path] = a.str(keys...)
			}
			if diff := cmp.Diff(c.want, got); len(c.want) > 0 && diff != "" {
				t.Errorf("%s\n%s", diff, a.text)
			}
		})
	}
}

// TestLenientStore ignores what strict mode refuses, as the platform does.
func TestLenientStore(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	s.InsertProduct(map[string]any{"name": "A", "type": "physical", "weight": 1, "price": 1})
	for _, c := range []struct{ method, path, body string }{
		{"GET", "/v3/catalog/products?nonsense=1", ""},
		{"PUT", "/v3/catalog/products/1", `{"prise":1,"calculated_price":7,"id":9}`},
		{"PUT", "/v3/catalog/products", `[{"id":1,"prise":1}]`},
	} {
		if a := send(t, s, c.method, c.path, c.body); a.status != http.StatusOK {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.status, a.text)
		}
	}
	if list := s.Violations(); len(list) > 0 {
		t.Errorf("violations without strict mode: %q", list)
	}
}

func TestStrictModeNamesViolations(t *testing.T) {
	s := shop(t, 1)
	send(t, s, "GET", "/v3/catalog/products?nonsense=1&id:in=1", "")
	send(t, s, "PUT", "/v3/catalog/products/1", `{"prise":1,"date_created":"x"}`)
	send(t, s, "GET", "/v2/time?when=1", "")
	send(t, s, "GET", "/v3/catalog/products/1", "", "Accept", "")
	send(t, s, "GET", "/v3/catalog/products?include=images,prices", "")
	send(t, s, "GET", "/v3/catalog/products?is_featured=true", "")
	want := []string{
		`GET /v3/catalog/products: unknown query name "nonsense"`,
		`PUT /v3/catalog/products/1: unknown or read-only field "date_created"`,
		`PUT /v3/catalog/products/1: unknown or read-only field "prise"`,
		`GET /v2/time: unknown query name "when"`,
		`GET /v3/catalog/products/1: no Accept header`,
		`GET /v3/catalog/products: unknown query name "include=prices"`,
		`GET /v3/catalog/products: query value "true" of is_featured`,
	}
	if diff := cmp.Diff(want, s.Violations()); diff != "" {
		t.Error(diff)
	}
	if a := send(t, s, "GET", "/v3/catalog/products/1", ""); a.str("data", "price") != "1.25" {
		t.Errorf("a refused request changed the product: %s", a.text)
	}
}

func TestBatchPut(t *testing.T) {
	const p = "/v3/catalog/products"
	prices := func(s *Store) string {
		a := send(t, s, "GET", p+"?include_fields=price", "")
		var list []string
		for i := range a.ids() {
			list = append(list, a.str("data", i, "price"))
		}
		return strings.Join(list, " ")
	}
	eleven := `[` + strings.TrimSuffix(strings.Repeat(`{"id":1,"price":9},`, 11), ",") + `]`
	for _, c := range []struct {
		name, body string
		partial    bool
		status     int
		title      string
		prices     string
	}{
		{"all good", `[{"id":1,"price":9},{"id":3,"price":8}]`, false, 200, "<nil>", "9 2.25 8"},
		{"the same product twice", `[{"id":1,"price":9},{"id":1,"price":7}]`, false, 200, "<nil>", "7 2.25 3.25"},
		{"one unknown", `[{"id":1,"price":9},{"id":77,"price":8}]`, false, 404, "A product with the id of 77 was not found", "1.25 2.25 3.25"},
		{"one clash", `[{"id":1,"price":9},{"id":2,"name":"Product 3","brand_name":"Lost"}]`, false, 409, "The product name is a duplicate", "1.25 2.25 3.25"},
		{"one invalid", `[{"id":1,"price":9},{"id":2,"price":-1}]`, false, 422, "Invalid field(s): price", "1.25 2.25 3.25"},
		{"one invalid, items before it kept", `[{"id":1,"price":9},{"id":2,"price":-1},{"id":3,"price":8}]`, true, 422, "Invalid field(s): price", "9 2.25 3.25"},
		{"no id", `[{"id":1,"price":9},{"price":8}]`, false, 422, "Missing Required Fields", "1.25 2.25 3.25"},
		{"no id, nothing missing", `[{"name":"N","type":"physical","weight":1,"price":8}]`, false, 422, "Missing Required Fields", "1.25 2.25 3.25"},
		{"eleven", eleven, false, 413, "The request payload is too large. The maximum items allowed in the array is 10.", "1.25 2.25 3.25"},
		{"an object", `{"id":1}`, false, 422, "JSON data is missing or invalid", "1.25 2.25 3.25"},
		{"empty", `[]`, false, 422, "The array must have at least one item", "1.25 2.25 3.25"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := shop(t, 3)
			s.opts.PartialBatch = c.partial
			a := send(t, s, "PUT", p, c.body)
			if a.status != c.status || a.str("title") != c.title {
				t.Errorf("%d %s", a.status, a.text)
			}
			if got := prices(s); got != c.prices {
				t.Errorf("prices %s, want %s", got, c.prices)
			}
			if n := len(s.st.brands); n > 0 {
				t.Errorf("%d brands remain of a refused batch", n)
			}
		})
	}
}

// TestBatchSwap moves a SKU from one product to another within one batch.
func TestBatchSwap(t *testing.T) {
	s := shop(t, 2)
	a := send(t, s, "PUT", "/v3/catalog/products", `[{"id":1,"sku":"tmp"},{"id":2,"sku":"SKU-001"}]`)
	if a.status != http.StatusOK {
		t.Fatal(a.text)
	}
	if p, v, ok := s.ProductBySKU("sku-001"); p != 2 || v != 0 || !ok {
		t.Errorf("sku-001 belongs to %d %d %v", p, v, ok)
	}
	if _, _, ok := s.ProductBySKU("SKU-002"); ok {
		t.Error("SKU-002 is still known")
	}
}

func TestLimitsOfLists(t *testing.T) {
	s := shop(t, 1)
	const p = "/v3/catalog/products/1"
	for i := range maxCustomFields {
		if a := send(t, s, "POST", p+"/custom-fields", fmt.Sprintf(`{"name":"n","value":"%d"}`, i)); a.status != http.StatusOK {
			t.Fatal(i, a.text)
		}
	}
	if a := send(t, s, "POST", p+"/custom-fields", `{"name":"n","value":"x"}`); a.status != http.StatusUnprocessableEntity {
		t.Errorf("field 201: %d", a.status)
	}
	for i := range maxBulkRules {
		if a := send(t, s, "POST", p+"/bulk-pricing-rules", fmt.Sprintf(`{"quantity_min":%d,"quantity_max":%d,"type":"fixed","amount":1}`, i+1, i+1)); a.status != http.StatusOK {
			t.Fatal(i, a.text)
		}
	}
	if a := send(t, s, "POST", p+"/bulk-pricing-rules", `{"quantity_min":100,"quantity_max":0,"type":"fixed","amount":1}`); a.status != http.StatusUnprocessableEntity {
		t.Errorf("rule 51: %d", a.status)
	}
}
