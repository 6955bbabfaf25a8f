package emulator_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bcetl/internal/emulator"
	"bcetl/internal/judge"
)

func TestMain(m *testing.M) {
	os.Exit(judge.Suite{Tests: m, Specs: "../../../shared/openapi", Judged: "emulated store"}.Run())
}

// court sends requests through the judge.
type court struct {
	t          *testing.T
	judged     *judge.Transport
	mu         sync.Mutex
	violations []judge.Violation
}

// orEmpty as the wanted status stands for a V2 list with items or, as 204, without.
const orEmpty = 200204

func (c *court) either(method, path string) string {
	c.t.Helper()
	return c.do(orEmpty, method, path, "")
}

// do sends a request, checks its status and that the answer fits the specification, and gives
// the id of the answer's data (of its first item for a list; "" for none).
func (c *court) do(want int, method, path, body string) string {
	c.t.Helper()
	content := io.Reader(http.NoBody)
	if body != "" {
		content = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, "https://api.example.com/stores/emulator"+path, content)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", "emulator")
	req.Header.Set("Accept", "application/json")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.judged.RoundTrip(req)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	text, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		c.t.Fatal(err)
	}
	if resp.StatusCode != want && (want != orEmpty || resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNoContent) {
		c.t.Errorf("%s %s %.200s: %d, want %d: %.400s", method, path, body, resp.StatusCode, want, text)
	}
	for _, v := range c.violations {
		// Refused requests are wrong on purpose: only their answers count.
		refused := want >= 300 && want != orEmpty || want == http.StatusMultiStatus
		if known(v) || refused && !strings.HasPrefix(v.Where, "answer") {
			continue
		}
		c.t.Errorf("%s %s -> %d: %s\n%.300s", method, path, resp.StatusCode, v, text)
	}
	c.violations = nil
	var answer struct {
		Data json.RawMessage `json:"data"`
		ID   int             `json:"id"` // of a V2 answer
	}
	var item struct {
		ID         int `json:"id"`
		CategoryID int `json:"category_id"`
	}
	var bare []struct {
		ID int `json:"id"`
	}
	if json.Unmarshal(text, &bare) == nil && len(bare) > 0 && bare[0].ID != 0 {
		return strconv.Itoa(bare[0].ID)
	}
	if len(text) == 0 || text[0] == '[' {
		return ""
	}
	if json.Unmarshal(text, &answer) != nil || answer.ID != 0 || json.Unmarshal(answer.Data, &item) == nil {
		return strconv.Itoa(max(answer.ID, item.ID))
	}
	var list []json.RawMessage
	if json.Unmarshal(answer.Data, &list) == nil && len(list) > 0 && json.Unmarshal(list[0], &item) == nil {
		return strconv.Itoa(max(item.ID, item.CategoryID))
	}
	return ""
}

// known are the requests that are wrong on purpose and yet answered: the danger of a DELETE without ids is what is tested.
func known(v judge.Violation) bool {
	return v.Rule == judge.RuleUnfilteredDelete && strings.HasPrefix(v.Path, "/v2/")
}

