package apply

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// linesOf gives the lines that an item names.
func (o *orderLeft) linesOf(item *record.Object) (lines []*lineLeft, what string, problem *record.Problem) {
	if v := item.Get("order_product_id"); !v.IsEmpty() {
		id, err := v.Int()
		if l := o.line(id); err == nil && l != nil {
			return []*lineLeft{l}, fmt.Sprintf("line %d of order %d", id, o.id), nil
		}
		return nil, "", &record.Problem{Code: "not_found", Field: "items[].order_product_id", Message: fmt.Sprintf("order %d has no line %s", o.id, v)}
	}
	sku := item.Get("sku").String()
	if sku == "" {
		return nil, "", &record.Problem{Code: "missing_required", Field: "items[].sku", Message: "an item of a shipment needs a SKU or an order_product_id"}
	}
	if lines = o.ofSKU(sku); len(lines) == 0 {
		return nil, "", &record.Problem{Code: "not_found", Field: "items[].sku", Message: fmt.Sprintf("order %d has no line with the SKU %q; it has %s", o.id, sku, o.skus())}
	}
	return lines, fmt.Sprintf("SKU %q of order %d", sku, o.id), nil
}

// ofSKU gives the lines with a SKU, ignoring case.
func (o *orderLeft) ofSKU(sku string) (lines []*lineLeft) {
	for i := range o.lines {
		if strings.EqualFold(strings.TrimSpace(sku), o.lines[i].sku) {
			lines = append(lines, &o.lines[i])
		}
	}
	return lines
}

func (o *orderLeft) line(id int64) *lineLeft {
	for i := range o.lines {
		if o.lines[i].id == id {
			return &o.lines[i]
		}
	}
	return nil
}

// skus lists the SKUs of the order, the first few.
func (o *orderLeft) skus() string {
	const most = 5
	var texts []string
	for i := range o.lines {
		if text := fmt.Sprintf("%q", o.lines[i].sku); o.lines[i].sku != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	switch {
	case len(texts) == 0:
		return "no SKUs"
	case len(texts) > most:
		texts = append(texts[:most], "…")
	}
	return strings.Join(texts, ", ")
}

// addressOf gives the address that a row names, the order's only one, or the one to which all its named items go.
func (o *orderLeft) addressOf(named record.Value, items []record.Value) (int64, *record.Problem) {
	if !named.IsEmpty() {
		id, err := named.Int()
		if err == nil && slices.Contains(o.addresses, id) {
			return id, nil
		}
		return 0, &record.Problem{
			Code: "not_found", Field: shipmentAddress, Message: fmt.Sprintf("order %d has no shipping address %s; it has %s", o.id, named, joined(o.addresses)),
		}
	}
	switch len(o.addresses) {
	case 0:
		return 0, o.over(catalogue.Shipments.OfField, "order %d has no shipping address, so nothing is shipped of it", o.id)
	case 1:
		return o.addresses[0], nil
	}
	goes := map[int64]bool{}
	for _, item := range items {
		lines, _, problem := o.linesOf(item.Object())
		if problem != nil {
			return 0, problem
		}
		for _, l := range lines {
			goes[l.address] = true
		}
	}
	if len(goes) == 1 {
		for id := range goes {
			return id, nil
		}
	}
	return 0, &record.Problem{
		Code: "missing_required", Field: shipmentAddress,
		Message: fmt.Sprintf("order %d goes to several addresses (%s): map order_address_id", o.id, joined(o.addresses)),
	}
}

func shippedItem(line, quantity int64) record.Value {
	item := record.NewObject(2)
	item.Set("order_product_id", record.IntValue(line))
	item.Set("quantity", record.IntValue(quantity))
	return record.ObjectValue(item)
}

// byLine sorts items by the ids of their lines.
func byLine(items []record.Value) []record.Value {
	slices.SortFunc(items, func(a, b record.Value) int {
		x, _ := a.Object().Get("order_product_id").Int()
		y, _ := b.Object().Get("order_product_id").Int()
		return cmp.Compare(x, y)
	})
	return items
}
