package judge

import (
	"testing"

	"bcetl/internal/emulator"
)

// The exceptions of a reading excuse what a store under it answers, and nothing without it.
func TestExceptionsOfReadings(t *testing.T) {
	s := specs(t)
	operations := map[string]*operation{}
	s.each(func(op *operation) { operations[op.name] = op })
	tested := map[string]bool{}
	for _, tc := range []struct {
		name, reading, operation string
		found                    fault
		not                      fault
	}{
		{
			"order-created", "order-201", "POST /v2/orders",
			fault{rule: RuleAnswerStatus, status: 201},
			fault{rule: RuleAnswerStatus, status: 202},
		},
		{
			"product-codes-null", "codes-null", "GET /v3/catalog/products",
			fault{rule: RuleAnswerSchema, pointer: "/data/3/upc"},
			fault{rule: RuleAnswerSchema, pointer: "/data/3/name"},
		},
		{
			"percent-amount", "percent-text", "GET /v3/catalog/products",
			fault{rule: RuleAnswerSchema, pointer: "/data/3/bulk_pricing_rules/0/amount", value: "10"},
			fault{rule: RuleAnswerSchema, pointer: "/data/3/bulk_pricing_rules/0/amount", value: true},
		},
		{
			"coupon-methods-written", "methods-null", "PUT /v2/coupons/{id}",
			fault{rule: RuleAnswerSchema, pointer: "/shipping_methods"},
			fault{rule: RuleAnswerSchema, pointer: "/name"},
		},
		{
			"coupon-expires-null", "expires-null", "GET /v2/coupons",
			fault{rule: RuleAnswerSchema, pointer: "/0/expires"},
			fault{rule: RuleAnswerSchema, pointer: "/0/expires", value: true},
		},
		{
			"order-coupon-amounts", "order-coupon-text", "GET /v2/orders/{order_id}/coupons",
			fault{rule: RuleAnswerSchema, pointer: "/0/discount", value: "1.5"},
			fault{rule: RuleAnswerSchema, pointer: "/0/code", value: "1.5"},
		},
		{
			"transaction-order", "order-id-number", "GET /v3/orders/{order_id}/transactions",
			fault{rule: RuleAnswerSchema, pointer: "/data/0/order_id"},
			fault{rule: RuleAnswerSchema, pointer: "/data/0/amount"},
		},
	} {
		op := operations[tc.operation]
		if op == nil {
			t.Errorf("%s: no such operation", tc.operation)
			continue
		}
		if name := s.Under(tc.reading).excuse(op, tc.found); name != tc.name {
			t.Errorf("%s under %s: %+v is excused by %q, want %q", tc.operation, tc.reading, tc.found, name, tc.name)
		}
		if name := s.Under(tc.reading).excuse(op, tc.not); name != "" {
			t.Errorf("%s under %s: %+v is excused by %q", tc.operation, tc.reading, tc.not, name)
		}
		for _, other := range []string{"", "empty-list"} {
			if name := s.Under(other).excuse(op, tc.found); name != "" {
				t.Errorf("%s under %q: %+v is excused by %q", tc.operation, other, tc.found, name)
			}
		}
		tested[tc.name] = true
	}
	for _, e := range exceptions {
		if e.reading == "" {
			continue
		}
		if _, known := emulator.ReadingNamed(e.reading); !known || !tested[e.name] {
			t.Errorf("exception %s of reading %q: known %v, tested %v", e.name, e.reading, known, tested[e.name])
		}
	}
}
