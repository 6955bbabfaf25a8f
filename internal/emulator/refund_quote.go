package emulator

import (
	"fmt"
	"net/http"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// refundQuote is what the items of a refund come to.
type refundQuote struct {
	total, tax, order decimal.Decimal // order: the part that is no item's
	items             []any
}

// refundReason is the longest reason of a refund's item; source: orders.v3.yml.
const refundReason = 1000

func refusedRefund(name, reason string) *failure {
	return failField(http.StatusUnprocessableEntity, name, reason)
}

// quote works out a refund of items, or of tax that was charged too much, and refuses what the order does not have to give back.
func (o *order) quote(body map[string]any) (*refundQuote, *failure) {
	q := &refundQuote{}
	if v, said := body["tax_adjustment_amount"]; said && body["items"] == nil {
		amount, ok := refundAmount(v)
		if !ok {
			return nil, refusedRefund("tax_adjustment_amount", "tax_adjustment_amount must be an amount of two places")
		}
		q.total, q.tax = amount, amount
	} else {
		list, err := items(body["items"])
		if err != nil || len(list) == 0 {
			return nil, refusedRefund("items", "items are required")
		}
		o = o.shipmentCopy() // counts what is given back of each line, so that no two items give back the same
		for i, item := range list {
			if f := q.add(o, item); f != nil {
				f.errors = map[string]string{fmt.Sprintf("items.%d", i): f.title}
				return nil, f
			}
		}
	}
	if left := o.refundable(); q.total.GreaterThan(left) {
		return nil, refusedRefund("items", "The refund of "+q.total.String()+" is more than the "+left.String()+" that can be refunded")
	}
	return q, nil
}

// refundable is what an order's total leaves after its refunds.
func (o *order) refundable() decimal.Decimal {
	left := money(o.f[oTotal])
	for _, r := range o.refunds {
		left = left.Sub(money(refundFields.get(r, "total_amount")))
	}
	return left
}

// refundAmount reads an amount, which has two places at most and is not negative.
func refundAmount(v any) (decimal.Decimal, bool) {
	text, _ := numberText(v)
	d, ok := parseDecimal(text)
	return d, ok && !d.IsNegative() && d.Equal(d.Round(2))
}

// add counts one item of a refund.
func (q *refundQuote) add(o *order, item map[string]any) *failure {
	if reason, said := item["reason"].(string); said && utf8.RuneCountInString(reason) > refundReason {
		return refusedRefund("", "reason must have at most 1000 characters")
	}
	kind, _ := item["item_type"].(string)
	id, _ := wholeNumber(item["item_id"])
	entry := map[string]any{"item_type": kind, "item_id": id, "quantity": 1, "reason": "", "adjustments": []any{}}
	for _, name := range []string{"quantity", "reason", "adjustments"} {
		if v := item[name]; v != nil {
			entry[name] = v
		}
	}
	var amount, tax decimal.Decimal
	var f *failure
	if kind == "PRODUCT" || kind == "GIFT_WRAPPING" {
		amount, tax, f = o.refundUnits(kind, id, item)
	} else {
		amount, tax, f = o.refundPart(kind, id, item["amount"])
	}
	if f != nil {
		return f
	}
	if kind == "ORDER" {
		q.order = q.order.Add(amount)
	}
	entry["requested_amount"] = number4(amount)
	q.items = append(q.items, entry)
	q.total, q.tax = q.total.Add(amount).Round(2), q.tax.Add(tax).Round(2)
	return nil
}

// refundUnits is what units of a line come to, less the adjustments, which are negative.
func (o *order) refundUnits(kind string, id int, item map[string]any) (amount, tax decimal.Decimal, f *failure) {
	l := findRow(o.lines, id)
	if l == nil {
		return amount, tax, refusedRefund("", "The order has no product line "+textInt(id))
	}
	units, _ := wholeNumber(item["quantity"])
	if units < 1 {
		return amount, tax, refusedRefund("", "quantity must be 1 or more")
	}
	all := decimalInt(int64(number(l[lQuantity])))
	if kind == "GIFT_WRAPPING" {
		part := decimalInt(int64(units)).Div(all)
		return money(orderLineFields.get(l, "wrapping_cost_inc_tax")).Mul(part), money(orderLineFields.get(l, "wrapping_cost_tax")).Mul(part), nil
	}
	if units > number(l[lQuantity])-number(l[lRefunded]) {
		return amount, tax, refusedRefund("", "quantity is more than can be refunded of the product line "+textInt(id))
	}
	l[lRefunded] = textInt(number(l[lRefunded]) + units)
	count := decimalInt(int64(units))
	amount = money(l[lPriceInc]).Mul(count)
	tax = money(orderLineFields.get(l, "price_tax")).Mul(count)
	adjustments, err := items(item["adjustments"])
	if err != nil {
		return amount, tax, refusedRefund("", "adjustments must be a list of objects")
	}
	for _, adjustment := range adjustments {
		text, _ := numberText(adjustment["amount"])
		off, ok := parseDecimal(text)
		if !ok || !off.IsNegative() || amount.Add(off).IsNegative() {
			return amount, tax, refusedRefund("", "the amount of an adjustment must be negative, and no more than is refunded")
		}
		amount = amount.Add(off)
	}
	return amount, tax, nil
}

// refundPart is an amount of the order itself, of a shipping address's costs, or of a fee.
func (o *order) refundPart(kind string, id int, v any) (amount, tax decimal.Decimal, f *failure) {
	amount, ok := refundAmount(v)
	if !ok {
		return amount, tax, refusedRefund("", "amount must be an amount of two places")
	}
	var whole, share string
	switch kind {
	case "ORDER", "TAX":
		if kind == "ORDER" && id != o.id {
			return amount, tax, refusedRefund("", "item_id must be the order's own id")
		}
		return amount, tax, nil
	case "SHIPPING", "HANDLING":
		a := findRow(o.addresses, id)
		if a == nil {
			return amount, tax, refusedRefund("", "The order has no shipping address "+textInt(id))
		}
		stem := map[string]string{"SHIPPING": "cost", "HANDLING": "handling_cost"}[kind]
		whole, share = orderAddressFields.get(a, stem+"_inc_tax"), orderAddressFields.get(a, stem+"_tax")
	case "FEE":
		fee := findRow(o.fees, id)
		if fee == nil {
			return amount, tax, refusedRefund("", "The order has no fee "+textInt(id))
		}
		whole, share = orderFeeFields.get(fee, "cost_inc_tax"), orderFeeFields.get(fee, "cost_tax")
	default:
		return amount, tax, refusedRefund("", "item_type must be one of: PRODUCT, GIFT_WRAPPING, ORDER, SHIPPING, HANDLING, TAX, FEE")
	}
	if amount.GreaterThan(money(whole)) {
		return amount, tax, refusedRefund("", "amount is more than was charged")
	}
	if amount.IsPositive() {
		tax = money(share).Mul(amount).Div(money(whole))
	}
	return amount, tax, nil
}
