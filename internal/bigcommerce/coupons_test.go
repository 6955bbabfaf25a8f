package bigcommerce_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"
)

// TestCoupons reads coupons by key, and all forms of their restrictions as one.
func TestCoupons(t *testing.T) {
	store := emulator.New(emulator.Options{Strict: true})
	for i := range 520 {
		body := map[string]any{"name": fmt.Sprintf("Coupon %d", i), "code": fmt.Sprintf("C%d", i), "amount": "5", "type": "per_item_discount"}
		if i%2 == 0 {
			body["restricted_to"] = map[string]any{"countries": []any{"AU", "NZ"}}
		}
		store.InsertCoupon(body)
	}
	client := newClient(t, judged(t, store), nil)
	got, err := readAll(t.Context(), client.Walk(t.Context(), &catalogue.Coupons, bigcommerce.WalkOptions{Paths: paths(t, "code", "amount", "restricted_to.countries", "applies_to.ids")}))
	if err != nil || len(got) != 520 {
		t.Fatalf("%d coupons, %v", len(got), err)
	}
	if got, want := asked(store), "v2/coupons 4"; got != want { // 520 is a multiple of ten: whether more follow has to be asked
		t.Errorf("asked %s, want %s", got, want)
	}
	if doc := string(got[0].Doc.AppendJSON(nil)); !strings.Contains(doc, `"countries":["AU","NZ"]`) || !strings.Contains(doc, `"amount":"5.0000"`) {
		t.Error(doc)
	}
	if doc := string(got[1].Doc.AppendJSON(nil)); !strings.Contains(doc, `"restricted_to":{}`) {
		t.Error(doc)
	}
	key, _ := catalogue.Coupons.KeyNamed("code")
	if found, err := client.FindOne(t.Context(), &catalogue.Coupons, key, "C7", paths(t, "name")); err != nil || len(found) != 1 || found[0].Doc.Get("name").String() != "Coupon 7" {
		t.Errorf("found %v, %v", found, err)
	}
	if n, err := client.Count(t.Context(), &catalogue.Coupons, nil); err != nil || n != 520 {
		t.Errorf("counted %d, %v", n, err)
	}
	if n, err := client.Count(t.Context(), &catalogue.Coupons, url.Values{"code": {"C7"}}); err != nil || n != 1 {
		t.Errorf("counted %d, %v", n, err)
	}
	countries := scripted(`[{"id":1,"restricted_to":{"countries":"AU"},"shipping_methods":null}]`)
	got, err = readAll(t.Context(), newClient(t, countries, nil).Walk(t.Context(), &catalogue.Coupons, bigcommerce.WalkOptions{}))
	if err != nil || string(got[0].Doc.AppendJSON(nil)) != `{"id":1,"restricted_to":{"countries":["AU"]},"shipping_methods":null}` {
		t.Errorf("%v, %v", got, err)
	}
}
