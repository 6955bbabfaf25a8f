package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shirtShop is a store with the plain product 1 and the product 2 in sizes S and M (variants 2, 3
// were burnt or made on the way; skus TEE-S and TEE-M).
func shirtShop(t testing.TB) (s *Store, small, medium string) {
	t.Helper()
	s = shop(t, 1)
	a := send(t, s, "POST", "/v3/catalog/products", `{"name":"Tee","type":"physical","weight":0.2,"price":20,"sku":"TEE","inventory_tracking":"variant","variants":[`+
		`{"sku":"TEE-S","option_values":[{"option_display_name":"Size","label":"S"}],"price":21.5,"inventory_level":3},`+
		`{"sku":"TEE-M","option_values":[{"option_display_name":"Size","label":"M"}],"inventory_level":4}]}`)
	if a.status != http.StatusOK {
		t.Fatal(a.text)
	}
	return s, a.str("data", "variants", 0, "id"), a.str("data", "variants", 1, "id")
}

func TestVariantsOfAProduct(t *testing.T) {
	s, small, medium := shirtShop(t)
	a := send(t, s, "GET", "/v3/catalog/products/2?include=variants,options", "")
	for path, want := range map[string]string{
		"base_variant_id": "<nil>", "inventory_level": "7",
		"variants/0/price": "21.5", "variants/0/calculated_price": "21.5", "variants/0/sku": "TEE-S",
		"variants/1/price": "<nil>", "variants/1/calculated_price": "20", "variants/1/weight": "<nil>", "variants/1/calculated_weight": "0.2",
		"variants/1/option_values/0/label": "M", "variants/1/option_values/0/option_display_name": "Size",
		"options/0/type": "radio_buttons", "options/0/option_values/1/label": "M",
	} {
		keys := []any{"data"}
		for key := range strings.SplitSeq(path, "/") {
			if n, ok := wholeText(key); ok {
				keys = append(keys, n)
			} else {
				keys = append(keys, key)
			}
		}
		if got := a.str(keys...); got != want {
			t.Errorf("%s = %s, want %s", path, got, want)
		}
	}
	put := send(t, s, "PUT", "/v3/catalog/variants", `[{"id":`+small+`,"price":null,"sale_price":15,"inventory_level":10},{"id":`+medium+`,"weight":0.3333333}]`)
	if put.status != http.StatusOK || put.str("data", 0, "calculated_price") != "15" || put.str("data", 1, "calculated_weight") != "0.3333" {
		t.Errorf("batch: %d %s", put.status, put.text)
	}
	if p, _ := s.Product(2); fmt.Sprint(p["inventory_level"]) != "14" {
		t.Errorf("stock of the product: %v", p["inventory_level"])
	}
	for _, id := range []string{small, medium} {
		if d := send(t, s, "DELETE", "/v3/catalog/products/2/variants/"+id, ""); d.status != http.StatusNoContent {
			t.Errorf("delete: %d %s", d.status, d.text)
		}
	}
	if p, _ := s.Product(2); p["base_variant_id"] == nil {
		t.Error("no base variant after the last variant is gone")
	}
}

func TestVariantRules(t *testing.T) {
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		code, title              string
	}{
		{"same options", "POST", "/v3/catalog/products/2/variants", `{"sku":"N","option_values":[{"option_display_name":"Size","label":"S"}]}`, 409, "22010", "Variant with the same option values set exists"},
		{"unknown label", "POST", "/v3/catalog/products/2/variants", `{"sku":"N","option_values":[{"option_display_name":"Size","label":"XXL"}]}`, 422, "<nil>", "One or more option values are invalid"},
		{"no options", "POST", "/v3/catalog/products/2/variants", `{"sku":"N"}`, 422, "<nil>", "Variant option values are required"},
		{"no sku", "POST", "/v3/catalog/products/2/variants", `{"option_values":[{"option_display_name":"Size","label":"S"}]}`, 422, "22004", "Variant sku cannot be empty"},
		{"sku of a product", "PUT", "/v3/catalog/products/2/variants/{small}", `{"sku":"sku-001"}`, 409, "22003", "Sku sku-001 is not unique"},
		{"sku of its product", "PUT", "/v3/catalog/products/2/variants/{small}", `{"sku":"tee"}`, 409, "22003", "Sku tee is not unique"},
		{"sku of another variant", "PUT", "/v3/catalog/products/2/variants/{small}", `{"sku":"tee-m"}`, 409, "22003", "Sku tee-m is not unique"},
		{"empty sku", "PUT", "/v3/catalog/products/2/variants/{small}", `{"sku":""}`, 422, "22004", "Variant sku cannot be empty"},
		{"product takes a variant's sku", "PUT", "/v3/catalog/products/1", `{"sku":"TEE-m"}`, 409, "<nil>", "The product sku is a duplicate"},
		{"variant of another product", "PUT", "/v3/catalog/products/1/variants/{small}", `{"price":1}`, 404, "<nil>", "A variant with the id of {small} was not found"},
		{"null upc", "PUT", "/v3/catalog/products/2/variants/{small}", `{"upc":null}`, 200, "<nil>", "<nil>"},
		{"negative stock", "PUT", "/v3/catalog/products/2/variants/{small}", `{"price":9,"inventory_level":-3}`, 207, "<nil>", "<nil>"},
		{"base variant cannot go", "DELETE", "/v3/catalog/products/1/variants/1", "", 422, "<nil>", "The base variant of a product cannot be deleted"},
		{"value in use", "DELETE", "/v3/catalog/products/2/options/1/values/1", "", 409, "<nil>", "The option value is used by a variant"},
		{"second option of the name", "POST", "/v3/catalog/products/2/options", `{"display_name":"size","type":"dropdown","option_values":[{"label":"a","sort_order":0}]}`, 409, "<nil>", "The product option display name is a duplicate"},
		{"option without values", "POST", "/v3/catalog/products/2/options", `{"display_name":"Fit","type":"dropdown"}`, 422, "<nil>", "Missing Required Fields"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, small, _ := shirtShop(t)
			fill := strings.NewReplacer("{small}", small)
			a := send(t, s, c.method, fill.Replace(c.path), c.body)
			if a.status != c.status || a.str("code") != c.code || a.str("title") != fill.Replace(c.title) {
				t.Errorf("%d %s", a.status, a.text)
			}
		})
	}
}

