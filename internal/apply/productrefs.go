package apply

import (
	"context"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
)

// productRef is the kind of references to products by their SKU.
const productRef = "product"

// loadKnown gives what the store has of a kind of names: all brands and categories, but of products only those that rows name.
func (p *Planner) loadKnown(ctx context.Context, kind string, wanted []ledger.RefEntry) (map[string]*refName, error) {
	if kind != productRef {
		return p.loadNames(ctx, kind)
	}
	key, _ := catalogue.Products.KeyNamed("sku")
	known := map[string]*refName{}
	batch := keyBatch{max: key.MaxBulk}
	var values []string
	flush := func() error {
		if len(values) == 0 {
			return nil
		}
		records, err := p.findProducts(ctx, key, values)
		if err != nil {
			return err
		}
		p.looks.NameRequests++
		for i := range records {
			sku := records[i].Doc.Get("sku").String()
			known[FoldRef(productRef, sku)] = &refName{key: sku, id: records[i].ID}
		}
		values = nil
		batch.reset()
		return nil
	}
	for i := range wanted {
		sku := wanted[i].Key
		if goesSingly(sku) || !batch.takes(sku) {
			if err := flush(); err != nil {
				return nil, err
			}
		}
		values = append(values, sku)
		batch.add(sku)
		if goesSingly(sku) {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
	return known, flush()
}

func (p *Planner) findProducts(ctx context.Context, key *catalogue.Key, skus []string) ([]bigcommerce.Record, error) {
	paths := parsePaths([]string{"id", "sku"})
	if len(skus) == 1 {
		return p.Client.FindOne(ctx, &catalogue.Products, key, skus[0], paths)
	}
	return p.Client.FindBulk(ctx, &catalogue.Products, key, skus, paths)
}
