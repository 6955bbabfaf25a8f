package bigcommerce_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
)

// recorded reads an answer that a live store or the documentation gave.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "api", name))
	if err != nil {
		t.Skip("the recorded answers are not here: ", err)
	}
	return text
}

// decoded reads JSON with its numbers as they are written.
func decoded(t *testing.T, text []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// leaves lists the paths of all values, lists marked.
func leaves(prefix string, value any, add func(path string)) {
	switch value := value.(type) {
	case map[string]any:
		for name, field := range value {
			leaves(strings.TrimPrefix(prefix+"."+name, "."), field, add)
		}
	case []any:
		for _, element := range value {
			leaves(prefix+"[]", element, add)
		}
	default:
		add(prefix)
	}
}

// TestRecordedOrders: recorded orders and their parts come as they were, and every field of theirs is one of the catalogue's.
func TestRecordedOrders(t *testing.T) {
	orders := recorded(t, "aligent/v2_orders_list.json")
	parts := map[string]string{
		"products": "aligent/v2_order_149_products_docs.json", "shipping_addresses": "aligent/v2_order_229_shipping_addresses_docs.json",
		"transactions": "aligent/v3_orders__transactions__get.json", "refunds": "aligent/v3_orders__order_refunds__get_all.json",
		"metafields": "aligent/v3_orders__1__metafields__get_all.json",
	}
	transport := transportFunc(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/v2/orders") {
			if r.URL.Query().Has("is_deleted") {
				return answer(r, http.StatusNoContent, "", nil), nil
			}
			return answer(r, http.StatusOK, string(orders), nil), nil
		}
		for part, file := range parts {
			if strings.HasSuffix(r.URL.Path, "/"+part) {
				return answer(r, http.StatusOK, string(recorded(t, file)), nil), nil
			}
		}
		return answer(r, http.StatusNoContent, "", nil), nil
	})
	client := newClient(t, transport, nil)
	read := func(fields ...string) []bigcommerce.Record {
		options := bigcommerce.WalkOptions{Also: []string{"incomplete"}}
		if fields != nil {
			options.Paths = paths(t, fields...)
		}
		got, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Orders, options))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	var want []any
	for _, order := range decoded(t, orders).([]any) {
		order := order.(map[string]any)
		for _, link := range []string{"products", "shipping_addresses", "coupons"} {
			delete(order, link)
		}
		want = append(want, order)
	}
	got := read()
	for i := range want {
		if diff := cmp.Diff(want[i], decoded(t, got[i].Doc.AppendJSON(nil))); diff != "" {
			t.Errorf("order %d (-recorded +read):\n%s", got[i].ID, diff)
		}
	}
	known := func(prefix string, value any) {
		leaves(prefix, value, func(path string) {
			if _, ok := catalogue.Orders.FieldUnder(path); !ok {
				t.Errorf("%s was recorded and cannot be read", path)
			}
		})
	}
	known("", want[0])
	for _, part := range []string{"products", "shipping_addresses", "transactions", "metafields"} {
		file := decoded(t, recorded(t, parts[part]))
		if wrapped, ok := file.(map[string]any); ok {
			file = wrapped["data"]
		}
		known(part, file)
		list := file.([]any)
		if part == "metafields" { // two of one id
			list = list[:1]
		}
		doc := read(part)[0].Doc
		if diff := cmp.Diff(any(list), decoded(t, doc.Get(part).AppendJSON(nil))); diff != "" {
			t.Errorf("%s (-recorded +read):\n%s", part, diff)
		}
	}
	refunds := decoded(t, recorded(t, parts["refunds"])).(map[string]any)["data"]
	known("refunds", refunds)
	walk := client.Walk(t.Context(), &catalogue.Refunds, bigcommerce.WalkOptions{})
	all, err := readAll(t.Context(), walk)
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	if diff := cmp.Diff(refunds.([]any)[0], decoded(t, all[0].Doc.AppendJSON(nil))); diff != "" {
		t.Errorf("refund (-recorded +read):\n%s", diff)
	}
}

