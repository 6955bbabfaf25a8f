package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// want is one request and what its answer must be.
type want struct {
	method, path, body string
	status             int
	part               string // must be in the answer
}

func (w want) check(t *testing.T, s *Store) {
	t.Helper()
	if a := send(t, s, w.method, w.path, w.body); a.status != w.status || !strings.Contains(a.text, w.part) {
		t.Errorf("%s %s %s: %d, want %d with %s: %s", w.method, w.path, w.body, a.status, w.status, w.part, a.text)
	}
}

func TestBrands(t *testing.T) {
	s := shop(t, 1)
	for _, w := range []want{
		{"POST", "/v3/catalog/brands", `{"name":"Zebra","meta_keywords":["a"]}`, 200, `"id":1,"name":"Zebra"`},
		{"POST", "/v3/catalog/brands", `{"name":"Åsgård"}`, 200, `"custom_url":{"url":"/åsgård/","is_customized":false}`},
		{"POST", "/v3/catalog/brands", `{"name":"zebra"}`, 409, "The brand name is a duplicate"},
		{"POST", "/v3/catalog/brands", `{"name":""}`, 422, "between 1 and 255"},
		{"PUT", "/v3/catalog/brands/2", `{"name":"ZEBRA"}`, 409, ""},
		{"PUT", "/v3/catalog/brands/2", `{"name":"ÅSGÅRD","page_title":"p"}`, 200, `"page_title":"p"`},
		{"GET", "/v3/catalog/brands?sort=name&direction=desc", "", 200, `[{"id":2,`},
		{"GET", "/v3/catalog/brands?name:like=sgå", "", 200, `"total":1,`},
		{"GET", "/v3/catalog/brands?name=ZEBRA", "", 200, `"total":1,`},
		{"GET", "/v3/catalog/brands?id:min=2", "", 200, `"total":1,`},
		{"GET", "/v3/catalog/brands?id:in=x", "", 422, ""},
		{"PUT", "/v3/catalog/products/1", `{"brand_id":1}`, 200, `"brand_id":1`},
		{"DELETE", "/v3/catalog/brands", "", 422, ""},
		{"DELETE", "/v3/catalog/brands?name=zebra", "", 204, ""},
		{"GET", "/v3/catalog/products/1", "", 200, `"brand_id":0`},
		{"DELETE", "/v3/catalog/brands/1", "", 404, ""},
		{"DELETE", "/v3/catalog/brands/2", "", 204, ""},
		{"GET", "/v3/catalog/brands", "", 200, `"data":[]`},
	} {
		w.check(t, s)
	}
}

