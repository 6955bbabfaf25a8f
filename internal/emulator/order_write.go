package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
)

// orderWrite is the body of a POST or PUT of an order while it is judged. Nothing is changed, and no id given, before all of it is in order.
type orderWrite struct {
	c    *call
	s    *Store
	m    mode
	body map[string]any
	sold []sale // what the lines take from the stock
}

func (c *call) orderWrite(body map[string]any, m mode) *orderWrite {
	body = maps.Clone(body)
	if n, isNumber := body["payment_provider_id"].(json.Number); isNumber { // a text or a number
		body["payment_provider_id"] = n.String()
	}
	return &orderWrite{c: c, s: c.s, m: m, body: body}
}

// amountPairs come with and without tax, never one alone (orders.v2.oas2.yml says so of subtotal, total and shipping cost).
var amountPairs = []string{"subtotal", "shipping_cost", "handling_cost", "wrapping_cost", "total"}

// customerLocale has the documented forms: en, asa, en-US, es-419.
var customerLocale = regexp.MustCompile(`^([a-z]{2,3}|[a-z]{2}-([A-Z]{2}|[0-9]{3}))?$`)

// fields judges the order's own fields and writes them into f; parts and addresses are judged apart.
func (w *orderWrite) fields(f row) *reply {
	if _, said := w.body["custom_status"]; said {
		return w.c.unsupportedV2("custom_status") // recorded, though answers carry it
	}
	if _, said := w.body["coupons"]; said {
		return w.c.readOnlyV2("coupons")
	}
	var p problems
	extra := []string{"products", "shipping_addresses", "consignments", "fees"}
	if w.m == creating {
		extra = append(extra, "external_merchant_id", "default_currency_code")
	} else {
		extra = append(extra, "is_deleted")
	}
	orderFields.patch(f, w.body, updating, &p, extra...) // required fields have a judgement of their own
	for name, at := range map[string]int{"refunded_amount": oRefunded, "external_merchant_id": oMerchant, "default_currency_code": oCurrency, "is_deleted": oDeleted} {
		if v, said := w.body[name]; said && (name == "refunded_amount" || slices.Contains(extra, name)) {
			if text, ok := orderFields.fields[at].accept(v, &p); ok && name != "refunded_amount" && name != "is_deleted" {
				f[at] = text
			}
		}
	}
	if refused := w.c.refusedV2(&p, orderFields); refused != nil {
		return refused
	}
	if refused := w.references(f); refused != nil {
		return refused
	}
	for _, name := range amountPairs {
		if refused := w.pair(w.body, name+"_ex_tax", name+"_inc_tax"); refused != nil {
			return refused
		}
	}
	return nil
}

// references judges what names something else of the store, and what has a form of its own.
func (w *orderWrite) references(f row) *reply {
	if _, said := w.body["channel_id"]; said && !w.s.st.openChannel(number(f[oChannel])) {
		return invalidV2("channel_id", "the channel does not exist or is not connected")
	}
	if id := number(f[oCustomer]); w.body["customer_id"] != nil && id > 0 && findRow(w.s.st.customers, id) == nil {
		return invalidV2("customer_id", "the customer "+textInt(id)+" does not exist")
	}
	if code := unquote(f[oCurrency]); code != w.s.opts.Currency && !slices.Contains(w.s.opts.Currencies, code) && w.m == creating {
		return invalidV2("default_currency_code", "the store does not transact in this currency")
	}
	if _, said := w.body["customer_locale"]; said && !customerLocale.MatchString(orderFields.str(f, "customer_locale")) {
		return invalidV2("customer_locale", "must be of the form en, asa, en-US or es-419")
	}
	_, v4 := w.body["ip_address"]
	_, v6 := w.body["ip_address_v6"]
	switch {
	case v4 && v6 && orderFields.str(f, "ip_address") != "" && orderFields.str(f, "ip_address_v6") != "":
		return invalidV2("ip_address_v6", "an order has one of ip_address and ip_address_v6")
	case v4 && !v6:
		orderFields.set(f, "ip_address_v6", textEmpty)
	case v6 && !v4:
		orderFields.set(f, "ip_address", textEmpty)
	}
	if f[oExternal] == textNull {
		f[oExternal] = textEmpty
	}
	if f[oCreated] == textEmpty {
		f[oCreated] = textMail(w.s.now())
	}
	return nil
}

// openChannel reports whether orders can name a channel: it is there and not disconnected.
func (st *state) openChannel(id int) bool {
	r := findRow(st.channels, id)
	if r == nil {
		return false
	}
	return slices.Contains([]string{"active", "prelaunch", "connected"}, channelFields.str(r, "status"))
}

// pair refuses one of two fields without the other.
func (w *orderWrite) pair(body map[string]any, one, other string) *reply {
	_, hasOne := body[one]
	_, hasOther := body[other]
	switch {
	case hasOne && !hasOther:
		return requiredV2(other)
	case hasOther && !hasOne:
		return requiredV2(one)
	}
	return nil
}

// list gives the objects of a part of the body; said is false where the body does not have the part.
func (w *orderWrite) list(name string) (list []map[string]any, said bool, refused *reply) {
	v, said := w.body[name]
	if !said {
		return nil, false, nil
	}
	if _, isList := v.([]any); !isList {
		return nil, true, invalidV2(name, "must be a list")
	}
	list, err := items(v)
	if err != nil {
		return nil, true, invalidV2(name, "must be a list of objects")
	}
	return list, true, nil
}

func requiredV2(name string) *reply {
	return failV2(http.StatusBadRequest, "The required field '"+name+"' was not supplied.", "")
}

// readOnlyV2 refuses a field that only answers carry, and notes the request as careless.
func (c *call) readOnlyV2(name string) *reply {
	if c.s.opts.Strict {
		c.violate("unknown or read-only field " + quote(name))
	}
	return readOnlyV2(name)
}

// unsupportedV2 refuses a field that the resource does not take, and notes the request as careless.
func (c *call) unsupportedV2(name string) *reply {
	if c.s.opts.Strict {
		c.violate("unknown or read-only field " + quote(name))
	}
	return unsupportedV2(name)
}

// refusedV2 is what a body with these problems is answered; strict stores note its unknown and read-only fields.
func (c *call) refusedV2(p *problems, t *table) *reply {
	if c.s.opts.Strict {
		for _, name := range p.unknown {
			c.violate("unknown or read-only field " + quote(name))
		}
	}
	return p.replyV2(t)
}
