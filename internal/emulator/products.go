package emulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

const maxProductBatch = 10

// writing is one product on its way into the store.
type writing struct {
	s       *Store
	p       *product
	side    *failure // a side part that could not be saved; the answer is then a 207
	brandIn string   // brand to create when the product is stored
}

// buildProduct makes a new product of a POST body.
func (s *Store) buildProduct(body map[string]any, pr *problems) (*writing, *failure) {
	if body["type"] == "digital" && !s.opts.WeightRequired {
		if _, ok := body["weight"]; !ok {
			body = maps.Clone(body)
			body["weight"] = 0
		}
	}
	p := &product{f: productFields.new(), channels: []int{1}, values: map[int][]row{}}
	productFields.patch(p.f, body, creating, pr, productParts...)
	if f := pr.failure(); f != nil {
		return nil, f
	}
	p.id = s.st.next("product")
	p.baseID = s.st.next("variant")
	p.f[pID] = textInt(p.id)
	now := textTime(s.now())
	p.f[pCreated], p.f[pModified] = now, now
	w := &writing{s: s, p: p}
	if f := w.finish(nil, body, pr); f != nil {
		return nil, f
	}
	return w, nil
}

// changeProduct applies a PUT body to a clone of old.
func (s *Store) changeProduct(old *product, body map[string]any, pr *problems) (*writing, *failure) {
	p := old.clone()
	productFields.patch(p.f, body, updating, pr, append(slices.Clone(productParts), "id")...)
	if f := pr.failure(); f != nil {
		return nil, f
	}
	if s.opts.TypeFixed && productFields.get(p.f, "type") != productFields.get(old.f, "type") {
		return nil, failField(http.StatusUnprocessableEntity, "type", "The type of a product cannot be changed")
	}
	p.f[pModified] = textTime(s.now())
	w := &writing{s: s, p: p}
	if f := w.finish(old, body, pr); f != nil {
		return nil, f
	}
	return w, nil
}

// finish applies the rules between fields, the references and the sub-resources of a body.
func (w *writing) finish(old *product, body map[string]any, pr *problems) *failure {
	p := w.p
	for _, step := range []func(*product, map[string]any, *problems) *failure{
		w.references, w.hiding, w.inventory, w.parts,
	} {
		if f := step(old, body, pr); f != nil {
			return f
		}
	}
	if f := pr.failure(); f != nil {
		return f
	}
	if f := w.setURL(old, body); f != nil {
		return f
	}
	p.settle()
	return w.s.st.clash(p)
}

// references checks that categories and the brand exist, and resolves brand_name.
func (w *writing) references(_ *product, body map[string]any, pr *problems) *failure {
	if _, ok := body["categories"]; ok {
		list := ints(w.p.f[pCategories])
		seen := list[:0:0]
		for _, id := range list {
			if w.s.st.category(id) == nil {
				return failField(http.StatusConflict, "categories", "One or more of the categories do not exist")
			}
			if !slices.Contains(seen, id) {
				seen = append(seen, id)
			}
		}
		w.p.f[pCategories] = textInts(seen)
	}
	if _, ok := body["brand_id"]; ok {
		if id := number(w.p.f[pBrand]); id != 0 && w.s.st.brand(id) == nil {
			return failField(http.StatusConflict, "brand_id", "The brand does not exist")
		}
		return nil
	}
	v, ok := body["brand_name"]
	if !ok {
		return nil
	}
	name, isString := v.(string)
	if name = strings.TrimSpace(name); !isString || name == "" {
		if !isString {
			pr.add(&pr.typed, "brand_name", "error.expected.jsstring")
		}
		return nil
	}
	if id := w.s.st.brandNamed(name); id != 0 {
		w.p.f[pBrand] = textInt(id)
		return nil
	}
	if len([]rune(name)) > 255 {
		pr.add(&pr.invalid, "brand_name", "brand_name must have a length between 1 and 255")
		return nil
	}
	w.brandIn = name
	return nil
}

