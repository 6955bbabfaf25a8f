package emulator

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var jane = map[string]any{
	"first_name": "Jane", "last_name": "Doe", "street_1": "1 Main Street", "city": "Boston", "state": "Massachusetts", "zip": "02134",
	"country": "United States", "country_iso2": "US", "email": "jane@example.com",
}

// bazaar has five orders: 101 to 105, one a day from 2026-01-01; 104 is archived.
func bazaar(t *testing.T) *Store {
	t.Helper()
	s := New(Options{Clock: fixedClock})
	for i, fields := range []map[string]any{
		{"status_id": 11, "customer_id": 7},
		{"status_id": 2, "external_order_id": "ERP-2", "cart_id": "c-2"},
		{"status_id": 0, "channel_id": 3, "payment_method": "Manual"},
		{"status_id": 10, "is_deleted": true},
		{"status_id": 11, "customer_id": 3},
	} {
		body := map[string]any{
			"date_created": time.Date(2026, 1, 1+i, 12, 0, 0, 0, time.UTC), "billing_address": jane,
			"products": []any{map[string]any{"name": "Tea", "quantity": i + 1, "price_ex_tax": "10", "price_inc_tax": "10.825"}},
		}
		for name, v := range fields {
			body[name] = v
		}
		if id := s.InsertOrder(body); id != 101+i {
			t.Fatalf("order %d has id %d", i, id)
		}
	}
	return s
}

// idsV2 gives the ids of a V2 list; nil for a 204.
func (a answer) idsV2() []int {
	list, _ := a.body.([]any)
	var ids []int
	for _, item := range list {
		o, _ := item.(map[string]any)
		n, _ := wholeNumber(o["id"])
		ids = append(ids, n)
	}
	return ids
}

func TestOrderFilters(t *testing.T) {
	s := bazaar(t)
	for query, want := range map[string][]int{
		"":                                  {101, 102, 103, 105},
		"min_id=102&max_id=103":             {102, 103},
		"min_id=106":                        nil,
		"customer_id=3":                     {105},
		"status_id=11":                      {101, 105},
		"status_id=0":                       {103},
		"channel_id=3":                      {103},
		"payment_method=manual":             {103},
		"email=JANE@example.com&limit=1":    {101},
		"email=other@example.com":           nil,
		"external_order_id=ERP-2":           {102},
		"external_order_id=erp-2":           nil,
		"cart_id=c-2":                       {102},
		"min_total=21.65&max_total=32.4750": {102, 103},
		"min_total=21.6501":                 {103, 105},
		"min_date_created=" + url.QueryEscape("Fri, 02 Jan 2026 13:00:00 +0100"): {102, 103, 105},
		"min_date_created=2026-01-02T12:00:00Z&max_date_created=2026-01-03":      {102},
		"min_date_created=2026-01-02T12:00:00.5Z":                                {103, 105},
		"max_date_modified=" + url.QueryEscape("2026-01-02T07:00:00-05:00"):      {101, 102},
		"sort=id:desc":                {105, 103, 102, 101},
		"sort=date_created:desc":      {105, 103, 102, 101},
		"sort=customer_id":            {102, 103, 105, 101},
		"sort=status_id:asc&limit=2":  {103, 102},
		"sort=status_id:desc&limit=2": {105, 101},
		"is_deleted=true":             {104},
		"is_deleted=false":            {101, 102, 103, 105},
		"page=2&limit=3":              {105},
		"page=3&limit=3":              nil,
		"nonsense=1":                  {101, 102, 103, 105},
	} {
		a := send(t, s, "GET", "/v2/orders?"+query, "")
		if diff := cmp.Diff(want, a.idsV2()); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
		if want == nil && (a.status != 204 || a.text != "") || want != nil && a.status != 200 {
			t.Errorf("%s: %d %.100s", query, a.status, a.text)
		}
		if strings.Contains(query, "sort") || strings.Contains(query, "page") || strings.Contains(query, "limit") {
			continue
		}
		if n := send(t, s, "GET", "/v2/orders/count?"+query, "").str("count"); n != strconv.Itoa(len(want)) {
			t.Errorf("%s: count is %s, want %d", query, n, len(want))
		}
	}
	for query, field := range map[string]string{
		"min_id=x": "min_id", "min_total=abc": "min_total", "sort=name": "sort", "sort=id:up": "sort", "page=x": "page",
		"min_date_created=" + "Fri,%2002%20Jan%202026%2013:00:00%20+0100": "min_date_created", // + is a space
		"is_deleted=maybe": "is_deleted",
	} {
		a := send(t, s, "GET", "/v2/orders?"+query, "")
		if a.status != 400 || a.at(0, "message") != "The field '"+field+"' is invalid." {
			t.Errorf("%s: %d %s", query, a.status, a.text)
		}
	}
	a := send(t, s, "GET", "/v2/orders?limit=251", "")
	if want := `[{"status":413,"message":"The specified limit exceeds the maximum allowed.","details":{"max_limit":250}}]`; a.status != 413 || a.text != want {
		t.Errorf("limit: %d %s", a.status, a.text)
	}
}

