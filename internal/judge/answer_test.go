package judge

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var sorted = cmpopts.SortSlices(func(a, b string) bool { return a < b })

func TestAnswers(t *testing.T) {
	s := specs(t)
	page := `{"data":[{"id":1,"name":"A","price":1.5}],"meta":{"pagination":{"total":1,"count":1,"per_page":50,"current_page":1,"total_pages":1,"links":{"current":"?page=1"}}}}`
	text := http.Header{"Content-Type": {"text/html"}}
	for _, tc := range []struct {
		name, method, target, body string
		answer                     canned
		want                       []string
	}{
		{"a page", "GET", "/v3/catalog/products", "", canned{status: 200, body: page}, nil},
		{"a status that no file knows", "GET", "/v3/catalog/products", "", canned{status: 418, body: "{}"}, []string{"answer-status: answer status"}},
		{"201 for a list", "GET", "/v3/catalog/products", "", canned{status: 201, body: page}, []string{"answer-status: answer status"}},
		{"a redirect", "GET", "/v3/catalog/products", "", canned{status: 301}, []string{"answer-status: answer status"}},
		{"204 for an empty V3 list", "GET", "/v3/catalog/products", "", canned{status: 204}, []string{"answer-status: answer status"}},
		{"204 for an empty V2 list", "GET", "/v2/coupons", "", canned{status: 204}, nil},
		{"204 with a body", "DELETE", "/v3/catalog/products/1", "", canned{status: 204, body: "{}"}, []string{"answer-body: answer body"}},
		{"200 without a body", "GET", "/v3/catalog/products", "", canned{status: 200}, []string{"answer-body: answer body"}},
		{"200 in HTML", "GET", "/v3/catalog/products", "", canned{status: 200, body: page, header: text}, []string{"answer-type: answer body"}},
		{"half a page", "GET", "/v3/catalog/products", "", canned{status: 200, body: page[:40]}, []string{"answer-body: answer body"}},
		{"a price as text", "GET", "/v3/catalog/products", "", canned{status: 200, body: `{"data":[{"id":1,"price":"1.5"}]}`}, []string{"answer-schema: answer body /data/0/price"}},
		{"a field that nobody knows", "GET", "/v3/catalog/products", "", canned{status: 200, body: `{"data":[{"id":1,"prise":1}]}`}, []string{"answer-field: answer body /data/0/prise"}},
		{"a V2 date in V3", "GET", "/v3/catalog/products", "", canned{status: 200, body: `{"data":[{"id":1,"date_created":"Tue, 01 Jan 2024 00:00:00 +0000"}]}`}, []string{"answer-schema: answer body /data/0/date_created"}},
		{"included variants", "GET", "/v3/catalog/products", "", canned{status: 200, body: `{"data":[{"id":1,"variants":[{"id":2,"sku":"A","price":null}]}]}`}, nil},
		{"a fault in an included variant", "GET", "/v3/catalog/products", "", canned{status: 200, body: `{"data":[{"id":1,"variants":[{"id":2,"sku":7,"skuu":"A"}]}]}`}, []string{"answer-schema: answer body /data/0/variants/0/sku", "answer-field: answer body /data/0/variants/0/skuu"}},
		{"429 with no body", "GET", "/v3/catalog/products", "", canned{status: 429, header: http.Header{}}, nil},
		{"503 in HTML", "GET", "/v3/catalog/products", "", canned{status: 503, header: text, body: "<html>"}, nil},
		{"401 in V3's form", "GET", "/v3/catalog/products", "", canned{status: 401, body: `{"status":401,"title":"Unauthorized","type":"x","errors":{}}`}, nil},
		{"the gateway's 403", "GET", "/v3/catalog/products", "", canned{status: 403, body: `{"error":"You are authorized but your scope does not include this resource."}`}, nil},
		{"V2's form on V3", "GET", "/v3/catalog/products", "", canned{status: 400, body: `[{"status":400,"message":"x"}]`}, []string{"answer-schema: answer body"}},
		{"V3's form on V2", "GET", "/v2/coupons", "", canned{status: 401, body: `{"status":401,"title":"x"}`}, []string{"answer-schema: answer body"}},
		{"V2's form on V2", "GET", "/v2/coupons", "", canned{status: 401, body: `[{"status":401,"message":"x"}]`}, nil},
		{"an empty V2 error", "GET", "/v2/coupons", "", canned{status: 401, body: `[]`}, []string{"answer-schema: answer body"}},
		{"a conflict where the file knows one", "PUT", "/v3/catalog/products", `[{"id":1}]`, canned{status: 409, body: `{"status":409,"title":"The product sku is a duplicate","type":"x","errors":{"sku":"The product sku is a duplicate"}}`}, nil},
		{"a conflict where the file knows none", "GET", "/v3/catalog/products", "", canned{status: 409, body: `{"status":409,"title":"x"}`}, []string{"answer-status: answer status"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			transport, found, res := send(t, s, &tc.answer, tc.method, tc.target, tc.body)
			var got []string
			for _, v := range found.found {
				got = append(got, v.Rule+": "+v.Where)
			}
			if diff := cmp.Diff(tc.want, got, sorted); diff != "" {
				t.Error(diff, found.found)
			}
			if body, err := io.ReadAll(res.Body); err != nil || string(body) != tc.answer.body {
				t.Errorf("the answer was changed to %q, %v", body, err)
			}
			if counts := transport.Counts(); counts.Answers != 1 {
				t.Errorf("counts %+v", counts)
			}
		})
	}
}

