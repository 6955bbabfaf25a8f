package emulator

import (
	"net/http"
	"slices"
	"strings"
)

func variantRoutes() []routeEntry {
	return []routeEntry{
		at("v3/catalog/variants", map[string]*endpoint{
			"GET": {run: listAllVariants, query: names(pageNames, fieldNames, []string{"id", "sku", "upc", "product_id:in"})},
			"PUT": {run: updateVariants},
		}),
		at("v3/catalog/products/{}/variants", map[string]*endpoint{
			"GET":  {run: listVariants, query: names(pageNames, fieldNames)},
			"POST": {run: createVariant},
		}),
		at("v3/catalog/products/{}/variants/{}", map[string]*endpoint{
			"GET":    {run: getVariant, query: fieldNames},
			"PUT":    {run: updateVariant},
			"DELETE": {run: deleteVariant},
		}),
		at("v3/catalog/products/{}/variants/{}/image", map[string]*endpoint{
			"POST": {run: setVariantImage, multipart: true},
		}),
	}
}

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
		data = o.p.appendVariant(data, o.v, m)
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
	return products, nil
}

func intersect(a, b []*product) []*product {
	return slices.DeleteFunc(b, func(p *product) bool {
		_, ok := slices.BinarySearchFunc(a, p.id, func(p *product, id int) int { return p.id - id })
		return !ok
	})
}

func listVariants(c *call) *reply {
	p := c.s.st.findProduct(c.ids[0])
	if p == nil {
		return notFound("product", c.ids[0]).reply()
	}
	w, r := c.window()
	if r != nil {
		return r
	}
	m := c.maskWith(variantFields, "option_values", "id")
	all := p.allVariants()
	from, to := w.bounds(len(all))
	data := []byte{'['}
	for i, v := range all[from:to] {
		if i > 0 {
			data = append(data, ',')
		}
		data = p.appendVariant(data, v, m)
	}
	return c.listed(append(data, ']'), to-from, len(all), w)
}

func getVariant(c *call) *reply {
	p := c.s.st.findProduct(c.ids[0])
	if p == nil {
		return notFound("product", c.ids[0]).reply()
	}
	v := p.variant(c.ids[1])
	if v == nil {
		return notFound("variant", c.ids[1]).reply()
	}
	return single(p.appendVariant(nil, v, c.maskWith(variantFields, "option_values", "id")))
}

func createVariant(c *call) *reply {
	body, r := c.object()
	if r != nil {
		return r
	}
	return c.editProductReply(func(p *product) (*reply, *failure) {
		var pr problems
		v, side, f := c.s.addVariant(p, body, false, &pr)
		if strict := c.strictFields(&pr); strict != nil {
			f = strict
		}
		if f != nil {
			return nil, f
		}
		return saved(p.appendVariant(nil, v, nil), side), nil
	})
}

func saved(data []byte, side *failure) *reply {
	if side != nil {
		return partly(data, side)
	}
	return single(data)
}

func updateVariant(c *call) *reply {
	body, r := c.object()
	if r != nil {
		return r
	}
	return c.editProductReply(func(p *product) (*reply, *failure) {
		side, f := c.changeVariant(p, c.ids[1], body)
		if f != nil {
			return nil, f
		}
		p.settle()
		return saved(p.appendVariant(nil, p.variant(c.ids[1]), nil), side), nil
	})
}

// changeVariant writes a body into a variant of p, which the caller owns. What a base variant
// shares with its product is written to the product.
func (c *call) changeVariant(p *product, id int, body map[string]any) (side, f *failure) {
	var pr problems
	v := p.variant(id)
	if v == nil {
		return nil, notFound("variant", id)
	}
	if p.simple() {
		side, f = c.s.changeBase(p, v, body, &pr)
	} else {
		v = &variant{id: v.id, f: slices.Clone(v.f), values: slices.Clone(v.values)}
		if side, f = c.s.setVariant(p, v, body, updating, &pr); f == nil {
			f = c.s.reassign(p, v, body)
		}
		at := slices.IndexFunc(p.variants, func(v *variant) bool { return v.id == id })
		p.variants[at] = v
	}
	if strict := c.strictFields(&pr); strict != nil {
		return nil, strict
	}
	return side, f
}

// reassign takes new option values for an existing variant.
func (s *Store) reassign(p *product, v *variant, body map[string]any) *failure {
	list, ok := body["option_values"].([]any)
	if !ok || len(list) == 0 {
		return nil
	}
	values, f := s.choices(p, list, false)
	if f != nil {
		return f
	}
	for _, other := range p.variants {
		if other.id != v.id && sameChoices(other.values, values) {
			f := failField(http.StatusConflict, "option_values", "Variant with the same option values set exists")
			f.code = 22010
			return f
		}
	}
	v.values = values
	return nil
}

