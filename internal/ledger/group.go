package ledger

import (
	"context"
	"database/sql"
	"sync"
)

// group gathers small durable writes of several goroutines into one commit: while one commit waits for the disk, those that come meanwhile
// gather for the next.
type group struct {
	mutex   sync.Mutex
	busy    bool
	waiting []*groupWrite
}

type groupWrite struct {
	do   func(*sql.Tx) error
	turn chan groupTurn
}

// groupTurn tells a waiting write that it is done, or that it is its turn to commit for those that wait.
type groupTurn struct {
	done bool
	err  error
}

// together runs do in a durable transaction that it may share with others. A cancelled run still writes: what it writes down has happened.
func (r *Run) together(ctx context.Context, what string, do func(*sql.Tx) error) error {
	if err := r.durable(context.WithoutCancel(ctx), true); err != nil {
		return err
	}
	write := &groupWrite{do: do, turn: make(chan groupTurn, 1)}
	g := &r.group
	g.mutex.Lock()
	g.waiting = append(g.waiting, write)
	if g.busy {
		g.mutex.Unlock()
		if turn := <-write.turn; turn.done {
			return turn.err
		}
		g.mutex.Lock()
	}
	g.busy = true
	batch := g.waiting
	g.waiting = nil
	g.mutex.Unlock()

	own := r.commitAll(context.WithoutCancel(ctx), what, batch, write)

	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.busy = len(g.waiting) > 0; g.busy {
		g.waiting[0].turn <- groupTurn{}
	}
	return own
}

// commitAll commits the writes together or, when one of them fails, each by itself, so that an error meets whom it belongs to.
func (r *Run) commitAll(ctx context.Context, what string, batch []*groupWrite, own *groupWrite) (result error) {
	err := r.transaction(ctx, what, func(tx *sql.Tx) error {
		for _, write := range batch {
			if err := write.do(tx); err != nil {
				return err
			}
		}
		return nil
	})
	for _, write := range batch {
		failed := err
		if err != nil && len(batch) > 1 {
			failed = r.transaction(ctx, what, write.do)
		}
		if write == own {
			result = failed
			continue
		}
		write.turn <- groupTurn{done: true, err: failed}
	}
	return result
}
