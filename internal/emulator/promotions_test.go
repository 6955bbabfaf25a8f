package emulator

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	tenPercent = `"rules":[{"action":{"cart_value":{"discount":{"percentage_amount":"10"}}},"apply_once":true}]`
	bulkOffer  = `{"name":"Bulk","redemption_type":"COUPON","coupon_type":"BULK",` + tenPercent + `}`
)

// promoted is a strict store with an automatic promotion (1), one with a single code (2) and one for bulk codes (3).
func promoted(t *testing.T) *Store {
	t.Helper()
	s := New(Options{Strict: true, Clock: fixedClock})
	for _, body := range []string{
		`{"name":"Auto","redemption_type":"AUTOMATIC",` + tenPercent + `}`,
		`{"name":"Single","redemption_type":"COUPON","max_uses":5,` + tenPercent + `}`,
		bulkOffer,
	} {
		if a := send(t, s, "POST", "/v3/promotions", body); a.status != 201 {
			t.Fatalf("%d %s", a.status, a.text)
		}
	}
	return s
}

func TestPromotionShape(t *testing.T) {
	s := promoted(t)
	a := send(t, s, "GET", "/v3/promotions/2", "")
	want := `{"data":{"id":2,"redemption_type":"COUPON","name":"Single","display_name":"","created_from":"api","channels":[],` +
		`"customer":{"group_ids":[],"minimum_order_count":0,"excluded_group_ids":[],"segments":null},` +
		`"rules":[{"action":{"cart_value":{"discount":{"percentage_amount":"10"}}},"apply_once":true}],"current_uses":0,"max_uses":5,"status":"ENABLED",` +
		`"start_date":"2026-03-14T09:26:53+00:00","end_date":null,"stop":false,"can_be_used_with_other_promotions":true,"currency_code":"USD","notifications":[],"shipping_address":null,"schedule":null,` +
		`"coupon_overrides_other_promotions":false,"coupon_overrides_automatic_when_offering_higher_discounts":false,"coupon_type":"SINGLE",` +
		`"promotion_category":"","is_featured_promotion":false,"featured_promotion_callout_message":"","is_archived":false},"meta":{}}`
	if a.status != 200 || a.text != want {
		t.Errorf("%d %s", a.status, cmp.Diff(want, a.text))
	}
	a = send(t, s, "PUT", "/v3/promotions/2", `{"end_date":"2027-01-01T00:00:00Z","max_uses":null,"redemption_type":"COUPON","status":"DISABLED"}`)
	if a.status != 200 || a.str("data", "end_date") != "2027-01-01T00:00:00+00:00" || a.at("data", "max_uses") != nil || a.str("data", "status") != "DISABLED" {
		t.Errorf("update: %d %s", a.status, a.text)
	}
	if a = send(t, s, "PUT", "/v3/promotions/2", `{"end_date":null}`); a.status != 200 || !strings.Contains(a.text, `"end_date":null`) {
		t.Errorf("an end that was cleared: %d %s", a.status, a.text)
	}
}

