package emulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// richOrder is order 101: two addresses, a download, a shipment, a refund, taxes in two rates.
func richOrder(t *testing.T) *Store {
	t.Helper()
	s := New(Options{Clock: fixedClock, StatusLabels: map[int]string{14: "Teilweise erstattet"}})
	other := map[string]any{"first_name": "Zoë", "last_name": "Groß", "zip": "01067", "country_iso2": "DE", "cost_ex_tax": "10", "cost_inc_tax": "11.9"}
	home := map[string]any{"first_name": "Jane", "zip": "02134", "cost_ex_tax": "5"}
	s.InsertOrder(map[string]any{
		"status_id": 14, "customer_id": 7, "billing_address": jane, "shipping_addresses": []any{home, other}, "staff_notes": "",
		"discount_amount": "1.5", "currency_code": "EUR", "store_default_to_transactional_exchange_rate": "0.9215",
		"products": []any{
			map[string]any{"name": "Kettle", "product_id": 5, "price_ex_tax": "39.9", "price_inc_tax": "43.1918", "quantity": 3},
			map[string]any{"name": "Mug", "price_ex_tax": "8", "address": 1, "applied_discounts": []any{map[string]any{"id": "x", "amount": "1.5000", "name": "Off", "code": nil, "target": "order"}}},
			map[string]any{"name": "e-Book", "type": "digital", "price_ex_tax": "4"},
		},
		"taxes": []any{
			map[string]any{"line": 0, "name": "State", "rate": "6.25", "tax_rate_id": 1, "line_amount": "7.4814", "priority_amount": "7.4814"},
			map[string]any{"line": 1, "address": 0, "name": "State", "rate": "6.25", "tax_rate_id": 1, "line_amount": "0.5", "priority_amount": "0.5"},
			map[string]any{"line": 0, "name": "City", "rate": "2", "tax_rate_id": 2, "line_amount": "2.394", "priority_amount": "2.394"},
		},
		"coupons": []any{map[string]any{"coupon_id": 3, "code": "TEA", "amount": "2", "type": 2, "discount": "2"}},
		"fees":    []any{map[string]any{"display_name_customer": "Fee", "cost_ex_tax": "1.25"}},
		"shipments": []any{
			map[string]any{"items": []any{map[string]any{"line": 0, "quantity": 2}}, "tracking_number": "0012", "date_created": time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)},
		},
		"messages": []any{
			map[string]any{"subject": "A", "status": "read", "customer_id": 7, "date_created": "2026-03-01T00:00:00Z"},
			map[string]any{"subject": "B", "is_flagged": true, "date_created": "2026-03-02T00:00:00Z"},
		},
		"transactions": []any{map[string]any{"amount": "100.5", "gateway": "stripe"}},
		"refunds": []any{map[string]any{
			"created": "2026-03-05T10:00:00Z", "total_amount": "43.1918", "items": []any{map[string]any{"item_type": "PRODUCT", "line": 0, "quantity": 1}},
			"payments": []any{map[string]any{"id": 1, "transaction_id": "t-1"}},
		}},
	})
	return s
}

