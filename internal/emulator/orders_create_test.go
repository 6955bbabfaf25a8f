package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const billTo = `"billing_address":{"first_name":"Jane","last_name":"Doe","street_1":"1 Main Street","city":"Boston","zip":"02134","country_iso2":"US","email":"jane@example.com"}`

const teaLine = `{"name":"Tea","quantity":2,"price_ex_tax":"10","price_inc_tax":10.825}`

// orderBody is the body of a POST with the given members beside address and line.
func orderBody(members string) string {
	if members != "" {
		members += ","
	}
	return `{` + members + billTo + `,"products":[` + teaLine + `]}`
}

// linesBody is a body with these lines.
func linesBody(lines string) string { return `{` + billTo + `,"products":[` + lines + `]}` }

// place sends a POST that must be accepted and gives the path of the new order.
func place(t *testing.T, s *Store, body string) (string, answer) {
	t.Helper()
	a := send(t, s, "POST", "/v2/orders", body)
	if a.status != http.StatusOK {
		t.Fatalf("%s: %d %s", body, a.status, a.text)
	}
	return "/v2/orders/" + a.str("id"), a
}

// hasFields compares fields of an answer, by their JSON texts.
func hasFields(t *testing.T, a answer, want map[string]string) {
	t.Helper()
	for path, value := range want {
		var keys []any
		for key := range strings.SplitSeq(path, "/") {
			if n, ok := wholeText(key); ok {
				keys = append(keys, n)
				continue
			}
			keys = append(keys, key)
		}
		if have := a.str(keys...); have != value {
			t.Errorf("%s is %q, want %q", path, have, value)
		}
	}
}

func TestCustomOrder(t *testing.T) {
	s := New(Options{Clock: fixedClock, Strict: true})
	customer := s.InsertCustomer(map[string]any{"email": "jane@example.com", "first_name": "Jane", "last_name": "Doe"})
	path, a := place(t, s, orderBody(`"customer_id":`+textInt(customer)+`,"external_order_id":"ERP-1","external_source":"ERP (NAV)","external_merchant_id":"m-1","payment_provider_id":77,"ip_address":"203.0.113.9"`))
	hasFields(t, a, map[string]string{
		"id": "101", "status_id": "1", "status": "Pending", "custom_status": "Pending", "customer_id": textInt(customer), "channel_id": "1",
		"date_created": fixedClock().Format(mailTime), "date_modified": fixedClock().Format(mailTime), "date_shipped": "",
		"subtotal_ex_tax": "20.0000", "subtotal_inc_tax": "21.6500", "subtotal_tax": "1.6500", "total_ex_tax": "20.0000", "total_inc_tax": "21.6500", "total_tax": "1.6500",
		"items_total": "2", "items_shipped": "0", "shipping_address_count": "1", "order_source": "external", "external_order_id": "ERP-1",
		"external_source": "ERP (NAV)", "external_merchant_id": "m-1", "payment_provider_id": "77", "ip_address": "203.0.113.9",
		"billing_address/zip": "02134", "billing_address/company": "", "default_currency_code": "USD", "currency_exchange_rate": "1.0000000000",
		"products/resource": "/orders/101/products", "is_deleted": "false",
	})
	hasFields(t, send(t, s, "GET", path+"/products", ""), map[string]string{
		"0/name": "Tea", "0/name_customer": "Tea", "0/name_merchant": "Tea", "0/product_id": "0", "0/variant_id": "0", "0/quantity": "2", "0/price_ex_tax": "10.0000",
		"0/price_inc_tax": "10.8250", "0/price_tax": "0.8250", "0/total_inc_tax": "21.6500", "0/base_price": "10.0000", "0/type": "physical", "0/order_address_id": "1",
	})
	hasFields(t, send(t, s, "GET", path+"/shipping_addresses", ""), map[string]string{"0/first_name": "Jane", "0/items_total": "2", "0/zip": "02134"})
	if a := send(t, s, "GET", "/v2/orders?external_order_id=ERP-1", ""); !cmp.Equal(a.idsV2(), []int{101}) {
		t.Errorf("by external_order_id: %s", a.text)
	}
	_, a = place(t, s, orderBody(`"external_order_id":"ERP-1","customer_id":0`)) // it is not unique
	hasFields(t, a, map[string]string{"customer_id": "0"})
	if a := send(t, s, "GET", "/v2/orders?external_order_id=ERP-1", ""); !cmp.Equal(a.idsV2(), []int{101, 102}) {
		t.Errorf("by external_order_id: %s", a.text)
	}
	if list := s.Violations(); len(list) > 0 {
		t.Error(list)
	}
}

