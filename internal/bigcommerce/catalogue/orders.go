package catalogue

import "slices"

// Orders are the orders of a store, section 5 of the API facts and orders.v2.oas2.yml. Their list is one of V2: a bare array in
// the order of ids, cut by min_id and max_id. What an order consists of stands behind links, see orderSubs; a document holds it
// as plain lists in place of the links. Amounts are texts of four places, moments are RFC 2822, "" where there is none.
//
// An order is never deleted: DELETE archives it, and is_deleted tells so.
var Orders = Object{
	Name: "orders", Singular: "order", IDField: "id",
	Version: "v2", ListPath: "/orders", MaxLimit: 250, MinID: "min_id", MaxID: "max_id",
	CountPath: "/orders/count",
	Keys: []Key{
		{Field: "id", Finding: Single, Path: "/orders/{id}"},
		{Field: "external_order_id", Finding: Single, Query: "external_order_id"},
	},
	Fields:  slices.Concat(orderFields(), orderChildren()),
	Filters: orderFilters(),
	Subs:    orderSubs(),
	Create: Operation{
		Kind: "orders.create", Method: "POST", Path: "/orders", Batch: 1, Permanent: true,
		Effect: "creates orders: an order can never be deleted, only archived; its lines of the catalogue may take stock, as the store is set",
	},
	Update: Operation{Kind: "orders.update", Method: "PUT", Path: "/orders/{id}", Batch: 1},
	Delete: Operation{
		Kind: "orders.delete", Method: "DELETE", Path: "/orders/{id}", Batch: 1,
		Effect: "archives orders: lists no longer show them",
	},

	ReadScope: "store_v2_orders_read_only", WriteScope: "store_v2_orders", Scope: "Orders",
	SpecFile: "orders.v2.oas2.yml",
}

// StatusIncomplete is the id of the status of orders that were never finished; labels are the merchant's own (API facts, 5.3).
const StatusIncomplete = 0

func orderFields() []Field {
	paired := "ex and inc go in pairs"
	return slices.Concat(
		[]Field{
			readable("id", Int),
			text("external_order_id", 0).mayBeNull().note("not kept unique by the store"),
			text("external_source", 0).mayBeNull().note("M-MIG keeps an order out of the plan's count of orders"),
			text("external_merchant_id", 0).mayBeNull().createOnly(),
			readable("external_id", Text),
			moment("date_created").note("the present unless given"),
			readable("date_modified", Date),
			readable("date_shipped", Date).note("empty until all has been shipped"),
			whole("status_id", "0", "14").clears(NoClear).judgedSent().ref("order_status").reaches().effect("may send e-mails to the customer and move stock").
				note("0 Incomplete, 1 Pending, 2 Shipped, 3 Partially Shipped, 4 Refunded, 5 Cancelled, 6 Declined, 7 Awaiting Payment, 8 Awaiting Pickup, 9 Awaiting Shipment, 10 Completed, 11 Awaiting Fulfillment, 12 Manual Verification Required, 13 Disputed, 14 Partially Refunded"),
			readable("status", Text).note("the name of status_id in the store's language"),
			readable("custom_status", Text).note("the merchant's own name of status_id"),
			readable("payment_status", Text).oneOf("authorized", "captured", "capture pending", "declined", "held for review", "paid",
				"partially refunded", "pending", "refunded", "void", "void pending", ""),
			readable("is_deleted", Bool).note("true of an archived order"),
			whole("channel_id", "1", "").clears(NoClear).judgedSent().ref("channel").note("of a live channel"),
			whole("customer_id", "0", "").judgedSent().ref("customer").note("0 is a guest"),
			readable("cart_id", Text),
			text("payment_method", 0),
			text("payment_provider_id", 0),
			readable("credit_card_type", Text),
			text("customer_message", 0),
			text("staff_notes", 65535),
			text("customer_locale", 0).form(`[a-z]{2,3}|[a-z]{2}-([A-Z]{2}|[0-9]{3})`, "codes such as en, asa, en-US or es-419").judgedSent(),
			text("ip_address", 30).note("or ip_address_v6; either clears the other"),
			text("ip_address_v6", 39).note("or ip_address; either clears the other"),
			text("geoip_country", 0),
			text("geoip_country_iso2", 0),
			text("ebay_order_id", 0).note("0 is none"),
			readable("order_source", Text),
			flag("order_is_digital"),
			readable("is_email_opt_in", Bool),
			readable("is_tax_inclusive_pricing", Bool),
			readable("tax_provider_id", Text),
			whole("items_total", "0", "").judgedSent(),
			whole("items_shipped", "0", "").judgedSent(),
			readable("shipping_address_count", Int),
			readable("currency_id", Int),
			readable("currency_code", Text),
			readable("currency_exchange_rate", Decimal),
			readable("default_currency_id", Int),
			text("default_currency_code", 0).clears(NoClear).createOnly().note("of stores with several currencies"),
			readable("store_default_currency_code", Text),
			readable("store_default_to_transactional_exchange_rate", Decimal),
			amount("subtotal_ex_tax").note(paired + "; needs the total too, which the store does not compute anew"),
			amount("subtotal_inc_tax").note(paired + "; needs the total too, which the store does not compute anew"),
			readable("subtotal_tax", Decimal),
			amount("discount_amount"),
			readable("coupon_discount", Decimal),
			amount("base_shipping_cost"),
			amount("shipping_cost_ex_tax").note(paired),
			amount("shipping_cost_inc_tax").note(paired),
			readable("shipping_cost_tax", Decimal),
			readable("shipping_cost_tax_class_id", Int),
			amount("base_handling_cost"),
			amount("handling_cost_ex_tax").note(paired),
			amount("handling_cost_inc_tax").note(paired),
			readable("handling_cost_tax", Decimal),
			readable("handling_cost_tax_class_id", Int),
			amount("base_wrapping_cost"),
			amount("wrapping_cost_ex_tax").note(paired),
			amount("wrapping_cost_inc_tax").note(paired),
			readable("wrapping_cost_tax", Decimal),
			readable("wrapping_cost_tax_class_id", Int),
			amount("total_ex_tax").note(paired),
			amount("total_inc_tax").note(paired),
			readable("total_tax", Decimal).note("not less what was refunded"),
			amount("refunded_amount"),
			readable("store_credit_amount", Decimal),
			readable("gift_certificate_amount", Decimal),
			readable("billing_address", Struct),
		},
		inside("billing_address", writableAddress()),
		inside("billing_address", formFields()),
	)
}