func TestCategories(t *testing.T) {
	s := shop(t, 1)
	const tc = "/v3/catalog/trees/categories"
	for _, w := range []want{
		{"POST", tc, `[{"name":"Tea","tree_id":1,"parent_id":0},{"name":"Herbal/Rooibos","parent_id":1}]`, 201, `"meta":{"total":2,"success":2,"failed":0}`},
		{"POST", tc, `[{"name":"TEA","tree_id":1}]`, 422, `"0.name":"The category name is a duplicate among its siblings."`},
		{"POST", tc, `[{"name":"Tea","parent_id":1},{"name":"Green","parent_id":9}]`, 207, `"1.parent_id":"Parent category does not exist."`},
		{"POST", tc, `[{"name":"X"}]`, 422, `"0.tree_id":"Tree Id is required and can't be empty"`},
		{"POST", tc, `[{"name":"X","tree_id":4}]`, 422, `"0.tree_id":"Tree does not exist."`},
		{"POST", tc, `[{"name":"X","tree_id":1,"colour":"red"}]`, 422, `"0.colour"`},
		{"PUT", tc, `[{"name":"X"}]`, 422, `"0.category_id":"Category does not exist."`},
		{"PUT", tc, `[{"category_id":1,"parent_id":2}]`, 422, `"0.parent_id"`},
		{"PUT", tc, `[{"category_id":2,"description":"<p>x</p>"}]`, 200, `{"meta":{"total":1,"success":1,"failed":0}}`},
		{"GET", tc + "?parent_id:in=1&name:like=rooi", "", 200, `"path":"/tea/herbal-rooibos/"`},
		{"GET", tc + "?category_id:in=1,2&include_fields=name", "", 200, `[{"category_id":1,"name":"Tea"},{"category_id":2,"name":"Herbal/Rooibos"}]`},
		{"GET", tc + "?keyword=X&is_visible=true", "", 200, `"total":1,`},
		{"GET", "/v3/catalog/trees/1/categories", "", 200, `"children":[{"id":2,"parent_id":1,"depth":1,"path":[1],"name":"Herbal/Rooibos"`},
		{"GET", "/v3/catalog/trees/1/categories?depth=0", "", 200, `"children":[]`},
		{"GET", "/v3/catalog/trees/3/categories", "", 404, "Entity with id tree [3] was not found "},
		{"GET", "/v3/catalog/categories?parent_id=1&sort=name", "", 200, `"custom_url":{"url":"/tea/herbal-rooibos/","is_customized":false}`},
		{"PUT", "/v3/catalog/products/1", `{"categories":[1,2,3]}`, 200, `"categories":[1,2,3]`},
		{"POST", "/v3/catalog/categories/2/metafields", `{"namespace":"n","key":"k","value":"v","permission_set":"read"}`, 200, ""},
		{"DELETE", tc, "", 422, `{"errors":{"status":422`},
		{"DELETE", tc + "?category_id:in=2", "", 202, `{"meta":{"total":1,"success":1,"failed":0}}`},
		{"GET", "/v3/catalog/products/1", "", 200, `"categories":[1,3]`},
		{"DELETE", tc + "?category_id:in=1", "", 202, `"total":2`},
		{"GET", "/v3/catalog/products/1", "", 200, `"categories":[]`},
		{"GET", "/v3/catalog/categories/metafields", "", 200, `"data":[]`},
		{"PUT", "/v3/catalog/trees", `[{"id":1,"name":"Main"},{"name":"Second"}]`, 200, `{"id":2,"name":"Second","channels":[]}`},
		{"PUT", "/v3/catalog/trees", `[{"id":2,"channels":[1]}]`, 422, "assigned to another tree"},
		{"PUT", "/v3/catalog/trees", `[{"id":9,"name":"x"}]`, 422, `"0.tree_id":"Tree does not exist."`},
		{"GET", "/v3/catalog/trees?channel_id:in=1", "", 200, `"total":1,`},
		{"DELETE", "/v3/catalog/trees", "", 422, ""},
		{"DELETE", "/v3/catalog/trees?id:in=2", "", 204, ""},
	} {
		w.check(t, s)
	}
}

func TestCategoryDepth(t *testing.T) {
	s := shop(t, 0)
	for level := range maxLevels {
		body := fmt.Sprintf(`[{"name":"L%d","tree_id":1,"parent_id":%d}]`, level, level)
		want{"POST", "/v3/catalog/trees/categories", body, 201, ""}.check(t, s)
	}
	want{"POST", "/v3/catalog/trees/categories", `[{"name":"L8","tree_id":1,"parent_id":8}]`, 422, "nested 8 levels"}.check(t, s)
}

func TestAssignments(t *testing.T) {
	s := shop(t, 3)
	send(t, s, "POST", "/v3/catalog/trees/categories", `[{"name":"A","tree_id":1},{"name":"B","tree_id":1}]`)
	const ca, ch = "/v3/catalog/products/category-assignments", "/v3/catalog/products/channel-assignments"
	for _, w := range []want{
		{"PUT", ca, `[{"product_id":1,"category_id":1},{"product_id":1,"category_id":2},{"product_id":3,"category_id":2},{"product_id":3,"category_id":2}]`, 204, ""},
		{"PUT", ca, `[{"product_id":2,"category_id":1},{"product_id":9,"category_id":2}]`, 422, `"1.product_id"`},
		{"GET", ca, "", 200, `"data":[{"product_id":1,"category_id":1},{"product_id":1,"category_id":2},{"product_id":3,"category_id":2}]`},
		{"GET", ca + "?category_id:in=2&limit=1&page=2", "", 200, `"data":[{"product_id":3,"category_id":2}],"meta":{"pagination":{"total":2,"count":1,`},
		{"DELETE", ca, "", 422, ""},
		{"DELETE", ca + "?product_id:in=1&category_id:in=2", "", 204, ""},
		{"GET", "/v3/catalog/products/1", "", 200, `"categories":[1]`},
		{"DELETE", ca + "?category_id:in=1", "", 204, ""},
		{"GET", ca, "", 200, `"total":1,`},
		{"GET", ch, "", 200, `"total":3,`},
		{"DELETE", ch + "?product_id:in=2", "", 204, ""},
		{"GET", "/v3/catalog/products/2?include=channels", "", 200, `"channels":[]`},
		{"PUT", ch, `[{"product_id":2,"channel_id":1}]`, 204, ""},
		{"PUT", ch, `[{"product_id":2,"channel_id":5}]`, 422, `"0.channel_id"`},
		{"PUT", ch, `[` + strings.TrimSuffix(strings.Repeat(`{"product_id":2,"channel_id":1},`, 251), ",") + `]`, 413, ""},
	} {
		w.check(t, s)
	}
}

