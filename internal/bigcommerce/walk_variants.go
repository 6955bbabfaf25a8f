package bigcommerce

import (
	"context"
	"fmt"
	"net/url"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// heldFilters are filters of the variants' own list that the products' list has under another name.
var heldFilters = map[string]string{"product_id:in": "id:in"}

// splitFilter divides a filter of variants into what only their own list can tell and what the list of products can.
func splitFilter(object *catalogue.Object, filter url.Values) (own, held url.Values, err error) {
	own, held = url.Values{}, url.Values{}
	for name, values := range filter {
		if renamed, ok := heldFilters[name]; ok {
			held[renamed] = values
			continue
		}
		if _, ok := object.FilterNamed(name); ok {
			own[name] = values
			continue
		}
		held[name] = values
	}
	if len(own) > 0 && held.Has("id:in") {
		return nil, nil, fmt.Errorf("list %s: filter by product_id:in or by the variant, not by both", object.Name)
	}
	return own, held, nil
}

// maxHolders is how many products one request can name.
const maxHolders = 250

// narrowTo asks the variants' own list which variants match, and narrows the walk to them and their products. It tells whether
// there are any.
func (w *Walker) narrowTo(ctx context.Context, c *Client, object *catalogue.Object, own url.Values) (bool, error) {
	l, err := c.newListing(object, own, shapeOf(object, []record.Path{{{Name: "product_id"}}}))
	if err != nil {
		return false, err
	}
	matches, err := l.readAll(ctx)
	if err != nil {
		return false, err
	}
	wanted := make(map[int64]bool, len(matches))
	products := map[int64]bool{}
	var ids []int64
	for _, match := range matches {
		wanted[match.ID] = true
		product, err := match.Doc.Get("product_id").Int()
		if err != nil {
			return false, &ProtocolError{Message: fmt.Sprintf("variant %d does not name its product", match.ID)}
		}
		if !products[product] {
			products[product] = true
			ids = append(ids, product)
		}
	}
	if len(ids) > maxHolders {
		return false, fmt.Errorf("list %s: the filter matches variants of %d products; at most %d can be asked for", object.Name, len(ids), maxHolders)
	}
	w.listing.filter.Set("id:in", joinIDs(ids))
	w.keep = func(r Record) bool { return wanted[r.ID] }
	return len(ids) > 0, nil
}

// FindVariantSKU gives the variants of that SKU with their own fields: one, or none. The store ignores case.
func (c *Client) FindVariantSKU(ctx context.Context, sku string) ([]Record, error) {
	key, _ := catalogue.Variants.KeyNamed("sku")
	return c.FindOne(ctx, &catalogue.Variants, key, sku, nil)
}
