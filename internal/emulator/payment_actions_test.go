package emulator

import (
	"net/http"
	"strings"
	"testing"
)

const refundsPath = "/v3/orders/101/payment_actions/"

func TestRefund(t *testing.T) {
	s, _ := orderShop(t)
	items := `"items":[{"item_type":"PRODUCT","item_id":1,"quantity":2,"reason":"broken","adjustments":[{"amount":-2,"description":"box"}]},{"item_type":"SHIPPING","item_id":1,"amount":2.5},{"item_type":"ORDER","item_id":101,"amount":1}]`
	a := send(t, s, "POST", refundsPath+"refund_quotes", `{`+items+`}`)
	if a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.text)
	}
	hasFields(t, a, map[string]string{
		"data/order_id": "101", "data/total_refund_amount": "23.5", "data/total_refund_tax_amount": "2", "data/order_level_refund_amount": "1",
		"data/refund_methods/0/0/provider_id": "custom", "data/refund_methods/0/0/amount": "23.5", "data/refund_methods/1": "<nil>",
	})
	refused := func(body, part string) {
		t.Helper()
		before := whole(t, s)
		if a := send(t, s, "POST", refundsPath+"refunds", body); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text, part) {
			t.Errorf("%s: %d %s, want %s", body, a.status, a.text, part)
		}
		if whole(t, s) != before {
			t.Errorf("%s: refused, yet the store changed", body)
		}
	}
	pay := func(amount string) string {
		return `,"payments":[{"provider_id":"custom","amount":` + amount + `,"offline":true}]}`
	}
	refused(`{`+items+pay("23.49"), "The payments come to 23.49, the refund to 23.5")
	refused(`{`+items+`,"payments":[{"provider_id":"storecredit","amount":23.5}]}`, "Unable to provide store credit for a guest customer.")
	refused(`{`+items+`}`, "payments are required")
	refused(`{"items":[]`+pay("1"), "items are required")
	for item, part := range map[string]string{
		`{"item_type":"PRODUCT","item_id":1,"quantity":4}`:                              "quantity is more than can be refunded",
		`{"item_type":"PRODUCT","item_id":9,"quantity":1}`:                              "no product line 9",
		`{"item_type":"PRODUCT","item_id":1}`:                                           "quantity must be 1 or more",
		`{"item_type":"SHIPPING","item_id":1,"amount":6}`:                               "amount is more than was charged",
		`{"item_type":"SHIPPING","item_id":7,"amount":6}`:                               "no shipping address 7",
		`{"item_type":"FEE","item_id":7,"amount":6}`:                                    "no fee 7",
		`{"item_type":"ORDER","item_id":1,"amount":6}`:                                  "item_id must be the order's own id",
		`{"item_type":"ORDER","item_id":101,"amount":1.005}`:                            "amount must be an amount of two places",
		`{"item_type":"ORDER","item_id":101,"amount":-1}`:                               "amount must be an amount of two places",
		`{"item_type":"ORDER","item_id":101,"amount":500}`:                              "more than the 42 that can be refunded",
		`{"item_type":"LOVE","item_id":101,"amount":1}`:                                 "item_type must be one of",
		`{"item_type":"PRODUCT","item_id":1,"quantity":1,"adjustments":[{"amount":2}]}`: "must be negative",
	} {
		refused(`{"items":[`+item+`]`+pay("1"), part)
	}
	refused(`{"items":[{"item_type":"PRODUCT","item_id":1,"quantity":2},{"item_type":"PRODUCT","item_id":1,"quantity":2}]`+pay("1"), "items.1")

	a = send(t, s, "POST", refundsPath+"refunds", `{`+items+pay("23.5"))
	if a.status != http.StatusCreated {
		t.Fatalf("%d %s", a.status, a.text)
	}
	hasFields(t, a, map[string]string{
		"data/id": "1", "data/order_id": "101", "data/total_amount": "23.5", "data/total_tax": "2", "data/items/0/requested_amount": "20", "data/items/0/reason": "broken",
		"data/items/1/item_type": "SHIPPING", "data/payments/0/id": "1", "data/payments/0/amount": "23.5", "data/uses_merchant_override_values": "false",
	})
	hasFields(t, send(t, s, "GET", "/v2/orders/101", ""), map[string]string{"status": "Partially Refunded", "refunded_amount": "23.5000", "payment_status": "partially refunded", "total_inc_tax": "42.0000"})
	hasFields(t, send(t, s, "GET", "/v2/orders/101/products/1", ""), map[string]string{"quantity_refunded": "2", "is_refunded": "false"})
	hasFields(t, send(t, s, "GET", "/v3/orders/payment_actions/refunds", ""), map[string]string{"data/0/id": "1"})
	a = send(t, s, "POST", refundsPath+"refunds", `{"items":[{"item_type":"PRODUCT","item_id":1,"quantity":1},{"item_type":"FEE","item_id":1,"amount":1}],"merchant_calculated_override":{"total_amount":18.5,"total_tax":0}`+pay("18.5"))
	hasFields(t, a, map[string]string{"data/id": "2", "data/total_amount": "18.5", "data/total_tax": "0", "data/uses_merchant_override_values": "true"})
	hasFields(t, send(t, s, "GET", "/v2/orders/101", ""), map[string]string{"status": "Refunded", "refunded_amount": "42.0000", "payment_status": "refunded"})
	refused(`{"tax_adjustment_amount":1`+pay("1"), "that can be refunded")
}

func TestCaptureAndVoid(t *testing.T) {
	s, _ := orderShop(t)
	for _, c := range []want{
		{"POST", refundsPath + "capture", "", 422, "not authorized"},
		{"POST", "/v3/orders/999/payment_actions/void", "", 404, ""},
	} {
		c.check(t, s)
	}
	for action, want := range map[string]string{"capture": "capture pending", "void": "void pending"} {
		if err := s.UpdateOrder(101, map[string]any{"payment_status": "authorized"}); err != nil {
			t.Fatal(err)
		}
		if a := send(t, s, "POST", refundsPath+action, ""); a.status != http.StatusCreated || a.text != "{}" {
			t.Errorf("%s: %d %s", action, a.status, a.text)
		}
		hasFields(t, send(t, s, "GET", "/v2/orders/101", ""), map[string]string{"payment_status": want})
	}
}
