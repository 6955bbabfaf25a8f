package apply

import (
	"context"
	"fmt"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// createdProducts finds the products that creates would make: those with a SKU together, others by their names.
func createdProducts(ctx context.Context, e *Executor, _ opKind, ops []record.Op) (map[int64]bigcommerce.Record, error) {
	found := map[int64]bigcommerce.Record{}
	bySKU := map[string]*record.Op{}
	var skus []string
	for i := range ops {
		if sku := ops[i].Body.Get("sku").String(); sku != "" {
			bySKU[strings.ToLower(sku)] = &ops[i]
			skus = append(skus, sku)
			continue
		}
		stored, there, err := e.productOfName(ctx, &ops[i])
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
		records, err := findRecords(ctx, e.Client, &catalogue.Products, key, batch, plainPaths(&catalogue.Products, ops, "sku"))
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

// productOfName finds the product that a create without a SKU would make.
func (e *Executor) productOfName(ctx context.Context, op *record.Op) (stored bigcommerce.Record, there bool, err error) {
	name := op.Body.Get("name").String()
	key, known := catalogue.Products.KeyNamed("name")
	if !known || name == "" {
		return stored, false, nil
	}
	records, err := e.Client.FindOne(ctx, &catalogue.Products, key, name, plainPaths(&catalogue.Products, []record.Op{*op}, "sku", "name"))
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

// plainPaths are the fields that ops send and that come with the record itself, the id and those named among them.
func plainPaths(object *catalogue.Object, ops []record.Op, names ...string) []record.Path {
	names = append([]string{object.IDField}, names...)
	for i := range ops {
		for _, f := range ops[i].Body.Fields() {
			field, ok := object.Field(f.Name)
			if ok && field.Type != catalogue.StructList && f.Value.Kind() != record.Objects {
				names = append(names, f.Name)
			}
		}
	}
	return parsePaths(names)
}
