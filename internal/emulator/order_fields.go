package emulator

// Orders as orders.v2.oas2.yml describes them and as a live store's answers carry them: money as
// strings of four places, dates as RFC 2822, null and "" where the platform has them.

func moneyField(name string) field { return field{name: name, kind: kindMoney, def: textZeroMoney} }

func moneyRead(name string) field {
	return field{name: name, kind: kindMoney, def: textZeroMoney, access: readOnly}
}

func textField(name string, longest int64) field {
	return field{name: name, kind: kindString, def: textEmpty, max: longest}
}

func textRead(name string) field {
	return field{name: name, kind: kindString, def: textEmpty, access: readOnly}
}

func nullField(name string, k kind, mode access) field {
	return field{name: name, kind: k, def: textNull, null: true, access: mode}
}

func intField(name string, mode access) field {
	return field{name: name, kind: kindInt, def: "0", access: mode}
}

func flagField(name string, mode access) field {
	return field{name: name, kind: kindBool, def: textFalse, access: mode}
}

// orderFields are the fields of an order itself; links to its parts follow them in answers.
var orderFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	intField("customer_id", readWrite),
	field{name: "date_created", kind: kindMail, def: textEmpty},
	field{name: "date_modified", kind: kindMail, def: textEmpty, access: readOnly},
	field{name: "date_shipped", kind: kindMail, def: textEmpty, access: readOnly},
	field{name: "status_id", kind: kindInt, def: "1", max: 14},
	field{name: "status", kind: kindString, def: `"Pending"`, access: readOnly},
	moneyField("subtotal_ex_tax"),
	moneyField("subtotal_inc_tax"),
	moneyRead("subtotal_tax"),
	moneyField("base_shipping_cost"),
	moneyField("shipping_cost_ex_tax"),
	moneyField("shipping_cost_inc_tax"),
	moneyRead("shipping_cost_tax"),
	intField("shipping_cost_tax_class_id", readOnly),
	moneyField("base_handling_cost"),
	moneyField("handling_cost_ex_tax"),
	moneyField("handling_cost_inc_tax"),
	moneyRead("handling_cost_tax"),
	intField("handling_cost_tax_class_id", readOnly),
	moneyField("base_wrapping_cost"),
	moneyField("wrapping_cost_ex_tax"),
	moneyField("wrapping_cost_inc_tax"),
	moneyRead("wrapping_cost_tax"),
	intField("wrapping_cost_tax_class_id", readOnly),
	moneyField("total_ex_tax"),
	moneyField("total_inc_tax"),
	moneyRead("total_tax"),
	intField("items_total", readWrite),
	intField("items_shipped", readWrite),
	textField("payment_method", 0),
	nullField("payment_provider_id", kindString, readWrite),
	field{name: "payment_status", kind: kindString, def: textEmpty, access: readOnly},
	field{name: "refunded_amount", kind: kindMoney, def: textZeroMoney, access: tolerated}, // "always returns 0"
	flagField("order_is_digital", readWrite),
	moneyRead("store_credit_amount"),
	moneyRead("gift_certificate_amount"),
	textField("ip_address", 30),
	textField("ip_address_v6", 39),
	textField("geoip_country", 0),
	textField("geoip_country_iso2", 0),
	field{name: "currency_id", kind: kindInt, def: "1", access: readOnly},
	field{name: "currency_code", kind: kindString, def: `"USD"`, access: readOnly},
	field{name: "currency_exchange_rate", kind: kindRate, def: textOneRate, access: readOnly},
	field{name: "default_currency_id", kind: kindInt, def: "1", access: readOnly},
	field{name: "default_currency_code", kind: kindString, def: `"USD"`, access: readOnly},
	field{name: "staff_notes", kind: kindString, def: textNull, null: true, max: maxText},
	nullField("customer_message", kindString, readWrite),
	moneyField("discount_amount"),
	moneyRead("coupon_discount"),
	intField("shipping_address_count", readOnly),
	flagField("is_deleted", readOnly), // a PUT of true archives
	field{name: "ebay_order_id", kind: kindString, def: `"0"`},
	nullField("cart_id", kindString, readOnly),
	field{name: "billing_address", kind: kindObject, def: "{}"},
	flagField("is_email_opt_in", readOnly),
	nullField("credit_card_type", kindString, readOnly),
	field{name: "order_source", kind: kindString, def: `"external"`, access: tolerated}, // in the write schema, yet what the store itself found
	field{name: "channel_id", kind: kindInt, def: "1"},
	nullField("external_source", kindString, readWrite),
	nullField("external_id", kindString, readOnly),
	nullField("external_merchant_id", kindString, readOnly), // writable on creation only
	field{name: "external_order_id", kind: kindString, def: textEmpty, null: true},
	textRead("tax_provider_id"),
	textField("customer_locale", 0),
	field{name: "store_default_currency_code", kind: kindString, def: `"USD"`, access: readOnly},
	field{name: "store_default_to_transactional_exchange_rate", kind: kindRate, def: textOneRate, access: readOnly},
	field{name: "custom_status", kind: kindString, def: `"Pending"`}, // unknown to writes: recorded as unsupported
	flagField("is_tax_inclusive_pricing", readOnly),
)

