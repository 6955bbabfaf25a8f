package apply_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"bcetl/internal/emulator"
)

// product is a product that a store takes; more are further fields as pairs of name and value.
func product(name, sku string, more ...any) map[string]any {
	p := map[string]any{"name": name, "sku": sku, "type": "physical", "weight": "1", "price": "10.00"}
	for i := 0; i < len(more); i += 2 {
		p[more[i].(string)] = more[i+1]
	}
	return p
}

// fill puts n products into the store: SKU-00001 and so on, at 10.00.
func fill(store *emulator.Store, n int) {
	for i := 1; i <= n; i++ {
		store.InsertProduct(product(fmt.Sprintf("Product %d", i), fmt.Sprintf("SKU-%05d", i)))
	}
	store.ResetLog()
}

// stored gives a field of a product as JSON.
func stored(t testing.TB, store *emulator.Store, id int, field string) string {
	t.Helper()
	p, ok := store.Product(id)
	if !ok {
		t.Fatalf("no product %d", id)
	}
	text, err := json.Marshal(p[field])
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// shelved is a store with n top-level categories, ids from 1.
func shelved(n int) *emulator.Store {
	store := strictStore()
	for i := range n {
		send(store, "POST", "/v3/catalog/trees/categories", fmt.Sprintf(`[{"name":"Category %d","parent_id":0,"tree_id":1}]`, i+1))
	}
	store.ResetLog()
	return store
}

// send sends a request past the client; it panics when the store refuses it.
func send(store *emulator.Store, method, path, body string) string {
	request, err := http.NewRequest(method, "https://emulator.invalid/stores/emulator"+path, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("X-Auth-Token", "emulator")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", "application/json")
	answer, err := store.RoundTripper().RoundTrip(request)
	if err != nil {
		panic(err)
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode > 299 {
		panic(fmt.Sprint(answer.StatusCode, string(text), err))
	}
	return string(text)
}

func decoded(t testing.TB, text string) any {
	t.Helper()
	var v any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// withVariants is a product of two variants with SKUs of its own SKU and a letter.
func withVariants(name, sku string) map[string]any {
	return product(name, sku, "inventory_tracking", "variant", "variants", []any{
		map[string]any{"sku": sku + "-a", "price": "5.00", "inventory_level": 3, "option_values": []any{map[string]any{"option_display_name": "Size", "label": "A"}}},
		map[string]any{"sku": sku + "-b", "inventory_level": 4, "option_values": []any{map[string]any{"option_display_name": "Size", "label": "B"}}},
	})
}
