package emulator

// The smaller parts of an order, as orders.v2.oas2.yml (coupons, taxes, shipments, messages, fees,
// pickups) and orders.v3.yml (transactions, refunds) describe them.

// orderCouponFields: the type is a number here, the amounts are numbers on one store and strings on another.
var orderCouponFields = newTable(
	intField("id", readOnly),
	intField("coupon_id", readOnly),
	intField("order_id", readOnly),
	textField("code", 0),
	field{name: "amount", kind: kindDecimal, def: "0"},
	intField("type", readOnly),
	field{name: "discount", kind: kindDecimal, def: "0"},
)

// orderTaxFields: one row a taxed item; the last two stand in answers with details=true only.
var orderTaxFields = newTable(
	intField("id", readOnly),
	intField("order_id", readOnly),
	intField("order_address_id", readOnly),
	intField("tax_rate_id", readOnly),
	textField("sales_tax_id", 0),
	nullField("tax_class_id", kindInt, readOnly),
	textField("name", 0),
	textField("class", 0),
	moneyRead("rate"),
	intField("priority", readOnly),
	moneyRead("priority_amount"),
	moneyRead("line_amount"),
	intField("order_pickup_method_id", readOnly),
	textField("order_product_id", 0),
	field{name: "line_item_type", kind: kindString, def: `"item"`},
)

var shipmentFields = newTable(
	intField("id", readOnly),
	intField("order_id", readOnly),
	intField("customer_id", readOnly),
	intField("order_address_id", readWrite),
	field{name: "date_created", kind: kindMail, def: textEmpty, access: readOnly},
	textField("tracking_number", 50),
	moneyField("merchant_shipping_cost"),
	field{name: "shipping_method", kind: kindString, def: `"None"`},
	textField("comments", 65535),
	textField("shipping_provider", 0),
	textField("tracking_carrier", 0),
	textField("tracking_link", 500),
	field{name: "billing_address", kind: kindObject, def: "{}", access: readOnly},
	field{name: "shipping_address", kind: kindObject, def: "{}", access: readOnly},
	field{name: "items", kind: kindArray, def: "[]"},
	field{name: "shipping_provider_display_name", kind: kindString, def: textEmpty, access: readOnly},
	field{name: "generated_tracking_link", kind: kindString, def: textEmpty, access: readOnly},
)

var orderMessageFields = newTable(
	intField("id", readOnly),
	intField("order_id", readOnly),
	intField("staff_id", readOnly),
	intField("customer_id", readOnly),
	field{name: "type", kind: kindString, def: `"customer"`},
	textField("subject", 0),
	textField("message", 0),
	field{name: "status", kind: kindString, def: `"unread"`},
	flagField("is_flagged", readOnly),
	field{name: "date_created", kind: kindMail, def: textEmpty},
	field{name: "customer", kind: kindObject, def: "{}"},
)

var orderFeeFields = newTable(
	intField("id", readOnly),
	field{name: "type", kind: kindString, def: `"custom_fee"`, enum: []string{"custom_fee"}},
	textField("display_name_customer", 0),
	textField("display_name_merchant", 0),
	textField("source", 0),
	moneyRead("base_cost"),
	moneyField("cost_ex_tax"),
	moneyField("cost_inc_tax"),
	moneyField("cost_tax"),
	nullField("tax_class_id", kindInt, readWrite),
)

// orderPickupFields are pickup consignments; their lines are those of that pickup method.
var orderPickupFields = newTable(
	intField("id", readOnly),
	intField("pickup_method_id", readOnly),
	textField("pickup_method_display_name", 250),
	textField("collection_instructions", 0),
	textField("collection_time_description", 250),
	field{name: "location", kind: kindObject, def: "{}"},
)

// transactionFields: order_id is a string, amounts are numbers; whatever the payment was not made with is {}.
var transactionFields = newTable(
	intField("id", readOnly),
	field{name: "order_id", kind: kindString, def: textEmpty},
	field{name: "event", kind: kindString, def: `"purchase"`},
	field{name: "method", kind: kindString, def: `"credit_card"`},
	field{name: "amount", kind: kindDecimal, def: "0"},
	field{name: "currency", kind: kindString, def: `"USD"`},
	textField("gateway", 0),
	textField("gateway_transaction_id", 0),
	field{name: "status", kind: kindString, def: `"ok"`},
	flagField("test", readOnly),
	flagField("fraud_review", readOnly),
	nullField("reference_transaction_id", kindInt, readOnly),
	field{name: "date_created", kind: kindTime, def: textEmpty},
	field{name: "avs_result", kind: kindObject, def: `{"code":"","message":"","street_match":"","postal_match":""}`},
	field{name: "cvv_result", kind: kindObject, def: `{"code":"","message":""}`},
	field{name: "credit_card", kind: kindObject, def: "{}", null: true},
	field{name: "gift_certificate", kind: kindObject, def: "{}", null: true},
	field{name: "store_credit", kind: kindObject, def: "{}", null: true},
	field{name: "offline", kind: kindObject, def: "{}", null: true},
	field{name: "custom", kind: kindObject, def: "{}", null: true},
	field{name: "payment_instrument_token", kind: kindString, def: textNull, null: true},
	textField("payment_method_id", 0),
)

var refundFields = newTable(
	intField("id", readOnly),
	intField("order_id", readOnly),
	intField("user_id", readOnly),
	field{name: "created", kind: kindTime, def: textEmpty},
	textField("reason", 0),
	field{name: "total_amount", kind: kindDecimal, def: "0"},
	field{name: "total_tax", kind: kindDecimal, def: "0"},
	flagField("uses_merchant_override_values", readOnly),
	field{name: "payments", kind: kindArray, def: "[]"},
	field{name: "items", kind: kindArray, def: "[]"},
)
