package emulator

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// oddShop is a store with what readings are seen by.
func oddShop(t *testing.T, o Options) *Store {
	t.Helper()
	o.Clock = fixedClock
	s := New(o)
	for i := range 3 {
		s.InsertProduct(map[string]any{
			"name": fmt.Sprintf("Product %d", i+1), "type": "physical", "weight": "1", "price": "10", "sku": fmt.Sprintf("SKU-%d", i+1),
			"custom_fields":      []any{map[string]any{"name": "a", "value": "1"}, map[string]any{"name": "b", "value": "2"}},
			"bulk_pricing_rules": []any{map[string]any{"quantity_min": 5, "quantity_max": 0, "type": "percent", "amount": "10"}},
		})
	}
	s.InsertOrder(map[string]any{
		"id": 1, "external_order_id": "Ext-1", "billing_address": map[string]any{"email": "a@example.com"}, "products": []any{map[string]any{"name": "x", "quantity": 1, "price_inc_tax": "5"}},
		"coupons": []any{map[string]any{"code": "SAVE", "amount": "5", "discount": "1.5"}}, "date_created": testTime,
		"transactions": []any{map[string]any{"amount": "5"}},
	})
	s.InsertOrder(map[string]any{"id": 2, "billing_address": map[string]any{"email": "b@example.com"}, "products": []any{map[string]any{"name": "x", "quantity": 1, "price_inc_tax": "5"}}})
	s.ArchiveOrder(2)
	s.InsertCoupon(map[string]any{"name": "One", "code": "SAVE", "restricted_to": map[string]any{"countries": []any{"AU"}}})
	s.InsertCoupon(map[string]any{"name": "Two", "code": "OPEN"})
	p := s.InsertPromotion(map[string]any{"name": "P", "redemption_type": "COUPON", "coupon_type": "BULK", "rules": []any{
		map[string]any{"action": map[string]any{"shipping": map[string]any{"free_shipping": true}}},
	}})
	for i := range 3 {
		s.InsertPromotionCode(p, map[string]any{"code": fmt.Sprintf("C%d", i+1)})
	}
	for _, r := range [][3]string{
		{"POST", "/v3/catalog/trees/categories", `[{"tree_id":1,"parent_id":0,"name":"A"},{"tree_id":1,"parent_id":0,"name":"B"}]`},
		{"PUT", "/v3/catalog/products", `[{"id":1,"categories":[1,2]},{"id":2,"categories":[1]}]`},
	} {
		if a := send(t, s, r[0], r[1], r[2]); a.status > 201 {
			t.Fatalf("%s: %d %s", r[1], a.status, a.text)
		}
	}
	return s
}

