package judge

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestLoad(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "none")); !errors.Is(err, ErrAbsent) {
		t.Errorf("a missing folder: %v", err)
	}
	if _, err := Load(t.TempDir()); !errors.Is(err, ErrAbsent) {
		t.Errorf("an empty folder: %v", err)
	}
	broken := t.TempDir()
	if err := os.WriteFile(filepath.Join(broken, "a.yml"), []byte("openapi: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(broken); err == nil || errors.Is(err, ErrAbsent) {
		t.Errorf("a damaged file: %v", err)
	}
	s := specs(t)
	if again, err := Load(specFolder); err != nil || again != s {
		t.Errorf("read a second time: %v", err)
	}
	if s.Operations() < 300 {
		t.Errorf("%d operations", s.Operations())
	}
	if Static().Operations() != 0 {
		t.Error("the static judge has operations")
	}
}

// A small file of our own stands for the official ones where they are absent: schemas through allOf, a schema that contains itself, an open one.
const ownFile = `
openapi: 3.0.3
info: {title: own, version: ""}
servers: [{url: "https://api.example.com/stores/{store_hash}/v3"}]
paths:
  /things:
    get:
      parameters:
        - {name: "id:in", in: query, style: form, explode: false, schema: {type: array, items: {type: integer}}}
        - {name: kind, in: query, required: true, schema: {type: string, enum: [a, b]}}
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: object, properties: {data: {type: array, items: {$ref: "#/components/schemas/thing"}}, meta: {}}}}}
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: "#/components/schemas/new"}}}}
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {type: object, properties: {data: {$ref: "#/components/schemas/thing"}}}}}
components:
  schemas:
    new: {type: object, required: [name], properties: {name: {type: string, maxLength: 3}, price: {type: number, x-nullable: true}, free: {type: object}}}
    thing:
      allOf:
        - $ref: "#/components/schemas/new"
        - {type: object, properties: {id: {type: integer, readOnly: true}, made: {type: string, format: date-time}, children: {type: array, items: {$ref: "#/components/schemas/thing"}}}}
`

func own(t *testing.T) *Specs {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "own.yml"), []byte(ownFile), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOwnFile(t *testing.T) {
	s := own(t)
	for _, tc := range []struct{ method, target, body, answer, want string }{
		{"GET", "/v3/things?kind=a&id:in=1,2", "", `{"data":[{"id":1,"name":"x","children":[{"name":"y","children":[]}]}]}`, ""},
		{"GET", "/v3/things", "", `{"data":[]}`, RuleMissingQuery},
		{"GET", "/v3/things?kind=c", "", `{"data":[]}`, RuleQueryValue},
		{"GET", "/v3/things?kind=a&kin=b", "", `{"data":[]}`, RuleUnknownQuery},
		{"GET", "/v3/thing?kind=a", "", `{"data":[]}`, RuleUnknownPath},
		{"PUT", "/v3/things", `[]`, `{"data":[]}`, RuleUnknownMethod},
		{"GET", "/v3/things?kind=a", "", `{"data":[{"name":"x","children":[{"name":"long"}]}]}`, RuleAnswerSchema},
		{"GET", "/v3/things?kind=a", "", `{"data":[{"name":"x","children":[{"name":"y","nme":""}]}]}`, RuleAnswerField},
		{"GET", "/v3/things?kind=a", "", `{"data":[{"name":"x","made":"yesterday"}]}`, RuleAnswerSchema},
		{"POST", "/v3/things", `{"name":"x","price":null,"free":{"any":1}}`, `{"data":{"id":1,"name":"x"}}`, ""},
		{"POST", "/v3/things", `{"name":"x","id":1}`, `{"data":{"id":1,"name":"x"}}`, RuleReadOnlyField},
		{"POST", "/v3/things", `{"name":"x","nme":1}`, `{"data":{"id":1,"name":"x"}}`, RuleUnknownField},
		{"POST", "/v3/things", `{"price":1}`, `{"data":{"id":1,"name":"x"}}`, RuleRequestSchema},
		{"POST", "/v3/things", ``, `{"data":{"id":1,"name":"x"}}`, RuleRequestBody},
	} {
		_, found, _ := send(t, s, &canned{status: 200, body: tc.answer}, tc.method, tc.target, tc.body)
		if got := strings.Join(found.rules(), " "); got != tc.want {
			t.Errorf("%s %s %s: %q, want %q: %v", tc.method, tc.target, tc.body, got, tc.want, found.found)
		}
	}
}

func TestCounts(t *testing.T) {
	s := own(t)
	transport := s.RoundTripper(&canned{status: 200, body: `{"data":[],"meta":null}`}, func(Violation) {})
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			req, err := http.NewRequestWithContext(t.Context(), "GET", base+"/v3/things?kind=a", nil)
			if err != nil {
				t.Error(err)
				return
			}
			res, err := transport.RoundTrip(req)
			if err != nil {
				t.Error(err)
				return
			}
			_ = res.Body.Close()
		})
	}
	group.Wait()
	counts := transport.Counts()
	if counts.Requests != 20 || counts.Answers != 20 || counts.Operations["GET /v3/things"] != 20 {
		t.Errorf("%+v", counts)
	}
}

func TestViolationNamesNoQuery(t *testing.T) {
	_, found, _ := send(t, Static(), answerTo("DELETE"), "DELETE", "/v3/catalog/products?name=secret", "")
	if len(found.found) != 1 || strings.Contains(found.found[0].String(), "secret") {
		t.Error(found.found)
	}
	if got := found.found[0].String(); got != "DELETE /v3/catalog/products: request query: a DELETE of a collection must name ids [unfiltered-delete]" {
		t.Error(got)
	}
}

// A page of 250 plain products is judged whole; measured at about 20 ms on one core.
func BenchmarkPage(b *testing.B) {
	s := specs(b)
	var page struct{ Data []json.RawMessage }
	if err := json.Unmarshal(recorded(b, "aligent/v3_catalog__products__get_all.json"), &page); err != nil {
		b.Fatal(err)
	}
	body := []byte(`{"data":[` + strings.TrimSuffix(strings.Repeat(string(page.Data[0])+",", 250), ",") + `],"meta":{}}`)
	found, _ := s.routes.find([]string{"v3", "catalog", "products"})
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		s.judgeAnswer(found.operations["GET"].op, 200, http.Header{"Content-Type": {"application/json"}}, body)
	}
}

// A served store is judged like one in-process, and an answer that breaks off is not.
func TestHandler(t *testing.T) {
	found := &collector{}
	answers := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("page") {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(w, `{"data":[{"id":1,"prise":1}]}`) // a lost client is not the test's business
	})
	server := httptest.NewServer(specs(t).Handler(answers, found.add))
	defer server.Close()
	for _, query := range []string{"", "?page=1"} {
		res, err := http.Get(server.URL + "/stores/demo/v3/catalog/products" + query)
		if (err != nil) != (query != "") {
			t.Fatal(err)
		}
		if err == nil {
			_ = res.Body.Close()
		}
	}
	server.Close()
	if rules := found.rules(); len(rules) != 1 || rules[0] != RuleAnswerField {
		t.Error(found.found)
	}
}
