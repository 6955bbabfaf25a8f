package apply

import (
	"context"
	"fmt"
	"slices"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// storedOf reads the records that updates and deletes are about, by the op's target, with the fields that the ops send or have noted.
// One that is gone is left out.
func (e *Executor) storedOf(ctx context.Context, kind opKind, ops []record.Op) (map[int64]*record.Object, error) {
	if kind.stored != nil {
		return kind.stored(ctx, e, ops)
	}
	return e.usuallyStored(ctx, kind.object, ops)
}

// storedAtOnce is for how many ops storedOf is asked at once.
func storedAtOnce(h *handling) int {
	if key, ok := h.object.KeyNamed(h.object.IDField); ok && h.stored == nil && key.Finding == catalogue.Bulk {
		return key.MaxBulk
	}
	return 1
}

// usuallyStored reads records by their ids, in one request where the object can be asked for many.
func (e *Executor) usuallyStored(ctx context.Context, object *catalogue.Object, ops []record.Op) (map[int64]*record.Object, error) {
	key, ok := object.KeyNamed(object.IDField)
	if !ok {
		return nil, fmt.Errorf("%s cannot be found by id", object.Name)
	}
	paths := []string{object.IDField}
	ids := make([]string, len(ops))
	for i := range ops {
		ids[i] = fmt.Sprint(ops[i].Target)
		for _, f := range append(slices.Clone(ops[i].Body.Fields()), ops[i].Before.Fields()...) {
			paths = append(paths, f.Name)
		}
	}
	records, err := findRecords(ctx, e.Client, object, key, ids, parsePaths(paths))
	if err != nil {
		return nil, err
	}
	now := make(map[int64]*record.Object, len(records))
	for i := range records {
		now[records[i].ID] = records[i].Doc
	}
	return now, nil
}

// findRecords asks for the records of some key values in one request.
func findRecords(
	ctx context.Context, client *bigcommerce.Client, object *catalogue.Object, key *catalogue.Key, values []string, paths []record.Path,
) ([]bigcommerce.Record, error) {
	if len(values) == 1 {
		return client.FindOne(ctx, object, key, values[0], paths)
	}
	return client.FindBulk(ctx, object, key, values, paths)
}
