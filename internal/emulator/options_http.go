package emulator

import (
	"net/http"
	"slices"
	"strings"
)

const maxOptionValues = 250

func optionRoutes() []routeEntry {
	return []routeEntry{
		at("v3/catalog/products/{}/options", map[string]*endpoint{
			"GET":  {run: listOptions, query: names(pageNames, fieldNames)},
			"POST": {run: createOption},
		}),
		at("v3/catalog/products/{}/options/{}", map[string]*endpoint{
			"GET":    {run: getOption, query: fieldNames},
			"PUT":    {run: updateOption},
			"DELETE": {run: deleteOption},
		}),
		at("v3/catalog/products/{}/options/{}/values", map[string]*endpoint{
			"GET":  {run: listValues, query: names(pageNames, fieldNames)},
			"POST": {run: createValue},
		}),
		at("v3/catalog/products/{}/options/{}/values/{}", map[string]*endpoint{
			"GET":    {run: getValue, query: fieldNames},
			"PUT":    {run: updateValue},
			"DELETE": {run: deleteValue},
		}),
	}
}

func listOptions(c *call) *reply {
	p := c.s.st.findProduct(c.ids[0])
	if p == nil {
		return notFound("product", c.ids[0]).reply()
	}
	w, r := c.window()
	if r != nil {
		return r
	}
	m := c.maskWith(optionFields, "option_values", "id")
	from, to := w.bounds(len(p.options))
	data := []byte{'['}
	for i, o := range p.options[from:to] {
		if i > 0 {
			data = append(data, ',')
		}
		data = p.appendOption(data, o, m)
	}
	return c.listed(append(data, ']'), to-from, len(p.options), w)
}

// optionOf gives the product and option that the path names.
func (c *call) optionOf() (*product, row, *failure) {
	p := c.s.st.findProduct(c.ids[0])
	if p == nil {
		return nil, nil, notFound("product", c.ids[0])
	}
	o := p.option(c.ids[1])
	if o == nil {
		return nil, nil, notFound("product option", c.ids[1])
	}
	return p, o, nil
}

func getOption(c *call) *reply {
	p, o, f := c.optionOf()
	if f != nil {
		return f.reply()
	}
	return single(p.appendOption(nil, o, c.maskWith(optionFields, "option_values", "id")))
}

func createOption(c *call) *reply {
	return c.writeOption(func(p *product, body map[string]any, pr *problems) (row, *failure) {
		o := optionFields.new()
		optionFields.patch(o, body, creating, pr, "option_values", "image_url", "product_id", "name")
		if list, ok := body["option_values"].([]any); !ok || len(list) == 0 {
			pr.add(&pr.missing, "option_values", "Please provide option_values.")
		}
		if f := pr.failure(); f != nil {
			return nil, f
		}
		o[0] = textInt(c.s.st.next("option"))
		optionFields.set(o, "product_id", textInt(p.id))
		nameOption(o)
		p.options = append(p.options, o)
		return o, nil
	})
}

func updateOption(c *call) *reply {
	return c.writeOption(func(p *product, body map[string]any, pr *problems) (row, *failure) {
		at := slices.IndexFunc(p.options, func(o row) bool { return number(o[0]) == c.ids[1] })
		if at < 0 {
			return nil, notFound("product option", c.ids[1])
		}
		o := slices.Clone(p.options[at])
		optionFields.patch(o, body, updating, pr, "option_values", "image_url", "product_id", "name", "id")
		p.options[at] = o
		return o, pr.failure()
	})
}

// writeOption takes a body's option_values after write has placed the option itself.
func (c *call) writeOption(write func(*product, map[string]any, *problems) (row, *failure)) *reply {
	body, r := c.object()
	if r != nil {
		return r
	}
	return c.editProduct(func(p *product) ([]byte, *failure) {
		var pr problems
		o, f := write(p, body, &pr)
		if f != nil {
			return nil, f
		}
		for _, other := range p.options {
			if other[0] != o[0] && strings.EqualFold(optionFields.str(other, "display_name"), optionFields.str(o, "display_name")) {
				return nil, failField(http.StatusConflict, "display_name", "The product option display name is a duplicate")
			}
		}
		list, _ := body["option_values"].([]any)
		for _, item := range list {
			v, ok := item.(map[string]any)
			if !ok {
				return nil, wrongJSON("error.expected.jsobject")
			}
			id, _ := wholeNumber(v["id"])
			if _, f := c.s.putValue(p, number(o[0]), id, v, &pr); f != nil {
				return nil, f
			}
		}
		if strict := c.strictFields(&pr); strict != nil {
			return nil, strict
		}
		dst := optionFields.open(nil, o, nil)
		dst = append(dst, `,"option_values":[`...)
		for i, v := range p.values[number(o[0])] {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendValue(dst, v)
		}
		return append(dst, `]}`...), nil
	})
}