// TestReadings sends one request to a store that follows a reading and to one that does not; the answers are as the reading says.
func TestReadings(t *testing.T) {
	many := func(item string) string { return "[" + strings.Repeat(item+",", 10) + item + "]" }
	cases := map[string]struct{ method, path, body, usual, other string }{
		"batch-creates": {"PUT", "/v3/catalog/products", `[{"name":"New","type":"physical","weight":1,"price":2}]`, `^422 .*Please provide an id`, `^200 .*"name":"New"`},
		"batch-partial": {"PUT", "/v3/catalog/products", `[{"id":1,"price":77},{"id":99,"price":1}] then GET /v3/catalog/products/1`, `"price":10,`, `"price":77,`},
		"limit-413":     {"GET", "/v3/catalog/products?limit=300", "", `^200 .*"per_page":250`, `^413 `},
		"limit-422":     {"GET", "/v3/catalog/products?limit=300", "", `^200 .*"per_page":250`, `^422 `},
		"categories-all": {
			"GET", "/v3/catalog/products?categories:in=1,2&include_fields=id", "", `"data":\[{"id":1},{"id":2}\]`, `"data":\[{"id":1}\]`,
		},
		"cursors-swapped": {
			"GET", "/v3/promotions/1/codes?limit=2", "",
			`"start_cursor":"eyJpZCI6MX0","end_cursor":"eyJpZCI6Mn0","links":{"next":"\?limit=2&after=eyJpZCI6Mn0"`,
			`"start_cursor":"eyJpZCI6Mn0","end_cursor":"eyJpZCI6MX0","links":{"next":"\?limit=2&after=eyJpZCI6Mn0"`,
		},
		"cursor-next-always":   {"GET", "/v3/promotions/1/codes", "", `"links":{}},`, `"links":{"next":"\?limit=50&after=eyJpZCI6M30"}},`},
		"cursor-no-links":      {"GET", "/v3/promotions/1/codes?limit=2", "", `"links":{"next":"\?limit=2&after`, `"end_cursor":"eyJpZCI6Mn0","links":{}},`},
		"codes-null":           {"GET", "/v3/catalog/products/1", "", `"upc":""`, `"upc":null`},
		"percent-text":         {"GET", "/v3/catalog/products/1/bulk-pricing-rules", "", `"amount":10`, `"amount":"10"`},
		"url-clash-swapped":    {"PUT", "/v3/catalog/products/1", `{"custom_url":{"url":"/product-2/"}}`, `^207 `, `^409 `},
		"product-put-201":      {"PUT", "/v3/catalog/products/1", `{"price":3}`, `^200 `, `^201 `},
		"parts-replaced":       {"PUT", "/v3/catalog/products/1", `{"custom_fields":[{"id":2,"value":"3"}]}`, `"name":"a","value":"1"`, `"custom_fields":\[{"id":2,"name":"b","value":"3"}\]`},
		"weight-required":      {"POST", "/v3/catalog/products", `{"name":"Book","type":"digital","price":2}`, `^200 `, `^422 .*weight`},
		"archived-listed":      {"GET", "/v2/orders/count", "", `"count":1}$`, `"count":2}$`},
		"archived-unfiltered":  {"GET", "/v2/orders/count?is_deleted=true", "", `"count":1}$`, `"count":2}$`},
		"coupon-put-whole":     {"PUT", "/v2/coupons/1", `{"amount":"3"}`, `^200 `, `^400 .*The required field`},
		"coupon-put-keeps":     {"PUT", "/v2/coupons/1", `{"amount":"3"}`, `"applies_to":{"entity":"","ids":\[\]}`, `"applies_to":{"entity":"categories","ids":\[0\]}`},
		"restricted-object":    {"GET", "/v2/coupons?id=2", "", `"restricted_to":\[\]`, `"restricted_to":{}`},
		"restricted-text":      {"GET", "/v2/coupons?id=1", "", `"countries":\["AU"\]`, `"countries":"AU"`},
		"methods-null":         {"GET", "/v2/coupons?id=2", "", `"shipping_methods":\[\]`, `"shipping_methods":null`},
		"expires-null":         {"GET", "/v2/coupons?id=2", "", `"expires":""`, `"expires":null`},
		"codes-by-spelling":    {"POST", "/v2/coupons", edit("FIRST-1", "save"), `^409 `, `^201 `},
		"clash-422":            {"POST", "/v3/catalog/products", `{"name":"Product 2","type":"physical","weight":1,"price":2}`, `^409 {"status":409,`, `^422 {"status":422,`},
		"dates-at-midnight":    {"GET", "/v3/catalog/products?date_modified:max=2026-03-14", "", `"total":3`, `"total":0`},
		"bounds-exclusive":     {"GET", "/v2/orders?max_date_created=2026-03-14T09:26:53Z", "", `^200 `, `^204 `},
		"page-end-404":         {"GET", "/v3/catalog/products?page=2", "", `^200 .*"data":\[\]`, `^404 `},
		"small-batches":        {"PUT", "/v3/catalog/products/category-assignments", many(`{"product_id":1,"category_id":1}`), `^204 `, `^413 `},
		"category-delete-204":  {"DELETE", "/v3/catalog/trees/categories?category_id:in=2", "", `^202 `, `^204 `},
		"category-delete-409":  {"DELETE", "/v3/catalog/trees/categories?category_id:in=2", "", `^202 `, `^409 `},
		"lowest-price-number":  {"GET", "/v3/catalog/summary", "", `"lowest_variant_price":"10"`, `"lowest_variant_price":10`},
		"order-id-number":      {"GET", "/v3/orders/1/transactions", "", `"order_id":"1"`, `"order_id":1`},
		"order-coupon-text":    {"GET", "/v2/orders/1/coupons", "", `"discount":1.5`, `"discount":"1.5"`},
		"type-fixed":           {"PUT", "/v3/catalog/products/1", `{"type":"digital"}`, `^200 `, `^422 .*type`},
		"stock-422":            {"PUT", "/v3/catalog/products/1", `{"inventory_level":-1}`, `^207 `, `^422 `},
		"empty-list":           {"GET", "/v2/coupons?id=9", "", `^204 $`, `^200 \[\]$`},
		"newest-first":         {"GET", "/v3/catalog/products?include_fields=id", "", `"data":\[{"id":1}`, `"data":\[{"id":3}`},
		"queries-refused":      {"GET", "/v3/catalog/products?colour=red", "", `^200 `, `^422 .*colour`},
		"external-ids-folded":  {"GET", "/v2/orders?external_order_id=EXT-1", "", `^204 `, `^200 .*"external_order_id":"Ext-1"`},
		"base-variants-hidden": {"GET", "/v3/catalog/variants", "", `"total":3`, `"total":0`},
		"body-status":          {"PUT", "/v2/coupons/1", `{"amount":"x"}`, `^400 \[{"status":400,`, `^400 \[{"status":404,`},
		"plain-401":            {"GET", "/v3/catalog/products", "with no token of this store", `^401 {"status":401,`, `^401 Unauthorized$`},
		"gateway-403":          {"GET", "/v3/channels", "with the token of nobody", `^403 {"status":403,`, `^403 {"error":`},
	}
	elsewhere := map[string]string{
		"order-201": "TestOrderCreated201", "reset-window": "TestReadingsOfTheLimiter", "left-on-429": "TestReadingsOfTheLimiter", "limiter-500": "TestReadingsOfTheLimiter",
	}
	for _, reading := range Readings() {
		c, here := cases[reading.Name]
		if !here {
			if elsewhere[reading.Name] == "" {
				t.Errorf("%s has no test", reading.Name)
			}
			continue
		}
		answers := func(o Options) string {
			o.Tokens = map[string][]string{"emulator": allScopes, "nobody": nil}
			s := oddShop(t, o)
			switch c.body {
			case "with no token of this store":
				return s.asked(t, c.method, c.path, "", "stranger")
			case "with the token of nobody":
				return s.asked(t, c.method, c.path, "", "nobody")
			}
			body, then, more := strings.Cut(c.body, " then GET ")
			answer := s.asked(t, c.method, c.path, body, "emulator")
			if more {
				answer = s.asked(t, "GET", then, "", "emulator")
			}
			return answer
		}
		var o Options
		reading.Apply(&o)
		if usual := answers(Options{}); !regexp.MustCompile(c.usual).MatchString(usual) {
			t.Errorf("without %s: %.600s, want %s", reading.Name, usual, c.usual)
		}
		if other := answers(o); !regexp.MustCompile(c.other).MatchString(other) {
			t.Errorf("under %s: %.600s, want %s", reading.Name, other, c.other)
		}
	}
}

