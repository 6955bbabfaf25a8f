package bigcommerce_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bcetl/internal/bigcommerce"
)

// decision is what comes of a recorded error: how its row or run is told, and what the client does about it.
type decision struct {
	what string // as the recording is called
	says string // the whole text
	code string
	run  bool // of the run: no other row would fare better
	read int  // times that a read is sent
	lost bool // a create that got it is in doubt, to be looked up before it is sent again
}

var decisions = []decision{
	{what: "V3 product create, SKU already used", says: "the store answered 409: The product sku is a duplicate", code: "duplicate", read: 1},
	{what: "V3 product create, name already used (title as several importers match it)", says: "the store answered 409: The product name is a duplicate", code: "duplicate", read: 1},
	{what: "V3 variant create, same option values", says: "the store answered 409: Variant with the same option values set exists", code: "conflict", read: 1},
	{what: "V3 variant create, SKU already used", says: "the store answered 409: Sku ABC-1 is not unique", code: "duplicate", read: 1},
	{what: "V3 variant update with an empty sku", says: "the store answered 422: Variant sku cannot be empty", code: "invalid", read: 1},
	{what: "V3 product image too large", says: "the store answered 422: The maximum of 8 MB size limit for upload image is exceeded", code: "invalid", read: 1},
	{what: "V3 product image_url invalid", says: "the store answered 422: Invalid field(s): image_url: image_url: url must be an actual URL or an empty string", code: "invalid", read: 1},
	{what: "V3 category create, name too long", says: "the store answered 422: name must have a length between 1 and 50", code: "invalid", read: 1},
	{what: "V3 product create, required fields missing", says: "the store answered 422: Missing Required Fields: Please provide a name.; Please provide a price.; Please provide a type.; Please provide a weight.", code: "missing_required", read: 1},
	{what: "V3 batch, item 0 field of the wrong JSON type", says: "the store answered 422: JSON data is missing or invalid: meta_keywords: error.expected.jsarray", code: "invalid", read: 1},
	{what: "V3 wishlist update, path missing (the Play-JSON error family)", says: "the store answered 422: JSON data is missing or invalid: items: error.path.missing", code: "invalid", read: 1},
	{what: "V3 unknown filter", says: "the store answered 422: The filter(s): id:in are not valid filter parameter(s).", code: "invalid", run: true, read: 1},
	{what: "V3 empty filter name (?&page=2)", says: "the store answered 422: The filter(s): are not valid filter parameter(s).", code: "invalid", run: true, read: 1},
	{what: "V3 trees/categories PUT without category_id", says: "the store answered 422: category_id: Category does not exist.; tree_id: Tree Id is required and can't be empty", code: "invalid", read: 1},
	{what: "V3 options/modifiers on a product with a V2 option set", says: "the store answered 422: The product is currently associated with an option set, please remove it before editing an option or modifier.", code: "invalid", read: 1},
	{what: "V3 unknown route", says: "the store answered 404: The route is not found, check the URL", code: "not_found", run: true, read: 1},
	{what: "V3 product not found", says: "the store answered 404: A product with the id of 999 was not found", code: "not_found", read: 1},
	{what: "V3 method not allowed", says: "the store answered 405: Method Not Allowed", code: "unexpected_answer", run: true, read: 1},
	{what: "no X-Auth-Token header: plain text, not JSON", says: "the store answered 401: X-Auth-Token header is required", code: "unauthorized", run: true, read: 1},
	{what: "malformed X-Auth-Token: plain text, not JSON", says: "the store answered 401: X-Auth-Token header should have correct format", code: "unauthorized", run: true, read: 1},
	{what: "token refused", says: "the store answered 401: Unauthorized", code: "unauthorized", run: true, read: 1},
	{what: "V2 validation error, array form", says: "the store answered 400: The field 'email' is invalid: This email address is already in use by a customer.", code: "invalid", read: 1},
	{what: "V2 validation error without details", says: "the store answered 400: The field 'email' is invalid.", code: "invalid", read: 1},
	{what: "V3 payments, order not payable", says: "the store answered 422: Order is invalid.", code: "invalid", read: 1},
	{what: "V3 internal error", says: "the store answered 500: Something went wrong with your request, please try again", code: "store_failed", run: true, read: 6, lost: true},
	{what: "V2 order update with a field the resource does not take (custom_status); the same message answers an unknown filter (id on /orders list)", says: "the store answered 400: The field 'custom_status' is not supported by this resource.", code: "invalid", read: 1},
	{what: "V2 write of a read-only field", says: "the store answered 400: The field 'id' cannot be written to. Please remove it from your request before trying again.", code: "invalid", read: 1},
	{what: "V2 order write of a read-only field as the vendor's spec shows it: the body says 404 inside a 400 answer", says: "the store answered 400: The field 'item_total' cannot be written to. Please remove it from your request before trying again.", code: "invalid", read: 1},
	{what: "V2 missing required fields (shipping carrier connection)", says: "the store answered 400: Required fields missing [key]", code: "missing_required", read: 1},
	{what: "V2 shipment of more than is left to ship", says: "the store answered 400: The field 'quantity' is invalid: The quantity specified is greater than the quantity of the product that is available to ship.", code: "invalid", read: 1},
}

