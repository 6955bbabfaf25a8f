package apply

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// maxCreates is how often a create is sent when its answer is lost and the store does not have the record.
const maxCreates = 4

// send carries out ops of one kind in one request, or in more where the store blames the batch. It writes the intent before and the
// outcome after. Its error is the run's.
func (e *Executor) send(ctx context.Context, operation catalogue.Operation, ops []record.Op) error {
	ready := make([]record.Op, 0, len(ops))
	elements := make([]json.RawMessage, 0, len(ops))
	var refused []ledger.OpResult
	for i := range ops {
		if operation.ByIDs != "" {
			ready = append(ready, ops[i])
			continue
		}
		element, problem, err := e.element(ctx, &ops[i])
		if err != nil {
			return err
		}
		if problem != nil {
			refused = append(refused, ledger.OpResult{ID: ops[i].ID, State: record.OpFailed, Problem: problem})
			continue
		}
		ready, elements = append(ready, ops[i]), append(elements, element)
	}
	if err := e.done(ctx, refused); err != nil || len(ready) == 0 {
		return err
	}
	ids := make([]int64, len(ready))
	for i := range ready {
		ids[i] = ready[i].ID
	}
	if err := e.Run.Sent(ctx, ids); err != nil {
		return err
	}
	return e.exchange(ctx, operation, ready, elements)
}