func TestPromotionRules(t *testing.T) {
	s := promoted(t)
	for _, c := range []struct {
		name, method, path, body string
		status                   int
		title                    string
	}{
		{"no rules", "POST", "", `{"name":"x","redemption_type":"COUPON"}`, 422, "rules: Please provide a rules."},
		{"empty rules", "POST", "", `{"name":"x","redemption_type":"COUPON","rules":[]}`, 422, "rules: at least one is needed"},
		{"no action", "POST", "", `{"name":"x","redemption_type":"COUPON","rules":[{"action":{"sing":{}}}]}`, 422, "rules: each needs an action"},
		{"no redemption", "POST", "", `{"name":"x",` + tenPercent + `}`, 422, "redemption_type: Please"},
		{"invalid status", "POST", "", strings.Replace(bulkOffer, `"name"`, `"status":"INVALID","name"`, 1), 422, "status: "},
		{"automatic with coupon type", "POST", "", strings.Replace(bulkOffer, "COUPON", "AUTOMATIC", 1), 422, "coupon_type is for"},
		{"both ways", "POST", "", strings.Replace(bulkOffer, `"name"`, `"coupon_overrides_other_promotions":true,"name"`, 1), 422, "a coupon cannot override"},
		{"unknown channel", "POST", "", strings.Replace(bulkOffer, `"name"`, `"channels":[{"id":9}],"name"`, 1), 422, "channels: "},
		{"an array", "POST", "", `[]`, 422, "the body must be an object"},
		{"redemption changed", "PUT", "/2", `{"redemption_type":"AUTOMATIC"}`, 422, "redemption_type and coupon_type cannot be changed"},
		{"type changed", "PUT", "/2", `{"coupon_type":"BULK"}`, 422, "redemption_type and coupon_type cannot be changed"},
		{"not there", "PUT", "/9", `{}`, 404, "A promotion with the id of 9 was not found"},
		{"not there", "GET", "/9", "", 404, "A promotion with the id of 9 was not found"},
		{"not there", "GET", "/9/codes", "", 404, "A promotion with the id of 9 was not found"},
		{"over the limit", "GET", "?limit=x", "", 422, "Invalid field(s): limit"},
		{"sorted by colour", "GET", "?sort=colour", "", 422, "sort must be"},
	} {
		a := send(t, s, c.method, "/v3/promotions"+c.path, c.body)
		if a.status != c.status || !strings.HasPrefix(a.str("errors", 0, "title"), c.title) {
			t.Errorf("%s: %d %s", c.name, a.status, a.text)
		}
	}
	if diff := cmp.Diff([]int{1, 2, 3}, s.PromotionIDs()); diff != "" {
		t.Error(diff)
	}
}

func TestPromotionLists(t *testing.T) {
	s := promoted(t)
	s.InsertPromotionCode(3, map[string]any{"code": "VIP 1"})
	send(t, s, "PUT", "/v3/promotions/1", `{"channels":[{"id":1}],"start_date":"2027-01-01T00:00:00Z","status":"DISABLED"}`)
	for query, want := range map[string][]int{
		"":                          {1, 2, 3},
		"id=2":                      {2},
		"name=single":               {2},
		"code=vip%201":              {3},
		"query=vip%201":             {3},
		"query=in":                  {2},
		"redemption_type=automatic": {1},
		"status=ENABLED":            {2, 3},
		"currency_code=EUR":         {},
		"channels=2":                {2, 3},
		"channels=1,2":              {1, 2, 3},
		"sort=name&direction=desc":  {2, 3, 1},
		"sort=start_date":           {2, 3, 1},
		"limit=2&page=2":            {3},
	} {
		if a := send(t, s, "GET", "/v3/promotions?"+query, ""); !slices.Equal(a.ids(), want) {
			t.Errorf("%s: %v, want %v", query, a.ids(), want)
		}
	}
}

func TestPromotionDeletes(t *testing.T) {
	s := promoted(t)
	s.InsertPromotionCode(3, map[string]any{"code": "ONE"})
	if a := send(t, s, "DELETE", "/v3/promotions?id:in=1,3,99", ""); a.status != 422 ||
		a.str("errors", 0, "errors", "1.code") != "Failed for id=3. Error: some relating codes are still present." ||
		!strings.HasSuffix(a.text, `"meta":{"total":3,"success":2,"failed":1}}`) {
		t.Errorf("%d %s", a.status, a.text)
	}
	if diff := cmp.Diff([]int{2, 3}, s.PromotionIDs()); diff != "" {
		t.Error(diff)
	}
	for path, want := range map[string]int{
		"": 422, "?id:in=": 422, "?id:in=x": 422, "?id:in=" + strings.Repeat("2,", 50) + "2": 422, "/3": 422,
	} {
		if a := send(t, s, "DELETE", "/v3/promotions"+path, ""); a.status != want || len(s.PromotionIDs()) != 2 {
			t.Errorf("%q: %d %s", path, a.status, a.text)
		}
	}
	for _, path := range []string{"/codes?code=one", "/3", "/3", "?id:in=2"} {
		if a := send(t, s, "DELETE", "/v3/promotions"+path, ""); a.status != 204 || a.text != "" {
			t.Errorf("%q: %d %s", path, a.status, a.text)
		}
	}
	if ids := s.PromotionIDs(); len(ids) > 0 {
		t.Error(ids)
	}
}

