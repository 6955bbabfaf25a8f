package apply

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// orderLeft is what is left of an order to ship.
type orderLeft struct {
	id        int64
	archived  bool
	closed    string // the status of an order that nobody waits for, "" of others
	lines     []lineLeft
	addresses []int64
}

// neverShipped are the statuses of orders that were not placed, were cancelled or declined. A shipment would tell the customer that it is on
// its way, and make the order a shipped one.
var neverShipped = []int64{0, 5, 6}

// lineLeft is a line of an order with what is left of it. Digital lines and gift certificates, which have no address, are not shipped.
type lineLeft struct {
	id      int64
	sku     string
	digital bool
	address int64
	left    int64
}

// readOrderLeft reads an order's lines and addresses, in one request where the store gives them with the order.
func readOrderLeft(ctx context.Context, client *bigcommerce.Client, order int64) (*orderLeft, error) {
	key, _ := catalogue.Orders.KeyNamed(catalogue.Orders.IDField)
	records, err := client.FindOne(ctx, &catalogue.Orders, key, fmt.Sprint(order), parsePaths([]string{
		"id", "is_deleted", "status_id", "status", "shipping_addresses[].id", "products[].id", "products[].sku", "products[].type", "products[].quantity",
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
	if status, err := doc.Get("status_id").Int(); err == nil && slices.Contains(neverShipped, status) {
		left.closed = doc.Get("status").String()
	}
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
		l.digital = true
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
			if !slices.ContainsFunc(o.lines, func(l lineLeft) bool { return !l.digital }) {
				return 0, nil, o.over(catalogue.Shipments.OfField, "order %d holds digital products or gift certificates only, which are not shipped", o.id)
			}
			return 0, nil, o.over(catalogue.Shipments.OfField, "order %d has nothing left to ship to address %d", o.id, address)
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
			return o.over(shipmentItems+"[].sku", "%s has nothing left to ship to address %d", what, address)
		}
		return o.over(shipmentItems+"[].quantity", "%s has %d left to ship to address %d, not %d", what, free, address, quantity)
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

func (o *orderLeft) over(field, format string, args ...any) *record.Problem {
	return &record.Problem{Code: "over_shipped", Field: field, Message: fmt.Sprintf(format, args...)}
}
