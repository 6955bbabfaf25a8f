package apply_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

func onCodes(t testing.TB, store *emulator.Store, mode string) *bench {
	t.Helper()
	b := onProducts(t, store, mode, "code")
	b.target.Object = &catalogue.PromotionCodes
	return b
}

// promote puts a promotion into the store, with n codes OLD-0001 and so on. It gives its id.
func promote(store *emulator.Store, name, kind string, n int) int {
	body := map[string]any{
		"name": name, "redemption_type": "COUPON", "coupon_type": kind,
		"rules": []any{map[string]any{"action": map[string]any{"cart_value": map[string]any{"discount": map[string]any{"percentage_amount": "10"}}}, "apply_once": true}},
	}
	if kind == "AUTOMATIC" {
		body["redemption_type"] = kind
		delete(body, "coupon_type")
	}
	id := store.InsertPromotion(body)
	for i := range n {
		store.InsertPromotionCode(id, map[string]any{"code": fmt.Sprintf("OLD%d-%04d", id, i+1), "max_uses": 1})
	}
	store.ResetLog()
	return id
}

// codesOf lists the codes of a promotion, sorted.
func codesOf(store *emulator.Store, promotion int) []string {
	var codes []string
	for _, code := range store.PromotionCodes(promotion) {
		codes = append(codes, code["code"].(string))
	}
	slices.Sort(codes)
	return codes
}

func TestCodesAreCreated(t *testing.T) {
	store := strictStore()
	spring, autumn := promote(store, "Spring", "BULK", 2), promote(store, "Autumn", "BULK", 0)
	rows := []string{
		fmt.Sprintf(`{"promotion_id":%d,"code":"HELLO","max_uses":5}`, spring),
		fmt.Sprintf(`{"promotion_id":%d,"code":"old%d-0001"}`, spring, spring),
		fmt.Sprintf(`{"promotion_id":%d,"code":"HELLO-2"}`, autumn),
		`{"promotion_id":77,"code":"X"}`,
		`{"promotion_id":78,"code":"X"}`,
		`{"promotion_id":78,"code":"Y"}`,
		fmt.Sprintf(`{"promotion_id":%d,"code":""}`, autumn),
	}
	b := onCodes(t, store, "upsert").ok(rows...)
	b.wants("created, unchanged, created, rejected not_found, rejected not_found, rejected not_found, rejected empty_key")
	b.wantsProblem(4, "the store has no promotion 77")
	b.wantsWrites(
		fmt.Sprintf(`POST /v3/promotions/%d/codes {"code":"HELLO","max_uses":5}`, spring),
		fmt.Sprintf(`POST /v3/promotions/%d/codes {"code":"HELLO-2"}`, autumn),
	)
	b.wantsAllRequests()
	store.ResetLog()
	again := onCodes(t, store, "upsert").ok(rows[:3]...)
	again.wants("unchanged, unchanged, unchanged")
	again.wantsWrites()
	onCodes(t, store, "create").ok(rows[0]).wants("rejected exists")
	// A code belongs to one promotion of the store.
	b = onCodes(t, store, "upsert").ok(fmt.Sprintf(`{"promotion_id":%d,"code":"hello"}`, autumn))
	b.wants("rejected duplicate")
}

// Of many codes all are read, of few each is asked for, whichever takes fewer requests.
func TestCodesAreLookedUpInTheCheapestWay(t *testing.T) {
	for _, test := range []struct {
		have, rows, requests int
		outcome              string
	}{
		{600, 1, 1, "not_attempted"}, // by itself
		{600, 2, 3, "not_attempted"}, // the count, and each
		{600, 3, 4, "not_attempted"}, // three pages are no dearer, and no cheaper
		{600, 40, 4, "not_attempted"},
		{0, 40, 1, "rejected not_found"},
	} {
		store := strictStore()
		id := promote(store, "Spring", "BULK", test.have)
		var rows []string
		for i := range test.rows {
			rows = append(rows, fmt.Sprintf(`{"promotion_id":%d,"code":"OLD%d-%04d"}`, id, id, 10*i+1))
		}
		b := onCodes(t, store, "delete")
		b.planOnly = true
		b.ok(rows...)
		b.wants(strings.TrimSuffix(strings.Repeat(test.outcome+", ", test.rows), ", "))
		if got := len(store.Log()); got != test.requests || int(b.plan.LookUps.Requests) != test.requests {
			t.Errorf("%d codes, %d rows: %d requests, planned %d, want %d", test.have, test.rows, got, b.plan.LookUps.Requests, test.requests)
		}
	}
}