// TestHistoricalOrder: a date of its own, a status, amounts that stand as they are given.
func TestHistoricalOrder(t *testing.T) {
	s := New(Options{Clock: fixedClock, Currencies: []string{"EUR"}})
	_, a := place(t, s, orderBody(`"date_created":"Tue, 20 Nov 2012 09:30:00 +0100","status_id":10,"external_source":"M-MIG","default_currency_code":"EUR",
		"shipping_cost_ex_tax":"5","shipping_cost_inc_tax":5.95,"base_shipping_cost":"5","discount_amount":"1.5","order_source":"www","refunded_amount":"3",
		"fees":[{"type":"custom_fee","display_name_customer":"Fee","cost_ex_tax":"2","cost_tax":"0.38"}],"wrapping_cost_ex_tax":"1","wrapping_cost_inc_tax":"1.19",
		"handling_cost_ex_tax":"0.5","handling_cost_inc_tax":"0.5","customer_locale":"de-DE","staff_notes":"n","items_shipped":2,"ip_address_v6":"2001:db8::1"`))
	hasFields(t, a, map[string]string{
		"date_created": "Tue, 20 Nov 2012 08:30:00 +0000", "date_modified": fixedClock().Format(mailTime), "status": "Completed", "default_currency_code": "EUR", "currency_code": "EUR",
		"store_default_currency_code": "USD", "shipping_cost_ex_tax": "5.0000", "shipping_cost_inc_tax": "5.9500", "shipping_cost_tax": "0.9500",
		"total_ex_tax": "27.0000", "total_inc_tax": "30.1700", "total_tax": "3.1700", "order_source": "external", "refunded_amount": "0.0000",
		"customer_locale": "de-DE", "items_shipped": "2", "handling_cost_tax": "0.0000", "wrapping_cost_tax": "0.1900",
	})
	hasFields(t, send(t, s, "GET", "/v2/orders/101/shipping_addresses", ""), map[string]string{"0/cost_ex_tax": "5.0000", "0/cost_tax": "0.9500", "0/base_cost": "5.0000"})
	hasFields(t, send(t, s, "GET", "/v2/orders/101/fees", ""), map[string]string{
		"fees/0/cost_inc_tax": "2.3800", "fees/0/base_cost": "2.0000", "fees/0/display_name_merchant": "Fee", "fees/0/tax_class_id": "<nil>",
	})
	_, a = place(t, s, orderBody(`"subtotal_ex_tax":"1","subtotal_inc_tax":"2","total_ex_tax":"3","total_inc_tax":"4"`))
	hasFields(t, a, map[string]string{"subtotal_ex_tax": "1.0000", "subtotal_tax": "1.0000", "total_ex_tax": "3.0000", "total_inc_tax": "4.0000", "total_tax": "1.0000"})
	_, a = place(t, s, orderBody(`"subtotal_ex_tax":"1","subtotal_inc_tax":"2"`)) // the total does not follow
	hasFields(t, a, map[string]string{"subtotal_inc_tax": "2.0000", "total_ex_tax": "20.0000", "total_inc_tax": "21.6500"})
	_, a = place(t, s, orderBody(`"discount_amount":"99"`))
	hasFields(t, a, map[string]string{"total_ex_tax": "0.0000", "total_inc_tax": "0.0000"})
}