// exchange sends ops whose intent is written, splitting the batch until the guilty ones are alone.
func (e *Executor) exchange(ctx context.Context, operation catalogue.Operation, ops []record.Op, elements []json.RawMessage) error {
	result, err := e.write(ctx, operation, ops, elements)
	switch {
	case err == nil:
		return e.settle(ctx, operation, ops, elements, result)
	case bigcommerce.IsRowLevel(err) && len(ops) > 1:
		half := len(ops) / 2
		if err := e.exchange(ctx, operation, ops[:half], part(elements, 0, half)); err != nil {
			return errors.Join(err, e.unsend(ctx, ops[half:]))
		}
		return e.exchange(ctx, operation, ops[half:], part(elements, half, len(ops)))
	case bigcommerce.IsRowLevel(err):
		return e.done(ctx, []ledger.OpResult{{ID: ops[0].ID, State: record.OpFailed, Problem: bigcommerce.ProblemOf(err)}})
	case bigcommerce.IsUnsettled(err) && isCreate(operation) && !errors.Is(err, context.Canceled):
		return e.settleCreate(ctx, operation, ops, elements, err)
	case bigcommerce.IsUnsettled(err):
		return errors.Join(err, e.done(ctx, doubtful(ops, bigcommerce.ProblemOf(err))))
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

func isCreate(operation catalogue.Operation) bool { return operation.Method == "POST" }

func (e *Executor) write(ctx context.Context, operation catalogue.Operation, ops []record.Op, elements []json.RawMessage) (*bigcommerce.WriteResult, error) {
	if isCreate(operation) {
		return e.Client.Write(ctx, operation, elements, nil)
	}
	ids := make([]int64, len(ops))
	for i := range ops {
		ids[i] = ops[i].Target
	}
	if operation.ByIDs != "" {
		return e.Client.DeleteByIDs(ctx, operation, ids)
	}
	return e.Client.Write(ctx, operation, elements, ids)
}

// settle reads an answer of success, element by element: each op is done, and where a part was not saved (207) its reason is kept. A
// create that the answer does not name is looked up, an update that it does not name is in doubt.
func (e *Executor) settle(ctx context.Context, operation catalogue.Operation, ops []record.Op, elements []json.RawMessage, result *bigcommerce.WriteResult) error {
	results := make([]ledger.OpResult, 0, len(ops))
	var unnamed []int
	for i := range ops {
		written := &result.Elements[i]
		switch {
		case written.Settled:
			results = append(results, ledger.OpResult{ID: ops[i].ID, State: record.OpDone, StoreID: written.ID, Problem: written.Problem})
		case isCreate(operation):
			unnamed = append(unnamed, i)
		default:
			results = append(results, ledger.OpResult{ID: ops[i].ID, State: record.OpInDoubt, StoreID: ops[i].Target, Problem: &record.Problem{
				Code: "in_doubt", Message: "the store's answer does not name the record; whether it was changed is not known",
			}})
		}
	}
	if err := e.done(ctx, results); err != nil {
		return err
	}
	for _, i := range unnamed {
		if err := e.settleCreate(ctx, operation, ops[i:i+1], part(elements, i, i+1), errUnnamed); err != nil {
			return err
		}
	}
	return nil
}

// errUnnamed says that a create was accepted and the answer does not hold its record.
var errUnnamed = fmt.Errorf("%w: the answer does not name the new record", bigcommerce.ErrUnsettled)

// done writes outcomes down and counts what failed.
func (e *Executor) done(ctx context.Context, results []ledger.OpResult) error {
	if len(results) == 0 {
		return nil
	}
	for i := range results {
		if results[i].State == record.OpFailed {
			e.failed.Add(1)
		}
	}
	return e.Run.Done(ctx, results)
}

// unsend takes an intent back: the request was certainly not carried out.
func (e *Executor) unsend(ctx context.Context, ops []record.Op) error {
	results := make([]ledger.OpResult, len(ops))
	for i := range ops {
		results[i] = ledger.OpResult{ID: ops[i].ID, State: record.OpPlanned}
	}
	return e.done(ctx, results)
}

func doubtful(ops []record.Op, problem *record.Problem) []ledger.OpResult {
	results := make([]ledger.OpResult, len(ops))
	for i := range ops {
		results[i] = ledger.OpResult{ID: ops[i].ID, State: record.OpInDoubt, Problem: problem}
	}
	return results
}

// settleCreate finds out what became of creates whose answer was lost: the store is asked for each natural key. What it has was
// created; what it has not is sent again, a few times; what cannot be found out is in doubt.
func (e *Executor) settleCreate(ctx context.Context, operation catalogue.Operation, ops []record.Op, elements []json.RawMessage, lost error) error {
	for i := range ops {
		if err := e.settleOne(ctx, operation, &ops[i], elements[i], lost); err != nil {
			return errors.Join(err, e.done(ctx, doubtful(ops[i:], bigcommerce.ProblemOf(lost))))
		}
	}
	return nil
}

func (e *Executor) settleOne(ctx context.Context, operation catalogue.Operation, op *record.Op, element json.RawMessage, lost error) error {
	for range maxCreates {
		id, err := e.findCreated(ctx, operation, op)
		if err != nil {
			return fmt.Errorf("look up %q after a lost answer: %w", op.Key, err)
		}
		if id != 0 {
			return e.done(ctx, []ledger.OpResult{{ID: op.ID, State: record.OpDone, StoreID: id}})
		}
		result, err := e.Client.Write(ctx, operation, []json.RawMessage{element}, nil)
		switch {
		case err == nil:
			return e.settled(ctx, op, result)
		case bigcommerce.IsRowLevel(err):
			return e.done(ctx, []ledger.OpResult{{ID: op.ID, State: record.OpFailed, Problem: bigcommerce.ProblemOf(err)}})
		case !bigcommerce.IsUnsettled(err):
			return err
		}
		lost = err
	}
	return lost
}

// settled notes the outcome of a create that was sent again.
func (e *Executor) settled(ctx context.Context, op *record.Op, result *bigcommerce.WriteResult) error {
	outcome := ledger.OpResult{ID: op.ID, State: record.OpDone, StoreID: result.Elements[0].ID, Problem: result.Elements[0].Problem}
	if !result.Elements[0].Settled {
		outcome.State, outcome.Problem = record.OpInDoubt, bigcommerce.ProblemOf(errUnnamed)
	}
	return e.done(ctx, []ledger.OpResult{outcome})
}

// findCreated asks the store for the record that a create would have made, by its natural keys.
func (e *Executor) findCreated(ctx context.Context, operation catalogue.Operation, op *record.Op) (int64, error) {
	object, ok := catalogue.Find(operation.Object())
	if !ok {
		return 0, fmt.Errorf("%s has no object in the catalogue", operation.Kind)
	}
	if object.Name == catalogue.Categories.Name {
		return e.findCategory(ctx, op)
	}
	for _, field := range []string{"sku", "name"} {
		value := op.Body.Get(field).String()
		key, known := object.KeyNamed(field)
		if value == "" || !known {
			continue
		}
		records, err := e.Client.FindOne(ctx, object, key, value, parsePaths([]string{object.IDField, field}))
		if err != nil {
			return 0, err
		}
		for i := range records {
			if strings.EqualFold(records[i].Doc.Get(field).String(), value) {
				return records[i].ID, nil
			}
		}
		return 0, nil
	}
	return 0, nil
}

// sameParent tells apart categories of one name below several parents.
func sameParent(op *record.Op, doc *record.Object) bool {
	want := op.Body.Get("parent_id")
	return want.Kind() != record.Number || want.String() == doc.Get("parent_id").String()
}

func (e *Executor) findCategory(ctx context.Context, op *record.Op) (int64, error) {
	categories, err := e.Client.ListCategories(ctx, 0, nil)
	if err != nil {
		return 0, err
	}
	for i := range categories {
		doc := categories[i].Doc
		if strings.EqualFold(doc.Get("name").String(), op.Body.Get("name").String()) && sameParent(op, doc) {
			return categories[i].ID, nil
		}
	}
	return 0, nil
}
