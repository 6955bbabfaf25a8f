package apply

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

func refuseCoupon(p *Planner, item *record.Item, f *found) *record.Problem {
	t := &p.Target
	if f.record.Get("type").String() != promotionCoupon {
		return nil
	}
	return &record.Problem{
		Code: "promotion_coupon", Column: t.KeyColumn, Field: t.keyField(),
		Message: fmt.Sprintf("the coupon %q belongs to a promotion and is edited with that; it was left alone", item.Key),
	}
}

// judgeNewCoupon gives the reason why a coupon is not made.
func judgeNewCoupon(_ *Target, body *record.Object) *record.Problem {
	return judgeDiscount(body.Get("type"), body.Get("amount"))
}

// judgeDiscount refuses what no sheet can give a coupon: the type that only promotions make, and more off than all.
func judgeDiscount(kind, amount record.Value) *record.Problem {
	switch kind.String() {
	case promotionCoupon:
		return &record.Problem{
			Code: "promotion_coupon", Field: "type",
			Message: "coupons of type promotion are made by their promotion; take another type, or write the promotion's codes with bigcommerce: promotion_codes",
		}
	case percentageCoupon:
		if d, err := amount.Decimal(); err == nil && d.GreaterThan(decimal.NewFromInt(100)) {
			return &record.Problem{
				Code: "out_of_range", Field: "amount", Message: fmt.Sprintf("%s is out of range: a percentage_discount is at most 100 per cent", d),
			}
		}
	}
	return nil
}

// judgeCouponChange refuses a code or a discount that cannot be, and what would leave a coupon without anything that it applies to. A discount that
// the row does not change is not its fault.
func judgeCouponChange(change *Change, doc *record.Object, f *found) *record.Problem {
	code := judgeKeyForms(&catalogue.Coupons, change.Body)
	if code != nil {
		change.drop("code")
	}
	if discount := []string{"type", "amount"}; slices.ContainsFunc(discount, func(name string) bool { return !change.Body.Get(name).IsMissing() }) {
		after := func(name string) record.Value {
			if v := change.Body.Get(name); !v.IsMissing() {
				return v
			}
			return f.record.Get(name)
		}
		if problem := judgeDiscount(after("type"), after("amount")); problem != nil {
			change.Changed = nil // the row is rejected whole
			return problem
		}
	}
	// Each takes out what is left alone; the first reason is told.
	return cmp.Or(code, keepCouponTarget(change, doc, f), keepRestrictions(change, doc))
}

// keepRestrictions refuses to take the last country or shipping method away: none stands for all of them. Whoever means that clears the list.
func keepRestrictions(change *Change, doc *record.Object) (problem *record.Problem) {
	for _, list := range []struct {
		path []string
		all  string
	}{{[]string{"restricted_to", "countries"}, "country"}, {[]string{"shipping_methods"}, "shipping method"}} {
		left := change.Body.At(list.path...)
		// Only what is taken away leaves nothing of a row that names something.
		if left.Kind() != record.List || len(left.List()) > 0 || len(doc.At(list.path...).List()) == 0 {
			continue
		}
		change.drop(list.path[0])
		problem = cmp.Or(problem, &record.Problem{
			Code: "emptied_list", Field: strings.Join(list.path, "."),
			Message: fmt.Sprintf("none would be left, and the coupon would be good for every %s; to mean that, leave the cell empty under blank: clear", list.all),
		})
	}
	return problem
}

// keepCouponTarget refuses to turn the ids of categories into those of products, or the reverse, and to take the last of them away. Where
// the ids stay, that is no reason to leave alone what else the row changes.
func keepCouponTarget(change *Change, doc *record.Object, f *found) *record.Problem {
	changed := change.Body.Get(appliesTo).Object()
	if changed == nil {
		return nil
	}
	wanted, stored := changed.Get("entity"), f.record.At(appliesTo, "entity")
	switch {
	case doc.At(appliesTo, "ids").IsMissing() && wanted.String() != stored.String():
		change.drop(appliesTo)
		return &record.Problem{
			Code: "missing_required", Field: appliesToIDs,
			Message: fmt.Sprintf("the coupon applies to %s, and for %s it needs ids of those: give applies_to.ids too", stored, wanted),
		}
	case len(changed.Get("ids").List()) == 0:
		change.drop(appliesTo)
		return &record.Problem{
			Code: "missing_required", Field: appliesToIDs,
			Message: fmt.Sprintf("none of the %s that the coupon applies to would be left; give it others, or set enabled to false", stored),
		}
	}
	return nil
}

// takesFromOthers tells whether a row takes away ids of what the coupon does not apply to: of categories from one for products, or the
// reverse. There is nothing to take then.
func takesFromOthers(policy string, want, have *record.Object) bool {
	entity := want.Get("entity")
	return policy == "remove" && !entity.IsMissing() && !want.Get("ids").IsMissing() && entity.String() != have.Get("entity").String()
}

// heldByCoupon are the ids to which those that a row adds are added: none, where it gives ids of something else.
func heldByCoupon(want, have *record.Object) record.Value {
	if entity := want.Get("entity"); !entity.IsMissing() && entity.String() != have.Get("entity").String() {
		return record.Value{}
	}
	return have.Get("ids")
}

// withEveryProduct judges the category 0, which stands for all products in what a coupon applies to and is never one of several: wanted,
// it takes the place of all others; held, it gives way to others.
func withEveryProduct(wanted, held []record.Value) (want, keep []record.Value) {
	every := func(v record.Value) bool { return v.String() == "0" }
	switch at := slices.IndexFunc(wanted, every); {
	case at >= 0:
		return wanted[at : at+1], nil
	case len(wanted) > 0 && slices.ContainsFunc(held, every):
		return wanted, nil
	}
	return wanted, held
}
