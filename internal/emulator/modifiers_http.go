package emulator

import (
	"net/http"
	"slices"
	"strings"
)

func modifierRoutes() []routeEntry {
	return []routeEntry{
		at("v3/catalog/products/{}/modifiers", map[string]*endpoint{
			"GET":  {run: listModifiers, query: names(pageNames, fieldNames)},
			"POST": {run: createModifier},
		}),
		at("v3/catalog/products/{}/modifiers/{}", map[string]*endpoint{
			"GET":    {run: getModifier, query: fieldNames},
			"PUT":    {run: updateModifier},
			"DELETE": {run: deleteModifier},
		}),
		at("v3/catalog/products/{}/modifiers/{}/values", map[string]*endpoint{
			"GET": {run: listModifierValues, query: names(pageNames, fieldNames)},
		}),
		at("v3/catalog/products/{}/modifiers/{}/values/{}", map[string]*endpoint{
			"GET": {run: getModifierValue, query: fieldNames},
		}),
	}
}

func listModifiers(c *call) *reply {
	p := c.s.st.findProduct(c.ids[0])
	if p == nil {
		return notFound("product", c.ids[0]).reply()
	}
	w, r := c.window()
	if r != nil {
		return r
	}
	sel := c.maskWith(modifierFields, "option_values", "id")
	from, to := w.bounds(len(p.modifiers))
	data := []byte{'['}
	for i, m := range p.modifiers[from:to] {
		if i > 0 {
			data = append(data, ',')
		}
		data = m.append(data, sel)
	}
	return c.listed(append(data, ']'), to-from, len(p.modifiers), w)
}

func (p *product) modifierAt(id int) int {
	return slices.IndexFunc(p.modifiers, func(m *modifier) bool { return number(m.f[0]) == id })
}

// modifierOf gives the modifier that the path names.
func (c *call) modifierOf() (*modifier, *failure) {
	p := c.s.st.findProduct(c.ids[0])
	if p == nil {
		return nil, notFound("product", c.ids[0])
	}
	at := p.modifierAt(c.ids[1])
	if at < 0 {
		return nil, notFound("product modifier", c.ids[1])
	}
	return p.modifiers[at], nil
}

func getModifier(c *call) *reply {
	m, f := c.modifierOf()
	if f != nil {
		return f.reply()
	}
	return single(m.append(nil, c.maskWith(modifierFields, "option_values", "id")))
}

func createModifier(c *call) *reply { return c.writeModifier(0) }

func updateModifier(c *call) *reply { return c.writeModifier(c.ids[1]) }

func (c *call) writeModifier(id int) *reply {
	body, r := c.object()
	if r != nil {
		return r
	}
	return c.editProduct(func(p *product) ([]byte, *failure) {
		var pr problems
		m, f := c.s.putModifier(p, id, body, &pr)
		if strict := c.strictFields(&pr); strict != nil {
			f = strict
		}
		if f != nil {
			return nil, f
		}
		return m.append(nil, nil), nil
	})
}

// putModifier adds a modifier to p (id 0), or changes the one of that id. p is the caller's own.
func (s *Store) putModifier(p *product, id int, body map[string]any, pr *problems) (*modifier, *failure) {
	m, md := &modifier{f: modifierFields.new()}, creating
	at := len(p.modifiers)
	if id != 0 {
		if at = p.modifierAt(id); at < 0 {
			return nil, notFound("product modifier", id)
		}
		md = updating
		m = &modifier{f: slices.Clone(p.modifiers[at].f), values: slices.Clone(p.modifiers[at].values)}
	}
	modifierFields.patch(m.f, body, md, pr, "option_values", "id", "product_id", "name")
	if f := pr.failure(); f != nil {
		return nil, f
	}
	for i, other := range p.modifiers {
		if i != at && strings.EqualFold(modifierFields.str(other.f, "display_name"), modifierFields.str(m.f, "display_name")) {
			return nil, failField(http.StatusConflict, "display_name", "The product modifier display name is a duplicate")
		}
	}
	if id == 0 {
		m.f[0] = textInt(s.st.next("option"))
		modifierFields.set(m.f, "product_id", textInt(p.id))
		modifierFields.set(m.f, "name", quote(modifierFields.str(m.f, "display_name")+m.f[0]))
		p.modifiers = append(p.modifiers, m)
	} else {
		p.modifiers[at] = m
	}
	list, _ := body["option_values"].([]any)
	if len(list) == 0 && len(m.values) == 0 && modifierFields.str(m.f, "type") == "checkbox" {
		list = []any{
			map[string]any{"label": "Yes", "sort_order": 0, "value_data": map[string]any{"checked_value": true}},
			map[string]any{"label": "No", "sort_order": 1, "value_data": map[string]any{"checked_value": false}},
		}
	}
	for _, item := range list {
		o, ok := item.(map[string]any)
		if !ok {
			return nil, wrongJSON("error.expected.jsobject")
		}
		if f := s.putModifierValue(m, o, pr); f != nil {
			return nil, f
		}
	}
	return m, nil
}

func (s *Store) putModifierValue(m *modifier, body map[string]any, pr *problems) *failure {
	v := modifierValueFields.new()
	at := -1
	if id, ok := wholeNumber(body["id"]); ok {
		at = slices.IndexFunc(m.values, func(v row) bool { return number(v[0]) == id })
	}
	md := creating
	if at >= 0 {
		v, md = slices.Clone(m.values[at]), updating
	}
	modifierValueFields.patch(v, body, md, pr, "id", "option_id")
	if f := pr.failure(); f != nil {
		return f
	}
	if at >= 0 {
		m.values[at] = v
		return nil
	}
	v[0], v[1] = textInt(s.st.next("value")), m.f[0]
	m.values = append(m.values, v)
	return nil
}

func deleteModifier(c *call) *reply {
	return c.editProductReply(func(p *product) (*reply, *failure) {
		at := p.modifierAt(c.ids[1])
		if at < 0 {
			return nil, notFound("product modifier", c.ids[1])
		}
		p.modifiers = slices.Delete(p.modifiers, at, at+1)
		return noContent(), nil
	})
}

func listModifierValues(c *call) *reply {
	m, f := c.modifierOf()
	if f != nil {
		return f.reply()
	}
	return c.rowList(modifierValueFields, m.values, "id")
}

func getModifierValue(c *call) *reply {
	m, f := c.modifierOf()
	if f != nil {
		return f.reply()
	}
	for _, v := range m.values {
		if number(v[0]) == c.ids[2] {
			return single(modifierValueFields.append(nil, v, c.mask(modifierValueFields, "id")))
		}
	}
	return notFound("modifier value", c.ids[2]).reply()
}
