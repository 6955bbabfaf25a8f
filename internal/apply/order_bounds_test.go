package apply_test

import (
	"fmt"
	"testing"
)

// TestNewOrdersThatAreRefused: what a store wants fields of a new order to be to each other is judged before anything is sent.
func TestNewOrdersThatAreRefused(t *testing.T) {
	store := strictStore()
	store.InsertProduct(product("Tea", "TEA"))
	store.ResetLog()
	line := func(more string) string {
		return fmt.Sprintf(`{"external_order_id":"A",%s,"products":[{"product_id":1,"quantity":1%s}]}`, billing, more)
	}
	fee := func(fields string) string { return order("A", `,"fees":[{"type":"custom_fee"`+fields+`}]`) }
	for _, test := range []struct{ row, code, field, message string }{
		{order("A", `,"ip_address":"192.0.2.1","ip_address_v6":"2001:db8::1"`), "invalid", "ip_address_v6", "one of ip_address and ip_address_v6"},
		{line(`,"name":"Cup","name_customer":"Mug"`), "invalid", "products[].name_customer", `"Mug" is not the line's name "Cup"`},
		{line(`,"wrapping_id":5`), "missing_required", "products[].wrapping_cost_ex_tax", "a line with wrapping_id needs"},
		{fee(`,"cost_ex_tax":1,"cost_inc_tax":1`), "missing_required", "fees[].display_name_customer", "a fee needs display_name_customer or"},
		{fee(`,"display_name_merchant":"Fee","cost_inc_tax":1`), "missing_required", "fees[].cost_ex_tax", "a fee needs two of"},
		{fee(`,"display_name_merchant":"Fee","cost_ex_tax":1`), "missing_required", "fees[].cost_inc_tax", "a fee needs two of"},
	} {
		b := onOrders(t, store, "create", "external_order_id").ok(test.row)
		b.wants("rejected " + test.code)
		b.wantsProblem(1, test.message)
		b.wantsWrites()
		if got := b.outcomes[0].Problem; got == nil || got.Field != test.field {
			t.Errorf("%s: %v, want it of field %s", test.row, got, test.field)
		}
	}
	for _, row := range []string{
		order("B", `,"ip_address":"192.0.2.1","ip_address_v6":""`), line(`,"name":"Cup","name_customer":"Cup"`), line(`,"wrapping_id":0`),
		fee(`,"display_name_customer":"Fee","cost_ex_tax":0,"cost_tax":0`),
	} {
		onOrders(t, store, "create", "id").ok(row).wants("created")
	}
	// A change of both addresses is left alone, what else the row changes is written.
	book(store, 1)
	b := onOrders(t, store, "update", "external_order_id").ok(`{"external_order_id":"EXT-1","ip_address":"192.0.2.1","ip_address_v6":"2001:db8::1","staff_notes":"x"}`)
	b.wants("partial invalid")
	b.wantsProblem(1, "one of ip_address and ip_address_v6")
}