// asked gives status and body of an answer.
func (s *Store) asked(t *testing.T, method, path, body, token string) string {
	t.Helper()
	a := send(t, s, method, path, body, "X-Auth-Token", token)
	return fmt.Sprintf("%d %s", a.status, a.text)
}

func TestReadingsOfTheLimiter(t *testing.T) {
	for name, want := range map[string]string{"": "429 0 30000 30", "reset-window": "429 0 30000 30", "left-on-429": "429 35 30000 30", "limiter-500": "500   "} {
		o := Options{Clock: fixedClock, Quota: Quota{Requests: 1}}
		if reading, ok := ReadingNamed(name); ok {
			reading.Apply(&o)
		}
		s := New(o)
		send(t, s, "GET", "/v2/time", "")
		a := send(t, s, "GET", "/v2/time", "")
		got := fmt.Sprint(a.status, " ", a.header.Get("X-Rate-Limit-Requests-Left"), " ", a.header.Get("X-Rate-Limit-Time-Reset-Ms"), " ", a.header.Get("X-Retry-After"))
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	now := testTime
	for name, want := range map[string]string{"": "18000", "reset-window": "30000"} {
		o := Options{Clock: func() time.Time { return now }, Quota: Quota{Requests: 9}}
		if reading, ok := ReadingNamed(name); ok {
			reading.Apply(&o)
		}
		s := New(o)
		now = testTime
		send(t, s, "GET", "/v2/time", "")
		now = testTime.Add(12 * time.Second)
		if got := send(t, s, "GET", "/v2/time", "").header.Get("X-Rate-Limit-Time-Reset-Ms"); got != want {
			t.Errorf("%s: %s ms, want %s", name, got, want)
		}
	}
}

// Every row of the table of contradictions has a reading, or a reason why none can be seen.
func TestReadingsCoverTheTable(t *testing.T) {
	const rows = 34
	reasons := RowsWithoutReading()
	covered := map[int]bool{}
	names := map[string]bool{}
	for _, r := range Readings() {
		covered[r.Row] = true
		if names[r.Name] || r.Means == "" || r.Row < 0 || r.Row > rows {
			t.Errorf("reading %+v", r)
		}
		names[r.Name] = true
	}
	for row := 1; row <= rows; row++ {
		if covered[row] == (reasons[row] != "") {
			t.Errorf("row %d: covered %v, reason %q", row, covered[row], reasons[row])
		}
	}
	if _, ok := ReadingNamed("nonsense"); ok {
		t.Error("there is a reading named nonsense")
	}
}
