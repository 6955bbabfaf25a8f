package catalogue

import "slices"

// orderSubs are the parts of an order that stand behind links of their own (API facts, 5.1 and 5.4). Those of V2 hold 50 elements
// a page unless asked for more, so an order of more lines needs pages. Fees and consignments come with the order where `include`
// names them; their own requests serve only stores that ignore that.
func orderSubs() []Sub {
	const orders, transactions = "store_v2_orders_read_only", "store_v2_transactions_read_only"
	return []Sub{
		{Field: "products", Version: "v2", Path: "/orders/{id}/products", MaxLimit: 250, ReadScope: orders, Scope: "Orders"},
		{Field: "shipping_addresses", Version: "v2", Path: "/orders/{id}/shipping_addresses", MaxLimit: 250, ReadScope: orders, Scope: "Orders"},
		{Field: "coupons", Version: "v2", Path: "/orders/{id}/coupons", MaxLimit: 250, ReadScope: orders, Scope: "Orders"},
		{Field: "taxes", Version: "v2", Path: "/orders/{id}/taxes", MaxLimit: 250, Query: "details=true", QueryFor: []string{"order_product_id", "line_item_type"}, ReadScope: orders, Scope: "Orders"},
		{Field: "shipments", Version: "v2", Path: "/orders/{id}/shipments", MaxLimit: 250, ReadScope: orders, Scope: "Orders"},
		{Field: "fees", Version: "v2", Path: "/orders/{id}/fees", Include: "fees", Under: "fees", ReadScope: orders, Scope: "Orders"},
		{Field: "consignments", Version: "v2", Path: "/orders/{id}/consignments", Include: "consignments", Whole: true, ReadScope: orders, Scope: "Orders"},
		{Field: "transactions", Version: "v3", Path: "/orders/{id}/transactions", Under: "data", ReadScope: transactions, Scope: "Order Transactions"},
		{Field: "refunds", Version: "v3", Path: "/orders/payment_actions/refunds", Under: "data", MaxLimit: 250, ByOwner: "order_id:in", Owner: "order_id", ReadScope: orders, Scope: "Orders"},
		{Field: "metafields", Version: "v3", Path: "/orders/{id}/metafields", Under: "data", MaxLimit: 250, ReadScope: orders, Scope: "Orders"},
	}
}

// orderChildren are the fields of an order's parts.
func orderChildren() []Field {
	return slices.Concat(
		needed(created(listed("products", orderLineFields()))),
		listed("shipping_addresses", shippingAddressFields()),
		listed("coupons", []Field{
			readable("id", Int), readable("coupon_id", Int), readable("order_id", Int), readable("code", Text), readable("amount", Decimal),
			readable("type", Int).note("0 per item, 1 percentage, 2 per total, 3 shipping, 4 free shipping, 5 promotion"), readable("discount", Decimal),
		}),
		listed("taxes", []Field{
			readable("id", Int), readable("order_id", Int), readable("order_address_id", Int), readable("order_pickup_method_id", Int),
			readable("order_product_id", Int).note("asks for a row for each taxed item; without it and line_item_type there is one for each rate and address"), readable("tax_rate_id", Int), readable("sales_tax_id", Text), readable("tax_class_id", Int),
			readable("name", Text), readable("class", Text), readable("rate", Decimal), readable("priority", Int),
			readable("priority_amount", Decimal), readable("line_amount", Decimal),
			readable("line_item_type", Text).oneOf("item", "shipping", "handling", "gift-wrapping"),
		}),
		listed("shipments", shipmentFields()),
		included("fees", created(listed("fees", feeFields()))...),
		included("consignments", slices.Concat([]Field{readable("consignments", Struct)}, inside("consignments", consignmentFields()))...),
		listed("transactions", transactionFields()),
		listed("refunds", refundFields()),
		listed("metafields", []Field{
			readable("id", Int), readable("permission_set", Text).oneOf("app_only", "read", "write", "read_and_sf_access", "write_and_sf_access"),
			readable("namespace", Text), readable("key", Text), readable("value", Text), readable("description", Text),
			readable("resource_type", Text), readable("resource_id", Int), readable("owner_client_id", Text),
			readable("date_created", Date), readable("date_modified", Date),
		}),
	)
}

// listed is a list of records with its fields.
func listed(name string, fields []Field) []Field {
	return append([]Field{readable(name, StructList)}, inside(name+"[]", fields)...)
}

// created marks a list that is sent only in a create: a store would take a change of it, and lose discounts or replace the whole.
func created(fields []Field) []Field {
	fields[0].CreateOnly = true
	return fields
}

