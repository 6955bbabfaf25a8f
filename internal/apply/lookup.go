package apply

import (
	"context"
	"fmt"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// lookUp finds the records of all live items that have a key, in the cheapest way, and writes a verdict for each that was found.
// What it leaves without a verdict is not in the store.
func (p *Planner) lookUp(ctx context.Context) error {
	keys, batches, err := p.countKeys(ctx)
	if err != nil || keys == 0 {
		return err
	}
	total := int64(-1)
	key := p.keyOfProducts()
	// Listing takes the request that asks for the store's size and at least one page: two requests cannot be beaten.
	if batches > 2 {
		if total, err = p.count(ctx); err != nil {
			return err
		}
	}
	strategy, requests := BulkLookup, batches
	if key.Finding == catalogue.Single {
		strategy = SingleLookup
	}
	if total >= 0 {
		strategy, requests = chooseStrategy(key, keys, batches, total, catalogue.Products.MaxLimit)
	}
	p.looks.Strategy = strategy
	p.looks.Requests += requests
	switch strategy {
	case BulkLookup:
		if err := p.bulk(ctx, key); err != nil {
			return err
		}
	case SingleLookup:
		return p.single(ctx, &catalogue.Products, key)
	case ListAll:
		return p.list(ctx)
	case NoLookup:
		return nil
	}
	if !p.Target.findsVariants() {
		return nil
	}
	return p.lookUpVariants(ctx, total)
}

// lookUpVariants looks for the SKUs that no product has among variants, one by one or by listing all products with theirs.
func (p *Planner) lookUpVariants(ctx context.Context, total int64) error {
	missing, err := p.Run.CountLive(ctx, p.Step, true)
	if err != nil || missing == 0 {
		return err
	}
	strategy, requests := SingleLookup, missing
	if missing > 1 && (total >= 0 || missing > 2) {
		if total < 0 {
			if total, err = p.count(ctx); err != nil {
				return err
			}
		}
		strategy, requests = chooseStrategy(&catalogue.Key{Finding: catalogue.Single}, missing, missing, total, catalogue.Products.MaxLimit)
	}
	p.looks.VariantStrategy, p.looks.VariantRequests = strategy, requests
	switch strategy {
	case SingleLookup:
		return p.single(ctx, &catalogue.Variants, &catalogue.Key{Field: "sku", Finding: catalogue.Single, Query: "sku", FoldCase: true})
	case ListAll:
		return p.list(ctx)
	}
	return nil
}

// keyOfProducts is the natural key as the products list finds it: SKUs of variants are first looked for there, for a simple
// product's only variant has the product's SKU.
func (p *Planner) keyOfProducts() *catalogue.Key {
	if p.Target.keyField() != "sku" {
		return p.Target.key()
	}
	key, _ := catalogue.Products.KeyNamed("sku")
	return key
}

// count asks how many products the store has.
func (p *Planner) count(ctx context.Context) (int64, error) {
	total, err := p.Client.Count(ctx, &catalogue.Products, nil)
	if err != nil {
		return 0, fmt.Errorf("count products: %w", err)
	}
	p.looks.Requests++
	return total, nil
}

// countKeys counts the live keys and the requests that looking them up in bulk would take.
func (p *Planner) countKeys(ctx context.Context) (keys, batches int64, err error) {
	key := p.keyOfProducts()
	batch := keyBatch{max: key.MaxBulk}
	err = p.Run.LiveKeys(ctx, p.Step, func(_ int64, written string) bool {
		text, ok := p.Target.asked(written)
		if !ok {
			return true
		}
		keys++
		if key.Finding != catalogue.Bulk || goesSingly(text) {
			batches++
			return true
		}
		if !batch.takes(text) {
			batch.reset()
		}
		if batch.n == 0 {
			batches++
		}
		batch.add(text)
		return true
	})
	return keys, batches, err
}

// bulk looks keys up many at a time. Keys that cannot stand in a list are looked up alone.
func (p *Planner) bulk(ctx context.Context, key *catalogue.Key) error {
	reader := &keyReader{planner: p, batch: keyBatch{max: key.MaxBulk}}
	withVariants := p.Target.Object.Name == catalogue.Variants.Name
	paths := p.Target.paths(withVariants)
	return p.run(ctx, "look up records", pipeline.Stages[[]record.Item, []ledger.Verdict]{
		Read: reader.next,
		Work: func(ctx context.Context, items []record.Item) ([]ledger.Verdict, error) {
			values := make([]string, len(items))
			for i := range items {
				values[i], _ = p.Target.asked(items[i].Key)
			}
			var records []bigcommerce.Record
			var err error
			if len(values) == 1 && goesSingly(values[0]) {
				records, err = p.Client.FindOne(ctx, &catalogue.Products, key, values[0], paths)
			} else {
				records, err = p.Client.FindBulk(ctx, &catalogue.Products, key, values, paths)
			}
			if err != nil {
				return nil, err
			}
			return p.matches(items, p.index(records, key.Field, false))
		},
		Settle: p.judge,
	})
}

// single looks keys up one a request.
func (p *Planner) single(ctx context.Context, object *catalogue.Object, key *catalogue.Key) error {
	const page = 10 // a commit for each item would cost more than the wait for its neighbours
	var after int64
	paths := p.Target.paths(false)
	if object == &catalogue.Variants {
		paths = p.Target.variantPaths()
	}
	return p.run(ctx, "look up records", pipeline.Stages[[]record.Item, []ledger.Verdict]{
		Read: func(ctx context.Context) ([]record.Item, error) {
			items, err := p.liveWithKey(ctx, &after, page)
			return items, err
		},
		Work: func(ctx context.Context, items []record.Item) ([]ledger.Verdict, error) {
			index := map[string]found{}
			for i := range items {
				asked, _ := p.Target.asked(items[i].Key)
				records, err := p.Client.FindOne(ctx, object, key, asked, paths)
				if err != nil {
					return nil, err
				}
				for j := range records {
					fold := p.Target.FoldKey(records[j].Doc.Get(key.Field).String())
					if object == &catalogue.Variants {
						index[fold] = found{variant: records[j].Doc}
					} else {
						index[fold] = found{product: records[j].Doc}
					}
				}
			}
			return p.matches(items, index)
		},
		Settle: p.judge,
	})
}

// list reads all products, with their variants where a SKU may be one's, and finds the items of each page.
func (p *Planner) list(ctx context.Context) error {
	const keysAtOnce = 500
	withVariants := p.Target.findsVariants()
	walker := p.Client.Walk(ctx, &catalogue.Products, bigcommerce.WalkOptions{Paths: p.Target.paths(withVariants), Concurrency: p.Concurrency})
	defer walker.Close()
	err := pipeline.Run(ctx, pipeline.Config{Concurrency: 2, Stop: p.Stop}, pipeline.Stages[[]bigcommerce.Record, []ledger.Verdict]{
		Read: walker.Next,
		Work: func(ctx context.Context, records []bigcommerce.Record) ([]ledger.Verdict, error) {
			index := p.index(records, p.Target.keyField(), withVariants)
			folds := make([]string, 0, len(index))
			for fold := range index {
				folds = append(folds, fold)
			}
			var verdicts []ledger.Verdict
			for len(folds) > 0 {
				n := min(keysAtOnce, len(folds))
				items, err := p.Run.ByFold(ctx, p.Step, folds[:n])
				if err != nil {
					return nil, err
				}
				found, err := p.matches(items, index)
				if err != nil {
					return nil, err
				}
				verdicts, folds = append(verdicts, found...), folds[n:]
			}
			return verdicts, nil
		},
		Settle: p.judge,
	})
	if err != nil {
		return fmt.Errorf("list products: %w", err)
	}
	return nil
}

// index gives what was read by folded key.
func (p *Planner) index(records []bigcommerce.Record, field string, withVariants bool) map[string]found {
	index := make(map[string]found, len(records))
	for i := range records {
		product := records[i].Doc
		if key := product.Get(field).String(); key != "" {
			index[p.Target.FoldKey(key)] = p.asTarget(product)
		}
		if !withVariants {
			continue
		}
		for _, v := range product.Get("variants").List() {
			variant := v.Object()
			fold := p.Target.FoldKey(variant.Get("sku").String())
			if _, taken := index[fold]; fold == "" || taken {
				continue
			}
			index[fold] = found{product: product, variant: variant}
		}
	}
	return index
}

// asTarget gives the product or, where variants are written, the base variant of a simple product or the variant that has the
// product's own SKU.
func (p *Planner) asTarget(product *record.Object) found {
	f := found{product: product}
	if p.Target.Object.Name != catalogue.Variants.Name {
		return f
	}
	base, sku := product.Get("base_variant_id").String(), p.Target.FoldKey(product.Get("sku").String())
	for _, v := range product.Get("variants").List() {
		isBase := base != "" && v.Object().Get("id").String() == base
		if isBase || sku != "" && p.Target.FoldKey(v.Object().Get("sku").String()) == sku {
			f.variant = v.Object()
		}
	}
	return f
}

// matches gives verdicts for the items that the index has.
func (p *Planner) matches(items []record.Item, index map[string]found) ([]ledger.Verdict, error) {
	var verdicts []ledger.Verdict
	for i := range items {
		f, ok := index[p.Target.FoldKey(items[i].Key)]
		if !ok {
			continue
		}
		verdict, err := p.verdict(&items[i], f)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, verdict)
	}
	return verdicts, nil
}
