package apply

import (
	"context"
	"fmt"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
)

// loadKnown gives what the store has of a kind of names: all brands, categories and statuses, but of products and customers only those
// that rows name.
func (p *Planner) loadKnown(ctx context.Context, kind string, wanted []ledger.RefEntry) (map[string]*refName, error) {
	switch kind {
	case productRef:
		return p.loadProducts(ctx, wanted)
	case statusRef:
		return p.loadStatuses(ctx)
	case customerRef:
		return p.loadCustomers(ctx, wanted)
	}
	return p.loadNames(ctx, kind)
}

// loadNames lists what the store has of a kind of names, and notes the tree that new top-level categories belong to.
func (p *Planner) loadNames(ctx context.Context, kind string) (map[string]*refName, error) {
	known := map[string]*refName{}
	if kind == "brand" {
		brands, err := p.Client.ListBrands(ctx, parsePaths([]string{"id", "name"}))
		if err != nil {
			return nil, err
		}
		for i := range brands {
			name := brands[i].Doc.Get("name").String()
			known[FoldRef(kind, name)] = &refName{key: name, id: brands[i].ID}
		}
		p.looks.NameRequests += pages(len(brands), catalogue.Brands.MaxLimit)
		return known, nil
	}
	trees, err := p.Client.ListTrees(ctx)
	if err != nil {
		return nil, err
	}
	if len(trees) == 0 {
		return nil, fmt.Errorf("the store has no category tree")
	}
	p.tree = trees[0].ID
	for i := range trees {
		p.tree = min(p.tree, trees[i].ID)
	}
	// Paths of several trees may be the same; those of rows are of the first tree, the default storefront's.
	categories, err := p.Client.ListCategories(ctx, p.tree, parsePaths([]string{"category_id", "parent_id", "name"}))
	if err != nil {
		return nil, err
	}
	p.looks.NameRequests += 1 + pages(len(categories), catalogue.Categories.MaxLimit)
	for id, path := range CategoryPaths(categories) {
		known[FoldRef(kind, path)] = &refName{key: path, id: id}
	}
	return known, nil
}

// pages is how many pages a list of n records takes; an empty one takes one.
func pages(n, limit int) int64 { return int64(max(1, (n+limit-1)/limit)) }

// CategoryPaths gives each category's path, parts joined by "/", a slash in a name written `\/`. A category whose parents do not
// lead to the top is given by its own name alone: nothing is lost, and nothing loops.
func CategoryPaths(categories []bigcommerce.Record) map[int64]string {
	byID := make(map[int64]*bigcommerce.Record, len(categories))
	for i := range categories {
		byID[categories[i].ID] = &categories[i]
	}
	const longest = 64 // far more than a store has: it is a loop
	paths := make(map[int64]string, len(categories))
	for id, category := range byID {
		var parts []string
		for at, depth := category, 0; at != nil && depth < longest; depth++ {
			parts = append([]string{at.Doc.Get("name").String()}, parts...)
			parent, err := at.Doc.Get("parent_id").Int()
			if err != nil || parent == 0 {
				break
			}
			at = byID[parent]
		}
		paths[id] = JoinPath(parts)
	}
	return paths
}