// needed marks a list without which a record cannot be created. Of an order the schema says so of its lines or consignments, which
// exclude each other, and consignments are not written (API facts 5.2).
func needed(fields []Field) []Field {
	fields[0].Required = true
	return fields
}

// orderLineFields are the lines of an order. On a change a line without id is added, one of quantity 0 is removed, and a changed
// one loses its discounts.
func orderLineFields() []Field {
	priced := "ex and inc, both or neither"
	return slices.Concat(
		[]Field{
			readable("id", Int).note("the line's own id, which shipments name"),
			readable("order_id", Int),
			whole("product_id", "0", "").clears(NoClear).judgedSent().ref("product").note("0 of a line that is not in the catalogue"),
			whole("variant_id", "0", "").clears(NoClear).judgedSent(),
			text("name", 250).least(1).clears(NoClear).note("required of a line that is not in the catalogue"),
			text("name_customer", 250).judgedSent().note("the same as name"),
			text("name_merchant", 250).judgedSent(),
			text("sku", 0),
			text("upc", 0),
			readable("type", Text).oneOf("physical", "digital", "giftcertificate"),
			readable("brand", Text),
			whole("quantity", "1", "").required().clears(NoClear).judgedSent(),
			readable("quantity_shipped", Int),
			readable("quantity_refunded", Int),
			readable("is_refunded", Bool),
			readable("refund_amount", Decimal),
			readable("base_price", Decimal),
			money("price_ex_tax").note(priced),
			money("price_inc_tax").note(priced),
			readable("price_tax", Decimal),
			readable("base_total", Decimal),
			readable("total_ex_tax", Decimal),
			readable("total_inc_tax", Decimal),
			readable("total_tax", Decimal),
			readable("discounted_total_inc_tax", Decimal),
			readable("base_cost_price", Decimal),
			readable("cost_price_ex_tax", Decimal),
			readable("cost_price_inc_tax", Decimal),
			readable("cost_price_tax", Decimal),
			readable("weight", Decimal),
			readable("width", Decimal),
			readable("height", Decimal),
			readable("depth", Decimal),
			readable("fixed_shipping_cost", Decimal),
			whole("wrapping_id", "0", "").judgedSent(),
			text("wrapping_name", 0),
			text("wrapping_message", 0),
			readable("base_wrapping_cost", Decimal),
			money("wrapping_cost_ex_tax"),
			money("wrapping_cost_inc_tax"),
			readable("wrapping_cost_tax", Decimal),
			readable("order_address_id", Int).note("the shipping address that the line goes to"),
			readable("order_pickup_method_id", Int).note("0 is none"),
			readable("return_id", Int).note("0 is none"),
			readable("event_name", Text),
			readable("event_date", Text).note("a day, as the store writes it"),
			readable("ebay_item_id", Text),
			readable("ebay_transaction_id", Text),
			readable("option_set_id", Int),
			readable("parent_order_product_id", Int).note("the line that a bundled one belongs to"),
			readable("is_bundled_product", Bool),
			readable("bin_picking_number", Text),
			readable("external_id", Text),
			readable("fulfillment_source", Text),
			readable("gift_certificate_id", Int),
		},
		listed("applied_discounts", []Field{
			readable("id", Text), readable("amount", Decimal), readable("name", Text), readable("code", Text),
			readable("target", Text).oneOf("order", "product"),
		}),
		created(listed("product_options", lineOptionFields())),
		listed("configurable_fields", []Field{readable("name", Text), readable("value", Text)}),
	)
}

// lineOptionFields are the options and modifiers of a line. An order is created with the product's own ids of them, which a line that is
// read has under product_option_id; its id there is the line's (orders.v2.oas2.yml).
func lineOptionFields() []Field {
	shown := func(name string) Field { return text(name, 0).least(1).clears(NoClear) }
	return []Field{
		whole("id", "1", "").required().clears(NoClear).judgedSent().note("written: of the product's option or modifier, read as product_option_id; read: the line's own"),
		text("value", 0).required().clears(NoClear).note("id of the option's or modifier's value; of a modifier without a list of values the text, or a date as ISO 8601"),
		readable("option_id", Int), readable("order_product_id", Int), readable("product_option_id", Int),
		shown("display_name"), shown("display_name_customer"), text("display_name_merchant", 0).clears(NoClear),
		shown("display_value"), shown("display_value_customer"), shown("display_value_merchant"),
		readable("type", Text), readable("name", Text), readable("display_style", Text),
	}
}

