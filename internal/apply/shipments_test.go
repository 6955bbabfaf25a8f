package apply_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

func onShipments(t testing.TB, store *emulator.Store, mode string) *bench {
	t.Helper()
	b := onProducts(t, store, mode, "tracking_number")
	b.target.Object = &catalogue.Shipments
	return b
}

// orderOf puts an order into the store: lines of SKU and quantity, at ids from 1 in a fresh store. It gives the order's id and those of
// its lines.
func orderOf(t testing.TB, store *emulator.Store, more map[string]any, lines ...any) (id int, ids []string) {
	t.Helper()
	products := []any{}
	for i := 0; i < len(lines); i += 2 {
		products = append(products, map[string]any{
			"name": fmt.Sprintf("Line %d", i), "sku": lines[i], "quantity": lines[i+1], "price_ex_tax": "10.50", "price_inc_tax": "12.60",
		})
	}
	body := map[string]any{
		"status_id": 11, "products": products,
		"billing_address": map[string]any{"first_name": "Ann", "last_name": "Lee", "street_1": "1 Road", "city": "Perth", "zip": "06000", "country": "Australia", "country_iso2": "AU", "email": "ann@example.com"},
	}
	for name, value := range more {
		body[name] = value
	}
	id = store.InsertOrder(body)
	for _, line := range parts(t, store, id, "products") {
		ids = append(ids, line["id"].(json.Number).String())
	}
	store.ResetLog()
	return id, ids
}

// parts gives a part of an order as the store answers it.
func parts(t testing.TB, store *emulator.Store, order int, name string) []map[string]any {
	t.Helper()
	text := send(store, "GET", fmt.Sprintf("/v2/orders/%d/%s", order, name), "")
	if text == "" {
		return nil
	}
	var list []map[string]any
	for _, v := range decoded(t, text).([]any) {
		list = append(list, v.(map[string]any))
	}
	return list
}