func TestMetafields(t *testing.T) {
	s := New(Options{Strict: true, Clock: fixedClock, Tokens: map[string][]string{"emulator": allScopes, "other": allScopes}})
	for i := range 3 {
		s.InsertProduct(map[string]any{"name": fmt.Sprint(i), "type": "physical", "weight": 1, "price": 1})
	}
	const one, all = "/v3/catalog/products/1/metafields", "/v3/catalog/products/metafields"
	field := func(set, key string) string {
		return `{"namespace":"erp","key":"` + key + `","value":"1","permission_set":"` + set + `"}`
	}
	for _, w := range []want{
		{"POST", one, field("app_only", "a"), 200, `"id":1,`},
		{"POST", one, field("read", "b"), 200, `"resource_type":"product","resource_id":1`},
		{"POST", one, field("write", "c"), 200, ""},
		{"POST", one, field("read", "b"), 409, ""},
		{"POST", one, `{"namespace":"erp","key":"` + strings.Repeat("k", 65) + `","value":"1","permission_set":"read"}`, 422, "between 1 and 64"},
		{"POST", one, field("everyone", "d"), 422, "must be one of"},
		{"POST", "/v3/catalog/products/9/metafields", field("read", "b"), 404, ""},
		{"GET", one + "?key=b", "", 200, `"total":1,`},
		{"GET", one + "?key:in=a,b&direction=desc", "", 200, `[{"id":2,`},
		{"PUT", one + "/2", `{"value":"2"}`, 200, `"value":"2"`},
		{"PUT", one + "/2", `{"key":"a"}`, 409, ""},
		{"GET", "/v3/catalog/products/2/metafields/2", "", 404, ""},
		{"POST", all, `[{"resource_id":2,` + field("read", "x")[1:] + `,{"resource_id":9,` + field("read", "x")[1:] + `]`, 422, `"meta":{"total":2,"success":1,"failed":1}`},
		{"PUT", all, `[{"id":4,"value":"y"},{"id":99,"value":"y"}]`, 422, `"errors":[{"status":404,"title":"A metafield with the id of 99 was not found"`},
		{"GET", all + "?resource_id:in=2", "", 200, `"value":"y"`},
		{"GET", all + "?limit=2&after=", "", 200, `"end_cursor":"eyJpZCI6Mn0","links":{"next":"?limit=2&after=eyJpZCI6Mn0"`},
		{"GET", all + "?limit=2&after=eyJpZCI6Mn0", "", 200, `"data":[{"id":3,`},
		{"GET", all + "?limit=2&before=eyJpZCI6M30", "", 200, `"start_cursor":"eyJpZCI6MX0","end_cursor":"eyJpZCI6Mn0"`},
		{"GET", all + "?after=77", "", 422, ""},
		{"DELETE", all, `[1,99]`, 422, `{"data":[1],`},
		{"DELETE", one + "/2", "", 204, ""},
		{"GET", all, "", 200, `"total":2,`},
		{"DELETE", "/v3/catalog/products/2", "", 204, ""},
		{"GET", all, "", 200, `"total":1,`},
	} {
		w.check(t, s)
	}
	for _, c := range []struct {
		body   string
		id     string
		status int
	}{{`{"value":"3"}`, "3", 200}} {
		if a := send(t, s, "PUT", one+"/"+c.id, c.body, "X-Auth-Token", "other"); a.status != c.status {
			t.Errorf("another client writes %s: %d", c.id, a.status)
		}
	}
	send(t, s, "POST", one, field("app_only", "mine"))
	send(t, s, "POST", one, field("read", "shown"))
	if a := send(t, s, "GET", one, "", "X-Auth-Token", "other"); strings.Contains(a.text, "mine") || !strings.Contains(a.text, "shown") {
		t.Errorf("what another client sees: %s", a.text)
	}
	if a := send(t, s, "PUT", one+"/6", `{"value":"3"}`, "X-Auth-Token", "other"); a.status != http.StatusForbidden {
		t.Errorf("another client writes a read-only field: %d %s", a.status, a.text)
	}
	if a := send(t, s, "POST", one, field("read", "shown"), "X-Auth-Token", "other"); a.status != http.StatusOK {
		t.Errorf("the same key of another client: %d", a.status)
	}
}

