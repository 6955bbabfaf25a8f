package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shipmentModes are what runs do with shipments. The store would take any number of shipments of one tracking number, as long as an order
// has so much left.
func shipmentModes() []tortureMode {
	var modes []tortureMode
	for _, name := range []string{"upsert", "delete"} {
		mode := tortureMode{name: "shipments-" + name, planned: 3, again: name == "upsert", contents: shipmentContents}
		mode.sheet = func(random *rand.Rand, _ uint64) string { return shipmentSheet(random, name) }
		mode.victim = func(t *testing.T, sheet string, _ uint64, workers int) *victim {
			mapping := "  order_id: { from: Order, lookup: order }\n  tracking_number: Tracking\n"
			if name == "upsert" {
				mapping += "  comments: { from: Comments, take: first }\n  items:\n    each: rows\n    when: 'row[\"SKU\"] != \"\"'\n    fields: { sku: SKU, quantity: Qty }\n"
			}
			v := victimOf(t, "source: { csv: sheet.csv, group_by: [Tracking, Order] }\nmapping:\n"+mapping+
				"sink: { bigcommerce: shipments, mode: "+name+", match: tracking_number }\n", sheet, workers)
			bookOrders(t, v.store)
			for i, id := range v.store.OrderIDs() {
				if i%2 == 0 {
					v.ship(t, id, fmt.Sprintf("SENT-%02d", i), 1)
				}
			}
			return v
		}
		modes = append(modes, mode)
	}
	return modes
}

// ship ships units of the first line of an order as somebody else would.
func (v *victim) ship(t *testing.T, order int, tracking string, units int) {
	t.Helper()
	lines, addresses := v.parts(t, order, "products"), v.parts(t, order, "shipping_addresses")
	if _, err := v.store.InsertShipment(order, map[string]any{
		"order_address_id": addresses[0]["id"], "tracking_number": tracking, "comments": "theirs",
		"items": []any{map[string]any{"order_product_id": lines[0]["id"], "quantity": json.Number(fmt.Sprint(units))}},
	}); err != nil {
		t.Fatal(err)
	}
}

// parts gives a list of an order's.
func (v *victim) parts(t *testing.T, order int, name string) []map[string]any {
	t.Helper()
	whole, ok := v.store.Order(order)
	list, _ := whole[name].([]any)
	if !ok {
		t.Fatalf("the store has no order %d", order)
	}
	parts := make([]map[string]any, len(list))
	for i := range list {
		parts[i], _ = list[i].(map[string]any)
	}
	return parts
}

// shipmentSheet makes rows of one or two items a parcel: several parcels of an order, those that are there already, parcels of all that is
// left, and more than there is.
func shipmentSheet(random *rand.Rand, mode string) string {
	rows := [][]string{{"Tracking", "Order", "Comments", "SKU", "Qty"}}
	for i := range 10 + random.IntN(5) {
		place := random.IntN(tortureOrders)
		order, tracking := fmt.Sprintf("OLD-%02d", place), fmt.Sprintf("NEW-%02d", i)
		comments := []string{"", "at the door"}[random.IntN(2)]
		if mode == "delete" || random.IntN(4) == 0 {
			tracking = fmt.Sprintf("SENT-%02d", place)
			rows = append(rows, []string{tracking, order, comments, "", ""})
			continue
		}
		switch random.IntN(5) {
		case 0:
			rows = append(rows, []string{tracking, order, comments, "", ""})
		case 1:
			rows = append(rows, []string{tracking, order, comments, "A", "1"}, []string{tracking, order, comments, "b", "1"})
		default:
			rows = append(rows, []string{tracking, order, comments, []string{"A", "B"}[random.IntN(2)], fmt.Sprint(1 + random.IntN(2))})
		}
	}
	return sheetOf(rows)
}

// shipmentContents gives the parcels by order and tracking number, and what was shipped of each line.
func shipmentContents(t *testing.T, v *victim) map[string]string {
	contents := map[string]string{}
	for _, id := range v.store.OrderIDs() {
		order, _ := v.store.Order(id)
		skus := map[string]string{}
		for _, line := range v.parts(t, id, "products") {
			skus[fmt.Sprint(line["id"])] = fmt.Sprint(line["sku"])
			var ordered, shipped int
			if _, err := fmt.Sscan(fmt.Sprint(line["quantity"], " ", line["quantity_shipped"]), &ordered, &shipped); err != nil {
				t.Fatal(err)
			}
			if shipped > ordered {
				t.Errorf("order %d: %d of %d were shipped of line %v", id, shipped, ordered, line["id"])
			}
			contents[fmt.Sprintf("shipped of %v %v", order["external_order_id"], line["sku"])] = fmt.Sprint(shipped)
		}
		for _, parcel := range v.parts(t, id, "shipments") {
			items, _ := parcel["items"].([]any)
			for _, item := range items {
				fields, _ := item.(map[string]any)
				fields["sku"] = skus[fmt.Sprint(fields["order_product_id"])]
			}
			addOnce(t, contents, fmt.Sprintf("shipment %v of %v", strings.ToLower(fmt.Sprint(parcel["tracking_number"])), order["external_order_id"]), withoutRunsOwn(parcel))
		}
		contents[fmt.Sprintf("status of %v", order["external_order_id"])] = fmt.Sprint(order["status_id"])
	}
	return contents
}

// shipmentHands: somebody else ships parcels of orders of which the run has still to ship. Then there may not be enough left for its rows.
func shipmentHands() []hand {
	parcel := func(t *testing.T, v *victim, rows, _ map[string]string) (keys, records []string) {
		sheet := readAll(t, filepath.Join(v.dir, "sheet.csv"))
		orders := map[string]string{}
		for _, row := range sheet[1:] {
			orders[row[0]] = row[1]
		}
		for _, key := range lastOf(rows, "created ", func(key string) bool { return len(v.parcels(t, orders[key], key)) == 0 }) {
			order := v.ordersOf(orders[key])[0]
			line := v.parts(t, order, "products")[0]
			if fmt.Sprint(line["quantity"]) == fmt.Sprint(line["quantity_shipped"]) || slices.Contains(records, orders[key]) {
				continue
			}
			v.ship(t, order, "THEIRS", 1)
			records = append(records, orders[key])
			for tracking, of := range orders {
				if of == orders[key] {
					keys = append(keys, tracking)
				}
			}
		}
		return keys, records
	}
	return []hand{{
		name: "parcels", mode: "shipments-upsert", sent: true, strike: parcel,
		theirs: func(t *testing.T, v *victim, record string) string { return fmt.Sprint(v.parcels(t, record, "THEIRS")) },
		ends:   []string{"created ", "updated ", "unchanged ", "rejected "},
		truth: func(t *testing.T, v, _ *victim, key, end string) {
			n := 0
			for i := range tortureOrders {
				n += len(v.parcels(t, fmt.Sprintf("OLD-%02d", i), key))
			}
			want := 1
			if strings.HasPrefix(end, "rejected ") && strings.HasPrefix(key, "NEW-") {
				want = 0
			}
			if n != want && strings.HasPrefix(key, "NEW-") {
				t.Errorf("%s ended as %q, and there are %d parcels of it", key, end, n)
			}
		},
	}}
}

// parcels gives the parcels of an order that have a tracking number, without what differs from run to run.
func (v *victim) parcels(t *testing.T, order, tracking string) (parcels []any) {
	t.Helper()
	for _, parcel := range v.parts(t, v.ordersOf(order)[0], "shipments") {
		if parcel["tracking_number"] == tracking {
			parcels = append(parcels, withoutRunsOwn(parcel))
		}
	}
	return parcels
}
