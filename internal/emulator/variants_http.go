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
		data = c.s.appendVariant(data, p, v, m)
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
	return single(c.s.appendVariant(nil, p, v, c.maskWith(variantFields, "option_values", "id")))
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
		return saved(c.s.appendVariant(nil, p, v, nil), side), nil
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
		return saved(c.s.appendVariant(nil, p, p.variant(c.ids[1]), nil), side), nil
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