// addressNames are the fields of a billing address, in the order of a live store's answers.
var addressNames = []string{
	"first_name", "last_name", "company", "street_1", "street_2", "city", "state", "zip", "country", "country_iso2", "phone", "email",
}

// orderAddressFields are the fields of a shipping address of an order.
var orderAddressFields = newTable(
	intField("id", readOnly),
	intField("order_id", readOnly),
	textField("first_name", 0),
	textField("last_name", 0),
	textField("company", 0),
	textField("street_1", 0),
	textField("street_2", 0),
	textField("city", 0),
	textField("zip", 0),
	textField("country", 0),
	textField("country_iso2", 0),
	textField("state", 0),
	textField("email", 0),
	textField("phone", 0),
	intField("items_total", readOnly),
	intField("items_shipped", readOnly),
	field{name: "shipping_method", kind: kindString, def: `"None"`},
	moneyRead("base_cost"),
	moneyRead("cost_ex_tax"),
	moneyRead("cost_inc_tax"),
	moneyRead("cost_tax"),
	intField("cost_tax_class_id", readOnly),
	moneyRead("base_handling_cost"),
	moneyRead("handling_cost_ex_tax"),
	moneyRead("handling_cost_inc_tax"),
	moneyRead("handling_cost_tax"),
	intField("handling_cost_tax_class_id", readOnly),
	intField("shipping_zone_id", readOnly),
	textRead("shipping_zone_name"),
	field{name: "form_fields", kind: kindArray, def: "[]"},
)

// orderLineFields are the fields of a line of an order.
var orderLineFields = newTable(
	intField("id", readOnly),
	intField("order_id", readOnly),
	intField("product_id", readWrite),
	intField("variant_id", readWrite),
	intField("order_pickup_method_id", readOnly),
	intField("order_address_id", readOnly),
	textField("name", 250),
	textField("name_customer", 250),
	textField("name_merchant", 250),
	textField("sku", 0),
	textField("upc", 255),
	field{name: "type", kind: kindString, def: `"physical"`, access: readOnly},
	moneyRead("base_price"),
	moneyField("price_ex_tax"),
	moneyField("price_inc_tax"),
	moneyRead("price_tax"),
	moneyRead("base_total"),
	moneyRead("total_ex_tax"),
	moneyRead("total_inc_tax"),
	moneyRead("total_tax"),
	moneyRead("weight"),
	moneyRead("width"),
	moneyRead("height"),
	moneyRead("depth"),
	field{name: "quantity", kind: kindInt, def: "1"},
	moneyRead("base_cost_price"),
	moneyRead("cost_price_inc_tax"),
	moneyRead("cost_price_ex_tax"),
	moneyRead("cost_price_tax"),
	flagField("is_refunded", readOnly),
	intField("quantity_refunded", readOnly),
	moneyRead("refund_amount"),
	intField("return_id", readOnly),
	intField("wrapping_id", readWrite),
	textField("wrapping_name", 0),
	moneyRead("base_wrapping_cost"),
	moneyField("wrapping_cost_ex_tax"),
	moneyField("wrapping_cost_inc_tax"),
	moneyRead("wrapping_cost_tax"),
	textField("wrapping_message", 0),
	intField("quantity_shipped", readOnly),
	nullField("event_name", kindString, readOnly),
	nullField("event_date", kindString, readOnly),
	moneyRead("fixed_shipping_cost"),
	textRead("ebay_item_id"),
	textRead("ebay_transaction_id"),
	nullField("option_set_id", kindInt, readOnly),
	nullField("parent_order_product_id", kindInt, readOnly),
	flagField("is_bundled_product", readOnly),
	textRead("bin_picking_number"),
	nullField("external_id", kindString, readOnly),
	textRead("fulfillment_source"),
	textRead("brand"),
	field{name: "applied_discounts", kind: kindArray, def: "[]", access: readOnly},
	field{name: "product_options", kind: kindArray, def: "[]"},
	field{name: "configurable_fields", kind: kindArray, def: "[]", access: readOnly},
	nullField("gift_certificate_id", kindInt, readOnly),
	moneyRead("discounted_total_inc_tax"),
)
