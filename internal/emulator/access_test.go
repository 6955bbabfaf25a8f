package emulator

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAdmission(t *testing.T) {
	s := New(Options{Clock: fixedClock, Tokens: map[string][]string{
		"orders": {"store_v2_orders_read_only"}, "money": {"store_v2_transactions"}, "marketing": {"store_v2_marketing"}, "adverts": {"store_v2_marketing_read_only"},
		"all": allScopes, "reader": {"store_v2_products_read_only"}, "info": {"store_v2_information_read_only"}, "none": {},
	}})
	s.InsertProduct(map[string]any{"name": "A", "type": "physical", "weight": 1, "price": 1})
	const scope = `{"status":403,"title":"You don't have a required scope to access the endpoint","type":"` + statusType + `","errors":{}}`
	for _, c := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		text                     string // whole body; "" = any
	}{
		{"no token", "GET", "/v3/catalog/products", "", []string{"X-Auth-Token", ""}, 401, "X-Auth-Token header is required"},
		{"wrong token", "GET", "/v3/catalog/products", "", []string{"X-Auth-Token", "x"}, 401, `{"status":401,"title":"Unauthorized","type":"` + statusType + `"}`},
		{"wrong token on V2", "GET", "/v2/time", "", []string{"X-Auth-Token", "x"}, 401, `[{"status":401,"message":"Unauthorized"}]`},
		{"scope missing", "GET", "/v3/catalog/products", "", []string{"X-Auth-Token", "none"}, 403, scope},
		{"reading with a read-only scope", "GET", "/v3/catalog/products", "", []string{"X-Auth-Token", "reader"}, 200, ""},
		{"heading with a read-only scope", "HEAD", "/v3/catalog/products", "", []string{"X-Auth-Token", "reader"}, 200, ""},
		{"writing with a read-only scope", "PUT", "/v3/catalog/products/1", `{"price":2}`, []string{"X-Auth-Token", "reader"}, 403, scope},
		{"deleting with a read-only scope", "DELETE", "/v3/catalog/products/1", "", []string{"X-Auth-Token", "reader"}, 403, scope},
		{"time with its own scope", "GET", "/v2/time", "", []string{"X-Auth-Token", "info"}, 200, `{"time":1773480413}`},
		{"channels without scope", "GET", "/v3/channels", "", []string{"X-Auth-Token", "info"}, 403, scope},
		{"orders with their scope", "GET", "/v2/orders", "", []string{"X-Auth-Token", "orders"}, 204, ""},
		{"statuses with the orders' scope", "GET", "/v2/order_statuses", "", []string{"X-Auth-Token", "orders"}, 200, ""},
		{"orders without", "GET", "/v2/orders/count", "", []string{"X-Auth-Token", "reader"}, 403, `[{"status":403,"message":"You don't have a required scope to access the endpoint"}]`},
		{"archiving while reading", "DELETE", "/v2/orders/1", "", []string{"X-Auth-Token", "orders"}, 403, ""},
		{"transactions with the orders' scope", "GET", "/v3/orders/1/transactions", "", []string{"X-Auth-Token", "orders"}, 403, scope},
		{"transactions with their own", "GET", "/v3/orders/1/transactions", "", []string{"X-Auth-Token", "money"}, 404, ""},
		{"refunds with the orders' scope", "GET", "/v3/orders/payment_actions/refunds", "", []string{"X-Auth-Token", "orders"}, 200, ""},
		{"refunds with the transactions' scope", "GET", "/v3/orders/payment_actions/refunds", "", []string{"X-Auth-Token", "money"}, 200, ""},
		{"order metafields", "GET", "/v3/orders/metafields", "", []string{"X-Auth-Token", "money"}, 403, scope},
		{"coupons", "GET", "/v2/coupons/count", "", []string{"X-Auth-Token", "adverts"}, 200, `{"count":0}`},
		{"coupons while reading", "DELETE", "/v2/coupons?id:in=1", "", []string{"X-Auth-Token", "adverts"}, 403, ""},
		{"coupons for writing", "DELETE", "/v2/coupons?id:in=1", "", []string{"X-Auth-Token", "marketing"}, 204, ""},
		{"promotions with another scope", "GET", "/v3/promotions", "", []string{"X-Auth-Token", "orders"}, 403, scope},
		{"customers with another scope", "GET", "/v3/customers", "", []string{"X-Auth-Token", "orders"}, 403, scope},
		{"coupons with another scope", "GET", "/v2/coupons", "", []string{"X-Auth-Token", "orders"}, 403, ""},
		{"unknown route", "GET", "/v3/catalog/produce", "", []string{"X-Auth-Token", "all"}, 404, `{"status":404,"title":"The route is not found, check the URL","type":"` + statusType + `"}`},
		{"unknown route of V2", "GET", "/v2/produce", "", []string{"X-Auth-Token", "all"}, 404, `[{"status":404,"message":"The route is not found, check the URL"}]`},
		{"wrong accept on V2", "GET", "/v2/orders", "", []string{"X-Auth-Token", "all", "Accept", "application/xml"}, 406, `[{"status":406,"message":"Not Acceptable"}]`},
		{"wrong method", "PATCH", "/v3/catalog/products/1", "", []string{"X-Auth-Token", "all"}, 405, `{"status":405,"title":"Method Not Allowed","type":"` + statusType + `","detail":"The requested HTTP method is invalid for this endpoint."}`},
		{"wrong method on V2", "POST", "/v2/time", "", []string{"X-Auth-Token", "all"}, 405, `[{"status":405,"message":"Method Not Allowed"}]`},
		{"wrong accept", "GET", "/v3/catalog/products", "", []string{"X-Auth-Token", "all", "Accept", "application/xml"}, 406, ""},
		{"any accept", "GET", "/v3/catalog/products", "", []string{"X-Auth-Token", "all", "Accept", "text/html, */*;q=0.1"}, 200, ""},
		{"no content type", "PUT", "/v3/catalog/products/1", `{"price":2}`, []string{"X-Auth-Token", "all", "Content-Type", ""}, 415, ""},
		{"charset", "PUT", "/v3/catalog/products/1", `{"price":2}`, []string{"X-Auth-Token", "all", "Content-Type", "application/json; charset=utf-8"}, 200, ""},
		{"trailing slash", "GET", "/v3/catalog/products/", "", []string{"X-Auth-Token", "all"}, 200, ""},
		{"broken query", "GET", "/v3/catalog/products?name=%zz", "", []string{"X-Auth-Token", "all"}, 400, ""},
	} {
		a := send(t, s, c.method, c.path, c.body, c.headers...)
		if a.status != c.status || c.text != "" && a.text != c.text {
			t.Errorf("%s: %d %s", c.name, a.status, a.text)
		}
		if a.status == http.StatusUnsupportedMediaType && !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %s", c.name, a.header.Get("Content-Type"))
		}
	}
	if p, _ := s.Product(1); p["price"] != json.Number("2") {
		t.Errorf("price is %v", p["price"])
	}
	for path, scope := range map[string]string{
		"/v3/inventory/items?limit=1":      "store_inventory_read_only",
		"/v3/storefront/redirects?limit=1": "store_v2_content_read_only", "/v3/inventory/locations/metafields?limit=1": "store_locations_read_only",
	} {
		s.Grant("one", scope)
		if a := send(t, s, "GET", path, "", "X-Auth-Token", "one"); a.status != http.StatusOK || a.str("meta", "pagination", "total") != "0" {
			t.Errorf("%s with its scope: %d %s", path, a.status, a.text)
		}
		if a := send(t, s, "GET", path, "", "X-Auth-Token", "info"); a.status != http.StatusForbidden {
			t.Errorf("%s without: %d %s", path, a.status, a.text)
		}
	}
	s.Revoke("one")
	if a := send(t, s, "GET", "/v3/storefront/redirects", "", "X-Auth-Token", "one"); a.status != http.StatusUnauthorized {
		t.Errorf("revoked: %d %s", a.status, a.text)
	}
	s.opts.Gateway403 = true
	if a := send(t, s, "GET", "/v2/coupons", "", "X-Auth-Token", "info"); a.status != http.StatusForbidden || a.text != `{"error":"You are authorized but your scope does not include this resource."}` {
		t.Errorf("older gateway: %d %s", a.status, a.text)
	}
	s.opts.PlainText401 = true
	if a := send(t, s, "GET", "/v3/catalog/products", "", "X-Auth-Token", "x"); a.text != "Unauthorized" {
		t.Errorf("plain text: %s", a.text)
	}
	req, _ := http.NewRequestWithContext(t.Context(), "GET", "https://x/stores/other/v3/catalog/products", nil)
	req.Header.Set("X-Auth-Token", "all")
	if resp, err := s.RoundTripper().RoundTrip(req); err != nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("other hash: %v %v", resp, err)
	}
}

