package emulator

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const firstCoupon = `{"name":"First","code":"FIRST-1","type":"percentage_discount","amount":"5","applies_to":{"entity":"categories","ids":[0]}}`

// edit replaces part of the first coupon's body.
func edit(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(firstCoupon) }

func TestCouponShape(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	a := send(t, s, "POST", "/v2/coupons", edit(`"5"`, `5.55555,"expires":"Tue, 20 Nov 2029 01:00:00 +0100"`))
	want := `{"id":1,"name":"First","type":"percentage_discount","amount":"5.5556","min_purchase":"0.0000","expires":"Tue, 20 Nov 2029 00:00:00 +0000",` +
		`"enabled":true,"code":"FIRST-1","applies_to":{"entity":"categories","ids":[0]},"num_uses":0,"max_uses":0,"max_uses_per_customer":0,` +
		`"restricted_to":[],"shipping_methods":[],"date_created":"Sat, 14 Mar 2026 09:26:53 +0000"}`
	if a.status != 201 || a.text != want {
		t.Errorf("%d %s", a.status, cmp.Diff(want, a.text))
	}
	s.opts.ObjectRestricted = true
	if a := send(t, s, "GET", "/v2/coupons?id=1", ""); !strings.Contains(a.text, `"restricted_to":{}`) {
		t.Errorf("as in the specification: %s", a.text)
	}
	for given, want := range map[string]string{
		`{"countries":"AU"}`:        `{"countries":["AU"]}`,
		`{"countries":["AU","DE"]}`: `{"countries":["AU","DE"]}`,
		`{"countries":[]}`:          `{}`,
		`[]`:                        `{}`,
	} {
		body := edit(`First`, `R`, `FIRST-1`, `R`, `"applies_to"`, `"restricted_to":`+given+`,"applies_to"`)
		a := send(t, s, "POST", "/v2/coupons", body)
		if a.status != 201 || !strings.Contains(a.text, `"restricted_to":`+want) {
			t.Errorf("%s: %d %s", given, a.status, a.text)
		}
		send(t, s, "DELETE", "/v2/coupons/"+a.str("id"), "")
	}
}

func TestCouponRules(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	if a := send(t, s, "POST", "/v2/coupons", firstCoupon); a.status != 201 {
		t.Fatal(a.text)
	}
	promotion := s.InsertCoupon(map[string]any{"name": "P", "code": "P", "type": "promotion", "shipping_methods": nil})
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		message                  string
	}{
		{"no code", "POST", "", edit(`"code":"FIRST-1",`, ``), 400, "The required field 'code' was not supplied."},
		{"no applies_to", "POST", "", edit(`,"applies_to":{"entity":"categories","ids":[0]}`, ``), 400, "The required field 'applies_to' was not supplied."},
		{"same name", "POST", "", edit(`FIRST-1`, `SECOND`), 409, "The field 'name' is invalid."},
		{"same code in lower case", "POST", "", edit(`"First"`, `"Second"`, `FIRST`, `first`), 409, "The field 'code' is invalid."},
		{"unanchored code", "POST", "", edit(`FIRST-1`, `A/B`), 400, "The field 'code' is invalid."},
		{"long code", "POST", "", edit(`FIRST-1`, strings.Repeat("x", 51)), 400, "The field 'code' is invalid."},
		{"long name", "POST", "", edit(`"First"`, `"`+strings.Repeat("é", 101)+`"`), 400, "The field 'name' is invalid."},
		{"negative amount", "POST", "", edit(`"5"`, `"-1"`), 400, "The field 'amount' is invalid."},
		{"amount of text", "POST", "", edit(`"5"`, `"five"`), 400, "The field 'amount' is invalid."},
		{"over 100 percent", "POST", "", edit(`"5"`, `"100.01"`), 400, "The field 'amount' is invalid."},
		{"ISO date", "POST", "", edit(`"amount"`, `"expires":"2029-11-20","amount"`), 400, "The field 'expires' is invalid."},
		{"unknown type", "POST", "", edit(`percentage_discount`, `percent`), 400, "The field 'type' is invalid."},
		{"promotion", "POST", "", edit(`percentage_discount`, `promotion`), 400, "The field 'type' is invalid."},
		{"unknown entity", "POST", "", edit(`categories`, `brands`), 400, "The field 'applies_to' is invalid."},
		{"ids of text", "POST", "", edit(`[0]`, `["a"]`), 400, "The field 'applies_to' is invalid."},
		{"country of text", "POST", "", edit(`"amount"`, `"restricted_to":{"countries":"Australia"},"amount"`), 400, "The field 'restricted_to' is invalid."},
		{"read-only id", "POST", "", edit(`"name"`, `"id":4,"name"`), 400, "The field 'id' cannot be written to. Please remove it from your request before trying again."},
		{"read-only uses", "PUT", "/1", `{"num_uses":4}`, 400, "The field 'num_uses' cannot be written to. Please remove it from your request before trying again."},
		{"unknown field", "POST", "", edit(`"name"`, `"colour":4,"name"`), 400, "The field 'colour' is not supported by this resource."},
		{"an array", "POST", "", `[]`, 400, "The request body is not valid JSON."},
		{"promotion's row", "PUT", "/2", firstCoupon, 400, "The field 'type' is invalid."},
		{"not there", "PUT", "/99", firstCoupon, 404, "The requested resource was not found."},
		{"not there", "DELETE", "/99", "", 404, "The requested resource was not found."},
		{"no such endpoint", "GET", "/1", "", 405, "Method Not Allowed"},
		{"itself", "PUT", "/1", firstCoupon, 200, ""},
	} {
		a := send(t, s, c.method, "/v2/coupons"+c.path, c.body)
		if a.status != c.status || c.message != "" && a.at(0, "message") != c.message {
			t.Errorf("%s: %d %s", c.name, a.status, a.text)
		}
	}
	if diff := cmp.Diff([]int{1, promotion}, s.CouponIDs()); diff != "" {
		t.Error(diff)
	}
}

