package emulator

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// orderShop is a store with a clock of its own and order 101: a discounted line of three, a plain one, two addresses, a fee.
func orderShop(t *testing.T) (s *Store, now *time.Time) {
	t.Helper()
	moment := fixedClock()
	s = New(Options{Clock: func() time.Time { return moment }, Strict: true})
	s.InsertOrder(map[string]any{
		"billing_address": jane, "shipping_addresses": []any{map[string]any{"first_name": "A", "zip": "01067", "cost_ex_tax": "5"}, map[string]any{"first_name": "B"}},
		"discount_amount": "3", "date_created": moment.Add(-time.Hour),
		"products": []any{
			map[string]any{"name": "Kettle", "price_ex_tax": "10", "price_inc_tax": "11", "quantity": 3, "applied_discounts": []any{map[string]any{"id": "manual-discount", "amount": "3.0000", "name": "Manual", "code": nil, "target": "order"}}},
			map[string]any{"name": "Mug", "price_ex_tax": "4", "quantity": 1, "address": 1},
		},
		"taxes": []any{map[string]any{"line": 0, "name": "VAT", "line_amount": "3"}},
		"fees":  []any{map[string]any{"display_name_customer": "Fee", "cost_ex_tax": "2"}, map[string]any{"display_name_customer": "Other", "cost_ex_tax": "1"}},
	})
	return s, &moment
}

// change sends a PUT that must be accepted.
func change(t *testing.T, s *Store, path, body string) answer {
	t.Helper()
	a := send(t, s, "PUT", path, body)
	if a.status != http.StatusOK {
		t.Errorf("PUT %s %s: %d %s", path, body, a.status, a.text)
	}
	return a
}

func TestOrderFieldsChange(t *testing.T) {
	s, now := orderShop(t)
	customer := textInt(s.InsertCustomer(map[string]any{"email": "jane@example.com", "first_name": "Jane", "last_name": "Doe"}))
	before := send(t, s, "GET", "/v2/orders/101", "")
	hasFields(t, before, map[string]string{"subtotal_ex_tax": "34.0000", "total_ex_tax": "39.0000", "total_inc_tax": "42.0000"})
	*now = now.Add(time.Minute)
	a := change(t, s, "/v2/orders/101", `{"staff_notes":"seen","customer_id":`+customer+`,"date_created":"Tue, 20 Nov 2012 00:00:00 +0000","payment_method":"Cash","ip_address_v6":"::1","external_order_id":null,"ebay_order_id":"7"}`)
	hasFields(t, a, map[string]string{
		"staff_notes": "seen", "customer_id": customer, "date_created": "Tue, 20 Nov 2012 00:00:00 +0000", "date_modified": now.Format(mailTime), "payment_method": "Cash",
		"ip_address_v6": "::1", "external_order_id": "", "total_ex_tax": "39.0000", "total_inc_tax": "42.0000", "status": "Pending",
	})
	a = change(t, s, "/v2/orders/101", `{"ip_address":"203.0.113.1","billing_address":{"city":"Dresden","form_fields":[{"name":"Door","value":"left"}]}}`)
	hasFields(t, a, map[string]string{
		"ip_address": "203.0.113.1", "ip_address_v6": "", "billing_address/city": "Dresden", "billing_address/zip": "02134", "billing_address/form_fields/0/value": "left",
	})
	// What is overridden stays; the total follows the parts of it that change.
	a = change(t, s, "/v2/orders/101", `{"shipping_cost_ex_tax":"8","shipping_cost_inc_tax":"9"}`)
	hasFields(t, a, map[string]string{"shipping_cost_tax": "1.0000", "subtotal_ex_tax": "34.0000", "total_ex_tax": "42.0000", "total_inc_tax": "46.0000", "total_tax": "4.0000"})
	a = change(t, s, "/v2/orders/101", `{"total_ex_tax":"100","total_inc_tax":"119"}`)
	hasFields(t, a, map[string]string{"subtotal_ex_tax": "34.0000", "total_ex_tax": "100.0000", "total_tax": "19.0000"})
	a = change(t, s, "/v2/orders/101", `{"discount_amount":"0"}`)
	hasFields(t, a, map[string]string{"discount_amount": "0.0000", "total_ex_tax": "45.0000"})
	for status, want := range map[string]string{`{"status_id":2}`: "Shipped", `{"status_id":5}`: "Cancelled", `{"status_id":0}`: "Incomplete"} {
		hasFields(t, change(t, s, "/v2/orders/101", status), map[string]string{"status": want, "custom_status": want})
	}
	if a := change(t, s, "/v2/orders/101", `{"is_deleted":true}`); a.str("is_deleted") != "true" || send(t, s, "GET", "/v2/orders", "").status != 204 {
		t.Errorf("archived: %s", a.text)
	}
	if list := s.Violations(); len(list) > 0 {
		t.Error(list)
	}
}

