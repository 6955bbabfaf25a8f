package emulator

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestShipments(t *testing.T) {
	s, now := orderShop(t)
	const path = "/v2/orders/101/shipments"
	want{"GET", path, "", 204, ""}.check(t, s)
	*now = now.Add(time.Minute)
	a := send(t, s, "POST", path, `{"order_address_id":1,"items":[{"order_product_id":1,"quantity":2}],"tracking_number":"EJ1","shipping_provider":"usps","comments":"Ready","merchant_shipping_cost":"1.5"}`)
	if a.status != 201 {
		t.Fatalf("%d %s", a.status, a.text)
	}
	hasFields(t, a, map[string]string{
		"id": "1", "order_id": "101", "customer_id": "0", "order_address_id": "1", "tracking_number": "EJ1", "date_created": now.Format(mailTime), "shipping_method": "None", "comments": "Ready",
		"merchant_shipping_cost": "1.5000", "shipping_provider_display_name": "USPS", "generated_tracking_link": uspsLink + "EJ1", "tracking_link": "",
		"billing_address/first_name": "Jane", "shipping_address/first_name": "A", "items/0/order_product_id": "1", "items/0/product_id": "0", "items/0/quantity": "2",
	})
	hasFields(t, send(t, s, "GET", "/v2/orders/101", ""), map[string]string{
		"status_id": "3", "status": "Partially Shipped", "custom_status": "Partially Shipped", "items_shipped": "2", "date_shipped": "", "date_modified": now.Format(mailTime),
	})
	hasFields(t, send(t, s, "GET", "/v2/orders/101/products/1", ""), map[string]string{"quantity_shipped": "2"})
	hasFields(t, send(t, s, "GET", "/v2/orders/101/shipping_addresses/1", ""), map[string]string{"items_shipped": "2"})
	for _, c := range []want{
		{
			"POST", path, `{"order_address_id":1,"items":[{"order_product_id":1,"quantity":2}]}`, 400,
			`[{"status":400,"message":"The field 'quantity' is invalid.","details":{"invalid_reason":"The quantity specified is greater than the quantity of the product that is available to ship.","available_quantity":1,"order_product_id":1}}]`,
		},
		{"POST", path, `{"order_address_id":1,"items":[{"order_product_id":1,"quantity":1},{"order_product_id":1,"quantity":1}]}`, 400, `"available_quantity":0`},
		{"POST", path, `{"order_address_id":1,"items":[{"order_product_id":1,"quantity":0}]}`, 400, "The field 'quantity' is invalid."},
		{"POST", path, `{"order_address_id":1,"items":[{"order_product_id":9,"quantity":1}]}`, 400, "The field 'order_product_id' is invalid."},
		{"POST", path, `{"order_address_id":1,"items":[{"order_product_id":2,"quantity":1}]}`, 400, "goes to another address"},
		{"POST", path, `{"order_address_id":9,"items":[{"order_product_id":1,"quantity":1}]}`, 400, "The field 'order_address_id' is invalid."},
		{"POST", path, `{"order_address_id":1,"items":[]}`, 400, "The field 'items' is invalid."},
		{"POST", path, `{"order_address_id":1}`, 400, "The required field 'items' was not supplied."},
		{"POST", path, `{"items":[{"order_product_id":1,"quantity":1}]}`, 400, "The required field 'order_address_id' was not supplied."},
		{"POST", path, `{"order_address_id":1,"items":[{"order_product_id":1,"quantity":1}],"tracking_number":"` + string(bytes.Repeat([]byte("1"), 51)) + `"}`, 400, "The field 'tracking_number' is invalid."},
		{"POST", path, `{"order_address_id":1,"items":[{"order_product_id":1,"quantity":1}],"tracking_link":"` + string(bytes.Repeat([]byte("1"), 501)) + `"}`, 400, "The field 'tracking_link' is invalid."},
		{"POST", path, `{"order_address_id":1,"items":[{"order_product_id":1,"quantity":1}],"date_created":"x"}`, 400, "The field 'date_created' cannot be written to."},
		{"POST", "/v2/orders/999/shipments", `{}`, 404, "not found"},
		{"POST", path, `{"order_address_id":1,"items":[{"order_product_id":1,"quantity":1}],"tracking_carrier":"dhl","tracking_number":"X 2"}`, 201, `"generated_tracking_link":"https://track.aftership.com/dhl/X 2"`},
		{"GET", "/v2/orders/101", "", 200, `"status":"Partially Shipped"`},
		{"POST", path, `{"order_address_id":2,"items":[{"order_product_id":2,"quantity":1,"product_id":0}],"tracking_link":"https://t.example.com/3","shipping_provider":"ups","tracking_number":"3"}`, 201, `"generated_tracking_link":""`},
		{"GET", "/v2/orders/101", "", 200, `"status":"Shipped"`},
		{"GET", path + "/count", "", 200, `{"count":3}`},
		{"PUT", path + "/3", `{"tracking_link":"","comments":"late"}`, 200, `"generated_tracking_link":"https://track.aftership.com/ups/3"`},
		{"PUT", path + "/3", `{"order_address_id":1}`, 200, `"shipping_address":{"city":"","company":"","country":"","country_iso2":"","email":"","first_name":"A"`},
		{"PUT", path + "/3", `{"order_address_id":9}`, 400, "The field 'order_address_id' is invalid."},
		{"PUT", path + "/3", `{"items":[]}`, 400, "The field 'items' cannot be written to."},
		{"PUT", path + "/9", `{"comments":""}`, 404, "not found"},
		{"DELETE", path + "/2", "", 204, ""},
		{"DELETE", path + "/2", "", 404, "not found"},
	} {
		c.check(t, s)
	}
	// The units can be shipped again; the status is not undone.
	hasFields(t, send(t, s, "GET", "/v2/orders/101", ""), map[string]string{"status": "Shipped", "items_shipped": "3", "date_shipped": now.Format(mailTime)})
	hasFields(t, send(t, s, "GET", "/v2/orders/101/products/1", ""), map[string]string{"quantity_shipped": "2"})
	hasFields(t, send(t, s, "GET", "/v2/orders/101/shipping_addresses/1", ""), map[string]string{"items_shipped": "2"})
	if a := send(t, s, "GET", path, ""); !cmp.Equal(a.idsV2(), []int{1, 3}) {
		t.Errorf("shipments %s", a.text)
	}
	want{"PUT", "/v2/orders/101", `{"products":[{"id":1,"quantity":1}]}`, 400, "The field 'quantity' is invalid."}.check(t, s)
	want{"PUT", "/v2/orders/101", `{"products":[{"id":1,"quantity":0}]}`, 400, "The field 'quantity' is invalid."}.check(t, s)
	want{"DELETE", path, "", 204, ""}.check(t, s)
	want{"DELETE", path, "", 204, ""}.check(t, s)
	hasFields(t, send(t, s, "GET", "/v2/orders/101", ""), map[string]string{"status": "Shipped", "items_shipped": "0"})
	want{"GET", path, "", 204, ""}.check(t, s)
}

