package emulator

import (
	"maps"
	"net/http"

	"github.com/shopspring/decimal"
)

func createOrder(c *call) *reply {
	body, refused := c.object()
	if refused != nil {
		return refused
	}
	e, refused := c.orderEncoder()
	if refused != nil {
		return refused
	}
	o, refused := c.placeOrder(body)
	if refused != nil {
		return refused
	}
	answer := plain(e.append(nil, o))
	if c.s.opts.OrderCreated201 {
		answer.status = http.StatusCreated
		answer.header = http.Header{"Location": {c.base + "/orders/" + o.f[0]}}
	}
	return answer
}

// placeOrder creates an order of the body of a POST.
func (c *call) placeOrder(body map[string]any) (*order, *reply) {
	w := c.orderWrite(body, creating)
	full, status, refused := w.compose()
	if refused != nil {
		return nil, refused
	}
	if refused := w.stock(status); refused != nil {
		return nil, refused
	}
	b := c.s.st.orders
	b.all() // pending demo orders come first
	o, err := b.build(full, b.last["order"]+1, c.s.now())
	if err != nil {
		return nil, invalidV2("products", err.Error())
	}
	b.last["order"] = o.id
	b.put(o)
	w.sell(unquote(o.f[oSource]))
	return o, nil
}

// compose judges the whole body and gives it as the builder of orders takes it, with the status that the order will have.
func (w *orderWrite) compose() (full map[string]any, status int, refused *reply) {
	f := orderFields.new()
	orderFields.set(f, "default_currency_code", quote(w.s.opts.Currency))
	if refused := w.fields(f); refused != nil {
		return nil, 0, refused
	}
	billing, refused := w.billing("{}")
	if refused != nil {
		return nil, 0, refused
	}
	full = w.own(f)
	address, _ := decode([]byte(billing)) // text of this package
	full["billing_address"] = address
	if refused := w.delivery(full, address); refused != nil {
		return nil, 0, refused
	}
	if refused := w.newFees(full); refused != nil {
		return nil, 0, refused
	}
	return full, number(f[oStatusID]), nil
}

// own gives the order's own fields that the body has, as they were accepted.
func (w *orderWrite) own(f row) map[string]any {
	own := map[string]any{}
	for name := range w.body {
		if at, known := orderFields.index[name]; known && orderFields.fields[at].access != tolerated {
			own[name], _ = decode([]byte(f[at])) // text of this package
		}
	}
	own["date_modified"] = w.s.now() // whatever day the order is dated
	own["default_currency_code"], own["currency_code"] = unquote(f[oCurrency]), unquote(f[oCurrency])
	own["is_tax_inclusive_pricing"] = w.s.opts.PricesWithTax
	return own
}

// delivery judges how the order is delivered: lines and shipping addresses, or consignments to be picked up, never both.
func (w *orderWrite) delivery(full map[string]any, billing any) *reply {
	lines, hasLines, refused := w.list("products")
	if refused != nil {
		return refused
	}
	addresses, hasAddresses, refused := w.list("shipping_addresses")
	if refused != nil {
		return refused
	}
	if _, pickup := w.body["consignments"]; pickup {
		if hasLines || hasAddresses {
			return invalidV2("consignments", "products and shipping_addresses cannot stand beside consignments")
		}
		return w.pickup(full)
	}
	if len(lines) == 0 {
		return requiredV2("products")
	}
	if refused := w.newLines(full, lines, false); refused != nil {
		return refused
	}
	if len(addresses) == 0 {
		address, _ := billing.(map[string]any)
		addresses = []map[string]any{address}
	}
	return w.newAddresses(full, addresses)
}

// newLines judges lines of a new order; those of a pickup name it in place of an address.
func (w *orderWrite) newLines(full map[string]any, lines []map[string]any, pickup bool) *reply {
	var wrappingEx, wrappingInc decimal.Decimal
	var list []any
	for _, line := range lines {
		item, refused := w.line(line)
		if refused != nil {
			return refused
		}
		if pickup {
			item["pickup"] = 0
		}
		wrappingEx, wrappingInc = wrappingEx.Add(amountOf(item["wrapping_cost_ex_tax"])), wrappingInc.Add(amountOf(item["wrapping_cost_inc_tax"]))
		list = append(list, item)
	}
	full["products"] = list
	if _, said := w.body["wrapping_cost_ex_tax"]; !said {
		full["wrapping_cost_ex_tax"], full["wrapping_cost_inc_tax"] = wrappingEx, wrappingInc
	}
	return nil
}

// amountOf reads an amount of a body that has been judged; absent is zero.
func amountOf(v any) decimal.Decimal {
	if d, ok := v.(decimal.Decimal); ok {
		return d
	}
	text, _ := numberText(v)
	return money(text)
}

// newAddresses judges the shipping addresses of a new order. The first carries the order's costs of shipping and handling.
func (w *orderWrite) newAddresses(full map[string]any, addresses []map[string]any) *reply {
	var list []any
	for i, address := range addresses {
		if refused := w.shipTo(orderAddressFields.new(), address); refused != nil {
			return refused
		}
		item := maps.Clone(address)
		if i == 0 {
			for _, end := range []string{"_ex_tax", "_inc_tax"} {
				item["cost"+end] = amountOf(w.body["shipping_cost"+end])
				item["handling_cost"+end] = amountOf(w.body["handling_cost"+end])
			}
			for from, to := range map[string]string{"base_shipping_cost": "base_cost", "base_handling_cost": "base_handling_cost"} {
				if v, said := w.body[from]; said {
					item[to] = v
				}
			}
		}
		list = append(list, item)
	}
	full["shipping_addresses"] = list
	return nil
}

func (w *orderWrite) newFees(full map[string]any) *reply {
	fees, _, refused := w.list("fees")
	if refused != nil {
		return refused
	}
	var list []any
	for _, fee := range fees {
		item, refused := w.fee(fee)
		if refused != nil {
			return refused
		}
		list = append(list, item)
	}
	full["fees"] = list
	return nil
}
