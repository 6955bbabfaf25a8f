package emulator

import (
	"bytes"
	"testing"
)

// FuzzProductBody sends any body to the endpoints that write products. Whatever it is, the answer
// is a documented status, a refusal changes nothing, and the indexes agree with the products.
func FuzzProductBody(f *testing.F) {
	for _, body := range []string{
		`{"name":"N","type":"physical","weight":1,"price":1,"sku":"x","variants":[{"sku":"v","option_values":[{"option_display_name":"a","label":"b"}]}]}`,
		`{"name":"N","type":"digital","price":"1e3","custom_fields":[{"name":"a","value":"b"}],"images":[{"image_url":"https://x.example.com/a.png"}],"videos":[{"video_id":"v"}]}`,
		`[{"id":1,"price":2,"inventory_tracking":"product","inventory_level":-1},{"id":2,"sku":"TEE-S"}]`,
		`[{"id":1,"sku":"A"},{"product_id":2,"sku":"L","option_values":[{"option_display_name":"Size","label":"S"}]}]`,
		`{"custom_url":{"url":"/x/","is_customized":1},"categories":[1,2],"brand_name":" b "}`,
		`{"bulk_pricing_rules":[{"quantity_min":1,"quantity_max":0,"type":"price","amount":".1"}],"price":1e-30}`,
		`{"option_values":[{"id":1}],"sku":"z"}`, `null`, `[null]`, `[[]]`, `{"variants":[1],"images":{}}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if body == "" {
			return // a request without a body has no content type
		}
		for _, c := range []want{
			{method: "POST", path: "/v3/catalog/products"},
			{method: "PUT", path: "/v3/catalog/products"},
			{method: "PUT", path: "/v3/catalog/products/1"},
			{method: "PUT", path: "/v3/catalog/products/2"},
			{method: "PUT", path: "/v3/catalog/variants"},
			{method: "POST", path: "/v3/catalog/products/2/variants"},
			{method: "PUT", path: "/v3/catalog/products/2/variants/3"},
			{method: "POST", path: "/v3/catalog/products/2/options"},
			{method: "POST", path: "/v3/catalog/products/1/modifiers"},
			{method: "POST", path: "/v3/catalog/products/1/images"},
		} {
			s, _, _ := shirtShop(t)
			before := products(t, s)
			a := send(t, s, c.method, c.path, body)
			switch a.status {
			case 200, 207:
				if a.body == nil {
					t.Fatalf("%s %s: not JSON: %s", c.method, c.path, a.text)
				}
			case 400, 404, 409, 413, 422:
				if after := products(t, s); before != after {
					t.Fatalf("%s %s: refused with %d, yet\n%s\nbecame\n%s", c.method, c.path, a.status, before, after)
				}
			default:
				t.Fatalf("%s %s: %d %s", c.method, c.path, a.status, a.text)
			}
			checkIndexes(t, s)
		}
	})
}

// products is the products' part of a snapshot: ids that a refused request burns do not count.
func products(t *testing.T, s *Store) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(b.Bytes(), []byte(`"products":`))
	return b.String()[at:]
}

// FuzzV2Body sends any body to the V2 endpoints that write. Whatever it is, the answer is a
// documented status in V2 form, and a refusal changes nothing.
func FuzzV2Body(f *testing.F) {
	for _, body := range []string{
		firstCoupon, `{"restricted_to":[],"applies_to":null}`, `{"restricted_to":{"countries":["DE"]},"amount":1e3,"expires":"1 Jan 2030 00:00 GMT"}`,
		`{"status_id":4,"billing_address":{"form_fields":[{}],"zip":"1"},"staff_notes":null}`, `{"external_order_id":null,"is_deleted":true}`,
		`{"shipping_methods":null,"code":"ß"}`, `null`, `[1]`, `{"id":1}`,
		`{"billing_address":{"zip":"02134","country":"x"},"products":[{"product_id":2,"variant_id":3,"quantity":1},{"product_id":1,"price_ex_tax":"1e2","price_inc_tax":1}],"fees":[{"display_name_customer":"F","cost_ex_tax":1,"cost_tax":".5"}]}`,
		`{"billing_address":{"zip":"02134","country":"x"},"products":[{"name":"n","quantity":"3","price_ex_tax":0,"price_inc_tax":0}],"shipping_addresses":[{}],"discount_amount":9}`,
		`{"products":[{"id":1,"quantity":0},{"product_id":2,"product_options":[{"id":1,"value":"1"}]}],"shipping_addresses":[{"id":1,"zip":"x"},{"zip":"y"}],"fees":[]}`,
		`{"products":[{"id":1,"quantity":2,"name":"x"},{"id":2,"product_id":1}],"fees":[{"id":1}],"discount_amount":"1","total_ex_tax":1,"total_inc_tax":1}`,
		`{"order_address_id":1,"items":[{"order_product_id":1,"quantity":1},{"order_product_id":2,"quantity":1}],"tracking_number":"1","shipping_provider":"usps"}`, `{"tracking_link":"x","order_address_id":"1"}`,
		`{"billing_address":{"zip":"02134","country":"x"},"consignments":{"pickups":[{"pickup_method_id":1,"line_items":[{"name":"n","quantity":3,"price_ex_tax":0,"price_inc_tax":0}],"location":{}}]}}`,
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if body == "" {
			return // a request without a body has no content type
		}
		for _, c := range []want{
			{method: "POST", path: "/v2/coupons"},
			{method: "PUT", path: "/v2/coupons/1"},
			{method: "PUT", path: "/v2/orders/101"},
			{method: "POST", path: "/v2/orders"},
			{method: "PUT", path: "/v2/orders/101/shipping_addresses/1"},
			{method: "POST", path: "/v2/orders/101/shipments"},
			{method: "PUT", path: "/v2/orders/101/shipments/1"},
		} {
			s, _, _ := shirtShop(t)
			s.opts.Strict = false
			s.InsertOrder(map[string]any{
				"billing_address": jane, "products": []any{map[string]any{"name": "Tea", "quantity": 2, "price_ex_tax": "4"}, map[string]any{"name": "Pot"}},
				"shipments": []any{map[string]any{"items": []any{map[string]any{"line": 0, "quantity": 1}}}},
			})
			s.InsertCoupon(map[string]any{"name": "A", "code": "A"})
			before := whole(t, s)
			a := send(t, s, c.method, c.path, body)
			switch a.status {
			case 200, 201:
				if _, one := a.body.(map[string]any); !one {
					t.Fatalf("%s %s: not an object: %s", c.method, c.path, a.text)
				}
			case 400, 409:
				if after := whole(t, s); before != after {
					t.Fatalf("%s %s: refused with %d, yet\n%s\nbecame\n%s", c.method, c.path, a.status, before, after)
				}
				if a.str(0, "status") == "" {
					t.Fatalf("%s %s: not a V2 error: %s", c.method, c.path, a.text)
				}
			default:
				t.Fatalf("%s %s: %d %s", c.method, c.path, a.status, a.text)
			}
		}
	})
}

func whole(t *testing.T, s *Store) string {
	t.Helper()
	var b bytes.Buffer
	if err := s.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
