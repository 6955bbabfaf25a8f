package emulator

import (
	"maps"
	"slices"

	"github.com/shopspring/decimal"
)

// changeLines judges the lines of a PUT: an id changes that line, quantity 0 removes it, and without an id a line is added.
func (w *orderChange) changeLines() *reply {
	list, said, refused := w.list("products")
	if refused != nil || !said {
		return refused
	}
	w.lines = len(list) > 0
	left := len(w.o.lines)
	seen := map[int]bool{}
	for _, body := range list {
		if _, known := body["id"]; !known {
			item, refused := w.line(body)
			if refused != nil {
				return refused
			}
			left++
			w.steps = append(w.steps, func() error { return w.build.part(lineParts, item) })
			continue
		}
		id, _ := wholeNumber(body["id"])
		old := findRow(w.o.lines, id)
		if old == nil || seen[id] {
			return invalidV2("id", "the order has no product line "+textInt(id)+", or it is given twice")
		}
		seen[id] = true
		if units, said := wholeNumber(body["quantity"]); said && units == 0 {
			if number(old[lShipped]) > 0 {
				return invalidV2("quantity", "the line has been shipped")
			}
			left--
			w.steps = append(w.steps, func() error { w.removeLine(id); return nil })
			continue
		}
		if refused := w.changeLine(old, body); refused != nil {
			return refused
		}
	}
	if left < 1 {
		return invalidV2("products", "an order keeps one product at least")
	}
	return nil
}

var lineParts, _ = partNamed("products")

// changeLine judges a change of one line. Another product or variant is taken from the catalogue anew; else only the given fields change.
func (w *orderChange) changeLine(old row, body map[string]any) *reply {
	body = maps.Clone(body)
	delete(body, "id")
	var p problems
	r := slices.Clone(old)
	orderLineFields.patch(r, body, updating, &p)
	refused := w.c.refusedV2(&p, orderLineFields)
	if refused == nil {
		refused = w.lineAmounts(r, body)
	}
	if refused == nil && number(r[lQuantity]) < max(1, number(old[lShipped])) {
		refused = invalidV2("quantity", "less than what has been shipped of the line")
	}
	if refused != nil {
		return refused
	}
	_, options := body["product_options"]
	var item map[string]any
	if options || r[lProduct] != old[lProduct] || r[lVariant] != old[lVariant] {
		item, refused = w.exchanged(r, old, body)
	} else {
		item, refused = w.edited(r, old, body)
	}
	if refused != nil {
		return refused
	}
	w.steps = append(w.steps, func() error { return w.putLine(number(old[0]), item) })
	return nil
}

// exchanged gives a line that now sells something else.
func (w *orderChange) exchanged(r, old row, body map[string]any) (map[string]any, *reply) {
	body["product_id"], body["quantity"] = number(r[lProduct]), number(r[lQuantity])
	if r[lProduct] == "0" {
		return nil, invalidV2("product_id", "a custom product has no variants or options")
	}
	before := len(w.sold)
	item, refused := w.catalogueLine(r, body)
	if refused == nil && r[lProduct] == old[lProduct] && w.sold[before].variant == number(old[lVariant]) {
		w.sold[before].units = max(0, w.sold[before].units-number(old[lQuantity])) // those have been taken
	}
	return item, refused
}

// edited gives a line of which only some fields change.
func (w *orderChange) edited(r, old row, body map[string]any) (map[string]any, *reply) {
	if _, said := body["sku"]; said && r[lProduct] != "0" {
		return nil, w.c.readOnlyV2("sku")
	}
	customer, merchant, refused := lineNames(body)
	if refused != nil {
		return nil, refused
	}
	delete(body, "product_id")
	delete(body, "variant_id")
	if customer != "" {
		body["name"], body["name_customer"] = customer, customer
	}
	if merchant != "" {
		body["name_merchant"] = merchant
	}
	if more := number(r[lQuantity]) - number(old[lQuantity]); more > 0 && r[lProduct] != "0" {
		if p := w.s.st.findProduct(number(r[lProduct])); p != nil && p.variant(number(r[lVariant])) != nil {
			w.sold = append(w.sold, sale{p.id, number(r[lVariant]), more, number(r[lQuantity])})
		}
	}
	return body, nil
}

