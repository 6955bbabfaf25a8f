package apply

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// Records that lie below another one, their owner, are looked up owner by owner: the shipments of an order, the codes of a promotion.
// Rows name the owner by its id or by a name, and the folded keys of items begin with what they say of it (Target.FoldOf), so that the
// items of one owner stand together in the ledger's order of keys.

// ownerEnd stands between owner and key in a folded key. No name holds it.
const ownerEnd = "\x1f"

// ownerText is what a row says of the owner: its id, or the name by which it is looked up. Names of promotions are equal in any case,
// ids that orders have elsewhere are not.
func ownerText(v record.Value) string {
	ref, named := v.Ref()
	switch {
	case named && ref.Kind == "order":
		return ref.Kind + ":" + strings.TrimSpace(ref.Key)
	case named:
		return ref.Kind + ":" + FoldRef(ref.Kind, ref.Key)
	}
	return v.String()
}

// opOwner is the id of the record below which an op's record lies; an update and a delete have noted it.
func opOwner(op *record.Op, field string) int64 {
	for _, doc := range []*record.Object{op.Body, op.Before} {
		if id, err := doc.Get(field).Int(); err == nil {
			return id
		}
	}
	return 0
}

// sameOwner is how many of the ops, from the first on, have the same owner.
func sameOwner(ops []record.Op, field string) int {
	for i := range ops {
		if opOwner(&ops[i], field) != opOwner(&ops[0], field) {
			return i
		}
	}
	return len(ops)
}

// owners finds the records that rows name as owners.
type owners struct {
	planner  *Planner
	hidden   bool // archived orders that the store's list does not give are looked for too
	requests atomic.Int64
}

// owners readies the search for owners.
func (p *Planner) owners(ctx context.Context) (*owners, error) {
	o := &owners{planner: p}
	wanted, err := p.Run.Refs(ctx, "order")
	if err != nil || len(wanted) == 0 || p.Target.Object.OfField != catalogue.Shipments.OfField {
		return o, err
	}
	o.hidden, err = p.orders.hidesArchived(ctx, p.Client)
	return o, err
}

// find gives the owner's id, or the reason why a row that names it so is rejected.
func (o *owners) find(ctx context.Context, v record.Value) (int64, *record.Problem, error) {
	field := o.planner.Target.Object.OfField
	ref, named := v.Ref()
	switch {
	case named && ref.Kind == "order":
		return o.order(ctx, ref)
	case named:
		return o.promotion(ctx, ref)
	}
	id, err := v.Int()
	if err != nil || id <= 0 || id > maxID {
		problem := &record.Problem{Code: "missing_required", Field: field, Message: fmt.Sprintf("every row of %s needs %s", o.planner.Target.Object.Name, field)}
		if !v.IsEmpty() {
			problem.Code, problem.Message = "not_found", fmt.Sprintf("%q is not the id of a record", v)
		}
		return 0, problem, nil
	}
	return id, nil, nil
}

// order finds the order of an external_order_id. Several may have it, and then none is picked; an archived one is left alone.
func (o *owners) order(ctx context.Context, ref record.Ref) (int64, *record.Problem, error) {
	o.requests.Add(1)
	if o.hidden {
		o.requests.Add(1)
	}
	records, err := o.planner.Client.OrdersByExternalID(ctx, strings.TrimSpace(ref.Key), parsePaths([]string{"id"}), o.hidden)
	if err != nil {
		return 0, nil, err
	}
	var ids []int64
	for i := range records {
		if records[i].Doc.Get("external_order_id").String() == strings.TrimSpace(ref.Key) {
			ids = append(ids, records[i].ID)
		}
	}
	for i := range records {
		if len(ids) == 1 && records[i].ID == ids[0] && records[i].Doc.Get("is_deleted").Bool() {
			return 0, &record.Problem{
				Code: "archived", Column: ref.Column, Field: "order_id",
				Message: fmt.Sprintf("archived order %d has the external_order_id %q; nothing is shipped of it", ids[0], ref.Key),
			}, nil
		}
	}
	return oneOwner(ids, fmt.Sprintf("orders with the external_order_id %q", ref.Key), &record.Problem{
		Code: "unknown_order", Column: ref.Column, Field: "order_id", Message: fmt.Sprintf("the store has no order with the external_order_id %q", ref.Key),
	})
}

// promotion finds the promotion of a name, ignoring case.
func (o *owners) promotion(ctx context.Context, ref record.Ref) (int64, *record.Problem, error) {
	o.requests.Add(1)
	records, err := o.planner.Client.PromotionsByName(ctx, strings.TrimSpace(ref.Key))
	if err != nil {
		return 0, nil, err
	}
	var ids []int64
	for i := range records {
		if strings.EqualFold(records[i].Doc.Get("name").String(), strings.TrimSpace(ref.Key)) {
			ids = append(ids, records[i].ID)
		}
	}
	return oneOwner(ids, fmt.Sprintf("promotions named %q", ref.Key), &record.Problem{
		Code: "unknown_promotion", Column: ref.Column, Field: "promotion_id", Message: fmt.Sprintf("the store has no promotion named %q", ref.Key),
	})
}

// oneOwner gives the only id; of none the problem that is given, of several none is picked.
func oneOwner(ids []int64, what string, unknown *record.Problem) (int64, *record.Problem, error) {
	switch {
	case len(ids) == 1:
		return ids[0], nil, nil
	case len(ids) == 0:
		return 0, unknown, nil
	}
	return 0, &record.Problem{
		Code: "ambiguous_key", Column: unknown.Column, Field: unknown.Field,
		Message: fmt.Sprintf("the store has %d %s (ids %s); name it by its id", len(ids), what, joined(ids)),
	}, nil
}

func joined(ids []int64) string {
	const most = 10
	texts := make([]string, 0, most+1)
	for i, id := range ids {
		if i == most {
			texts = append(texts, "…")
			break
		}
		texts = append(texts, fmt.Sprint(id))
	}
	return strings.Join(texts, ", ")
}
