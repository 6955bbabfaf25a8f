package bigcommerce_test

import (
	"errors"
	"net/http"
	"testing"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
)

// TestNotAStore: what no store of BigCommerce answers to a read is told with the address; what one may answer is not.
func TestNotAStore(t *testing.T) {
	const address = "https://api.bigcommerce.com/stores/emulator"
	for _, tc := range []struct {
		path   string
		status int
		body   string
		is     bool
	}{
		{"/v2/time", 200, "<!DOCTYPE html><title>Log in</title>", true},
		{"/v2/time", 200, " It works!", true},
		{"/v2/time", 404, "<h1>Not Found</h1>", true},
		{"/v2/orders", 404, `[{"status":404,"message":"not found"}]`, true},
		{"/catalog/products", 301, "", true},
		{"/catalog/products", 404, `{"status":404,"title":"The route is not found, check the URL"}`, false},
		{"/v2/orders/5/coupons", 404, `[{"status":404,"message":"The requested resource was not found."}]`, false},
		{"/catalog/products/7", 404, `{"status":404,"title":"A product with the id of 7 was not found"}`, false},
		{"/v2/orders", 204, "", false},
		{"/v2/orders", 200, "\n[]", false},
		{"/catalog/products", 200, `{"data":[]}`, false},
		{"/v2/time", 403, "<h1>Forbidden</h1>", false},
		{"/v2/time", 501, "<h1>Not implemented</h1>", false},
	} {
		client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) { return answer(r, tc.status, tc.body, nil), nil }), nil)
		_, err := client.Get(t.Context(), tc.path, nil)
		var elsewhere *bigcommerce.NotStoreError
		if errors.As(err, &elsewhere) != tc.is || tc.is && elsewhere.Address != address || (err == nil) != (tc.status < 300 && !tc.is) {
			t.Errorf("%s answered %d: %v", tc.path, tc.status, err)
		}
	}
	// A write that a page answers may have been done, or not.
	client := newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) { return answer(r, 200, "<html>", nil), nil }), nil)
	_, err := client.Send(t.Context(), catalogue.Brands.Create, nil, nil, []byte(`{"name":"x"}`))
	var elsewhere *bigcommerce.NotStoreError
	if errors.As(err, &elsewhere) {
		t.Error(err)
	}
	_, err = newClient(t, transportFunc(func(r *http.Request) (*http.Response, error) { return answer(r, 200, `{"now":"noon"}`, nil), nil }), nil).StoreTime(t.Context())
	if !errors.As(err, &elsewhere) || elsewhere.Address != address {
		t.Errorf("a clock without time: %v", err)
	}
}
