package ledger

import (
	"context"
	"fmt"
)

// durable decides how far a commit goes before it returns. What is staged and planned can be made again, so those commits wait for no
// disk; an intent and an outcome cannot, so theirs do, and what came before them is on the disk with them, for the journal is one log.
// A killed process loses neither.
func (r *Run) durable(ctx context.Context, full bool) error {
	r.durableMutex.Lock()
	defer r.durableMutex.Unlock()
	if r.relaxed == !full {
		return nil
	}
	mode := "FULL"
	if !full {
		mode = "NORMAL"
	}
	if _, err := r.db.ExecContext(ctx, `PRAGMA synchronous = `+mode); err != nil {
		return fmt.Errorf("journal durability: %w", err)
	}
	r.relaxed = !full
	return nil
}