func TestCouponUpdateClearsAppliesTo(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	send(t, s, "POST", "/v2/coupons", firstCoupon)
	a := send(t, s, "PUT", "/v2/coupons/1", `{"amount":"7.5","name":"Renamed"}`)
	if a.status != 200 || a.str("amount") != "7.5000" || a.str("name") != "Renamed" || a.str("code") != "FIRST-1" {
		t.Errorf("%d %s", a.status, a.text)
	}
	if !strings.Contains(a.text, `"applies_to":`+appliesToNothing) {
		t.Errorf("applies_to is kept: %s", a.text)
	}
	a = send(t, s, "PUT", "/v2/coupons/1", `{"applies_to":{"entity":"products","ids":[7,8]}}`)
	if !strings.Contains(a.text, `"applies_to":{"entity":"products","ids":[7,8]}`) {
		t.Errorf("applies_to: %s", a.text)
	}
}

func TestCouponLists(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	for i, kind := range []string{"per_item_discount", "percentage_discount", "promotion", "free_shipping", "percentage_discount"} {
		s.InsertCoupon(map[string]any{"name": string(rune('A' + i)), "code": "CODE" + string(rune('A'+i)), "type": kind})
	}
	for query, want := range map[string][]int{
		"":                             {1, 2, 3, 4, 5},
		"id=3":                         {3},
		"min_id=3&limit=2":             {3, 4},
		"min_id=2&max_id=3":            {2, 3},
		"min_id=6":                     nil,
		"code=codeb":                   {2},
		"name=B":                       {2},
		"name=b":                       nil,
		"type=percentage_discount":     {2, 5},
		"exclude_type=promotion":       {1, 2, 4, 5},
		"page=2&limit=4":               {5},
		"page=3&limit=4":               nil,
		"type=promotion&nonsense=true": {3},
	} {
		a := send(t, s, "GET", "/v2/coupons?"+query, "")
		if diff := cmp.Diff(want, a.idsV2()); diff != "" || want == nil && (a.status != 204 || a.text != "") {
			t.Errorf("%s: %d %s", query, a.status, diff)
		}
	}
	if a := send(t, s, "GET", "/v2/coupons?limit=251", ""); a.status != 413 || a.str(0, "details", "max_limit") != "250" {
		t.Errorf("limit: %d %s", a.status, a.text)
	}
	if a := send(t, s, "GET", "/v2/coupons/count?id=1", ""); a.text != `{"count":5}` {
		t.Errorf("count: %s", a.text)
	}
}

func TestCouponDeletes(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	for i := range 6 {
		s.InsertCoupon(map[string]any{"name": string(rune('A' + i)), "code": "CODE" + string(rune('A'+i))})
	}
	left := func(path string, status int, want []int) {
		t.Helper()
		if a := send(t, s, "DELETE", "/v2/coupons"+path, ""); a.status != status {
			t.Errorf("%s: %d %s", path, a.status, a.text)
		}
		if diff := cmp.Diff(want, s.CouponIDs()); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	left("/1", 204, []int{2, 3, 4, 5, 6})
	left("?id:in=2,99,4", 204, []int{3, 5, 6})
	left("?id:in=3,x", 400, []int{3, 5, 6})
	left("?id%3Ain="+strings.Repeat("3,", 250)+"3", 413, []int{3, 5, 6})
	left("", 204, []int{})
	if id := s.InsertCoupon(map[string]any{"name": "A", "code": "CODEA"}); id != 7 {
		t.Errorf("an id came twice: %d", id)
	}
}
