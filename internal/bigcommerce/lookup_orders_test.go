package bigcommerce_test

import (
	"net/http"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/emulator"
)

// TestOrdersByExternalID finds all orders of an id, archived ones too where the store hides them.
func TestOrdersByExternalID(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	client := newClient(t, judged(t, store), nil)
	if hides, err := client.HidesArchived(t.Context()); err != nil || hides {
		t.Errorf("an empty store hides archived orders: %v, %v", hides, err)
	}
	var ids []int
	for _, external := range []string{"A-1", "A-1", "A-2", "A-3", ""} {
		ids = append(ids, store.InsertOrder(order(1, map[string]any{"external_order_id": external})))
	}
	store.ArchiveOrder(ids[1])
	store.ArchiveOrder(ids[3])
	hides, err := client.HidesArchived(t.Context())
	if err != nil || !hides {
		t.Errorf("hides archived orders: %v, %v", hides, err)
	}
	for _, test := range []struct {
		value  string
		hidden bool
		want   string
	}{
		{"A-1", false, `{"id":101,"external_order_id":"A-1","is_deleted":false}`},
		{"A-1", true, `{"id":101,"external_order_id":"A-1","is_deleted":false} {"id":102,"external_order_id":"A-1","is_deleted":true}`},
		{"A-3", false, ``},
		{"A-3", true, `{"id":104,"external_order_id":"A-3","is_deleted":true}`},
		{"A-9", true, ``},
	} {
		found, err := client.OrdersByExternalID(t.Context(), test.value, paths(t, "id"), test.hidden)
		if got := documents(found); err != nil || got != test.want {
			t.Errorf("%s: got %s (%v), want %s", test.value, got, err, test.want)
		}
	}
	if _, err := client.OrdersByExternalID(t.Context(), "", nil, true); err == nil {
		t.Error("an empty id was looked up")
	}
}

// TestOrdersByExternalIDOfOtherStores: a store that lists archived orders always says so in the body, and one that ignores the filter
// is not believed.
func TestOrdersByExternalIDOfOtherStores(t *testing.T) {
	always := transportFunc(func(r *http.Request) (*http.Response, error) {
		return answer(r, 200, `[{"id":7,"external_order_id":"A","is_deleted":true},{"id":9,"external_order_id":"A","is_deleted":false}]`, nil), nil
	})
	found, err := newClient(t, always, nil).OrdersByExternalID(t.Context(), "A", paths(t, "id"), true)
	want := `{"id":7,"external_order_id":"A","is_deleted":true} {"id":9,"external_order_id":"A","is_deleted":false}`
	if got := documents(found); err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
	plain := scripted(`[{"id":7,"is_deleted":false}]`)
	if hides, err := newClient(t, plain, nil).HidesArchived(t.Context()); err != nil || hides {
		t.Errorf("a store without the filter hides orders: %v, %v", hides, err)
	}
	_, err = newClient(t, always, nil).OrdersByExternalID(t.Context(), "B", nil, false)
	if err == nil || !strings.Contains(err.Error(), "ignores the filter") || !bigcommerce.IsRunLevel(err) {
		t.Errorf("got %v", err)
	}
}

// TestPartsOfAnOrder reads what a shipment is made of.
func TestPartsOfAnOrder(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	client := newClient(t, judged(t, store), nil)
	id := int64(store.InsertOrder(order(3, nil)))
	lines, err := client.OrderLines(t.Context(), id)
	if err != nil || len(lines) != 3 || lines[0].ID <= 0 || lines[0].Doc.Get("quantity").IsMissing() || lines[0].Doc.Get("quantity_shipped").IsMissing() {
		t.Errorf("lines: %v, %v", documents(lines), err)
	}
	if shipments, err := client.OrderShipments(t.Context(), id); err != nil || len(shipments) != 0 {
		t.Errorf("shipments: %v, %v", shipments, err)
	}
	if addresses, err := client.OrderAddresses(t.Context(), id); err != nil || len(addresses) != 1 {
		t.Errorf("addresses: %v, %v", documents(addresses), err)
	}
	if _, err := client.OrderShipments(t.Context(), id+1); !bigcommerce.IsRowLevel(err) {
		t.Errorf("of no order: %v", err)
	}
	if _, err := client.OrderLines(t.Context(), 0); err == nil {
		t.Error("order 0 was asked for")
	}
}

func documents(records []bigcommerce.Record) string {
	texts := make([]string, len(records))
	for i := range records {
		texts[i] = string(records[i].Doc.AppendJSON(nil))
	}
	return strings.Join(texts, " ")
}
