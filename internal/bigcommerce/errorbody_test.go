package bigcommerce_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"bcetl/internal/bigcommerce"
)

func ask(t testing.TB, status int, body string) *bigcommerce.APIError {
	t.Helper()
	client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
		return answer(r, status, body, nil), nil
	}), func(c *bigcommerce.Config) { c.Jitter = func() float64 { return 0 } })
	_, err := client.Get(t.Context(), "/catalog/products", nil)
	var api *bigcommerce.APIError
	if status >= 300 && !errors.As(err, &api) {
		t.Fatalf("status %d gave %v", status, err)
	}
	if api != nil && bigcommerce.IsRowLevel(err) == bigcommerce.IsRunLevel(err) {
		t.Errorf("%v is of a row and of a run, or of neither", err)
	}
	return api
}

// TestErrorBodies reads each shape that the API's errors are known to have.
func TestErrorBodies(t *testing.T) {
	var tests []struct {
		What   string
		Status int
		Body   json.RawMessage
		Text   string
		Error  string
		Code   string
		Field  string
		Row    bool
		Item   *int
		ID     int64
	}
	data, err := os.ReadFile("testdata/error_bodies.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &tests); err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.What, func(t *testing.T) {
			body := test.Text
			if test.Body != nil {
				body = string(test.Body)
			}
			var api *bigcommerce.APIError
			if test.Status == http.StatusMultiStatus {
				api = partly(t, body)
			} else {
				api = ask(t, test.Status, body)
			}
			if api.Error() != test.Error {
				t.Errorf("says %q,\nwant %q", api.Error(), test.Error)
			}
			problem := api.Problem()
			if problem.Code != test.Code || problem.Field != test.Field {
				t.Errorf("code %s, field %q; want %s, %q", problem.Code, problem.Field, test.Code, test.Field)
			}
			if bigcommerce.IsRowLevel(api) != test.Row {
				t.Errorf("row level: %v", !test.Row)
			}
			if test.Item != nil && (api.ItemProblem(*test.Item, 0) == nil || api.ItemProblem(*test.Item+1, 0) != nil) {
				t.Errorf("does not blame element %d alone: %+v", *test.Item, api.Items)
			}
			if test.ID != 0 && (api.ItemProblem(0, test.ID) == nil || api.ItemProblem(0, test.ID+1) != nil) {
				t.Errorf("does not blame record %d alone: %+v", test.ID, api.Items)
			}
		})
	}
}

// partly reads a 207 as a write does.
func partly(t *testing.T, body string) *bigcommerce.APIError {
	t.Helper()
	client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
		return answer(r, http.StatusMultiStatus, body, nil), nil
	}), nil)
	result, err := client.CreateProduct(t.Context(), json.RawMessage(`{"name":"x"}`))
	if err != nil || result.Partial == nil {
		t.Fatalf("got %+v, %v", result, err)
	}
	return result.Partial
}

// TestErrorBodiesSeen reads the bodies that were recorded from live stores: none may be lost.
func TestErrorBodiesSeen(t *testing.T) {
	file := filepath.Join("..", "..", "..", "shared", "data", "api", "contract", "error_bodies_seen.json")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skip("the recorded bodies are not here: ", err)
	}
	var seen []struct {
		What string
		HTTP int
		Body any
		Text string
	}
	if err := json.Unmarshal(data, &seen); err != nil {
		t.Fatal(err)
	}
	for _, test := range seen {
		t.Run(test.What, func(t *testing.T) {
			body := test.Text
			if test.Body != nil {
				encoded, err := json.Marshal(test.Body)
				if err != nil {
					t.Fatal(err)
				}
				body = string(encoded)
			}
			api := ask(t, test.HTTP, body)
			if api.Status != test.HTTP || api.Title == "" && len(api.Fields) == 0 {
				t.Errorf("nothing is said: %+v", api)
			}
			for _, text := range textsOf(test.Body) {
				if !strings.Contains(api.Error(), text) {
					t.Errorf("%q does not say %q", api.Error(), text)
				}
			}
			if strings.HasPrefix(api.Error(), http.StatusText(test.HTTP)) {
				t.Errorf("says only %q", api.Error())
			}
		})
	}
}

// textsOf gives the messages of a recorded body.
func textsOf(body any) (texts []string) {
	switch b := body.(type) {
	case []any:
		for _, entry := range b {
			texts = append(texts, textsOf(entry)...)
		}
	case map[string]any:
		for _, name := range []string{"title", "message"} {
			if text, ok := b[name].(string); ok {
				texts = append(texts, strings.TrimRight(strings.Join(strings.Fields(text), " "), ".: "))
			}
		}
		for _, nested := range []string{"errors", "details"} {
			fields, _ := b[nested].(map[string]any)
			for name, value := range fields {
				if text, ok := value.(string); ok && name != "type" {
					texts = append(texts, text)
				}
			}
		}
	}
	return texts
}

// FuzzErrorBody: whatever a store answers becomes one printable line of bounded length, and a code of the list.
func FuzzErrorBody(f *testing.F) {
	f.Add(422, `{"errors":{"a":{"b":[1,{"c":null}]}}}`)
	f.Add(400, `[{"message":"The field 'x' is"},[],"t"]`)
	f.Add(500, "<html><title>\xff</title>")
	f.Add(409, `{"batch_errors":[{"data":{"id":"7"},"field_errors":{"p":["q"]}}]}`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 300 || status > 599 || status == 429 || status >= 500 || status == 423 {
			status = 422
		}
		api := ask(t, status, body)
		text := api.Error()
		if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f }) || text == "" {
			t.Errorf("%q is no printable line", text)
		}
		if len(api.Raw) > 2048 {
			t.Errorf("%d bytes are kept", len(api.Raw))
		}
		if api.Code() == "" {
			t.Error("no code")
		}
	})
}
