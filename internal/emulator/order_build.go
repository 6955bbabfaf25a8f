package emulator

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// orderBuilder makes one order of a body. What the body leaves out follows from what it says:
// totals from lines, addresses and fees, counts from shipments and refunds.
type orderBuilder struct {
	book  *orderBook
	opts  *Options
	o     *order
	given map[string]any // the body's own fields
}

// build makes an order; its id and those of its parts are new. It is not in the book yet.
func (b *orderBook) build(body map[string]any, id int, now time.Time) (*order, error) {
	m := &orderBuilder{book: b, opts: b.opts, o: &order{f: orderFields.new()}, given: map[string]any{}}
	f := m.o.f
	f[0], f[oCreated] = textInt(id), textMail(now)
	for _, name := range []string{"currency_code", "default_currency_code", "store_default_currency_code"} {
		orderFields.set(f, name, quote(b.opts.Currency))
	}
	for name, v := range body {
		if _, part := partNamed(name); !part {
			m.given[name] = v
		}
	}
	if err := orderFields.fill(f, m.given); err != nil {
		return nil, err
	}
	m.address()
	if f[oModified] == textEmpty {
		f[oModified] = f[oCreated]
	}
	if err := m.parts(body); err != nil {
		return nil, err
	}
	m.countUnits()
	m.total()
	if status := statusOf(number(f[oStatusID])); status != nil {
		f[oStatus] = quote(status.name)
		if _, said := m.given["custom_status"]; !said {
			f[oCustom] = quote(b.opts.label(status))
		}
	}
	m.o.settle()
	return m.o, nil
}

func partNamed(name string) (orderPart, bool) {
	at := slices.IndexFunc(orderParts, func(p orderPart) bool { return p.name == name })
	if at < 0 {
		return orderPart{}, false
	}
	return orderParts[at], true
}

// address gives the billing address all its fields.
func (m *orderBuilder) address() {
	decoded, _ := decode([]byte(m.o.f[oBilling])) // text of this package
	address, _ := decoded.(map[string]any)
	m.o.f[oBilling] = addressText(address)
}

// parts adds the parts of a body, addresses first: lines refer to them.
func (m *orderBuilder) parts(body map[string]any) error {
	addresses, listed := body["shipping_addresses"]
	if _, billed := body["billing_address"]; !listed && billed {
		decoded, _ := decode([]byte(m.o.f[oBilling])) // text of this package
		addresses = []any{decoded}
	}
	order := []string{"shipping_addresses", "pickups", "products", "coupons", "taxes", "shipments", "messages", "fees", "transactions", "refunds"}
	for _, name := range order {
		value := body[name]
		if name == "shipping_addresses" {
			value = addresses
		}
		list, err := items(value)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		part, _ := partNamed(name)
		for i, item := range list {
			if err := m.part(part, maps.Clone(item)); err != nil {
				return fmt.Errorf("%s %d: %w", name, i, err)
			}
		}
	}
	return nil
}

// part adds one part. Places in the body's own lists stand for ids that it cannot know: "address"
// of a line, tax or shipment, "pickup" of a line, "line" of a tax and of the items of shipments and refunds.
func (m *orderBuilder) part(p orderPart, item map[string]any) error {
	r := p.table.new()
	if own, ok := wholeNumber(item["id"]); ok {
		r[0] = textInt(own)
		m.book.last[p.name] = max(m.book.last[p.name], own)
	} else {
		r[0] = textInt(m.book.next(p.name))
	}
	if at, ok := p.table.index["order_id"]; ok {
		r[at] = m.o.f[0]
		if p.table.fields[at].kind == kindString {
			r[at] = quote(m.o.f[0])
		}
	}
	if err := m.places(p, r, item); err != nil {
		return err
	}
	if err := p.table.fill(r, item); err != nil {
		return err
	}
	switch p.name {
	case "products":
		m.line(r, item)
	case "shipping_addresses":
		complete(orderAddressFields, r, item, "cost_inc_tax", money(orderAddressFields.get(r, "cost_ex_tax")))
		complete(orderAddressFields, r, item, "base_cost", money(orderAddressFields.get(r, "cost_ex_tax")))
		m.difference(orderAddressFields, r, item, "cost_tax", "cost_inc_tax", "cost_ex_tax")
	case "fees":
		complete(orderFeeFields, r, item, "cost_inc_tax", money(orderFeeFields.get(r, "cost_ex_tax")))
		complete(orderFeeFields, r, item, "base_cost", money(orderFeeFields.get(r, "cost_ex_tax")))
		m.difference(orderFeeFields, r, item, "cost_tax", "cost_inc_tax", "cost_ex_tax")
	case "shipments":
		m.shipment(r, item)
	}
	rows := p.rows(m.o)
	*rows = append(*rows, r)
	return nil
}