// TestAnswersFitTheSpecification drives every endpoint and holds each answer, refusals included,
// against the official OpenAPI files.
func TestAnswersFitTheSpecification(t *testing.T) {
	specs, err := judge.Load("../../../shared/openapi")
	if errors.Is(err, judge.ErrAbsent) {
		t.Skip("the OpenAPI files are not beside the project: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC)
	s := emulator.New(emulator.Options{
		Strict: true, Clock: func() time.Time { return now },
		ImageFails: func(url string) bool { return strings.Contains(url, "broken") },
	})
	s.Seed(emulator.Demo{Products: 120, Seed: 5})
	c := &court{t: t}
	c.judged = specs.RoundTripper(s.RoundTripper(), func(v judge.Violation) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.violations = append(c.violations, v)
	})
	c.products()
	c.children()
	c.metafields()
	c.shelves()
	c.store()
	c.orders()
	c.coupons()
	c.promotions()
	counts := c.judged.Counts()
	t.Logf("%d requests, %d answers, %d operations, exceptions %v", counts.Requests, counts.Answers, len(counts.Operations), counts.Exceptions)
	if len(counts.Operations) < 140 {
		t.Errorf("only %d operations were judged", len(counts.Operations))
	}
}

const productsPath = "/v3/catalog/products"

func (c *court) products() {
	const p = productsPath
	one := `{"name":"Contract kettle","type":"physical","weight":1.25,"price":39.9,"sku":"CK-1","categories":[1],"brand_name":"Contract & Co",` +
		`"custom_fields":[{"name":"Colour","value":"Blue"}],"images":[{"image_url":"https://images.example.com/k.jpg","is_thumbnail":true}],` +
		`"meta_keywords":["kettle"],"preorder_release_date":"2026-05-01T00:00:00+00:00","custom_url":{"url":"/kettle/","is_customized":true}}`
	shirt := `{"name":"Contract shirt","type":"physical","weight":0.2,"price":20,"sku":"CS","variants":[` +
		`{"sku":"CS-S","option_values":[{"option_display_name":"Size","label":"S"}],"price":21.5},` +
		`{"sku":"CS-M","option_values":[{"option_display_name":"Size","label":"M"}]}]}`
	for _, include := range []string{
		"variants", "images,custom_fields,bulk_pricing_rules,videos,channels,primary_image", "options,modifiers", "reviews,parent_relations",
	} {
		c.do(200, "GET", p+"?include="+include+"&limit=250&sort=id&direction=asc", "")
	}
	c.do(200, "GET", p+"?limit=250&page=2", "")
	c.do(200, "GET", p+"?include_fields=name,price&exclude_fields=price", "")
	c.do(422, "GET", p+"?id:in=1,x", "")
	c.do(422, "GET", p+"?nonsense=1", "")
	kettle := c.do(200, "POST", p, one)
	other := c.do(200, "POST", p, strings.Replace(shirt, `"name"`, `"inventory_level":3,"inventory_tracking":"variant","name"`, 1))
	c.do(409, "POST", p, one)
	c.do(422, "POST", p, `{"name":"x"}`)
	c.do(422, "POST", p, `{"name":"x","type":"physical","weight":1,"price":"abc"}`)
	c.do(207, "POST", p, `{"name":"Owed","type":"physical","weight":1,"price":2,"inventory_tracking":"product","inventory_level":-1}`)
	c.do(400, "POST", p, `{"name":`)
	c.do(200, "GET", p+"/"+kettle+"?include=variants,images,options", "")
	c.do(404, "GET", p+"/99999", "")
	c.do(200, "PUT", p+"/"+kettle, `{"price":41,"inventory_tracking":"product","inventory_level":5}`)
	c.do(207, "PUT", p+"/"+kettle, `{"inventory_level":-5}`)
	c.do(207, "PUT", p+"/"+kettle, `{"custom_url":{"url":"/contract-shirt/"}}`)
	c.do(409, "PUT", p+"/"+kettle, `{"name":"contract SHIRT"}`)
	c.do(422, "PUT", p+"/"+kettle, `{"upc":null}`)
	c.do(404, "PUT", p+"/99999", `{"price":1}`)
	c.do(200, "PUT", p, `[{"id":`+kettle+`,"price":1},{"id":`+other+`,"price":2}]`)
	c.do(207, "PUT", p, `[{"id":`+kettle+`,"price":1},{"id":`+other+`,"custom_url":{"url":"/kettle/"}}]`)
	c.do(404, "PUT", p, `[{"id":`+kettle+`,"price":3},{"id":99999,"price":2}]`)
	c.do(409, "PUT", p, `[{"id":`+kettle+`,"sku":"cs-s"}]`)
	c.do(422, "PUT", p, `[{"price":2}]`)
	c.do(413, "PUT", p, `[`+strings.Repeat(`{"id":1},`, 10)+`{"id":2}]`)
	c.do(422, "DELETE", p, "")
	c.do(204, "DELETE", p+"?id:in=3,4", "")
	c.do(204, "DELETE", p+"/5", "")
	c.do(204, "PUT", p+"/category-assignments", `[{"product_id":1,"category_id":2}]`)
	c.do(200, "GET", p+"/category-assignments?product_id:in=1,2&limit=3", "")
	c.do(204, "DELETE", p+"/category-assignments?product_id:in=1&category_id:in=2", "")
	c.do(422, "DELETE", p+"/category-assignments", "")
	c.do(204, "PUT", p+"/channel-assignments", `[{"product_id":1,"channel_id":1}]`)
	c.do(422, "PUT", p+"/channel-assignments", `[{"product_id":1,"channel_id":77}]`)
	c.do(200, "GET", p+"/channel-assignments", "")
	c.do(204, "DELETE", p+"/channel-assignments?product_id:in=1", "")
}

func (c *court) children() {
	p := productsPath + "/" + c.do(200, "POST", productsPath, `{"name":"Contract parent","type":"physical","weight":1,"price":5}`)
	for _, child := range []struct{ path, create, change, bad string }{
		{"/custom-fields", `{"name":"Fit","value":"Slim"}`, `{"name":"Fit","value":"Wide"}`, `{"name":"Fit"}`},
		{
			"/bulk-pricing-rules", `{"quantity_min":3,"quantity_max":4,"type":"percent","amount":5}`,
			`{"quantity_min":3,"quantity_max":4,"type":"fixed","amount":6}`, `{"quantity_min":3}`,
		},
		{"/images", `{"image_url":"https://images.example.com/a.png","description":"Front"}`, `{"is_thumbnail":true}`, `{"image_url":"nonsense"}`},
		{"/videos", `{"title":"How","video_id":"abc123"}`, `{"title":"How to"}`, `{"title":"x","video_id":"` + strings.Repeat("a", 30) + `"}`},
		{
			"/reviews", `{"title":"Fine","date_reviewed":"2026-01-02T00:00:00+00:00"}`,
			`{"title":"Finer","date_reviewed":"2026-01-02T00:00:00+00:00"}`, `{"title":"x"}`,
		},
	} {
		id := "/" + c.do(200, "POST", p+child.path, child.create)
		c.do(422, "POST", p+child.path, child.bad)
		c.do(200, "GET", p+child.path, "")
		c.do(404, "GET", productsPath+"/99999"+child.path, "")
		c.do(404, "GET", p+child.path+"/999999", "")
		c.do(200, "GET", p+child.path+id, "")
		c.do(200, "PUT", p+child.path+id, child.change)
		c.do(204, "DELETE", p+child.path+id, "")
	}
	c.do(400, "POST", p+"/images", `{"image_url":"https://images.example.com/broken.png"}`)
	option := "/" + c.do(200, "POST", p+"/options", `{"display_name":"Size","type":"rectangles","option_values":[{"label":"S","sort_order":0},{"label":"M","sort_order":1}]}`)
	c.do(409, "POST", p+"/options", `{"display_name":"Size","type":"rectangles","option_values":[{"label":"S","sort_order":0}]}`)
	c.do(200, "GET", p+"/options", "")
	c.do(200, "GET", p+"/options"+option, "")
	c.do(200, "PUT", p+"/options"+option, `{"sort_order":2}`)
	value := "/" + c.do(200, "POST", p+"/options"+option+"/values", `{"label":"L","sort_order":2}`)
	c.do(200, "GET", p+"/options"+option+"/values", "")
	c.do(200, "GET", p+"/options"+option+"/values"+value, "")
	c.do(200, "PUT", p+"/options"+option+"/values"+value, `{"label":"XL","sort_order":2}`)
	c.do(204, "DELETE", p+"/options"+option+"/values"+value, "")
	variant := c.do(200, "POST", p+"/variants", `{"sku":"CV-S","option_values":[{"option_display_name":"Size","label":"S"}]}`)
	c.do(409, "POST", p+"/variants", `{"sku":"CV-S2","option_values":[{"option_display_name":"Size","label":"S"}]}`)
	c.do(200, "GET", p+"/variants", "")
	c.do(200, "GET", p+"/variants/"+variant, "")
	c.do(200, "PUT", p+"/variants/"+variant, `{"price":7.5}`)
	c.do(207, "PUT", p+"/variants/"+variant, `{"inventory_level":-1}`)
	c.do(200, "POST", p+"/variants/"+variant+"/image", `{"image_url":"https://images.example.com/v.png"}`)
	c.do(200, "PUT", "/v3/catalog/variants", `[{"id":`+variant+`,"price":8,"inventory_level":4}]`)
	c.do(422, "PUT", "/v3/catalog/variants", `[{"id":999999,"price":8}]`)
	c.do(413, "PUT", "/v3/catalog/variants", `[`+strings.Repeat(`{"id":1},`, 50)+`{"id":2}]`)
	c.do(200, "GET", "/v3/catalog/variants?limit=250", "")
	c.do(200, "GET", "/v3/catalog/variants?sku=CV-S", "")
	c.do(204, "DELETE", p+"/variants/"+variant, "")
	c.do(204, "DELETE", p+"/options"+option, "")
	modifier := "/" + c.do(200, "POST", p+"/modifiers", `{"type":"checkbox","required":false,"display_name":"Gift wrap"}`)
	c.do(200, "GET", p+"/modifiers", "")
	c.do(200, "GET", p+"/modifiers"+modifier, "")
	c.do(200, "PUT", p+"/modifiers"+modifier, `{"type":"checkbox","required":true,"display_name":"Gift wrap"}`)
	value = "/" + c.do(200, "GET", p+"/modifiers"+modifier+"/values", "")
	c.do(200, "GET", p+"/modifiers"+modifier+"/values"+value, "")
	c.do(204, "DELETE", p+"/modifiers"+modifier, "")
}

func (c *court) metafields() {
	p := productsPath + "/" + c.do(200, "POST", productsPath, `{"name":"Contract host","type":"physical","weight":1,"price":5}`)
	product := p[strings.LastIndexByte(p, '/')+1:]
	variant := c.do(200, "GET", p+"/variants", "")
	for one, batch := range map[string]string{
		p: productsPath, p + "/variants/" + variant: "/v3/catalog/variants", "/v3/catalog/brands/1": "/v3/catalog/brands", "/v3/catalog/categories/1": "/v3/catalog/categories",
	} {
		host := one[strings.LastIndexByte(one, '/')+1:]
		meta := `"namespace":"erp","key":"no","value":"1","permission_set":"read"`
		id := c.do(200, "POST", one+"/metafields", "{"+meta+"}")
		c.do(409, "POST", one+"/metafields", "{"+meta+"}")
		c.do(200, "GET", one+"/metafields", "")
		c.do(200, "GET", one+"/metafields/"+id, "")
		c.do(200, "PUT", one+"/metafields/"+id, "{"+meta+"}")
		c.do(204, "DELETE", one+"/metafields/"+id, "")
		id = c.do(200, "POST", batch+"/metafields", `[{"resource_id":`+host+`,`+meta+`}]`)
		c.do(422, "POST", batch+"/metafields", `[{"resource_id":`+host+`,`+meta+`}]`)
		c.do(200, "GET", batch+"/metafields?limit=2", "")
		c.do(200, "GET", batch+"/metafields?limit=1&after=", "")
		c.do(200, "PUT", batch+"/metafields", `[{"id":`+id+`,"value":"2"}]`)
		c.do(200, "DELETE", batch+"/metafields", `[`+id+`]`)
		c.do(422, "DELETE", batch+"/metafields", `[`+id+`]`)
	}
	c.do(204, "DELETE", productsPath+"/"+product, "")
}

func (c *court) shelves() {
	brand := "/" + c.do(200, "POST", "/v3/catalog/brands", `{"name":"Contract brand"}`)
	c.do(409, "POST", "/v3/catalog/brands", `{"name":"contract BRAND"}`)
	c.do(422, "POST", "/v3/catalog/brands", `{"page_title":"x"}`)
	c.do(200, "GET", "/v3/catalog/brands?name:like=o&sort=name", "")
	c.do(200, "GET", "/v3/catalog/brands"+brand, "")
	c.do(404, "GET", "/v3/catalog/brands/999", "")
	c.do(200, "PUT", "/v3/catalog/brands"+brand, `{"name":"Contract brand","page_title":"x"}`)
	c.do(204, "DELETE", "/v3/catalog/brands"+brand, "")
	c.do(422, "DELETE", "/v3/catalog/brands", "")
	c.do(200, "GET", "/v3/catalog/trees", "")
	c.do(200, "PUT", "/v3/catalog/trees", `[{"id":1,"name":"Main"}]`)
	c.do(422, "PUT", "/v3/catalog/trees", `[{"id":7,"name":"Main"}]`)
	c.do(200, "GET", "/v3/catalog/trees/1/categories", "")
	c.do(404, "GET", "/v3/catalog/trees/9/categories", "")
	const tc = "/v3/catalog/trees/categories"
	c.do(200, "GET", tc+"?limit=250&tree_id:in=1", "")
	id := c.do(201, "POST", tc, `[{"name":"Contract","tree_id":1,"parent_id":0}]`)
	c.do(207, "POST", tc, `[{"name":"Contract","tree_id":1,"parent_id":0},{"name":"Contract 2","tree_id":1,"parent_id":0}]`)
	c.do(422, "POST", tc, `[{"name":"Contract","tree_id":1,"parent_id":0}]`)
	c.do(200, "PUT", tc, `[{"category_id":`+id+`,"is_visible":false}]`)
	c.do(207, "PUT", tc, `[{"category_id":`+id+`,"is_visible":true},{"category_id":9999,"name":"x"}]`)
	c.do(422, "PUT", tc, `[{"category_id":9999,"name":"x"}]`)
	c.do(202, "DELETE", tc+"?category_id:in="+id, "")
	c.do(422, "DELETE", tc, "")
	c.do(200, "GET", "/v3/catalog/categories?parent_id=0", "")
	c.do(200, "GET", "/v3/catalog/categories/1", "")
	c.do(404, "GET", "/v3/catalog/categories/9999", "")
}

func (c *court) store() {
	c.do(200, "GET", "/v3/catalog/summary", "")
	c.do(200, "GET", "/v2/store", "")
	c.do(200, "GET", "/v2/time", "")
	c.do(200, "GET", "/v3/channels", "")
	c.do(200, "GET", "/v3/channels/1", "")
}