func TestNothingIsChanged(t *testing.T) {
	s := specs(t)
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write([]byte(`{"data":[{"id":1,"prise":1}]}`)); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	next := &canned{status: 200, body: packed.String(), header: http.Header{"Content-Type": {"application/json"}, "Content-Encoding": {"gzip"}}}
	sent := "[ {\"id\":1, \"price\": 1.50} ]"
	_, found, res := send(t, s, next, "PUT", "/v3/catalog/products", sent)
	if string(next.sent) != sent {
		t.Errorf("sent on as %q", next.sent)
	}
	if body, err := io.ReadAll(res.Body); err != nil || string(body) != packed.String() {
		t.Errorf("compressed answer changed: %v", err)
	}
	if diff := cmp.Diff([]string{RuleAnswerField}, found.rules()); diff != "" {
		t.Errorf("the compressed answer was not read: %s", diff)
	}
}

func TestBrokenAnswerKeepsItsError(t *testing.T) {
	gone := errors.New("connection reset")
	_, found, res := send(t, specs(t), &canned{status: 200, body: `{"da`, broken: gone}, "GET", "/v3/catalog/products", "")
	body, err := io.ReadAll(res.Body)
	if string(body) != `{"da` || !errors.Is(err, gone) {
		t.Errorf("%q, %v", body, err)
	}
	if len(found.found) > 0 {
		t.Error(found.found)
	}
}

func TestLargePage(t *testing.T) {
	s := specs(t)
	good := `{"id":1,"description":"` + strings.Repeat("x", 8000) + `"}`
	list := make([]string, 250)
	for i := range list {
		list[i] = good
	}
	list[3] = `{"id":1,"prise":1}`
	list[100] = `{"id":1,"prise":1}` // between head and tail: not looked at
	list[249] = `{"id":1,"price":"1"}`
	_, found, _ := send(t, s, &canned{status: 200, body: `{"data":[` + strings.Join(list, ",") + `],"meta":{}}`}, "GET", "/v3/catalog/products", "")
	var got []string
	for _, v := range found.found {
		got = append(got, v.Where)
	}
	want := []string{"answer body /data/3/prise", "answer body /data/249/price"}
	if diff := cmp.Diff(want, got, sorted); diff != "" {
		t.Error(diff)
	}
}