func TestCatalogueOrder(t *testing.T) {
	s, small, _ := shirtShop(t)
	m := send(t, s, "POST", "/v3/catalog/products/1/modifiers", `{"type":"text","required":true,"display_name":"Engraving"}`).str("data", "id")
	size := send(t, s, "GET", "/v3/catalog/products/2/options", "")
	option, medium := size.str("data", 0, "id"), size.str("data", 0, "option_values", 1, "id")
	path, a := place(t, s, linesBody(`{"product_id":2,"variant_id":`+small+`,"quantity":2},
		{"product_id":2,"product_options":[{"id":`+option+`,"value":"`+medium+`","display_value":"moyen"}],"price_ex_tax":18,"price_inc_tax":"19.5","name":"T-shirt","name_merchant":"TEE/M"},
		{"product_id":1,"quantity":1,"product_options":[{"id":`+m+`,"value":"To Zoë"}]}`))
	hasFields(t, a, map[string]string{"items_total": "4", "subtotal_ex_tax": "62.2500", "total_inc_tax": "63.7500"})
	hasFields(t, send(t, s, "GET", path+"/products", ""), map[string]string{
		"0/name": "Tee", "0/sku": "TEE-S", "0/variant_id": small, "0/product_id": "2", "0/price_ex_tax": "21.5000", "0/price_inc_tax": "21.5000", "0/quantity": "2", "0/weight": "0.2000",
		"0/product_options/0/display_value": "S", "0/product_options/0/product_option_id": option, "0/product_options/0/order_product_id": "1", "0/product_options/0/id": "1",
		"1/name": "T-shirt", "1/name_customer": "T-shirt", "1/name_merchant": "TEE/M", "1/sku": "TEE-M", "1/price_inc_tax": "19.5000", "1/quantity": "1",
		"1/product_options/0/display_value": "moyen", "1/product_options/0/display_value_customer": "moyen", "1/product_options/0/display_value_merchant": "M", "1/product_options/0/value": medium,
		"2/sku": "SKU-001", "2/product_options/0/value": "To Zoë", "2/product_options/0/type": "Text field", "2/price_ex_tax": "1.2500",
	})
	// The stock is what the lines left of it: 3 of S, 4 of M.
	hasFields(t, send(t, s, "GET", "/v3/catalog/products/2?include=variants", ""), map[string]string{
		"data/inventory_level": "4", "data/variants/0/inventory_level": "1", "data/variants/1/inventory_level": "3", "data/total_sold": "3",
	})
	const short = "Quantities of one or more products are out of stock or did not meet quantity requirements."
	line := func(n int) string { return fmt.Sprintf(`{"product_id":2,"variant_id":%s,"quantity":%d}`, small, n) }
	for body, want := range map[string]string{
		linesBody(line(2)): short, linesBody(line(1) + "," + line(1)): short,
		linesBody(`{"product_id":2,"quantity":1}`):                                                                                  "The options of one or more products are invalid.",
		linesBody(`{"product_id":1,"quantity":1}`):                                                                                  "The options of one or more products are invalid.",
		linesBody(`{"product_id":2,"product_options":[{"id":` + option + `,"value":"999"}]}`):                                       "The options of one or more products are invalid.",
		linesBody(`{"product_id":2,"product_options":[{"id":999,"value":"1"}]}`):                                                    "The options of one or more products are invalid.",
		linesBody(`{"product_id":2,"variant_id":` + small + `,"product_options":[{"id":` + option + `,"value":"` + medium + `"}]}`): "The options of one or more products are invalid.",
		linesBody(`{"product_id":2,"variant_id":999}`):                                                                              "The field 'variant_id' is invalid.",
		linesBody(`{"product_id":99}`):                                                                                              "The field 'product_id' is invalid.",
		linesBody(`{"product_id":2,"variant_id":` + small + `,"sku":"X"}`):                                                          "The field 'sku' cannot be written to. Please remove it from your request before trying again.",
	} {
		refuseOrder(t, s, body, want)
	}
	send(t, s, "PUT", "/v3/catalog/products/2", `{"order_quantity_minimum":3,"inventory_tracking":"none"}`)
	refuseOrder(t, s, linesBody(line(2)), short)
	place(t, s, linesBody(line(5)))
	before := send(t, s, "GET", "/v3/catalog/products/2", "").str("data", "total_sold")
	place(t, s, `{"external_source":"M-MIG",`+linesBody(line(5))[1:])
	place(t, s, `{"status_id":0,`+linesBody(line(1))[1:]) // incomplete: nothing is sold, or judged
	if after := send(t, s, "GET", "/v3/catalog/products/2", "").str("data", "total_sold"); after != before || before != "8" {
		t.Errorf("sold %s, then %s", before, after)
	}
}

