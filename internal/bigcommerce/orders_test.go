package bigcommerce_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

// order is an order of so many lines, each of two pieces at 10.5.
func order(lines int, more map[string]any) map[string]any {
	products := make([]any, lines)
	for i := range products {
		products[i] = map[string]any{"name": fmt.Sprintf("Line %d", i), "sku": fmt.Sprintf("L-%03d", i), "quantity": 2, "price_ex_tax": "10.50", "price_inc_tax": "12.60"}
	}
	body := map[string]any{
		"status_id": 11, "products": products,
		"billing_address": map[string]any{"first_name": "Ann", "last_name": "Lee", "street_1": "1 Road", "city": "Perth", "zip": "06000", "country": "Australia", "country_iso2": "AU", "email": "ann@example.com"},
	}
	maps.Copy(body, more)
	return body
}

const made = "2026-03-01T10:00:00+00:00"

var paid = []any{map[string]any{"id": 1, "provider_id": "testgateway", "amount": json.Number("1")}}

// asked lists the paths of a store's log, ids made one, with how often each was asked for.
func asked(store *emulator.Store) string {
	counts := map[string]int{}
	for _, entry := range store.Log() {
		parts := strings.Split(strings.TrimPrefix(entry.Path, "/"), "/")
		for i, part := range parts {
			if part != "" && strings.Trim(part, "0123456789") == "" {
				parts[i] = "{}"
			}
		}
		counts[strings.Join(parts, "/")]++
	}
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(counts)) {
		lines = append(lines, fmt.Sprintf("%s %d", path, counts[path]))
	}
	return strings.Join(lines, "; ")
}

// TestOrderRequests pins how many requests the parts of orders take: none that the paths do not need.
func TestOrderRequests(t *testing.T) {
	tests := []struct {
		name   string
		orders int
		fields []string
		filter url.Values
		want   string
	}{
		{"no orders", 0, []string{"id"}, nil, "v2/orders 2"},
		{"own fields", 7, []string{"id", "total_inc_tax", "billing_address.email"}, nil, "v2/orders 2"},
		{"everything of the orders", 7, nil, nil, "v2/orders 2"},
		{"a page that may be cut", 20, []string{"id"}, nil, "v2/orders 3"},
		{"pages", 600, []string{"id"}, nil, "v2/orders 5"},
		{"lines are embedded", 7, []string{"products[].sku"}, nil, "v2/orders 2"},
		{"addresses are embedded", 7, []string{"shipping_addresses[].zip", "shipping_addresses[].id"}, nil, "v2/orders 2"},
		{"fees and consignments", 7, []string{"fees[].cost_ex_tax", "consignments.shipping[].line_items[].resource"}, nil, "v2/orders 2"},
		{"links to lines beside lines", 3, []string{"products[].sku", "consignments.shipping[].line_items[].resource"}, nil, "v2/orders 2; v2/orders/{}/products 3"},
		{"coupons, taxes, shipments", 3, []string{"coupons[].code", "taxes[].rate", "shipments[].id"}, nil, "v2/orders 2; v2/orders/{}/coupons 3; v2/orders/{}/shipments 3; v2/orders/{}/taxes 3"},
		{"transactions", 3, []string{"transactions[].amount"}, nil, "v2/orders 2; v3/orders/{}/transactions 3"},
		{"refunds are one list", 300, []string{"refunds[].total_amount"}, nil, "v2/orders 4; v3/orders/payment_actions/refunds 2"},
		{"metafields", 2, []string{"metafields[].value"}, nil, "v2/orders 2; v3/orders/{}/metafields 2"},
		{"one status", 7, []string{"id"}, url.Values{"status_id": {"11"}}, "v2/orders 2"},
		{"several statuses are one list", 7, []string{"id"}, url.Values{"status_id": {"11,2"}}, "v2/orders 2; v2/orders/count 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := emulator.New(emulator.Options{Strict: true})
			for range test.orders {
				store.InsertOrder(order(2, nil))
			}
			client := newClient(t, judged(t, store), nil)
			options := bigcommerce.WalkOptions{Filter: test.filter}
			if test.fields != nil {
				options.Paths = paths(t, test.fields...)
			}
			got, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Orders, options))
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != test.orders {
				t.Errorf("%d orders of %d", len(got), test.orders)
			}
			if got := asked(store); got != test.want {
				t.Errorf("asked %s\nwant  %s", got, test.want)
			}
			requests := int64(len(store.Log()))
			estimate, err := client.Estimate(t.Context(), &catalogue.Orders, options)
			if err != nil {
				t.Fatal(err)
			}
			if estimate.Records != int64(test.orders) || estimate.Requests < requests-1 || estimate.Requests > requests+1 {
				t.Errorf("estimated %d orders and %d requests, took %d", estimate.Records, estimate.Requests, requests)
			}
		})
	}
}

