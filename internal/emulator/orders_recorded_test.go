package emulator

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// recorded reads an answer of a live store or of the documentation; the test is skipped without it.
func recorded(t *testing.T, name string) any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "api", "aligent", name+".json"))
	if err != nil {
		t.Skip("the recorded answers are not beside the project: ", err)
	}
	v, err := decode(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestRecordedOrders puts recorded orders into a store and reads them back: every field that was
// recorded comes with the same text, and a link with the same resource.
func TestRecordedOrders(t *testing.T) {
	orders, _ := recorded(t, "v2_orders_list").([]any)
	orders = append(orders, recorded(t, "v2_order_create_218_docs"))
	s := New(Options{Clock: fixedClock, Currency: "AUD"})
	for _, item := range orders {
		want, _ := item.(map[string]any)
		body := map[string]any{}
		for name, v := range want {
			if link, ok := v.(map[string]any); !ok || link["resource"] == nil {
				body[name] = v
			}
		}
		id := s.InsertOrder(body)
		a := send(t, s, "GET", "/v2/orders/"+strconv.Itoa(id), "")
		for name, v := range want {
			have := a.at(name)
			if link, ok := v.(map[string]any); ok && link["resource"] != nil {
				v, have = strings.ReplaceAll(walk(v, "resource").(string), "shippingaddresses", "shipping_addresses"), a.at(name, "resource")
			}
			if diff := cmp.Diff(v, have); diff != "" {
				t.Errorf("order %d: %s: %s", id, name, diff)
			}
		}
	}
	if len(orders) != 4 {
		t.Errorf("%d recorded orders", len(orders))
	}
}

// TestRecordedOrderParts does the same with lines and addresses.
func TestRecordedOrderParts(t *testing.T) {
	s := New(Options{Clock: fixedClock})
	for i, c := range []struct{ name, part string }{
		{"v2_order_149_products_docs", "products"}, {"v2_order_229_shipping_addresses_docs", "shipping_addresses"},
	} {
		list, _ := recorded(t, c.name).([]any)
		var items []any
		for _, item := range list {
			fields := map[string]any{}
			for name, v := range item.(map[string]any) {
				if name != "shipping_quotes" {
					fields[name] = v
				}
			}
			items = append(items, fields)
		}
		id := s.InsertOrder(map[string]any{"id": 149 + 80*i, c.part: items})
		a := send(t, s, "GET", "/v2/orders/"+strconv.Itoa(id)+"/"+c.part, "")
		for at, item := range list {
			for name, want := range item.(map[string]any) {
				switch name {
				case "shipping_quotes", "items_total", "items_shipped": // a link; counted from lines, which are not recorded
					continue
				case "product_options":
					for j := range want.([]any) {
						for field, v := range walk(want, j).(map[string]any) {
							if diff := cmp.Diff(v, a.at(at, name, j, field)); diff != "" {
								t.Errorf("%s %d: %s %d: %s: %s", c.part, at, name, j, field, diff)
							}
						}
					}
					continue
				}
				if diff := cmp.Diff(want, a.at(at, name)); diff != "" {
					t.Errorf("%s %d: %s: %s", c.part, at, name, diff)
				}
			}
		}
		if len(list) == 0 {
			t.Errorf("%s: nothing recorded", c.name)
		}
	}
}
