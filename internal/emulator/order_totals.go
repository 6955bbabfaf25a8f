package emulator

import "github.com/shopspring/decimal"

var (
	lProduct    = orderLineFields.index["product_id"]
	lVariant    = orderLineFields.index["variant_id"]
	lName       = orderLineFields.index["name"]
	lQuantity   = orderLineFields.index["quantity"]
	lShipped    = orderLineFields.index["quantity_shipped"]
	lRefunded   = orderLineFields.index["quantity_refunded"]
	lIsRefunded = orderLineFields.index["is_refunded"]
	lRefund     = orderLineFields.index["refund_amount"]
	lPriceInc   = orderLineFields.index["price_inc_tax"]
	lTotalEx    = orderLineFields.index["total_ex_tax"]
	lTotalInc   = orderLineFields.index["total_inc_tax"]
)

// line completes a line: its totals are its prices times its quantity.
func (m *orderBuilder) line(r row, item map[string]any) {
	t := orderLineFields
	amount := func(name string) decimal.Decimal { return money(t.get(r, name)) }
	if _, said := item["price_ex_tax"]; !said {
		complete(t, r, item, "price_ex_tax", amount("price_inc_tax"))
	}
	complete(t, r, item, "price_inc_tax", amount("price_ex_tax"))
	base := "price_ex_tax"
	if orderFields.get(m.o.f, "is_tax_inclusive_pricing") == textTrue {
		base = "price_inc_tax"
	}
	complete(t, r, item, "base_price", amount(base))
	m.difference(t, r, item, "price_tax", "price_inc_tax", "price_ex_tax")
	quantity := decimalInt(int64(number(r[lQuantity])))
	complete(t, r, item, "base_total", amount("base_price").Mul(quantity))
	complete(t, r, item, "total_ex_tax", amount("price_ex_tax").Mul(quantity))
	complete(t, r, item, "total_inc_tax", amount("price_inc_tax").Mul(quantity))
	m.difference(t, r, item, "total_tax", "total_inc_tax", "total_ex_tax")
	off := decimal.Zero
	for discount := range elements(t.get(r, "applied_discounts")) {
		for name, text := range members(discount) {
			if name == "amount" {
				off = off.Add(money(text))
			}
		}
	}
	complete(t, r, item, "discounted_total_inc_tax", amount("total_inc_tax").Sub(off))
	for _, name := range []string{"name_customer", "name_merchant"} {
		if _, said := item[name]; !said {
			t.set(r, name, r[lName])
		}
	}
}

// countUnits counts units of the order and of each address.
func (m *orderBuilder) countUnits() {
	o := m.o
	total, shipped, digital := 0, 0, 0
	for _, l := range o.lines {
		units, sent := number(l[lQuantity]), number(l[lShipped])
		total, shipped = total+units, shipped+sent
		if isDownload(l) {
			digital++
		}
		if a := findRow(o.addresses, number(l[lAddress])); a != nil {
			orderAddressFields.set(a, "items_total", textInt(orderAddressFields.int(a, "items_total")+units))
			orderAddressFields.set(a, "items_shipped", textInt(orderAddressFields.int(a, "items_shipped")+sent))
		}
	}
	for name, text := range map[string]string{
		"items_total": textInt(total), "items_shipped": textInt(shipped), "shipping_address_count": textInt(len(o.addresses)),
		"order_is_digital": textBool(digital > 0 && digital == len(o.lines)),
	} {
		if _, said := m.given[name]; !said {
			orderFields.set(o.f, name, text)
		}
	}
}

// total completes the order's amounts: total = lines + shipping + handling + wrapping + fees - discounts. A subtotal that is given does
// not enter it: who overrides the one gives the other too.
func (m *orderBuilder) total() {
	t, o := orderFields, m.o
	amount := func(name string) decimal.Decimal { return money(t.get(o.f, name)) }
	sum := func(rows []row, at int) decimal.Decimal {
		total := decimal.Zero
		for _, r := range rows {
			total = total.Add(money(r[at]))
		}
		return total
	}
	complete(t, o.f, m.given, "subtotal_ex_tax", sum(o.lines, lTotalEx))
	complete(t, o.f, m.given, "subtotal_inc_tax", sum(o.lines, lTotalInc))
	for _, kind := range [][2]string{{"shipping_cost", "cost"}, {"handling_cost", "handling_cost"}} {
		for _, suffix := range []string{"_ex_tax", "_inc_tax"} {
			complete(t, o.f, m.given, kind[0]+suffix, sum(o.addresses, orderAddressFields.index[kind[1]+suffix]))
		}
	}
	complete(t, o.f, m.given, "base_shipping_cost", sum(o.addresses, orderAddressFields.index["base_cost"]))
	complete(t, o.f, m.given, "base_handling_cost", sum(o.addresses, orderAddressFields.index["base_handling_cost"]))
	complete(t, o.f, m.given, "coupon_discount", sum(o.coupons, orderCouponFields.index["discount"]))
	complete(t, o.f, m.given, "refunded_amount", sum(o.refunds, refundFields.index["total_amount"]))
	off := amount("discount_amount").Add(amount("coupon_discount"))
	for suffix, lines := range map[string]int{"_ex_tax": lTotalEx, "_inc_tax": lTotalInc} {
		fees := sum(o.fees, orderFeeFields.index["cost"+suffix])
		parts := decimal.Sum(sum(o.lines, lines), amount("shipping_cost"+suffix), amount("handling_cost"+suffix), amount("wrapping_cost"+suffix), fees)
		complete(t, o.f, m.given, "total"+suffix, decimal.Max(decimal.Zero, parts.Sub(off)))
	}
	for _, name := range []string{"subtotal", "shipping_cost", "handling_cost", "wrapping_cost", "total"} {
		m.difference(t, o.f, m.given, name+"_tax", name+"_inc_tax", name+"_ex_tax")
	}
}