func TestOrderCount(t *testing.T) {
	a := send(t, bazaar(t), "GET", "/v2/orders/count", "")
	list, _ := a.at("statuses").([]any)
	if len(list) != 15 || a.str("count") != "4" {
		t.Fatalf("%d statuses, %s orders", len(list), a.str("count"))
	}
	sum := 0
	for i := range list {
		n, _ := strconv.Atoi(a.str("statuses", i, "count"))
		sum += n
	}
	if sum != 4 || a.str("statuses", 3, "name") != "Awaiting Fulfillment" || a.str("statuses", 3, "count") != "2" {
		t.Errorf("sum %d: %s", sum, a.text)
	}
}

// TestOrderLinks: an order as it is read, archived or not.
func TestOrderLinks(t *testing.T) {
	s := bazaar(t)
	a := send(t, s, "GET", "/v2/orders/104", "") // archived, yet reachable
	if a.status != 200 || a.at("is_deleted") != true {
		t.Fatalf("%d %s", a.status, a.text)
	}
	want := map[string]any{"url": "https://store.example/stores/emulator/v2/orders/104/products", "resource": "/orders/104/products"}
	if diff := cmp.Diff(want, a.at("products")); diff != "" {
		t.Error(diff)
	}
	for path, want := range map[string]any{
		"date_created": "Sun, 04 Jan 2026 12:00:00 +0000", "date_shipped": "", "subtotal_ex_tax": "40.0000", "total_inc_tax": "43.3000", "total_tax": "3.3000",
		"staff_notes": nil, "cart_id": nil, "status": "Completed", "custom_status": "Completed", "currency_exchange_rate": "1.0000000000",
		"items_total": json.Number("4"), "shipping_address_count": json.Number("1"), "ebay_order_id": "0", "external_order_id": "",
	} {
		if diff := cmp.Diff(want, a.at(path)); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	if a.str("billing_address", "zip") != "02134" || a.str("billing_address", "company") != "" {
		t.Errorf("billing %v", a.at("billing_address"))
	}
	for _, path := range []string{"/v2/orders/999", "/v2/orders/999/products", "/v2/orders/999/fees", "/v2/orders/101/products/999", "/v2/order_statuses/99"} {
		a := send(t, s, "GET", path, "")
		if a.status != 404 || a.text != `[{"status":404,"message":"The requested resource was not found."}]` {
			t.Errorf("%s: %d %s", path, a.status, a.text)
		}
	}
}

func TestOrderWrites(t *testing.T) {
	s := bazaar(t)
	a := send(t, s, "PUT", "/v2/orders/101", `{"status_id":2,"staff_notes":"a\nb","external_order_id":"X-1","billing_address":{"zip":"01067"}}`)
	if a.status != 200 || a.str("status") != "Shipped" || a.str("date_shipped") != fixedClock().Format(mailTime) || a.str("date_modified") != fixedClock().Format(mailTime) ||
		a.str("billing_address", "zip") != "01067" || a.str("billing_address", "city") != "Boston" || a.str("staff_notes") != "a\nb" {
		t.Errorf("%d %s", a.status, a.text)
	}
	for body, want := range map[string]string{
		`{"id":5}`:                 "The field 'id' cannot be written to. Please remove it from your request before trying again.",
		`{"total_tax":"1"}`:        "The field 'total_tax' cannot be written to. Please remove it from your request before trying again.",
		`{"custom_status":"x"}`:    "The field 'custom_status' is not supported by this resource.",
		`{"nonsense":1}`:           "The field 'nonsense' is not supported by this resource.",
		`{"status_id":99}`:         "The field 'status_id' is invalid.",
		`{"billing_address":[]}`:   "The field 'billing_address' is invalid.",
		`{"external_order_id":{}}`: "The field 'external_order_id' is invalid.",
	} {
		a := send(t, s, "PUT", "/v2/orders/101", body)
		if a.status != 400 || a.at(0, "message") != want {
			t.Errorf("%s: %d %s", body, a.status, a.text)
		}
	}
	if a := send(t, s, "DELETE", "/v2/orders/101", ""); a.status != 204 {
		t.Errorf("archive: %d", a.status)
	}
	if diff := cmp.Diff([]int{102, 103, 105}, send(t, s, "GET", "/v2/orders", "").idsV2()); diff != "" {
		t.Error(diff)
	}
	if a := send(t, s, "DELETE", "/v2/orders?limit=2", ""); a.status != 204 {
		t.Errorf("archive two: %d", a.status)
	}
	if diff := cmp.Diff([]int{105}, send(t, s, "GET", "/v2/orders", "").idsV2()); diff != "" {
		t.Error(diff)
	}
	if send(t, s, "DELETE", "/v2/orders", ""); send(t, s, "GET", "/v2/orders", "").status != 204 || len(s.OrderIDs()) != 5 {
		t.Error("a delete without an id archives everything, and removes nothing")
	}
}

func TestManyLines(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	var lines []any
	for i := range 120 {
		lines = append(lines, map[string]any{"name": fmt.Sprintf("Line %d", i), "price_ex_tax": "1.2345", "quantity": 1})
	}
	id := strconv.Itoa(s.InsertOrder(map[string]any{"products": lines, "billing_address": jane}))
	for query, n := range map[string]int{"": 50, "?page=3": 20, "?page=4": 0, "?limit=250": 120} {
		if a := send(t, s, "GET", "/v2/orders/"+id+"/products"+query, ""); len(a.idsV2()) != n {
			t.Errorf("%s: %d lines", query, len(a.idsV2()))
		}
	}
	a := send(t, s, "GET", "/v2/orders/"+id+"?include=consignments.line_items&consignment_structure=object", "")
	if list, _ := a.at("consignments", "shipping", 0, "line_items").([]any); len(list) != 120 || a.str("total_ex_tax") != "148.1400" {
		t.Errorf("%d lines embedded, total %s", len(list), a.str("total_ex_tax"))
	}
}

// TestV2Faults: what goes wrong on the way is told in the form of the version.
func TestV2Faults(t *testing.T) {
	for kind, want := range map[FaultKind]string{
		StatusBefore: `[{"status":502,"message":"Bad Gateway"}]`,
		StatusAfter:  `[{"status":502,"message":"Bad Gateway"}]`,
		QuotaSpent:   `[{"status":429,"message":"Too many requests"}]`,
		Overloaded:   `[{"status":429,"message":"Too many requests"}]`,
	} {
		s := bazaar(t)
		s.AddFault(Fault{Kind: kind, Path: "/v2/orders/101", Status: 502})
		a := send(t, s, "DELETE", "/v2/orders/101", "")
		o, _ := s.Order(101)
		if a.text != want || o["is_deleted"] != (kind == StatusAfter) {
			t.Errorf("%d: %s, archived %v", kind, a.text, o["is_deleted"])
		}
	}
}

// TestOrdersDrift: while a client walks by min_id, orders arrive, change status and are archived; it sees each lasting one once.
func TestOrdersDrift(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	s.Seed(Demo{Products: 5, Orders: 40, Seed: 1})
	round := 0
	s.Between(func(s *Store) {
		s.InsertOrder(map[string]any{"status_id": 0})
		s.ArchiveOrder(101 + round)
		if err := s.UpdateOrder(140-round, map[string]any{"status_id": 2}); err != nil {
			t.Error(err)
		}
		round++
	})
	seen := map[int]int{}
	for next := 101; ; {
		ids := send(t, s, "GET", fmt.Sprintf("/v2/orders?limit=5&max_id=140&min_id=%d", next), "").idsV2()
		if len(ids) == 0 {
			break
		}
		for _, id := range ids {
			seen[id]++
		}
		next = ids[len(ids)-1] + 1
	}
	s.Between(nil)
	for id := 101; id <= 140; id++ {
		if o, _ := s.Order(id); o["is_deleted"] == false && seen[id] != 1 || seen[id] > 1 {
			t.Errorf("order %d was seen %d times", id, seen[id])
		}
	}
	if round < 7 || len(s.OrderIDs()) != 40+round {
		t.Errorf("%d rounds, %d orders", round, len(s.OrderIDs()))
	}
}
