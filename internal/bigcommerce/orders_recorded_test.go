package bigcommerce_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
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

// TestTypesOfALiveStore: every field that a client's suite found in a live store's orders and coupons can be read.
func TestTypesOfALiveStore(t *testing.T) {
	table := decoded(t, recorded(t, "contract/live_store_type_table.json"))
	prefixes := map[string]string{
		"GET /v2/orders[]": "", "GET /v2/orders[].billing_address": "billing_address.", "GET /v2/orders/{id}/products[]": "products[].",
		"GET /v2/orders/{id}/products[].product_options[]": "products[].product_options[].",
		"GET /v2/orders/{id}/shipping_addresses[]":         "shipping_addresses[].", "GET /v2/orders/{id}/consignments": "consignments.",
		"GET /v2/orders/{id}/consignments.shipping[]": "consignments.shipping[].", "GET /v2/orders/{id}/shipments[]": "shipments[].",
		"GET /v2/orders/{id}/taxes[] (200 or 204)": "taxes[].", "GET /v2/orders/{id}/coupons[] (200 or 204)": "coupons[].",
		"GET /v3/orders/{id}/transactions[]": "transactions[].",
	}
	var seen []string
	var visit func(value any)
	visit = func(value any) {
		fields, _ := value.(map[string]any)
		for name, below := range fields {
			prefix, ok := prefixes[name]
			object := &catalogue.Orders
			if name == "GET /v2/coupons[] (204 when none)" {
				ok, object = true, &catalogue.Coupons
			}
			if !ok {
				visit(below)
				continue
			}
			seen = append(seen, name)
			for field := range below.(map[string]any) {
				if _, ok := object.FieldUnder(prefix + field); !ok {
					t.Errorf("%s: %s%s cannot be read", name, prefix, field)
				}
			}
		}
	}
	visit(table)
	if len(seen) != len(prefixes)+1 {
		slices.Sort(seen)
		t.Error(fmt.Sprint("the table holds only ", seen))
	}
}
