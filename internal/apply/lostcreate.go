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

// maxCreates is how often a create is sent again when its answer is lost and the store does not have the record.
const maxCreates = 3

// settleCreate finds out what became of creates whose answer was lost: the store is asked for each natural key. What it has was
// created; what it has not is sent again, a few times; what cannot be found out is in doubt.
func (e *Executor) settleCreate(ctx context.Context, operation catalogue.Operation, ops []record.Op, elements []json.RawMessage, lost error) error {
	for i := range ops {
		result, err := e.settleOne(ctx, operation, &ops[i], elements[i], lost)
		if err != nil {
			return errors.Join(err, e.done(ctx, operation, doubtful(ops[i:], bigcommerce.ProblemOf(lost))))
		}
		if err := e.done(ctx, operation, []ledger.OpResult{result}); err != nil {
			return err
		}
	}
	return nil
}

func (e *Executor) settleOne(ctx context.Context, operation catalogue.Operation, op *record.Op, element json.RawMessage, lost error) (ledger.OpResult, error) {
	for sent := 0; ; sent++ {
		found, there, err := e.lookUpCreated(ctx, operation, op)
		if err != nil {
			return ledger.OpResult{}, fmt.Errorf("look up %q after a lost answer: %w", op.Key, err)
		}
		if there {
			return found, nil
		}
		if sent == maxCreates {
			return ledger.OpResult{}, lost
		}
		result, err := e.Client.Write(ctx, operation, []json.RawMessage{element}, nil)
		switch {
		case err == nil && result.Elements[0].Settled:
			blamePartial([]record.Op{*op}, []json.RawMessage{element}, result)
			written := &result.Elements[0]
			return ledger.OpResult{ID: op.ID, State: record.OpDone, StoreID: written.ID, Problem: written.Problem}, nil
		case err == nil:
			lost = errUnnamed
		case bigcommerce.IsRowLevel(err):
			// A duplicate may be the record itself, if the attempt whose answer was lost took effect only now.
			if found, there, findErr := e.lookUpCreated(ctx, operation, op); findErr == nil && there && found.State == record.OpDone {
				return found, nil
			}
			return ledger.OpResult{ID: op.ID, State: record.OpFailed, Problem: bigcommerce.ProblemOf(err)}, nil
		case bigcommerce.IsUnsettled(err):
			lost = err
		default:
			return ledger.OpResult{}, err
		}
	}
}

// findCreated asks the store for the record that a create would have made, by its natural keys, 0 where there is none.
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

// findCategory looks for a category by its name below its parent, for several may have one name.
func (e *Executor) findCategory(ctx context.Context, op *record.Op) (int64, error) {
	sent, problem, err := e.body(ctx, op)
	if err != nil || problem != nil {
		return 0, err // its parent is not there, so neither is it
	}
	tree, _ := sent.Get("tree_id").Int()
	categories, err := e.Client.ListCategories(ctx, tree, parsePaths([]string{"category_id", "parent_id", "name"}))
	if err != nil {
		return 0, err
	}
	for i := range categories {
		doc := categories[i].Doc
		if strings.EqualFold(doc.Get("name").String(), sent.Get("name").String()) && doc.Get("parent_id").String() == sent.Get("parent_id").String() {
			return categories[i].ID, nil
		}
	}
	return 0, nil
}
