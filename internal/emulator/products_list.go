package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// includeCap is the most products a page holds when options or modifiers are included.
const includeCap = 10

func listProducts(c *call) *reply {
	w, r := c.window()
	if r != nil {
		return r
	}
	parts := c.includes()
	if slices.Contains(parts, "options") || slices.Contains(parts, "modifiers") {
		w.limit = min(w.limit, includeCap)
	}
	found, f := c.selected()
	if f != nil {
		return f.reply()
	}
	from, to := w.bounds(len(found))
	m := c.mask(productFields, "id")
	data := make([]byte, 1, 64+(to-from)*2048)
	data[0] = '['
	for i, p := range found[from:to] {
		if i > 0 {
			data = append(data, ',')
		}
		data = c.s.appendProduct(data, p, m, parts)
	}
	return c.listed(append(data, ']'), to-from, len(found), w)
}

// findProducts gives the products that every filter of the request lets through, by id. The
// result may be part of the store's own list: it must not be changed.
func (c *call) findProducts() ([]*product, *failure) {
	tests, f := c.productTests()
	if f != nil {
		return nil, f
	}
	candidates, f := c.candidates()
	if f != nil {
		return nil, f
	}
	if len(tests) == 0 {
		return candidates, nil
	}
	var found []*product
next:
	for _, p := range candidates {
		for _, pass := range tests {
			if !pass(p) {
				continue next
			}
		}
		found = append(found, p)
	}
	return found, nil
}

// candidates narrows the store to a slice by id bounds, or to a few products by an index.
func (c *call) candidates() ([]*product, *failure) {
	st := &c.s.st
	low, high := 0, int(^uint(0)>>1)
	for _, b := range []struct {
		name  string
		lower bool
		shift int
	}{{"id:min", true, 0}, {"id:greater", true, 1}, {"id:max", false, 0}, {"id:less", false, -1}} {
		if !c.has(b.name) {
			continue
		}
		n, ok := wholeText(c.param(b.name))
		if !ok {
			return nil, badFilter(b.name)
		}
		if b.lower {
			low = max(low, n+b.shift)
		} else {
			high = min(high, n+b.shift)
		}
	}
	ids, indexed, f := c.indexedIDs()
	if f != nil {
		return nil, f
	}
	if indexed {
		slices.Sort(ids)
		var list []*product
		for _, id := range slices.Compact(ids) {
			if p := st.findProduct(id); p != nil && id >= low && id <= high {
				list = append(list, p)
			}
		}
		return list, nil
	}
	if low > high {
		return nil, nil
	}
	from, _ := st.productAt(low)
	to := len(st.products)
	if high < int(^uint(0)>>1) {
		to, _ = st.productAt(high + 1)
	}
	return st.products[from:max(from, to)], nil
}

// indexedIDs gives the ids that an equality filter on id, SKU or name leaves, by index.
func (c *call) indexedIDs() ([]int, bool, *failure) {
	st := &c.s.st
	var sets [][]int
	for _, name := range []string{"id", "id:in"} {
		if !c.has(name) {
			continue
		}
		list, ok := intList(c.list(name))
		if !ok {
			return nil, false, badFilter(name)
		}
		sets = append(sets, list)
	}
	bySKU := func(skus ...string) []int {
		list := []int{}
		for _, sku := range skus {
			if owner, ok := st.skus[fold(sku)]; ok && owner.variant == 0 {
				list = append(list, owner.product)
			}
		}
		return list
	}
	if sku := c.param("sku"); sku != "" {
		sets = append(sets, bySKU(sku))
	}
	if c.has("sku:in") {
		sets = append(sets, bySKU(c.list("sku:in")...))
	}
	if c.has("name") {
		list := []int{}
		if id, ok := st.names[fold(c.param("name"))]; ok {
			list = append(list, id)
		}
		sets = append(sets, list)
	}
	if len(sets) == 0 {
		return nil, false, nil
	}
	ids := slices.Clone(sets[0])
	for _, set := range sets[1:] {
		ids = slices.DeleteFunc(ids, func(id int) bool { return !slices.Contains(set, id) })
	}
	return ids, true, nil
}

// sortProducts orders a result; equal keys stay in the order of their ids.
func (c *call) sortProducts(list *[]*product) *failure {
	by, desc := c.param("sort"), false
	switch c.param("direction") {
	case "desc":
		desc = true
	case "", "asc":
	default:
		return badFilter("direction")
	}
	if by == "" && c.s.opts.NewestFirst {
		desc = !desc
	}
	if by == "" || by == "id" {
		if desc {
			*list = slices.Clone(*list)
			slices.Reverse(*list)
		}
		return nil
	}
	key, ok := productOrders[by]
	if !ok {
		return badFilter("sort")
	}
	keyed := make([]keyedProduct, len(*list))
	for i, p := range *list {
		keyed[i] = key(p)
	}
	slices.SortFunc(keyed, func(a, b keyedProduct) int {
		if desc {
			a, b = b, a
		}
		return cmp.Or(a.number.Cmp(b.number), strings.Compare(a.text, b.text), cmp.Compare(a.p.id, b.p.id))
	})
	sorted := make([]*product, len(keyed))
	for i, k := range keyed {
		sorted[i] = k.p
	}
	*list = sorted
	return nil
}

// keyedProduct is a product with what it is sorted by.
type keyedProduct struct {
	p      *product
	text   string
	number decimal.Decimal
}

// productOrders are the sort keys of the product list.
var productOrders = map[string]func(*product) keyedProduct{
	"name":               foldedOrder("name"),
	"sku":                foldedOrder("sku"),
	"price":              numberOrder("price"),
	"calculated_price":   numberOrder("calculated_price"),
	"inventory_level":    numberOrder("inventory_level"),
	"total_sold":         numberOrder("total_sold"),
	"is_visible":         foldedOrder("is_visible"),
	"date_modified":      foldedOrder("date_modified"), // the layout sorts by time
	"date_last_imported": foldedOrder("date_last_imported"),
}

func foldedOrder(name string) func(*product) keyedProduct {
	i := productFields.index[name]
	return func(p *product) keyedProduct { return keyedProduct{p: p, text: fold(p.f[i])} }
}

func numberOrder(name string) func(*product) keyedProduct {
	i := productFields.index[name]
	return func(p *product) keyedProduct {
		n, _ := parseDecimal(p.f[i])
		return keyedProduct{p: p, number: n}
	}
}

// deleteFilters are the filters that a collection delete takes; one at least must be there.
var deleteFilters = []string{
	"name", "sku", "price", "weight", "condition", "brand_id", "date_modified", "date_last_imported",
	"is_visible", "is_featured", "id:in", "inventory_level", "total_sold", "type", "categories", "keyword",
}

// deleteProducts deletes what a filter selects, 250 products at most.
func deleteProducts(c *call) *reply {
	if !slices.ContainsFunc(deleteFilters, func(name string) bool { return c.param(name) != "" }) {
		return fail(http.StatusUnprocessableEntity, "At least one filter is required to delete products").reply()
	}
	if len(c.list("id:in")) > maxLimit {
		return tooMany("250").reply()
	}
	found, f := c.findProducts()
	if f != nil {
		return f.reply()
	}
	for _, p := range slices.Clone(found[:min(len(found), maxLimit)]) {
		c.s.st.remove(p)
	}
	return noContent()
}
