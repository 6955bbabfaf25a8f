package apply

import (
	"context"
	"fmt"
	"slices"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

func productHandling() *handling {
	return &handling{
		object:     &catalogue.Products,
		operations: []catalogue.Operation{catalogue.Products.Create, catalogue.Products.Update, catalogue.Products.Delete},
		prepare:    prepareProduct, lookUp: lookUpProducts, refuse: refuseProduct, adjust: dropUntracked, complete: completeProduct,
		created: createdProducts, createdAtOnce: 250,
	}
}

func variantHandling() *handling {
	return &handling{
		object: &catalogue.Variants, operations: []catalogue.Operation{catalogue.Variants.Update},
		lookUp: lookUpProducts, refuse: refuseProduct, adjust: dropUntracked,
	}
}

// findsVariants tells whether a SKU that no product has is looked for among variants.
func (t *Target) findsVariants() bool { return t.keyField() == "sku" }

// writesVariants tells whether an update may go to a variant.
func (t *Target) writesVariants() bool {
	return t.Object.Name == catalogue.Variants.Name || t.Match == AnySKU
}

// lookUpProducts finds products and, by SKU, variants: those that no product has one by one, or by listing all products with theirs.
func lookUpProducts(ctx context.Context, p *Planner) error {
	t := &p.Target
	key := t.key()
	if t.findsVariants() {
		// SKUs of variants are first looked for among products, for a simple product's only variant has the product's SKU.
		key, _ = catalogue.Products.KeyNamed("sku")
	}
	search := func(withVariants, indexVariants bool) *search {
		return &search{
			object: &catalogue.Products, key: key, paths: t.productPaths(withVariants),
			index: func(records []bigcommerce.Record) map[string]*found {
				return p.indexProducts(records, key.Field, indexVariants)
			},
		}
	}
	listed := search(t.findsVariants(), t.findsVariants())
	strategy, total, err := p.find(ctx, search(t.Object.Name == catalogue.Variants.Name, false), listed)
	if err != nil || !t.findsVariants() || strategy != BulkLookup {
		return err
	}
	return p.lookUpVariants(ctx, listed, total)
}

// lookUpVariants looks for the SKUs that no product has among variants.
func (p *Planner) lookUpVariants(ctx context.Context, listed *search, total int64) error {
	missing, err := p.Run.CountLive(ctx, p.Step, true)
	if err != nil || missing == 0 {
		return err
	}
	strategy, requests := SingleLookup, missing
	if missing > 1 && (total >= 0 || missing > 2) {
		if total < 0 {
			if total, err = p.count(ctx, listed.object); err != nil {
				return err
			}
		}
		strategy, requests = chooseStrategy(&catalogue.Key{Finding: catalogue.Single}, missing, missing, total, listed.object)
	}
	p.looks.VariantStrategy, p.looks.VariantRequests = strategy, requests
	switch strategy {
	case SingleLookup:
		key, _ := catalogue.Variants.KeyNamed("sku")
		return p.single(ctx, &search{
			object: &catalogue.Variants, key: key, paths: p.Target.variantPaths(),
			index: func(records []bigcommerce.Record) map[string]*found {
				return p.indexByKey(&catalogue.Variants, key, records)
			},
		})
	case ListAll:
		return p.list(ctx, listed, false)
	}
	return nil
}

// indexProducts gives what was read by folded key, variants where no product has it.
func (p *Planner) indexProducts(records []bigcommerce.Record, field string, withVariants bool) map[string]*found {
	index := make(map[string]*found, len(records))
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
			index[fold] = &found{object: &catalogue.Variants, record: variant, holder: product}
		}
	}
	return index
}

// asTarget gives the product or, where variants are written, the base variant of a simple product or the variant that has the
// product's own SKU.
func (p *Planner) asTarget(product *record.Object) *found {
	f := &found{object: &catalogue.Products, record: product}
	if p.Target.Object.Name != catalogue.Variants.Name {
		return f
	}
	base, sku := product.Get("base_variant_id").String(), p.Target.FoldKey(product.Get("sku").String())
	for _, v := range product.Get("variants").List() {
		isBase := base != "" && v.Object().Get("id").String() == base
		if isBase || sku != "" && p.Target.FoldKey(v.Object().Get("sku").String()) == sku {
			f = &found{object: &catalogue.Variants, record: v.Object(), holder: product}
		}
	}
	return f
}

// refuseProduct leaves a variant alone where products are written, and the reverse.
func refuseProduct(p *Planner, item *record.Item, f *found) *record.Problem {
	t := &p.Target
	isVariant := f.object == &catalogue.Variants
	switch {
	case t.Mode == "create":
	case isVariant && !t.writesVariants():
		return &record.Problem{
			Code: "variant_sku", Column: t.KeyColumn, Field: "sku",
			Message: fmt.Sprintf("%q is the SKU of a variant%s; write it with `bigcommerce: variants`, or both kinds with `match: any_sku`", item.Key, ofProduct(f.holder)),
		}
	case !isVariant && t.Object.Name == catalogue.Variants.Name:
		return &record.Problem{
			Code: "product_sku", Column: t.KeyColumn, Field: "sku",
			Message: fmt.Sprintf("%q is the SKU of a product that has variants of its own, not of a variant; write it with `bigcommerce: products` or `match: any_sku`", item.Key),
		}
	}
	return nil
}

func ofProduct(product *record.Object) string {
	if name := product.Get("name").String(); name != "" {
		return fmt.Sprintf(" of product %q", name)
	}
	return ""
}

// completeProduct gives a digital product its weight, which is 0 (API facts, trap 16).
func completeProduct(_ *Target, body *record.Object) *record.Problem {
	if body.Get("weight").IsMissing() && body.Get("type").String() == "digital" {
		body.Set("weight", record.IntValue(0))
	}
	return nil
}

// productPaths lists what must be read of a product to compare the mapped fields.
func (t *Target) productPaths(withVariants bool) []record.Path {
	texts := []string{"id", "sku", "name"}
	if t.Mode == "delete" {
		texts = append(texts, modifiedField)
	}
	if t.Object.Name != catalogue.Variants.Name {
		texts = append(texts, t.fieldPaths()...)
	}
	if slices.Contains(t.Fields, stockField) {
		texts = append(texts, trackingField, "base_variant_id")
	}
	if withVariants {
		texts = append(texts, "base_variant_id", "variants[].id", "variants[].sku", "variants[].product_id")
		if t.writesVariants() {
			for _, field := range t.Fields {
				texts = append(texts, "variants[]."+field)
			}
		}
	}
	return parsePaths(texts)
}

// variantPaths lists what must be read of a variant by itself.
func (t *Target) variantPaths() []record.Path {
	return parsePaths(append([]string{"id", "sku", "product_id"}, t.Fields...))
}
