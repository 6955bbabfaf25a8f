package judge

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"bcetl/internal/emulator"
)

// visit sends requests to an emulated store through a judge and keeps what came back.
type visit struct {
	t         *testing.T
	transport *Transport
	found     *collector
}

func enter(t *testing.T, s *Specs) *visit {
	t.Helper()
	store := emulator.New(emulator.Options{})
	store.Seed(emulator.Demo{})
	found := &collector{}
	return &visit{t: t, transport: s.RoundTripper(store.RoundTripper(), found.add), found: found}
}

// call gives the decoded data of an answer, which must have the status.
func (v *visit) call(status int, method, path, body string, args ...any) any {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, "https://store.example/stores/emulator"+fmt.Sprintf(path, args...), strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", "emulator")
	req.Header.Set("Accept", "application/json")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := v.transport.RoundTrip(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	content, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if res.StatusCode != status {
		v.t.Errorf("%s %s: %d, want %d: %s", method, path, res.StatusCode, status, bytes.TrimSpace(content[:min(len(content), 300)]))
	}
	var envelope struct{ Data any }
	if json.Unmarshal(content, &envelope) != nil {
		return nil
	}
	return envelope.Data
}

// id is the id of a created record.
func (v *visit) id(data any) int {
	v.t.Helper()
	if list, ok := data.([]any); ok && len(list) > 0 {
		data = list[0]
	}
	record, _ := data.(map[string]any)
	id, ok := record["id"].(float64)
	if !ok {
		v.t.Fatalf("no id in %v", data)
	}
	return int(id)
}

func (v *visit) reads() {
	for _, path := range []string{
		"/v3/catalog/products?limit=250&sort=id&direction=asc",
		"/v3/catalog/products?limit=250&include=variants,images,custom_fields,bulk_pricing_rules,primary_image,videos,reviews,channels,parent_relations",
		"/v3/catalog/products?limit=10&include=options,modifiers",
		"/v3/catalog/products?include_fields=sku,price&limit=3&page=2",
		"/v3/catalog/products?exclude_fields=description&limit=3",
		"/v3/catalog/products?id:in=1,2,3&is_visible=true&price=1&keyword=tea",
		"/v3/catalog/products?sku:in=nothing",
		"/v3/catalog/variants?limit=250",
		"/v3/catalog/brands?limit=250", "/v3/catalog/categories?limit=250", "/v3/catalog/trees", "/v3/catalog/trees/categories?limit=250",
		"/v3/catalog/trees/1/categories", "/v3/catalog/summary", "/v3/channels", "/v3/channels/1",
		"/v3/catalog/products/channel-assignments", "/v3/catalog/products/category-assignments", "/v3/catalog/products/metafields",
		"/v2/store", "/v2/time",
	} {
		v.call(200, "GET", strings.ReplaceAll(path, "%", "%%"), "")
	}
}

func (v *visit) products() int {
	id := v.id(v.call(200, "POST", "/v3/catalog/products", `{"name":"Teapot","type":"physical","weight":1.5,"price":20.25,"sku":"POT-1","categories":[],
		"custom_url":{"url":"/teapot/","is_customized":true},"custom_fields":[{"name":"Made of","value":"Clay"}],
		"bulk_pricing_rules":[{"quantity_min":2,"quantity_max":0,"type":"percent","amount":10}],
		"images":[{"image_url":"https://images.example/pot.png","is_thumbnail":true}],
		"variants":[{"sku":"POT-1-S","price":19,"option_values":[{"option_display_name":"Size","label":"S"}]},{"sku":"POT-1-L","option_values":[{"option_display_name":"Size","label":"L"}]}]}`))
	plain := v.id(v.call(200, "POST", "/v3/catalog/products", `{"name":"Cup","type":"physical","weight":0,"price":3,"brand_name":"Clay & Co"}`))
	v.call(200, "GET", "/v3/catalog/products/%d?include=variants,images,custom_fields,bulk_pricing_rules,options,modifiers,primary_image,videos,reviews", "", id)
	v.call(200, "PUT", "/v3/catalog/products", fmt.Sprintf(`[{"id":%d,"price":21},{"id":%d,"sale_price":2.5,"preorder_release_date":null}]`, id, plain))
	v.call(200, "PUT", "/v3/catalog/products/%d", `{"description":"<p>Ünïcode</p>","inventory_tracking":"product","inventory_level":4}`, plain)
	v.call(404, "GET", "/v3/catalog/products/999999", "")
	v.call(404, "PUT", "/v3/catalog/products", `[{"id":999999,"price":1}]`)
	v.call(409, "PUT", "/v3/catalog/products/%d", `{"sku":"pot-1"}`, plain)
	v.call(409, "POST", "/v3/catalog/products", `{"name":"Teapot","type":"physical","weight":1,"price":1}`)
	v.call(422, "POST", "/v3/catalog/products", `{"name":"Nothing else"}`)
	v.call(422, "PUT", "/v3/catalog/products", `[{"sku":"A"}]`)
	v.call(413, "PUT", "/v3/catalog/products", items(11, fmt.Sprintf(`{"id":%d}`, plain)))
	v.call(204, "DELETE", "/v3/catalog/products/%d", "", plain)
	v.call(204, "DELETE", "/v3/catalog/products?id:in=%d", "", plain)
	return id
}

func (v *visit) children(product int) {
	for _, child := range []struct{ path, body, change string }{
		{"custom-fields", `{"name":"Origin","value":"Kyoto"}`, `{"name":"Origin","value":"Uji"}`},
		{"images", `{"image_url":"https://images.example/b.png","description":"side"}`, `{"description":"back"}`},
		{"videos", `{"title":"Pouring","description":"","sort_order":1,"type":"youtube","video_id":"abc"}`, `{"title":"Poured"}`},
		{"reviews", `{"title":"Good","text":"Pours","status":"approved","rating":5,"email":"a@example.com","name":"A","date_reviewed":"2024-01-01T00:00:00+00:00"}`, `{"title":"Better"}`},
		{"metafields", `{"permission_set":"read","namespace":"care","key":"wash","value":"hand","description":""}`, `{"value":"machine"}`},
		{"bulk-pricing-rules", "", ""},
	} {
		base := fmt.Sprintf("/v3/catalog/products/%d/%s", product, child.path)
		v.call(200, "GET", base, "")
		if child.body == "" {
			continue
		}
		id := v.id(v.call(200, "POST", base, child.body))
		v.call(200, "GET", "%s/%d", "", base, id)
		v.call(200, "PUT", "%s/%d", child.change, base, id)
		v.call(404, "GET", "%s/999999", "", base)
		v.call(204, "DELETE", "%s/%d", "", base, id)
	}
}

func (v *visit) variants(product int) {
	base := fmt.Sprintf("/v3/catalog/products/%d/variants", product)
	id := v.id(v.call(200, "GET", base, ""))
	v.call(200, "GET", "%s/%d", "", base, id)
	v.call(200, "PUT", "%s/%d", `{"price":18,"sku":"POT-1-XS"}`, base, id)
	v.call(200, "GET", "/v3/catalog/variants?product_id:in=%d&include_fields=sku", "", product)
	v.call(200, "PUT", "/v3/catalog/variants", fmt.Sprintf(`[{"id":%d,"price":17.5,"inventory_level":3},{"id":%d,"price":null}]`, id, id+1))
	v.call(422, "PUT", "/v3/catalog/variants", `[{"id":999999,"price":1}]`)
	v.call(413, "PUT", "/v3/catalog/variants", items(51, fmt.Sprintf(`{"id":%d}`, id)))
	v.call(200, "GET", "/v3/catalog/products/%d/options", "", product)
	v.call(200, "GET", "/v3/catalog/products/%d/modifiers", "", product)
	option := v.id(v.call(200, "POST", "/v3/catalog/products/%d/options", `{"display_name":"Colour","type":"dropdown","option_values":[{"label":"Red","sort_order":0,"is_default":true}]}`, product))
	v.call(200, "GET", "/v3/catalog/products/%d/options/%d", "", product, option)
	v.call(200, "GET", "/v3/catalog/products/%d/options/%d/values", "", product, option)
	modifier := v.id(v.call(200, "POST", "/v3/catalog/products/%d/modifiers", `{"display_name":"Engraving","type":"text","required":false,"config":{"text_max_length":10}}`, product))
	v.call(200, "GET", "/v3/catalog/products/%d/modifiers/%d", "", product, modifier)
	v.call(204, "DELETE", "/v3/catalog/products/%d/modifiers/%d", "", product, modifier)
	v.call(204, "DELETE", "%s/%d", "", base, id)
}

func (v *visit) references(product int) {
	brand := v.id(v.call(200, "POST", "/v3/catalog/brands", `{"name":"Raku"}`))
	v.call(200, "GET", "/v3/catalog/brands/%d", "", brand)
	v.call(200, "PUT", "/v3/catalog/brands/%d", `{"page_title":"Raku ware"}`, brand)
	v.call(409, "POST", "/v3/catalog/brands", `{"name":"Raku"}`)
	made, _ := v.call(201, "POST", "/v3/catalog/trees/categories", `[{"tree_id":1,"parent_id":0,"name":"Cups","url":{"path":"/cups/","is_customized":false}}]`).([]any)
	if len(made) != 1 {
		v.t.Fatalf("created %v", made)
	}
	category := int(made[0].(map[string]any)["category_id"].(float64))
	v.call(200, "GET", "/v3/catalog/categories/%d", "", category)
	v.call(200, "PUT", "/v3/catalog/trees/categories", fmt.Sprintf(`[{"category_id":%d,"name":"Teapots"}]`, category))
	v.call(204, "PUT", "/v3/catalog/products/category-assignments", fmt.Sprintf(`[{"product_id":%d,"category_id":%d}]`, product, category))
	v.call(204, "PUT", "/v3/catalog/products/channel-assignments", fmt.Sprintf(`[{"product_id":%d,"channel_id":1}]`, product))
	v.call(204, "DELETE", "/v3/catalog/products/category-assignments?product_id:in=%d&category_id:in=%d", "", product, category)
	v.call(204, "DELETE", "/v3/catalog/brands/%d", "", brand)
}

// The emulated store answers as the files say, over everything that it has.
func TestEmulatorAnswers(t *testing.T) {
	s := specs(t)
	v := enter(t, s)
	v.reads()
	product := v.products()
	v.children(product)
	v.variants(product)
	v.references(product)
	v.reads()
	seen := map[string]int{}
	for _, violation := range v.found.found {
		if strings.HasPrefix(violation.Where, whereAnswer) {
			key := violation.Method + " " + placeless(violation.Path) + ": " + placeless(violation.Where) + ": " + violation.Message + " [" + violation.Rule + "]"
			if seen[key]++; seen[key] == 1 {
				t.Error(key)
			}
		}
	}
	counts := v.transport.Counts()
	if counts.Answers < 100 || len(counts.Operations) < 60 {
		t.Errorf("%d answers of %d operations were judged", counts.Answers, len(counts.Operations))
	}
	t.Logf("%d answers of %d operations, exceptions %v", counts.Answers, len(counts.Operations), counts.Exceptions)
}

// Without files the rules that need none still watch the store.
func TestEmulatorBehindTheStaticJudge(t *testing.T) {
	v := enter(t, Static())
	v.call(200, "GET", "/v3/catalog/products?limit=1", "")
	if len(v.found.found) > 0 {
		t.Error(v.found.found)
	}
	v.call(413, "PUT", "/v3/catalog/products", items(11, `{"id":1}`))
	if rules := v.found.rules(); len(rules) != 1 || rules[0] != RuleTooManyItems {
		t.Error(v.found.found)
	}
}
