package apply

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// Verify reads again every record that planned ops would change, and fails the op of each that is no longer what it was when the plan
// was made, saying both values. A record that would be created must still be absent, one that would be deleted still the same. It
// makes no write. A brand or category that exists by now is taken as it is. It returns how many ops it failed.
func (e *Executor) Verify(ctx context.Context) (int64, error) {
	if err := e.loadNames(ctx); err != nil {
		return 0, err
	}
	before := e.failed.Load()
	for _, operation := range opKinds() {
		verify := e.verifyKind
		if isName(operation) {
			verify = e.takeNames
		}
		if err := verify(ctx, operation); err != nil {
			return e.failed.Load() - before, fmt.Errorf("compare with the plan: %w", err)
		}
	}
	return e.failed.Load() - before, nil
}

// takeNames settles the creation of names that are there.
func (e *Executor) takeNames(ctx context.Context, operation catalogue.Operation) error {
	return e.eachPlanned(ctx, operation, func(ops []record.Op) error {
		results, err := e.ownExisting(ctx, operation, ops)
		if err != nil {
			return err
		}
		return e.done(ctx, operation, results)
	})
}

func (e *Executor) verifyKind(ctx context.Context, operation catalogue.Operation) error {
	object, ok := catalogue.Find(operation.Object())
	if !ok {
		return fmt.Errorf("%s has no object in the catalogue", operation.Kind)
	}
	idKey, ok := object.KeyNamed(object.IDField)
	if !ok {
		return fmt.Errorf("%s cannot be found by id", object.Name)
	}
	batch := 1
	switch {
	case isCreate(operation):
		batch = lookUpBatch(operation)
	case idKey.Finding == catalogue.Bulk:
		batch = idKey.MaxBulk
	}
	reader := &opReader{run: e.Run, step: e.Step, kind: operation.Kind, batch: batch}
	return pipeline.Run(ctx, pipeline.Config{Concurrency: e.Concurrency, Stop: e.Stop}, pipeline.Stages[[]record.Op, []ledger.OpResult]{
		Read: func(ctx context.Context) ([]record.Op, error) {
			ops, err := reader.next(ctx)
			if err == nil && len(ops) == 0 {
				err = io.EOF
			}
			return ops, err
		},
		Work: func(ctx context.Context, ops []record.Op) ([]ledger.OpResult, error) {
			if isCreate(operation) {
				return e.verifyAbsent(ctx, operation, ops)
			}
			return e.verifySame(ctx, object, idKey, ops)
		},
		Settle: func(ctx context.Context, results []ledger.OpResult) error {
			if len(results) == 0 {
				return nil
			}
			return e.done(ctx, operation, results)
		},
	})
}

func (e *Executor) verifyAbsent(ctx context.Context, operation catalogue.Operation, ops []record.Op) ([]ledger.OpResult, error) {
	there, err := e.existing(ctx, operation, ops)
	if err != nil {
		return nil, err
	}
	var results []ledger.OpResult
	for i := range ops {
		if stored, ok := there[ops[i].ID]; ok {
			results = append(results, changedSince(&ops[i], stored.ID,
				fmt.Sprintf("%q was not in the store when the plan was made, and is by now (id %d)", ops[i].Key, stored.ID)))
		}
	}
	return results, nil
}

func (e *Executor) verifySame(ctx context.Context, object *catalogue.Object, key *catalogue.Key, ops []record.Op) ([]ledger.OpResult, error) {
	paths := []string{object.IDField}
	ids := make([]string, len(ops))
	for i := range ops {
		ids[i] = fmt.Sprint(ops[i].Target)
		for _, f := range ops[i].Before.Fields() {
			paths = append(paths, f.Name)
		}
	}
	var records []bigcommerce.Record
	var err error
	if len(ids) == 1 {
		records, err = e.Client.FindOne(ctx, object, key, ids[0], parsePaths(paths))
	} else {
		records, err = e.Client.FindBulk(ctx, object, key, ids, parsePaths(paths))
	}
	if err != nil {
		return nil, err
	}
	now := make(map[int64]*record.Object, len(records))
	for i := range records {
		now[records[i].ID] = records[i].Doc
	}
	var results []ledger.OpResult
	for i := range ops {
		doc, there := now[ops[i].Target]
		if !there {
			results = append(results, changedSince(&ops[i], ops[i].Target, fmt.Sprintf("the %s was deleted since the plan was made", object.Singular)))
			continue
		}
		if text := differences(object, ops[i].Before, doc); text != "" {
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
		if field, ok := object.Field(f.Name); ok && field.Type != catalogue.StructList && f.Name != object.IDField {
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
