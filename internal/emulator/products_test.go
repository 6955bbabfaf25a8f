package emulator

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProductLifeCycle(t *testing.T) {
	s := shop(t, 2)
	made := send(t, s, "POST", "/v3/catalog/products", `{"name":"Kettle","type":"physical","weight":1.2,"price":24.99994,"sku":"00123","brand_name":"Anvil & Co"}`)
	if made.status != http.StatusOK {
		t.Fatalf("create: %d %s", made.status, made.text)
	}
	for path, want := range map[string]string{
		"id": "3", "price": "24.9999", "calculated_price": "24.9999", "sku": "00123", "brand_id": "1", "base_variant_id": "3",
		"date_created": "2026-03-14T09:26:53+00:00", "inventory_tracking": "none", "condition": "New",
	} {
		if got := made.str("data", path); got != want {
			t.Errorf("%s = %s, want %s", path, got, want)
		}
	}
	if got := made.str("data", "variants", 0, "sku"); got != "00123" {
		t.Errorf("base variant's sku = %s", got)
	}
	got := send(t, s, "GET", "/v3/catalog/products/3", "")
	if got.status != http.StatusOK || got.at("data", "variants") != nil {
		t.Errorf("get: %d %s", got.status, got.text)
	}
	put := send(t, s, "PUT", "/v3/catalog/products/3", `{"sale_price":"19.5"}`)
	if put.status != http.StatusOK || put.str("data", "calculated_price") != "19.5" || put.str("data", "name") != "Kettle" {
		t.Errorf("put: %d %s", put.status, put.text)
	}
	if a := send(t, s, "DELETE", "/v3/catalog/products/3", ""); a.status != http.StatusNoContent || a.text != "" {
		t.Errorf("delete: %d %q", a.status, a.text)
	}
	gone := send(t, s, "GET", "/v3/catalog/products/3", "")
	want := map[string]any{"status": gone.at("status"), "title": "A product with the id of 3 was not found", "type": statusType}
	if diff := cmp.Diff(any(want), gone.body); gone.status != http.StatusNotFound || diff != "" {
		t.Errorf("get after delete: %d %s", gone.status, diff)
	}
}

func TestListPages(t *testing.T) {
	s := shop(t, 7)
	a := send(t, s, "GET", "/v3/catalog/products?limit=3&page=2&sort=id&direction=asc&include_fields=sku", "")
	if diff := cmp.Diff([]int{4, 5, 6}, a.ids()); diff != "" {
		t.Error(diff)
	}
	want := `"meta":{"pagination":{"total":7,"count":3,"per_page":3,"current_page":2,"total_pages":3,"links":{` +
		`"previous":"?sort=id&direction=asc&include_fields=sku&page=1&limit=3",` +
		`"current":"?sort=id&direction=asc&include_fields=sku&page=2&limit=3",` +
		`"next":"?sort=id&direction=asc&include_fields=sku&page=3&limit=3"}}}}`
	if got := a.text[len(a.text)-len(want):]; got != want {
		t.Errorf("meta:\n%s\nwant\n%s", got, want)
	}
	if diff := cmp.Diff(any(map[string]any{"id": a.at("data", 0, "id"), "sku": "SKU-004"}), a.at("data", 0)); diff != "" {
		t.Error(diff)
	}
	past := send(t, s, "GET", "/v3/catalog/products?page=9999999999999&limit=3", "")
	if past.status != http.StatusOK || len(past.ids()) != 0 || past.str("meta", "pagination", "total") != "7" {
		t.Errorf("past the end: %d %s", past.status, past.text)
	}
}
