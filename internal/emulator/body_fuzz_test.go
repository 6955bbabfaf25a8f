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
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if body == "" {
			return // a request without a body has no content type
		}
		for _, c := range []want{
			{method: "POST", path: "/v2/coupons"}, {method: "PUT", path: "/v2/coupons/1"}, {method: "PUT", path: "/v2/orders/101"},
		} {
			s := New(Options{Clock: fixedClock})
			s.InsertOrder(map[string]any{"billing_address": jane})
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