func TestModifiers(t *testing.T) {
	s := shop(t, 1)
	const m = "/v3/catalog/products/1/modifiers"
	for _, w := range []want{
		{"POST", m, `{"type":"checkbox","required":false,"display_name":"Wrap"}`, 200, `"value_data":{"checked_value":true}`},
		{"POST", m, `{"type":"text","required":true,"display_name":"wrap"}`, 409, ""},
		{"POST", m, `{"type":"hologram","required":true,"display_name":"x"}`, 422, ""},
		{"POST", m, `{"type":"text","display_name":"x"}`, 422, "Please provide a required."},
		{"POST", m, `{"type":"dropdown","required":true,"display_name":"Box","option_values":[{"label":"Red","sort_order":0,"adjusters":{"price":{"adjuster":"relative","adjuster_value":5}}}]}`, 200, `"adjuster_value":5`},
		{"PUT", m + "/2", `{"required":false}`, 200, `"required":false`},
		{"GET", m + "?limit=1&page=2", "", 200, `"display_name":"Box"`},
		{"GET", m + "/1/values", "", 200, `"total":2,`},
		{"GET", m + "/1/values/2", "", 200, `"label":"No"`},
		{"GET", m + "/1/values/9", "", 404, ""},
		{"GET", "/v3/catalog/products/1?include=modifiers", "", 200, `"modifiers":[{"id":1,`},
		{"DELETE", m + "/1", "", 204, ""},
		{"DELETE", m + "/1", "", 404, ""},
	} {
		w.check(t, s)
	}
}

func TestImages(t *testing.T) {
	s := shop(t, 2)
	s.opts.ImageFails = func(url string) bool { return strings.Contains(url, "gone") }
	const i = "/v3/catalog/products/1/images"
	for _, w := range []want{
		{"POST", i, `{"image_url":"https://images.example.com/a.png"}`, 200, `"is_thumbnail":true`},
		{"POST", i, `{"image_url":"https://images.example.com/b.png"}`, 200, `"is_thumbnail":false`},
		{"POST", i, `{"image_url":"https://images.example.com/c.png","is_thumbnail":true}`, 200, `"is_thumbnail":true`},
		{"GET", i + "/1", "", 200, `"is_thumbnail":false`},
		{"POST", i, `{"image_url":"https://images.example.com/gone.png"}`, 400, "The field 'image_url' is invalid."},
		{"POST", i, `{"image_url":"https://images.example.com/` + strings.Repeat("x", 255) + `"}`, 422, ""},
		{"POST", i, `{}`, 422, "Missing Required Fields"},
		{"GET", "/v3/catalog/products/1?include=primary_image", "", 200, `"primary_image":{"id":3,`},
		{"DELETE", i + "/3", "", 204, ""},
		{"GET", "/v3/catalog/products/1?include=primary_image", "", 200, `"primary_image":{"id":1,`},
		{"GET", "/v3/catalog/products/2?include=primary_image", "", 200, `"primary_image":null`},
		{"POST", "/v3/catalog/products", `{"name":"N","type":"physical","weight":1,"price":1,"images":[{"image_url":"https://x.example.com/gone.png"}]}`, 400, ""},
		{"GET", "/v3/catalog/products?name=N", "", 200, `"data":[]`},
	} {
		w.check(t, s)
	}
}

// TestProductsAreReplaced: a change leaves the product that it replaces as it was, which is what
// lets a refused batch be undone and a page be read beside a write.
func TestProductsAreReplaced(t *testing.T) {
	s, small, _ := shirtShop(t)
	send(t, s, "POST", "/v3/catalog/products/2/images", `{"image_url":"https://images.example.com/a.png"}`)
	send(t, s, "POST", "/v3/catalog/products/2/images", `{"image_url":"https://images.example.com/b.png"}`)
	send(t, s, "POST", "/v3/catalog/products/2/custom-fields", `{"name":"a","value":"b"}`)
	send(t, s, "POST", "/v3/catalog/products/2/modifiers", `{"type":"checkbox","required":false,"display_name":"Wrap"}`)
	for _, w := range []want{
		{"DELETE", "/v3/catalog/products/2/images/1", "", 204, ""},
		{"PUT", "/v3/catalog/products/2/custom-fields/1", `{"value":"c"}`, 200, `"value":"c"`},
		{"PUT", "/v3/catalog/products/2/options/1", `{"display_name":"Fit"}`, 200, `"display_name":"Fit"`},
		{"PUT", "/v3/catalog/products/2/options/1/values/1", `{"label":"XS"}`, 200, `"label":"XS"`},
		{"PUT", "/v3/catalog/products/2/modifiers/2", `{"required":true}`, 200, `"required":true`},
		{"PUT", "/v3/catalog/products/2/variants/" + small, `{"price":1}`, 200, `"price":1,`},
		{"PUT", "/v3/catalog/products/2", `{"price":1,"categories":[]}`, 200, ""},
		{"DELETE", "/v3/catalog/products/channel-assignments?product_id:in=2", "", 204, ""},
		{"DELETE", "/v3/catalog/products/2/options/1", "", 204, ""},
	} {
		old := s.st.findProduct(2)
		before := string(old.appendSnapshot(nil))
		w.check(t, s)
		if after := string(old.appendSnapshot(nil)); after != before {
			t.Errorf("%s %s changed in place:\n%s\n%s", w.method, w.path, before, after)
		}
	}
}

