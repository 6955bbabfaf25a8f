package emulator

import (
	"maps"
	"slices"
)

// updateOrder changes an order. A field that only answers carry, or that the resource does not take, is a 400 (recorded).
func updateOrder(c *call) *reply {
	old, refused := c.order()
	if refused != nil {
		return refused
	}
	body, refused := c.object()
	if refused != nil {
		return refused
	}
	o, refused := c.changeOrder(old, body)
	if refused != nil {
		return refused
	}
	e := orderEncoder{base: c.base}
	return plain(e.append(nil, o))
}

// orderChange is a judged PUT: what is to be done to a copy of the order once everything is in order.
type orderChange struct {
	*orderWrite
	build *orderBuilder
	o     *order // the copy
	steps []func() error
	lines bool // lines are changed: what they come to is reckoned again
	money bool // so is the total
}

// changeOrder changes an order under the rules of PUT.
func (c *call) changeOrder(old *order, body map[string]any) (*order, *reply) {
	o := old.clone()
	o.lines, o.addresses, o.fees, o.taxes = cloneRows(o.lines), cloneRows(o.addresses), cloneRows(o.fees), slices.Clone(o.taxes)
	w := &orderChange{orderWrite: c.orderWrite(body, updating), o: o}
	w.build = &orderBuilder{book: c.s.st.orders, opts: &c.s.opts, o: o, given: map[string]any{}}
	for _, judge := range []func() *reply{w.ownFields, w.changeLines, w.changeAddresses, w.changeFees} {
		if refused := judge(); refused != nil {
			return nil, refused
		}
	}
	if refused := w.stock(number(o.f[oStatusID])); refused != nil {
		return nil, refused
	}
	for _, step := range w.steps {
		if err := step(); err != nil {
			return nil, invalidV2("products", err.Error())
		}
	}
	w.reckon()
	now := c.s.now()
	if o.f[oStatusID] != old.f[oStatusID] {
		c.s.enterStatus(o, number(o.f[oStatusID]), now)
	}
	o.touch(now)
	c.s.st.orders.put(o)
	w.sell(unquote(o.f[oSource]))
	return o, nil
}

func (w *orderChange) ownFields() *reply {
	if _, said := w.body["external_merchant_id"]; said {
		return w.c.readOnlyV2("external_merchant_id") // set once, on creation
	}
	if _, said := w.body["consignments"]; said {
		return w.c.unsupportedV2("consignments") // a pickup is not changed here
	}
	address := w.o.f[oBilling]
	if refused := w.fields(w.o.f); refused != nil {
		return refused
	}
	billing, refused := w.billing(address)
	if refused != nil {
		return refused
	}
	w.o.f[oBilling] = billing
	if archive, said := w.body["is_deleted"].(bool); said {
		w.o.f[oDeleted] = textBool(archive)
	}
	for _, name := range []string{"shipping_cost_ex_tax", "handling_cost_ex_tax", "wrapping_cost_ex_tax", "discount_amount", "subtotal_ex_tax", "total_ex_tax"} {
		if _, said := w.body[name]; said {
			w.money = true
		}
	}
	return nil
}

// reckon works out again what the changes touch. What the body gives stays as it gives it; a subtotal that it gives does not enter the total.
func (w *orderChange) reckon() {
	if !w.lines && !w.money {
		return
	}
	given := w.build.given
	maps.Copy(given, w.body)
	for i := range orderFields.fields {
		f := &orderFields.fields[i]
		if f.kind == kindMoney && !w.touches(f.name) {
			given[f.name] = true
		}
	}
	if w.lines {
		for _, a := range w.o.addresses {
			orderAddressFields.set(a, "items_total", "0")
			orderAddressFields.set(a, "items_shipped", "0")
		}
		w.build.countUnits()
	}
	w.build.total()
}

// touches reports whether an amount of the order follows from what the body changes.
func (w *orderChange) touches(name string) bool {
	for _, pair := range amountPairs {
		_, said := w.body[pair+"_ex_tax"]
		changed := said || pair == "total" || pair == "subtotal" && w.lines
		if changed && (name == pair+"_tax" || name == pair+"_ex_tax" || name == pair+"_inc_tax") {
			return true
		}
	}
	return false
}
