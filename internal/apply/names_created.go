package apply

import (
	"context"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

func categoryHandling() *handling {
	return &handling{
		object: &catalogue.Categories, operations: []catalogue.Operation{catalogue.Categories.Create},
		isName: true, created: createdNames((*Executor).categoryOfName),
	}
}

func brandHandling() *handling {
	return &handling{
		object: &catalogue.Brands, operations: []catalogue.Operation{catalogue.Brands.Create},
		isName: true, created: createdNames((*Executor).brandOfName),
	}
}

// createdNames finds names one by one, for a category needs its parent; 0 is none.
func createdNames(find func(*Executor, context.Context, *record.Op) (int64, error)) func(context.Context, *Executor, opKind, []record.Op) (map[int64]bigcommerce.Record, error) {
	return func(ctx context.Context, e *Executor, _ opKind, ops []record.Op) (map[int64]bigcommerce.Record, error) {
		found := map[int64]bigcommerce.Record{}
		for i := range ops {
			id, err := find(e, ctx, &ops[i])
			if err != nil {
				return nil, err
			}
			if id != 0 {
				found[ops[i].ID] = bigcommerce.Record{ID: id}
			}
		}
		return found, nil
	}
}

func (e *Executor) brandOfName(ctx context.Context, op *record.Op) (int64, error) {
	name := op.Body.Get("name").String()
	key, known := catalogue.Brands.KeyNamed("name")
	if !known || name == "" {
		return 0, nil
	}
	records, err := e.Client.FindOne(ctx, &catalogue.Brands, key, name, parsePaths([]string{catalogue.Brands.IDField, "name"}))
	if err != nil {
		return 0, err
	}
	for i := range records {
		if strings.EqualFold(records[i].Doc.Get("name").String(), name) {
			return records[i].ID, nil
		}
	}
	return 0, nil
}

// categoryOfName looks for a category by its name below its parent, for several may have one name.
func (e *Executor) categoryOfName(ctx context.Context, op *record.Op) (int64, error) {
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
