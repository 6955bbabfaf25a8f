package judge

import (
	"encoding/json"
	"testing"
)

// Every exception excuses what it is for, and the same fault anywhere else is one.
func TestExceptions(t *testing.T) {
	s := specs(t)
	operations := map[string]*operation{}
	s.each(func(op *operation) { operations[op.name] = op })
	product := "GET /v3/catalog/products"
	type sample struct {
		name, operation string
		found           fault
	}
	tested := map[string]bool{}
	for _, tc := range []sample{
		{"batch-id", "PUT /v3/catalog/products", fault{rule: RuleReadOnlyField, pointer: "/3/id"}},
		{"", "POST /v3/catalog/products", fault{rule: RuleReadOnlyField, pointer: "/3/id"}},
		{"child-id", "PUT /v3/catalog/products", fault{rule: RuleReadOnlyField, pointer: "/0/custom_fields/1/id"}},
		{"", "PUT /v3/catalog/products", fault{rule: RuleReadOnlyField, pointer: "/0/date_created"}},
		{"order-archive", "PUT /v2/orders/{order_id}", fault{rule: RuleReadOnlyField, pointer: "/is_deleted"}},
		{"", "POST /v2/orders", fault{rule: RuleReadOnlyField, pointer: "/is_deleted"}},
		{"order-part-address", "PUT /v2/orders/{order_id}", fault{rule: RuleRequestSchema, pointer: "/billing_address/zip"}},
		{"", "POST /v2/orders", fault{rule: RuleRequestSchema, pointer: "/billing_address/zip"}},
		{"batch-variant-create", "PUT /v3/catalog/variants", fault{rule: RuleReadOnlyField, pointer: "/0/sku"}},
		{"", "PUT /v3/catalog/variants", fault{rule: RuleReadOnlyField, pointer: "/0/sku_id"}},
		{"batch-variant-codes", "PUT /v3/catalog/variants", fault{rule: RuleUnknownField, pointer: "/0/gtin"}},
		{"", "PUT /v3/catalog/variants", fault{rule: RuleUnknownField, pointer: "/0/gtinn"}},
		{"included-children", product, fault{rule: RuleAnswerField, pointer: "/data/0/variants"}},
		{"", "GET /v3/catalog/brands", fault{rule: RuleAnswerField, pointer: "/data/0/variants"}},
		{"variant-fields", "GET /v3/catalog/variants", fault{rule: RuleAnswerField, pointer: "/data/0/gtin"}},
		{"", "GET /v3/catalog/variants", fault{rule: RuleAnswerField, pointer: "/data/0/isbn"}},
		{"modifier-nulls", "GET /v3/catalog/products/{product_id}/modifiers", fault{rule: RuleAnswerSchema, pointer: "/data/0/option_values/1/adjusters/price"}},
		{"", "GET /v3/catalog/products/{product_id}/modifiers", fault{rule: RuleAnswerSchema, pointer: "/data/0/option_values/1/adjusters/price", value: "1"}},
		{"", "GET /v3/catalog/products/{product_id}/modifiers", fault{rule: RuleAnswerSchema, pointer: "/data/0/type"}},
		{"image-file", product, fault{rule: RuleAnswerField, pointer: "/data/2/images/0/image_file"}},
		{"", product, fault{rule: RuleAnswerField, pointer: "/data/2/image_file_name"}},
		{"option-name", product, fault{rule: RuleAnswerField, pointer: "/data/2/options/0/name"}},
		{"", "GET /v3/catalog/products/{product_id}/images", fault{rule: RuleAnswerField, pointer: "/data/0/name"}},
		{"empty-config", product, fault{rule: RuleAnswerSchema, pointer: "/data/2/options/0/config", value: []any{}}},
		{"", product, fault{rule: RuleAnswerSchema, pointer: "/data/2/options/0/config", value: []any{1}}},
		{"modifier-value-option-id", "POST /v3/catalog/products/{product_id}/modifiers/{modifier_id}/values", fault{rule: RuleAnswerField, pointer: "/data/option_id"}},
		{"", "POST /v3/catalog/products/{product_id}/modifiers/{modifier_id}/values", fault{rule: RuleAnswerField, pointer: "/data/modifier_id"}},
		{"modifier-created", "POST /v3/catalog/products/{product_id}/modifiers", fault{rule: RuleAnswerField, pointer: "/data/config"}},
		{"review-product-id", "GET /v3/catalog/products/{product_id}/reviews/{review_id}", fault{rule: RuleAnswerField, pointer: "/data/product_id"}},
		{"bulk-pricing-list", "GET /v3/catalog/products/{product_id}/bulk-pricing-rules", fault{rule: RuleAnswerSchema, pointer: "/data", value: []any{}}},
		{"", "GET /v3/catalog/products/{product_id}/bulk-pricing-rules", fault{rule: RuleAnswerSchema, pointer: "/data", value: "x"}},
		{"lowest-variant-price", "GET /v3/catalog/summary", fault{rule: RuleAnswerSchema, pointer: "/data/lowest_variant_price", value: json.Number("7")}},
		{"empty-date", product, fault{rule: RuleAnswerSchema, pointer: "/data/1/preorder_release_date", value: ""}},
		{"", product, fault{rule: RuleAnswerSchema, pointer: "/data/1/preorder_release_date", value: "soon"}},
		{"product-nulls", product, fault{rule: RuleAnswerSchema, pointer: "/data/1/base_variant_id"}},
		{"", product, fault{rule: RuleAnswerSchema, pointer: "/data/1/brand_id"}},
		{"sale-price-null", product, fault{rule: RuleAnswerSchema, pointer: "/data/1/sale_price"}},
		{"", product, fault{rule: RuleAnswerSchema, pointer: "/data/1/sale_price", value: "1"}},
		{"primary-image-null", product, fault{rule: RuleAnswerSchema, pointer: "/data/1/primary_image"}},
		{"", product, fault{rule: RuleAnswerSchema, pointer: "/data/1/primary_image", value: "x"}},
		{"image-alternatives", "POST /v3/catalog/products/{product_id}/images", fault{rule: RuleAnswerSchema, pointer: "/data", message: "input matches more than one oneOf schemas"}},
		{"", "POST /v3/catalog/products/{product_id}/images", fault{rule: RuleAnswerSchema, pointer: "/data", message: "value must be an object"}},
		{"brand-null-meta", "GET /v3/catalog/brands", fault{rule: RuleAnswerSchema, pointer: "/data/0/meta_description"}},
		{"null-meta", product, fault{rule: RuleAnswerSchema, pointer: "/meta"}},
		{"error-details", product, fault{rule: RuleAnswerField, pointer: "/errors", status: 404}},
		{"", product, fault{rule: RuleAnswerField, pointer: "/errors", status: 200}},
		{"v2-empty", "GET /v2/coupons", fault{rule: RuleAnswerStatus, status: 204}},
		{"", product, fault{rule: RuleAnswerStatus, status: 204}},
		{"order-sort", "GET /v2/orders", fault{rule: RuleQueryValue, where: "query sort", message: `"id:desc": value is not one of the allowed values`}},
		{"", "GET /v2/orders", fault{rule: RuleQueryValue, where: "query sort", message: `"name": value is not one of the allowed values`}},
		{"order-archived", "GET /v2/orders", fault{rule: RuleUnknownQuery, where: "query is_deleted"}},
		{"", "GET /v2/orders", fault{rule: RuleUnknownQuery, where: "query archived"}},
		{"order-nulls", "GET /v2/orders", fault{rule: RuleAnswerSchema, pointer: "/3/staff_notes"}},
		{"", "GET /v2/orders", fault{rule: RuleAnswerSchema, pointer: "/3/status_id"}},
		{"order-alternatives", "GET /v2/orders", fault{rule: RuleAnswerSchema, pointer: "/3/consignments", message: "input matches more than one oneOf schemas"}},
		{"", "GET /v2/orders", fault{rule: RuleAnswerSchema, pointer: "/3/consignments", message: "doesn't match any schema"}},
		{"order-line-source", "GET /v2/orders/{order_id}/products", fault{rule: RuleAnswerField, pointer: "/0/fulfillment_source"}},
		{"", "GET /v2/orders/{order_id}/products", fault{rule: RuleAnswerField, pointer: "/0/colour"}},
		{"order-line-closed", "GET /v2/orders/{order_id}/products", fault{rule: RuleAnswerSchema, pointer: "/0", message: `property "fulfillment_source" is unsupported`}},
		{"transaction-nulls", "GET /v3/orders/{order_id}/transactions", fault{rule: RuleAnswerSchema, pointer: "/data/0/reference_transaction_id"}},
		{"coupon-restrictions", "GET /v2/coupons", fault{rule: RuleAnswerSchema, pointer: "/0/restricted_to", value: []any{}}},
		{"", "GET /v2/coupons", fault{rule: RuleAnswerSchema, pointer: "/0/restricted_to", value: "AU"}},
		{"coupon-methods", "GET /v2/coupons", fault{rule: RuleAnswerSchema, pointer: "/0/shipping_methods"}},
		{"coupon-countries", "POST /v2/coupons", fault{rule: RuleRequestSchema, pointer: "/restricted_to/countries", value: []any{"AU", "NZ"}}},
		{"", "POST /v2/coupons", fault{rule: RuleRequestSchema, pointer: "/restricted_to/countries", value: []any{"AU"}}},
		{"coupon-duplicate", "PUT /v2/coupons/{id}", fault{rule: RuleAnswerStatus, status: 409}},
		{"", "PUT /v2/coupons/{id}", fault{rule: RuleAnswerStatus, status: 204}},
		{"order-fields", "GET /v2/orders/{order_id}", fault{rule: RuleAnswerField, pointer: "/custom_status"}},
		{"order-fees", "GET /v2/orders/{order_id}/fees", fault{rule: RuleAnswerField, pointer: "/fees"}},
		{"order-status-place", "GET /v2/order_statuses", fault{rule: RuleAnswerField, pointer: "/0/order"}},
		{"generated-code", "POST /v3/promotions/{promotion_id}/codegen", fault{rule: RuleAnswerSchema, pointer: "/data/codes/2/code"}},
		{"", "POST /v3/promotions/{promotion_id}/codegen", fault{rule: RuleAnswerSchema, pointer: "/data/created"}},
		{"promotion-refused", "POST /v3/promotions", fault{rule: RuleAnswerSchema, pointer: "/status", status: 403}},
		{"", "POST /v3/promotions", fault{rule: RuleAnswerSchema, pointer: "/status", status: 400}},
		{"new-variant-ids", "POST /v3/catalog/products", fault{rule: RuleRequestSchema, pointer: "/variants/0/id"}},
		{"", "POST /v3/catalog/products", fault{rule: RuleRequestSchema, pointer: "/variants/0/sku"}},
		{"rule-id-in-path", "PUT /v3/catalog/products/{product_id}/bulk-pricing-rules/{bulk_pricing_rule_id}", fault{rule: RuleRequestSchema, pointer: "/id"}},
		{"", "PUT /v3/catalog/products/{product_id}/bulk-pricing-rules/{bulk_pricing_rule_id}", fault{rule: RuleRequestSchema, pointer: "/type"}},
		{"duplicate-variant", "POST /v3/catalog/products/{product_id}/variants", fault{rule: RuleAnswerStatus, status: 409}},
		{"", "POST /v3/catalog/products/{product_id}/variants", fault{rule: RuleAnswerStatus, status: 418}},
		{"modifier-option-id", "PUT /v3/catalog/products/{product_id}/modifiers/{modifier_id}", fault{rule: RuleAnswerField, pointer: "/data/option_values/1/option_id"}},
		{"", "PUT /v3/catalog/products/{product_id}/modifiers/{modifier_id}", fault{rule: RuleAnswerField, pointer: "/data/option_values/1/modifier_id"}},
		{"variant-metafield-pages", "GET /v3/catalog/products/{product_id}/variants/{variant_id}/metafields", fault{rule: RuleAnswerField, pointer: "/meta/pagination"}},
		{"", "GET /v3/catalog/products/{product_id}/variants/{variant_id}/metafields", fault{rule: RuleAnswerField, pointer: "/meta/pages"}},
		{"category-errors", "POST /v3/catalog/trees/categories", fault{rule: RuleAnswerField, pointer: "/errors/0.name", status: 422}},
		{"", "POST /v3/catalog/trees/categories", fault{rule: RuleAnswerField, pointer: "/errors/0.name", status: 201}},
		{"one-refund", "GET /v3/orders/payment_actions/refunds/{refund_id}", fault{rule: RuleAnswerField, pointer: "/data/items/0/adjustments"}},
		{"", "GET /v3/orders/payment_actions/refunds/{refund_id}", fault{rule: RuleAnswerField, pointer: "/data/items/0/colour"}},
		{"one-refund-amount", "GET /v3/orders/payment_actions/refunds/{refund_id}", fault{rule: RuleAnswerSchema, pointer: "/data/items/0/requested_amount"}},
		{"", "GET /v3/orders/payment_actions/refunds/{refund_id}", fault{rule: RuleAnswerSchema, pointer: "/data/items/0/item_id"}},
		{"promotion-fields", "GET /v3/promotions", fault{rule: RuleAnswerField, pointer: "/data/1/is_archived"}},
		{"", "GET /v3/promotions", fault{rule: RuleAnswerField, pointer: "/data/1/archived"}},
		{"customer-segments", "GET /v3/customers", fault{rule: RuleAnswerField, pointer: "/data/0/segment_ids"}},
	} {
		op := operations[tc.operation]
		if op == nil {
			t.Errorf("%s: no such operation", tc.operation)
			continue
		}
		if name := s.excuse(op, tc.found); name != tc.name {
			t.Errorf("%s: %+v is excused by %q, want %q", tc.operation, tc.found, name, tc.name)
		}
		tested[tc.name] = true
	}
	for title, wrong := range relaxations {
		if wrong.overlap == "" && len(wrong.nulls) == 0 || len(wrong.nulls) > 0 && wrong.unset == "" {
			t.Errorf("%s is relaxed without a reason", title)
		}
	}
	for _, e := range exceptions {
		if !tested[e.name] && e.reading == "" {
			t.Errorf("exception %s is not tested", e.name)
		}
		if e.reason == "" || e.follows == "" {
			t.Errorf("exception %s does not say what it follows, and why", e.name)
		}
		for _, name := range e.operations {
			known := false
			for real := range operations {
				known = known || covers(name, real)
			}
			if !known {
				t.Errorf("exception %s names an unknown operation %s", e.name, name)
			}
		}
	}
}