// TestOrdersByExternalID: what is found by external_order_id follows creations, changes and archiving, however the store was asked before.
func TestOrdersByExternalID(t *testing.T) {
	s, _ := orderShop(t)
	find := func(external string, want ...int) {
		t.Helper()
		a := send(t, s, "GET", "/v2/orders?external_order_id="+external, "")
		if diff := cmp.Diff(want, a.idsV2()); diff != "" {
			t.Errorf("%s: %s", external, diff)
		}
		if n := send(t, s, "GET", "/v2/orders/count?external_order_id="+external, "").str("count"); n != textInt(len(want)) {
			t.Errorf("%s: count %s", external, n)
		}
	}
	find("A")
	place(t, s, orderBody(`"external_order_id":"A"`))
	place(t, s, orderBody(`"external_order_id":"B"`))
	s.InsertOrder(map[string]any{"id": 90, "external_order_id": "A"})
	find("A", 90, 102)
	change(t, s, "/v2/orders/103", `{"external_order_id":"A"}`)
	change(t, s, "/v2/orders/90", `{"external_order_id":""}`)
	find("A", 102, 103)
	find("B")
	send(t, s, "DELETE", "/v2/orders/102", "")
	find("A", 103)
	find("A&is_deleted=true", 102)
	find("A&status_id=11")
	if err := s.UpdateOrder(103, map[string]any{"external_order_id": "C"}); err != nil {
		t.Fatal(err)
	}
	find("A")
	find("C", 103)
}

func TestOrderLinesChange(t *testing.T) {
	s, _ := orderShop(t)
	a := change(t, s, "/v2/orders/101", `{"products":[{"id":2,"quantity":2,"name":"Big mug"}]}`)
	hasFields(t, a, map[string]string{"items_total": "5", "subtotal_ex_tax": "38.0000", "total_ex_tax": "43.0000", "discount_amount": "3.0000"})
	hasFields(t, send(t, s, "GET", "/v2/orders/101/products", ""), map[string]string{
		"1/name": "Big mug", "1/name_customer": "Big mug", "1/name_merchant": "Mug", "1/price_ex_tax": "4.0000", "1/total_ex_tax": "8.0000", "1/order_address_id": "2", "1/quantity": "2",
		"0/applied_discounts/0/amount": "3.0000",
	})
	// A changed line loses its discounts.
	a = change(t, s, "/v2/orders/101", `{"products":[{"id":1,"price_ex_tax":20,"price_inc_tax":22}]}`)
	hasFields(t, a, map[string]string{"discount_amount": "0.0000", "subtotal_ex_tax": "68.0000", "total_ex_tax": "76.0000", "total_inc_tax": "82.0000"})
	hasFields(t, send(t, s, "GET", "/v2/orders/101/products/1", ""), map[string]string{"applied_discounts": "[]", "discounted_total_inc_tax": "66.0000", "price_tax": "2.0000", "quantity": "3"})
	// A new line, and one that goes with its taxes.
	a = change(t, s, "/v2/orders/101", `{"products":[{"id":1,"quantity":0},{"name":"Spoon","quantity":4,"price_ex_tax":1,"price_inc_tax":"1.1"}]}`)
	hasFields(t, a, map[string]string{"items_total": "6", "subtotal_ex_tax": "12.0000", "subtotal_inc_tax": "12.4000"})
	if a := send(t, s, "GET", "/v2/orders/101/products", ""); !cmp.Equal(a.idsV2(), []int{2, 3}) || a.str(1, "order_address_id") != "1" {
		t.Errorf("lines %s", a.text)
	}
	if a := send(t, s, "GET", "/v2/orders/101/taxes?details=true", ""); a.status != 204 {
		t.Errorf("taxes of a line that is gone: %s", a.text)
	}
	hasFields(t, send(t, s, "GET", "/v2/orders/101/shipping_addresses", ""), map[string]string{"0/items_total": "4", "1/items_total": "2"})
}

