package catalogue

import "slices"

// Refunds are what was paid back on orders, orders.v3.yml: one list of the whole store, in no promised order. Refunds are never
// changed or removed. Each has its order's fields below "order".
var Refunds = Object{
	Name: "refunds", Singular: "refund", IDField: "id",
	Version: "v3", ListPath: "/orders/payment_actions/refunds", MaxLimit: 250, AppendOnly: true, Of: "orders", OfField: "order_id",
	Keys:   []Key{{Field: "id", Finding: Bulk, Query: "id:in", BulkName: "id:in", MaxBulk: 250}},
	Fields: slices.Concat(refundFields(), ofOrder()),
	Filters: []Filter{
		{Name: "id:in", Type: Int, Many: true},
		{Name: "order_id:in", Type: Int, Many: true},
		{Name: "created:min", Type: Date},
		{Name: "created:max", Type: Date},
		{Name: "transaction_id", Type: Text},
	},

	ReadScope: "store_v2_orders_read_only", WriteScope: "store_v2_orders", Scope: "Orders",
	SpecFile: "orders.v3.yml",
}

// Transactions are the payments of orders, orders.v3.yml. There is no list of them but each order's own, so they are read through
// their orders, whose filters they take. Each has its order's fields below "order".
var Transactions = Object{
	Name: "transactions", Singular: "transaction", IDField: "id",
	Version: "v3", ListPath: "/orders/{id}/transactions", Within: "orders", WithinField: "transactions",
	Keys:    []Key{{Field: "id", Finding: ListOnly}},
	Fields:  slices.Concat(transactionFields(), ofOrder()),
	Filters: orderFilters(),

	ReadScope: "store_v2_transactions_read_only", WriteScope: "store_v2_transactions", Scope: "Order Transactions",
	SpecFile: "orders.v3.yml",
}

// ofOrder are the fields of the order that a refund or transaction belongs to, to be read beside it.
func ofOrder() []Field {
	return slices.Concat([]Field{readable("order", Struct)}, under("order", orderFields()), under("order", orderChildren()))
}

func refundFields() []Field {
	return slices.Concat(
		[]Field{
			readable("id", Int), readable("order_id", Int), readable("user_id", Int).note("who refunded; 0 is none"), readable("created", Date),
			readable("reason", Text), readable("total_amount", Decimal), readable("total_tax", Decimal), readable("uses_merchant_override_values", Bool),
		},
		listed("items", slices.Concat([]Field{
			readable("item_type", Text).oneOf("PRODUCT", "GIFT_WRAPPING", "SHIPPING", "HANDLING", "ORDER", "FEE"),
			readable("item_id", Int).note("of PRODUCT the order line's id"), readable("reason", Text), readable("quantity", Int),
			readable("requested_amount", Decimal),
		}, listed("adjustments", []Field{readable("amount", Decimal), readable("description", Text)}))),
		listed("payments", []Field{
			readable("id", Int), readable("provider_id", Text), readable("amount", Decimal), readable("offline", Bool),
			readable("is_declined", Bool), readable("declined_message", Text), readable("transaction_id", Text),
		}),
	)
}

func transactionFields() []Field {
	return []Field{
		readable("id", Int), readable("order_id", Int),
		readable("event", Text).oneOf("purchase", "authorization", "capture", "refund", "void", "pending", "settled"),
		readable("method", Text), readable("amount", Decimal), readable("currency", Text), readable("gateway", Text),
		readable("gateway_transaction_id", Text), readable("payment_method_id", Text), readable("status", Text).oneOf("ok", "error"),
		readable("test", Bool), readable("fraud_review", Bool), readable("reference_transaction_id", Int), readable("date_created", Date),
		readable("payment_instrument_token", Text), readable("provider_instrument_token", Text), readable("provider_customer_id", Text),
		readable("avs_result", Struct), readable("avs_result.code", Text), readable("avs_result.message", Text),
		readable("avs_result.street_match", Text), readable("avs_result.postal_match", Text),
		readable("cvv_result", Struct), readable("cvv_result.code", Text), readable("cvv_result.message", Text),
		readable("credit_card", Struct), readable("credit_card.card_type", Text), readable("credit_card.card_iin", Text),
		readable("credit_card.card_last4", Text), readable("credit_card.card_expiry_month", Int), readable("credit_card.card_expiry_year", Int),
		readable("gift_certificate", Struct), readable("gift_certificate.code", Text), readable("gift_certificate.original_balance", Decimal),
		readable("gift_certificate.starting_balance", Decimal), readable("gift_certificate.remaining_balance", Decimal),
		readable("gift_certificate.status", Text).oneOf("active", "pending", "disabled", "expired"),
		readable("store_credit", Struct), readable("store_credit.remaining_balance", Decimal),
		readable("offline", Struct), readable("offline.display_name", Text),
		readable("custom", Struct), readable("custom.payment_method", Text),
		readable("custom_provider_field_result", Struct), readable("custom_provider_field_result.receipt_number", Text),
		readable("custom_provider_field_result.authorization_code", Text), readable("custom_provider_field_result.fraud_response", Text),
		readable("custom_provider_field_result.amount_received", Decimal),
	}
}