func TestOrderParts(t *testing.T) {
	s := richOrder(t)
	for path, want := range map[string]map[string]any{
		"": {
			"subtotal_ex_tax": "131.7000", "subtotal_inc_tax": "141.5754", "shipping_cost_inc_tax": "16.9000", "total_ex_tax": "144.4500", "total_inc_tax": "156.2254",
			"items_total": "5", "items_shipped": "2", "refunded_amount": "43.1918", "coupon_discount": "2.0000", "shipping_address_count": "2",
			"custom_status": "Teilweise erstattet", "status": "Partially Refunded", "currency_code": "EUR", "store_default_currency_code": "USD",
			"store_default_to_transactional_exchange_rate": "0.9215000000", "staff_notes": "", "customer_message": "<nil>",
		},
		"/products/1": {
			"quantity_shipped": "2", "quantity_refunded": "1", "is_refunded": "false", "refund_amount": "43.1918", "total_inc_tax": "129.5754", "total_tax": "9.8754", "order_address_id": "1",
		},
		"/products/2":           {"discounted_total_inc_tax": "6.5000", "order_address_id": "2"},
		"/products/3":           {"order_address_id": "0", "type": "digital"},
		"/shipping_addresses/1": {"items_total": "3", "items_shipped": "2", "cost_inc_tax": "5.0000", "zip": "02134"},
		"/shipping_addresses/2": {"items_total": "1", "cost_tax": "1.9000", "base_cost": "10.0000", "zip": "01067"},
		"/shipments/1":          {"customer_id": "7", "order_address_id": "1", "date_created": "Sun, 01 Mar 2026 08:00:00 +0000", "tracking_number": "0012"},
	} {
		a := send(t, s, "GET", "/v2/orders/101"+path, "")
		for name, value := range want {
			if have := a.str(name); have != value {
				t.Errorf("%s: %s is %s, want %s", path, name, have, value)
			}
		}
	}
	for path, want := range map[string]string{
		"/v2/orders/101/coupons":          `[{"id":1,"coupon_id":3,"order_id":101,"code":"TEA","amount":2,"type":2,"discount":2}]`,
		"/v2/orders/101/shipments/count":  `{"count":1}`,
		"/v2/orders/101/coupons?page=2":   ``,
		"/v2/orders/101/messages?page=2":  ``,
		"/v2/orders/101/shipments?page=9": ``,
		"/v2/orders/101/fees": `{"fees":[{"id":1,"type":"custom_fee","display_name_customer":"Fee","display_name_merchant":"","source":"",` +
			`"base_cost":"1.2500","cost_ex_tax":"1.2500","cost_inc_tax":"1.2500","cost_tax":"0.0000","tax_class_id":null}]}`,
		"/v2/orders/101/shipping_addresses/2/shipping_quotes": ``,
	} {
		if a := send(t, s, "GET", path, ""); a.text != want || (a.status == 204) != (want == "") {
			t.Errorf("%s: %d %s", path, a.status, cmp.Diff(want, a.text))
		}
	}
	if a := send(t, s, "GET", "/v2/orders/101/shipments", ""); a.str(0, "items", 0, "order_product_id") != "1" || a.str(0, "items", 0, "product_id") != "5" || a.str(0, "shipping_address", "zip") != "02134" {
		t.Errorf("shipment: %s", a.text)
	}
	for query, want := range map[string][]int{
		"": {1, 2}, "?status=unread": {2}, "?is_flagged=false": {1}, "?customer_id=7": {1}, "?min_id=2": {2}, "?max_date_created=2026-03-01T12:00:00Z": {1},
	} {
		if diff := cmp.Diff(want, send(t, s, "GET", "/v2/orders/101/messages"+query, "").idsV2()); diff != "" {
			t.Errorf("messages%s: %s", query, diff)
		}
	}
}

func TestOrderTaxes(t *testing.T) {
	s := richOrder(t)
	type tax struct{ Name, Amount, Line string }
	read := func(query string) []tax {
		a := send(t, s, "GET", "/v2/orders/101/taxes"+query, "")
		var list []tax
		for i := range a.idsV2() {
			list = append(list, tax{a.str(i, "name"), a.str(i, "line_amount"), a.str(i, "order_product_id")})
		}
		return list
	}
	if diff := cmp.Diff([]tax{{"State", "7.4814", "1"}, {"State", "0.5000", "2"}, {"City", "2.3940", "1"}}, read("?details=true")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]tax{{"State", "7.9814", "<nil>"}, {"City", "2.3940", "<nil>"}}, read("")); diff != "" {
		t.Error(diff)
	}
}

