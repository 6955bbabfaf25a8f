package apply

import (
	"context"
	"fmt"
	"sync/atomic"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// Recheck looks up every record that a dead run still means to create, before it creates anything: its journal may have lost the last
// writes, as after a power cut, and with them what it had sent. A record that is there with the op's own values is done; one that
// is somebody else's is left to the store to refuse; where it would not, as with orders, it is in doubt and not made. Updates and deletes
// need none of this, for they may be sent twice. It returns how many ops it settled.
func (e *Executor) Recheck(ctx context.Context) (int64, error) {
	if err := e.loadNames(ctx); err != nil {
		return 0, err
	}
	var found atomic.Int64
	for _, kind := range opKinds() {
		if !kind.creates() || kind.created == nil {
			continue
		}
		err := e.eachCreate(ctx, kind, func(ctx context.Context, ops []record.Op, there map[int64]bigcommerce.Record) ([]ledger.OpResult, error) {
			results, err := e.ownExisting(ctx, kind, ops, there)
			found.Add(int64(len(results)))
			return results, err
		})
		if err != nil {
			return found.Load(), fmt.Errorf("look for %s that exist already: %w", kind.Object(), err)
		}
	}
	return found.Load(), nil
}

// eachPlanned gives the planned ops of a kind to work, so many at once, of one owner where they have one, and writes down what it says of
// them. Names go one after the other, for a category needs its parent's id.
func (e *Executor) eachPlanned(ctx context.Context, kind opKind, atOnce int, work func(context.Context, []record.Op) ([]ledger.OpResult, error)) error {
	reader := &opReader{run: e.Run, step: e.Step, kind: kind.Kind, batch: atOnce}
	if kind.object.Owned() {
		reader.owner = kind.object.OfField
	}
	concurrency := e.Concurrency
	if kind.isName {
		concurrency = 1
	}
	return pipeline.Run(ctx, pipeline.Config{Concurrency: concurrency, Stop: e.Stop}, pipeline.Stages[[]record.Op, []ledger.OpResult]{
		Read: reader.next,
		Work: func(ctx context.Context, ops []record.Op) ([]ledger.OpResult, error) {
			results, err := work(ctx, ops)
			if err == nil && kind.isName {
				return nil, e.done(ctx, kind, results) // before its children are looked for
			}
			return results, err
		},
		Settle: func(ctx context.Context, results []ledger.OpResult) error {
			return e.done(ctx, kind, results)
		},
	})
}

// ownExisting gives as done the creates whose records are there: of a name in any case, of others when they have the values that would
// be sent.
func (e *Executor) ownExisting(ctx context.Context, kind opKind, ops []record.Op, there map[int64]bigcommerce.Record) ([]ledger.OpResult, error) {
	var results []ledger.OpResult
	for i := range ops {
		stored, ok := there[ops[i].ID]
		if !ok {
			continue
		}
		own, err := e.isOwn(ctx, kind, &ops[i], stored.Doc)
		switch {
		case err != nil:
			return nil, err
		case own:
			results = append(results, ledger.OpResult{ID: ops[i].ID, State: record.OpDone, StoreID: stored.ID})
		case kind.lagging: // the store would not refuse a second one
			results = append(results, notOwn(&ops[i], stored.ID))
		}
	}
	return results, nil
}

// isOwn tells whether a record that a create would make is there with the values that it sends, as far as they can be read.
func (e *Executor) isOwn(ctx context.Context, kind opKind, op *record.Op, stored *record.Object) (bool, error) {
	if kind.isName {
		return true, nil
	}
	sent, problem, err := e.body(ctx, op)
	if err != nil || problem != nil {
		return false, err
	}
	return sameFields(kind.object, "", sent, stored), nil
}

// lookUpCreated tells what became of a create whose answer nobody read. A record that has its key and the values that were sent is its
// own. One with other values may be its own, saved in part or changed since, or somebody else's: that is in doubt. There is false
// where the store has no such record. What cannot be found again is in doubt, and so never sent again.
func (e *Executor) lookUpCreated(ctx context.Context, kind opKind, op *record.Op) (result ledger.OpResult, there bool, err error) {
	if kind.created == nil {
		return doubtful([]record.Op{*op}, bigcommerce.ProblemOf(bigcommerce.ErrUnsettled))[0], true, nil
	}
	found, err := kind.created(ctx, e, kind, []record.Op{*op})
	if err != nil {
		return result, false, err
	}
	stored, there := found[op.ID]
	if !there {
		return result, false, nil
	}
	result = ledger.OpResult{ID: op.ID, State: record.OpDone, StoreID: stored.ID}
	own, err := e.isOwn(ctx, kind, op, stored.Doc)
	if err != nil {
		return result, true, err
	}
	if !own {
		result = notOwn(op, stored.ID)
	}
	return result, true, nil
}

func notOwn(op *record.Op, id int64) ledger.OpResult {
	return ledger.OpResult{ID: op.ID, State: record.OpInDoubt, StoreID: id, Problem: &record.Problem{Code: "in_doubt", Message: fmt.Sprintf(
		"the answer to the create was lost, and the store has a record with this key and other values (id %d): it may be this row's, changed since, or somebody else's", id)}}
}
