package apply

import (
	"context"
	"slices"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// productRef is the kind of references to products by their SKU.
const productRef = "product"

// mostBlamed is how many unknown SKUs of coupons are looked for among the variants, one request each, to give the reason why none fits.
const mostBlamed = 20

// loadProducts finds the products that rows name by SKU. Variants are found where a line of an order may sell one, and where a row of a
// coupon, which applies to whole products, has to be told so.
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
	switch {
	case inLines:
		p.refs.variants = true
		return known, p.loadVariants(ctx, wanted, known)
	case p.Target.Object == &catalogue.Coupons:
		missing := slices.DeleteFunc(slices.Clone(wanted), func(w ledger.RefEntry) bool { return known[w.Fold] != nil })
		if len(missing) <= mostBlamed {
			return known, p.askVariants(ctx, missing, known)
		}
	}
	return known, nil
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
	missing := slices.DeleteFunc(slices.Clone(wanted), func(w ledger.RefEntry) bool { return known[w.Fold] != nil })
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
			return p.listVariants(ctx, strategy, missing, known)
		}
	}
	return p.askVariants(ctx, missing, known)
}

// askVariants looks SKUs up among the variants one by one.
func (p *Planner) askVariants(ctx context.Context, skus []ledger.RefEntry, known map[string]*refName) error {
	key, _ := catalogue.Variants.KeyNamed("sku")
	for i := range skus {
		records, err := p.Client.FindOne(ctx, &catalogue.Variants, key, skus[i].Key, parsePaths([]string{"id", "sku", "product_id"}))
		if err != nil {
			return err
		}
		p.looks.NameRequests++
		for j := range records {
			noteVariant(known, records[j].Doc)
		}
	}
	return nil
}

func noteVariant(known map[string]*refName, variant *record.Object) {
	id, errID := variant.Get("id").Int()
	product, errProduct := variant.Get("product_id").Int()
	if sku := variant.Get("sku").String(); sku != "" && errID == nil && errProduct == nil {
		known[FoldRef(productRef, sku)] = &refName{key: sku, id: product, variant: id}
	}
}

// listVariants reads all products for the variants whose SKUs are missing.
func (p *Planner) listVariants(ctx context.Context, strategy Strategy, missing []ledger.RefEntry, known map[string]*refName) error {
	if strategy != ListAll {
		return nil // the store has no products
	}
	sought := map[string]bool{}
	for i := range missing {
		sought[missing[i].Fold] = true
	}
	paths := parsePaths([]string{"id", "variants[].id", "variants[].sku", "variants[].product_id"})
	walker := p.Client.Walk(ctx, &catalogue.Products, bigcommerce.WalkOptions{Paths: paths, Concurrency: p.Concurrency})
	defer walker.Close()
	return eachRecord(ctx, walker, func(product bigcommerce.Record) {
		for _, v := range product.Doc.Get("variants").List() {
			if sought[FoldRef(productRef, v.Object().Get("sku").String())] {
				noteVariant(known, v.Object())
			}
		}
	})
}