func TestConsignments(t *testing.T) {
	s := richOrder(t)
	link := func(n int) any {
		path := fmt.Sprintf("/orders/101/products/%d", n)
		return map[string]any{"url": "https://store.example/stores/emulator/v2" + path, "resource": path}
	}
	a := send(t, s, "GET", "/v2/orders/101?include=consignments&consignment_structure=object", "")
	if diff := cmp.Diff([]any{link(2)}, a.at("consignments", "shipping", 1, "line_items")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{link(3)}, a.at("consignments", "downloads", 0, "line_items")); diff != "" {
		t.Error(diff)
	}
	if have := a.at("consignments", "shipping", 1, "cost_inc_tax"); have != json.Number("11.9") {
		t.Errorf("amounts of consignments are numbers: %v", have)
	}
	whole := send(t, s, "GET", "/v2/orders/101?include=consignments.line_items,fees&consignment_structure=object", "")
	if whole.str("consignments", "shipping", 0, "line_items", 0, "total_inc_tax") != "129.5754" || whole.str("fees", 0, "cost_ex_tax") != "1.2500" {
		t.Errorf("embedded: %s", whole.text)
	}
	if diff := cmp.Diff(send(t, s, "GET", "/v2/orders/101/consignments?include=consignments.line_items", "").body, whole.at("consignments")); diff != "" {
		t.Error(diff)
	}
	plain := send(t, s, "GET", "/v2/orders/101?include=consignments", "")
	if plain.at("consignments", "resource") != "/orders/101/consignments" {
		t.Errorf("without the structure: %s", plain.text)
	}
	a = send(t, s, "GET", "/v2/orders?include=consignments.line_items&consignment_structure=object", "")
	if a.str(0, "consignments", "shipping", 0, "line_items", 0, "name") != "Kettle" {
		t.Errorf("list: %s", a.text)
	}
}