// refuseOrder sends a POST that must be refused with that message, and change nothing.
func refuseOrder(t *testing.T, s *Store, body, message string) {
	t.Helper()
	before := whole(t, s)
	a := send(t, s, "POST", "/v2/orders", body)
	if a.status != http.StatusBadRequest || a.str(0, "message") != message {
		t.Errorf("%s: %d %s, want %q", body, a.status, a.text, message)
	}
	if after := whole(t, s); before != after {
		t.Errorf("%s: refused, yet the store changed: %s", body, cmp.Diff(before, after))
	}
}

func TestOrderRefusals(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	invalid := func(name string) string { return "The field '" + name + "' is invalid." }
	required := func(name string) string { return "The required field '" + name + "' was not supplied." }
	readOnly := func(name string) string {
		return "The field '" + name + "' cannot be written to. Please remove it from your request before trying again."
	}
	long := strings.Repeat("x", 251)
	for body, want := range map[string]string{
		`{`: "The request body is not valid JSON.", `[]`: "The request body is not valid JSON.",
		`{` + billTo + `}`:               required("products"),
		`{` + billTo + `,"products":[]}`: required("products"),
		`{` + billTo + `,"products":{}}`: invalid("products"),
		`{"products":[` + teaLine + `]}`: required("billing_address"),
		`{"billing_address":{"zip":"1","country":"x"},"products":[` + teaLine + `]}`:                invalid("billing_address"),
		`{"billing_address":{"country":"x"},"products":[` + teaLine + `]}`:                          invalid("billing_address"),
		`{"billing_address":{"zip":"02134"},"products":[` + teaLine + `]}`:                          invalid("billing_address"),
		`{"billing_address":{"zip":"02134","country":"x","nick":"y"},"products":[` + teaLine + `]}`: "The field 'nick' is not supported by this resource.",
		orderBody(`"id":1`): readOnly("id"), orderBody(`"status":"x"`): readOnly("status"), orderBody(`"total_tax":"1"`): readOnly("total_tax"),
		orderBody(`"is_deleted":true`): readOnly("is_deleted"), orderBody(`"coupons":[]`): readOnly("coupons"), orderBody(`"external_id":"x"`): readOnly("external_id"),
		orderBody(`"tax_provider_id":"x"`): readOnly("tax_provider_id"), orderBody(`"currency_code":"EUR"`): readOnly("currency_code"),
		orderBody(`"nonsense":1`): "The field 'nonsense' is not supported by this resource.", orderBody(`"custom_status":"x"`): "The field 'custom_status' is not supported by this resource.",
		orderBody(`"status_id":15`): invalid("status_id"), orderBody(`"status_id":"x"`): invalid("status_id"), orderBody(`"customer_id":-1`): invalid("customer_id"), orderBody(`"customer_id":9`): invalid("customer_id"),
		orderBody(`"channel_id":9`): invalid("channel_id"), orderBody(`"default_currency_code":"EUR"`): invalid("default_currency_code"),
		orderBody(`"customer_locale":"english"`): invalid("customer_locale"), orderBody(`"date_created":"2012-11-20"`): invalid("date_created"),
		orderBody(`"ip_address":"` + long + `"`): invalid("ip_address"), orderBody(`"ip_address":"1.1.1.1","ip_address_v6":"::1"`): invalid("ip_address_v6"),
		orderBody(`"discount_amount":"-1"`): invalid("discount_amount"), orderBody(`"refunded_amount":"-1"`): invalid("refunded_amount"), orderBody(`"total_ex_tax":"-1","total_inc_tax":"1"`): invalid("total_ex_tax"),
		orderBody(`"total_ex_tax":"1"`): required("total_inc_tax"), orderBody(`"subtotal_inc_tax":"1"`): required("subtotal_ex_tax"), orderBody(`"shipping_cost_ex_tax":"1"`): required("shipping_cost_inc_tax"),
		orderBody(`"shipping_addresses":[{"zip":5}]`): invalid("zip"), orderBody(`"shipping_addresses":[{"item_total":5}]`): "The field 'item_total' is not supported by this resource.",
		orderBody(`"shipping_addresses":[{"cost_ex_tax":"5"}]`): readOnly("cost_ex_tax"), orderBody(`"shipping_addresses":[1]`): invalid("shipping_addresses"),
		orderBody(`"fees":[{"cost_ex_tax":"1","cost_inc_tax":"1"}]`): required("display_name_customer"), orderBody(`"fees":[{"display_name_customer":"F","cost_ex_tax":"1"}]`): required("cost_ex_tax"),
		orderBody(`"fees":[{"display_name_customer":"F","cost_ex_tax":"1","cost_inc_tax":"2","cost_tax":"3"}]`): invalid("cost_inc_tax"), orderBody(`"fees":[{"type":"tip"}]`): invalid("type"),
		orderBody(`"consignments":{"pickups":[]}`):                                                    invalid("consignments"),
		linesBody(`{"name":"Tea","quantity":1,"price_ex_tax":1}`):                                     required("price_inc_tax"),
		linesBody(`{"name":"Tea","price_ex_tax":1,"price_inc_tax":1}`):                                required("quantity"),
		linesBody(`{"name":"Tea","quantity":1}`):                                                      required("price_ex_tax"),
		linesBody(`{"quantity":1,"price_ex_tax":1,"price_inc_tax":1}`):                                required("name"),
		linesBody(`{"name":"","quantity":1,"price_ex_tax":1,"price_inc_tax":1}`):                      invalid("name"),
		linesBody(`{"name":"` + long + `","quantity":1,"price_ex_tax":1,"price_inc_tax":1}`):          invalid("name"),
		linesBody(`{"name":"a","name_customer":"b","quantity":1,"price_ex_tax":1,"price_inc_tax":1}`): invalid("name_customer"),
		linesBody(`{"name":"a","quantity":0,"price_ex_tax":1,"price_inc_tax":1}`):                     invalid("quantity"),
		linesBody(`{"name":"a","quantity":1,"price_ex_tax":-1,"price_inc_tax":1}`):                    invalid("price_ex_tax"),
		linesBody(`{"name":"a","quantity":1,"price_ex_tax":1,"price_inc_tax":1,"variant_id":1}`):      invalid("variant_id"),
		linesBody(`{"name":"a","quantity":1,"price_ex_tax":1,"price_inc_tax":1,"id":1}`):              readOnly("id"),
		linesBody(`{"name":"a","quantity":1,"price_ex_tax":1,"price_inc_tax":1,"total_ex_tax":1}`):    readOnly("total_ex_tax"),
	} {
		refuseOrder(t, s, body, want)
	}
	if ids := s.OrderIDs(); len(ids) > 0 {
		t.Errorf("orders %v", ids)
	}
}

