package emulator

import (
	"net/http"
	"slices"
)

func createProduct(c *call) *reply {
	body, r := c.object()
	if r != nil {
		return r
	}
	var pr problems
	w, f := c.s.buildProduct(body, &pr)
	if r := c.strictBody(&pr); r != nil {
		return r
	}
	if f != nil {
		return f.reply()
	}
	w.store(nil)
	data := w.s.appendProduct(nil, w.p, c.mask(productFields, "id"), []string{
		"bulk_pricing_rules", "custom_fields", "images", "modifiers", "options", "variants", "videos",
	})
	if w.side != nil {
		return partly(slices.Concat([]byte{'['}, data, []byte{']'}), w.side)
	}
	return single(data)
}

func updateProduct(c *call) *reply {
	old := c.s.st.findProduct(c.ids[0])
	if old == nil {
		return notFound("product", c.ids[0]).reply()
	}
	body, r := c.object()
	if r != nil {
		return r
	}
	var pr problems
	w, f := c.s.changeProduct(old, body, &pr)
	if r := c.strictBody(&pr); r != nil {
		return r
	}
	if f != nil {
		return f.reply()
	}
	w.store(old)
	data := c.s.appendProduct(nil, w.p, c.mask(productFields, "id"), c.includes("bulk_pricing_rules", "custom_fields", "images"))
	if w.side != nil {
		return partly(data, w.side)
	}
	if c.s.opts.ProductPut201 {
		return created(single(data))
	}
	return single(data)
}

func tooMany(limit string) *failure {
	return fail(http.StatusRequestEntityTooLarge,
		"The request payload is too large. The maximum items allowed in the array is "+limit+".")
}

// updateProducts is the batch PUT: 1 to 10 products, each with its id. One bad item refuses the
// whole batch without naming it; PartialBatch keeps the items before it.
func updateProducts(c *call) *reply {
	items, r := c.array()
	if r != nil {
		return r
	}
	if len(items) > maxProductBatch {
		return tooMany("10").reply()
	}
	if len(items) == 0 {
		return failField(http.StatusUnprocessableEntity, "products", "The array must have at least one item").reply()
	}
	var side *failure
	var undo []func()
	var done []int
	brands := len(c.s.st.brands)
	for _, item := range items {
		w, old, f := c.changeItem(item)
		if f != nil {
			if !c.s.opts.PartialBatch {
				for _, back := range slices.Backward(undo) {
					back()
				}
				c.s.st.brands = c.s.st.brands[:brands]
			}
			return f.reply()
		}
		w.store(old)
		undo = append(undo, func() { c.s.st.swap(w.p, old) })
		done = append(done, w.p.id)
		if w.side != nil {
			side = w.side
		}
	}
	data := []byte{'['}
	m := c.mask(productFields, "id")
	for i, id := range done {
		if i > 0 {
			data = append(data, ',')
		}
		data = c.s.appendProduct(data, c.s.st.findProduct(id), m, []string{"bulk_pricing_rules", "custom_fields", "images"})
	}
	data = append(data, ']')
	if side != nil {
		return partly(data, side)
	}
	return single(data)
}

// changeItem prepares one item of the batch PUT.
func (c *call) changeItem(item any) (*writing, *product, *failure) {
	body, ok := item.(map[string]any)
	if !ok {
		return nil, nil, &failure{
			status: http.StatusUnprocessableEntity, title: "JSON data is missing or invalid",
			errors: map[string]string{"product": "error.expected.jsobject"},
		}
	}
	id, ok := wholeNumber(body["id"])
	if !ok && c.s.opts.BatchCreates {
		var pr problems
		w, f := c.s.buildProduct(body, &pr)
		if f == nil {
			f = c.strictFields(&pr)
		}
		return w, nil, f
	}
	if !ok {
		var pr problems
		productFields.patch(productFields.new(), body, creating, &pr, productParts...)
		pr.typed, pr.invalid = nil, nil
		if len(pr.missing) == 0 {
			pr.add(&pr.missing, "id", "Please provide an id.")
		}
		return nil, nil, pr.failure()
	}
	old := c.s.st.findProduct(id)
	if old == nil {
		return nil, nil, notFound("product", id)
	}
	var pr problems
	w, f := c.s.changeProduct(old, body, &pr)
	if f == nil {
		f = c.strictFields(&pr)
	}
	return w, old, f
}

func getProduct(c *call) *reply {
	p := c.s.st.findProduct(c.ids[0])
	if p == nil {
		return notFound("product", c.ids[0]).reply()
	}
	return single(c.s.appendProduct(nil, p, c.mask(productFields, "id"), c.includes()))
}

func deleteProduct(c *call) *reply {
	p := c.s.st.findProduct(c.ids[0])
	if p == nil {
		return notFound("product", c.ids[0]).reply()
	}
	c.s.st.remove(p)
	return noContent()
}

// remove takes a product out of the store with what other tables keep of it.
func (st *state) remove(p *product) {
	st.swap(p, nil)
	st.metafields.dropResource("product", p.id)
	for _, v := range p.variants {
		st.metafields.dropResource("variant", v.id)
	}
}