// TestEstimateOfArchivedOrders: those that are wanted count, with the requests that each of them takes.
func TestEstimateOfArchivedOrders(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	for i := range 9 {
		store.InsertOrder(order(2, map[string]any{"is_deleted": i%3 == 0}))
	}
	client := newClient(t, judged(t, store), nil)
	for _, also := range [][]string{nil, {bigcommerce.AlsoArchived}} {
		options := bigcommerce.WalkOptions{Paths: paths(t, "coupons[].code"), Also: also}
		estimate, err := client.Estimate(t.Context(), &catalogue.Orders, options)
		if err != nil {
			t.Fatal(err)
		}
		store.ResetLog()
		got, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Orders, options))
		if err != nil {
			t.Fatal(err)
		}
		took := int64(len(store.Log()))
		if estimate.Records != int64(len(got)) || estimate.Requests < took-2 || estimate.Requests > took+2 {
			t.Errorf("also %v: estimated %d orders and %d requests, there were %d and it took %d", also, estimate.Records, estimate.Requests, len(got), took)
		}
	}
}

// TestOrderParts: every part of an order stands in its document as the store has it, however it came.
func TestOrderParts(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	small := store.InsertOrder(order(3, map[string]any{
		"shipping_addresses": []any{
			map[string]any{"first_name": "Bo", "zip": "01067", "cost_ex_tax": "5.1", "cost_inc_tax": "6.2"},
			map[string]any{"first_name": "Cy", "zip": "00501"},
		},
		"coupons":      []any{map[string]any{"code": "TEN", "amount": "10", "type": 1, "discount": "2.7"}},
		"fees":         []any{map[string]any{"type": "custom_fee", "display_name_customer": "Deposit", "display_name_merchant": "Deposit", "cost_ex_tax": "8.5", "cost_inc_tax": "10.0"}},
		"taxes":        []any{map[string]any{"name": "GST", "rate": "10.0000", "line_amount": "1.5200", "line": 0}},
		"shipments":    []any{map[string]any{"tracking_number": "007", "items": []any{map[string]any{"line": 0, "quantity": 1}}}},
		"transactions": []any{map[string]any{"event": "purchase", "amount": "37.8", "gateway": "testgateway", "date_created": "2026-03-01T10:00:00+00:00"}},
		"refunds":      []any{map[string]any{"total_amount": "1.99", "created": made, "payments": paid, "items": []any{map[string]any{"item_type": "PRODUCT", "line": 0, "quantity": 1}}}},
	}))
	large := store.InsertOrder(order(312, map[string]any{"items_total": 5})) // a total that a migration wrote: the lines are asked for
	bare := store.InsertOrder(order(1, nil))
	client := newClient(t, judged(t, store), nil)
	parts := []string{"products", "shipping_addresses", "coupons", "fees", "taxes", "shipments", "transactions", "refunds"}
	got, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Orders, bigcommerce.WalkOptions{Paths: paths(t, append(parts, "id")...)}))
	if err != nil {
		t.Fatal(err)
	}
	for i, id := range []int{small, large, bare} {
		want, _ := store.Order(id)
		var doc map[string]any
		decoder := json.NewDecoder(strings.NewReader(string(got[i].Doc.AppendJSON(nil))))
		decoder.UseNumber()
		if err := decoder.Decode(&doc); err != nil {
			t.Fatal(err)
		}
		for _, part := range parts {
			list, _ := doc[part].([]any)
			for _, element := range list {
				delete(element.(map[string]any), "shipping_quotes") // a link
			}
			wanted, _ := want[part].([]any)
			if len(list) == 0 && len(wanted) == 0 {
				continue
			}
			if diff := cmp.Diff(wanted, list); diff != "" {
				t.Errorf("order %d, %s (-store +read):\n%s", id, part, diff)
			}
		}
	}
}