// TestOrderCreated201 is the other reading of what a POST answers.
func TestOrderCreated201(t *testing.T) {
	s := New(Options{Clock: fixedClock, Alternatives: Alternatives{OrderCreated201: true}})
	a := send(t, s, "POST", "/v2/orders?include=consignments.line_items,fees&consignment_structure=object", orderBody(""))
	if a.status != http.StatusCreated || a.header.Get("Location") != "https://store.example/stores/emulator/v2/orders/101" {
		t.Errorf("%d %v", a.status, a.header)
	}
	if name := a.str("consignments", "shipping", 0, "line_items", 0, "name"); name != "Tea" {
		t.Errorf("line %q: %s", name, a.text)
	}
}

// TestOrderAddresses: several addresses are kept; what the order ships goes to the first.
func TestOrderAddresses(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	path, a := place(t, s, orderBody(`"shipping_addresses":[{"first_name":"A","zip":"1"},{"first_name":"B","shipping_method":"Express"}]`))
	hasFields(t, a, map[string]string{"shipping_address_count": "2"})
	hasFields(t, send(t, s, "GET", path+"/shipping_addresses", ""), map[string]string{
		"0/first_name": "A", "0/items_total": "2", "0/shipping_method": "None", "1/first_name": "B", "1/items_total": "0", "1/shipping_method": "Express", "1/zip": "",
	})
}

