package ledger

import "context"

// visited is how many items are read at once by the visits below.
const visited = 500

// EachOutcome visits the step's items in the order of the input, each with what came of it.
func (r *Run) EachOutcome(ctx context.Context, step int, visit func(*Settled) error) error {
	return each(func(after int64) ([]Settled, error) { return r.Outcomes(ctx, step, after, visited) },
		func(item *Settled) int64 { return item.Seq }, visit)
}

// EachPlanned visits the step's items in the order of the input, as planning left them.
func (r *Run) EachPlanned(ctx context.Context, step int, visit func(*PlannedItem) error) error {
	return each(func(after int64) ([]PlannedItem, error) { return r.Planned(ctx, step, after, visited) },
		func(item *PlannedItem) int64 { return item.Seq }, visit)
}

// each visits items a page at a time, for a step may have millions of them.
func each[T any](read func(after int64) ([]T, error), seq func(*T) int64, visit func(*T) error) error {
	var after int64
	for {
		items, err := read(after)
		if err != nil || len(items) == 0 {
			return err
		}
		for i := range items {
			if err := visit(&items[i]); err != nil {
				return err
			}
		}
		after = seq(&items[len(items)-1])
	}
}