// changeBase writes to the base variant of a simple product. The product's fields cannot be
// null: a null in a shared field puts it back to its default.
func (s *Store) changeBase(p *product, v *variant, body map[string]any, pr *problems) (side, f *failure) {
	v = &variant{id: v.id, f: slices.Clone(v.f)}
	if side, f = s.setVariant(p, v, body, updating, pr); f != nil {
		return nil, f
	}
	for _, name := range mirrored {
		if _, ok := body[name]; !ok {
			continue
		}
		text := variantFields.get(v.f, name)
		if name == "inventory_level" && p.f[pTracking] != `"product"` {
			continue
		}
		if text == textNull {
			text = productFields.fields[productFields.index[name]].def
			if text == "" {
				continue
			}
		}
		productFields.set(p.f, name, text)
	}
	p.base = v.f
	return side, nil
}

func deleteVariant(c *call) *reply {
	return c.editProductReply(func(p *product) (*reply, *failure) {
		at := slices.IndexFunc(p.variants, func(v *variant) bool { return v.id == c.ids[1] })
		if at < 0 {
			if p.variant(c.ids[1]) != nil {
				return nil, fail(http.StatusUnprocessableEntity, "The base variant of a product cannot be deleted")
			}
			return nil, notFound("variant", c.ids[1])
		}
		c.s.st.metafields.dropResource("variant", c.ids[1])
		p.variants = slices.Delete(p.variants, at, at+1)
		return noContent(), nil
	})
}

func setVariantImage(c *call) *reply {
	body, r := c.form()
	if r != nil {
		return r
	}
	url, _ := body["image_url"].(string)
	if file, ok := body["image_file"].(string); ok && url == "" {
		url = "https://cdn.example.com/s-" + c.s.opts.Hash + "/images/" + file
	}
	return c.editProduct(func(p *product) ([]byte, *failure) {
		if url == "" || !strings.Contains(url, "://") || c.s.imageFails(url) {
			return nil, badImage()
		}
		if _, f := c.changeVariant(p, c.ids[1], map[string]any{"image_url": url}); f != nil {
			return nil, f
		}
		return []byte(`{"image_url":` + quote(url) + `}`), nil
	})
}

// updateVariants is the batch PUT: 50 at most. With an id an item changes a variant, without it
// creates one of product_id, sku and option_values. One bad item refuses all.
func updateVariants(c *call) *reply {
	items, r := c.array()
	if r != nil {
		return r
	}
	if len(items) > maxVariantBatch {
		return tooMany("50").reply()
	}
	var errors [][]byte
	var undo []func()
	var done []owned
	for _, item := range items {
		body, ok := item.(map[string]any)
		if !ok {
			errors = append(errors, wrongJSON("error.expected.jsobject").body())
			continue
		}
		old, p, id, f := c.upsertVariant(body)
		if f != nil {
			if f.errors == nil {
				f.errors = map[string]string{"id": f.title}
			}
			errors = append(errors, f.body())
			continue
		}
		c.s.st.swap(old, p)
		undo = append(undo, func() { c.s.st.swap(p, old) })
		done = append(done, owned{p, &variant{id: id}})
	}
	if len(errors) > 0 {
		for _, back := range slices.Backward(undo) {
			back()
		}
		return batchErrors(errors)
	}
	data := []byte{'['}
	for i, o := range done {
		if i > 0 {
			data = append(data, ',')
		}
		p := c.s.st.findProduct(o.p.id)
		data = p.appendVariant(data, p.variant(o.v.id), nil)
	}
	return single(append(data, ']'))
}

func batchErrors(errors [][]byte) *reply {
	b := []byte(`{"batch_errors":[`)
	for i, e := range errors {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, e...)
	}
	return &reply{status: http.StatusUnprocessableEntity, body: append(b, `]}`...)}
}

// upsertVariant prepares one item of the batch; p replaces old if nothing is wrong.
func (c *call) upsertVariant(body map[string]any) (old, p *product, id int, f *failure) {
	id, hasID := wholeNumber(body["id"])
	parent, _ := wholeNumber(body["product_id"])
	if hasID {
		parent = c.s.st.variants[id]
	}
	if old = c.s.st.findProduct(parent); old == nil {
		if hasID {
			return nil, nil, 0, notFound("variant", id)
		}
		return nil, nil, 0, failField(http.StatusNotFound, "product_id", notFound("product", parent).title)
	}
	p = old.clone()
	var side *failure
	if hasID {
		side, f = c.changeVariant(p, id, body)
	} else {
		var pr problems
		var v *variant
		v, side, f = c.s.addVariant(p, body, false, &pr)
		if strict := c.strictFields(&pr); strict != nil {
			f = strict
		}
		if f == nil {
			id = v.id
		}
	}
	if f == nil && side != nil {
		side.status = http.StatusUnprocessableEntity // the batch has no 207
		f = side
	}
	if f != nil {
		return nil, nil, 0, f
	}
	p.f[pModified] = textTime(c.s.now())
	p.settle()
	return old, p, id, c.s.st.clash(p)
}