func shippingAddressFields() []Field {
	address := writableAddress()
	for i := range address {
		address[i].Required = false
		if address[i].Path == "zip" {
			address[i].Clear, address[i].MinLength = ClearText, 0
		}
	}
	return slices.Concat(
		[]Field{
			whole("id", "1", "").clears(NoClear).judgedSent().note("of an order that is there: which of its addresses is meant; a new order has none"),
			readable("order_id", Int),
		},
		address,
		[]Field{text("shipping_method", 0)},
		shippingCosts(),
		[]Field{readable("shipping_quotes", Struct)},
		formFields(),
	)
}

// shippingCosts are what an address and a consignment have in common: amounts are texts in the one and numbers in the other.
func shippingCosts() []Field {
	return []Field{
		readable("items_total", Int), readable("items_shipped", Int), readable("base_cost", Decimal), readable("cost_ex_tax", Decimal),
		readable("cost_inc_tax", Decimal), readable("cost_tax", Decimal), readable("cost_tax_class_id", Int),
		readable("base_handling_cost", Decimal), readable("handling_cost_ex_tax", Decimal), readable("handling_cost_inc_tax", Decimal),
		readable("handling_cost_tax", Decimal), readable("handling_cost_tax_class_id", Int), readable("shipping_zone_id", Int),
		readable("shipping_zone_name", Text),
	}
}

func shipmentFields() []Field {
	return slices.Concat(
		[]Field{
			readable("id", Int), readable("order_id", Int), readable("customer_id", Int), readable("order_address_id", Int),
			readable("date_created", Date), readable("tracking_number", Text), readable("tracking_carrier", Text),
			readable("tracking_link", Text), readable("generated_tracking_link", Text), readable("merchant_shipping_cost", Decimal),
			readable("shipping_method", Text), readable("shipping_provider", Text), readable("shipping_provider_display_name", Text),
			readable("comments", Text), readable("billing_address", Struct),
		},
		inside("billing_address", addressFields()),
		[]Field{readable("shipping_address", Struct)},
		inside("shipping_address", addressFields()),
		listed("items", []Field{readable("order_product_id", Int), readable("product_id", Int), readable("quantity", Int)}),
	)
}

// feeFields: on a change the fees of an order are replaced as a set, so a fee that stays is sent with its id.
func feeFields() []Field {
	return []Field{
		readable("id", Int),
		choice("type", "custom_fee"),
		text("display_name_customer", 0),
		text("display_name_merchant", 0),
		text("source", 0),
		readable("base_cost", Decimal),
		Field{Path: "cost_ex_tax", Type: Decimal, Writable: true, Clear: ClearZero}.note("at least two of ex, inc and tax"),
		{Path: "cost_inc_tax", Type: Decimal, Writable: true, Clear: ClearZero},
		{Path: "cost_tax", Type: Decimal, Writable: true, Clear: ClearZero},
		whole("tax_class_id", "0", "").mayBeNull().judgedSent(),
	}
}

// consignmentFields are how an order is delivered. The lines of a consignment are those of the order, which are read as products.
func consignmentFields() []Field {
	return slices.Concat(
		listed("pickups", slices.Concat([]Field{
			readable("id", Int), readable("pickup_method_id", Int), readable("pickup_method_display_name", Text),
			readable("collection_instructions", Text), readable("collection_time_description", Text), readable("location", Struct),
			readable("location.id", Int), readable("location.name", Text), readable("location.code", Text),
			readable("location.address_line_1", Text), readable("location.address_line_2", Text), readable("location.city", Text),
			readable("location.state", Text), readable("location.postal_code", Text), readable("location.country_alpha2", Text),
			readable("location.email", Text), readable("location.phone", Text),
		}, lineLinks())),
		listed("shipping", slices.Concat([]Field{readable("id", Int)}, addressFields(), []Field{readable("shipping_method", Text)},
			shippingCosts(), []Field{readable("shipping_quotes", Struct)}, formFields(), lineLinks(),
			listed("applied_discounts", []Field{
				readable("id", Text), readable("amount", Decimal), readable("name", Text), readable("code", Text), readable("target", Text),
			}))),
		listed("downloads", slices.Concat([]Field{readable("recipient_email", Text)}, lineLinks())),
		[]Field{readable("email", Struct)},
		inside("email", listed("gift_certificates", slices.Concat([]Field{readable("recipient_email", Text)}, lineLinks()))),
	)
}

func lineLinks() []Field {
	return listed("line_items", []Field{readable("resource", Text).note("the address of the line, as /orders/1/products/2"), readable("url", Text)})
}
