package apply_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bcetl/internal/apply"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
	"bcetl/internal/job"
)

func onOrders(t testing.TB, store *emulator.Store, mode, match string) *bench {
	t.Helper()
	b := onProducts(t, store, mode, match)
	b.target.Object = &catalogue.Orders
	return b
}

const billing = `"billing_address":{"first_name":"Ada","last_name":"Byron","street_1":"1 Main St","city":"Austin","state":"Texas","zip":"78751","country_iso2":"US","email":"ada@example.com"}`

// order is a row that creates an order of one custom line; more are further fields as JSON.
func order(external, more string) string {
	return fmt.Sprintf(`{"external_order_id":%q,%s,"products":[{"name":"Service","quantity":2,"price_ex_tax":10,"price_inc_tax":11}]%s}`, external, billing, more)
}

// book puts n orders into the store: EXT-1 and so on.
func book(store *emulator.Store, n int) {
	for i := 1; i <= n; i++ {
		store.InsertOrder(map[string]any{
			"id": i, "external_order_id": fmt.Sprintf("EXT-%d", i), "status_id": 1,
			"billing_address": map[string]any{"first_name": "Ada", "zip": "78751", "country_iso2": "US"},
			"products":        []any{map[string]any{"name": "Service", "quantity": 2, "price_ex_tax": "10", "price_inc_tax": "11"}},
		})
	}
	store.ResetLog()
}