// TestShipmentsPastHTTP: a shipment by somebody else, and a store that is put down and taken up again.
func TestShipmentsPastHTTP(t *testing.T) {
	s, _ := orderShop(t)
	id, err := s.InsertShipment(101, map[string]any{"order_address_id": 1, "tracking_number": "T-1", "items": []any{map[string]any{"order_product_id": 1, "quantity": 3}}})
	if err != nil || id != 1 {
		t.Fatalf("shipment %d: %v", id, err)
	}
	if _, err := s.InsertShipment(101, map[string]any{"order_address_id": 1, "items": []any{map[string]any{"order_product_id": 1, "quantity": 1}}}); err == nil {
		t.Error("more was shipped than there was")
	}
	if _, err := s.InsertShipment(9, nil); !errors.Is(err, ErrMissing) {
		t.Errorf("no order: %v", err)
	}
	path, _ := place(t, s, orderBody(`"external_order_id":"E-1","shipping_cost_ex_tax":"1","shipping_cost_inc_tax":"2","fees":[{"display_name_customer":"F","cost_ex_tax":1,"cost_tax":0}]`))
	var kept bytes.Buffer
	if err := s.Snapshot(&kept); err != nil {
		t.Fatal(err)
	}
	again := New(Options{Clock: fixedClock})
	if err := again.Restore(bytes.NewReader(kept.Bytes())); err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"/v2/orders/101", "/v2/orders/101/shipments", path, path + "/products", path + "/fees", path + "/shipping_addresses"} {
		if diff := cmp.Diff(send(t, s, "GET", part, "").text, send(t, again, "GET", part, "").text); diff != "" {
			t.Errorf("%s: %s", part, diff)
		}
	}
	next, _ := place(t, again, orderBody(""))
	if next != "/v2/orders/103" {
		t.Errorf("next order %s", next)
	}
}