// TestQuotaWindows follows the four headers through two windows of virtual time.
func TestQuotaWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{Quota: Quota{Requests: 3, Window: 30 * time.Second}})
		type seen struct{ Status, Left, Reset, Retry string }
		get := func() seen {
			a := send(t, s, "GET", "/v3/catalog/products", "")
			if q, w := a.header.Get("X-Rate-Limit-Requests-Quota"), a.header.Get("X-Rate-Limit-Time-Window-Ms"); q != "3" || w != "30000" {
				t.Errorf("quota %s in %s ms", q, w)
			}
			return seen{http.StatusText(a.status), a.header.Get("X-Rate-Limit-Requests-Left"), a.header.Get("X-Rate-Limit-Time-Reset-Ms"), a.header.Get("X-Retry-After")}
		}
		var got []seen
		got = append(got, get())
		time.Sleep(10 * time.Second)
		got = append(got, get(), get(), get())
		time.Sleep(19*time.Second + 500*time.Millisecond)
		got = append(got, get())
		time.Sleep(500 * time.Millisecond)
		got = append(got, get())
		want := []seen{
			{"OK", "2", "30000", ""},
			{"OK", "1", "20000", ""},
			{"OK", "0", "20000", ""},
			{"Too Many Requests", "0", "20000", "20"},
			{"Too Many Requests", "0", "500", "1"},
			{"OK", "2", "30000", ""},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	s := New(Options{})
	if a := send(t, s, "GET", "/v3/catalog/products", ""); a.header.Get("X-Rate-Limit-Requests-Left") != "" {
		t.Error("rate headers without a quota")
	}
}

func TestLatencyEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{Latency: time.Second, MaxInFlight: 2})
		start := time.Now()
		send(t, s, "GET", "/v2/time", "")
		if d := time.Since(start); d != time.Second {
			t.Errorf("took %v", d)
		}
	})
}

func TestMaxInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{MaxInFlight: 2})
		s.AddFault(Fault{Kind: Stall, Path: "/v2/time", Delay: time.Second})
		done := make(chan int, 2)
		for range 2 {
			go func() { done <- send(t, s, "GET", "/v2/time", "").status }()
		}
		synctest.Wait()
		if a := send(t, s, "GET", "/v2/store", ""); a.status != http.StatusTooManyRequests {
			t.Errorf("third request: %d", a.status)
		}
		if a, b := <-done, <-done; a != 200 || b != 200 {
			t.Errorf("stalled requests: %d %d", a, b)
		}
	})
}

func TestGzip(t *testing.T) {
	s := shop(t, 5)
	a := send(t, s, "GET", "/v3/catalog/products", "", "Accept-Encoding", "gzip")
	if a.header.Get("Content-Encoding") != "gzip" {
		t.Fatal(a.header)
	}
	r, err := gzip.NewReader(strings.NewReader(a.text))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if plain := send(t, s, "GET", "/v3/catalog/products", ""); plain.text != string(text) {
		t.Error("compressed and plain answers differ")
	}
}

func TestLog(t *testing.T) {
	s := shop(t, 1)
	send(t, s, "GET", "/v3/catalog/products?limit=1", "")
	send(t, s, "PUT", "/v3/catalog/products/1", `{"price":2}`)
	send(t, s, "PUT", "/v3/catalog/products/9", `{"price":2}`)
	want := []Entry{
		{testTime, "GET", "/v3/catalog/products", "limit=1", "", 200},
		{testTime, "PUT", "/v3/catalog/products/1", "", `{"price":2}`, 200},
		{testTime, "PUT", "/v3/catalog/products/9", "", `{"price":2}`, 404},
	}
	if diff := cmp.Diff(want, s.Log()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want[1:], s.Writes()); diff != "" {
		t.Error(diff)
	}
	s.ResetLog()
	if n := len(s.Log()); n != 0 {
		t.Errorf("%d entries after reset", n)
	}
	s.opts.LogEntries, s.opts.LogBody = 2, 4
	for range 3 {
		send(t, s, "PUT", "/v3/catalog/products/1", `{"price":2}`)
	}
	if list := s.Log(); len(list) != 2 || list[0].Body != `{"pr` {
		t.Errorf("capped log: %+v", list)
	}
}

func TestMultipartImage(t *testing.T) {
	s := shop(t, 1)
	upload := func(name string, size int) answer {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		part, err := w.CreateFormFile("image_file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
		if err := w.WriteField("is_thumbnail", "true"); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return send(t, s, "POST", "/v3/catalog/products/1/images", b.String(), "Content-Type", w.FormDataContentType())
	}
	if a := upload("front.png", 100); a.status != http.StatusOK || a.str("data", "is_thumbnail") != "true" || !strings.Contains(a.str("data", "image_file"), "front") {
		t.Errorf("%d %s", a.status, a.text)
	}
	if a := upload("front.pdf", 100); a.status != http.StatusUnprocessableEntity {
		t.Errorf("pdf: %d", a.status)
	}
	if a := upload("front.png", maxImageBytes+1); a.status != http.StatusUnprocessableEntity || a.str("code") != "10001" {
		t.Errorf("too large: %d %s", a.status, a.text)
	}
}
