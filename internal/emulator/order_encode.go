package emulator

import (
	"net/http"
	"slices"
)

// orderEncoder appends orders as a request wants them: links to their parts, or some parts in place.
type orderEncoder struct {
	base         string // start of links, up to the version
	consignments bool
	lines        bool // of the consignments, in place of links to them
	fees         bool
}

// orderEncoder reads include and consignment_structure. Consignments are embedded only if both
// say so; without the structure the order keeps its link (source: orders.v2.oas2.yml).
func (c *call) orderEncoder() (orderEncoder, *reply) {
	e := orderEncoder{base: c.base}
	object := c.param("consignment_structure") == "object"
	for _, name := range c.list("include") {
		switch name {
		case "consignments":
			e.consignments = object
		case "consignments.line_items":
			e.consignments, e.lines = object, object
		case "fees":
			e.fees = true
		default:
			if c.s.opts.Strict {
				c.violate("unknown include " + quote(name))
				return e, invalidV2("include", "must be consignments, consignments.line_items or fees")
			}
		}
	}
	return e, nil
}

func (e *orderEncoder) append(dst []byte, o *order) []byte {
	dst = orderFields.open(dst, o.f, nil)
	for _, part := range []string{"products", "shipping_addresses", "coupons"} {
		dst = e.appendLink(append(dst, `,"`+part+`":`...), o, "/"+part)
	}
	dst = append(dst, `,"consignments":`...)
	if e.consignments {
		dst = e.appendConsignments(dst, o)
	} else {
		dst = e.appendLink(dst, o, "/consignments")
	}
	dst = append(dst, `,"fees":`...)
	if e.fees {
		dst = appendRows(dst, orderFeeFields, o.fees)
	} else {
		dst = e.appendLink(dst, o, "/fees")
	}
	return append(dst, '}')
}

// appendLink appends {url, resource} of a part of an order.
func (e *orderEncoder) appendLink(dst []byte, o *order, part string) []byte {
	resource := "/orders/" + o.f[0] + part
	dst = appendQuoted(append(dst, `{"url":`...), e.base+resource)
	dst = appendQuoted(append(dst, `,"resource":`...), resource)
	return append(dst, '}')
}

// amountNames are the money fields of an address, numbers instead of strings in consignments.
var amountNames = []string{
	"base_cost", "cost_ex_tax", "cost_inc_tax", "cost_tax", "base_handling_cost", "handling_cost_ex_tax", "handling_cost_inc_tax", "handling_cost_tax",
}

// appendConsignments appends what /orders/{id}/consignments answers.
func (e *orderEncoder) appendConsignments(dst []byte, o *order) []byte {
	dst = append(dst, `{"pickups":[`...)
	for i, p := range o.pickups {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(orderPickupFields.open(dst, p, nil), `,"line_items":`...)
		dst = append(e.appendLines(dst, o, func(l row) bool { return l[lPickup] == p[0] }), '}')
	}
	dst = append(dst, `],"shipping":[`...)
	for i, a := range o.addresses {
		if i > 0 {
			dst = append(dst, ',')
		}
		numbers := slices.Clone(a)
		for _, name := range amountNames {
			at := orderAddressFields.index[name]
			numbers[at] = money(a[at]).String()
		}
		numbers[orderAddressFields.index["order_id"]] = "" // not in consignments
		dst = append(orderAddressFields.open(dst, numbers, nil), `,"line_items":`...)
		dst = e.appendLines(dst, o, func(l row) bool { return l[lAddress] == a[0] && l[lPickup] == "0" })
		dst = e.appendLink(append(dst, `,"shipping_quotes":`...), o, "/consignments/shipping/"+a[0]+"/shipping_quotes")
		dst = append(dst, `,"applied_discounts":[]}`...)
	}
	dst = append(dst, `],"downloads":[`...)
	if slices.ContainsFunc(o.lines, isDownload) {
		dst = appendQuoted(append(dst, `{"recipient_email":`...), o.email())
		dst = append(e.appendLines(append(dst, `,"line_items":`...), o, isDownload), '}')
	}
	dst = append(dst, `],"email":{"gift_certificates":[`...)
	if slices.ContainsFunc(o.lines, isCertificate) {
		dst = appendQuoted(append(dst, `{"recipient_email":`...), o.email())
		dst = append(e.appendLines(append(dst, `,"line_items":`...), o, isCertificate), '}')
	}
	return append(dst, `]}}`...)
}

func isDownload(l row) bool { return l[lType] == `"digital"` }

func isCertificate(l row) bool { return l[lType] == `"giftcertificate"` }

// appendLines appends the lines that pass, or links to them.
func (e *orderEncoder) appendLines(dst []byte, o *order, pass func(row) bool) []byte {
	dst = append(dst, '[')
	first := true
	for _, l := range o.lines {
		if !pass(l) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		if e.lines {
			dst = orderLineFields.append(dst, l, nil)
		} else {
			dst = e.appendLink(dst, o, "/products/"+l[0])
		}
	}
	return append(dst, ']')
}

var (
	lAddress = orderLineFields.index["order_address_id"]
	lPickup  = orderLineFields.index["order_pickup_method_id"]
	lType    = orderLineFields.index["type"]
)

// linkBase gives the start of links: where the request itself went, so that following one leads
// back here and never takes a token to the platform's own host.
func linkBase(r *http.Request, hash string) string {
	scheme, host := "https", r.Host
	if r.URL.Scheme != "" {
		scheme, host = r.URL.Scheme, r.URL.Host
	} else if r.TLS == nil {
		scheme = "http"
	}
	return scheme + "://" + host + "/stores/" + hash + "/v2"
}