func TestCodesAreDeletedBelowTheirPromotions(t *testing.T) {
	store := strictStore()
	first, second := promote(store, "Spring", "BULK", 300), promote(store, "Autumn", "BULK", 3)
	var rows []string
	for i := range 300 {
		rows = append(rows, fmt.Sprintf(`{"promotion_id":%d,"code":"OLD%d-%04d"}`, first, first, i+1))
		if i%100 == 0 {
			rows = append(rows, fmt.Sprintf(`{"promotion_id":%d,"code":"OLD%d-%04d"}`, second, second, i/100+1))
		}
	}
	b := onCodes(t, store, "delete")
	b.concurrency = 3
	b.ok(rows...)
	if got := strings.Count(b.said(), "deleted"); got != 303 {
		t.Errorf("%d deleted: %s", got, b.said())
	}
	if left := len(codesOf(store, first)) + len(codesOf(store, second)); left != 0 {
		t.Errorf("%d codes are left", left)
	}
	if got := len(store.Writes()); got != 3 || b.plan.Requests["promotion_codes.delete"] != 3 {
		t.Errorf("%d requests, planned %v", got, b.plan.Requests)
	}
	for _, e := range store.Writes() {
		ids, err := url.QueryUnescape(strings.TrimPrefix(strings.ReplaceAll(e.Query, "%3A", ":"), "id:in="))
		if err != nil || strings.Trim(ids, "0123456789,") != "" || ids == "" {
			t.Errorf("deleted with %s", e.Query)
		}
	}
}

func TestCodesOfNamedPromotions(t *testing.T) {
	store := strictStore()
	id := promote(store, "Spring – 10 %", "BULK", 0)
	promote(store, "Twice", "BULK", 0)
	promote(store, "Twice", "BULK", 0)
	row := func(name string) string {
		return fmt.Sprintf(`{"promotion_id":{"$ref":{"kind":"promotion","key":%q,"column":"Promotion"}},"code":"C-1"}`, name)
	}
	b := onCodes(t, store, "upsert").ok(row("spring – 10 %"), row("Twice"), row("Nowhere"))
	b.wants("created, rejected ambiguous_key, rejected unknown_promotion")
	if got := codesOf(store, id); len(got) != 1 {
		t.Errorf("codes %v", got)
	}
	onCodes(t, store, "upsert").ok(row("Spring – 10 %"), row("SPRING – 10 % ")).wants("rejected duplicate_key, rejected duplicate_key")
	b = onCodes(t, store, "delete").ok(row("Spring – 10 %"))
	b.wants("deleted")
}

// Whatever becomes of answers, no code is lost and none is made twice.
func TestLostCodes(t *testing.T) {
	for _, kind := range []emulator.FaultKind{emulator.ResetBefore, emulator.ResetAfter, emulator.StatusAfter, emulator.TruncatedBody} {
		store := strictStore()
		id := promote(store, "Spring", "BULK", 0)
		store.AddFault(emulator.Fault{Kind: kind, Method: "POST", Probability: 0.5, Seed: 3, Times: 3})
		var rows []string
		for i := range 12 {
			rows = append(rows, fmt.Sprintf(`{"promotion_id":%d,"code":"C-%02d"}`, id, i))
		}
		b := onCodes(t, store, "create")
		b.concurrency = 3
		b.ok(rows...)
		if got := strings.Count(b.said(), "created"); got != 12 || len(codesOf(store, id)) != 12 {
			t.Errorf("fault %d: %s; codes %v", kind, b.said(), codesOf(store, id))
		}
	}
}