func TestPromotionCodes(t *testing.T) {
	s := promoted(t)
	a := send(t, s, "POST", "/v3/promotions/3/codes", `{"code":"Spring 26","max_uses":3}`)
	want := `{"data":{"id":1,"code":"Spring 26","max_uses":3,"max_uses_per_customer":0,"current_uses":0,"created":"2026-03-14T09:26:53+00:00"},"meta":{}}`
	if a.status != 201 || a.text != want {
		t.Errorf("%d %s", a.status, cmp.Diff(want, a.text))
	}
	for _, c := range []struct {
		name, path, body string
		status           int
	}{
		{"duplicate in another case", "/3/codes", `{"code":"SPRING 26"}`, 422},
		{"duplicate at another promotion", "/2/codes", `{"code":"Spring 26"}`, 422},
		{"no code", "/3/codes", `{}`, 422},
		{"long", "/3/codes", `{"code":"` + strings.Repeat("x", 51) + `"}`, 422},
		{"sign", "/3/codes", `{"code":"A/B"}`, 422},
		{"automatic", "/1/codes", `{"code":"A"}`, 422},
		{"no promotion", "/9/codes", `{"code":"A"}`, 404},
		{"single", "/2/codes", `{"code":"` + strings.Repeat("x", 50) + `"}`, 201},
		{"second of a single", "/2/codes", `{"code":"second"}`, 422},
	} {
		if a := send(t, s, "POST", "/v3/promotions"+c.path, c.body); a.status != c.status {
			t.Errorf("%s: %d %s", c.name, a.status, a.text)
		}
	}
	if a := send(t, s, "GET", "/v3/promotions/codes?code=spring%2026", ""); !slices.Equal(a.ids(), []int{1}) {
		t.Errorf("by name: %s", a.text)
	}
	if a := send(t, s, "GET", "/v3/promotions/codes?code=none", ""); a.status != 200 || len(a.ids()) > 0 {
		t.Errorf("by a name that is not there: %s", a.text)
	}
	if a := send(t, s, "GET", "/v3/promotions/codes", ""); a.status != 422 {
		t.Errorf("without a name: %d", a.status)
	}
	if a := send(t, s, "GET", "/v3/promotions/3/codes?code=spring%2026", ""); !slices.Equal(a.ids(), []int{1}) {
		t.Errorf("of a promotion by name: %s", a.text)
	}
	for _, c := range []struct {
		path string
		left int
	}{{"/2/codes/1", 1}, {"/3/codes/1", 0}, {"/3/codes/77", 0}} {
		if a := send(t, s, "DELETE", "/v3/promotions"+c.path, ""); a.status != 204 || len(s.PromotionCodes(3)) != c.left {
			t.Errorf("%s: %d, %d codes are left, want %d", c.path, a.status, len(s.PromotionCodes(3)), c.left)
		}
	}
	if codes := s.PromotionCodes(2); len(codes) != 1 {
		t.Error(codes)
	}
}

