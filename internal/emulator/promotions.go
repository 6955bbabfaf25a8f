package emulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Redemption types and coupon types of promotions, as JSON texts.
const (
	redeemAutomatic = `"AUTOMATIC"`
	redeemCoupon    = `"COUPON"`
	couponSingle    = `"SINGLE"`
	couponBulk      = `"BULK"`
)

// maxPromotionDelete bounds one DELETE of promotions (promotions.v3.yml).
const maxPromotionDelete = 50

// promotionFields are the fields of a V3 promotion; source: promotions.v3.yml. What is not set is null
// and the last four are there, as a live store has them though the file does not. Rules, notifications,
// customer, schedule and shipping_address are kept as they came. Priority cannot be set.
var promotionFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "redemption_type", kind: kindString, enum: []string{"AUTOMATIC", "COUPON"}, required: true},
	field{name: "name", kind: kindString, min: 1, required: true},
	field{name: "display_name", kind: kindString, def: `""`},
	field{name: "created_from", kind: kindString, def: `"api"`, access: readOnly},
	field{name: "channels", kind: kindArray, def: "[]"},
	field{name: "customer", kind: kindObject, def: `{"group_ids":[],"minimum_order_count":0,"excluded_group_ids":[],"segments":null}`},
	field{name: "rules", kind: kindArray, required: true},
	field{name: "current_uses", kind: kindInt, def: "0", access: readOnly},
	field{name: "max_uses", def: textNull, kind: kindInt, null: true, max: maxInt32},
	field{name: "status", kind: kindString, def: `"ENABLED"`, enum: []string{"ENABLED", "DISABLED"}},
	field{name: "start_date", kind: kindTime},
	field{name: "end_date", def: textNull, kind: kindTime, null: true},
	field{name: "stop", kind: kindBool, def: textFalse},
	field{name: "can_be_used_with_other_promotions", kind: kindBool, def: textTrue},
	field{name: "currency_code", kind: kindString, min: 1, max: 3},
	field{name: "notifications", kind: kindArray, def: "[]"},
	field{name: "shipping_address", def: textNull, kind: kindObject, null: true},
	field{name: "schedule", def: textNull, kind: kindObject, null: true},
	field{name: "coupon_overrides_other_promotions", kind: kindBool},
	field{name: "coupon_overrides_automatic_when_offering_higher_discounts", kind: kindBool},
	field{name: "coupon_type", kind: kindString, enum: []string{"SINGLE", "BULK"}},
	field{name: "promotion_category", kind: kindString, def: `""`, access: readOnly},
	field{name: "is_featured_promotion", kind: kindBool, def: textFalse, access: readOnly},
	field{name: "featured_promotion_callout_message", kind: kindString, def: `""`, access: readOnly},
	field{name: "is_archived", kind: kindBool, def: textFalse, access: readOnly},
)

var (
	prRedeem   = promotionFields.index["redemption_type"]
	prName     = promotionFields.index["name"]
	prChannels = promotionFields.index["channels"]
	prStatus   = promotionFields.index["status"]
	prStart    = promotionFields.index["start_date"]
	prTogether = promotionFields.index["can_be_used_with_other_promotions"]
	prCurrency = promotionFields.index["currency_code"]
	prOver     = promotionFields.index["coupon_overrides_other_promotions"]
	prOverAuto = promotionFields.index["coupon_overrides_automatic_when_offering_higher_discounts"]
	prType     = promotionFields.index["coupon_type"]
)

// ruleActions are the actions that a rule can have.
var ruleActions = []string{"cart_value", "cart_items", "gift_item", "fixed_price_set", "shipping"}

// failPromotion is the error body of promotions: {"errors":[{status,title}]}.
func failPromotion(status int, title string) *reply {
	return &reply{status: status, body: []byte(`{"errors":[{"status":` + textInt(status) + `,"title":` + quote(title) + `}]}`)}
}

func noPromotion(id int) *reply {
	return failPromotion(http.StatusNotFound, "A promotion with the id of "+textInt(id)+" was not found")
}

