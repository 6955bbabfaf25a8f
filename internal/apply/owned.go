package apply

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// Records that lie below another one, their owner, are looked up owner by owner: the shipments of an order, the codes of a promotion.
// Rows name the owner by its id or by a name, and the folded keys of items begin with what they say of it (Target.FoldOf), so that the
// items of one owner stand together in the ledger's order of keys.

// ownerEnd stands between owner and key in a folded key. No name holds it.
const ownerEnd = "\x1f"

// ownerText is what a row says of the owner: its id, or the name by which it is looked up.
func ownerText(v record.Value) string {
	if ref, ok := v.Ref(); ok {
		return ref.Kind + ":" + strings.TrimSpace(ref.Key)
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
	o.hidden, err = p.hidesArchived(ctx)
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

// eachOwner gives the items of each owner that rows name to work, in the order of the sheet, and writes down what it says. The ops of
// one owner get ids that stand together, so that they share requests.
func (p *Planner) eachOwner(ctx context.Context, what string, work func(ctx context.Context, items []record.Item) ([]ledger.Verdict, error)) error {
	reader := &ownerReader{planner: p}
	return p.run(ctx, what, pipeline.Stages[[]record.Item, []ledger.Verdict]{
		Read: reader.next,
		Work: func(ctx context.Context, items []record.Item) ([]ledger.Verdict, error) {
			var verdicts []ledger.Verdict
			for len(items) > 0 {
				n := p.ownedBySame(items)
				found, err := work(ctx, inOrder(items[:n]))
				if err != nil {
					return nil, err
				}
				verdicts, items = append(verdicts, found...), items[n:]
			}
			return verdicts, nil
		},
		Settle: func(ctx context.Context, verdicts []ledger.Verdict) error {
			for i := range verdicts {
				for j := range verdicts[i].Ops {
					verdicts[i].Ops[j].ID = p.Run.NewOpID()
				}
			}
			return p.judge(ctx, verdicts)
		},
	})
}

// ownedBySame is how many items, from the first on, name the same owner.
func (p *Planner) ownedBySame(items []record.Item) int {
	field := p.Target.Object.OfField
	first := ownerText(items[0].Doc.Get(field))
	for i := range items {
		if ownerText(items[i].Doc.Get(field)) != first {
			return i
		}
	}
	return len(items)
}

// ownerReader gives items of whole owners, a few owners at a time: a commit for each would cost more than the wait for its neighbours.
type ownerReader struct {
	planner *Planner
	after   string
	ahead   []record.Item
	ended   bool
}

func (r *ownerReader) next(ctx context.Context) ([]record.Item, error) {
	const page, ownersAtOnce = 500, 10
	for {
		var whole, count int // of what was read: items, and owners that have ended
		for whole < len(r.ahead) && count < ownersAtOnce {
			n := r.planner.ownedBySame(r.ahead[whole:])
			if whole+n == len(r.ahead) && !r.ended {
				break // more of this owner may follow
			}
			whole, count = whole+n, count+1
		}
		if count > 0 && (count == ownersAtOnce || r.ended) {
			items := r.ahead[:whole:whole]
			r.ahead = r.ahead[whole:]
			return items, nil
		}
		if r.ended {
			return nil, io.EOF
		}
		items, last, err := r.planner.Run.LiveByKey(ctx, r.planner.Step, r.after, page)
		if err != nil {
			return nil, err
		}
		r.after, r.ended = last, len(items) == 0
		r.ahead = append(r.ahead, items...)
	}
}

// countBelow counts an op that shares requests with those below the same owner only.
func (p *Planner) countBelow(kind string, owner int64) {
	p.counting.Lock()
	defer p.counting.Unlock()
	if p.opsBelow == nil {
		p.opsBelow = map[string]map[int64]int64{}
	}
	if p.opsBelow[kind] == nil {
		p.opsBelow[kind] = map[int64]int64{}
	}
	p.opsBelow[kind][owner]++
}

// countRequests counts requests of a kind of op that do not follow from the number of ops.
func (p *Planner) countRequests(kind string, n int64) {
	p.counting.Lock()
	defer p.counting.Unlock()
	if p.opRequests == nil {
		p.opRequests = map[string]int64{}
	}
	p.opRequests[kind] += n
}

// ownedRequests corrects how many requests ops take where they have owners.
func (p *Planner) ownedRequests(requests map[string]int64) {
	for kind, below := range p.opsBelow {
		batch := int64(batchOf(kind))
		requests[kind] = 0
		for _, n := range below {
			requests[kind] += (n + batch - 1) / batch
		}
	}
	maps.Copy(requests, p.opRequests)
}

// inOrder sorts items as they stand in the sheet.
func inOrder(items []record.Item) []record.Item {
	slices.SortFunc(items, func(a, b record.Item) int { return cmp.Compare(a.Seq, b.Seq) })
	return items
}
