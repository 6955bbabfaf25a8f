package apply

import (
	"context"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// productRef is the kind of references to products by their SKU.
const productRef = "product"

// loadProducts finds the products that rows name by SKU and, where a line of an order may sell one, the variants.
func (p *Planner) loadProducts(ctx context.Context, wanted []ledger.RefEntry) (map[string]*refName, error) {
	key, _ := catalogue.Products.KeyNamed("sku")
	known := map[string]*refName{}
	values := make([]string, len(wanted))
	for i := range wanted {
		values[i] = wanted[i].Key
	}
	inLines := p.Target.Object == &catalogue.Orders
	paths := []string{"id", "sku"}
	if inLines {
		paths = append(paths, "base_variant_id") // null of a product that has variants (API facts 4.3)
	}
	for _, batch := range p.batchesOf(key, values) {
		records, err := findRecords(ctx, p.Client, &catalogue.Products, key, batch, parsePaths(paths))
		if err != nil {
			return nil, err
		}
		p.looks.NameRequests++
		for i := range records {
			sku := records[i].Doc.Get("sku").String()
			known[FoldRef(productRef, sku)] = &refName{
				key: sku, id: records[i].ID, parent: inLines && records[i].Doc.Get("base_variant_id").Kind() == record.Null,
			}
		}
	}
	if !inLines {
		return known, nil
	}
	return known, p.loadVariants(ctx, wanted, known)
}

// batchesOf cuts values into those of one request each.
func (p *Planner) batchesOf(key *catalogue.Key, values []string) (batches [][]string) {
	batch := keyBatch{max: key.MaxBulk}
	var open []string
	flush := func() {
		if len(open) > 0 {
			batches = append(batches, open)
		}
		open = nil
		batch.reset()
	}
	for _, value := range values {
		if goesSingly(value) || !batch.takes(value) {
			flush()
		}
		open = append(open, value)
		batch.add(value)
		if goesSingly(value) {
			flush()
		}
	}
	flush()
	return batches
}

// loadVariants finds the variants of SKUs that no product has, one by one or by listing all products with theirs.
func (p *Planner) loadVariants(ctx context.Context, wanted []ledger.RefEntry, known map[string]*refName) error {
	var missing []string
	for i := range wanted {
		if known[wanted[i].Fold] == nil {
			missing = append(missing, wanted[i].Key)
		}
	}
	note := func(variant *record.Object) {
		id, errID := variant.Get("id").Int()
		product, errProduct := variant.Get("product_id").Int()
		if sku := variant.Get("sku").String(); sku != "" && errID == nil && errProduct == nil {
			known[FoldRef(productRef, sku)] = &refName{key: sku, id: product, variant: id}
		}
	}
	if len(missing) > 2 {
		total, err := p.Client.Count(ctx, &catalogue.Products, nil)
		if err != nil {
			return err
		}
		p.looks.NameRequests++
		asking := int64(len(missing))
		strategy, requests := chooseStrategy(&catalogue.Key{Finding: catalogue.Single}, asking, asking, total, &catalogue.Products)
		if strategy != SingleLookup {
			p.looks.NameRequests += requests
			return p.listVariants(ctx, strategy, missing, note)
		}
	}
	key, _ := catalogue.Variants.KeyNamed("sku")
	for _, sku := range missing {
		records, err := p.Client.FindOne(ctx, &catalogue.Variants, key, sku, parsePaths([]string{"id", "sku", "product_id"}))
		if err != nil {
			return err
		}
		p.looks.NameRequests++
		for i := range records {
			note(records[i].Doc)
		}
	}
	return nil
}

// listVariants reads all products for the variants whose SKUs are missing.
func (p *Planner) listVariants(ctx context.Context, strategy Strategy, missing []string, note func(*record.Object)) error {
	if strategy != ListAll {
		return nil // the store has no products
	}
	sought := map[string]bool{}
	for _, sku := range missing {
		sought[FoldRef(productRef, sku)] = true
	}
	paths := parsePaths([]string{"id", "variants[].id", "variants[].sku", "variants[].product_id"})
	walker := p.Client.Walk(ctx, &catalogue.Products, bigcommerce.WalkOptions{Paths: paths, Concurrency: p.Concurrency})
	defer walker.Close()
	return eachRecord(ctx, walker, func(product bigcommerce.Record) {
		for _, v := range product.Doc.Get("variants").List() {
			if sought[FoldRef(productRef, v.Object().Get("sku").String())] {
				note(v.Object())
			}
		}
	})
}
