package judge

import (
	"net/http"
	"strings"
)

var orderReads = []string{"GET /v2/orders*", "POST /v2/orders", "PUT /v2/orders*"}

// orderExceptions are those of orders, coupons, promotions and customers, which follow their examples and a live store's recorded answers.
var orderExceptions = []exception{
	{
		name: "order-sort", follows: followsProse, rule: RuleQueryValue,
		reason:     "the prose adds :asc or :desc to the field that sorts, the schema lists the fields alone",
		operations: []string{"GET /v2/orders"},
		holds: func(_ *operation, found fault) bool {
			return found.where == "query sort" && (strings.Contains(found.message, ":asc\"") || strings.Contains(found.message, ":desc\""))
		},
	},
	{
		name: "order-archived", follows: followsRecorded, rule: RuleUnknownQuery,
		reason:     "is_deleted is a filter of the file's edition of 2021; a store without it ignores it, and there is no other way to the archived orders",
		operations: []string{"GET /v2/orders", "GET /v2/orders/count"},
		holds:      func(_ *operation, found fault) bool { return found.where == "query is_deleted" },
	},
	{
		name: "order-archive", follows: followsProse, rule: RuleReadOnlyField,
		reason:     "is_deleted stands among the fields of answers only, whose text says that a PUT of true archives the order",
		operations: []string{"PUT /v2/orders/{order_id}"},
		pointers:   []string{"/is_deleted"},
	},
	{
		name: "order-part-address", follows: followsProse, rule: RuleRequestSchema,
		reason:     "the schema of a PUT's billing address requires the postcode, its prose says that sub-resources take only the fields to change",
		operations: []string{"PUT /v2/orders/{order_id}"},
		pointers:   []string{"/billing_address/zip"},
	},
	{
		name: "order-nulls", follows: followsRecorded, rule: RuleAnswerSchema, null: true,
		reason:     "recorded orders have null for these, the schema a text or a number only",
		operations: orderReads,
		pointers: []string{
			"/staff_notes", "/*/staff_notes", "/customer_message", "/*/customer_message", "/cart_id", "/*/cart_id",
			"/payment_provider_id", "/*/payment_provider_id",
		},
	},
	{
		name: "order-alternatives", follows: followsSense, rule: RuleAnswerSchema,
		reason:     "an object of anything fits both alternatives of consignments, as an empty list does those of their lines; oneOf allows one",
		operations: orderReads,
		holds: func(_ *operation, found fault) bool {
			at := placeless(found.pointer)
			return strings.Contains(found.message, "more than one oneOf") && (strings.HasSuffix(at, "/consignments") || strings.HasSuffix(at, "/line_items"))
		},
	},
	{
		name: "order-line-source", follows: followsRecorded, rule: RuleAnswerField,
		reason:     "recorded order lines carry fulfillment_source, and a live store's consignments applied_discounts; the schemas do not",
		operations: orderReads,
		holds: func(_ *operation, found fault) bool {
			return strings.HasSuffix(found.pointer, "/fulfillment_source") || strings.HasSuffix(found.pointer, "/applied_discounts")
		},
	},
	{
		name: "order-line-closed", follows: followsRecorded, rule: RuleAnswerSchema,
		reason:     "lines fit no schema for the same field, where the schema allows no others",
		operations: orderReads,
		holds: func(_ *operation, found fault) bool {
			return strings.Contains(found.message, `"fulfillment_source" is unsupported`)
		},
	},
	{
		name: "transaction-nulls", follows: followsRecorded, rule: RuleAnswerSchema, null: true,
		reason:     "recorded transactions that refer to no other have null there",
		operations: []string{"GET /v3/orders/{order_id}/transactions"},
		pointers:   []string{"/data/*/reference_transaction_id"},
	},
	{
		name: "coupon-restrictions", follows: followsRecorded, rule: RuleAnswerSchema,
		reason:     "recorded coupons have a list of countries, and a list for an object without any; the schema has a text in an object",
		operations: []string{"GET /v2/coupons", "POST /v2/coupons", "PUT /v2/coupons/{id}"},
		pointers:   []string{"/restricted_to", "/*/restricted_to", "/restricted_to/countries", "/*/restricted_to/countries"},
		holds:      func(_ *operation, found fault) bool { _, list := found.value.([]any); return list },
	},
	{
		name: "coupon-countries", follows: followsRecorded, rule: RuleRequestSchema,
		reason:     "answers hold several countries, for which the schema's single text has no room; what is read is written back in a list",
		operations: []string{"POST /v2/coupons", "PUT /v2/coupons/{id}"},
		pointers:   []string{"/restricted_to/countries"},
		holds:      func(_ *operation, found fault) bool { list, ok := found.value.([]any); return ok && len(list) != 1 },
	},
	{
		name: "coupon-duplicate", follows: followsRecorded, rule: RuleAnswerStatus,
		reason:     "a name or code that is taken is answered 409 (GitHub, bigcommerce/api-specs 1537), which the file does not list",
		operations: []string{"POST /v2/coupons", "PUT /v2/coupons/{id}"},
		holds:      func(_ *operation, found fault) bool { return found.status == http.StatusConflict },
	},
	{
		name: "coupon-methods", follows: followsRecorded, rule: RuleAnswerSchema, null: true,
		reason:     "a live store's rows of promotions have null for the shipping methods",
		operations: []string{"GET /v2/coupons"},
		pointers:   []string{"/*/shipping_methods"},
	},
	{
		name: "order-fields", follows: followsRecorded, rule: RuleAnswerField,
		reason:     "the file's examples and recorded orders carry these fields, the schemas do not",
		operations: []string{"GET /v2/orders*", "POST /v2/orders", "PUT /v2/orders*"},
		pointers: []string{
			"/custom_status", "/*/custom_status", "/credit_card_type", "/*/credit_card_type",
			"/fees/*/cost_exc_tax", "/*/fees/*/cost_exc_tax", "/product_options/*/option id",
		},
	},
	{
		name: "order-fees", follows: followsExample, rule: RuleAnswerField,
		reason:     "the fees of an order are {\"fees\": [...]} in the example, one bare fee in the schema",
		operations: []string{"GET /v2/orders/{order_id}/fees"},
		pointers:   []string{"/fees"},
	},
	{
		name: "order-status-place", follows: followsExample, rule: RuleAnswerField,
		reason:     "the examples of order statuses carry order, the schema does not",
		operations: []string{"GET /v2/order_statuses*"},
		pointers:   []string{"/order", "/*/order"},
	},
	{
		name: "generated-code", follows: followsProse, rule: RuleAnswerSchema,
		reason:     "the pattern of generated codes fits no prefix, delimiter or length other than the default, which the same operation takes",
		operations: []string{"POST /v3/promotions/{promotion_id}/codegen"},
		pointers:   []string{"/data/codes/*/code"},
	},
	{
		name: "promotion-refused", follows: followsRecorded, rule: RuleAnswerSchema,
		reason:     "the file writes the status of a 403 as a text; recorded answers of the gateway, which knows the scopes, have a number",
		operations: []string{"POST /v3/promotions", "POST /v3/promotions/{promotion_id}/codegen"},
		pointers:   []string{"/status"},
		holds:      func(_ *operation, found fault) bool { return found.status == http.StatusForbidden },
	},
	{
		name: "customer-segments", follows: followsExample, rule: RuleAnswerField,
		reason:     "the examples of customers carry the fields of shopper segments, the schema does not",
		operations: []string{"GET /v3/customers", "POST /v3/customers", "PUT /v3/customers"},
		pointers:   []string{"/data/*/shopper_profile_id", "/data/*/segment_ids"},
	},
	{
		name: "one-refund", follows: followsOther, rule: RuleAnswerField,
		reason:     "one refund is described unlike the lists of refunds, which have these fields",
		operations: []string{"GET /v3/orders/payment_actions/refunds/{refund_id}"},
		pointers:   []string{"/data/payments/*/transaction_id", "/data/items/*/adjustments"},
	},
	{
		name: "one-refund-amount", follows: followsOther, rule: RuleAnswerSchema,
		reason:     "the amount of a refunded item is a text in one refund and a number in the lists of refunds",
		operations: []string{"GET /v3/orders/payment_actions/refunds/{refund_id}"},
		pointers:   []string{"/data/items/*/requested_amount"},
	},
	{
		name: "promotion-fields", follows: followsRecorded, rule: RuleAnswerField,
		reason:     "a live store's promotions carry these fields, the schemas do not",
		operations: []string{"GET /v3/promotions*", "POST /v3/promotions", "PUT /v3/promotions*"},
		pointers: []string{
			"/data/promotion_category", "/data/*/promotion_category", "/data/is_featured_promotion", "/data/*/is_featured_promotion",
			"/data/featured_promotion_callout_message", "/data/*/featured_promotion_callout_message", "/data/is_archived", "/data/*/is_archived",
		},
	},
}
