package apply_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
	"bcetl/internal/judge"
)

// metByWrites are the readings that the writes of products and coupons, and the look-ups before them, meet: the store answers otherwise.
var metByWrites = []string{"codes-null", "restricted-object", "methods-null", "expires-null", "small-batches"}

// TestWritesUnderOtherReadings writes products and coupons, good rows and bad ones, to stores that do what the documentation leaves open the
// other way. Each row comes to the same, and a second time nothing is written.
func TestWritesUnderOtherReadings(t *testing.T) {
	usual, said := writtenUnder(t, emulator.Reading{})
	if !strings.Contains(usual, "created") || !strings.Contains(usual, "rejected") || !strings.Contains(usual, "deleted") {
		t.Fatalf("the rows show little: %s", usual)
	}
	for _, name := range metByWrites {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reading, ok := emulator.ReadingNamed(name)
			if !ok {
				t.Fatal("there is no such reading")
			}
			got, otherwise := writtenUnder(t, reading)
			if slices.Equal(said, otherwise) {
				t.Error("the store answers as ever: nothing here meets the reading")
			}
			if got != usual {
				t.Errorf("got %s\nwant %s", got, usual)
			}
		})
	}
}

func writtenUnder(t *testing.T, reading emulator.Reading) (outcomes string, answers []string) {
	t.Helper()
	options := emulator.Options{Strict: true, Clock: newInstant().Now}
	if reading.Name != "" {
		reading.Apply(&options)
	}
	store := emulator.New(options)
	fill(store, 14)
	for i := range 14 {
		store.InsertCoupon(map[string]any{"name": fmt.Sprintf("Coupon %d", i+1), "code": fmt.Sprintf("CODE-%02d", i+1), "type": "percentage_discount", "amount": "5"})
	}
	store.InsertProduct(product("Rated", "RATED", "bulk_pricing_rules", []any{map[string]any{"quantity_min": 5, "quantity_max": 0, "type": "percent", "amount": "10"}}))
	var said []string
	var heard judge.Heard
	do := func(object *catalogue.Object, mode, match string, rows ...string) {
		t.Helper()
		b := onProducts(t, store, mode, match)
		b.target.Object, b.reading, b.heard = object, reading.Name, &heard
		b.ok(rows...)
		said = append(said, mode+" "+object.Name+": "+b.said())
	}
	products := prices(13, "12", 3)
	products = append(products,
		`{"sku":"NEW-1","name":"New","type":"physical","weight":1,"price":5}`,
		`{"sku":"NEW-2","name":"Book","type":"digital","weight":0,"price":5,"upc":""}`,
		`{"sku":"NEW-3","name":"Product 1","type":"physical","weight":1,"price":5}`,
		`{"sku":"SKU-00014","upc":"","mpn":""}`,
	)
	coupons := []string{
		`{"code":"CODE-01","name":"Coupon 1","amount":"7.5"}`,
		`{"code":"CODE-02","name":"Coupon 3"}`,
		`{"code":"CODE-04","name":"Coupon 4","amount":"5"}`,
		`{"code":"NEW","name":"New","type":"per_total_discount","amount":"3","applies_to":{"entity":"categories","ids":[0]}}`,
	}
	for range 2 {
		do(&catalogue.Products, "upsert", "sku", products...)
		do(&catalogue.Coupons, "upsert", "code", coupons...)
	}
	var gone []string
	for i := range 12 {
		gone = append(gone, fmt.Sprintf(`{"sku":"SKU-%05d"}`, i+1))
	}
	do(&catalogue.Products, "delete", "sku", gone...)
	gone = nil
	for i := range 12 {
		gone = append(gone, fmt.Sprintf(`{"code":"code-%02d"}`, i+1))
	}
	do(&catalogue.Coupons, "delete", "code", gone...)
	return strings.Join(said, "\n"), heard.Answers()
}
