package apply_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestBoundsOfWhatIsNotSent: a record keeps what it has, however that came there, and lines of a row are not sent to an order that exists.
func TestBoundsOfWhatIsNotSent(t *testing.T) {
	store := strictStore()
	store.InsertOrder(map[string]any{
		"id": 1, "external_order_id": "EXT-1", "status_id": 1, "customer_locale": "en_US.x",
		"billing_address": map[string]any{"first_name": "Ada", "zip": "7", "country_iso2": "US"},
		"products":        []any{map[string]any{"name": "Service", "quantity": 2, "price_ex_tax": "10", "price_inc_tax": "11"}},
	})
	store.ResetLog()
	kept := `{"external_order_id":"EXT-1","customer_locale":"en_US.x","billing_address":{"zip":"7","country_iso2":"US"}%s}`
	onOrders(t, store, "update", "external_order_id").ok(fmt.Sprintf(kept, "")).wants("unchanged")
	b := onOrders(t, store, "update", "external_order_id").ok(fmt.Sprintf(kept, `,"staff_notes":"new"`))
	b.wants("updated")
	b.wantsWrites(`PUT /v2/orders/1 {"staff_notes":"new"}`)

	store.ResetLog()
	b = onOrders(t, store, "upsert", "external_order_id").ok(strings.Replace(order("EXT-1", `,"staff_notes":"newer"`), `"quantity":2`, `"quantity":0`, 1))
	b.wants("updated")
	b = onOrders(t, store, "update", "external_order_id")
	b.target.Only = map[string]string{"customer_locale": "unset", "customer_id": "create"}
	b.ok(`{"external_order_id":"EXT-1","customer_locale":"Deutsch","customer_id":-1}`).wants("unchanged")
}

// TestBoundsOfWhatIsSent: what would be sent and the store never takes rejects the row.
func TestBoundsOfWhatIsSent(t *testing.T) {
	line := func(fields string) string {
		return strings.Replace(order("A", ""), `"quantity":2,`, fields+",", 1)
	}
	for _, test := range []struct{ mode, row, code, field, message string }{
		{"create", strings.Replace(order("A", ""), `"78751"`, `"7"`, 1), "too_short", "billing_address.zip", `"7" is too short, 2 characters or more are needed`},
		{"create", line(`"quantity":0`), "out_of_range", "products[].quantity", "0 is out of range, expected at least 1"},
		{"create", line(`"quantity":1,"product_id":-2`), "out_of_range", "products[].product_id", "-2 is out of range, expected at least 0"},
		{"create", line(`"quantity":1,"product_id":1,"product_options":[{"id":1,"value":"a"},{"id":0,"value":"b"}]`), "out_of_range", "products[].product_options[].id", "expected at least 1"},
		{"create", strings.Replace(line(`"quantity":1`), `"name"`, `"name_customer"`, 1), "", "", ""},
		{"create", strings.Replace(line(`"quantity":1`), `"name":"Service"`, `"name_customer":"`+strings.Repeat("ä", 251)+`"`, 1), "too_long", "products[].name_customer", "has 251 characters, at most 250 are allowed"},
		{"create", order("A", `,"customer_locale":"Deutsch"`), "bad_form", "customer_locale", `"Deutsch" is refused by stores: they take codes such as en,`},
		{"create", order("A", `,"status_id":15`), "out_of_range", "status_id", "15 is out of range, expected from 0 to 14"},
		{"update", `{"external_order_id":"EXT-1","staff_notes":"x","billing_address":{"zip":"7"}}`, "too_short", "billing_address.zip", `"7" is too short`},
		{"update", `{"external_order_id":"EXT-1","staff_notes":"x","customer_locale":"english"}`, "bad_form", "customer_locale", `"english" is refused`},
		{"update", `{"external_order_id":"EXT-1","customer_id":-1}`, "out_of_range", "customer_id", "-1 is out of range, expected at least 0"},
		{"update", `{"external_order_id":"EXT-1","customer_locale":"","status_id":0}`, "", "", ""},
	} {
		store := strictStore()
		book(store, 1)
		b := onOrders(t, store, test.mode, "external_order_id").ok(test.row)
		if test.code == "" {
			if got := b.outcomes[0].Problem; got != nil {
				t.Errorf("%s: %v", test.row, got)
			}
			continue
		}
		b.wants("rejected " + test.code)
		b.wantsProblem(1, test.message)
		b.wantsWrites()
		if got := b.outcomes[0].Problem; got == nil || got.Field != test.field {
			t.Errorf("%s: %v, want it of field %s", test.row, got, test.field)
		}
	}
}
