package apply_test

import (
	"fmt"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

// Times that exist twice, as documents hold them; the second day alone has two midnights.
const (
	halfPastTwo = `{"$ref":{"kind":"moment","key":"2026-10-25T02:30:00+02:00 2026-10-25T02:30:00+01:00 Europe/Berlin"}}`
	dayOfTwo    = `{"$ref":{"kind":"moment","key":"2026-10-25T00:00:00Z 2026-10-25T00:00:00-01:00 Atlantic/Azores","else":"Sun, 25 Oct 2026 00:00:00 +0000"}}`
	tellWhich   = "2026-10-25 02:30:00 exists twice in Europe/Berlin, where clocks are put back over it; write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"
)

// dated puts an order of each date into a store: D-1 and so on.
func dated(dates ...string) *emulator.Store {
	store := strictStore()
	for i, date := range dates {
		store.InsertOrder(map[string]any{
			"id": i + 1, "external_order_id": fmt.Sprintf("D-%d", i+1), "date_created": date,
			"billing_address": map[string]any{"zip": "10115", "country_iso2": "DE"},
			"products":        []any{map[string]any{"name": "Service", "quantity": 1, "price_ex_tax": "1", "price_inc_tax": "1"}},
		})
	}
	store.ResetLog()
	return store
}

// A time that exists twice is what the store has of the two. Neither is ever picked.
func TestTimesThatExistTwice(t *testing.T) {
	store := dated("Sun, 25 Oct 2026 00:30:00 +0000", "Sun, 25 Oct 2026 01:30:00 +0000", "Sun, 25 Oct 2026 02:30:00 +0000", "Sun, 25 Oct 2026 01:30:00 +0000")
	row := func(key, date, more string) string {
		return fmt.Sprintf(`{"external_order_id":%q,"date_created":%s%s}`, key, date, more)
	}
	b := onOrders(t, store, "update", "external_order_id").ok(
		row("D-1", halfPastTwo, ""), row("D-2", halfPastTwo, ""), row("D-3", halfPastTwo, `,"staff_notes":"x"`), row("D-4", halfPastTwo, `,"staff_notes":"x"`),
	)
	b.wants("unchanged, unchanged, rejected ambiguous_time, updated")
	b.wantsProblem(3, tellWhich)
	b.wantsWrites(`PUT /v2/orders/4 {"staff_notes":"x"}`)
	b.wantsAllRequests()

	// A new record has neither, and what is not sent is not asked about.
	store.ResetLog()
	b = onOrders(t, store, "upsert", "external_order_id").ok(order("N-1", `,"date_created":`+halfPastTwo))
	b.wants("rejected ambiguous_time")
	b.wantsProblem(1, tellWhich)
	b.wantsWrites()
	for only, want := range map[string]string{"create": "unchanged, rejected ambiguous_time", "unset": "unchanged, rejected ambiguous_time", "update": "rejected ambiguous_time, created"} {
		b := onOrders(t, store, "upsert", "external_order_id")
		b.target.Only["date_created"] = only
		b.ok(row("D-3", halfPastTwo, ""), order("N-"+only, `,"date_created":`+halfPastTwo)).wants(want)
	}
}

// A day alone begins at its first midnight, and is that of a record that has the second.
func TestDaysWithTwoMidnights(t *testing.T) {
	store := dated("Sun, 25 Oct 2026 00:00:00 +0000", "Sun, 25 Oct 2026 01:00:00 +0000", "Sun, 25 Oct 2026 02:00:00 +0000")
	row := func(key string) string {
		return fmt.Sprintf(`{"external_order_id":%q,"date_created":%s}`, key, dayOfTwo)
	}
	b := onOrders(t, store, "upsert", "external_order_id").ok(row("D-1"), row("D-2"), row("D-3"), order("N-1", `,"date_created":`+dayOfTwo))
	b.wants("unchanged, unchanged, updated, created")
	if writes := wrote(store); strings.Count(writes, `"date_created":"Sun, 25 Oct 2026 00:00:00 +0000"`) != 2 {
		t.Error(writes)
	}
}

// Coupons and products are settled the same way.
func TestTwiceElsewhere(t *testing.T) {
	store := strictStore()
	issue(store, 1)
	b := onCoupons(t, store, "upsert", "code").ok(fmt.Sprintf(`{"code":"CODE-00001","expires":%s}`, halfPastTwo))
	b.wants("rejected ambiguous_time")
	store.InsertProduct(product("Tea", "TEA", "preorder_release_date", "2026-10-25T01:30:00+00:00"))
	store.InsertProduct(product("Mug", "MUG"))
	store.ResetLog()
	products := onProducts(t, store, "update", "sku").ok(
		fmt.Sprintf(`{"sku":"TEA","preorder_release_date":%s}`, halfPastTwo), fmt.Sprintf(`{"sku":"MUG","preorder_release_date":%s}`, halfPastTwo))
	products.wants("unchanged, rejected ambiguous_time")
	products.wantsWrites()
}

// Moments are settled among the fields of a record itself, which is where all dates lie that can be written.
func TestDatesAreFieldsOfRecords(t *testing.T) {
	for _, object := range catalogue.All() {
		for i := range object.Fields {
			field := &object.Fields[i]
			if field.Type == catalogue.Date && (field.Writable || field.CreateOnly) && strings.ContainsAny(field.Path, ".[") {
				t.Errorf("settleMoments does not look at %s of %s", field.Path, object.Name)
			}
		}
	}
}
