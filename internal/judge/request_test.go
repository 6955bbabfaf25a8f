package judge

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var goodAnswer = map[string]string{
	http.MethodGet:    `{"data":[],"meta":{}}`,
	http.MethodPut:    `{"data":[],"meta":{}}`,
	http.MethodPost:   `{"data":{},"meta":{}}`,
	http.MethodDelete: ``,
}

func answerTo(method string) *canned {
	status := http.StatusOK
	if method == http.MethodDelete {
		status = http.StatusNoContent
	}
	return &canned{status: status, body: goodAnswer[method]}
}

func items(n int, item string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
}

// staticCases need no specification file; each is judged with and without.
var staticCases = []struct {
	name, method, target, body string
	rules                      []string
}{
	{"ten products", "PUT", "/v3/catalog/products", items(10, `{"id":1}`), nil},
	{"an eleventh product", "PUT", "/v3/catalog/products", items(11, `{"id":1}`), []string{RuleTooManyItems}},
	{"fifty variants", "PUT", "/v3/catalog/variants", items(50, `{"id":1}`), nil},
	{"a fifty-first variant", "PUT", "/v3/catalog/variants", items(51, `{"id":1}`), []string{RuleTooManyItems}},
	{"a product without id", "PUT", "/v3/catalog/products", `[{"id":1},{"sku":"A"}]`, []string{RuleMissingID}},
	{"a product with id 0", "PUT", "/v3/catalog/products", `[{"id":0}]`, []string{RuleMissingID}},
	{"a variant without id", "PUT", "/v3/catalog/variants", `[{"sku":"A"}]`, []string{RuleMissingID}},
	{"a variant to create", "PUT", "/v3/catalog/variants", `[{"product_id":1,"sku":"A","option_values":[{"option_id":1,"id":2}]}]`, nil},
	{"one product where a list is due", "PUT", "/v3/catalog/products", `{"id":1}`, []string{RuleNotABatch}},
	{"one product by its own path", "PUT", "/v3/catalog/products/7", `{"price":1}`, nil},
	{"delete all products", "DELETE", "/v3/catalog/products", "", []string{RuleUnfilteredDelete}},
	{"delete products by another filter", "DELETE", "/v3/catalog/products?is_visible=true", "", []string{RuleUnfilteredDelete}},
	{"delete products by an empty list", "DELETE", "/v3/catalog/products?id:in=", "", []string{RuleUnfilteredDelete}},
	{"delete two products", "DELETE", "/v3/catalog/products?id:in=1,2", "", nil},
	{"delete two products, colon encoded", "DELETE", "/v3/catalog/products?id%3Ain=1%2C2", "", nil},
	{"delete 251 products", "DELETE", "/v3/catalog/products?id:in=1" + strings.Repeat(",1", 250), "", []string{RuleTooManyItems}},
	{"delete 51 promotions", "DELETE", "/v3/promotions?id:in=1" + strings.Repeat(",1", 50), "", []string{RuleTooManyItems}},
	{"delete 251 codes", "DELETE", "/v3/promotions/1/codes?id:in=1" + strings.Repeat(",1", 250), "", []string{RuleTooManyItems}},
	{"delete one product", "DELETE", "/v3/catalog/products/7", "", nil},
	{"delete a brand's image", "DELETE", "/v3/catalog/brands/7/image", "", nil},
	{"delete every order", "DELETE", "/v2/orders", "", []string{RuleUnfilteredDelete}},
	{"delete every order, bounded", "DELETE", "/v2/orders?limit=50", "", []string{RuleUnfilteredDelete}},
	{"delete every coupon", "DELETE", "/v2/coupons", "", []string{RuleUnfilteredDelete}},
	{"delete one coupon by list", "DELETE", "/v2/coupons?id:in=4", "", nil},
	{"delete every shipment of an order", "DELETE", "/v2/orders/100/shipments", "", []string{RuleUnfilteredDelete}},
	{"delete a price record", "DELETE", "/v3/pricelists/1/records/2/usd", "", nil},
	{"pages of 250", "GET", "/v2/orders?limit=250", "", nil},
	{"pages of 251", "GET", "/v2/orders?limit=251", "", []string{RuleTooManyItems}},
	{"delete codes by code", "DELETE", "/v3/promotions/codes?code=A", "", nil},
}

func TestRequestsWithoutSpecs(t *testing.T) {
	for _, tc := range staticCases {
		t.Run(tc.name, func(t *testing.T) {
			_, found, _ := send(t, Static(), answerTo(tc.method), tc.method, tc.target, tc.body)
			if diff := cmp.Diff(tc.rules, found.rules()); diff != "" {
				t.Error(diff, found.found)
			}
		})
	}
}

