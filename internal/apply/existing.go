package apply

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// Recheck looks up every record that a dead run still means to create, before it creates anything: its journal may have lost the last
// writes, as after a power cut, and with them what it had sent. A record that is there with the op's own values is done; one that
// is somebody else's is left to the store to refuse. Updates and deletes need none of this, for they may be sent twice. It returns
// how many ops it found done.
func (e *Executor) Recheck(ctx context.Context) (int64, error) {
	if err := e.loadNames(ctx); err != nil {
		return 0, err
	}
	var found int64
	for _, operation := range opKinds() {
		if !isCreate(operation) {
			continue
		}
		err := e.eachPlanned(ctx, operation, func(ops []record.Op) error {
			results, err := e.ownExisting(ctx, operation, ops)
			if err != nil {
				return err
			}
			found += int64(len(results))
			return e.done(ctx, operation, results)
		})
		if err != nil {
			return found, fmt.Errorf("look for %s that exist already: %w", operation.Object(), err)
		}
	}
	return found, nil
}

// eachPlanned visits the planned ops of a kind in order, as many at once as one look-up takes.
func (e *Executor) eachPlanned(ctx context.Context, operation catalogue.Operation, visit func([]record.Op) error) error {
	reader := &opReader{run: e.Run, step: e.Step, kind: operation.Kind, batch: lookUpBatch(operation)}
	for {
		ops, err := reader.next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if e.stopped() {
			return pipeline.ErrStopped
		}
		if err := visit(ops); err != nil {
			return err
		}
	}
}

// lookUpBatch is how many creates are looked up at once: products by their SKUs, names one by one, for a child needs its parent.
func lookUpBatch(operation catalogue.Operation) int {
	if operation.Object() == catalogue.Products.Name {
		return 250
	}
	return 1
}

func isName(operation catalogue.Operation) bool {
	return operation.Object() == catalogue.Brands.Name || operation.Object() == catalogue.Categories.Name
}

// ownExisting gives as done the creates whose records are there: a name in any case, a product when it has the values that were sent.
func (e *Executor) ownExisting(ctx context.Context, operation catalogue.Operation, ops []record.Op) ([]ledger.OpResult, error) {
	there, err := e.existing(ctx, operation, ops)
	if err != nil {
		return nil, err
	}
	var results []ledger.OpResult
	for i := range ops {
		stored, ok := there[ops[i].ID]
		if !ok {
			continue
		}
		if !isName(operation) {
			element, problem, err := e.element(ctx, &ops[i])
			if err != nil {
				return nil, err
			}
			if problem != nil || !tookAll(operation.Kind, element, stored.Doc) {
				continue
			}
		}
		results = append(results, ledger.OpResult{ID: ops[i].ID, State: record.OpDone, StoreID: stored.ID})
	}
	return results, nil
}

// existing finds the records that creates would make, by op. Products with a SKU are looked up together.
func (e *Executor) existing(ctx context.Context, operation catalogue.Operation, ops []record.Op) (map[int64]bigcommerce.Record, error) {
	found := map[int64]bigcommerce.Record{}
	bySKU := map[string]*record.Op{}
	var skus []string
	for i := range ops {
		if sku := ops[i].Body.Get("sku").String(); operation.Object() == catalogue.Products.Name && sku != "" {
			bySKU[strings.ToLower(sku)] = &ops[i]
			skus = append(skus, sku)
			continue
		}
		stored, there, err := e.findByName(ctx, operation, &ops[i])
		if err != nil {
			return nil, err
		}
		if there {
			found[ops[i].ID] = stored
		}
	}
	key, ok := catalogue.Products.KeyNamed("sku")
	if !ok {
		return nil, fmt.Errorf("products cannot be found by SKU")
	}
	for _, batch := range bigcommerce.BulkBatches(key, skus) {
		records, err := e.findSKUs(ctx, key, batch, plainPaths(ops))
		if err != nil {
			return nil, err
		}
		for i := range records {
			if op := bySKU[strings.ToLower(records[i].Doc.Get("sku").String())]; op != nil {
				found[op.ID] = records[i]
			}
		}
	}
	return found, nil
}

// findByName finds the record that a create would make by its name: a product with the fields that the op sends, a brand or category
// with its id alone.
func (e *Executor) findByName(ctx context.Context, operation catalogue.Operation, op *record.Op) (stored bigcommerce.Record, there bool, err error) {
	name, key := op.Body.Get("name").String(), &catalogue.Key{}
	if operation.Object() == catalogue.Products.Name {
		key, _ = catalogue.Products.KeyNamed("name")
	}
	if key.Field == "" || name == "" {
		id, err := e.findCreated(ctx, operation, op)
		return bigcommerce.Record{ID: id}, id != 0, err
	}
	paths := append(plainPaths([]record.Op{*op}), record.Path{{Name: "name"}})
	records, err := e.Client.FindOne(ctx, &catalogue.Products, key, name, paths)
	if err != nil {
		return stored, false, err
	}
	for i := range records {
		if strings.EqualFold(records[i].Doc.Get("name").String(), name) {
			return records[i], true, nil
		}
	}
	return stored, false, nil
}

// lookUpCreated tells what became of a create whose answer nobody read. A record that has its key and the values that were sent is its
// own. One with other values may be its own, saved in part or changed since, or somebody else's: that is in doubt. There is false
// where the store has no such record.
func (e *Executor) lookUpCreated(ctx context.Context, operation catalogue.Operation, op *record.Op) (result ledger.OpResult, there bool, err error) {
	found, err := e.existing(ctx, operation, []record.Op{*op})
	if err != nil {
		return result, false, err
	}
	stored, there := found[op.ID]
	if !there {
		return result, false, nil
	}
	result = ledger.OpResult{ID: op.ID, State: record.OpDone, StoreID: stored.ID}
	if isName(operation) {
		return result, true, nil
	}
	element, problem, err := e.element(ctx, op)
	if err != nil {
		return result, true, err
	}
	if problem != nil || !tookAll(operation.Kind, element, stored.Doc) {
		result.State = record.OpInDoubt
		result.Problem = &record.Problem{Code: "in_doubt", Message: fmt.Sprintf(
			"the answer to the create was lost, and the store has a record with this key and other values (id %d): it may be this row's, changed since, or somebody else's", stored.ID)}
	}
	return result, true, nil
}

func (e *Executor) findSKUs(ctx context.Context, key *catalogue.Key, skus []string, paths []record.Path) ([]bigcommerce.Record, error) {
	if len(skus) == 1 {
		return e.Client.FindOne(ctx, &catalogue.Products, key, skus[0], paths)
	}
	return e.Client.FindBulk(ctx, &catalogue.Products, key, skus, paths)
}

// plainPaths are the fields of products that ops send and that come with the record itself, the id and the SKU among them.
func plainPaths(ops []record.Op) []record.Path {
	names := []string{catalogue.Products.IDField, "sku"}
	seen := map[string]bool{"sku": true}
	for i := range ops {
		for _, f := range ops[i].Body.Fields() {
			field, ok := catalogue.Products.Field(f.Name)
			if ok && !seen[f.Name] && field.Type != catalogue.StructList && f.Value.Kind() != record.Objects {
				seen[f.Name] = true
				names = append(names, f.Name)
			}
		}
	}
	return parsePaths(names)
}
