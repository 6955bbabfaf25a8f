package apply_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bcetl/internal/apply"
	"bcetl/internal/emulator"
)

// TestPlannerTakesTheCheapestWay: the requests that the plan names are those of the store's log, look-ups and writes.
func TestPlannerTakesTheCheapestWay(t *testing.T) {
	stores := map[int]*emulator.Store{}
	for _, size := range []int{0, 1, 250, 251, 1000} {
		stores[size] = strictStore()
		fill(stores[size], size)
	}
	tests := []struct {
		rows, size int
		key        string
		hits       bool // the rows are in the store, as far as it goes
		strategy   apply.Strategy
		requests   int64
		variants   apply.Strategy
		more       int64
	}{
		// By SKU: 250 a request; above two requests the count of records is asked for as well. What no product has is sought among
		// variants.
		{1, 0, "sku", false, apply.BulkLookup, 1, apply.SingleLookup, 1},
		{10, 0, "sku", false, apply.BulkLookup, 2, apply.NoLookup, 0},
		{1, 1, "sku", true, apply.BulkLookup, 1, "", 0},
		{10, 250, "sku", true, apply.BulkLookup, 1, "", 0},
		{10, 250, "sku", false, apply.BulkLookup, 2, apply.ListAll, 1},
		{2, 1000, "sku", false, apply.BulkLookup, 1, apply.SingleLookup, 2},
		{4, 1000, "sku", false, apply.BulkLookup, 2, apply.SingleLookup, 4},
		{5, 1000, "sku", false, apply.BulkLookup, 2, apply.SingleLookup, 5},
		{6, 1000, "sku", false, apply.BulkLookup, 2, apply.ListAll, 5},
		{250, 251, "sku", true, apply.BulkLookup, 1, "", 0},
		{251, 251, "sku", true, apply.BulkLookup, 2, "", 0},
		{1000, 1000, "sku", true, apply.BulkLookup, 5, "", 0},
		{1000, 250, "sku", true, apply.ListAll, 2, "", 0},
		{1000, 0, "sku", false, apply.NoLookup, 1, "", 0},
		// By id: as by SKU, but no variants.
		{1, 1, "id", true, apply.BulkLookup, 1, "", 0},
		{251, 1000, "id", true, apply.BulkLookup, 2, "", 0},
		{1000, 1000, "id", true, apply.BulkLookup, 5, "", 0},
		{1000, 251, "id", true, apply.ListAll, 4, "", 0},
		{10, 1000, "id", false, apply.BulkLookup, 1, "", 0},
		// By name: one a request.
		{1, 1000, "name", true, apply.SingleLookup, 1, "", 0},
		{2, 1000, "name", true, apply.SingleLookup, 2, "", 0},
		{5, 1000, "name", true, apply.SingleLookup, 6, "", 0},
		{10, 1000, "name", true, apply.ListAll, 6, "", 0},
		{10, 250, "name", true, apply.ListAll, 2, "", 0},
		{10, 0, "name", false, apply.NoLookup, 1, "", 0},
		{1000, 251, "name", true, apply.ListAll, 4, "", 0},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d rows by %s of %d, %v", test.rows, test.key, test.size, test.hits), func(t *testing.T) {
			store := stores[test.size]
			store.ResetLog()
			b := onProducts(t, store, "update", test.key)
			b.concurrency = 4
			b.ok(keyed(test.key, test.rows, test.hits)...)
			looks := b.plan.LookUps
			if looks.Strategy != test.strategy || looks.Requests != test.requests || looks.VariantStrategy != test.variants || looks.VariantRequests != test.more {
				t.Errorf("looked up %+v, want %s in %d, variants %s in %d", looks, test.strategy, test.requests, test.variants, test.more)
			}
			b.wantsRequests()
		})
	}
}