// TestTypesOfALiveStore: every field that a client's suite found in a live store's records can be read.
func TestTypesOfALiveStore(t *testing.T) {
	type place struct {
		object *catalogue.Object
		prefix string
	}
	places := map[string]place{
		"GET /v3/catalog/products[]": {&catalogue.Products, ""}, "GET /v3/catalog/products[].custom_url": {&catalogue.Products, "custom_url."},
		"GET /v3/catalog/products?include=...": {&catalogue.Products, ""}, "product image": {&catalogue.Products, "images[]."},
		"product custom field": {&catalogue.Products, "custom_fields[]."}, "product bulk pricing rule": {&catalogue.Products, "bulk_pricing_rules[]."},
		"product video": {&catalogue.Products, "videos[]."}, "variant": {&catalogue.Variants, ""}, "variant option value": {&catalogue.Variants, "option_values[]."},
		"variant option": {&catalogue.Products, "options[]."}, "variant option's value": {&catalogue.Products, "options[].option_values[]."},
		"modifier": {&catalogue.Products, "modifiers[]."}, "modifier value": {&catalogue.Products, "modifiers[].option_values[]."},
		"brand": {&catalogue.Brands, ""}, "GET /v3/catalog/trees/categories[]": {&catalogue.Categories, ""}, "GET /v3/catalog/trees/categories[].url": {&catalogue.Categories, "url."},

		"GET /v2/orders[]": {&catalogue.Orders, ""}, "GET /v2/orders[].billing_address": {&catalogue.Orders, "billing_address."},
		"GET /v2/orders/{id}/products[]": {&catalogue.Orders, "products[]."}, "GET /v2/orders/{id}/products[].product_options[]": {&catalogue.Orders, "products[].product_options[]."},
		"GET /v2/orders/{id}/shipping_addresses[]": {&catalogue.Orders, "shipping_addresses[]."}, "GET /v2/orders/{id}/consignments": {&catalogue.Orders, "consignments."},
		"GET /v2/orders/{id}/consignments.shipping[]": {&catalogue.Orders, "consignments.shipping[]."}, "GET /v2/orders/{id}/shipments[]": {&catalogue.Orders, "shipments[]."},
		"GET /v2/orders/{id}/taxes[] (200 or 204)": {&catalogue.Orders, "taxes[]."}, "GET /v2/orders/{id}/coupons[] (200 or 204)": {&catalogue.Orders, "coupons[]."},
		"GET /v3/orders/{id}/transactions[]": {&catalogue.Transactions, ""}, "transaction.credit_card": {&catalogue.Transactions, "credit_card."},
		"refund": {&catalogue.Refunds, ""}, "refund.payments[]": {&catalogue.Refunds, "payments[]."}, "refund.items[]": {&catalogue.Refunds, "items[]."},
		"GET /v2/coupons[] (204 when none)": {&catalogue.Coupons, ""}, "GET /v2/coupons[].applies_to": {&catalogue.Coupons, "applies_to."},
		"GET /v3/promotions[]": {&catalogue.Promotions, ""}, "GET /v3/promotions[].customer": {&catalogue.Promotions, "customer."},
		"GET /v3/promotions[].rules[]": {&catalogue.Promotions, "rules[]."}, "GET /v3/promotions[].notifications[]": {&catalogue.Promotions, "notifications[]."},
		"GET /v3/promotions/{id}/codes[]": {&catalogue.PromotionCodes, ""},
	}
	tables, _ := decoded(t, recorded(t, "contract/live_store_type_table.json")).(map[string]any)
	for name, at := range places {
		fields, _ := tables[name].(map[string]any)
		if len(fields) == 0 {
			t.Errorf("the table has no %s", name)
		}
		for field := range fields {
			if _, ok := at.object.FieldUnder(at.prefix + field); !ok {
				t.Errorf("%s: %s%s cannot be read", name, at.prefix, field)
			}
		}
	}
}
