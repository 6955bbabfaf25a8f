package bigcommerce

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/valyala/fastjson"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// embeddedList takes a list that `include` puts in the place of a link. Its own request wraps it in an object.
func embeddedList(sub *catalogue.Sub) func(*puller, *fastjson.Value, *want) (record.Value, bool, error) {
	return func(pull *puller, listed *fastjson.Value, w *want) (record.Value, bool, error) {
		list := listed.Get(sub.Field)
		if list != nil && list.Type() == fastjson.TypeObject {
			list = list.Get(sub.Under)
		}
		if list == nil || list.Type() != fastjson.TypeArray {
			return record.Value{}, false, nil
		}
		value, err := pull.value(list, w)
		return value, true, err
	}
}

// embeddedWhole takes the consignments of an order; a link in their place does not hold them.
func embeddedWhole(pull *puller, listed *fastjson.Value, w *want) (record.Value, bool, error) {
	consignments := listed.Get("consignments")
	if consignments.Get("shipping") == nil {
		return record.Value{}, false, nil
	}
	value, err := pull.value(consignments, w)
	return value, true, err
}

// embeddedLines takes the lines of an order from its consignments, in the order of their ids. They are all there when their
// quantities add up to the order's items.
func embeddedLines(pull *puller, listed *fastjson.Value, w *want) (record.Value, bool, error) {
	lines, ok := consignedLines(listed.Get("consignments"))
	if !ok {
		return record.Value{}, false, nil
	}
	var quantity int64
	for _, line := range lines {
		quantity += numberAt(line, "quantity")
	}
	if quantity != numberAt(listed, "items_total") {
		return record.Value{}, false, nil
	}
	items := make([]record.Value, len(lines))
	for i, line := range lines {
		item, err := pull.value(line, w)
		if err != nil {
			return record.Value{}, false, err
		}
		items[i] = item
	}
	return record.ListValue(items), true, nil
}

// consignedLines gives every line once; ok is false where there are links in their place.
func consignedLines(consignments *fastjson.Value) (lines []*fastjson.Value, ok bool) {
	if consignments.Get("shipping") == nil {
		return nil, false
	}
	groups := slices.Concat(consignments.GetArray("pickups"), consignments.GetArray("shipping"), consignments.GetArray("downloads"),
		consignments.GetArray("email", "gift_certificates"))
	for _, group := range groups {
		for _, line := range linesOf(group) {
			if numberAt(line, "id") <= 0 || line.Get("quantity") == nil {
				return nil, false
			}
			lines = append(lines, line)
		}
	}
	slices.SortFunc(lines, func(a, b *fastjson.Value) int { return cmp.Compare(numberAt(a, "id"), numberAt(b, "id")) })
	return slices.CompactFunc(lines, func(a, b *fastjson.Value) bool { return numberAt(a, "id") == numberAt(b, "id") }), true
}

// linesOf gives the lines of one consignment: a list, or a single one in the specification's examples.
func linesOf(consignment *fastjson.Value) []*fastjson.Value {
	lines := consignment.Get("line_items")
	if lines != nil && lines.Type() == fastjson.TypeObject {
		return []*fastjson.Value{lines}
	}
	return lines.GetArray()
}

// embeddedAddresses takes the shipping addresses of an order from its consignments, as many as the order says it has. An address'
// id is taken only where the consignment's lines name it as theirs.
func embeddedAddresses(pull *puller, listed *fastjson.Value, w *want) (record.Value, bool, error) {
	consignments := listed.Get("consignments")
	shipping := consignments.Get("shipping")
	if shipping == nil || int64(len(shipping.GetArray())) != numberAt(listed, "shipping_address_count") {
		return record.Value{}, false, nil
	}
	withID := w.all || w.get("id") != nil
	items := make([]record.Value, 0, len(shipping.GetArray()))
	for _, consignment := range shipping.GetArray() {
		if withID && !proven(consignment) {
			return record.Value{}, false, nil
		}
		address, err := pull.object(consignment, w)
		if err != nil {
			return record.Value{}, false, err
		}
		items = append(items, record.ObjectValue(likeAddress(address, listed, w)))
	}
	return record.ListValue(items), true, nil
}

func proven(consignment *fastjson.Value) bool {
	lines, id := linesOf(consignment), numberAt(consignment, "id")
	return len(lines) > 0 && !slices.ContainsFunc(lines, func(line *fastjson.Value) bool { return numberAt(line, "order_address_id") != id })
}

// likeAddress gives a consignment the form of an address: amounts are texts of four places, the order is named, and there are
// neither lines nor discounts.
func likeAddress(consignment *record.Object, listed *fastjson.Value, w *want) *record.Object {
	address := record.NewObject(consignment.Len() + 1)
	for _, field := range consignment.Fields() {
		value := field.Value
		switch {
		case field.Name == "line_items" || field.Name == "applied_discounts":
			continue
		case value.Kind() == record.Number && strings.Contains(field.Name, "cost") && !strings.HasSuffix(field.Name, "_id"):
			if amount, err := decimal.NewFromString(value.String()); err == nil {
				value = record.TextValue(amount.StringFixed(4))
			}
		}
		address.Set(field.Name, value)
	}
	if w.all || w.get("order_id") != nil {
		address.Set("order_id", record.IntValue(listed.GetInt64("id")))
	}
	return address
}
