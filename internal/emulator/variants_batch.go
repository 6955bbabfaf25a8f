package emulator

import (
	"net/http"
	"slices"
)

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
		c.s.note(old, p)
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
		data = c.s.appendVariant(data, p, p.variant(o.v.id), nil)
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
