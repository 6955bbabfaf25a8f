package cli

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bcetl/internal/emulator"
)

// ordersVictim is a store and a job that creates n orders and changes as many others.
func ordersVictim(t *testing.T, n int) *victim {
	t.Helper()
	v := newVictim(t, "create", "", 3)
	var sheet strings.Builder
	sheet.WriteString("Order,Notes,Zip,SKU,Qty\n")
	for i := range n {
		fmt.Fprintf(&sheet, "NEW-%d,new,2000,Own %d,%d\n", i, i, i+1)
		v.store.InsertOrder(map[string]any{
			"external_order_id": fmt.Sprintf("OLD-%d", i), "billing_address": map[string]any{"zip": "2000", "country_iso2": "AU"},
			"products": []any{map[string]any{"name": "Service", "quantity": 1}},
		})
		fmt.Fprintf(&sheet, "OLD-%d,changed,2000,x,1\n", i)
	}
	v.write(t, "sheet.csv", sheet.String())
	v.write(t, "job.yaml", `version: 1
name: torture
connection: shop
timezone: UTC
source: { csv: sheet.csv, group_by: [Order] }
mapping:
  external_order_id: Order
  staff_notes: Notes
  billing_address.zip: Zip
  billing_address.country_iso2: { value: AU }
  products:
    each: rows
    fields: { name: SKU, quantity: Qty, price_ex_tax: { value: 5 }, price_inc_tax: { value: 5.5 } }
sink: { bigcommerce: orders, mode: upsert, match: external_order_id }
limits: { concurrency: 2 }
`)
	return v
}

// external gives the external ids of the orders that the job is about, sorted; the store has others.
func external(store *emulator.Store) []string {
	var ids []string
	for _, id := range store.OrderIDs() {
		order, _ := store.Order(id)
		if external := fmt.Sprint(order["external_order_id"]); strings.HasPrefix(external, "NEW-") || strings.HasPrefix(external, "OLD-") {
			ids = append(ids, external)
		}
	}
	slices.Sort(ids)
	return ids
}

// A run that is killed at any point of a create makes no second order when it is gone on with: the store, which takes as many orders of one
// external id as it is sent, is looked at first.
func TestKilledRunsMakeNoSecondOrder(t *testing.T) {
	for _, point := range []string{"commit", "sent", "unread", "answer"} {
		for visit := 1; visit <= 4; visit += 3 {
			t.Run(fmt.Sprint(point, visit), func(t *testing.T) {
				t.Parallel()
				v := ordersVictim(t, 3)
				if code := v.run(t, fmt.Sprintf("%s:%d", point, visit), 0); code != -1 {
					t.Fatalf("exit code %d\n%s", code, v.output)
				}
				v.wants(t, v.run(t, "", 0), exitOK, `going on with run(.|\n)*6 rows read; 3 created, 3 updated`)
				want := []string{"NEW-0", "NEW-1", "NEW-2", "OLD-0", "OLD-1", "OLD-2"}
				if got := external(v.store); !slices.Equal(got, want) {
					t.Errorf("the store has %v\n%s", got, v.output)
				}
				v.wants(t, v.run(t, "", 0), exitOK, "6 rows read; 6 unchanged")
			})
		}
	}
}

// A run that goes on looks for what it still means to create as planning did: by few lists, not order by order.
func TestResumedRunsLookForManyOrdersAtOnce(t *testing.T) {
	v := ordersVictim(t, 80)
	if code := v.run(t, "commit:20", 0); code != -1 {
		t.Fatalf("exit code %d\n%s", code, v.output)
	}
	v.store.ResetLog()
	v.wants(t, v.run(t, "", 0), exitOK, "80 created, 80 updated")
	var asked []string
	for _, e := range v.store.Log() {
		if e.Method == http.MethodGet {
			asked = append(asked, e.Path+"?"+e.Query)
		}
	}
	if len(asked) > 20 { // about ten, and two for each order that was sent when the process died
		t.Errorf("%d requests read the store:\n%s", len(asked), strings.Join(asked, "\n"))
	}
	if got := external(v.store); len(got) != 160 || len(slices.Compact(got)) != 160 {
		t.Errorf("the store has %v", got)
	}
}
