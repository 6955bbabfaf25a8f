package cli

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/emulator"
)

// orderModes are what runs do with orders. The store would take any number of orders of one external id.
func orderModes() []tortureMode {
	var modes []tortureMode
	for _, name := range []string{"create", "upsert", "update", "archive"} {
		mode := tortureMode{name: "orders-" + name, planned: 3, again: name != "create", contents: orderContents}
		mode.sheet = func(random *rand.Rand, _ uint64) string { return orderSheet(random, name) }
		asked := name
		if name == "archive" {
			asked = "delete"
		}
		mode.victim = func(t *testing.T, sheet string, _ uint64, workers int) *victim {
			v := victimOf(t, "source: { csv: sheet.csv, group_by: [Order] }\nmapping:\n"+orderMapping(name)+
				"sink: { bigcommerce: orders, mode: "+asked+", match: external_order_id }\n", sheet, workers)
			bookOrders(t, v.store)
			return v
		}
		modes = append(modes, mode)
	}
	return modes
}

const tortureOrders = 12 // that the store has before

func orderMapping(mode string) string {
	mapping := "  external_order_id: Order\n"
	if mode == "archive" {
		return mapping
	}
	mapping += "  status_id: { from: Status, lookup: order_status, take: first }\n  customer_message: { from: Message, take: first }\n"
	if mode == "update" {
		return mapping
	}
	return mapping + "  billing_address: { fields: { first_name: First, street_1: { value: 1 Main St }, city: { value: Austin }, state: { value: Texas }, zip: { value: \"01234\" }, country_iso2: { value: US } } }\n" +
		"  products:\n    each: rows\n    fields:\n      product_id: { from: SKU, lookup: product, else: custom }\n      sku: SKU\n      name: Title\n      quantity: Qty\n      price_ex_tax: Price\n      price_inc_tax: Price\n" +
		"  shipping_addresses:\n    each: rows\n    fields: { first_name: First, street_1: { value: 2 Main St }, city: { value: Austin }, state: { value: Texas }, zip: { value: \"01234\" }, country_iso2: { value: US } }\n"
}

// bookOrders fills a store: three products with stock, and orders OLD-00 and so on of two lines each.
func bookOrders(t *testing.T, store *emulator.Store) {
	t.Helper()
	for i := range 3 {
		if _, err := store.AddProduct(map[string]any{
			"sku": fmt.Sprintf("STOCK-%d", i), "name": fmt.Sprintf("Stocked %d", i), "type": "physical", "price": "10", "weight": "1", "inventory_tracking": "product", "inventory_level": 1000,
		}); err != nil {
			t.Fatal(err)
		}
	}
	address := map[string]any{"first_name": "Ada", "street_1": "1 Main St", "city": "Austin", "state": "Texas", "zip": "01234", "country": "United States", "country_iso2": "US"}
	for i := range tortureOrders {
		store.InsertOrder(map[string]any{
			"external_order_id": fmt.Sprintf("OLD-%02d", i), "status_id": 11, "staff_notes": "as before", "billing_address": address,
			"products": []any{
				map[string]any{"name": "Service", "sku": "A", "quantity": 4, "price_ex_tax": "10", "price_inc_tax": "11"},
				map[string]any{"name": "Goods", "sku": "B", "quantity": 3, "price_ex_tax": "5", "price_inc_tax": "5.50"},
			},
		})
	}
}

// orderSheet makes rows of one to three lines an order: known and new orders, lines of the catalogue and custom ones, a status that nobody
// knows, and quantities and prices that the store or bcetl refuses.
func orderSheet(random *rand.Rand, mode string) string {
	rows := [][]string{{"Order", "Status", "Message", "First", "SKU", "Title", "Qty", "Price"}}
	known := map[string]int{"create": 15, "upsert": 50, "update": 85, "archive": 85}[mode] // of a hundred
	for i := range 8 + random.IntN(5) {
		order := fmt.Sprintf("NEW-%02d", i)
		if random.IntN(100) < known {
			order = fmt.Sprintf("OLD-%02d", i%tortureOrders)
		}
		status := []string{"", "Pending", "shipped", "Completed", "11"}[random.IntN(5)]
		if random.IntN(12) == 0 {
			status = "Unheard of"
		}
		message := []string{"", "please ring", fmt.Sprintf("note %d", i)}[random.IntN(3)]
		lines := 1 + random.IntN(3)
		for range lines {
			sku, quantity := []string{"STOCK-0", "stock-1", "STOCK-2", "OWN-1", "OWN-2"}[random.IntN(5)], fmt.Sprint(1+random.IntN(3))
			switch random.IntN(30) {
			case 0:
				quantity = "100000" // there is not so much of the catalogue's
			case 1:
				quantity = "0"
			}
			rows = append(rows, []string{order, status, message, []string{"Ada", "Bea"}[i%2], sku, "Work", quantity, "12.50"})
		}
	}
	return sheetOf(rows)
}