func TestMetafieldsAreDeletedByTheirIDs(t *testing.T) {
	for body, rules := range map[string][]string{"": {RuleUnfilteredDelete}, "[]": {RuleUnfilteredDelete}, "[1,2]": nil} {
		_, found, _ := send(t, Static(), answerTo("DELETE"), "DELETE", "/v3/catalog/products/metafields", body)
		if diff := cmp.Diff(rules, found.rules()); diff != "" {
			t.Errorf("body %q: %s", body, diff)
		}
	}
}

func TestStaticRulesHoldWithSpecs(t *testing.T) {
	s := specs(t)
	for _, tc := range staticCases {
		t.Run(tc.name, func(t *testing.T) {
			_, found, _ := send(t, s, answerTo(tc.method), tc.method, tc.target, tc.body)
			got := found.found[:0:0]
			for _, v := range found.found {
				// the canned answer suits most operations and not every one
				if strings.HasPrefix(v.Where, whereRequest) {
					got = append(got, v)
				}
			}
			found.found = got
			want := tc.rules
			if strings.HasSuffix(tc.target, ":in=") {
				want = append(slices.Clone(want), RuleQueryValue) // an empty text is no id either
			}
			if diff := cmp.Diff(want, found.rules()); diff != "" {
				t.Error(diff, found.found)
			}
		})
	}
}

func TestRequestsAgainstSpecs(t *testing.T) {
	s := specs(t)
	for _, tc := range []struct {
		name, method, target, body string
		want                       []string // rule and place
	}{
		{"a list with filters", "GET", "/v3/catalog/products?id:in=1,2&sku:in=A,b-2&limit=250&include=variants,images&include_fields=sku,price&sort=id&direction=asc", "", nil},
		{"an encoded colon", "GET", "/v3/catalog/products?id%3Agreater=1&date_modified%3Amin=2024-01-01T00:00:00%2B00:00", "", nil},
		{"an unknown query name", "GET", "/v3/catalog/products?skuu=A", "", []string{"unknown-query: request query skuu"}},
		{"an operator that the list has not", "GET", "/v3/catalog/products?name:like=A", "", []string{"unknown-query: request query name:like"}},
		{"no sort on variants", "GET", "/v3/catalog/variants?sort=id", "", []string{"unknown-query: request query sort"}},
		{"a word for a number", "GET", "/v3/catalog/products?id:in=1,x", "", []string{"query-value: request query id:in"}},
		{"a sort by what cannot be sorted", "GET", "/v3/catalog/products?sort=weight", "", []string{"query-value: request query sort"}},
		{"yes for true", "GET", "/v3/catalog/products?is_visible=yes", "", []string{"query-value: request query is_visible"}},
		{"an unknown include", "GET", "/v3/catalog/products?include=variant", "", []string{"query-value: request query include"}},
		{"a repeated name", "GET", "/v3/catalog/products?id:in=1&id:in=2", "", []string{"repeated-query: request query id:in"}},
		{"a missing filter", "DELETE", "/v3/customers", "", []string{"missing-query: request query id:in", "unfiltered-delete: request query"}},
		{"an unknown path", "GET", "/v3/catalog/product", "", []string{"unknown-path: request path"}},
		{"a path of the other version", "GET", "/v2/catalog/products", "", []string{"unknown-path: request path"}},
		{"refunds of an order", "GET", "/v3/orders/1/payment_actions/refunds", "", nil},
		{"refunds by the path of a guide", "GET", "/v3/orders/1/payment_actions/refund", "", []string{"unknown-path: request path"}},
		{"an unknown method", "POST", "/v3/catalog/variants", "{}", []string{"unknown-method: request method"}},
		{"a word for an id", "GET", "/v3/catalog/products/x", "", []string{"path-value: request path product_id"}},
		{"a literal beside an id", "GET", "/v3/catalog/products/metafields", "", nil},
		{"an unknown field", "PUT", "/v3/catalog/products", `[{"id":1,"prise":1}]`, []string{"unknown-field: request body /0/prise"}},
		{"an unknown field further in", "POST", "/v3/catalog/products", `{"name":"A","type":"physical","weight":1,"price":1,"custom_url":{"urll":"/a/"},"images":[{"image_url":"https://x/y.png","alt":""}]}`, []string{"unknown-field: request body /custom_url/urll", "unknown-field: request body /images/0/alt"}},
		{"a read-only field in a batch", "PUT", "/v3/catalog/products", `[{"id":1,"date_created":"2024-01-01T00:00:00+00:00"}]`, []string{"read-only-field: request body /0/date_created"}},
		{"a read-only field in one product", "PUT", "/v3/catalog/products/7", `{"calculated_price":1}`, []string{"read-only-field: request body /calculated_price"}},
		{"the id in one product", "PUT", "/v3/catalog/products/7", `{"id":7}`, []string{"read-only-field: request body /id"}},
		{"a child's id in an update", "PUT", "/v3/catalog/products/7", `{"bulk_pricing_rules":[{"id":3,"quantity_min":2,"quantity_max":0,"type":"price","amount":1}]}`, nil},
		{"a price as text", "PUT", "/v3/catalog/products", `[{"id":1,"price":"1.00"}]`, []string{"request-schema: request body /0/price"}},
		{"a negative price", "PUT", "/v3/catalog/products", `[{"id":1,"price":-1}]`, []string{"request-schema: request body /0/price"}},
		{"a name of 251 letters", "PUT", "/v3/catalog/products", `[{"id":1,"name":"` + strings.Repeat("ä", 251) + `"}]`, []string{"request-schema: request body /0/name"}},
		{"a null upc", "PUT", "/v3/catalog/products", `[{"id":1,"upc":null}]`, []string{"request-schema: request body /0/upc"}},
		{"a null price of a variant", "PUT", "/v3/catalog/variants", `[{"id":1,"price":null}]`, nil},
		{"a null price of a product", "PUT", "/v3/catalog/products", `[{"id":1,"sale_price":null}]`, []string{"request-schema: request body /0/sale_price"}},
		{"a variant's codes in a batch", "PUT", "/v3/catalog/variants", `[{"id":1,"sku":"A","gtin":"1","mpn":"M","map_price":1}]`, nil},
		{"a variant's sku_id in a batch", "PUT", "/v3/catalog/variants", `[{"id":1,"sku_id":4}]`, []string{"read-only-field: request body /0/sku_id"}},
		{"an unknown condition", "PUT", "/v3/catalog/products", `[{"id":1,"condition":"new"}]`, []string{"request-schema: request body /0/condition"}},
		{"a product without price", "POST", "/v3/catalog/products", `{"name":"A","type":"physical","weight":1}`, []string{"request-schema: request body /price"}},
		{"no body", "POST", "/v3/catalog/products", "", []string{"request-body: request body"}},
		{"a body where none is taken", "GET", "/v3/catalog/products", "{}", []string{"request-body: request body"}},
		{"half a body", "POST", "/v3/catalog/products", `{"name":`, []string{"request-body: request body"}},
		{"two bodies", "POST", "/v3/catalog/products", `{} {}`, []string{"request-body: request body"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			transport, found, _ := send(t, s, &canned{status: http.StatusInternalServerError}, tc.method, tc.target, tc.body)
			var got []string
			for _, v := range found.found {
				if v.Where != "answer body" {
					got = append(got, v.Rule+": "+v.Where)
				}
			}
			if diff := cmp.Diff(tc.want, got, sorted); diff != "" {
				t.Error(diff, found.found)
			}
			if n := transport.Counts().Requests; n != 1 {
				t.Errorf("%d requests counted", n)
			}
		})
	}
}