func TestPickupOrder(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	path, a := place(t, s, `{`+billTo+`,"consignments":{"pickups":[{"pickup_method_id":1,"pickup_method_display_name":"Shop","line_items":[`+teaLine+`]}]}}`)
	hasFields(t, a, map[string]string{"items_total": "2", "shipping_address_count": "0", "total_inc_tax": "21.6500"})
	hasFields(t, send(t, s, "GET", path+"/consignments?include=consignments.line_items", ""), map[string]string{
		"pickups/0/pickup_method_display_name": "Shop", "pickups/0/line_items/0/name": "Tea", "pickups/0/line_items/0/order_address_id": "0", "shipping": "[]",
	})
	for pickups, want := range map[string]string{
		`[]`: "The field 'consignments' is invalid.", `[{"pickup_method_id":1},{"pickup_method_id":1}]`: "The field 'consignments' is invalid.",
		`[{"pickup_method_id":1}]`:              "The required field 'line_items' was not supplied.",
		`[{"line_items":[` + teaLine + `]}]`:    "The required field 'pickup_method_id' was not supplied.",
		`[{"pickup_method_id":1,"nonsense":1}]`: "The field 'nonsense' is not supported by this resource.",
	} {
		refuseOrder(t, s, `{`+billTo+`,"consignments":{"pickups":`+pickups+`}}`, want)
	}
}

// TestOrderAccess: scopes, faults, quota and the log hold for writes of orders as for all else.
func TestOrderAccess(t *testing.T) {
	s := New(Options{Clock: fixedClock, Strict: true, Tokens: map[string][]string{"emulator": {"store_v2_orders"}, "reader": {"store_v2_orders_read_only"}}})
	for _, c := range []want{
		{method: "POST", path: "/v2/orders", body: orderBody("")}, {method: "PUT", path: "/v2/orders/101", body: `{"status_id":2}`}, {method: "DELETE", path: "/v2/orders/101"},
	} {
		if a := send(t, s, c.method, c.path, c.body, "X-Auth-Token", "reader"); a.status != http.StatusForbidden {
			t.Errorf("%s: %d %s", c.method, a.status, a.text)
		}
	}
	s.AddFault(Fault{Kind: StatusAfter, Path: "/v2/orders", Status: 500, Times: 1})
	if a := send(t, s, "POST", "/v2/orders", orderBody("")); a.status != 500 || len(s.OrderIDs()) != 1 {
		t.Errorf("lost answer: %d, %d orders", a.status, len(s.OrderIDs()))
	}
	send(t, s, "POST", "/v2/orders", orderBody(`"nonsense":1`))
	if list := s.Violations(); len(list) != 1 || !strings.Contains(list[0], "nonsense") {
		t.Errorf("violations %v", list)
	}
	log := s.Log()
	if last := log[len(log)-1]; last.Status != 400 || !json.Valid([]byte(last.Body)) || last.Path != "/v2/orders" {
		t.Errorf("log %+v", last)
	}
}