func (m *orderBuilder) places(p orderPart, r row, item map[string]any) error {
	address, said := item["address"].(int)
	delete(item, "address")
	if said && address >= len(m.o.addresses) {
		return fmt.Errorf("there is no address %d", address)
	}
	if at, has := p.table.index["order_address_id"]; has && address < len(m.o.addresses) {
		if kind, _ := item["type"].(string); said || kind == "" || kind == "physical" {
			r[at] = m.o.addresses[address][0]
		}
	}
	if place, ok := item["pickup"].(int); ok {
		if place >= len(m.o.pickups) {
			return fmt.Errorf("there is no pickup %d", place)
		}
		item["order_pickup_method_id"], item["order_address_id"] = m.o.pickups[place][0], 0
		delete(item, "pickup")
	}
	if place, ok := item["line"].(int); ok {
		if place >= len(m.o.lines) {
			return fmt.Errorf("there is no line %d", place)
		}
		item["order_product_id"] = m.o.lines[place][0]
		delete(item, "line")
	}
	if err := m.options(r, item); err != nil {
		return err
	}
	return m.itemPlaces(p, item)
}

// options gives the chosen options of a line its id, and ids of their own.
func (m *orderBuilder) options(r row, item map[string]any) error {
	options, err := items(item["product_options"])
	if err != nil {
		return err
	}
	if len(options) > 0 {
		var chosen []any
		for _, option := range options {
			option = maps.Clone(option)
			option["order_product_id"] = number(r[0])
			if option["id"] == nil {
				option["id"] = m.book.next("product_options")
			}
			chosen = append(chosen, option)
		}
		item["product_options"] = chosen
	}
	return nil
}

// itemPlaces resolves the items of a shipment or refund.
func (m *orderBuilder) itemPlaces(p orderPart, item map[string]any) error {
	list, err := items(item["items"])
	if err != nil || len(list) == 0 {
		return err
	}
	var resolved []any
	for _, entry := range list {
		entry = maps.Clone(entry)
		place, ok := entry["line"].(int)
		delete(entry, "line")
		switch {
		case ok && place >= len(m.o.lines):
			return fmt.Errorf("there is no line %d", place)
		case ok && p.name == "shipments":
			entry["order_product_id"], entry["product_id"] = number(m.o.lines[place][0]), number(m.o.lines[place][lProduct])
		case ok:
			entry["item_id"] = number(m.o.lines[place][0])
		case entry["item_type"] == "ORDER" && entry["item_id"] == nil:
			entry["item_id"] = number(m.o.f[0])
		}
		m.moved(p.name, entry)
		resolved = append(resolved, entry)
	}
	item["items"] = resolved
	return nil
}

// moved counts shipped and refunded units on the lines.
func (m *orderBuilder) moved(part string, entry map[string]any) {
	id, count := entry["order_product_id"], lShipped
	if part == "refunds" {
		id, count = entry["item_id"], lRefunded
		if entry["item_type"] != "PRODUCT" {
			return
		}
	}
	units, _ := wholeNumber(entry["quantity"])
	for _, l := range m.o.lines {
		if fmt.Sprint(id) != l[0] {
			continue
		}
		l[count] = textInt(number(l[count]) + units)
		if part == "refunds" {
			l[lRefund] = textMoney(money(l[lRefund]).Add(money(l[lPriceInc]).Mul(decimalInt(int64(units)))))
			l[lIsRefunded] = textBool(number(l[lRefunded]) >= number(l[lQuantity]))
		}
	}
}

// complete writes a derived amount unless the body gave it.
func complete(t *table, r row, given map[string]any, name string, d decimal.Decimal) {
	if _, said := given[name]; !said {
		t.set(r, name, textMoney(d))
	}
}

func (m *orderBuilder) difference(t *table, r row, given map[string]any, name, from, less string) {
	complete(t, r, given, name, money(t.get(r, from)).Sub(money(t.get(r, less))))
}