func TestRequestType(t *testing.T) {
	s := specs(t)
	for contentType, rules := range map[string][]string{
		"application/json; charset=utf-8":   nil,
		"text/plain":                        {RuleRequestType},
		"":                                  {RuleRequestType},
		"application/x-www-form-urlencoded": {RuleRequestType},
	} {
		req, err := http.NewRequestWithContext(t.Context(), "PUT", base+"/v3/catalog/products", strings.NewReader(`[{"id":1}]`))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", contentType)
		found := &collector{}
		res, err := s.RoundTripper(&canned{status: 200, body: `{"data":[],"meta":{}}`}, found.add).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if diff := cmp.Diff(rules, found.rules()); diff != "" {
			t.Errorf("%q: %s", contentType, diff)
		}
	}
}

func TestForeignPath(t *testing.T) {
	found := &collector{}
	req, err := http.NewRequestWithContext(t.Context(), "GET", "http://127.0.0.1/v3/catalog/products", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := Static().RoundTripper(&canned{status: 200}, found.add).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if diff := cmp.Diff([]string{RuleUnknownPath}, found.rules()); diff != "" {
		t.Error(diff)
	}
}

// Every DELETE of a collection in the files is one that the static rules refuse without ids.
func TestStaticKnowsEveryCollection(t *testing.T) {
	s := specs(t)
	seen := 0
	s.each(func(op *operation) {
		path := strings.TrimPrefix(op.name, "DELETE ")
		if op.method != http.MethodDelete || strings.HasSuffix(path, "}") {
			return
		}
		seen++
		last := path[strings.LastIndex(path, "/")+1:]
		if refused := len(checkDelete(path, nil, nil)) > 0; refused == singles[last] {
			t.Errorf("%s: refused %v", op.name, refused)
		}
	})
	if seen < 30 {
		t.Errorf("only %d collections seen", seen)
	}
}

func (s *Specs) each(yield func(*operation)) {
	var visit func(*node)
	visit = func(n *node) {
		if n == nil {
			return
		}
		for _, m := range n.operations {
			yield(m.op)
		}
		for _, next := range n.literal {
			visit(next)
		}
		visit(n.parameter)
	}
	visit(s.routes)
}
