package apply

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

func couponHandling() *handling {
	return &handling{
		object:     &catalogue.Coupons,
		operations: []catalogue.Operation{catalogue.Coupons.Create, catalogue.Coupons.Update, catalogue.Coupons.Delete},
		prepare:    prepareCoupon, paths: couponPaths, refuse: refuseCoupon, adjust: judgeCouponChange, complete: judgeNewCoupon,
		element: couponElement, created: createdCoupons, keys: &keyList{field: "code", each: eachCouponCode},
	}
}

// The fields that say what a coupon is for: an entity, and ids of it.
const (
	appliesTo        = "applies_to"
	appliesToIDs     = "applies_to.ids"
	percentageCoupon = "percentage_discount"
	promotionCoupon  = "promotion" // the type of rows that belong to a promotion and hold placeholders only (API facts, section 6)
)

// prepareCoupon says by the look-up of its ids what a coupon applies to, where the row does not say it itself.
func prepareCoupon(doc *record.Object) {
	applies := doc.Get(appliesTo).Object()
	if applies == nil || !applies.Get("entity").IsMissing() {
		return
	}
	for _, id := range applies.Get("ids").List() {
		if ref, ok := id.Ref(); ok {
			entity := map[string]string{"category": "categories", productRef: "products"}[ref.Kind]
			whole := record.NewObject(2)
			whole.Set("entity", record.TextValue(entity))
			whole.Set("ids", applies.Get("ids"))
			doc.Set(appliesTo, record.ObjectValue(whole))
			return
		}
	}
}

// couponPaths adds the type, for coupons of promotions are left alone, the amount, which is judged by it, and what a coupon applies to,
// which is written whole. Of one that is to be deleted all is read: coupons do not tell when they were changed.
func couponPaths(t *Target) []record.Path {
	if t.Mode != "delete" {
		return append(t.ownPaths(), parsePaths([]string{"type", "amount", appliesTo})...)
	}
	var texts []string
	for i := range catalogue.Coupons.Fields {
		if path := catalogue.Coupons.Fields[i].Path; path != "num_uses" && !strings.Contains(path, ".") {
			texts = append(texts, path)
		}
	}
	return parsePaths(texts)
}

// couponElement gives the whole coupon as an update sends it: read afresh, with the changed fields laid over it, so that neither what
// applies_to holds nor what somebody else changed since planning is lost.
func couponElement(ctx context.Context, e *Executor, kind opKind, op *record.Op) (json.RawMessage, *record.Problem, error) {
	body, problem, err := e.body(ctx, op)
	if problem != nil || err != nil {
		return nil, problem, err
	}
	if kind.updates() {
		if body, problem, err = e.wholeCoupon(ctx, op, body); problem != nil || err != nil {
			return nil, problem, err
		}
	}
	if countries := body.At("restricted_to", "countries"); len(countries.List()) == 1 {
		// The specification has a text there; only for several there is no other form than a list.
		restricted := record.NewObject(1)
		restricted.Set("countries", countries.List()[0])
		body.Set("restricted_to", record.ObjectValue(restricted))
	}
	return body.AppendJSON(nil), nil, nil
}

func (e *Executor) wholeCoupon(ctx context.Context, op *record.Op, changed *record.Object) (*record.Object, *record.Problem, error) {
	key, _ := catalogue.Coupons.KeyNamed(catalogue.Coupons.IDField)
	records, err := e.Client.FindOne(ctx, &catalogue.Coupons, key, fmt.Sprint(op.Target), nil)
	if err != nil {
		return nil, nil, fmt.Errorf("read coupon %d before it is written: %w", op.Target, err)
	}
	if len(records) == 0 {
		return nil, &record.Problem{Code: "not_found", Message: "the coupon is no longer in the store"}, nil
	}
	body, now := record.NewObject(len(catalogue.Coupons.Fields)), records[0].Doc
	if problem, err := e.listsMoved(ctx, &catalogue.Coupons, op, now); problem != nil || err != nil {
		return nil, problem, err
	}
	for i := range catalogue.Coupons.Fields {
		field := &catalogue.Coupons.Fields[i]
		name, _, inner := strings.Cut(field.Path, ".")
		if !field.Writable || inner && !body.Get(name).IsMissing() {
			continue
		}
		v := changed.Get(name)
		if v.IsMissing() {
			v = now.Get(name)
		}
		if !v.IsMissing() && v.Kind() != record.Null {
			body.Set(name, v)
		}
	}
	return body, nil, nil
}

// createdCoupons finds the coupons that creates would make, by their codes, which no two coupons share.
func createdCoupons(ctx context.Context, e *Executor, _ opKind, ops []record.Op) (map[int64]bigcommerce.Record, error) {
	key, _ := catalogue.Coupons.KeyNamed("code")
	found := map[int64]bigcommerce.Record{}
	for i := range ops {
		code := ops[i].Body.Get("code").String()
		if code == "" {
			continue
		}
		records, err := e.Client.FindOne(ctx, &catalogue.Coupons, key, code, nil)
		if err != nil {
			return nil, err
		}
		for j := range records {
			if strings.EqualFold(records[j].Doc.Get("code").String(), code) {
				found[ops[i].ID] = records[j]
			}
		}
	}
	return found, nil
}

// eachCouponCode lists the codes of all coupons.
func eachCouponCode(ctx context.Context, e *Executor, _, n int64, visit visitor) (listed bool, err error) {
	if n <= 2 { // listing takes the request that asks for the store's size and at least one page
		return false, nil
	}
	total, err := e.Client.Count(ctx, &catalogue.Coupons, nil)
	if err != nil {
		return false, fmt.Errorf("count coupons: %w", err)
	}
	key, _ := catalogue.Coupons.KeyNamed("code")
	switch strategy, _ := chooseStrategy(key, n, n, total, &catalogue.Coupons); strategy {
	case NoLookup:
		return true, nil
	case ListAll:
		walker := e.Client.Walk(ctx, &catalogue.Coupons, bigcommerce.WalkOptions{Paths: parsePaths([]string{catalogue.Coupons.IDField, "code"}), Concurrency: e.Concurrency})
		defer walker.Close()
		return true, eachPage(ctx, walker, e.Stop, visit)
	}
	return false, nil
}