// TestOrdersLeftOut: incomplete and archived orders come where they are asked for; else they are counted.
func TestOrdersLeftOut(t *testing.T) {
	tests := []struct {
		name   string
		filter url.Values
		also   []string
		want   string
		left   map[string]int64
	}{
		{"all", nil, nil, "100 101 105", map[string]int64{"incomplete": 1, "archived": 2}},
		{"incomplete", nil, []string{"incomplete"}, "100 101 102 105", map[string]int64{"archived": 2}},
		{"archived", nil, []string{"archived"}, "100 101 103 104 105", map[string]int64{"incomplete": 1}},
		{"both", nil, []string{"archived", "incomplete"}, "100 101 102 103 104 105", nil},
		{"a status", url.Values{"status_id": {"11"}}, nil, "100 105", map[string]int64{"archived": 1}},
		{"a status and archived", url.Values{"status_id": {"11"}}, []string{"archived"}, "100 103 105", nil},
		{"statuses", url.Values{"status_id": {"10,2"}}, nil, "101", map[string]int64{"archived": 1}},
		{"statuses and archived", url.Values{"status_id": {"10,2"}}, []string{"archived"}, "101 104", nil},
		{"incomplete by its status", url.Values{"status_id": {"0"}}, nil, "102", nil},
		{"ids", url.Values{"min_id": {"101"}, "max_id": {"103"}}, nil, "101", map[string]int64{"incomplete": 1, "archived": 1}},
		{"no ids", url.Values{"min_id": {"103"}, "max_id": {"102"}}, nil, "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			store := emulator.New(emulator.Options{Strict: true})
			for i, status := range []int{11, 10, 0, 11, 2, 11} {
				id := store.InsertOrder(order(1, map[string]any{"status_id": status}))
				if i == 3 || i == 4 {
					store.ArchiveOrder(id)
				}
			}
			first := store.OrderIDs()[0]
			shift := func(name string) {
				if text := test.filter.Get(name); text != "" {
					test.filter.Set(name, fmt.Sprint(number(text)-100+first))
				}
			}
			shift("min_id")
			shift("max_id")
			client := newClient(t, judged(t, store), nil)
			walk := client.Walk(t.Context(), &catalogue.Orders, bigcommerce.WalkOptions{Filter: test.filter, Paths: paths(t, "status"), Also: test.also})
			got, err := readAll(t.Context(), walk)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, r := range got {
				ids = append(ids, fmt.Sprint(int(r.ID)-first+100))
			}
			if strings.Join(ids, " ") != test.want {
				t.Errorf("got %v, want %s", ids, test.want)
			}
			left := walk.Left()
			maps.DeleteFunc(left, func(_ string, n int64) bool { return n == 0 })
			if !maps.Equal(left, test.left) {
				t.Errorf("left out %v, want %v", left, test.left)
			}
		})
	}
}

// TestOrderLimit: a limit stops the requests too, those for parts among them.
func TestOrderLimit(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	for range 40 {
		store.InsertOrder(order(1, map[string]any{"transactions": []any{map[string]any{"event": "purchase", "gateway": "cod", "amount": "1", "date_created": made}}}))
	}
	client := newClient(t, judged(t, store), nil)
	got, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Orders, bigcommerce.WalkOptions{Paths: paths(t, "taxes[].rate"), Limit: 3}))
	if err != nil || len(got) != 3 {
		t.Fatalf("%d orders, %v", len(got), err)
	}
	if got, want := asked(store), "v2/orders 2; v2/orders/{}/taxes 3"; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
	got, err = readAll(t.Context(), client.Walk(t.Context(), &catalogue.Transactions, bigcommerce.WalkOptions{Paths: paths(t, "amount"), Limit: 3}))
	if err != nil || len(got) != 3 {
		t.Fatalf("%d transactions, %v", len(got), err)
	}
}