// TestCatalogueLinesChange: a line that sells another variant takes its names, price and stock.
func TestCatalogueLinesChange(t *testing.T) {
	s, small, medium := shirtShop(t)
	path, _ := place(t, s, linesBody(`{"product_id":2,"variant_id":`+small+`,"quantity":1}`))
	line := send(t, s, "GET", path+"/products", "").str(0, "id")
	stock := func() string {
		a := send(t, s, "GET", "/v3/catalog/products/2?include=variants", "")
		return a.str("data", "variants", 0, "inventory_level") + " " + a.str("data", "variants", 1, "inventory_level")
	}
	if have := stock(); have != "2 4" {
		t.Errorf("stock %s", have)
	}
	change(t, s, path, `{"products":[{"id":`+line+`,"quantity":3}]}`)
	if have := stock(); have != "0 4" {
		t.Errorf("stock %s", have)
	}
	a := change(t, s, path, `{"products":[{"id":`+line+`,"variant_id":`+medium+`,"quantity":2}]}`)
	hasFields(t, a, map[string]string{"items_total": "2", "subtotal_ex_tax": "40.0000"})
	hasFields(t, send(t, s, "GET", path+"/products/"+line, ""), map[string]string{
		"sku": "TEE-M", "variant_id": medium, "price_ex_tax": "20.0000", "name": "Tee", "product_options/0/display_value": "M", "product_options/0/order_product_id": line, "quantity": "2",
	})
	if have := stock(); have != "0 2" {
		t.Errorf("stock %s", have)
	}
	for body, message := range map[string]string{
		`{"products":[{"id":` + line + `,"quantity":9}]}`:                              "Quantities of one or more products are out of stock or did not meet quantity requirements.",
		`{"products":[{"id":` + line + `,"variant_id":99}]}`:                           "The field 'variant_id' is invalid.",
		`{"products":[{"id":` + line + `,"sku":"X"}]}`:                                 "The field 'sku' cannot be written to. Please remove it from your request before trying again.",
		`{"products":[{"product_id":2}]}`:                                              "The options of one or more products are invalid.",
		`{"products":[{"id":` + line + `,"price_ex_tax":1}]}`:                          "The required field 'price_inc_tax' was not supplied.",
		`{"products":[{"id":` + line + `,"name":""}]}`:                                 "The field 'name' is invalid.",
		`{"products":[{"id":` + line + `,"quantity_shipped":1}]}`:                      "The field 'quantity_shipped' cannot be written to. Please remove it from your request before trying again.",
		`{"products":[{"id":` + line + `},{"id":` + line + `}]}`:                       "The field 'id' is invalid.",
		`{"products":[{"id":999}]}`:                                                    "The field 'id' is invalid.",
		`{"products":[{"id":` + line + `,"quantity":0}]}`:                              "The field 'products' is invalid.",
		`{"shipping_addresses":[{"id":999}]}`:                                          "The field 'id' is invalid.",
		`{"fees":[{"id":9,"display_name_customer":"F","cost_ex_tax":1,"cost_tax":0}]}`: "The field 'id' is invalid.",
		`{"external_merchant_id":"m"}`:                                                 "The field 'external_merchant_id' cannot be written to. Please remove it from your request before trying again.",
		`{"default_currency_code":"USD"}`:                                              "The field 'default_currency_code' cannot be written to. Please remove it from your request before trying again.",
		`{"consignments":{"pickups":[]}}`:                                              "The field 'consignments' is not supported by this resource.",
		`{"billing_address":{"zip":"1"}}`:                                              "The field 'billing_address' is invalid.",
		`{"channel_id":5}`:                                                             "The field 'channel_id' is invalid.",
		`{"customer_id":5}`:                                                            "The field 'customer_id' is invalid.",
		`{"is_deleted":"yes"}`:                                                         "The field 'is_deleted' is invalid.",
		`{"subtotal_ex_tax":"1"}`:                                                      "The required field 'subtotal_inc_tax' was not supplied.",
	} {
		before := whole(t, s)
		a := send(t, s, "PUT", path, body)
		if a.status != http.StatusBadRequest || a.str(0, "message") != message {
			t.Errorf("%s: %d %s, want %q", body, a.status, a.text, message)
		}
		if after := whole(t, s); after != before {
			t.Errorf("%s: refused, yet the store changed: %s", body, cmp.Diff(before, after))
		}
	}
}

