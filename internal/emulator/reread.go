package emulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
)

// reshape is a reading that changes the form of what certain answers carry, not what is kept.
type reshape struct {
	on     func(a *Alternatives) bool
	path   string // an expression
	change func(record map[string]any) (changed bool)
}

var reshapes = []reshape{
	{func(a *Alternatives) bool { return a.NullCodes }, `^/v3/catalog/products(/\d+)?$`, func(record map[string]any) bool {
		upc, gtin, mpn := toNull(record, "upc"), toNull(record, "gtin"), toNull(record, "mpn")
		return upc || gtin || mpn
	}},
	{func(a *Alternatives) bool { return a.PercentText }, `^/v3/catalog/products\b`, percentText},
	{func(a *Alternatives) bool { return a.LowestPriceNumber }, `^/v3/catalog/summary$`, func(record map[string]any) bool {
		return toNumber(record, "lowest_variant_price")
	}},
	{func(a *Alternatives) bool { return a.OrderIDNumber }, `^/v3/orders/\d+/transactions$`, func(record map[string]any) bool {
		return toNumber(record, "order_id")
	}},
	{func(a *Alternatives) bool { return a.OrderCouponText }, `^/v2/orders/\d+/coupons$`, func(record map[string]any) bool {
		amount, discount := toText(record, "amount"), toText(record, "discount")
		return amount || discount
	}},
	{func(a *Alternatives) bool { return a.CountryText }, `^/v2/coupons\b`, func(record map[string]any) bool {
		to, _ := record["restricted_to"].(map[string]any)
		list, _ := to["countries"].([]any)
		if len(list) == 1 {
			to["countries"] = list[0]
		}
		return len(list) == 1
	}},
	{func(a *Alternatives) bool { return a.NullMethods }, `^/v2/coupons\b`, func(record map[string]any) bool {
		list, ok := record["shipping_methods"].([]any)
		if ok = ok && len(list) == 0; ok {
			record["shipping_methods"] = nil
		}
		return ok
	}},
	{func(a *Alternatives) bool { return a.NullExpires }, `^/v2/coupons\b`, func(record map[string]any) bool { return toNull(record, "expires") }},
}

// percentText changes a bulk price, or those of a product.
func percentText(record map[string]any) bool {
	changed := record["type"] == "percent" && toText(record, "amount")
	rules, _ := record["bulk_pricing_rules"].([]any)
	for _, item := range rules {
		if rule, ok := item.(map[string]any); ok && rule["type"] == "percent" && toText(rule, "amount") {
			changed = true
		}
	}
	return changed
}

func toNull(record map[string]any, name string) bool {
	if record[name] != "" {
		return false
	}
	record[name] = nil
	return true
}

func toText(record map[string]any, name string) bool {
	n, ok := record[name].(json.Number)
	if ok {
		record[name] = n.String()
	}
	return ok
}

func toNumber(record map[string]any, name string) bool {
	text, ok := record[name].(string)
	if ok {
		record[name] = json.Number(text)
	}
	return ok
}

// reread turns an answer into what the store's alternative readings make of it.
func (c *call) reread(r *reply) *reply {
	a := &c.s.opts.Alternatives
	if *a == (Alternatives{}) {
		return r
	}
	if r.status < http.StatusMultipleChoices {
		return c.rereadGood(a, r)
	}
	if a.Clash422 && r.status == http.StatusConflict {
		status := http.StatusUnprocessableEntity
		if c.v2() {
			status = http.StatusBadRequest
		}
		r = &reply{status: status, header: r.header, kind: r.kind, body: withStatus(r.body, status)}
	}
	if a.BodyStatus404 && c.v2() {
		r = &reply{status: r.status, header: r.header, kind: r.kind, body: withStatus(r.body, http.StatusNotFound)}
	}
	return r
}

func (c *call) rereadGood(a *Alternatives, r *reply) *reply {
	if a.EmptyListV2 && c.v2() && c.method == http.MethodGet && r.status == http.StatusNoContent {
		return plain([]byte("[]"))
	}
	for _, s := range reshapes {
		if s.on(a) && regexp.MustCompile(s.path).MatchString(c.path) && len(r.body) > 0 {
			r = &reply{status: r.status, header: r.header, kind: r.kind, body: reshaped(r.body, s.change)}
		}
	}
	return r
}

var bodyStatus = regexp.MustCompile(`"status":\d+`)

// withStatus writes another status into the body of an error, where it stands first.
func withStatus(body []byte, status int) []byte {
	at := bodyStatus.FindIndex(body)
	if at == nil {
		return body
	}
	return bytes.Join([][]byte{body[:at[0]], body[at[1]:]}, []byte(`"status":`+strconv.Itoa(status)))
}

// reshaped changes each record of a body: its data, or itself, alone or in a list. A body without anything to change stays as it is.
func reshaped(body []byte, change func(map[string]any) bool) []byte {
	v, err := decode(body)
	if err != nil {
		return body
	}
	changed := false
	var each func(v any)
	each = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				each(item)
			}
		case map[string]any:
			if data, enveloped := v["data"]; enveloped {
				each(data)
				return
			}
			changed = change(v) || changed
		}
	}
	each(v)
	if !changed {
		return body
	}
	return []byte(encode(v))
}
