package apply

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// orderLeft is what is left of an order to ship.
type orderLeft struct {
	id        int64
	archived  bool
	lines     []lineLeft
	addresses []int64
}

// lineLeft is a line of an order with what is left of it. Digital lines and gift certificates, which have no address, are not shipped.
type lineLeft struct {
	id      int64
	sku     string
	address int64
	left    int64
}

// readOrderLeft reads an order's lines and addresses, in one request where the store gives them with the order.
func readOrderLeft(ctx context.Context, client *bigcommerce.Client, order int64) (*orderLeft, error) {
	key, _ := catalogue.Orders.KeyNamed(catalogue.Orders.IDField)
	records, err := client.FindOne(ctx, &catalogue.Orders, key, fmt.Sprint(order), parsePaths([]string{
		"id", "is_deleted", "shipping_addresses[].id", "products[].id", "products[].sku", "products[].type", "products[].quantity",
		"products[].quantity_shipped", "products[].order_address_id",
	}))
	if err != nil {
		return nil, err
	}
	if len(records) != 1 {
		return nil, fmt.Errorf("read order %d: it was there a moment ago, and is gone", order)
	}
	doc := records[0].Doc
	left := &orderLeft{id: order, archived: doc.Get("is_deleted").Bool()}
	for _, address := range doc.Get("shipping_addresses").List() {
		id, err := address.Object().Get("id").Int()
		if err != nil {
			return nil, fmt.Errorf("read order %d: an address has no id", order)
		}
		left.addresses = append(left.addresses, id)
	}
	for _, line := range doc.Get("products").List() {
		l, err := lineOf(line.Object())
		if err != nil {
			return nil, fmt.Errorf("read order %d: %w", order, err)
		}
		left.lines = append(left.lines, l)
	}
	slices.SortFunc(left.lines, func(a, b lineLeft) int { return cmp.Compare(a.id, b.id) })
	return left, nil
}

func lineOf(line *record.Object) (l lineLeft, err error) {
	if l.id, err = line.Get("id").Int(); err != nil {
		return l, fmt.Errorf("a line has no id")
	}
	quantity, err := line.Get("quantity").Int()
	if err != nil {
		return l, fmt.Errorf("line %d has no quantity", l.id)
	}
	shipped, err := line.Get("quantity_shipped").Int()
	if err != nil {
		return l, fmt.Errorf("line %d does not say how much of it was shipped", l.id)
	}
	l.sku = line.Get("sku").String()
	if kind := line.Get("type").String(); kind == "digital" || kind == "giftcertificate" {
		return l, nil
	}
	l.address, _ = line.Get("order_address_id").Int()
	l.left = max(0, quantity-shipped)
	return l, nil
}

// take takes what a row ships off what is left, and gives the address and the items of the shipment. Of a row that cannot be shipped
// nothing is taken.
func (o *orderLeft) take(doc *record.Object) (address int64, items []record.Value, problem *record.Problem) {
	taken := map[int64]int64{}
	named := doc.Get(shipmentItems).List()
	address, problem = o.addressOf(doc.Get(shipmentAddress), named)
	if problem != nil {
		return 0, nil, problem
	}
	for _, item := range named {
		if problem = o.takeItem(item.Object(), address, taken); problem != nil {
			return 0, nil, problem
		}
	}
	if len(named) == 0 {
		for i := range o.lines {
			if l := &o.lines[i]; l.address == address && l.left > 0 {
				taken[l.id] = l.left
			}
		}
		if len(taken) == 0 {
			return 0, nil, o.over("order %d has nothing left to ship to address %d", o.id, address)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(taken)) {
		o.line(line).left -= taken[line]
		items = append(items, shippedItem(line, taken[line]))
	}
	return address, items, nil
}

// takeItem takes what an item names: of a line, or of all lines with a SKU, one after the other.
func (o *orderLeft) takeItem(item *record.Object, address int64, taken map[int64]int64) *record.Problem {
	lines, what, problem := o.linesOf(item)
	if problem != nil {
		return problem
	}
	var free int64
	for _, l := range lines {
		if l.address == address {
			free += l.left - taken[l.id]
		}
	}
	quantity, err := item.Get("quantity").Int()
	switch {
	case err != nil && !item.Get("quantity").IsEmpty(), err == nil && quantity <= 0:
		return &record.Problem{Code: "invalid", Field: "items[].quantity", Message: fmt.Sprintf("%q is not a quantity that can be shipped", item.Get("quantity"))}
	case err != nil:
		quantity = free
	}
	if quantity > free || quantity == 0 {
		if quantity == free {
			return o.over("%s has nothing left to ship to address %d", what, address)
		}
		return o.over("%s has %d left to ship to address %d, not %d", what, free, address, quantity)
	}
	for _, l := range lines {
		if l.address == address {
			n := min(quantity, l.left-taken[l.id])
			if n > 0 {
				taken[l.id] += n
				quantity -= n
			}
		}
	}
	return nil
}

func (o *orderLeft) over(format string, args ...any) *record.Problem {
	return &record.Problem{Code: "over_shipped", Field: shipmentItems, Message: fmt.Sprintf(format, args...)}
}

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
		return 0, o.over("order %d has no shipping address, so nothing is shipped of it", o.id)
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