func TestVariantBatch(t *testing.T) {
	s, small, _ := shirtShop(t)
	if a := send(t, s, "POST", "/v3/catalog/products/2/options/1/values", `{"label":"L","sort_order":2}`); a.status != 200 {
		t.Fatal(a.text)
	}
	bad := send(t, s, "PUT", "/v3/catalog/variants", `[{"id":`+small+`,"price":1},{"id":9999,"price":1},{"id":`+small+`,"price":-1}]`)
	if bad.status != 422 || len(bad.at("batch_errors").([]any)) != 2 || bad.str("batch_errors", 0, "status") != "404" {
		t.Errorf("%d %s", bad.status, bad.text)
	}
	if a := send(t, s, "GET", "/v3/catalog/variants?id="+small, ""); a.str("data", 0, "price") != "21.5" {
		t.Errorf("a refused batch left a trace: %s", a.text)
	}
	good := send(t, s, "PUT", "/v3/catalog/variants", `[{"product_id":2,"sku":"TEE-L","option_values":[{"option_display_name":"Size","label":"L"}]}]`)
	if good.status != 200 || good.str("data", 0, "sku") != "TEE-L" {
		t.Errorf("create: %d %s", good.status, good.text)
	}
	many := `[` + strings.TrimSuffix(strings.Repeat(`{"id":`+small+`},`, 51), ",") + `]`
	if a := send(t, s, "PUT", "/v3/catalog/variants", many); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("51 items: %d", a.status)
	}
}

func TestBaseVariantMirrorsItsProduct(t *testing.T) {
	s := shop(t, 1)
	a := send(t, s, "PUT", "/v3/catalog/variants", `[{"id":1,"price":3.5,"sku":"NEW","purchasing_disabled":true}]`)
	if a.status != 200 {
		t.Fatal(a.text)
	}
	got := send(t, s, "GET", "/v3/catalog/products/1?include=variants", "")
	if got.str("data", "price") != "3.5" || got.str("data", "sku") != "NEW" || got.str("data", "variants", 0, "purchasing_disabled") != "true" {
		t.Error(got.text)
	}
	send(t, s, "PUT", "/v3/catalog/products/1", `{"price":4}`)
	if v := send(t, s, "GET", "/v3/catalog/products/1/variants/1", ""); v.str("data", "price") != "4" || v.str("data", "purchasing_disabled") != "true" {
		t.Error(v.text)
	}
}

func TestAllVariantsList(t *testing.T) {
	s, small, medium := shirtShop(t)
	for query, want := range map[string]string{
		"":                              "1 " + small + " " + medium,
		"limit=2":                       "1 " + small,
		"limit=2&page=2":                medium,
		"page=3&limit=2":                "",
		"sku=tee-m":                     medium,
		"sku=SKU-001":                   "1",
		"sku=TEE":                       "", // the product's own, which no variant carries
		"id=" + small:                   small,
		"product_id:in=2":               small + " " + medium,
		"product_id:in=2,1&sku=sku-001": "1",
		"product_id:in=1&id=" + small:   "",
	} {
		a := send(t, s, "GET", "/v3/catalog/variants?"+query, "")
		if got := strings.Trim(fmt.Sprint(a.ids()), "[]"); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	a := send(t, s, "GET", "/v3/catalog/variants?include_fields=sku&limit=1", "")
	if diff := cmp.Diff(any(map[string]any{"id": a.at("data", 0, "id"), "sku": "SKU-001"}), a.at("data", 0)); diff != "" {
		t.Error(diff)
	}
	s.opts.HideBaseVariants = true
	if got := send(t, s, "GET", "/v3/catalog/variants", "").str("meta", "pagination", "total"); got != "2" {
		t.Errorf("%s without base variants", got)
	}
}

func TestDeletedOptionTakesItsVariants(t *testing.T) {
	s, _, _ := shirtShop(t)
	if a := send(t, s, "DELETE", "/v3/catalog/products/2/options/1", ""); a.status != http.StatusNoContent {
		t.Fatal(a.text)
	}
	p, _ := s.Product(2)
	if p["base_variant_id"] == nil || len(p["variants"].([]any)) != 1 {
		t.Errorf("%v", p["variants"])
	}
	if _, _, ok := s.ProductBySKU("TEE-S"); ok {
		t.Error("the variant's SKU is still taken")
	}
}
