package apply_test

import (
	"fmt"
	"strings"
	"testing"

	"bcetl/internal/emulator"
)

// TestOrdersUnderOtherReadings creates, changes and archives orders in stores that do what the documentation leaves open the other way: that
// list archived orders or not, with an empty list or none, and answer a create with either status.
func TestOrdersUnderOtherReadings(t *testing.T) {
	for _, name := range []string{"", "order-201", "archived-listed", "archived-unfiltered", "empty-list", "body-status", "bounds-exclusive", "queries-refused"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := emulator.Options{Strict: true, Clock: newInstant().Now}
			if reading, ok := emulator.ReadingNamed(name); ok {
				reading.Apply(&options)
			} else if name != "" {
				t.Fatal("there is no such reading")
			}
			store := emulator.New(options)
			book(store, 8)
			store.ArchiveOrder(8)
			do := func(mode string, rows ...string) *bench {
				b := onOrders(t, store, mode, "external_order_id")
				b.reading = name
				return b.ok(rows...)
			}
			for _, n := range []int{2, 7} { // looked up singly, and through the list
				rows := []string{order(fmt.Sprint("NEW-", n), `,"staff_notes":"new"`), fmt.Sprintf(`{"external_order_id":"EXT-8","staff_notes":"%d"}`, n)}
				want := "created, rejected archived"
				for i := 1; i <= n; i++ {
					rows = append(rows, fmt.Sprintf(`{"external_order_id":"EXT-%d","staff_notes":"%d"}`, i, n))
					want += ", updated"
				}
				do("upsert", rows...).wants(want)
				do("upsert", rows...).wants(strings.NewReplacer("created", "unchanged", "updated", "unchanged").Replace(want))
			}
			do("delete", `{"external_order_id":"EXT-1"}`, `{"external_order_id":"EXT-8"}`).wants("deleted, unchanged")
			if n := len(store.OrderIDs()); n != 10 {
				t.Errorf("%d orders", n)
			}
		})
	}
}
