package apply

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// Verify reads again every record that planned ops would change, and fails the op of each that is no longer what it was when the plan
// was made, saying both values. A record that would be created must still be absent, one that would be deleted still the same. It
// makes no write. A brand or category that exists by now is taken as it is. It returns how many ops it failed.
func (e *Executor) Verify(ctx context.Context) (int64, error) {
	if err := e.loadNames(ctx); err != nil {
		return 0, err
	}
	before := e.failed.Load()
	for _, kind := range opKinds() {
		verify := e.verifyKind
		if kind.isName {
			verify = e.takeNames
		}
		if err := verify(ctx, kind); err != nil {
			return e.failed.Load() - before, fmt.Errorf("compare with the plan: %w", err)
		}
	}
	return e.failed.Load() - before, nil
}

// takeNames settles the creation of names that are there.
func (e *Executor) takeNames(ctx context.Context, kind opKind) error {
	return e.eachCreate(ctx, kind, func(ctx context.Context, ops []record.Op, there map[int64]bigcommerce.Record) ([]ledger.OpResult, error) {
		return e.ownExisting(ctx, kind, ops, there)
	})
}

func (e *Executor) verifyKind(ctx context.Context, kind opKind) error {
	switch {
	case kind.creates() && kind.created == nil:
		return nil
	case kind.creates():
		return e.eachCreate(ctx, kind, func(ctx context.Context, ops []record.Op, there map[int64]bigcommerce.Record) ([]ledger.OpResult, error) {
			return e.verifyAbsent(ctx, kind, ops, there)
		})
	}
	return e.eachPlanned(ctx, kind, storedAtOnce(kind.handling), func(ctx context.Context, ops []record.Op) ([]ledger.OpResult, error) {
		return e.verifySame(ctx, kind, ops)
	})
}

func (e *Executor) verifyAbsent(ctx context.Context, kind opKind, ops []record.Op, there map[int64]bigcommerce.Record) ([]ledger.OpResult, error) {
	var results []ledger.OpResult
	for i := range ops {
		stored, ok := there[ops[i].ID]
		if ok && e.Again[ops[i].ID] {
			own, err := e.isOwn(ctx, kind, &ops[i], stored.Doc)
			if err != nil {
				return nil, err
			}
			if own { // what an earlier process sent has arrived by now
				results = append(results, ledger.OpResult{ID: ops[i].ID, State: record.OpDone, StoreID: stored.ID})
				continue
			}
		}
		if ok {
			results = append(results, changedSince(&ops[i], stored.ID,
				fmt.Sprintf("%q was not in the store when the plan was made, and is by now (id %d)", ops[i].Key, stored.ID)))
		}
	}
	return results, nil
}

func (e *Executor) verifySame(ctx context.Context, kind opKind, ops []record.Op) ([]ledger.OpResult, error) {
	now, err := e.storedOf(ctx, kind, ops)
	if err != nil {
		return nil, err
	}
	var results []ledger.OpResult
	for i := range ops {
		doc, there := now[ops[i].Target]
		if !there {
			results = append(results, changedSince(&ops[i], ops[i].Target, fmt.Sprintf("the %s was deleted since the plan was made", kind.object.Singular)))
			continue
		}
		if text := differences(kind.object, ops[i].Before, doc); text != "" {
			results = append(results, changedSince(&ops[i], ops[i].Target, text))
		}
	}
	return results, nil
}

func changedSince(op *record.Op, id int64, text string) ledger.OpResult {
	return ledger.OpResult{ID: op.ID, State: record.OpFailed, StoreID: id, Problem: &record.Problem{Code: "changed_since_plan", Message: text}}
}

// differences says how a record differs from what it was, field by field, "" when it does not.
func differences(object *catalogue.Object, before, now *record.Object) string {
	d := differ{object: object, lists: replaceAll(before)}
	comparable := record.NewObject(before.Len())
	for _, f := range before.Fields() {
		if field, ok := object.Field(f.Name); ok && (field.Type != catalogue.StructList || isPart(object, f.Name)) && f.Name != object.IDField {
			comparable.Set(f.Name, f.Value)
		}
	}
	change := d.diff(comparable, now)
	if change == nil {
		return ""
	}
	texts := make([]string, 0, change.Body.Len())
	for _, f := range change.Body.Fields() {
		texts = append(texts, fmt.Sprintf("%s was %s when the plan was made and is %s now", f.Name, shown(f.Value), shown(change.Before.Get(f.Name))))
	}
	slices.Sort(texts)
	return strings.Join(texts, "; ")
}

// isPart tells of a list that is read by requests of its own, such as the addresses of an order.
func isPart(object *catalogue.Object, field string) bool {
	_, part := object.Sub(field)
	return part
}

// shown cuts a long value: the message is one line.
func shown(v record.Value) string {
	const most = 60
	if v.IsEmpty() {
		return "empty"
	}
	text := []rune(v.String())
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
