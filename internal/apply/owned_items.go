package apply

import (
	"cmp"
	"context"
	"io"
	"slices"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

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
func (p *Planner) countRequests(kind string, reads, writes int64) {
	p.counting.Lock()
	defer p.counting.Unlock()
	if p.opWrites == nil {
		p.opWrites, p.opReads = map[string]int64{}, map[string]int64{}
	}
	p.opWrites[kind] += writes
	p.opReads[kind] += reads
}

// ownedWrites corrects how many requests ops take where they have owners.
func (p *Planner) ownedWrites(requests map[string]int64) {
	for kind, below := range p.opsBelow {
		batch := int64(batchOf(kind))
		requests[kind] = 0
		for _, n := range below {
			requests[kind] += (n + batch - 1) / batch
		}
	}
}

// inOrder sorts items as they stand in the sheet.
func inOrder(items []record.Item) []record.Item {
	slices.SortFunc(items, func(a, b record.Item) int { return cmp.Compare(a.Seq, b.Seq) })
	return items
}