func TestCodesByCursor(t *testing.T) {
	s := promoted(t)
	for i := range 7 {
		s.InsertPromotionCode(3, map[string]any{"code": fmt.Sprintf("C%d", i+1)})
	}
	a := send(t, s, "GET", "/v3/promotions/3/codes?limit=3", "")
	if a.at("meta", "pagination", "total") == nil || a.at("meta", "cursor_pagination", "end_cursor") == nil {
		t.Errorf("neither page nor cursor is asked for, both are needed: %s", a.text)
	}
	pages := [][]int{a.ids()}
	back := ""
	for range 5 {
		next := a.at("meta", "cursor_pagination", "links", "next")
		if next == nil {
			break
		}
		a = send(t, s, "GET", "/v3/promotions/3/codes"+fmt.Sprint(next), "")
		if a.at("meta", "pagination") != nil {
			t.Errorf("a page of cursors has no other pagination: %s", a.text)
		}
		pages = append(pages, a.ids())
		back = a.str("meta", "cursor_pagination", "links", "previous")
	}
	if diff := cmp.Diff([][]int{{1, 2, 3}, {4, 5, 6}, {7}}, pages); diff != "" {
		t.Error(diff)
	}
	if a = send(t, s, "GET", "/v3/promotions/3/codes"+back, ""); !slices.Equal(a.ids(), []int{4, 5, 6}) {
		t.Errorf("back: %v", a.ids())
	}
	a = send(t, s, "GET", "/v3/promotions/3/codes?page=2&limit=5", "")
	if !slices.Equal(a.ids(), []int{6, 7}) || a.at("meta", "cursor_pagination") != nil {
		t.Errorf("by page: %s", a.text)
	}
	for _, query := range []string{"after=x", "before=" + url.QueryEscape("e30"), "after=x&page=1", "after=x&before=x"} {
		if a := send(t, s, "GET", "/v3/promotions/3/codes?"+query, ""); a.status != 422 || a.at("errors", 0, "title") == nil {
			t.Errorf("%s: %d %s", query, a.status, a.text)
		}
	}
}

func TestCodesAreDeletedInBatches(t *testing.T) {
	s := promoted(t)
	single := s.InsertPromotionCode(2, map[string]any{"code": "S"})
	for i := range 5 {
		s.InsertPromotionCode(3, map[string]any{"code": fmt.Sprintf("C%d", i+1)})
	}
	left := func(query string, status int, want ...int) {
		t.Helper()
		if a := send(t, s, "DELETE", "/v3/promotions/3/codes"+query, ""); a.status != status {
			t.Errorf("%s: %d %s", query, a.status, a.text)
		}
		got := []int{}
		for _, code := range s.PromotionCodes(3) {
			id, _ := wholeNumber(code["id"])
			got = append(got, id)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v are left, want %v", query, got, want)
		}
	}
	left("", 422, 2, 3, 4, 5, 6)
	left("?id:in="+strings.Repeat("2,", 250)+"2", 422, 2, 3, 4, 5, 6)
	left(fmt.Sprintf("?id:in=3,%d,99", single), 204, 2, 4, 5, 6)
	left("?id:in=4,5&code=c4", 204, 2, 4, 6)
	if len(s.PromotionCodes(2)) != 1 {
		t.Error("the code of another promotion is gone")
	}
}

