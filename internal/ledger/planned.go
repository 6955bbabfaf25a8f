package ledger

import (
	"context"

	"bcetl/internal/record"
)

// PlannedItem is an item with what planning decided: its Outcome is the intended one, and Ops are what would be done for it.
type PlannedItem struct {
	Settled
	Ops []record.Op
}

// Planned gives up to limit items of the step after seq, in the order of the input, as planning left them.
func (r *Run) Planned(ctx context.Context, step int, after int64, limit int) ([]PlannedItem, error) {
	items, _, err := r.settledItems(ctx, step, after, limit)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	ops, err := r.queryOps(ctx, `WHERE item BETWEEN ? AND ? ORDER BY item, n`, items[0].Seq, items[len(items)-1].Seq)
	if err != nil {
		return nil, err
	}
	byItem := make(map[int64][]record.Op, len(items))
	for i := range ops {
		byItem[ops[i].Item] = append(byItem[ops[i].Item], ops[i])
	}
	planned := make([]PlannedItem, len(items))
	for i := range items {
		planned[i] = PlannedItem{Settled: items[i], Ops: byItem[items[i].Seq]}
	}
	return planned, nil
}

// SharedOps gives the step's ops that no single item owns: new brands and categories, in the order in which they are needed.
func (r *Run) SharedOps(ctx context.Context, step int) ([]record.Op, error) {
	return r.queryOps(ctx, `WHERE step = ? AND item = 0 ORDER BY id`, step)
}

// KeepOpIDs makes ids given from now on follow those of ops that are taken over from a plan.
func (r *Run) KeepOpIDs(highest int64) {
	if highest > r.nextOp.Load() {
		r.nextOp.Store(highest)
	}
}