// hiding holds the rule that a price can be hidden only while the product is disabled.
func (w *writing) hiding(_ *product, body map[string]any, pr *problems) *failure {
	f := w.p.f
	if productFields.get(f, "availability") == `"disabled"` {
		return nil
	}
	if productFields.get(f, "is_price_hidden") == textTrue {
		if _, ok := body["is_price_hidden"]; ok {
			pr.add(&pr.invalid, "is_price_hidden", "is_price_hidden can be true only if availability is disabled")
			return nil
		}
		productFields.set(f, "is_price_hidden", textFalse)
	}
	if productFields.get(f, "price_hidden_label") != textEmpty {
		if _, ok := body["price_hidden_label"]; ok {
			pr.add(&pr.invalid, "price_hidden_label", "price_hidden_label can be set only if availability is disabled")
			return nil
		}
		productFields.set(f, "price_hidden_label", textEmpty)
	}
	return nil
}

// inventory takes a new stock level only where the product itself is tracked; a level below
// zero saves all but the stock.
func (w *writing) inventory(old *product, body map[string]any, _ *problems) *failure {
	if _, ok := body["inventory_level"]; !ok {
		return nil
	}
	before := "0"
	if old != nil {
		before = old.f[pInventory]
	}
	level := w.p.f[pInventory]
	switch {
	case level[0] == '-' && w.s.opts.NegativeStock422:
		return failField(http.StatusUnprocessableEntity, "inventory_level", "inventory_level must not be negative")
	case level[0] == '-':
		w.p.f[pInventory] = before
		w.side = failField(http.StatusMultiStatus, "inventory_level", "The inventory of one or more products could not be updated")
	case w.p.f[pTracking] != `"product"`:
		w.p.f[pInventory] = before
	}
	return nil
}

// setURL takes the page's path: a clash is a 409 on creation, a 207 on update, or with URLClashSwapped the other way round.
func (w *writing) setURL(old *product, body map[string]any) *failure {
	p := w.p
	v, ok := body["custom_url"]
	if !ok || v == nil {
		if old == nil {
			p.f[pURL] = urlText(w.s.st.freeURL(unquote(p.f[pName]), p.id), false)
		}
		return nil
	}
	o, ok := v.(map[string]any)
	if !ok {
		return &failure{status: http.StatusUnprocessableEntity, title: "JSON data is missing or invalid", errors: map[string]string{"custom_url": "error.expected.jsobject"}}
	}
	url, _ := o["url"].(string)
	if url == "" || len(url) > 255 {
		return &failure{
			status: http.StatusUnprocessableEntity, title: "Invalid field(s): custom_url",
			errors: map[string]string{"custom_url": "url must have a length between 1 and 255"},
		}
	}
	customized := true
	if b, ok := o["is_customized"].(bool); ok {
		customized = b
	}
	if owner, ok := w.s.st.urls[url]; ok && owner != p.id {
		if (old == nil) != w.s.opts.URLClashSwapped {
			return failField(http.StatusConflict, "custom_url", "The product url is a duplicate")
		}
		if old == nil {
			p.f[pURL] = urlText(w.s.st.freeURL(unquote(p.f[pName]), p.id), false)
		}
		w.side = failField(http.StatusMultiStatus, "custom_url", "The product url is a duplicate")
		return nil
	}
	p.f[pURL] = urlText(url, customized)
	return nil
}

// store puts the finished product in the place of old and creates the brand it names.
func (w *writing) store(old *product) {
	if w.brandIn != "" {
		id := w.s.st.brandNamed(w.brandIn) // an earlier item of the batch may have made it
		if id == 0 {
			id = w.s.st.addBrand(w.brandIn)
		}
		w.p.f[pBrand] = textInt(id)
	}
	w.s.note(old, w.p)
	w.s.st.swap(old, w.p)
}