// putLine writes a judged line over the one of that id; its discounts are gone (orders.v2.oas2.yml: a PUT clears them on changed lines).
func (w *orderChange) putLine(id int, item map[string]any) error {
	r := findRow(w.o.lines, id)
	w.dropDiscounts(r)
	if err := w.build.options(r, item); err != nil {
		return err
	}
	if err := orderLineFields.fill(r, item); err != nil {
		return err
	}
	for _, name := range []string{"price_ex_tax", "price_inc_tax"} { // the builder works out what is not given
		item[name] = unquote(orderLineFields.get(r, name))
	}
	item["name_customer"], item["name_merchant"] = true, true
	w.build.line(r, item)
	return nil
}

// dropDiscounts takes the discounts of a line off the order too: a coupon's from what coupons gave, any other from the order's own discount.
func (w *orderChange) dropDiscounts(r row) {
	discounts := orderLineFields.get(r, "applied_discounts")
	for discount := range elements(discounts) {
		fields := maps.Collect(members(discount))
		name := "discount_amount"
		if code := fields["code"]; code != textNull && code != "" {
			name = "coupon_discount"
		}
		if _, said := w.body[name]; !said {
			left := money(orderFields.get(w.o.f, name)).Sub(money(fields["amount"]))
			orderFields.set(w.o.f, name, textMoney(decimal.Max(decimal.Zero, left)))
		}
	}
	orderLineFields.set(r, "applied_discounts", "[]")
}

func (w *orderChange) removeLine(id int) {
	at, _ := rowAt(w.o.lines, id)
	w.dropDiscounts(w.o.lines[at])
	w.o.lines = slices.Delete(w.o.lines, at, at+1)
	w.o.taxes = slices.DeleteFunc(w.o.taxes, func(tax row) bool { return unquote(tax[taxItem]) == textInt(id) })
}

// changeAddresses judges the shipping addresses of a PUT: an id changes that address, without an id one is added. Nothing is reckoned again.
func (w *orderChange) changeAddresses() *reply {
	list, _, refused := w.list("shipping_addresses")
	if refused != nil {
		return refused
	}
	for _, body := range list {
		if _, known := body["id"]; !known {
			if refused := w.shipTo(orderAddressFields.new(), body); refused != nil {
				return refused
			}
			part, _ := partNamed("shipping_addresses")
			w.steps = append(w.steps, func() error { return w.addAddress(part, body) })
			continue
		}
		id, _ := wholeNumber(body["id"])
		r := findRow(w.o.addresses, id)
		if r == nil {
			return invalidV2("id", "the order has no shipping address "+textInt(id))
		}
		if refused := w.shipTo(r, body, "id"); refused != nil {
			return refused
		}
	}
	return nil
}

func (w *orderChange) addAddress(part orderPart, body map[string]any) error {
	err := w.build.part(part, maps.Clone(body))
	orderFields.set(w.o.f, "shipping_address_count", textInt(len(w.o.addresses)))
	return err
}

// changeFees judges the fees of a PUT, which replace those of the order: an id keeps and changes that fee, the others go.
func (w *orderChange) changeFees() *reply {
	list, said, refused := w.list("fees")
	if refused != nil || !said {
		return refused
	}
	w.money = true
	old, seen := w.o.fees, map[int]bool{}
	w.steps = append(w.steps, func() error { w.o.fees = nil; return nil })
	part, _ := partNamed("fees")
	for _, body := range list {
		item, refused := w.fee(body, "id")
		if refused != nil {
			return refused
		}
		if _, known := body["id"]; known {
			id, _ := wholeNumber(body["id"])
			if findRow(old, id) == nil || seen[id] {
				return invalidV2("id", "the order has no fee "+textInt(id)+", or it is given twice")
			}
			seen[id] = true
		}
		w.steps = append(w.steps, func() error { return w.build.part(part, item) })
	}
	w.steps = append(w.steps, func() error {
		slices.SortFunc(w.o.fees, func(a, b row) int { return number(a[0]) - number(b[0]) })
		return nil
	})
	return nil
}