// appendValue leaves out an empty value_data, which answers to writes may not carry as null.
func appendValue(dst []byte, v row) []byte {
	if valueFields.get(v, "value_data") != textNull {
		return valueFields.append(dst, v, nil)
	}
	return valueFields.append(dst, v, valueFields.mask(nil, []string{"value_data"}))
}

// putValue adds a value to an option of p (id 0), or changes the one of that id. p is the caller's own.
func (s *Store) putValue(p *product, option, id int, body map[string]any, pr *problems) (row, *failure) {
	values := p.values[option]
	m, at := creating, len(values)
	v := valueFields.new()
	if id != 0 {
		m = updating
		if at = slices.IndexFunc(values, func(v row) bool { return number(v[0]) == id }); at < 0 {
			return nil, notFound("product option value", id)
		}
		v = slices.Clone(values[at])
	}
	valueFields.patch(v, body, m, pr, "id")
	if f := pr.failure(); f != nil {
		return nil, f
	}
	for _, other := range values {
		if number(other[0]) != id && strings.EqualFold(valueFields.str(other, "label"), valueFields.str(v, "label")) {
			return nil, failField(http.StatusConflict, "label", "The option value label is a duplicate")
		}
	}
	if id != 0 {
		values[at] = v
		return v, nil
	}
	if len(values) >= maxOptionValues {
		return nil, failField(http.StatusUnprocessableEntity, "option_values", "An option can have at most 250 values")
	}
	v[0] = textInt(s.st.next("value"))
	p.values[option] = append(values, v)
	return v, nil
}

// deleteOption takes the variants that use the option with it.
func deleteOption(c *call) *reply {
	return c.editProductReply(func(p *product) (*reply, *failure) {
		at := slices.IndexFunc(p.options, func(o row) bool { return number(o[0]) == c.ids[1] })
		if at < 0 {
			return nil, notFound("product option", c.ids[1])
		}
		p.options = slices.Delete(p.options, at, at+1)
		delete(p.values, c.ids[1])
		p.variants = slices.DeleteFunc(p.variants, func(v *variant) bool {
			return slices.ContainsFunc(v.values, func(ch choice) bool { return ch.option == c.ids[1] })
		})
		return noContent(), nil
	})
}

func listValues(c *call) *reply {
	p, _, f := c.optionOf()
	if f != nil {
		return f.reply()
	}
	return c.rowList(valueFields, p.values[c.ids[1]], "id")
}

func getValue(c *call) *reply {
	p, _, f := c.optionOf()
	if f != nil {
		return f.reply()
	}
	for _, v := range p.values[c.ids[1]] {
		if number(v[0]) == c.ids[2] {
			return single(valueFields.append(nil, v, c.mask(valueFields, "id")))
		}
	}
	return notFound("product option value", c.ids[2]).reply()
}

func createValue(c *call) *reply { return c.writeValue(0) }

func updateValue(c *call) *reply { return c.writeValue(c.ids[2]) }

func (c *call) writeValue(id int) *reply {
	if _, _, f := c.optionOf(); f != nil {
		return f.reply()
	}
	body, r := c.object()
	if r != nil {
		return r
	}
	return c.editProduct(func(p *product) ([]byte, *failure) {
		var pr problems
		v, f := c.s.putValue(p, c.ids[1], id, body, &pr)
		if strict := c.strictFields(&pr); strict != nil {
			f = strict
		}
		if f != nil {
			return nil, f
		}
		return appendValue(nil, v), nil
	})
}

func deleteValue(c *call) *reply {
	if _, _, f := c.optionOf(); f != nil {
		return f.reply()
	}
	return c.editProductReply(func(p *product) (*reply, *failure) {
		values := p.values[c.ids[1]]
		at := slices.IndexFunc(values, func(v row) bool { return number(v[0]) == c.ids[2] })
		if at < 0 {
			return nil, notFound("product option value", c.ids[2])
		}
		if slices.ContainsFunc(p.variants, func(v *variant) bool { return slices.Contains(v.values, choice{c.ids[1], c.ids[2]}) }) {
			return nil, failField(http.StatusConflict, "id", "The option value is used by a variant")
		}
		p.values[c.ids[1]] = slices.Delete(values, at, at+1)
		return noContent(), nil
	})
}
