package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/emulator"
	"bcetl/internal/runner"
)

// orderStore is a store for orders, and a folder with a connection to it.
func orderStore(t *testing.T) (store *emulator.Store, dir string) {
	t.Helper()
	dir = t.TempDir()
	leaks.guard(t, dir, secretToken)
	writeFiles(t, dir, map[string]string{
		"connections.yaml": "connections:\n  shop: { store_hash: demo, access_token: \"" + secretToken + "\", api_url: \"http://127.0.0.1:9\" }\n",
	})
	return emulator.New(emulator.Options{Hash: "demo", Tokens: map[string][]string{secretToken: emulator.Scopes()}, Strict: true}), dir
}

// exportOrders runs a job in that folder and gives what it printed.
func exportOrders(t *testing.T, store *emulator.Store, dir, job string, flags ...string) string {
	t.Helper()
	writeFiles(t, dir, map[string]string{"job.yaml": "version: 1\nname: orders\nconnection: shop\ntimezone: Australia/Sydney\n" + job})
	var stderr strings.Builder
	app := &App{World: runner.World{
		Stdin: strings.NewReader(""), Stdout: &strings.Builder{}, Stderr: &stderr, Now: time.Now, ConfigDir: filepath.Join(dir, "config"),
		Env:   func(string) (string, bool) { return "", false },
		Judge: judged(t, store),
	}}
	if code := app.Run(t.Context(), append(append([]string{"run"}, flags...), filepath.Join(dir, "job.yaml"))); code != exitOK {
		t.Fatalf("exit %d:\n%s", code, stderr.String())
	}
	leaks.text(t, "what was printed", stderr.String(), secretToken)
	return stderr.String()
}

func exported(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPeriodOfOrders: a day is the job's own, also where clocks go back or forward in it. In Sydney 5 April 2026 has 25 hours, from
// 13:00 UTC to 14:00 UTC, and 4 October 23, from 14:00 to 13:00.
func TestPeriodOfOrders(t *testing.T) {
	store, dir := orderStore(t)
	for i, moment := range []string{
		"2026-04-04T12:59:59Z", "2026-04-04T13:00:00Z", "2026-04-04T15:30:00Z", "2026-04-04T16:30:00Z", "2026-04-05T13:59:59Z", "2026-04-05T14:00:00Z",
		"2026-10-03T13:59:59Z", "2026-10-03T14:00:00Z", "2026-10-03T15:59:59Z", "2026-10-03T16:00:00Z", "2026-10-04T12:59:59Z", "2026-10-04T13:00:00Z",
	} {
		at, err := time.Parse(time.RFC3339, moment)
		if err != nil {
			t.Fatal(err)
		}
		store.InsertOrder(map[string]any{"external_order_id": fmt.Sprint(i), "date_created": at, "status_id": 11})
	}
	for day, want := range map[string]string{
		"2026-04-05": "N,Placed\n1,2026-04-05 00:00\n2,2026-04-05 02:30\n3,2026-04-05 02:30\n4,2026-04-05 23:59\n",
		"2026-10-04": "N,Placed\n7,2026-10-04 00:00\n8,2026-10-04 01:59\n9,2026-10-04 03:00\n10,2026-10-04 23:59\n",
	} {
		exportOrders(t, store, dir, "source: { bigcommerce: orders, period: { date_created: "+day+" } }\n"+
			"mapping: { N: external_order_id, Placed: { from: date_created, type: date, format: \"%Y-%m-%d %H:%M\" } }\nsink: { csv: out.csv }\n")
		if diff := cmp.Diff(want, exported(t, dir, "out.csv")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", day, diff)
		}
	}
}

// refund is what a store keeps of one.
func refund(amount string) map[string]any {
	return map[string]any{
		"total_amount": amount, "created": "2024-03-01T00:00:00+00:00", "payments": []any{map[string]any{"provider_id": "custom", "amount": json.Number(amount), "offline": true}},
	}
}

// TestOrderLinesExport: the order's own fields beside each of its lines, of which there may be hundreds; amounts keep their digits,
// what the store has no value for is empty; archived and incomplete orders are left out and counted.
func TestOrderLinesExport(t *testing.T) {
	store, dir := orderStore(t)
	many := make([]any, 312)
	for i := range many {
		many[i] = map[string]any{"name": "x", "sku": fmt.Sprintf("%05d", i), "quantity": 1, "price_inc_tax": "0.1001", "price_ex_tax": "0.1001"}
	}
	address := map[string]any{"email": "ann@example.com", "zip": "00501", "country_iso2": "US"}
	store.InsertOrder(map[string]any{
		"status_id": 11, "billing_address": address, "total_inc_tax": "361.9500", "currency_exchange_rate": "1.2345678901", "date_shipped": "",
		"products": []any{
			map[string]any{"name": "Tea, green", "sku": "00123", "quantity": 2, "price_inc_tax": "12.3400", "price_ex_tax": "10.0000"},
			map[string]any{"name": "=SUM(A1)", "sku": "1e5", "quantity": 1, "price_inc_tax": "0.0000", "price_ex_tax": "0.0000"},
		},
		"refunds": []any{refund("12.34"), refund("0.01")},
	})
	store.InsertOrder(map[string]any{"status_id": 10, "billing_address": address, "products": many})
	store.InsertOrder(map[string]any{"status_id": 0, "billing_address": address, "products": many[:1]})
	store.ArchiveOrder(store.InsertOrder(map[string]any{"status_id": 10, "billing_address": address, "products": many[:2]}))
	said := exportOrders(t, store, dir, `source: { bigcommerce: orders }
outputs:
  - name: Orders
    mapping: { Total: total_inc_tax, Rate: currency_exchange_rate, Zip: billing_address.zip, Shipped: date_shipped, Note: staff_notes, Back: "refunds[].total_amount", SKUs: { from: "products[].sku", expr: "len(value)" } }
    sink: { csv: orders.csv }
  - name: Lines
    each: products
    mapping: { Email: billing_address.email, SKU: products.sku, Name: products.name, Qty: { from: products.quantity, type: int }, Price: products.price_inc_tax }
    sink: { csv: lines.csv }
`)
	if want := "1 incomplete and 1 archived orders were left out; `also: [incomplete, archived]` reads them"; !strings.Contains(said, want) {
		t.Errorf("%s\nlacks: %s", said, want)
	}
	want := "Total,Rate,Zip,Shipped,Note,Back,SKUs\n361.9500,1.2345678901,00501,,,\"12.34, 0.01\",2\n"
	if got := exported(t, dir, "orders.csv"); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, ",,,,312\n") {
		t.Errorf("orders:\n%s", got)
	}
	lines := strings.Split(exported(t, dir, "lines.csv"), "\n")
	if diff := cmp.Diff([]string{
		"Email,SKU,Name,Qty,Price", `ann@example.com,00123,"Tea, green",2,12.3400`, "ann@example.com,1e5,'=SUM(A1),1,0.0000", "ann@example.com,00000,x,1,0.1001",
	}, lines[:4]); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if len(lines) != 1+2+312+1 {
		t.Errorf("%d lines", len(lines)-2)
	}
	exportOrders(t, store, dir, "source: { bigcommerce: orders, also: [archived, incomplete] }\neach: products\nmapping: { ID: id, SKU: products.sku }\nsink: { csv: all.csv }\n")
	if n := strings.Count(exported(t, dir, "all.csv"), "\n"); n != 1+2+312+1+2 {
		t.Errorf("%d lines with those that are otherwise left out", n-1)
	}
}