func TestCodegen(t *testing.T) {
	s := promoted(t)
	a := send(t, s, "POST", "/v3/promotions/3/codegen", `{"batch_size":250}`)
	if a.status != 201 || a.str("data", "batch_size") != "250" || a.str("data", "max_uses") != "1" || a.str("data", "max_uses_per_customer") != "1" {
		t.Fatalf("%d %.300s", a.status, a.text)
	}
	a = send(t, s, "POST", "/v3/promotions/3/codegen",
		`{"batch_size":40,"prefix":"PRE","suffix":"END","delimiter":"-","code_length":6,"exclude_characters":["0","O","1"],"max_uses":0,"max_uses_per_customer":2}`)
	codes, _ := a.at("data", "codes").([]any)
	if a.status != 201 || len(codes) != 40 {
		t.Fatalf("%d %s", a.status, a.text)
	}
	seen := map[string]bool{}
	for _, item := range codes {
		code, _ := walk(item, "code").(string)
		middle := strings.TrimSuffix(strings.TrimPrefix(code, "PRE-"), "-END")
		if len(code) != 14 || len(middle) != 6 || strings.ContainsAny(middle, "0O1-") || seen[code] {
			t.Errorf("code %q", code)
		}
		seen[code] = true
	}
	kept := s.PromotionCodes(3)
	if len(kept) != 290 {
		t.Fatalf("%d codes", len(kept))
	}
	if last := kept[289]; fmt.Sprintf("%v %v", last["max_uses"], last["max_uses_per_customer"]) != "0 2" || !seen[fmt.Sprint(last["code"])] {
		t.Error(last)
	}
	for _, c := range []struct {
		promotion int
		body      string
		status    int
	}{
		{1, `{"batch_size":1}`, 405},
		{2, `{"batch_size":1}`, 405},
		{9, `{"batch_size":1}`, 404},
		{3, `{}`, 422},
		{3, `{"batch_size":0}`, 422},
		{3, `{"batch_size":251}`, 422},
		{3, `{"batch_size":1,"code_length":5}`, 422},
		{3, `{"batch_size":1,"code_length":17}`, 422},
		{3, `{"batch_size":1,"prefix":"low"}`, 422},
		{3, `{"batch_size":1,"prefix":"` + strings.Repeat("A", 21) + `"}`, 422},
		{3, `{"batch_size":1,"prefix":"` + strings.Repeat("A", 20) + `","suffix":"` + strings.Repeat("B", 20) + `"}`, 422},
		{3, `{"batch_size":1,"delimiter":"+"}`, 422},
		{3, `{"batch_size":1,"exclude_characters":["AB"]}`, 422},
		{3, `{"batch_size":2,"code_length":6,"exclude_characters":["` + strings.Join(strings.Split(codeAlphabet[1:], ""), `","`) + `"]}`, 422},
		{3, `{"batch_size":1,"max_uses":-1}`, 422},
		{3, `{"batch_size":`, 400},
	} {
		if a := send(t, s, "POST", fmt.Sprintf("/v3/promotions/%d/codegen", c.promotion), c.body); a.status != c.status {
			t.Errorf("%d %s: %d %s", c.promotion, c.body, a.status, a.text)
		}
	}
	if len(s.PromotionCodes(3)) != 290 {
		t.Error("a refused batch left codes")
	}
}

// A promotion may bring its first code along.
func TestPromotionWithItsCode(t *testing.T) {
	s := promoted(t)
	body := strings.Replace(bulkOffer, `"BULK"`, `"SINGLE","codes":{"id":1,"current_uses":0,"created":"2026-01-01T00:00:00Z","code":"FIRST"}`, 1)
	if a := send(t, s, "POST", "/v3/promotions", body); a.status != 201 || len(s.PromotionCodes(4)) != 1 {
		t.Errorf("%d %s", a.status, a.text)
	}
	if a := send(t, s, "POST", "/v3/promotions", body); a.status != 422 || len(s.PromotionIDs()) != 4 {
		t.Errorf("its code is taken: %d %s", a.status, a.text)
	}
}

func TestPromotionsAreRestored(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	s.Seed(Demo{Products: 5, Orders: 5})
	if n := len(s.PromotionIDs()); n != 4 || len(s.PromotionCodes(2)) != 1 || len(s.PromotionCodes(3)) != 12 {
		t.Fatalf("%d promotions", n)
	}
	other := New(Options{Clock: fixedClock})
	var kept bytes.Buffer
	if err := s.Snapshot(&kept); err != nil {
		t.Fatal(err)
	}
	if err := other.Restore(&kept); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/v3/promotions", "/v3/promotions/3/codes", "/v3/promotions/codes?code=p2-0001", "/v3/customers?email:in=customer07@example.com"} {
		want, got := send(t, s, "GET", path, ""), send(t, other, "GET", path, "")
		if want.text != got.text || len(got.ids()) == 0 {
			t.Errorf("%s: %s", path, cmp.Diff(want.text, got.text))
		}
	}
	if a := send(t, other, "POST", "/v3/promotions/3/codes", `{"code":"P3-0001"}`); a.status != 422 {
		t.Errorf("a restored code is taken: %d %s", a.status, a.text)
	}
	if err := other.Restore(strings.NewReader(`{"version":1,"codes":[{"id":1,"code":"A"},{"id":2,"code":"a"}],"products":[]}`)); err == nil {
		t.Error("a snapshot with a code twice is taken")
	}
}