func TestPayments(t *testing.T) {
	s := richOrder(t)
	s.InsertOrder(map[string]any{"is_deleted": true, "refunds": []any{map[string]any{"created": "2026-03-06T10:00:00Z", "items": []any{map[string]any{"item_type": "ORDER"}}}}})
	a := send(t, s, "GET", "/v3/orders/101/transactions", "")
	if a.at("data", 0, "order_id") != "101" || a.at("data", 0, "amount") != json.Number("100.5") || a.at("data", 0, "reference_transaction_id") != nil {
		t.Errorf("transactions: %s", a.text)
	}
	if a := send(t, s, "GET", "/v3/orders/102/transactions", ""); a.status != 204 || a.text != "" {
		t.Errorf("no transactions: %d %s", a.status, a.text)
	}
	const refunds = "/v3/orders/payment_actions/refunds"
	for query, want := range map[string][]int{
		"": {1, 2}, "?order_id:in=102,103": {2}, "?id:in=1": {1}, "?created:min=2026-03-05T12:00:00%2B02:00": {1, 2},
		"?created:min=2026-03-06T10:00:01Z": {}, "?created:max=2026-03-05T10:00:00Z": {1}, "?limit=1&page=2": {2}, "?transaction_id=t-1": {1},
	} {
		if diff := cmp.Diff(want, send(t, s, "GET", refunds+query, "").ids()); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	if a := send(t, s, "GET", "/v3/orders/102/payment_actions/refunds", ""); a.str("data", 0, "items", 0, "item_id") != "102" {
		t.Errorf("an order's refunds: %s", a.text)
	}
	for _, path := range []string{"/v3/orders/9/transactions", "/v3/orders/9/payment_actions/refunds", refunds + "/9", "/v3/orders/9/metafields"} {
		if a := send(t, s, "GET", path, ""); a.status != 404 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// TestDirectOrders: what a test changes past HTTP is what requests read.
func TestDirectOrders(t *testing.T) {
	s := richOrder(t)
	if err := s.UpdateOrder(101, map[string]any{
		"status_id": 2, "date_modified": "2026-04-01T00:00:00Z", "total_tax": "9", "shipments": []any{},
		"coupons": []any{map[string]any{"code": "A"}, map[string]any{"code": "B"}},
	}); err != nil {
		t.Fatal(err)
	}
	a := send(t, s, "GET", "/v2/orders/101", "")
	if a.str("status") != "Shipped" || a.str("date_modified") != "Wed, 01 Apr 2026 00:00:00 +0000" || a.str("total_tax") != "9.0000" || a.str("total_inc_tax") != "156.2254" {
		t.Errorf("%s", a.text)
	}
	if n := len(send(t, s, "GET", "/v2/orders/101/coupons", "").idsV2()); n != 2 || send(t, s, "GET", "/v2/orders/101/shipments", "").status != 204 {
		t.Errorf("parts are not replaced: %d coupons", n)
	}
	for _, body := range []map[string]any{
		{"id": 101},
		{"nonsense": 1},
		{"status_id": "x"},
		{"products": []any{1}},
		{"products": "x"},
		{"products": []any{map[string]any{"address": 4}}},
		{"shipments": []any{map[string]any{"items": []any{map[string]any{"line": 1}}}}},
	} {
		if id, err := s.AddOrder(body); err == nil {
			t.Errorf("%v became order %d", body, id)
		}
	}
	if id := s.InsertOrder(map[string]any{}); id != 102 {
		t.Errorf("refused orders took ids: %d", id)
	}
	if err := s.UpdateOrder(999, nil); err == nil || s.ArchiveOrder(999) || !s.ArchiveOrder(102) {
		t.Error("an absent order was changed")
	}
	if a, b := s.InsertOrder(map[string]any{"id": 500}), s.InsertOrder(map[string]any{}); a != 500 || b != 501 {
		t.Errorf("an id of its own: %d, and the next %d", a, b)
	}
	if o, ok := s.Order(102); !ok || o["is_deleted"] != true {
		t.Errorf("order 102: %v", o["is_deleted"])
	}
}

// TestDemoOrders states what the demo orders are promised to hold, and that their numbers agree.
func TestDemoOrders(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	s.Seed(Demo{Products: 80, Seed: 2})
	if n := len(s.OrderIDs()); n != 400 {
		t.Fatalf("%d orders", n)
	}
	if n := len(s.CouponIDs()); n != 25 {
		t.Errorf("%d coupons", n)
	}
	count := map[string]int{}
	statuses := map[string]bool{}
	last := int64(0)
	for _, o := range s.st.orders.all() {
		text := func(name string) string { return unquote(orderFields.get(o.f, name)) }
		statuses[text("status")] = true
		if o.created <= last || o.created < fixedClock().AddDate(-3, 0, 0).Unix() || o.modified < o.created || o.modified > fixedClock().Unix() {
			t.Errorf("order %d was made at %s, changed at %s", o.id, o.f[oCreated], o.f[oModified])
		}
		last = o.created
		for what, is := range map[string]bool{
			"of a guest": o.f[oCustomer] == "0", "archived": o.archived(), "in EUR": text("currency_code") == "EUR", "taxed": len(o.taxes) > 0, "untaxed": len(o.taxes) == 0,
			"refunded": len(o.refunds) > 0, "discounted": text("discount_amount") != "0.0000", "with a coupon": len(o.coupons) > 0, "to several": len(o.addresses) > 1,
			"of over 50 lines": len(o.lines) > 50, "to pick up": len(o.pickups) > 0, "with a fee": len(o.fees) > 0, "with a message": len(o.messages) > 0,
			"from elsewhere": text("external_source") == "M-MIG", "non-ASCII": strings.ContainsFunc(o.f[oBilling], func(r rune) bool { return r > 127 }),
			"leading zero": strings.Contains(o.f[oBilling], `"zip":"0`), "null notes": orderFields.get(o.f, "staff_notes") == textNull, "empty notes": orderFields.get(o.f, "staff_notes") == textEmpty,
			"exchange rate": text("currency_exchange_rate") != "1.0000000000", "minus one": len(o.addresses) > 0 && orderAddressFields.get(o.addresses[0], "shipping_zone_id") == "-1",
		} {
			if is {
				count[what]++
			} else {
				count[what] += 0
			}
		}
		o.checkSums(t)
	}
	for what, n := range count {
		if n == 0 {
			t.Errorf("no order is %s", what)
		}
	}
	if len(statuses) != 15 {
		t.Errorf("%d statuses: %v", len(statuses), statuses)
	}
}

// checkSums: lines, taxes, payments and refunds add up to the order's own amounts.
func (o *order) checkSums(t *testing.T) {
	t.Helper()
	amount := func(name string) decimal.Decimal { return money(orderFields.get(o.f, name)) }
	add := func(table *table, rows []row, name string) decimal.Decimal {
		sum := decimal.Zero
		for _, r := range rows {
			sum = sum.Add(money(table.get(r, name)))
		}
		return sum
	}
	for what, pair := range map[string][2]decimal.Decimal{
		"lines":    {amount("subtotal_inc_tax"), add(orderLineFields, o.lines, "total_inc_tax")},
		"taxes":    {amount("total_tax"), add(orderTaxFields, o.taxes, "line_amount")},
		"shipping": {amount("shipping_cost_inc_tax"), add(orderAddressFields, o.addresses, "cost_inc_tax")},
		"total": {amount("total_inc_tax"), amount("subtotal_inc_tax").Add(amount("shipping_cost_inc_tax")).Add(amount("handling_cost_inc_tax")).
			Add(amount("wrapping_cost_inc_tax")).Add(add(orderFeeFields, o.fees, "cost_inc_tax")).Sub(amount("discount_amount")).Sub(amount("coupon_discount"))},
		"tax":     {amount("total_tax"), amount("total_inc_tax").Sub(amount("total_ex_tax"))},
		"refunds": {amount("refunded_amount"), add(refundFields, o.refunds, "total_amount")},
	} {
		if !pair[0].Equal(pair[1]) {
			t.Errorf("order %d: %s: %s and %s", o.id, what, pair[0], pair[1])
		}
	}
	if len(o.transactions) > 0 && !money(transactionFields.get(o.transactions[0], "amount")).Equal(amount("total_inc_tax")) {
		t.Errorf("order %d: paid %s of %s", o.id, transactionFields.get(o.transactions[0], "amount"), amount("total_inc_tax"))
	}
	if amount("total_inc_tax").IsNegative() || amount("refunded_amount").GreaterThan(amount("total_inc_tax")) {
		t.Errorf("order %d: total %s, refunded %s", o.id, amount("total_inc_tax"), amount("refunded_amount"))
	}
}

// TestDemoOrdersWait: orders are made once, by whoever asks first, and a snapshot carries the recipe.
func TestDemoOrdersWait(t *testing.T) {
	seeded := func() *Store {
		s := New(Options{Clock: fixedClock})
		s.Seed(Demo{Products: 30, Orders: 60, Seed: 4})
		return s
	}
	s := seeded()
	var b strings.Builder
	if err := s.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	if s.st.orders.list != nil || !strings.Contains(b.String(), `"demo_orders":[{`) {
		t.Error("orders were made for products alone")
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if n := send(t, s, "GET", "/v2/orders/count?max_id=130", "").str("count"); n == "0" {
				t.Error("no orders")
			}
		})
	}
	wait.Wait()
	later := New(Options{Clock: func() time.Time { return fixedClock().AddDate(1, 0, 0) }})
	if err := later.Restore(strings.NewReader(b.String())); err != nil {
		t.Fatal(err)
	}
	later.DeleteProduct(1)
	id := later.InsertOrder(map[string]any{})
	if id != 161 {
		t.Errorf("the next order is %d", id)
	}
	if diff := cmp.Diff(ordersText(t, s), ordersText(t, later)); diff != "" {
		t.Error(diff)
	}
	s.Seed(Demo{Products: 5, Orders: 10, Coupons: 3, Seed: 4})
	if ids := s.OrderIDs(); len(ids) != 70 || ids[69] != 170 {
		t.Errorf("a second seed: %d orders", len(ids))
	}
	none := New(Options{Clock: fixedClock})
	none.Seed(Demo{Products: 5, Orders: -1, Coupons: -1})
	if len(none.OrderIDs())+len(none.CouponIDs()) != 0 {
		t.Error("a negative number is none")
	}
}

func ordersText(t *testing.T, s *Store) string {
	t.Helper()
	return send(t, s, "GET", "/v2/orders?limit=250&max_id=160&include=consignments.line_items,fees&consignment_structure=object", "").text
}