// TestOrdersExportCompleteUnderChange exports while orders arrive, change their status and are archived between any two requests:
// whatever matched from the first to the last moment stands in the file once, with its lines, and nothing twice.
func TestOrdersExportCompleteUnderChange(t *testing.T) {
	for seed := range max(1, *seeds/4) {
		rng := rand.New(rand.NewPCG(uint64(seed), 9))
		store, dir := orderStore(t)
		insert := func() {
			store.InsertOrder(map[string]any{
				"status_id": []int{2, 10, 11, 1}[rng.IntN(4)], "products": []any{map[string]any{"name": "x", "sku": "X", "quantity": 1}},
			})
		}
		for range 10 + rng.IntN(200) {
			insert()
		}
		wanted := func(id int) bool {
			order, _ := store.Order(id)
			return order["is_deleted"] == false && slices.Contains([]string{"2", "10", "11"}, fmt.Sprint(order["status_id"]))
		}
		want := map[int]bool{}
		for _, id := range store.OrderIDs() {
			want[id] = wanted(id)
		}
		store.Between(func(s *emulator.Store) {
			for range rng.IntN(4) {
				ids := s.OrderIDs()
				id := ids[rng.IntN(len(ids))]
				switch rng.IntN(5) {
				case 0:
					insert()
				case 1:
					s.ArchiveOrder(id)
				default:
					if err := s.UpdateOrder(id, map[string]any{"status_id": []int{2, 10, 11, 1}[rng.IntN(4)]}); err != nil {
						t.Error(err)
					}
				}
				want[id] = want[id] && wanted(id)
			}
		})
		exportOrders(t, store, dir, "source: { bigcommerce: orders, filter: { status_id: [2, 10, 11] } }\n"+
			"mapping: { ID: id, SKU: \"products[].sku\" }\nsink: { csv: out.csv }\n", "-q")
		store.Between(nil)
		ids := exportedIDs(t, filepath.Join(dir, "out.csv"))
		if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Errorf("seed %d: not each once and in order: %v", seed, ids)
		}
		for id, all := range want {
			if all && !slices.Contains(ids, id) {
				t.Errorf("seed %d: order %d matched all the time and is not in the file", seed, id)
			}
		}
	}
}