func TestOrderAddressesChange(t *testing.T) {
	s, now := orderShop(t)
	*now = now.Add(time.Minute)
	a := change(t, s, "/v2/orders/101", `{"shipping_addresses":[{"id":2,"zip":"20001"},{"first_name":"C"}]}`)
	hasFields(t, a, map[string]string{"shipping_address_count": "3", "total_ex_tax": "39.0000"})
	hasFields(t, send(t, s, "GET", "/v2/orders/101/shipping_addresses", ""), map[string]string{
		"0/first_name": "A", "1/first_name": "B", "1/zip": "20001", "1/items_total": "1", "2/first_name": "C", "2/id": "3",
	})
	*now = now.Add(time.Minute)
	a = change(t, s, "/v2/orders/101/shipping_addresses/1", `{"city":"Dresden","shipping_method":"Express"}`)
	hasFields(t, a, map[string]string{"id": "1", "order_id": "101", "city": "Dresden", "zip": "01067", "shipping_method": "Express", "cost_ex_tax": "5.0000", "shipping_quotes/resource": "/orders/101/shipping_addresses/1/shipping_quotes"})
	hasFields(t, send(t, s, "GET", "/v2/orders/101", ""), map[string]string{"date_modified": now.Format(mailTime)})
	for _, c := range []want{
		{"PUT", "/v2/orders/101/shipping_addresses/1", `{"items_total":2}`, 400, "The field 'items_total' cannot be written to."},
		{"PUT", "/v2/orders/101/shipping_addresses/1", `{"id":1}`, 400, "The field 'id' cannot be written to."},
		{"PUT", "/v2/orders/101/shipping_addresses/9", `{"zip":"1"}`, 404, "not found"},
		{"PUT", "/v2/orders/999/shipping_addresses/1", `{"zip":"1"}`, 404, "not found"},
	} {
		c.check(t, s)
	}
}

// TestOrderFeesChange: the fees of a PUT are all that the order then has.
func TestOrderFeesChange(t *testing.T) {
	s, _ := orderShop(t)
	a := change(t, s, "/v2/orders/101", `{"fees":[{"display_name_merchant":"New","cost_inc_tax":"12","cost_tax":"2"},{"id":1,"display_name_customer":"Changed","cost_ex_tax":"5","cost_inc_tax":"5"}]}`)
	hasFields(t, a, map[string]string{"total_ex_tax": "51.0000", "total_inc_tax": "56.0000", "subtotal_ex_tax": "34.0000"})
	hasFields(t, send(t, s, "GET", "/v2/orders/101/fees", ""), map[string]string{
		"fees/0/id": "1", "fees/0/display_name_customer": "Changed", "fees/0/cost_ex_tax": "5.0000", "fees/1/id": "3", "fees/1/display_name_customer": "New", "fees/1/cost_ex_tax": "10.0000", "fees/2": "<nil>",
	})
	change(t, s, "/v2/orders/101", `{"fees":[]}`)
	if a := send(t, s, "GET", "/v2/orders/101/fees", ""); a.status != 204 {
		t.Errorf("fees %s", a.text)
	}
}