// TestErrorDecisions: each recorded error body becomes one right, readable error of a row or of the run, and is sent again only where that can help.
func TestErrorDecisions(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "api", "contract", "error_bodies_seen.json"))
	if err != nil {
		t.Skip("the recorded bodies are not here: ", err)
	}
	var seen []struct {
		What string
		HTTP int
		Body json.RawMessage
		Text string
	}
	if err := json.Unmarshal(text, &seen); err != nil {
		t.Fatal(err)
	}
	if len(seen) != len(decisions) {
		t.Errorf("%d bodies were recorded, %d are decided", len(seen), len(decisions))
	}
	for _, recorded := range seen {
		body := recorded.Text
		if recorded.Body != nil {
			body = string(recorded.Body)
		}
		got := decide(t, recorded.HTTP, body)
		got.what = recorded.What
		var want decision
		for _, d := range decisions {
			if d.what == recorded.What {
				want = d
			}
		}
		if got != want {
			t.Errorf("decided\n%#v\nwant\n%#v", got, want)
		}
	}
}

// decide lets a read and a create meet an answer.
func decide(t *testing.T, status int, body string) (d decision) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sent := map[string]int{}
		transport := transportFunc(func(r *http.Request) (*http.Response, error) {
			sent[r.Method]++
			return answer(r, status, body, nil), nil
		})
		_, err := newClient(t, transport, nil).Get(t.Context(), "/catalog/summary", nil)
		if err == nil {
			t.Fatalf("%d %s is no error", status, body)
		}
		problem := bigcommerce.ProblemOf(err)
		d = decision{says: problem.Message, code: problem.Code, run: bigcommerce.IsRunLevel(err), read: sent[http.MethodGet]}
		_, err = newClient(t, transport, nil).CreateProduct(t.Context(), json.RawMessage(`{"name":"x"}`))
		d.lost = bigcommerce.IsUnsettled(err)
		if sent[http.MethodPost] != 1 || bigcommerce.IsRowLevel(err) == bigcommerce.IsRunLevel(err) && !d.lost {
			t.Errorf("%d %s: a create was sent %d times and ended with %v", status, body, sent[http.MethodPost], err)
		}
	})
	return d
}

var statusOfFile = regexp.MustCompile(`[45]\d\d`)

// TestRecordedErrorFiles: whatever endpoint an error was recorded of, what it says is told in one line, with its status.
func TestRecordedErrorFiles(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", "data", "api", "johnhebron", "*[45][0-9][0-9].json"))
	if err != nil || len(files) == 0 {
		t.Skip("the recorded answers are not here: ", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		status, _ := strconv.Atoi(statusOfFile.FindString(filepath.Base(file)))
		d := decide(t, status, string(text))
		var body any
		if err := json.Unmarshal(text, &body); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(d.says, strconv.Itoa(status)) || strings.ContainsAny(d.says, "\r\n") || (d.read > 1) != (status >= 500) || d.lost != (status >= 500) {
			t.Errorf("%s: %+v", filepath.Base(file), d)
		}
		for _, said := range textsOf(body) {
			if !strings.Contains(d.says, said) {
				t.Errorf("%s: %q does not say %q", filepath.Base(file), d.says, said)
			}
		}
	}
}

// TestRecordedRateHeaders: a 429 with the recorded headers is waited out for the 15 seconds that they say, with either of their forms.
func TestRecordedRateHeaders(t *testing.T) {
	var forms map[string]any
	if err := json.Unmarshal(recorded(t, "contract/rate_limit_headers.json"), &forms); err != nil {
		t.Fatal(err)
	}
	waited := 0
	for name, form := range forms {
		headers, ok := form.(map[string]any)
		if !ok || strings.Contains(name, "legacy") {
			continue // the source, and counters of stores of 2013
		}
		waited++
		synctest.Test(t, func(t *testing.T) {
			limits := http.Header{}
			for name, value := range headers {
				limits.Set(name, value.(string))
			}
			sent, began := 0, time.Now()
			client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) {
				if sent++; sent == 1 {
					return answer(r, http.StatusTooManyRequests, "", limits), nil
				}
				return answer(r, http.StatusOK, `{"data":{}}`, nil), nil
			}), nil)
			_, err := client.Get(t.Context(), "/catalog/summary", nil)
			if took := time.Since(began); err != nil || sent != 2 || took < 15*time.Second || took > 30*time.Second {
				t.Errorf("%s: sent %d times in %v, %v", name, sent, took, err)
			}
		})
	}
	if waited != 2 {
		t.Errorf("%d forms were recorded", waited)
	}
}
