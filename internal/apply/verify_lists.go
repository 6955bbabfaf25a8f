package apply

import (
	"context"
	"fmt"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// VerifyLists reads again the records of updates that add to lists or take from them, and fails those whose lists are no longer what they
// were when the rows were compared: a list is sent whole, and what somebody else has put into it or taken out since would be taken back. A
// run that goes on calls it, for any time may have passed. A list that is replaced is as the row says it, whatever it was. It makes no
// write, and no request where no such update is planned. It returns how many ops it failed.
func (e *Executor) VerifyLists(ctx context.Context) (int64, error) {
	if err := e.loadNames(ctx); err != nil {
		return 0, err
	}
	before := e.failed.Load()
	for _, kind := range opKinds() {
		if !kind.updates() {
			continue
		}
		err := e.eachPlanned(ctx, kind, storedAtOnce(kind.handling), func(ctx context.Context, ops []record.Op) ([]ledger.OpResult, error) {
			return e.sameLists(ctx, kind, ops)
		})
		if err != nil {
			return e.failed.Load() - before, fmt.Errorf("compare lists: %w", err)
		}
	}
	return e.failed.Load() - before, nil
}

func (e *Executor) sameLists(ctx context.Context, kind opKind, ops []record.Op) ([]ledger.OpResult, error) {
	var merged []record.Op
	for i := range ops {
		if e.mergedLists(kind.object, ops[i].Body, ops[i].Before).Len() > 0 {
			merged = append(merged, ops[i])
		}
	}
	if len(merged) == 0 {
		return nil, nil
	}
	now, err := e.storedOf(ctx, kind, merged)
	if err != nil {
		return nil, err
	}
	var results []ledger.OpResult
	for i := range merged {
		doc, there := now[merged[i].Target]
		if !there {
			continue // the store says so when it is written
		}
		problem, err := e.listsMoved(ctx, kind.object, &merged[i], doc)
		if err != nil {
			return nil, err
		}
		if problem != nil {
			results = append(results, ledger.OpResult{ID: merged[i].ID, State: record.OpFailed, StoreID: merged[i].Target, Problem: problem})
		}
	}
	return results, nil
}

// listsMoved gives the reason why an update is not sent: a record has neither the lists that it had when it was compared nor those that
// the update would give it.
func (e *Executor) listsMoved(ctx context.Context, object *catalogue.Object, op *record.Op, now *record.Object) (*record.Problem, error) {
	was := e.mergedLists(object, op.Body, op.Before)
	if was.Len() == 0 || holds(object, was, now) {
		return nil, nil
	}
	body, unmade, err := e.body(ctx, op)
	if err != nil {
		return nil, err
	}
	if unmade == nil && holds(object, e.mergedLists(object, op.Body, body), now) {
		return nil, nil
	}
	return &record.Problem{
		Code: "changed_since_plan", Field: was.Fields()[0].Name,
		Message: "somebody else changed a list of the record after it was compared with the row, and that would be taken back; it was left alone, run again",
	}, nil
}

// mergedLists gives, out of a document, the lists of a body that are made of what the store had and what a row adds or removes.
func (e *Executor) mergedLists(object *catalogue.Object, body, of *record.Object) *record.Object {
	lists := record.NewObject(body.Len())
	for _, f := range body.Fields() {
		value := of.Get(f.Name)
		switch f.Value.Kind() {
		case record.List:
			if field, ok := object.Field(f.Name); ok && field.Type != catalogue.StructList && e.Lists[f.Name] != "replace" && !value.IsMissing() {
				lists.Set(f.Name, value)
			}
		case record.Objects:
			parts := record.NewObject(f.Value.Object().Len())
			for _, part := range f.Value.Object().Fields() {
				inner := value.Object().Get(part.Name)
				if part.Value.Kind() == record.List && e.Lists[f.Name+"."+part.Name] != "replace" && !inner.IsMissing() {
					parts.Set(part.Name, inner)
				}
			}
			if parts.Len() > 0 {
				lists.Set(f.Name, record.ObjectValue(parts))
			}
		}
	}
	return lists
}