// TestPaymentsOfOrders reads refunds and transactions as records of their own, with fields of their orders.
func TestPaymentsOfOrders(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	for i := range 60 {
		more := map[string]any{"external_order_id": fmt.Sprintf("E-%02d", i), "transactions": []any{map[string]any{"event": "purchase", "gateway": "cod", "amount": fmt.Sprintf("%d.5", i), "date_created": made}}}
		if i%2 == 0 {
			more["refunds"] = []any{
				map[string]any{"total_amount": "1", "created": made, "payments": paid}, map[string]any{"total_amount": "2.25", "created": made, "payments": paid},
			}
		}
		store.InsertOrder(order(2, more))
	}
	store.ArchiveOrder(store.OrderIDs()[4]) // one that no list gives
	client := newClient(t, judged(t, store), nil)
	for _, test := range []struct {
		object *catalogue.Object
		paths  []string
		filter url.Values
		want   int
		first  string
		asked  string
	}{
		{&catalogue.Refunds, []string{"total_amount"}, nil, 60, `{"total_amount":1}`, "v3/orders/payment_actions/refunds 1"},
		{
			&catalogue.Refunds,
			[]string{"total_amount", "order.external_order_id", "order.products[].sku"},
			nil, 60,
			`{"total_amount":1,"order":{"external_order_id":"E-00","products":[{"sku":"L-000"},{"sku":"L-001"}]}}`,
			"v2/orders 1; v2/orders/{} 1; v3/orders/payment_actions/refunds 1",
		},
		{
			&catalogue.Transactions,
			[]string{"amount", "order.external_order_id"},
			nil, 59, `{"amount":0.5,"order":{"external_order_id":"E-00"}}`,
			"v2/orders 2; v2/orders/count 1; v3/orders/{}/transactions 59",
		},
		{
			&catalogue.Transactions,
			[]string{"amount"},
			url.Values{"external_order_id": {"E-07"}},
			1, `{"amount":7.5}`,
			"v2/orders 2; v3/orders/{}/transactions 1",
		},
	} {
		store.ResetLog()
		got, err := readAll(t.Context(), client.Walk(t.Context(), test.object, bigcommerce.WalkOptions{Paths: paths(t, test.paths...), Filter: test.filter}))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != test.want {
			t.Fatalf("%s: %d, want %d", test.object.Name, len(got), test.want)
		}
		doc := got[0].Doc
		doc.Delete("id")
		doc.Delete("order_id")
		if owner := doc.Get("order").Object(); owner != nil {
			owner.Delete("id")
			owner.Delete("transactions")
			if owner.Len() == 0 {
				doc.Delete("order")
			}
		}
		if first := string(doc.AppendJSON(nil)); first != test.first {
			t.Errorf("%s: first is %s, want %s", test.object.Name, first, test.first)
		}
		if got := asked(store); got != test.asked {
			t.Errorf("%s: asked %s, want %s", test.object.Name, got, test.asked)
		}
	}
}

// TestFindOrder finds one order by its own id, archived or not, and several by another system's.
func TestFindOrder(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	id := store.InsertOrder(order(2, map[string]any{"external_order_id": "E-1", "refunds": []any{map[string]any{"total_amount": "1", "created": made, "payments": paid}}}))
	store.InsertOrder(order(1, map[string]any{"external_order_id": "E-1"}))
	archived := store.InsertOrder(order(1, nil))
	store.ArchiveOrder(archived)
	client := newClient(t, judged(t, store), nil)
	find := func(key, value string) []bigcommerce.Record {
		k, _ := catalogue.Orders.KeyNamed(key)
		found, err := client.FindOne(t.Context(), &catalogue.Orders, k, value, paths(t, "is_deleted", "products[].sku", "refunds[].total_amount"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if found := find("id", fmt.Sprint(id)); len(found) != 1 || string(found[0].Doc.AppendJSON(nil)) != fmt.Sprintf(`{"is_deleted":false,"id":%d,"products":[{"sku":"L-000"},{"sku":"L-001"}],"refunds":[{"total_amount":1}]}`, id) {
		t.Error(string(found[0].Doc.AppendJSON(nil)))
	}
	if found := find("id", fmt.Sprint(archived)); len(found) != 1 || !found[0].Doc.Get("is_deleted").Bool() {
		t.Error("the archived order is not found")
	}
	if found := find("id", "99999"); len(found) != 0 {
		t.Error("an order that is not there is found")
	}
	if found := find("external_order_id", "E-1"); len(found) != 2 {
		t.Errorf("%d orders of one external id", len(found))
	}
}
