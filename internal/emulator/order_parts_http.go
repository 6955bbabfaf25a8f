package emulator

import (
	"slices"

	"github.com/shopspring/decimal"
)

func orderPartRoutes() []routeEntry {
	const one = "v2/orders/{}"
	get := func(run func(*call) *reply, query ...string) map[string]*endpoint {
		return map[string]*endpoint{"GET": {run: run, query: query}}
	}
	return []routeEntry{
		at(one+"/products", get(listLines, pageNames...)),
		at(one+"/products/{}", get(getLine)),
		at(one+"/shipping_addresses", get(listAddresses, pageNames...)),
		at(one+"/shipping_addresses/{}", map[string]*endpoint{"GET": {run: getAddress}, "PUT": {run: updateAddress}}),
		at(one+"/shipping_addresses/{}/shipping_quotes", get(getQuotes)),
		at(one+"/coupons", get(listOrderCoupons, pageNames...)),
		at(one+"/taxes", get(listTaxes, names(pageNames, []string{"details"})...)),
		at(one+"/messages", get(listMessages, names(pageNames, []string{
			"min_id", "max_id", "customer_id", "min_date_created", "max_date_created", "is_flagged", "status",
		})...)),
		at(one+"/fees", get(listFees)),
		at(one+"/consignments", get(getConsignments, "include")),
		at(one+"/consignments/shipping/{}/shipping_quotes", get(getQuotes)),
	}
}

// partOf answers a page of one list of the order's parts.
func (c *call) partOf(t *table, rows func(*order) []row) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	return c.rowsV2(t, rows(o))
}

// onePartOf answers the part of the order that the path's second number names.
func (c *call) onePartOf(rows func(*order) []row, encode func(dst []byte, o *order, r row) []byte) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	r := findRow(rows(o), c.ids[1])
	if r == nil {
		return notFoundV2()
	}
	return plain(encode(nil, o, r))
}

func linesOf(o *order) []row { return o.lines }

func listLines(c *call) *reply { return c.partOf(orderLineFields, linesOf) }

func getLine(c *call) *reply {
	return c.onePartOf(linesOf, func(dst []byte, _ *order, r row) []byte { return orderLineFields.append(dst, r, nil) })
}

func addressesOf(o *order) []row { return o.addresses }

// appendAddress appends a shipping address with the link to its quotes.
func (c *call) appendAddress(dst []byte, o *order, r row) []byte {
	e := orderEncoder{base: c.base}
	dst = append(orderAddressFields.open(dst, r, nil), `,"shipping_quotes":`...)
	return append(e.appendLink(dst, o, "/shipping_addresses/"+r[0]+"/shipping_quotes"), '}')
}

func listAddresses(c *call) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	return c.listV2(len(o.addresses), func(dst []byte, i int) []byte { return c.appendAddress(dst, o, o.addresses[i]) })
}

func getAddress(c *call) *reply { return c.onePartOf(addressesOf, c.appendAddress) }

// updateAddress changes the given fields of a shipping address; costs and taxes stay as they are (orders.v2.oas2.yml).
func updateAddress(c *call) *reply {
	old, refused := c.order()
	if refused != nil {
		return refused
	}
	body, refused := c.object()
	if refused != nil {
		return refused
	}
	o := old.clone()
	o.addresses = cloneRows(o.addresses)
	r := findRow(o.addresses, c.ids[1])
	if r == nil {
		return notFoundV2()
	}
	if refused := c.orderWrite(body, updating).shipTo(r, body); refused != nil {
		return refused
	}
	o.touch(c.s.now())
	c.s.st.orders.put(o)
	return plain(c.appendAddress(nil, o, r))
}

// getQuotes answers that no carrier quoted the address, as for orders that were not made in the storefront.
func getQuotes(c *call) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	if findRow(o.addresses, c.ids[1]) == nil {
		return notFoundV2()
	}
	return noContent()
}

func listOrderCoupons(c *call) *reply {
	return c.partOf(orderCouponFields, func(o *order) []row { return o.coupons })
}

// listFees answers {"fees": [...]}, the one V2 list that is no bare array; 204 without fees.
func listFees(c *call) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	if len(o.fees) == 0 {
		return noContent()
	}
	return plain(append(appendRows([]byte(`{"fees":`), orderFeeFields, o.fees), '}'))
}

func getConsignments(c *call) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	e := orderEncoder{base: c.base, lines: slices.Contains(c.list("include"), "consignments.line_items")}
	return plain(e.appendConsignments(nil, o))
}

var (
	taxLine   = orderTaxFields.index["line_amount"]
	taxShare  = orderTaxFields.index["priority_amount"]
	taxItem   = orderTaxFields.index["order_product_id"]
	taxKind   = orderTaxFields.index["line_item_type"]
	taxPlaces = []int{ // what one row of the short list stands for
		orderTaxFields.index["order_address_id"], orderTaxFields.index["tax_rate_id"], orderTaxFields.index["name"],
		orderTaxFields.index["rate"], orderTaxFields.index["tax_class_id"], orderTaxFields.index["order_pickup_method_id"],
	}
)

// listTaxes answers one row a taxed item with details=true, else one row a rate and address with their sum.
func listTaxes(c *call) *reply {
	if c.param("details") == "true" {
		return c.partOf(orderTaxFields, func(o *order) []row { return o.taxes })
	}
	return c.partOf(orderTaxFields, (*order).taxTotals)
}

func (o *order) taxTotals() []row {
	var totals []row
	for _, r := range o.taxes {
		at := slices.IndexFunc(totals, func(total row) bool {
			return !slices.ContainsFunc(taxPlaces, func(i int) bool { return total[i] != r[i] })
		})
		if at < 0 {
			total := slices.Clone(r)
			total[taxItem], total[taxKind] = "", ""
			totals = append(totals, total)
			continue
		}
		for _, i := range []int{taxLine, taxShare} {
			totals[at][i] = textMoney(decimal.Sum(money(totals[at][i]), money(r[i])))
		}
	}
	return totals
}

func listMessages(c *call) *reply {
	o, refused := c.order()
	if refused != nil {
		return refused
	}
	var tests []rowTest
	for name, f := range map[string]struct {
		field string
		keep  func(have, want int) bool
	}{
		"min_id":      {"id", func(have, want int) bool { return have >= want }},
		"max_id":      {"id", func(have, want int) bool { return have <= want }},
		"customer_id": {"customer_id", func(have, want int) bool { return have == want }},
	} {
		if text := c.param(name); text != "" {
			want, ok := wholeText(text)
			if !ok {
				return invalidV2(name, "must be a whole number")
			}
			tests = append(tests, func(r row) bool { return f.keep(orderMessageFields.int(r, f.field), want) })
		}
	}
	for name, sign := range map[string]int{"min_date_created": 1, "max_date_created": -1} {
		if text := c.param(name); text != "" {
			bound, ok := parseEither(text)
			if !ok {
				return invalidV2(name, "must be a date as RFC 2822 or ISO 8601")
			}
			tests = append(tests, func(r row) bool {
				have, _ := parseMail(orderMessageFields.str(r, "date_created"))
				return have.Compare(bound)*sign >= 0
			})
		}
	}
	if c.has("is_flagged") {
		want, refused := c.flagV2("is_flagged")
		if refused != nil {
			return refused
		}
		tests = append(tests, func(r row) bool { return orderMessageFields.get(r, "is_flagged") == textBool(want) })
	}
	if want := c.param("status"); want != "" {
		tests = append(tests, func(r row) bool { return orderMessageFields.str(r, "status") == want })
	}
	return c.rowsV2(orderMessageFields, filterRows(o.messages, tests))
}