func TestStoreInformation(t *testing.T) {
	s := New(Options{Clock: fixedClock, Hash: "emulator", Currency: "EUR", WeightUnits: "LBS", Timezone: "Europe/Berlin", PricesWithTax: true})
	for _, w := range []want{
		{"GET", "/v2/store", "", 200, `"id":"emulator"`},
		{"GET", "/v2/store", "", 200, `"currency":"EUR","currency_symbol":"€"`},
		{"GET", "/v2/store", "", 200, `"weight_units":"LBS"`},
		{"GET", "/v2/store", "", 200, `"timezone":{"name":"Europe/Berlin","raw_offset":3600,"dst_offset":7200,"dst_correction":false`},
		{"GET", "/v2/store", "", 200, `"is_price_entered_with_tax":true`},
		{"GET", "/v2/time", "", 200, `{"time":1773480413}`},
		{"GET", "/v3/channels?status:in=active&type:in=storefront", "", 200, `"total":1,`},
		{"GET", "/v3/channels?type:in=pos", "", 200, `"data":[]`},
		{"GET", "/v3/channels/1", "", 200, `"platform":"bigcommerce"`},
		{"GET", "/v3/channels/2", "", 404, ""},
	} {
		w.check(t, s)
	}
}

func TestSummary(t *testing.T) {
	s, _, _ := shirtShop(t)
	a := send(t, s, "GET", "/v3/catalog/summary", "")
	want := `{"data":{"inventory_count":7,"variant_count":3,"inventory_value":144.5,"highest_variant_price":21.5,"average_variant_price":14.25,` +
		`"lowest_variant_price":"1.25","oldest_variant_date":"2026-03-14","newest_variant_date":"2026-03-14","primary_category_id":0,"primary_category_name":""},"meta":{}}`
	if diff := cmp.Diff(want, a.text); diff != "" {
		t.Error(diff)
	}
	if empty := send(t, New(Options{}), "GET", "/v3/catalog/summary", ""); empty.status != 200 {
		t.Errorf("empty store: %d %s", empty.status, empty.text)
	}
}

func TestPriceRules(t *testing.T) {
	s := shop(t, 1)
	const b = "/v3/catalog/products/1/bulk-pricing-rules"
	for _, w := range []want{
		{"POST", b, `{"quantity_min":5,"quantity_max":9,"type":"percent","amount":".10"}`, 200, `"amount":0.1`},
		{"POST", b, `{"quantity_min":9,"quantity_max":12,"type":"price","amount":1}`, 409, "overlaps"},
		{"POST", b, `{"quantity_min":10,"quantity_max":0,"type":"price","amount":1}`, 200, ""},
		{"POST", b, `{"quantity_min":100,"quantity_max":110,"type":"price","amount":1}`, 409, ""},
		{"POST", b, `{"quantity_min":4,"quantity_max":2,"type":"price","amount":1}`, 422, ""},
		{"PUT", "/v3/catalog/products/1", `{"bulk_pricing_rules":[{"id":1,"amount":2},{"quantity_min":1,"quantity_max":4,"type":"fixed","amount":1}]}`, 200, `"amount":2}`},
		{"GET", b, "", 200, `"total":3,`},
		{"PUT", "/v3/catalog/products/1", `{"custom_fields":[{"name":"a","value":"1"}]}`, 200, ""},
		{"PUT", "/v3/catalog/products/1", `{"custom_fields":[{"id":1,"value":"2"}]}`, 200, `"custom_fields":[{"id":1,"name":"a","value":"2"}]`},
		{"PUT", "/v3/catalog/products/1", `{"custom_fields":[{"id":99,"value":"2"}]}`, 404, ""},
		{"DELETE", b + "/1", "", 204, ""},
		{"GET", b + "/1", "", 404, ""},
	} {
		w.check(t, s)
	}
}
