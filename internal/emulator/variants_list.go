package emulator

import "slices"

// owned is a variant with the product it belongs to.
type owned struct {
	p *product
	v *variant
}

func listAllVariants(c *call) *reply {
	w, r := c.window()
	if r != nil {
		return r
	}
	found, total, f := c.findVariants(w)
	if f != nil {
		return f.reply()
	}
	m := c.maskWith(variantFields, "option_values", "id")
	data := []byte{'['}
	for i, o := range found {
		if i > 0 {
			data = append(data, ',')
		}
		data = c.s.appendVariant(data, o.p, o.v, m)
	}
	return c.listed(append(data, ']'), len(found), total, w)
}

// findVariants gives one page of the variants that the filters let through, and their number.
func (c *call) findVariants(w window) ([]owned, int, *failure) {
	products, f := c.variantParents()
	if f != nil {
		return nil, 0, f
	}
	id, _ := wholeText(c.param("id"))
	sku, upc := fold(c.param("sku")), fold(c.param("upc"))
	filtered := id != 0 || sku != "" || upc != ""
	var page []owned
	from := min(w.page-1, 1<<40/w.limit) * w.limit
	total := 0
	for _, p := range products {
		if p.simple() && c.s.opts.HideBaseVariants {
			continue
		}
		if n := max(len(p.variants), 1); !filtered && (total+n <= from || total >= from+w.limit) {
			total += n // off the page: no need to look at them
			continue
		}
		for _, v := range p.allVariants() {
			if id != 0 && v.id != id || sku != "" && fold(unquote(v.f[vSKU])) != sku ||
				upc != "" && fold(variantFields.str(v.f, "upc")) != upc {
				continue
			}
			if total >= from && len(page) < w.limit {
				page = append(page, owned{p, v})
			}
			total++
		}
	}
	return page, total, nil
}

// variantParents narrows the products to look at by an index where a filter allows it.
func (c *call) variantParents() ([]*product, *failure) {
	st := &c.s.st
	only := func(ids ...int) []*product {
		slices.Sort(ids)
		var list []*product
		for _, id := range slices.Compact(ids) {
			if p := st.findProduct(id); p != nil {
				list = append(list, p)
			}
		}
		return list
	}
	products := st.products
	if c.has("product_id:in") {
		ids, ok := intList(c.list("product_id:in"))
		if !ok {
			return nil, badFilter("product_id:in")
		}
		products = only(ids...)
	}
	if text := c.param("id"); text != "" {
		id, ok := wholeText(text)
		if !ok {
			return nil, badFilter("id")
		}
		products = intersect(products, only(st.variants[id]))
	}
	if sku := c.param("sku"); sku != "" {
		products = intersect(products, only(st.skus[fold(sku)].product))
	}
	if c.s.opts.NewestFirst {
		products = slices.Clone(products)
		slices.Reverse(products)
	}
	return products, nil
}

func intersect(a, b []*product) []*product {
	return slices.DeleteFunc(b, func(p *product) bool {
		_, ok := slices.BinarySearchFunc(a, p.id, func(p *product, id int) int { return p.id - id })
		return !ok
	})
}
