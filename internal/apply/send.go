package apply

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// carryOut carries out ops of one kind in one request, or in more where the store blames the batch. It writes the intent before and the
// outcome after. Its error is the run's.
func (e *Executor) carryOut(ctx context.Context, kind opKind, ops []record.Op) error {
	ready := make([]record.Op, 0, len(ops))
	elements := make([]json.RawMessage, 0, len(ops))
	var refused []ledger.OpResult
	for i := range ops {
		if kind.deletes() {
			ready = append(ready, ops[i])
			continue
		}
		element, problem, err := e.elementOf(ctx, kind, &ops[i])
		if err != nil {
			return err
		}
		if problem != nil {
			refused = append(refused, ledger.OpResult{ID: ops[i].ID, State: record.OpFailed, Problem: problem})
			continue
		}
		ready, elements = append(ready, ops[i]), append(elements, element)
	}
	if err := e.done(ctx, kind, refused); err != nil || len(ready) == 0 {
		return err
	}
	ids := make([]int64, len(ready))
	for i := range ready {
		ids[i] = ready[i].ID
	}
	if err := e.Run.Sent(ctx, ids); err != nil {
		return err
	}
	e.reached("commit")
	return e.exchange(ctx, kind, ready, elements)
}

// exchange sends ops whose intent is written, splitting the batch until the guilty ones are alone.
func (e *Executor) exchange(ctx context.Context, kind opKind, ops []record.Op, elements []json.RawMessage) error {
	result, err := e.write(ctx, kind, ops, elements)
	e.reached("answer")
	switch {
	case err == nil:
		return e.settle(ctx, kind, ops, elements, result)
	case bigcommerce.IsRowLevel(err) && len(ops) > 1:
		half := len(ops) / 2
		if err := e.exchange(ctx, kind, ops[:half], part(elements, 0, half)); err != nil {
			return errors.Join(err, e.unsend(ctx, ops[half:]))
		}
		return e.exchange(ctx, kind, ops[half:], part(elements, half, len(ops)))
	case bigcommerce.IsRowLevel(err):
		result := ledger.OpResult{ID: ops[0].ID, State: record.OpFailed, Problem: bigcommerce.ProblemOf(err)}
		if e.Again[ops[0].ID] {
			// A duplicate may be the record itself, if what the earlier process sent took effect only now.
			if found, there, findErr := e.lookUpCreated(ctx, kind, &ops[0]); findErr == nil && there && found.State == record.OpDone {
				result = found
			}
		}
		return e.done(ctx, kind, []ledger.OpResult{result})
	case bigcommerce.IsUnsettled(err) && kind.creates() && !errors.Is(err, context.Canceled):
		return e.settleCreate(ctx, kind, ops, elements, err)
	case bigcommerce.IsUnsettled(err):
		return errors.Join(err, e.done(ctx, kind, doubtful(ops, bigcommerce.ProblemOf(err))))
	}
	// Nothing was done by this request: its ops can be sent by a later run.
	return errors.Join(err, e.unsend(ctx, ops))
}

func part(elements []json.RawMessage, from, to int) []json.RawMessage {
	if elements == nil {
		return nil
	}
	return elements[from:to]
}

// write makes one request.
func (e *Executor) write(ctx context.Context, kind opKind, ops []record.Op, elements []json.RawMessage) (*bigcommerce.WriteResult, error) {
	if kind.send != nil {
		return kind.send(ctx, e, kind, ops, elements)
	}
	return e.usuallySend(ctx, kind, ops, elements)
}

// usuallySend sends elements as they are, and deletes by ids.
func (e *Executor) usuallySend(ctx context.Context, kind opKind, ops []record.Op, elements []json.RawMessage) (*bigcommerce.WriteResult, error) {
	if kind.creates() {
		return e.Client.Write(ctx, kind.Operation, elements, nil)
	}
	ids := make([]int64, len(ops))
	for i := range ops {
		ids[i] = ops[i].Target
	}
	if kind.deletes() {
		return e.Client.DeleteByIDs(ctx, kind.Operation, ids)
	}
	return e.Client.Write(ctx, kind.Operation, elements, ids)
}

// settle reads an answer of success, element by element: each op is done, and where a part was not saved (207) its reason is kept. A
// create that the answer does not name is looked up, an update that it does not name is in doubt.
func (e *Executor) settle(ctx context.Context, kind opKind, ops []record.Op, elements []json.RawMessage, result *bigcommerce.WriteResult) error {
	results := make([]ledger.OpResult, 0, len(ops))
	var unnamed []int
	blamePartial(ops, elements, result)
	for i := range ops {
		written := &result.Elements[i]
		switch {
		case written.Settled:
			results = append(results, ledger.OpResult{ID: ops[i].ID, State: record.OpDone, StoreID: written.ID, Problem: written.Problem})
		case kind.creates():
			unnamed = append(unnamed, i)
		default:
			results = append(results, ledger.OpResult{ID: ops[i].ID, State: record.OpInDoubt, StoreID: ops[i].Target, Problem: &record.Problem{
				Code: "in_doubt", Message: "the store's answer does not name the record; whether it was changed is not known",
			}})
		}
	}
	if err := e.done(ctx, kind, results); err != nil {
		return err
	}
	for _, i := range unnamed {
		if err := e.settleCreate(ctx, kind, ops[i:i+1], part(elements, i, i+1), errUnnamed); err != nil {
			return err
		}
	}
	return nil
}

// errUnnamed says that a create was accepted and the answer does not hold its record.
var errUnnamed = fmt.Errorf("%w: the answer does not name the new record", bigcommerce.ErrUnsettled)

// done writes outcomes down and counts what failed; of names that rows need, it keeps the reason for them.
func (e *Executor) done(ctx context.Context, kind opKind, results []ledger.OpResult) error {
	if len(results) == 0 {
		return nil
	}
	for i := range results {
		switch {
		case results[i].State != record.OpFailed:
		case kind.isName:
			e.refuse(results[i].ID, results[i].Problem)
		default:
			e.failed.Add(1)
		}
	}
	return e.Run.Done(ctx, results)
}

func (e *Executor) refuse(op int64, problem *record.Problem) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if e.refused == nil {
		e.refused = map[int64]*record.Problem{}
	}
	e.refused[op] = problem
}

// unsend takes an intent back: the request was certainly not carried out.
func (e *Executor) unsend(ctx context.Context, ops []record.Op) error {
	results := make([]ledger.OpResult, len(ops))
	for i := range ops {
		results[i] = ledger.OpResult{ID: ops[i].ID, State: record.OpPlanned}
	}
	return e.Run.Done(ctx, results)
}

func doubtful(ops []record.Op, problem *record.Problem) []ledger.OpResult {
	results := make([]ledger.OpResult, len(ops))
	for i := range ops {
		results[i] = ledger.OpResult{ID: ops[i].ID, State: record.OpInDoubt, Problem: problem}
	}
	return results
}
