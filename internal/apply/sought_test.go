package apply_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bcetl/internal/emulator"
)

// What a dead run means to create is looked for in few requests, however much it is, and what is there is not made again: its own is
// done, archived or not, and somebody else's is in doubt where the store would take a second one.
func TestRecheckOfMany(t *testing.T) {
	const rows, own, second, theirs = 60, 7, 31, 40
	var promotion, shipped int
	var lines []string
	for name, test := range map[string]struct {
		bench    func(*testing.T, *emulator.Store) *bench
		row      func(i int) string
		there    func(store *emulator.Store, i int) // puts the record of a row into the store
		requests int
		outcome  string // of the record that has other values
	}{
		"orders": {
			bench: func(t *testing.T, store *emulator.Store) *bench {
				book(store, 300)
				store.ArchiveOrder(3)
				return onOrders(t, store, "upsert", "external_order_id")
			},
			row: func(i int) string { return order(fmt.Sprintf("NEW-%d", i), "") },
			there: func(store *emulator.Store, i int) {
				body := order(fmt.Sprintf("NEW-%d", i), "")
				if i == theirs {
					body = strings.Replace(body, "Service", "Theirs", 1)
				}
				send(store, http.MethodPost, "/v2/orders", body)
				if i == second {
					store.ArchiveOrder(store.OrderIDs()[len(store.OrderIDs())-1])
				}
			},
			// to find out that a list is cheaper, to read it, and two for each that is there
			requests: 15, outcome: "in_doubt in_doubt",
		},
		"coupons": {
			bench: func(t *testing.T, store *emulator.Store) *bench {
				issue(store, 300)
				return onCoupons(t, store, "create", "code")
			},
			row: func(i int) string { return coupon(fmt.Sprintf("NEW-%d", i), "") },
			there: func(store *emulator.Store, i int) {
				body := coupon(fmt.Sprintf("NEW-%d", i), "")
				if i == theirs {
					body = strings.Replace(strings.Replace(body, `"amount":5`, `"amount":9`, 1), `"code":"NEW`, `"code":"new`, 1)
				}
				send(store, http.MethodPost, "/v2/coupons", body)
			},
			requests: 6, outcome: "rejected duplicate",
		},
		"codes": {
			bench: func(t *testing.T, store *emulator.Store) *bench {
				promotion = promote(store, "Summer", "BULK", 300)
				return onCodes(t, store, "create")
			},
			row: func(i int) string { return fmt.Sprintf(`{"promotion_id":%d,"code":"NEW-%d"}`, promotion, i) },
			there: func(store *emulator.Store, i int) {
				body := fmt.Sprintf(`{"code":"NEW-%d"}`, i)
				if i == theirs {
					body = fmt.Sprintf(`{"code":"NEW-%d","max_uses":7}`, i)
				}
				send(store, http.MethodPost, fmt.Sprintf("/v3/promotions/%d/codes", promotion), body)
			},
			requests: 6, outcome: "created",
		},
		"shipments": {
			bench: func(t *testing.T, store *emulator.Store) *bench {
				shipped, lines = orderOf(t, store, nil, "A", 2*rows)
				return onShipments(t, store, "upsert")
			},
			row: func(i int) string {
				return fmt.Sprintf(`{"order_id":%d,"tracking_number":"NEW-%d","items":[{"sku":"A","quantity":1}]}`, shipped, i)
			},
			there: func(store *emulator.Store, i int) {
				quantity := 1
				if i == theirs {
					quantity = 2
				}
				send(store, http.MethodPost, fmt.Sprintf("/v2/orders/%d/shipments", shipped),
					fmt.Sprintf(`{"order_address_id":1,"tracking_number":"NEW-%d","items":[{"order_product_id":%s,"quantity":%d}]}`, i, lines[0], quantity))
			},
			requests: 1, outcome: "in_doubt in_doubt",
		},
	} {
		t.Run(name, func(t *testing.T) {
			store := strictStore()
			b := test.bench(t, store)
			b.planOnly = true
			var texts, want []string
			for i := 1; i <= rows; i++ {
				texts, want = append(texts, test.row(i)), append(want, "created")
			}
			b.ok(texts...)
			for _, i := range []int{own, second, theirs} {
				test.there(store, i)
			}
			store.ResetLog()
			executor := b.executor()
			settled, err := executor.Recheck(t.Context())
			b.must(err)
			if n := len(store.Log()); n != test.requests || len(store.Writes()) > 0 {
				t.Errorf("%d requests, want %d", n, test.requests)
				for _, e := range store.Log() {
					t.Log(e.Method, e.Path, e.Query)
				}
			}
			b.must(executor.Apply(t.Context()))
			b.collect(t.Context(), rows)
			want[theirs-1] = test.outcome
			b.wants(strings.Join(want, ", "))
			if want := int64(2 + strings.Count(test.outcome, "in_doubt ")); settled < want {
				t.Errorf("%d were found, want %d", settled, want)
			}
			b.strict()
		})
	}
}