// storedOrder gives fields of an order, as JSON of a list.
func storedOrder(t testing.TB, store *emulator.Store, id int, fields ...string) string {
	t.Helper()
	o, ok := store.Order(id)
	if !ok {
		return "none"
	}
	values := make([]any, len(fields))
	for i, field := range fields {
		values[i] = o[field]
	}
	text, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestOrdersAreCreatedOnce(t *testing.T) {
	store := strictStore()
	store.InsertProduct(product("Tea", "TEA"))
	store.InsertProduct(withVariants("Shirt", "S"))
	store.ResetLog()
	line := func(sku, more string) string {
		return fmt.Sprintf(`{"product_id":{"$ref":{"kind":"product","key":%q,"else":0,"column":"SKU"}},"sku":%q%s}`, sku, sku, more)
	}
	rows := []string{
		`{"external_order_id":"A-1",` + billing + `,"products":[` + line("tea", `,"quantity":3`) + `,` + line("S-b", `,"quantity":1,"price_ex_tax":4,"price_inc_tax":4.5`) + `,` +
			line("OWN", `,"quantity":1,"name":"Own thing","price_ex_tax":1,"price_inc_tax":1.10`) + `],
			"status_id":{"$ref":{"kind":"order_status","key":"completed","column":"Status"}},"date_created":"Tue, 20 Nov 2012 00:00:00 +0000","external_source":"M-MIG",
			"subtotal_ex_tax":35,"subtotal_inc_tax":38.5,"total_ex_tax":35,"total_inc_tax":38.50,
			"shipping_addresses":[{"first_name":"Ada","street_1":"2 Side St","city":"Austin","zip":"78752","country_iso2":"US"}]}`,
		order("A-2", `,"status_id":{"$ref":{"kind":"order_status","key":"0"}}`),
		`{"external_order_id":"A-3",` + billing + `,"products":[` + line("OWN", `,"quantity":1`) + `]}`,
		order("A-4", `,"status_id":{"$ref":{"kind":"order_status","key":"Shippd","column":"Status"}}`),
		strings.Replace(order("A-5", ""), `,"country_iso2":"US"`, "", 1),
		strings.Replace(order("A-6", ""), `"zip":"78751",`, "", 1),
		`{"external_order_id":"A-7",` + billing + `,"products":[` + line("S", `,"quantity":1`) + `]}`,
	}
	b := onOrders(t, store, "upsert", "external_order_id").ok(rows...)
	b.wants("created, created, rejected missing_required, rejected unknown_order_status, rejected missing_required, rejected missing_required, rejected product_sku")
	b.wantsProblem(7, `"S" is the SKU of a product that has variants; a line of an order needs the SKU of one of them`)
	b.wantsProblem(3, "a line that is not in the catalogue needs products[].name")
	b.wantsProblem(4, `the store has no order status "Shippd"; the nearest is "Shipped"`)
	b.wantsProblem(5, "billing_address.country")
	b.wantsProblem(6, "a new order needs billing_address.zip")
	b.wantsAllRequests()
	if writes := store.Writes(); len(writes) != 2 || !strings.Contains(writes[0].Body, `"products":[{"product_id":1,"quantity":3},{"product_id":2,"variant_id":4,"quantity":1,"price_ex_tax":4,"price_inc_tax":4.5},`+
		`{"sku":"OWN","quantity":1,"name":"Own thing","price_ex_tax":1,"price_inc_tax":1.10}],"status_id":10,"date_created":"Tue, 20 Nov 2012 00:00:00 +0000"`) ||
		!strings.Contains(writes[0].Body, `"total_ex_tax":"35","total_inc_tax":"38.50"`) {
		t.Errorf("wrote %s", wrote(store))
	}
	if got := storedOrder(t, store, 101, "status_id", "date_created", "total_inc_tax", "external_order_id"); !strings.HasPrefix(got, `[10,"Tue, 20 Nov 2012 00:00:00 +0000","38.5000","A-1"`) {
		t.Error(got)
	}

	store.ResetLog()
	again := onOrders(t, store, "upsert", "external_order_id").ok(rows[:2]...)
	again.wants("unchanged, unchanged")
	again.wantsWrites()
	again.wantsAllRequests()
	onOrders(t, store, "create", "external_order_id").ok(rows[:2]...).wants("rejected exists, rejected exists")
	if n := len(store.OrderIDs()); n != 2 {
		t.Errorf("%d orders", n)
	}
}

// What a look-up does not know is told with what there is, or what else can be said.
func TestUnknownNamesOfOrders(t *testing.T) {
	b := onOrders(t, strictStore(), "upsert", "external_order_id").ok(
		order("A", `,"status_id":{"$ref":{"kind":"order_status","key":"99"}}`),
		order("B", `,"customer_id":{"$ref":{"kind":"customer","key":"nobody@example.com"}}`),
	)
	b.wants("rejected unknown_order_status, rejected unknown_customer")
	b.wantsProblem(1, `the store has no order status "99"; it has Awaiting Fulfillment, Awaiting Payment, `)
	b.wantsProblem(2, "the store has no customer \"nobody@example.com\"; `else: 0` takes those for guests")
}

func TestOrdersAreChanged(t *testing.T) {
	store := strictStore()
	book(store, 5)
	store.InsertOrder(map[string]any{
		"id": 6, "external_order_id": "TWO", "billing_address": map[string]any{"zip": "78751", "country_iso2": "US"},
		"products": []any{
			map[string]any{"name": "One", "quantity": 1, "price_ex_tax": "1", "price_inc_tax": "1", "address": 0},
			map[string]any{"name": "Two", "quantity": 1, "price_ex_tax": "1", "price_inc_tax": "1", "address": 1},
		},
		"shipping_addresses": []any{map[string]any{"city": "Austin", "zip": "1"}, map[string]any{"city": "Dallas", "zip": "2"}},
	})
	store.ResetLog()
	b := onOrders(t, store, "update", "external_order_id").ok(
		`{"external_order_id":"EXT-1","status_id":2,"staff_notes":"checked"}`,
		`{"external_order_id":"EXT-2","total_ex_tax":20.00001,"total_inc_tax":25}`,
		`{"external_order_id":"EXT-3","billing_address":{"first_name":"Grace","zip":"78751"},"shipping_addresses":[{"city":"Houston","zip":"78751"}],"products":[{"name":"Other","quantity":9}]}`,
		`{"external_order_id":"EXT-4","billing_address":{"first_name":"Ada"},"status_id":1,"products":[{"name":"Other","quantity":9}]}`,
		`{"external_order_id":"NONE","status_id":2}`,
		`{"external_order_id":"TWO","shipping_addresses":[{"city":"Dallas"}]}`,
		`{"external_order_id":"EXT-5","date_created":"Wed, 21 Nov 2012 01:00:00 +0100"}`,
	)
	b.wants("updated, updated, updated, unchanged, rejected not_found, unchanged, updated")
	b.wantsWrites(
		`PUT /v2/orders/1 {"status_id":2,"staff_notes":"checked"}`,
		`PUT /v2/orders/2 {"total_inc_tax":"25","total_ex_tax":"20.00001"}`,
		`PUT /v2/orders/3 {"billing_address":{"first_name":"Grace","zip":"78751"},"shipping_addresses":[{"id":3,"city":"Houston"}]}`,
		`PUT /v2/orders/5 {"date_created":"Wed, 21 Nov 2012 01:00:00 +0100"}`,
	)
	b.wantsAllRequests()

	store.ResetLog()
	b = onOrders(t, store, "update", "id").ok(
		`{"id":"3","shipping_addresses":[{"city":"Houston"}]}`, `{"id":"6","shipping_addresses":[{"city":"Houston"}]}`,
		`{"id":"6000","staff_notes":"x"}`, `{"id":"1","staff_notes":"checked again"}`)
	b.wants("unchanged, rejected ambiguous_address, rejected not_found, updated")
	b.wantsProblem(2, "the order's shipping addresses are 2 (ids 6, 7) and the row gives 1, so which one is meant is not known without shipping_addresses[].id")
	b.wantsAllRequests()

	store.ResetLog()
	b = onOrders(t, store, "update", "id").ok(
		`{"id":"6","shipping_addresses":[{"id":7,"city":"Houston","zip":"2"},{"id":6,"city":"Austin"}]}`,
		`{"id":"3","staff_notes":"moved","shipping_addresses":[{"id":7,"city":"Houston"}]}`,
		`{"id":"1","shipping_addresses":[{"id":1,"city":"A"},{"id":1,"city":"B"}]}`,
	)
	b.wants("updated, partial not_found, rejected ambiguous_address")
	b.wantsProblem(2, "the order has no shipping address 7; it has ids 3")
	b.wantsWrites(
		`PUT /v2/orders/6 {"shipping_addresses":[{"id":7,"city":"Houston"}]}`,
		`PUT /v2/orders/3 {"staff_notes":"moved"}`,
	)
	onOrders(t, store, "update", "id").ok(`{"id":"6","shipping_addresses":[{"id":7,"city":"Houston","zip":"2"},{"id":6,"city":"Austin"}]}`).wants("unchanged")
	onOrders(t, store, "upsert", "external_order_id").ok(order("NEW", `,"shipping_addresses":[{"id":7,"city":"Houston"}]`)).wants("rejected not_found")
}

// None is picked of several orders of one external id, and none is made beside one that was archived.
func TestOrdersOfOneKey(t *testing.T) {
	for n, strategy := range map[int]apply.Strategy{600: apply.SingleLookup, 30: apply.ListAll} {
		store := strictStore()
		book(store, n)
		for i := range 2 {
			store.InsertOrder(map[string]any{"id": n + 1 + i, "external_order_id": "EXT-2", "billing_address": map[string]any{"zip": "78751", "country_iso2": "US"}, "products": []any{map[string]any{"name": "S", "quantity": 1}}})
		}
		store.ArchiveOrder(3)
		store.ResetLog()
		rows := []string{order("EXT-1", `,"staff_notes":"x"`), order("EXT-2", ""), order("EXT-3", "")}
		for i := 4; i <= 30 && strategy == apply.ListAll; i++ {
			rows = append(rows, fmt.Sprintf(`{"external_order_id":"EXT-%d","staff_notes":"x"}`, i))
		}
		b := onOrders(t, store, "upsert", "external_order_id").ok(rows...)
		if want := "updated, rejected ambiguous_key, rejected archived" + strings.Repeat(", updated", len(rows)-3); b.said() != want {
			t.Errorf("%d orders: %s", n, b.said())
		}
		b.wantsProblem(2, fmt.Sprintf(`the store has 3 orders with external_order_id "EXT-2" (ids 2, %d, %d); match by id`, n+1, n+2))
		b.wantsProblem(3, "archived order 3 has this external_order_id")
		b.wantsAllRequests()
		if b.plan.LookUps.Strategy != strategy {
			t.Errorf("%d orders: looked up by %s", n, b.plan.LookUps.Strategy)
		}
		if got := len(store.OrderIDs()); got != n+2 {
			t.Errorf("%d orders: %d by now", n, got)
		}
	}
}

func TestOrdersAreArchived(t *testing.T) {
	store := strictStore()
	book(store, 3)
	rows := []string{`{"external_order_id":"EXT-1"}`, `{"external_order_id":"EXT-3"}`, `{"external_order_id":"NONE"}`}
	b := onOrders(t, store, "delete", "external_order_id").ok(rows...)
	b.wants("deleted, deleted, rejected not_found")
	b.wantsWrites(`DELETE /v2/orders/1`, `DELETE /v2/orders/3`)
	b.wantsAllRequests()
	store.ResetLog()
	onOrders(t, store, "delete", "external_order_id").ok(rows[:2]...).wants("unchanged, unchanged")
	onOrders(t, store, "delete", "id").ok(`{"id":"1"}`, `{"id":"2"}`).wants("unchanged, deleted")
	if got := wrote(store); got != "DELETE /v2/orders/2" {
		t.Error(got)
	}
}

func TestOrdersAreLookedUpTheCheapestWay(t *testing.T) {
	stores := map[string]*emulator.Store{}
	for _, size := range []int{0, 9, 10, 250, 251, 600} {
		for _, archived := range []int{0, 10} {
			store := strictStore()
			book(store, size+archived)
			for i := range archived {
				store.ArchiveOrder(size + i + 1)
			}
			stores[fmt.Sprint(size, archived)] = store
		}
	}
	for _, test := range []struct {
		rows, size, archived int
		match                string
		strategy             apply.Strategy
	}{
		{1, 0, 0, "external_order_id", apply.SingleLookup},
		{3, 600, 0, "external_order_id", apply.SingleLookup},
		{4, 0, 0, "external_order_id", apply.ListAll},
		{9, 9, 0, "external_order_id", apply.ListAll},
		{10, 10, 0, "external_order_id", apply.ListAll},
		{12, 250, 0, "external_order_id", apply.ListAll},
		{5, 251, 0, "external_order_id", apply.ListAll},
		{5, 600, 0, "external_order_id", apply.SingleLookup},
		{2, 600, 10, "external_order_id", apply.SingleLookup},
		{15, 600, 10, "external_order_id", apply.ListAll},
		{15, 9, 10, "external_order_id", apply.ListAll},
		{3, 9, 10, "id", apply.SingleLookup},
		{8, 9, 10, "id", apply.ListAll},
		{8, 251, 0, "id", apply.ListAll},
	} {
		t.Run(fmt.Sprintf("%d rows by %s of %d and %d archived", test.rows, test.match, test.size, test.archived), func(t *testing.T) {
			store := stores[fmt.Sprint(test.size, test.archived)]
			store.ResetLog()
			price++
			var rows []string
			for i := 1; i <= test.rows; i++ {
				key := map[string]string{"external_order_id": fmt.Sprintf("EXT-%d", i), "id": fmt.Sprint(i)}[test.match]
				rows = append(rows, fmt.Sprintf(`{%q:%q,"staff_notes":"%d"}`, test.match, key, price))
			}
			b := onOrders(t, store, "update", test.match).ok(rows...)
			if b.plan.LookUps.Strategy != test.strategy {
				t.Errorf("looked up by %+v, want %s", b.plan.LookUps, test.strategy)
			}
			if want := min(test.rows, test.size); strings.Count(b.said(), "updated") != want {
				t.Errorf("%s, want %d updated", b.said(), want)
			}
			b.wantsAllRequests()
		})
	}
}

// A create whose answer was lost never makes a second order.
func TestLostOrders(t *testing.T) {
	for _, kind := range []emulator.FaultKind{emulator.ResetAfter, emulator.ResetBefore, emulator.StatusAfter, emulator.StatusBefore, emulator.TruncatedBody} {
		store := strictStore()
		store.InsertProduct(withVariants("Shirt", "S"))
		store.AddFault(emulator.Fault{Kind: kind, Method: http.MethodPost, Times: 1})
		row := `{"external_order_id":"A",` + billing + `,"products":[{"product_id":1,"variant_id":2,"quantity":2},{"name":"Own","quantity":1,"price_ex_tax":5,"price_inc_tax":6}],
			"shipping_addresses":[{"city":"Austin","zip":"78751","country_iso2":"US"}],"date_created":"Tue, 20 Nov 2012 00:00:00 +0000","status_id":11}`
		b := onOrders(t, store, "upsert", "external_order_id").ok(row, order("B", ""))
		b.wants("created, created")
		if n := len(store.OrderIDs()); n != 2 {
			t.Errorf("%v: %d orders", kind, n)
		}
	}
	store := strictStore()
	store.AddFault(emulator.Fault{Kind: emulator.ResetBefore, Method: http.MethodPost, Times: 1})
	store.Between(func(s *emulator.Store) {
		if len(s.Writes()) == 1 && len(s.OrderIDs()) == 0 {
			s.InsertOrder(map[string]any{"external_order_id": "A", "billing_address": map[string]any{"zip": "1"}, "products": []any{map[string]any{"name": "Other", "quantity": 1}}})
		}
	})
	b := onOrders(t, store, "upsert", "external_order_id").ok(order("A", ""))
	b.wants("in_doubt in_doubt")
	if n := len(store.OrderIDs()); n != 1 {
		t.Errorf("%d orders", n)
	}
}

// A store whose filter ignores case has another order than the one that is asked for: it is neither changed nor taken for one that was made.
func TestExternalIDsInOtherCase(t *testing.T) {
	reading, _ := emulator.ReadingNamed("external-ids-folded")
	options := emulator.Options{Strict: true, LogBody: 1 << 20, Clock: newInstant().Now}
	reading.Apply(&options)
	store := emulator.New(options)
	book(store, 1)
	store.AddFault(emulator.Fault{Kind: emulator.ResetBefore, Method: http.MethodPost, Times: 1})
	b := onOrders(t, store, "upsert", "external_order_id")
	b.reading = reading.Name
	b.ok(order("ext-1", ""), order("EXT-1", "")).wants("created, updated")
	if n := len(store.OrderIDs()); n != 2 {
		t.Errorf("%d orders", n)
	}
}

// A dead process's creates are looked for before any is sent, those of which its journal knows and those of which it does not.
func TestOrdersAfterACrash(t *testing.T) {
	store := strictStore()
	book(store, 3)
	b := onOrders(t, store, "upsert", "external_order_id")
	b.planOnly = true
	b.ok(order("A", ""), order("B", ""), order("C", ""), order("D", ""), `{"external_order_id":"EXT-1","staff_notes":"x"}`, `{"external_order_id":"EXT-2","staff_notes":"x"}`)
	var ids []int64
	for i := 1; i <= 6; i++ {
		ids = append(ids, b.planned(i).ID)
	}
	b.must(b.run.Sent(t.Context(), slices.Concat(ids[:2], ids[4:])))
	send(store, "POST", "/v2/orders", order("A", "")) // sent, its answer lost
	send(store, "POST", "/v2/orders", order("C", "")) // sent, though the journal lost that
	send(store, "POST", "/v2/orders", strings.Replace(order("D", ""), "Service", "Somebody's", 1))
	send(store, "PUT", "/v2/orders/1", `{"staff_notes":"x"}`)
	store.ResetLog()
	executor := b.executor()
	_, err := executor.Settle(t.Context())
	b.must(err)
	_, err = executor.Recheck(t.Context())
	b.must(err)
	if got := wrote(store); got != "" {
		t.Errorf("looking wrote %s", got)
	}
	b.must(executor.Apply(t.Context()))
	b.collect(t.Context(), 6)
	b.wants("created, created, created, in_doubt in_doubt, updated, updated")
	if n := len(store.OrderIDs()); n != 3+4 {
		t.Errorf("%d orders", n)
	}
	b.strict()
}

func TestVerifyOrders(t *testing.T) {
	store := strictStore()
	book(store, 5)
	b := onOrders(t, store, "upsert", "external_order_id").verified(func() {
		send(store, "PUT", "/v2/orders/2", `{"staff_notes":"theirs"}`)
		send(store, "PUT", "/v2/orders/3", `{"shipping_addresses":[{"id":3,"city":"Dallas"}]}`)
		send(store, "POST", "/v2/orders", order("NEW", ""))
	},
		`{"external_order_id":"EXT-1","staff_notes":"x"}`, `{"external_order_id":"EXT-2","staff_notes":"x"}`,
		`{"external_order_id":"EXT-3","shipping_addresses":[{"city":"Austin"}]}`, `{"external_order_id":"EXT-4","shipping_addresses":[{"city":"Austin"}]}`, order("NEW", ""), order("OTHER", ""))
	b.wants("updated, rejected changed_since_plan, rejected changed_since_plan, updated, rejected changed_since_plan, created")
	b.wantsProblem(2, "staff_notes was empty when the plan was made and is theirs now")
	b.strict()

	store = strictStore()
	book(store, 3)
	b = onOrders(t, store, "delete", "id").verified(func() {
		send(store, "PUT", "/v2/orders/2", `{"status_id":2}`)
		send(store, "DELETE", "/v2/orders/3", "")
	}, `{"id":"1"}`, `{"id":"2"}`, `{"id":"3"}`)
	b.wants("deleted, rejected changed_since_plan, rejected changed_since_plan")
}

// The guards of orders: creating them can never be undone, and their status may reach customers.
func TestGuardsOfOrders(t *testing.T) {
	store := strictStore()
	book(store, 2)
	b := onOrders(t, store, "upsert", "external_order_id")
	b.guards = map[string]job.Bound{"customers": bound("0"), "irreversible": bound("0")}
	b.must(b.apply(order("NEW", `,"status_id":2`), `{"external_order_id":"EXT-1","status_id":2}`, `{"external_order_id":"EXT-2","staff_notes":"x"}`))
	var names []string
	for _, guard := range b.plan.Guards {
		names = append(names, guard.Name+": "+guard.Message)
	}
	want := []string{
		"customers: 1 change may reach customers, max_changes.customers is 0 (row 3: status_id 1 becomes 2)",
		"irreversible: 1 change can never be undone, max_changes.irreversible is 0 (row 2: a new order)",
	}
	if !slices.Equal(names, want) {
		t.Errorf("guards\n%s", strings.Join(names, "\n"))
	}
	if len(store.Writes()) > 0 {
		t.Error(wrote(store))
	}
}

func TestCustomersOfOrders(t *testing.T) {
	store := strictStore()
	store.InsertCustomer(map[string]any{"email": "ada@example.com", "first_name": "Ada", "last_name": "Byron"})
	store.ResetLog()
	customer := func(email, other string) string {
		return fmt.Sprintf(`,"customer_id":{"$ref":{"kind":"customer","key":%q,"column":"Email"%s}}`, email, other)
	}
	b := onOrders(t, store, "upsert", "external_order_id").ok(
		order("A", customer("ADA@example.com", "")), order("B", customer("none@example.com", `,"else":0`)), order("C", customer("none@example.com", "")),
	)
	b.wants("created, created, rejected unknown_customer")
	b.wantsAllRequests()
	if got := storedOrder(t, store, 101, "customer_id") + storedOrder(t, store, 102, "customer_id"); got != "[1][0]" {
		t.Error(got)
	}
}