// replyPromotion turns what patch found into an answer in the form of promotions; nil if nothing is wrong.
func (p *problems) replyPromotion() *reply {
	for _, set := range []map[string]string{p.missing, p.typed, p.invalid} {
		if len(set) == 0 {
			continue
		}
		var b strings.Builder
		b.WriteString(`{"errors":[`)
		for i, name := range slices.Sorted(maps.Keys(set)) {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`{"status":422,"title":` + quote(name+": "+set[name]) + `}`)
		}
		return &reply{status: http.StatusUnprocessableEntity, body: []byte(b.String() + `]}`)}
	}
	return nil
}

// buildPromotion makes a promotion of a body (old nil), or changes old; it is not in the store yet.
func (s *Store) buildPromotion(body map[string]any, old row, p *problems) (row, *reply) {
	m, r := creating, promotionFields.new()
	if old != nil {
		m, r = updating, slices.Clone(old)
	}
	promotionFields.patch(r, body, m, p, "codes")
	for i, text := range r {
		if text == textNull { // cleared
			r[i] = promotionFields.fields[i].def
		}
	}
	if refused := p.replyPromotion(); refused != nil {
		return nil, refused
	}
	switch {
	case old == nil:
		s.completePromotion(r)
	case r[prRedeem] != old[prRedeem] || r[prType] != old[prType]:
		return nil, failPromotion(http.StatusUnprocessableEntity, "redemption_type and coupon_type cannot be changed")
	}
	return r, s.judgePromotion(r, body)
}

// completePromotion fills what a new promotion leaves out.
func (s *Store) completePromotion(r row) {
	if r[prStart] == "" {
		r[prStart] = textTime(s.now())
	}
	if r[prCurrency] == "" {
		r[prCurrency] = quote(s.opts.Currency)
	}
	if r[prRedeem] != redeemCoupon {
		return
	}
	for i, text := range map[int]string{prType: couponSingle, prOver: textFalse, prOverAuto: textFalse} {
		if r[i] == "" {
			r[i] = text
		}
	}
}

// judgePromotion checks what the table cannot: rules, channels, and the fields of coupons.
func (s *Store) judgePromotion(r row, body map[string]any) *reply {
	refuse := func(title string) *reply { return failPromotion(http.StatusUnprocessableEntity, title) }
	if r[prRedeem] == redeemAutomatic {
		for _, i := range []int{prType, prOver, prOverAuto} {
			if r[i] != "" {
				return refuse(promotionFields.fields[i].name + " is for promotions with coupons only")
			}
		}
	}
	if r[prTogether] == textTrue && (r[prOver] == textTrue || r[prOverAuto] == textTrue) {
		return refuse("a coupon cannot override other promotions and be used with them")
	}
	if rules, given := body["rules"].([]any); given {
		if len(rules) == 0 {
			return refuse("rules: at least one is needed")
		}
		for _, rule := range rules {
			if !hasAction(rule) {
				return refuse("rules: each needs an action, one of " + strings.Join(ruleActions, ", "))
			}
		}
	}
	if channels, given := body["channels"].([]any); given {
		for _, item := range channels {
			id, ok := wholeNumber(walkKey(item, "id"))
			if !ok || findRow(s.st.channels, id) == nil {
				return refuse("channels: each needs the id of a channel")
			}
		}
	}
	return nil
}

func hasAction(rule any) bool {
	action, _ := walkKey(rule, "action").(map[string]any)
	return slices.ContainsFunc(ruleActions, func(name string) bool { _, ok := action[name].(map[string]any); return ok })
}

// walkKey gives a member of a decoded object, nil for anything else.
func walkKey(v any, name string) any {
	o, _ := v.(map[string]any)
	return o[name]
}

// addPromotion stores a new promotion.
func (st *state) addPromotion(r row) int {
	id := st.next("promotion")
	r[0] = textInt(id)
	st.promotions = append(st.promotions, r)
	return id
}

// dropPromotion removes a promotion; what is not there is no failure, codes that remain are.
func (st *state) dropPromotion(id int) bool {
	at, ok := rowAt(st.promotions, id)
	if ok && len(st.codes.of[id]) > 0 {
		return false
	}
	if ok {
		st.promotions = slices.Delete(slices.Clone(st.promotions), at, at+1)
	}
	return true
}