func TestRecordedAnswers(t *testing.T) {
	s := specs(t)
	used := map[string]int{}
	for _, tc := range []struct {
		file, method, path string
		excused            []string
	}{
		{"aligent/v3_catalog__brands__get_all.json", "GET", "/v3/catalog/brands", []string{"brand-null-meta"}},
		{"aligent/v3_catalog__categories__get_all.json", "GET", "/v3/catalog/categories", nil},
		{"aligent/v3_catalog__products__158__images__get_all.json", "GET", "/v3/catalog/products/158/images", []string{"image-file"}},
		{"aligent/v3_catalog__products__174__get.json", "GET", "/v3/catalog/products/174", []string{"empty-date", "product-nulls"}},
		{"aligent/v3_catalog__products__1__options__2__values__create.json", "POST", "/v3/catalog/products/1/options/2/values", nil},
		{"aligent/v3_catalog__products__77__get.json", "GET", "/v3/catalog/products/77", []string{"product-nulls"}},
		{"aligent/v3_catalog__products__bulk_pricing_rules__get_all.json", "GET", "/v3/catalog/products/7/bulk-pricing-rules", []string{"bulk-pricing-list"}},
		{"aligent/v3_catalog__products__get_all.json", "GET", "/v3/catalog/products", []string{"empty-date", "included-children", "product-nulls"}},
		{"aligent/v3_catalog__products__modifiers__222__values__get_all.json", "GET", "/v3/catalog/products/5/modifiers/222/values", nil},
		// the file is named for values and holds modifiers
		{"aligent/v3_catalog__products__modifiers__6962__values__get_all.json", "GET", "/v3/catalog/products/6962/modifiers", []string{"empty-config", "modifier-nulls"}},
		{"aligent/v3_catalog__products__variants__384__get.json", "GET", "/v3/catalog/products/7/variants/384", []string{"null-meta", "variant-fields"}},
		{"aligent/v3_catalog__products__variants__get_all.json", "GET", "/v3/catalog/products/7/variants", []string{"variant-fields"}},
		{"aligent/v3_catalog__summary__get.json", "GET", "/v3/catalog/summary", []string{"lowest-variant-price"}},
		{"aligent/v3_no-data-paginated.json", "GET", "/v3/catalog/products", nil},
		{"vsf/v3_product_77_full.json", "GET", "/v3/catalog/products/77", []string{"empty-config", "image-file", "included-children", "option-name", "product-nulls"}},
	} {
		t.Run(tc.file, func(t *testing.T) {
			body := recorded(t, tc.file)
			if strings.HasPrefix(tc.file, "vsf/") { // stored without its envelope
				body = slices.Concat([]byte(`{"data":`), body, []byte(`,"meta":{}}`))
			}
			transport, found, _ := send(t, s, &canned{status: 200, body: string(body)}, tc.method, tc.path, "")
			for _, v := range found.found {
				if v.Rule != RuleRequestBody { // a POST is sent without its body here
					t.Error(v)
				}
			}
			var excused []string
			for name := range transport.Counts().Exceptions {
				excused = append(excused, name)
				used[name]++
			}
			if diff := cmp.Diff(tc.excused, excused, sorted, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRecordedErrors(t *testing.T) {
	var seen []struct {
		What    string
		HTTP    int
		Body    json.RawMessage
		Partial bool
	}
	if err := json.Unmarshal(recorded(t, "contract/error_bodies_seen.json"), &seen); err != nil {
		t.Fatal(err)
	}
	for _, e := range seen {
		version := "v3"
		if strings.HasPrefix(e.What, "V2") {
			version = "v2"
		}
		if e.HTTP == 0 || len(e.Body) == 0 || e.Body[0] == '"' {
			continue // a body in plain text
		}
		value, err := decode(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		if op := (&operation{version: version}); !op.errorForm(value) {
			t.Errorf("%s: %s is not known as a %s error", e.What, e.Body, version)
		}
	}
}

// wrongExamples are examples in the files that are not what goes over the wire.
var wrongExamples = map[string]string{
	"GET /v3/catalog/trees/{tree_id}/categories 200":           "children are the word string",
	"PUT /v3/catalog/products request":                         "image_file travels in multipart bodies only",
	"POST /v3/catalog/products/{product_id}/modifiers request": "the schema of a new modifier's values lacks what the example sends",
	"PUT /v2/orders/{order_id} request":                        "cost_exc_tax is misspelt for cost_ex_tax",
	"POST /v2/orders request":                                  "cost_exc_tax is misspelt for cost_ex_tax",
	"GET /v2/orders/{order_id} 200":                            "a key has a quotation mark in it",
	"POST /v2/orders 200":                                      "a key has a quotation mark in it",
	"PUT /v2/orders/{order_id} 200":                            "a key has a quotation mark in it",
}

func TestExamplesOfTheFiles(t *testing.T) {
	s := specs(t)
	files, err := specFiles(specFolder)
	if err != nil {
		t.Fatal(err)
	}
	operations := map[string]*operation{}
	s.each(func(op *operation) { operations[op.name] = op })
	seen, bare, wrong := 0, 0, map[string]bool{}
	for _, file := range files {
		document, err := openapi3.NewLoader().LoadFromFile(file)
		if err != nil {
			t.Fatal(err)
		}
		version, err := versionOf(document)
		if err != nil {
			t.Fatal(err)
		}
		for path, item := range document.Paths.Map() {
			for method, described := range item.Operations() {
				op := operations[method+" /"+version+path]
				check := func(place string, faults []fault) {
					seen++
					for _, found := range faults {
						if s.excuse(op, found) != "" {
							continue
						}
						if wrongExamples[op.name+" "+place] != "" {
							wrong[op.name+" "+place] = true
							continue
						}
						t.Errorf("%s %s: %s: %s", op.name, place, found.where, found.message)
					}
				}
				if described.RequestBody != nil {
					for body := range examples(described.RequestBody.Value.Content[mediaJSON]) {
						check("request", op.judgeBody(mediaJSON, []byte(body)))
					}
				}
				for status, ref := range described.Responses.Map() {
					for media, content := range ref.Value.Content {
						if !strings.Contains(media, "/") {
							continue // an example's name where the content type belongs
						}
						for body := range examples(content) {
							var code int
							if _, err := fmt.Sscan(status, &code); err != nil {
								t.Fatal(err)
							}
							if code < 300 && version == "v3" && !strings.Contains(body, `"data"`) {
								bare++ // the record alone, without the envelope that its own schema has
								continue
							}
							check(status, s.judgeAnswer(op, code, http.Header{"Content-Type": {media}}, []byte(body)))
						}
					}
				}
			}
		}
	}
	t.Logf("%d examples, %d without envelope", seen, bare)
	if seen < 250 {
		t.Errorf("only %d examples seen", seen)
	}
	for name, reason := range wrongExamples {
		if !wrong[name] {
			t.Errorf("%s is listed as wrong (%s) and is right", name, reason)
		}
	}
}

func examples(content *openapi3.MediaType) map[string]bool {
	found := map[string]bool{}
	add := func(value any) {
		if body, err := json.Marshal(value); err == nil && value != nil {
			found[string(body)] = true
		}
	}
	if content == nil {
		return nil
	}
	add(content.Example)
	for _, example := range content.Examples {
		if example.Value != nil {
			add(example.Value.Value)
		}
	}
	return found
}