// wantsRequests holds the plan's numbers against the store's log.
func (b *bench) wantsRequests() {
	b.t.Helper()
	reads := int64(0)
	for _, e := range b.store.Log() {
		if e.Method == http.MethodGet {
			reads++
		}
	}
	looks := b.plan.LookUps
	if planned := looks.Requests + looks.VariantRequests + looks.NameRequests; planned != reads {
		b.t.Errorf("planned %d look-ups, the log has %d", planned, reads)
	}
	writes := int64(0)
	for _, n := range b.plan.Requests {
		writes += n
	}
	if got := int64(len(b.store.Writes())); got != writes {
		b.t.Errorf("planned %d writes, the log has %d", writes, got)
	}
}

// keyed are rows with new prices.
func keyed(key string, n int, hits bool) []string {
	price++
	rows := make([]string, n)
	for i := range rows {
		value := map[string]string{"sku": fmt.Sprintf("SKU-%05d", i+1), "id": fmt.Sprint(i + 1), "name": fmt.Sprintf("product %d", i+1)}[key]
		if !hits {
			value = map[string]string{"sku": fmt.Sprintf("OTHER-%d", i+1), "id": fmt.Sprint(1_000_000 + i), "name": fmt.Sprintf("other %d", i+1)}[key]
		}
		rows[i] = fmt.Sprintf(`{"%s":"%s","price":%d.5}`, key, value, price)
	}
	return rows
}

var price = 20

// TestLongAndOddKeys: addresses stay short, and a key with a comma is asked for by itself.
func TestLongAndOddKeys(t *testing.T) {
	store := strictStore()
	var rows []string
	for i := range 100 {
		sku := fmt.Sprintf("%03d-%s", i, strings.Repeat("ü", 200))
		if i%25 == 3 {
			sku = fmt.Sprintf("a,%d", i)
		}
		if i%25 == 4 {
			sku = fmt.Sprintf(`q"&=+%%#%d`, i)
		}
		store.InsertProduct(product(fmt.Sprint("P", i), sku))
		rows = append(rows, fmt.Sprintf(`{"sku":%q,"price":11}`, sku))
	}
	for i := range 1900 { // so that the store is dearer to list
		store.InsertProduct(product(fmt.Sprint("Q", i), ""))
	}
	store.ResetLog()
	b := onProducts(t, store, "update", "sku")
	b.target.Fields = []string{"sku", "price"}
	b.ok(rows[:30]...)
	if strings.Contains(b.said(), "rejected") || b.plan.LookUps.Strategy != apply.BulkLookup {
		t.Error(b.said(), b.plan.LookUps)
	}
	b.wantsRequests()
	for _, e := range store.Log() {
		if len(e.Query) > 7000 {
			t.Errorf("a query of %d bytes", len(e.Query))
		}
	}
	store.ResetLog()
	b = onProducts(t, store, "update", "sku")
	b.ok(rows...)
	if strings.Contains(b.said(), "rejected") {
		t.Error(b.said())
	}
	b.wantsRequests()
}

func TestVariantsAmongProducts(t *testing.T) {
	store := strictStore()
	for i := range 300 {
		store.InsertProduct(withVariants(fmt.Sprintf("Shirt %d", i), fmt.Sprintf("S%03d", i)))
	}
	for _, n := range []int{1, 2, 3, 4, 60} {
		price++
		var rows []string
		for i := range n {
			rows = append(rows, fmt.Sprintf(`{"sku":"s%03d-a","price":%d}`, i, price), fmt.Sprintf(`{"sku":"S%03d-b","price":%d}`, i, price))
		}
		for _, kind := range []string{"variants", "any_sku"} {
			store.ResetLog()
			price++
			b := onVariants(t, store)
			if kind == "any_sku" {
				b = onProducts(t, store, "update", apply.AnySKU)
			}
			for i := range rows {
				rows[i] = rows[i][:strings.LastIndex(rows[i], ":")] + fmt.Sprintf(":%d}", price)
			}
			b.ok(rows...)
			if got := strings.Count(b.said(), "updated"); got != 2*n {
				t.Errorf("%s, %d rows: %s", kind, 2*n, b.said())
			}
			b.wantsRequests()
		}
	}
}