// shipped tells what the shipments of an order hold: tracking number, then line and quantity.
func shipped(t testing.TB, store *emulator.Store, order int) string {
	t.Helper()
	var texts []string
	for _, shipment := range parts(t, store, order, "shipments") {
		text := fmt.Sprint(shipment["tracking_number"], ":")
		for _, item := range shipment["items"].([]any) {
			text += fmt.Sprint(" ", item.(map[string]any)["order_product_id"], "x", item.(map[string]any)["quantity"])
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

func TestShipmentsShipWhatIsLeft(t *testing.T) {
	store := strictStore()
	first, a := orderOf(t, store, nil, "A", 2, "B", 1)
	second, c := orderOf(t, store, nil, "C", 3)
	rows := []string{
		fmt.Sprintf(`{"order_id":%d,"tracking_number":"T1","shipping_provider":"ups","merchant_shipping_cost":4.5,"items":[{"sku":"a","quantity":1}]}`, first),
		fmt.Sprintf(`{"order_id":%d,"tracking_number":"T9"}`, second),
		fmt.Sprintf(`{"order_id":%d,"tracking_number":"T2"}`, first), // what the first row leaves
		fmt.Sprintf(`{"order_id":%d,"tracking_number":"T3"}`, first), // nothing
		`{"order_id":99999,"tracking_number":"T4"}`,
	}
	b := onShipments(t, store, "upsert").ok(rows...)
	b.wants("created, created, created, rejected over_shipped, rejected not_found")
	b.wantsProblem(4, fmt.Sprintf("order %d has nothing left to ship", first))
	b.wantsProblem(5, "the store has no order 99999")
	b.wantsAllRequests()
	writes := strings.Split(wrote(store), "\n")
	if len(writes) != 3 || !strings.HasPrefix(writes[0], fmt.Sprintf(`POST /v2/orders/%d/shipments {"tracking_number":"T1","shipping_provider":"ups","merchant_shipping_cost":"4.5","items":[{"order_product_id":%s,"quantity":1}],"order_address_id":`, first, a[0])) {
		t.Errorf("wrote %s", strings.Join(writes, "\n"))
	}
	if got, want := shipped(t, store, first), fmt.Sprintf("T1: %sx1; T2: %sx1 %sx1", a[0], a[0], a[1]); got != want {
		t.Errorf("shipped %s, want %s", got, want)
	}
	if got, want := shipped(t, store, second), fmt.Sprintf("T9: %sx3", c[0]); got != want {
		t.Errorf("shipped %s, want %s", got, want)
	}

	// The same sheet again ships nothing twice, and asks for one list an order.
	store.ResetLog()
	again := onShipments(t, store, "upsert").ok(rows[:3]...)
	again.wants("unchanged, unchanged, unchanged")
	again.wantsWrites()
	again.wantsAllRequests()
}

func TestShipmentsAreChangedAndDeleted(t *testing.T) {
	store := strictStore()
	id, lines := orderOf(t, store, nil, "A", 2)
	row := func(tracking, more string) string {
		return fmt.Sprintf(`{"order_id":%d,"tracking_number":%q%s}`, id, tracking, more)
	}
	onShipments(t, store, "create").ok(row("T1", `,"items":[{"sku":"A","quantity":1}]`)).wants("created")
	store.ResetLog()
	b := onShipments(t, store, "upsert").ok(row("T1", `,"comments":"left at the door","items":[{"sku":"A","quantity":1}]`))
	b.wants("updated")
	b.wantsAllRequests()
	b.wantsWrites(fmt.Sprintf(`PUT /v2/orders/%d/shipments/%v {"comments":"left at the door"}`, id, parts(t, store, id, "shipments")[0]["id"]))
	first := parts(t, store, id, "shipments")[0]["id"]
	store.ResetLog()
	onShipments(t, store, "create").ok(row("T1", ""), row("T2", "")).wants("rejected exists, created")
	onShipments(t, store, "update").ok(row("T1", ""), row("T3", "")).wants("unchanged, rejected not_found")
	if got, want := shipped(t, store, id), fmt.Sprintf("T1: %sx1; T2: %sx1", lines[0], lines[0]); got != want {
		t.Errorf("shipped %s, want %s", got, want)
	}
	store.ResetLog()
	deleting := onShipments(t, store, "delete").ok(row("T1", ""), row("T7", ""))
	deleting.wants("deleted, rejected not_found")
	deleting.wantsWrites(fmt.Sprintf("DELETE /v2/orders/%d/shipments/%v", id, first))
	if got, want := shipped(t, store, id), fmt.Sprintf("T2: %sx1", lines[0]); got != want {
		t.Errorf("left %s, want %s", got, want)
	}
}

// What a row ships is judged before anything is written.
func TestShipmentsThatAreRejected(t *testing.T) {
	store := strictStore()
	id, lines := orderOf(t, store, nil, "A", 2, "A", 1, "B", 1)
	archived, _ := orderOf(t, store, nil, "A", 2)
	store.ArchiveOrder(archived)
	for _, test := range []struct {
		row, code, message string
	}{
		{`"items":[{"sku":"A","quantity":4}]`, "over_shipped", `SKU "A" of order ` + fmt.Sprint(id) + ` has 3 left to ship`},
		{fmt.Sprintf(`"items":[{"order_product_id":%s,"quantity":3}]`, lines[0]), "over_shipped", "line " + lines[0] + " of order"},
		{`"items":[{"sku":"B","quantity":1},{"sku":"b","quantity":1}]`, "over_shipped", "has 0 left to ship"},
		{`"items":[{"sku":"Z"}]`, "not_found", `has no line with the SKU "Z"; it has "A", "B"`},
		{`"items":[{"order_product_id":77}]`, "not_found", "has no line 77"},
		{`"items":[{"quantity":1}]`, "missing_required", "needs a SKU or an order_product_id"},
		{`"items":[{"sku":"A","quantity":0}]`, "invalid", "not a quantity"},
		{`"order_address_id":5`, "not_found", "has no shipping address 5; it has"},
		{fmt.Sprintf(`"order_id":%d`, archived), "archived", "is archived"},
		{`"order_id":0`, "not_found", "not the id"},
	} {
		row := fmt.Sprintf(`{"order_id":%d,"tracking_number":"T",%s}`, id, test.row)
		if strings.HasPrefix(test.row, `"order_id"`) {
			row = `{"tracking_number":"T",` + test.row + `}`
		}
		b := onShipments(t, store, "upsert").ok(row)
		b.wants("rejected " + test.code)
		b.wantsProblem(1, test.message)
		b.wantsWrites()
	}
	b := onShipments(t, store, "create").ok(fmt.Sprintf(`{"order_id":%d,"tracking_number":""}`, id))
	b.wants("rejected empty_key")
	twice := onShipments(t, store, "upsert").ok(
		fmt.Sprintf(`{"order_id":%d,"tracking_number":"T"}`, id), fmt.Sprintf(`{"order_id":%d,"tracking_number":"T"}`, id), `{"order_id":7,"tracking_number":"T"}`)
	twice.wants("rejected duplicate_key, rejected duplicate_key, rejected not_found")

	// All of the SKU, over two lines.
	onShipments(t, store, "upsert").ok(fmt.Sprintf(`{"order_id":%d,"tracking_number":"T","items":[{"sku":"A"}]}`, id)).wants("created")
	if got, want := shipped(t, store, id), fmt.Sprintf("T: %sx2 %sx1", lines[0], lines[1]); got != want {
		t.Errorf("shipped %s, want %s", got, want)
	}
	for items, want := range map[string]string{
		`{"sku":"A","quantity":3}`:                          "unchanged",
		`{"sku":"A"}`:                                       "unchanged",
		`{"sku":"A","quantity":2}`:                          "rejected fixed_items",
		`{"sku":"A","quantity":4}`:                          "rejected fixed_items",
		`{"sku":"A"},{"sku":"B","quantity":1}`:              "rejected fixed_items",
		`{"order_product_id":` + lines[0] + `}`:             "rejected fixed_items",
		`{"sku":"A","quantity":1},{"sku":"a","quantity":2}`: "unchanged",
	} {
		onShipments(t, store, "upsert").ok(fmt.Sprintf(`{"order_id":%d,"tracking_number":"T","items":[%s]}`, id, items)).wants(want)
	}
}

// Orders are named by their external_order_id too: one, never one of several, never an archived one.
func TestShipmentsOfNamedOrders(t *testing.T) {
	store := strictStore()
	orderOf(t, store, map[string]any{"external_order_id": "E-1"}, "A", 2)
	orderOf(t, store, map[string]any{"external_order_id": "E-2"}, "A", 2)
	orderOf(t, store, map[string]any{"external_order_id": "E-2"}, "A", 2)
	gone, _ := orderOf(t, store, map[string]any{"external_order_id": "E-3"}, "A", 2)
	store.ArchiveOrder(gone)
	row := func(order string) string {
		return fmt.Sprintf(`{"order_id":{"$ref":{"kind":"order","key":%q,"column":"Order"}},"tracking_number":"T","items":[{"sku":"A","quantity":1}]}`, order)
	}
	b := onShipments(t, store, "upsert").ok(row("E-1"), row("E-2"), row("E-3"), row("E-4"))
	b.wants("created, rejected ambiguous_key, rejected archived, rejected unknown_order")
	b.wantsProblem(2, `the store has 2 orders with the external_order_id "E-2" (ids `)
	b.wantsAllRequests()
	b = onShipments(t, store, "delete").ok(row("E-1"), row("E-4"))
	b.wants("deleted, rejected unknown_order")
}

// An order of several addresses is shipped to the one that the row or its lines name.
func TestShipmentsOfSeveralAddresses(t *testing.T) {
	store := strictStore()
	address := func(city string) map[string]any {
		return map[string]any{"first_name": "Ann", "last_name": "Lee", "street_1": "1 Road", "city": city, "zip": "06000", "country": "Australia", "country_iso2": "AU"}
	}
	id, _ := orderOf(t, store, map[string]any{"shipping_addresses": []any{address("Perth"), address("Sydney")}}, "A", 2, "B", 1)
	addresses := parts(t, store, id, "shipping_addresses")
	if len(addresses) != 2 {
		t.Fatalf("%d addresses", len(addresses))
	}
	b := onShipments(t, store, "upsert").ok(fmt.Sprintf(`{"order_id":%d,"tracking_number":"T"}`, id))
	b.wants("rejected missing_required")
	b.wantsProblem(1, "goes to several addresses")
	line := parts(t, store, id, "products")[0]
	onShipments(t, store, "upsert").ok(fmt.Sprintf(`{"order_id":%d,"tracking_number":"T","order_address_id":%v}`, id, line["order_address_id"])).wants("created")
}

// Of orders that nobody waits for nothing is shipped, and digital lines never are.
func TestOrdersThatAreNotShipped(t *testing.T) {
	store := strictStore()
	cancelled, _ := orderOf(t, store, map[string]any{"status_id": 5}, "A", 2)
	digital := store.InsertOrder(map[string]any{
		"status_id": 11, "billing_address": map[string]any{"zip": "06000", "country_iso2": "AU"},
		"products": []any{map[string]any{"name": "Song", "sku": "S", "type": "digital", "quantity": 1, "price_ex_tax": "1", "price_inc_tax": "1"}},
	})
	store.ResetLog()
	b := onShipments(t, store, "upsert").ok(
		fmt.Sprintf(`{"order_id":%d,"tracking_number":"T1"}`, cancelled),
		fmt.Sprintf(`{"order_id":%d,"tracking_number":"T2"}`, digital),
	)
	b.wants("rejected not_shipped, rejected over_shipped")
	b.wantsProblem(1, fmt.Sprintf("order %d is Cancelled; nothing is shipped of it", cancelled))
	b.wantsProblem(2, fmt.Sprintf("order %d holds digital products or gift certificates only", digital))
	b.wantsWrites()
}

// Whatever becomes of answers, nothing is shipped twice.
func TestLostShipments(t *testing.T) {
	for _, kind := range []emulator.FaultKind{emulator.ResetBefore, emulator.ResetAfter, emulator.StatusAfter, emulator.TruncatedBody} {
		for _, method := range []string{"POST", "GET"} {
			store := strictStore()
			id, lines := orderOf(t, store, nil, "A", 3)
			store.AddFault(emulator.Fault{Kind: kind, Method: method, Probability: 0.5, Seed: 3, Times: 3})
			b := onShipments(t, store, "create")
			b.concurrency = 3
			var rows []string
			for i := range 3 {
				rows = append(rows, fmt.Sprintf(`{"order_id":%d,"tracking_number":"T%d","items":[{"sku":"A","quantity":1}]}`, id, i))
			}
			b.ok(rows...).wants("created, created, created")
			store.ClearFaults()
			got := strings.Split(shipped(t, store, id), "; ")
			slices.Sort(got)
			if want := fmt.Sprintf("T0: %sx1; T1: %sx1; T2: %sx1", lines[0], lines[0], lines[0]); strings.Join(got, "; ") != want {
				t.Errorf("fault %d of %s: shipped %s, want %s", kind, method, got, want)
			}
		}
	}
}

// A run that died after it had sent a shipment finds it, and sends what it had not.
func TestShipmentsAfterACrash(t *testing.T) {
	store := strictStore()
	id, lines := orderOf(t, store, nil, "A", 3)
	b := onShipments(t, store, "upsert")
	b.planOnly = true
	b.ok(
		fmt.Sprintf(`{"order_id":%d,"tracking_number":"T1","items":[{"sku":"A","quantity":1}]}`, id),
		fmt.Sprintf(`{"order_id":%d,"tracking_number":"T2","items":[{"sku":"A","quantity":2}]}`, id),
	)
	ops, err := b.run.Ops(t.Context(), 1, "shipments.create", 0, 10)
	if err != nil || len(ops) != 2 {
		t.Fatal(ops, err)
	}
	b.must(b.run.Sent(t.Context(), []int64{ops[0].ID, ops[1].ID}))
	address := parts(t, store, id, "shipping_addresses")[0]["id"]
	send(store, "POST", fmt.Sprintf("/v2/orders/%d/shipments", id), fmt.Sprintf(`{"tracking_number":"T1","order_address_id":%v,"items":[{"order_product_id":%s,"quantity":1}]}`, address, lines[0]))
	store.ResetLog()
	executor := b.executor()
	if settled, err := executor.Settle(t.Context()); err != nil || settled != 2 {
		t.Fatal(settled, err)
	}
	b.must(executor.Apply(t.Context()))
	b.collect(t.Context(), 2)
	b.wants("created, created")
	if got, want := shipped(t, store, id), fmt.Sprintf("T1: %sx1; T2: %sx2", lines[0], lines[0]); got != want || len(store.Writes()) != 1 {
		t.Errorf("shipped %s in %d requests, want %s", got, len(store.Writes()), want)
	}
}

// What was planned and has moved since is left alone.
func TestShipmentsThatMovedSinceThePlan(t *testing.T) {
	store := strictStore()
	id, lines := orderOf(t, store, nil, "A", 3)
	row := func(tracking, more string) string {
		return fmt.Sprintf(`{"order_id":%d,"tracking_number":%q,"items":[{"sku":"A","quantity":1}]%s}`, id, tracking, more)
	}
	onShipments(t, store, "upsert").ok(row("T1", ""), row("T2", ""))
	b := onShipments(t, store, "upsert")
	b.planOnly = true
	b.ok(row("T1", `,"comments":"x"`), row("T2", `,"comments":"x"`), row("T3", ""))
	shipments, address := parts(t, store, id, "shipments"), parts(t, store, id, "shipping_addresses")[0]["id"]
	send(store, "PUT", fmt.Sprintf("/v2/orders/%d/shipments/%v", id, shipments[0]["id"]), `{"comments":"by hand"}`)
	send(store, "POST", fmt.Sprintf("/v2/orders/%d/shipments", id), fmt.Sprintf(`{"tracking_number":"T3","order_address_id":%v,"items":[{"order_product_id":%s,"quantity":1}]}`, address, lines[0]))
	store.ResetLog()
	executor := b.executor()
	if failed, err := executor.Verify(t.Context()); err != nil || failed != 2 {
		t.Fatal(failed, err)
	}
	b.must(executor.Apply(t.Context()))
	b.collect(t.Context(), 3)
	b.wants("rejected changed_since_plan, updated, rejected changed_since_plan")
	b.wantsWrites(fmt.Sprintf(`PUT /v2/orders/%d/shipments/%v {"comments":"x"}`, id, shipments[1]["id"]))
}

// However the rows of many orders are mixed, those of one order are judged together, in the order of the sheet, and sent so.
func TestShipmentsOfManyOrders(t *testing.T) {
	const orders, rows = 60, 10
	store := strictStore()
	var ids []int
	for range orders {
		id, _ := orderOf(t, store, nil, "A", rows-1)
		ids = append(ids, id)
	}
	store.ResetLog()
	b := onShipments(t, store, "upsert")
	b.concurrency = 4
	var sheet []string
	for row := range rows {
		for i := range ids {
			id := ids[(i*7+row*13)%orders]
			sheet = append(sheet, fmt.Sprintf(`{"order_id":%d,"tracking_number":"T%d","items":[{"sku":"A","quantity":1}]}`, id, row))
		}
	}
	b.ok(sheet...)
	for i := range b.outcomes {
		want := "created"
		if i >= orders*(rows-1) { // the last row of each order
			want = "rejected"
		}
		if got := b.outcomes[i].Outcome.String(); got != want {
			t.Fatalf("row %d is %s: %s", i+1, got, b.problem(i+1))
		}
	}
	b.wantsAllRequests()
	for _, id := range ids {
		for i, shipment := range parts(t, store, id, "shipments") {
			if want := fmt.Sprintf("T%d", i); shipment["tracking_number"] != want {
				t.Errorf("order %d: shipment %d is %v, want %s", id, i+1, shipment["tracking_number"], want)
			}
		}
	}
}
