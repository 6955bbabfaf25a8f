package judge

// readingExceptions excuse what a store answers under one other reading of the files (see Under), and nobody else.
var readingExceptions = []exception{
	{
		name: "order-created", follows: followsProse, reading: "order-201", rule: RuleAnswerStatus,
		reason:     "the guides' general rule is 201 for what was created, the file of orders has 200",
		operations: []string{"POST /v2/orders"},
		holds:      func(_ *operation, found fault) bool { return found.status == 201 },
	},
	{
		name: "product-codes-null", follows: followsOther, reading: "codes-null", rule: RuleAnswerSchema, null: true,
		reason:     "the files of variants allow null for these, that of products does not",
		operations: productReads,
		pointers:   []string{"/data/upc", "/data/*/upc", "/data/gtin", "/data/*/gtin", "/data/mpn", "/data/*/mpn"},
	},
	{
		name: "percent-amount", follows: followsProse, reading: "percent-text", rule: RuleAnswerSchema,
		reason:     "the prose gives a percentage as \".10\", the schema has a number",
		operations: append([]string{"GET /v3/catalog/products/{product_id}/bulk-pricing-rules*", "POST /v3/catalog/products/{product_id}/bulk-pricing-rules", "PUT /v3/catalog/products/{product_id}/bulk-pricing-rules/{bulk_pricing_rule_id}"}, productReads...),
		pointers:   []string{"/data/amount", "/data/*/amount", "/data/bulk_pricing_rules/*/amount", "/data/*/bulk_pricing_rules/*/amount"},
		holds:      func(_ *operation, found fault) bool { _, text := found.value.(string); return text },
	},
	{
		name: "coupon-methods-written", follows: followsRecorded, reading: "methods-null", rule: RuleAnswerSchema, null: true,
		reason:     "a live store's rows of promotions have null for the shipping methods; this reading has it for every coupon",
		operations: []string{"POST /v2/coupons", "PUT /v2/coupons/{id}"},
		pointers:   []string{"/shipping_methods"},
	},
	{
		name: "coupon-expires-null", follows: followsEither, reading: "expires-null", rule: RuleAnswerSchema, null: true,
		reason:     "the shapes of what is not set vary, and no answer of a coupon that never expires is recorded",
		operations: []string{"GET /v2/coupons", "POST /v2/coupons", "PUT /v2/coupons/{id}"},
		pointers:   []string{"/expires", "/*/expires"},
	},
	{
		name: "order-coupon-amounts", follows: followsRecorded, reading: "order-coupon-text", rule: RuleAnswerSchema,
		reason:     "amounts of V2 are strings elsewhere, and were so on one recorded store",
		operations: []string{"GET /v2/orders/{order_id}/coupons"},
		pointers:   []string{"/*/amount", "/*/discount"},
		holds:      func(_ *operation, found fault) bool { _, text := found.value.(string); return text },
	},
	{
		name: "transaction-order", follows: followsOther, reading: "order-id-number", rule: RuleAnswerSchema,
		reason:     "the guide's example of a transaction has a text, other parts of an order a number",
		operations: []string{"GET /v3/orders/{order_id}/transactions"},
		pointers:   []string{"/data/*/order_id"},
	},
}