// amount is money of an order: a text of four places on the wire, never below zero.
func amount(path string) Field {
	return Field{Path: path, Type: Decimal, Min: "0", Writable: true, Clear: ClearZero, Quoted: true}
}

func moment(path string) Field { return Field{Path: path, Type: Date, Writable: true} }

// addressFields are the fields of any address of an order.
func addressFields() []Field {
	var fields []Field
	for _, name := range []string{"first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip", "country", "country_iso2", "phone", "email"} {
		fields = append(fields, readable(name, Text))
	}
	return fields
}

func writableAddress() []Field {
	fields := addressFields()
	for i := range fields {
		fields[i].Writable, fields[i].Clear = true, ClearText
		switch fields[i].Path {
		case "state":
			fields[i].Note = "the full name, which taxes go by"
		case "country":
			fields[i].Note = "or country_iso2"
		case "zip":
			fields[i].Required, fields[i].Clear = true, NoClear
			fields[i].MinLength, fields[i].JudgedSent = 2, true // so its prose in orders.v2.oas2.yml
		}
	}
	return fields
}

// formFields are a customer's answers to the store's own questions. A write would replace all of them, so they are only read.
func formFields() []Field {
	return []Field{readable("form_fields", StructList), readable("form_fields[].name", Text), readable("form_fields[].value", Text)}
}

// orderFilters are the filters of GET /orders. The list can hold many statuses at once only by asking for each, or by asking for
// all and leaving out the others: see Filter.Single.
func orderFilters() []Filter {
	return []Filter{
		{Name: "min_id", Type: Int},
		{Name: "max_id", Type: Int},
		{Name: "min_total", Type: Decimal, Mutable: true},
		{Name: "max_total", Type: Decimal, Mutable: true},
		{Name: "customer_id", Type: Int, Mutable: true},
		{Name: "email", Type: Text, Mutable: true},
		{Name: "status_id", Type: Int, Many: true, Single: true, Mutable: true},
		{Name: "cart_id", Type: Text},
		{Name: "payment_method", Type: Text, Mutable: true},
		{Name: "min_date_created", Type: Date, Mutable: true},
		{Name: "max_date_created", Type: Date, Mutable: true},
		{Name: "min_date_modified", Type: Date, Mutable: true},
		{Name: "max_date_modified", Type: Date, Mutable: true},
		{Name: "channel_id", Type: Int, Mutable: true},
		{Name: "external_order_id", Type: Text, Mutable: true},
	}
}
