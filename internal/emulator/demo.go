package emulator

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Demo asks for demo data: a general store's catalogue, the same for the same numbers and clock.
type Demo struct {
	Products int   // default 300
	Orders   int   // default 400, at most a million, over the three years before now; negative = none
	Coupons  int   // default 25; negative = none
	Seed     int64 // any number

	Promotions int // default 4, of four kinds in turn; negative = none
}

// Seed fills the store with demo data: categories, brands and products, about a quarter of them
// with variants, coupons, promotions with codes, orders and their customers. Names and SKUs stay unique at any size. It adds to what is
// there, around names and SKUs that are taken. Orders are made when the first of them is needed.
func (s *Store) Seed(d Demo) {
	if d.Products <= 0 {
		d.Products = 300
	}
	g := &demoMaker{
		s: s, rng: rand.New(rand.NewPCG(uint64(d.Seed), 20)), names: map[string]int{},
		categories: map[string]int{}, brands: map[string]int{},
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range shelves {
		g.furnish(&shelves[i])
	}
	start := s.now().Add(-time.Duration(d.Products) * time.Hour).Truncate(time.Second)
	first := s.st.last["product"] + 1
	for i := range d.Products {
		g.product(first+i, start.Add(time.Duration(i)*time.Hour))
	}
	if n := orDefault(d.Coupons, 25); n > 0 {
		g.seedCoupons(n)
	}
	if n := orDefault(d.Orders, 400); n > 0 {
		g.planOrders(n, d.Seed)
		g.seedCustomers()
	}
	if n := orDefault(d.Promotions, 4); n > 0 {
		g.seedPromotions(n)
	}
}

func orDefault(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}

type demoMaker struct {
	s          *Store
	rng        *rand.Rand
	names      map[string]int // how often a name was drawn
	categories map[string]int // id by path
	brands     map[string]int
}

func (g *demoMaker) furnish(sh *shelf) {
	st := &g.s.st
	for i, path := range sh.categories {
		parent, name := 0, path
		if cut := strings.LastIndex(path, ">"); cut >= 0 {
			parent, name = g.categories[path[:cut]], path[cut+1:]
		}
		if id := st.childNamed(parent, name); id != 0 {
			g.categories[path] = id
			continue
		}
		r := categoryFields.new()
		categoryFields.set(r, "parent_id", textInt(parent))
		categoryFields.set(r, "tree_id", "1")
		categoryFields.set(r, "name", quote(name))
		categoryFields.set(r, "sort_order", textInt(i))
		categoryFields.set(r, "description", quote("<p>"+name+"</p>"))
		g.categories[path] = st.addCategory(r)
	}
	for _, name := range sh.brands {
		if g.brands[name] = st.brandNamed(name); g.brands[name] == 0 {
			g.brands[name] = st.addBrand(name)
		}
	}
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// chance is true in p of 100 cases.
func (g *demoMaker) chance(p int) bool { return g.rng.IntN(100) < p }

// name draws a name; one that was drawn before gets a number.
func (g *demoMaker) name(sh *shelf) string {
	name := pick(g.rng, sh.first) + " " + pick(g.rng, sh.second) + ", " + pick(g.rng, sh.third)
	for free := name; ; free = fmt.Sprintf("%s (%d)", name, g.names[name]) {
		g.names[name]++
		if _, taken := g.s.st.names[fold(free)]; !taken {
			return free
		}
	}
}

// sku gives a code that neither a product nor, with "-01" behind it, a variant has.
func (g *demoMaker) sku(sh *shelf, n int) string {
	sku := fmt.Sprintf("%s-%05d", sh.code, n)
	if sh.code == "0" {
		sku = fmt.Sprintf("%07d", n) // codes with leading zeros
	}
	for free := sku; ; free += "D" {
		_, product := g.s.st.skus[fold(free)]
		_, variant := g.s.st.skus[fold(free+"-01")]
		if !product && !variant {
			return free
		}
	}
}

// childNamed gives the id of the category of that name under a parent in the first tree, 0 if none.
func (st *state) childNamed(parent int, name string) int {
	for _, r := range st.categories {
		if categoryFields.int(r, "tree_id") == 1 && categoryFields.int(r, "parent_id") == parent &&
			fold(categoryFields.str(r, "name")) == fold(name) {
			return number(r[0])
		}
	}
	return 0
}

func cents(n int) json.Number { return json.Number(fmt.Sprintf("%d.%02d", n/100, n%100)) }

func (g *demoMaker) product(n int, created time.Time) {
	sh := &shelves[(n-1)%len(shelves)]
	name := g.name(sh)
	sku := g.sku(sh, n)
	brand := pick(g.rng, sh.brands)
	price := sh.low + g.rng.IntN(sh.high-sh.low)/10*10
	if g.chance(60) {
		price = price/100*100 + 99
	}
	path := pick(g.rng, sh.categories)
	body := map[string]any{
		"name": name, "type": "physical", "sku": sku, "price": cents(price),
		"weight":     json.Number(fmt.Sprintf("%d.%03d", g.rng.IntN(4), g.rng.IntN(1000))),
		"cost_price": json.Number(fmt.Sprintf("%d.%04d", price/200, g.rng.IntN(10000))),
		"categories": g.shelve(path), "brand_id": g.brands[brand],
		"description":     strings.NewReplacer("{name}", escapeHTML(name), "{brand}", escapeHTML(brand)).Replace(sh.story),
		"upc":             g.upc(n),
		"custom_fields":   g.customFields(sh),
		"images":          g.images(name, n),
		"page_title":      name + " | " + brand,
		"meta_keywords":   []any{strings.ToLower(brand), sh.unit, path[strings.LastIndex(path, ">")+1:]},
		"search_keywords": sh.unit + ", " + strings.ToLower(name),
		"mpn":             fmt.Sprintf("M%d-%03d", n, g.rng.IntN(1000)),
		"sort_order":      g.rng.IntN(20),
	}
	g.extras(body, sh, price)
	if g.chance(25) && body["type"] == "physical" {
		body["inventory_tracking"] = "variant"
		body["variants"] = g.variants(sh, n, sku, price)
		delete(body, "inventory_level")
	}
	g.add(body, created)
}

// extras spreads what only some products have.
func (g *demoMaker) extras(body map[string]any, sh *shelf, price int) {
	if g.chance(75) {
		body["inventory_tracking"] = "product"
		body["inventory_level"] = g.rng.IntN(250)
		body["inventory_warning_level"] = g.rng.IntN(10)
	}
	if g.chance(20) {
		body["sale_price"] = cents(price * 80 / 100)
	}
	if g.chance(30) {
		body["retail_price"] = cents(price * 125 / 100)
	}
	if g.chance(10) {
		body["width"], body["height"], body["depth"] = json.Number("10.5"), json.Number("20.25"), json.Number("4")
	}
	if g.chance(8) {
		body["is_featured"] = true
	}
	if g.chance(5) {
		body["is_free_shipping"] = true
	}
	if g.chance(6) {
		body["warranty"] = "<p>Two years; see \"Terms\".</p>"
	}
	if g.chance(4) {
		body["is_visible"] = false
	}
	if g.chance(5) {
		body["condition"] = pick(g.rng, []string{"Used", "Refurbished"})
		body["is_condition_shown"] = true
	}
	if g.chance(10) {
		body["bulk_pricing_rules"] = []any{
			map[string]any{"quantity_min": 5, "quantity_max": 9, "type": "price", "amount": cents(price / 20)},
			map[string]any{"quantity_min": 10, "quantity_max": 0, "type": "price", "amount": cents(price / 10)},
		}
	}
	switch {
	case g.chance(2):
		body["availability"] = "disabled"
		body["is_price_hidden"] = true
		body["price_hidden_label"] = "Ask us"
	case g.chance(3):
		body["availability"] = "preorder"
		body["preorder_release_date"] = g.s.now().AddDate(0, 2, 0).Truncate(24 * time.Hour).Format(time.RFC3339)
		body["preorder_message"] = "Ships on %%DATE%%"
		body["is_preorder_only"] = true
	case g.chance(10):
		body["availability_description"] = "Usually ships in 24 hours"
	}
	if name, _ := body["name"].(string); sh.code == "0" && strings.Contains(name, "e-Book") {
		body["type"], body["weight"] = "digital", json.Number("0")
	}
}

// shelve puts a product in its category, sometimes in the ones above as well.
func (g *demoMaker) shelve(path string) []any {
	ids := []any{g.categories[path]}
	for cut := strings.LastIndex(path, ">"); cut >= 0 && g.chance(40); cut = strings.LastIndex(path, ">") {
		path = path[:cut]
		ids = append(ids, g.categories[path])
	}
	return ids
}

// upc makes a code of 12 digits with a right check digit, a good part of them with leading zeros.
func (g *demoMaker) upc(n int) string {
	head := g.rng.IntN(1000)
	if g.chance(40) {
		head = 0
	}
	code := fmt.Sprintf("%03d%08d", head, n)
	sum := 0
	for i, c := range code {
		weight := 3 - 2*(i%2)
		sum += int(c-'0') * weight
	}
	return code + string(rune('0'+(10-sum%10)%10))
}

func (g *demoMaker) customFields(sh *shelf) []any {
	var list []any
	for _, f := range sh.fields[:1+g.rng.IntN(len(sh.fields))] {
		list = append(list, map[string]any{"name": f[0], "value": strings.ReplaceAll(f[1], "{0}", fmt.Sprint(1+g.rng.IntN(400)))})
	}
	return list
}

func (g *demoMaker) images(name string, n int) []any {
	var list []any
	for i := range g.rng.IntN(4) {
		list = append(list, map[string]any{
			"image_url":   fmt.Sprintf("https://images.example.com/demo/%05d-%d.jpg", n, i+1),
			"description": fmt.Sprintf("%s, view %d", name, i+1), "sort_order": i, "is_thumbnail": i == 0,
		})
	}
	return list
}

// variants makes every combination of the shelf's options.
func (g *demoMaker) variants(sh *shelf, n int, sku string, price int) []any {
	rows := [][]any{nil}
	for _, o := range sh.choices {
		labels := o.labels[:2+g.rng.IntN(len(o.labels)-1)]
		var next [][]any
		for _, r := range rows {
			for _, label := range labels {
				next = append(next, append(append([]any(nil), r...), map[string]any{"option_display_name": o.name, "label": label}))
			}
		}
		rows = next
	}
	var list []any
	for i, values := range rows {
		v := map[string]any{
			"sku": fmt.Sprintf("%s-%02d", sku, i+1), "option_values": values,
			"inventory_level": g.rng.IntN(60), "inventory_warning_level": 2,
		}
		if g.chance(40) {
			v["price"] = cents(price + 50*i)
		}
		if g.chance(20) {
			v["weight"] = json.Number(fmt.Sprintf("0.%03d", 1+g.rng.IntN(999)))
		}
		if g.chance(20) {
			v["upc"] = fmt.Sprintf("00%08d%02d", n, i)
		}
		if g.chance(3) {
			v["purchasing_disabled"], v["purchasing_disabled_message"] = true, "Back in spring"
		}
		list = append(list, v)
	}
	return list
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func escapeHTML(s string) string { return escaper.Replace(s) }

// add stores a product with its own dates, and a modifier or a metafield on a few.
func (g *demoMaker) add(body map[string]any, created time.Time) {
	var pr problems
	w, f := g.s.buildProduct(body, &pr)
	if f != nil {
		panic("emulator: demo product: " + f.asError().Error())
	}
	p := w.p
	for _, o := range p.options {
		for _, sh := range shelves {
			for _, choice := range sh.choices {
				if choice.name == optionFields.str(o, "display_name") {
					optionFields.set(o, "type", quote(choice.kind))
				}
			}
		}
	}
	p.f[pCreated] = textTime(created)
	p.f[pModified] = textTime(created.Add(time.Duration(g.rng.IntN(3600)) * time.Second))
	if g.chance(3) {
		modifier := map[string]any{"display_name": "Engraving", "type": "text", "required": false, "config": map[string]any{"text_max_length": 20}}
		if _, f := g.s.putModifier(p, 0, modifier, &pr); f != nil {
			panic("emulator: demo modifier: " + f.asError().Error())
		}
	}
	w.store(nil)
	if g.chance(5) {
		c := &call{s: g.s}
		h := metaHosts[0]
		item := map[string]any{"namespace": "erp", "key": "item_no", "value": "E" + p.f[pID], "permission_set": "read"}
		if _, f := h.put(c, resource{h.kind, p.id}, nil, item); f != nil {
			panic("emulator: demo metafield: " + f.asError().Error())
		}
	}
}
