package apply

import (
	"context"
	"fmt"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// Settle finds out what became of the ops that an earlier process had sent, or was in doubt about, before anything is sent again: a
// create is looked up by its natural key, an update and a delete by the record's id. What took effect is done; what did not is
// planned again; a record that now has neither its old nor its new values stays in doubt. It returns how many ops it settled.
func (e *Executor) Settle(ctx context.Context) (int64, error) {
	if err := e.loadNames(ctx); err != nil {
		return 0, err
	}
	if err := e.awaitLost(ctx); err != nil {
		return 0, err
	}
	var settled, after int64
	for {
		if e.stopped() {
			return settled, pipeline.ErrStopped
		}
		ops, err := e.Run.Unsettled(ctx, e.Step, after, 250)
		if err != nil || len(ops) == 0 {
			return settled, err
		}
		after = ops[len(ops)-1].ID
		// Few ops are in flight when a process dies, so each is settled by itself.
		for i := range ops {
			if e.stopped() {
				return settled, pipeline.ErrStopped
			}
			kind, err := kindNamed(ops[i].Kind)
			if err != nil {
				return settled, fmt.Errorf("settle: %w", err)
			}
			result, err := e.settleSent(ctx, kind, &ops[i])
			if err != nil {
				return settled, fmt.Errorf("settle %s %q: %w", ops[i].Kind, ops[i].Key, err)
			}
			if err := e.done(ctx, kind, []ledger.OpResult{result}); err != nil {
				return settled, err
			}
			settled++
		}
	}
}

// awaitLost waits until the store has had the time to finish creates that an earlier process may have sent a moment before it died, where it
// would take a second one as well.
func (e *Executor) awaitLost(ctx context.Context) error {
	lost, err := e.Run.UnsettledKinds(ctx, e.Step)
	if err != nil {
		return err
	}
	for name, n := range lost {
		kind, err := kindNamed(name)
		if err != nil {
			return fmt.Errorf("settle: %w", err)
		}
		rest := lagOfLost - e.Quiet
		if !kind.lagging || !kind.creates() || rest <= 0 {
			continue
		}
		if e.Waits != nil {
			e.Waits(rest, n, kind.object)
		}
		return e.Client.Wait(ctx, rest) // an object has one kind of creates
	}
	return nil
}

// settleSent asks the store what became of one op.
func (e *Executor) settleSent(ctx context.Context, kind opKind, op *record.Op) (ledger.OpResult, error) {
	if kind.creates() {
		return e.settleSentCreate(ctx, kind, op)
	}
	stored, err := e.storedOf(ctx, kind, []record.Op{*op})
	if err != nil {
		return ledger.OpResult{}, err
	}
	now, there := stored[op.Target]
	switch {
	case kind.deletes() && (!there || kind.isGone != nil && kind.isGone(now)):
		return ledger.OpResult{ID: op.ID, State: record.OpDone, StoreID: op.Target}, nil
	case kind.deletes():
		return ledger.OpResult{ID: op.ID, State: record.OpPlanned}, nil
	case !there:
		return ledger.OpResult{ID: op.ID, State: record.OpFailed, StoreID: op.Target, Problem: &record.Problem{
			Code: "not_found", Message: fmt.Sprintf("the %s is no longer in the store", kind.object.Singular),
		}}, nil
	}
	return e.settledUpdate(ctx, kind.object, op, now)
}

func (e *Executor) settleSentCreate(ctx context.Context, kind opKind, op *record.Op) (ledger.OpResult, error) {
	planned := ledger.OpResult{ID: op.ID, State: record.OpPlanned}
	if _, unmade, err := e.body(ctx, op); err != nil || unmade != nil {
		return planned, err // what it needs was never made, so it cannot have been sent
	}
	result, there, err := e.lookUpCreated(ctx, kind, op)
	if err != nil || there {
		return result, err
	}
	if e.Again == nil {
		e.Again = map[int64]bool{}
	}
	e.Again[op.ID] = true
	return planned, nil
}

// settledUpdate compares the record as it is with what the op wanted and with what it was before.
func (e *Executor) settledUpdate(ctx context.Context, object *catalogue.Object, op *record.Op, now *record.Object) (ledger.OpResult, error) {
	want, unmade, err := e.body(ctx, op)
	if err != nil || unmade != nil { // what it needs was never made, so it cannot have been sent
		return ledger.OpResult{ID: op.ID, State: record.OpPlanned}, err
	}
	switch {
	case holds(object, want, now):
		return ledger.OpResult{ID: op.ID, State: record.OpDone, StoreID: op.Target}, nil
	case holds(object, op.Before, now):
		return ledger.OpResult{ID: op.ID, State: record.OpPlanned}, nil
	}
	return ledger.OpResult{ID: op.ID, State: record.OpInDoubt, StoreID: op.Target, Problem: &record.Problem{
		Code:    "in_doubt",
		Message: "the record has neither its old nor its new values: somebody else changed it, or the change was saved in part",
	}}, nil
}

// holds tells whether a record has all the values.
func holds(object *catalogue.Object, values, now *record.Object) bool {
	d := differ{object: object, lists: replaceAll(values)}
	return d.diff(values, now) == nil
}

// replaceAll is the list policy under which lists are equal only when they hold the same.
func replaceAll(values *record.Object) map[string]string {
	policy := make(map[string]string, values.Len())
	for _, f := range values.Fields() {
		policy[f.Name] = "replace"
		for _, part := range f.Value.Object().Fields() {
			policy[f.Name+"."+part.Name] = "replace"
		}
	}
	return policy
}