// orderContents gives the orders with their parts and the stock that they took.
func orderContents(t *testing.T, v *victim) map[string]string {
	contents := map[string]string{}
	for _, id := range v.store.OrderIDs() {
		order, _ := v.store.Order(id)
		addOnce(t, contents, fmt.Sprintf("order %v", order["external_order_id"]), withoutRunsOwn(order))
	}
	for _, id := range v.store.ProductIDs() {
		product, _ := v.store.Product(id)
		contents[fmt.Sprintf("stock of %v", product["sku"])] = fmt.Sprint(product["inventory_level"])
	}
	return contents
}

// withoutRunsOwn leaves out of a record, at whatever depth, what differs from run to run: ids and times.
func withoutRunsOwn(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, field := range v {
			if name == "id" || name == "order_id" || name == "order_address_id" || name == "order_product_id" || strings.HasPrefix(name, "date_") ||
				name == "cart_id" || name == "url" || name == "resource" {
				continue
			}
			kept[name] = withoutRunsOwn(field)
		}
		return kept
	case []any:
		kept := make([]any, len(v))
		for i := range v {
			kept[i] = withoutRunsOwn(v[i])
		}
		return kept
	}
	return v
}

// orderHands: notes are added to orders, and orders made with external ids that the run has still to make.
func orderHands() []hand {
	note := func(t *testing.T, v *victim, rows, before map[string]string) (keys, records []string) {
		now := orderContents(t, v)
		keys = lastOf(rows, "updated ", func(key string) bool { return now["order "+key] == before["order "+key] })
		for _, key := range keys {
			if err := v.store.UpdateOrder(v.ordersOf(key)[0], map[string]any{"staff_notes": "theirs"}); err != nil {
				t.Fatal(err)
			}
		}
		return keys, keys
	}
	noted := func(_ *testing.T, v *victim, record string) string {
		order, _ := v.store.Order(v.ordersOf(record)[0])
		return fmt.Sprint(order["staff_notes"])
	}
	written := func(t *testing.T, v, calm *victim, key, _ string) {
		now := strings.Replace(orderContents(t, v)["order "+key], `"staff_notes":"theirs"`, `"staff_notes":"as before"`, 1)
		if diff := cmp.Diff(orderContents(t, calm)["order "+key], now); diff != "" {
			t.Errorf("%s differs in more than the note from that after an undisturbed run (-undisturbed +resumed):\n%s", key, diff)
		}
	}
	return []hand{
		{name: "orders-noted", mode: "orders-upsert", planned: true, sent: true, strike: note, theirs: noted, truth: written},
		{
			name: "orders-made", mode: "orders-create",
			strike: func(_ *testing.T, v *victim, rows, _ map[string]string) (keys, records []string) {
				keys = lastOf(rows, "created ", func(key string) bool { return len(v.ordersOf(key)) == 0 })
				for _, key := range keys {
					v.store.InsertOrder(map[string]any{
						"external_order_id": key, "staff_notes": "theirs", "billing_address": map[string]any{"first_name": "Eve", "country_iso2": "US"},
						"products": []any{map[string]any{"name": "Theirs", "quantity": 1, "price_ex_tax": "1", "price_inc_tax": "1"}},
					})
				}
				if len(keys) > 0 {
					records = append(records, "stock of") // which the row's own order would have taken
				}
				return keys, append(records, keys...)
			},
			theirs: func(_ *testing.T, v *victim, record string) string {
				if record == "stock of" {
					return ""
				}
				ids := v.ordersOf(record)
				order, _ := v.store.Order(ids[0])
				return fmt.Sprintf("%d order: %v", len(ids), order["staff_notes"])
			},
			ends: []string{"rejected ", "in_doubt in_doubt"},
		},
	}
}

// ordersOf lists the ids of the orders that have an external id.
func (v *victim) ordersOf(external string) (ids []int) {
	for _, id := range v.store.OrderIDs() {
		if order, _ := v.store.Order(id); order["external_order_id"] == external {
			ids = append(ids, id)
		}
	}
	return ids
}
