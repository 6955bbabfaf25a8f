package emulator

import (
	"net/http"
	"regexp"
	"slices"
)

// couponFields are the fields of a V2 coupon; source: marketing.v2.yml. Empty shipping methods
// and countries come as observed, not as the file says: restricted_to is [] when empty.
var couponFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "name", kind: kindString, min: 1, max: 100, required: true},
	field{name: "type", kind: kindString, required: true, enum: []string{
		"per_item_discount", "per_total_discount", "shipping_discount", "free_shipping", "percentage_discount",
	}},
	field{name: "amount", kind: kindMoney, def: textZeroMoney, required: true},
	moneyField("min_purchase"),
	field{name: "expires", kind: kindMail, def: textEmpty},
	field{name: "enabled", kind: kindBool, def: textTrue},
	field{name: "code", kind: kindString, min: 1, max: 50, required: true},
	field{name: "applies_to", kind: kindObject, def: appliesToNothing, required: true},
	field{name: "num_uses", kind: kindInt, def: "0", access: readOnly},
	field{name: "max_uses", kind: kindInt, def: "0"},
	field{name: "max_uses_per_customer", kind: kindInt, def: "0"},
	field{name: "restricted_to", kind: kindObject, def: "[]"},
	field{name: "shipping_methods", kind: kindStrings, def: "[]", null: true},
	field{name: "date_created", kind: kindMail, def: textEmpty, access: readOnly},
)

// appliesToNothing is what a PUT without applies_to leaves.
const appliesToNothing = `{"entity":"","ids":[]}`

// promotionCoupon is the type of rows that stand for a V3 promotion and hold placeholders only.
const promotionCoupon = `"promotion"`

var (
	cpName       = couponFields.index["name"]
	cpType       = couponFields.index["type"]
	cpAmount     = couponFields.index["amount"]
	cpCode       = couponFields.index["code"]
	cpAppliesTo  = couponFields.index["applies_to"]
	cpRestricted = couponFields.index["restricted_to"]
	cpCreated    = couponFields.index["date_created"]
)

var (
	couponCode  = regexp.MustCompile(`^[a-zA-Z0-9_ -]+$`)
	countryCode = regexp.MustCompile(`^[A-Z]{2}$`)
)

// buildCoupon makes a coupon of a body (old nil), or changes old; it is not in the store yet.
func (s *Store) buildCoupon(body map[string]any, old row) (row, *reply) {
	var p problems
	m, r := creating, couponFields.new()
	if old != nil {
		m, r = updating, slices.Clone(old)
		if !s.opts.CouponPutKeeps {
			r[cpAppliesTo] = appliesToNothing
		}
		if s.opts.CouponPutWhole {
			m = creating
		}
	}
	couponFields.patch(r, body, m, &p, "restricted_to")
	delete(p.typed, "restricted_to") // an empty array is fine too
	delete(p.typed, "applies_to")    // judged below
	if refused := p.replyV2(couponFields); refused != nil {
		return nil, refused
	}
	if v, given := body["applies_to"]; given {
		text, reason := appliesTo(v)
		if reason != "" {
			return nil, invalidV2("applies_to", reason)
		}
		r[cpAppliesTo] = text
	}
	if v, given := body["restricted_to"]; given {
		text, reason := restrictedTo(v)
		if reason != "" {
			return nil, invalidV2("restricted_to", reason)
		}
		r[cpRestricted] = text
	}
	if !couponCode.MatchString(unquote(r[cpCode])) {
		return nil, invalidV2("code", "may hold letters, digits, spaces, underscores and hyphens only")
	}
	if r[cpType] == `"percentage_discount"` && money(r[cpAmount]).GreaterThan(decimalInt(100)) {
		return nil, invalidV2("amount", "a percentage must not exceed 100")
	}
	if old == nil {
		r[cpCreated] = textMail(s.now())
	}
	return r, s.couponClash(r)
}

// couponClash is the 409 for a name or a code that another coupon has; letter case of codes does not count but with CodesBySpelling.
func (s *Store) couponClash(r row) *reply {
	for _, other := range s.st.coupons {
		if other[0] == r[0] {
			continue
		}
		name := ""
		switch {
		case other[cpName] == r[cpName]:
			name = "name"
		case s.opts.sameCode(other[cpCode], r[cpCode]):
			name = "code"
		default:
			continue
		}
		return failV2(http.StatusConflict, "The field '"+name+"' is invalid.", `{"invalid_reason":"The coupon `+name+` is already in use."}`)
	}
	return nil
}

// appliesTo reads {"entity": "categories" or "products", "ids": [numbers]}; category 0 stands for all products.
func appliesTo(v any) (text, reason string) {
	o, ok := v.(map[string]any)
	if !ok {
		return "", "must be an object"
	}
	entity, _ := o["entity"].(string)
	if entity != "categories" && entity != "products" {
		return "", "entity must be categories or products"
	}
	ids, ok := anyInts(o["ids"])
	if !ok {
		return "", "ids must be an array of whole numbers"
	}
	return `{"entity":` + quote(entity) + `,"ids":` + textInts(ids) + `}`, ""
}

func anyInts(v any) ([]int, bool) {
	switch list := v.(type) {
	case []int:
		return list, true
	case []any:
		ids := make([]int, 0, len(list))
		for _, item := range list {
			n, ok := wholeNumber(item)
			if !ok || n < 0 {
				return nil, false
			}
			ids = append(ids, n)
		}
		return ids, true
	}
	return nil, false
}

// restrictedTo reads {"countries": "AU"}, {"countries": ["AU"]}, {} or []; it is kept as an array of countries.
func restrictedTo(v any) (text, reason string) {
	var codes []any
	switch o := v.(type) {
	case []any:
		if len(o) > 0 {
			return "", "must be an object or an empty array"
		}
	case map[string]any:
		switch countries := o["countries"].(type) {
		case nil:
		case string:
			codes = []any{countries}
		case []any:
			codes = countries
		case []string:
			for _, code := range countries {
				codes = append(codes, code)
			}
		default:
			return "", "countries must be a country code or an array of them"
		}
	default:
		return "", "must be an object"
	}
	for _, code := range codes {
		if text, ok := code.(string); !ok || !countryCode.MatchString(text) {
			return "", "countries must be ISO 3166 codes of two letters"
		}
	}
	if len(codes) == 0 {
		return "[]", ""
	}
	return `{"countries":` + encode(codes) + `}`, ""
}

// addCoupon stores a new coupon.
func (st *state) addCoupon(r row) int {
	id := st.next("coupon")
	r[0] = textInt(id)
	st.coupons = append(st.coupons, r)
	return id
}

// appendCoupon appends a coupon as answers carry it.
func (s *Store) appendCoupon(dst []byte, r row) []byte {
	if s.opts.ObjectRestricted && r[cpRestricted] == "[]" {
		r = slices.Clone(r)
		r[cpRestricted] = "{}"
	}
	return couponFields.append(dst, r, nil)
}
