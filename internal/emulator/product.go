package emulator

import (
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
)

// product is one product with everything that hangs on it. A product that the store holds is
// never changed: an update clones it, changes the clone and swaps the two.
type product struct {
	id        int
	f         row
	baseID    int // id of the base variant while the product is simple
	base      row // own fields of the base variant; nil = all default
	variants  []*variant
	options   []row // optionFields; values in optionValues
	values    map[int][]row
	modifiers []*modifier
	images    []row
	videos    []row
	fields    []row
	rules     []row
	reviews   []row
	channels  []int
	lag       []lagging // stock levels that reads still show; no part of snapshots
}

func (p *product) clone() *product {
	c := *p
	c.f = slices.Clone(p.f)
	c.base = slices.Clone(p.base)
	c.variants = slices.Clone(p.variants)
	c.options = slices.Clone(p.options)
	c.modifiers = slices.Clone(p.modifiers)
	c.images = slices.Clone(p.images)
	c.videos = slices.Clone(p.videos)
	c.fields = slices.Clone(p.fields)
	c.rules = slices.Clone(p.rules)
	c.reviews = slices.Clone(p.reviews)
	c.channels = slices.Clone(p.channels)
	c.values = make(map[int][]row, len(p.values))
	for id, list := range p.values {
		c.values[id] = slices.Clone(list)
	}
	return &c
}

func (p *product) simple() bool { return len(p.variants) == 0 }

// url gives the path of the product's page.
func (p *product) url() string {
	text := strings.TrimPrefix(p.f[pURL], urlOpen)
	if end := strings.LastIndex(text, urlMiddle); end >= 0 {
		return unquote(text[:end])
	}
	return ""
}

const (
	urlOpen   = `{"url":`
	urlMiddle = `,"is_customized":`
)

func urlText(url string, customized bool) string {
	return urlOpen + quote(url) + urlMiddle + textBool(customized) + `}`
}

// settle recomputes what the store derives: calculated price, stock of products tracked by
// variant, and the base variant's id.
func (p *product) settle() {
	p.f[pCalculated] = p.f[pPrice]
	if positive(p.f[pSalePrice]) {
		p.f[pCalculated] = p.f[pSalePrice]
	}
	if p.simple() {
		p.f[pBaseVariant] = textInt(p.baseID)
		return
	}
	p.f[pBaseVariant] = textNull
	if p.f[pTracking] == `"variant"` {
		sum := 0
		for _, v := range p.variants {
			sum += number(v.f[vInventory])
		}
		p.f[pInventory] = textInt(min(sum, maxInt32))
	}
}

// positive reports whether a number's text is above zero.
func positive(text string) bool {
	return text != "" && text != "0" && text != textNull && text[0] != '-'
}

// findProduct gives the product of that id, nil if there is none.
func (st *state) findProduct(id int) *product {
	if i, ok := st.productAt(id); ok {
		return st.products[i]
	}
	return nil
}

// productAt gives the position of the first product whose id is id or greater.
func (st *state) productAt(id int) (int, bool) {
	i := sort.Search(len(st.products), func(i int) bool { return st.products[i].id >= id })
	return i, i < len(st.products) && st.products[i].id == id
}

// keys of a product that must be unique in the store.
type productKeys struct {
	name, url string
	skus      map[string]skuOwner
	variants  []int
}

func (p *product) keys() productKeys {
	k := productKeys{name: fold(unquote(p.f[pName])), url: p.url(), skus: make(map[string]skuOwner, 1+len(p.variants))}
	if p.simple() && p.baseID != 0 {
		k.variants = append(k.variants, p.baseID)
	}
	for _, v := range p.variants {
		if sku := fold(unquote(v.f[vSKU])); sku != "" {
			k.skus[sku] = skuOwner{p.id, v.id}
		}
		k.variants = append(k.variants, v.id)
	}
	if sku := fold(unquote(p.f[pSKU])); sku != "" {
		k.skus[sku] = skuOwner{p.id, 0}
	}
	return k
}

// clash says why p cannot stand in the store in place of old (nil for a new one).
func (st *state) clash(p *product) *failure {
	if id, ok := st.names[fold(unquote(p.f[pName]))]; ok && id != p.id {
		return failField(http.StatusConflict, "name", "The product name is a duplicate")
	}
	times := make(map[string]int, 1+len(p.variants))
	own := fold(unquote(p.f[pSKU]))
	times[own]++
	for _, v := range p.variants {
		times[fold(unquote(v.f[vSKU]))]++
	}
	// taken blames the one of several that did not carry the SKU before.
	taken := func(sku string, by skuOwner) bool {
		owner, known := st.skus[sku]
		return sku != "" && (known && owner.product != p.id || times[sku] > 1 && owner != by)
	}
	for _, v := range p.variants {
		if sku := unquote(v.f[vSKU]); taken(fold(sku), skuOwner{p.id, v.id}) {
			f := failField(http.StatusConflict, "sku", "Sku "+sku+" is not unique")
			f.code = 22003
			return f
		}
	}
	if taken(own, skuOwner{p.id, 0}) {
		return failField(http.StatusConflict, "sku", "The product sku is a duplicate")
	}
	return nil
}

// swap puts p in the place of old: old nil inserts, p nil removes. Uniqueness is judged before.
func (st *state) swap(old, p *product) {
	st.rev++
	if old != nil {
		k := old.keys()
		delete(st.names, k.name)
		delete(st.urls, k.url)
		for sku := range k.skus {
			delete(st.skus, sku)
		}
		for _, id := range k.variants {
			delete(st.variants, id)
		}
	}
	if p != nil {
		k := p.keys()
		st.names[k.name] = p.id
		st.urls[k.url] = p.id
		for sku, owner := range k.skus {
			st.skus[sku] = owner
		}
		for _, id := range k.variants {
			st.variants[id] = p.id
		}
	}
	switch {
	case old == nil:
		i, _ := st.productAt(p.id)
		st.products = slices.Insert(st.products, i, p)
	case p == nil:
		i, _ := st.productAt(old.id)
		st.products = slices.Delete(st.products, i, i+1)
	default:
		i, _ := st.productAt(p.id)
		st.products[i] = p
	}
}

// slug gives the URL path that the store makes of a name.
func slug(name string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(name) {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r > unicode.MaxASCII && unicode.IsLetter(r) {
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			if b.Len() < 200 {
				b.WriteRune(r)
			}
			continue
		}
		dash = true
	}
	if b.Len() == 0 {
		return "item"
	}
	return b.String()
}

// freeURL makes a path for name that no product has.
func (st *state) freeURL(name string, id int) string {
	base := "/" + slug(name)
	url := base + "/"
	for n := 1; ; n++ {
		if owner, ok := st.urls[url]; !ok || owner == id {
			return url
		}
		if n > 20 {
			n += id
		}
		url = base + "-" + strconv.Itoa(n) + "/"
	}
}
