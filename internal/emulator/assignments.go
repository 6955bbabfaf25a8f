package emulator

import (
	"net/http"
	"slices"
	"strconv"
)

func assignmentRoutes() []routeEntry {
	var list []routeEntry
	for _, a := range []*assignment{channelAssignment, categoryAssignment} {
		filters := []string{"product_id:in", a.key + ":in"}
		list = append(list, at("v3/catalog/products/"+a.path, map[string]*endpoint{
			"GET":    {run: a.list, query: names(pageNames, filters)},
			"PUT":    {run: a.add},
			"DELETE": {run: a.remove, query: filters},
		}))
	}
	return list
}

// assignment is a set of pairs of a product and something else.
type assignment struct {
	path, key string
	of        func(*product) []int
	set       func(*product, []int)
	exists    func(*state, int) bool
}

var (
	channelAssignment = &assignment{
		path: "channel-assignments", key: "channel_id",
		of:     func(p *product) []int { return p.channels },
		set:    func(p *product, ids []int) { p.channels = ids },
		exists: func(st *state, id int) bool { return findRow(st.channels, id) != nil },
	}
	categoryAssignment = &assignment{
		path: "category-assignments", key: "category_id",
		of:     func(p *product) []int { return ints(p.f[pCategories]) },
		set:    func(p *product, ids []int) { p.f[pCategories] = textInts(ids) },
		exists: func(st *state, id int) bool { return st.category(id) != nil },
	}
)

// filters reads the two :in filters; nil means absent.
func (a *assignment) filters(c *call) (products, others []int, f *failure) {
	for name, to := range map[string]*[]int{"product_id:in": &products, a.key + ":in": &others} {
		if c.param(name) == "" {
			continue
		}
		list, ok := intList(c.list(name))
		if !ok {
			return nil, nil, badFilter(name)
		}
		*to = list
	}
	return products, others, nil
}

func (a *assignment) list(c *call) *reply {
	products, others, f := a.filters(c)
	if f != nil {
		return f.reply()
	}
	w, r := c.window()
	if r != nil {
		return r
	}
	from := min(w.page-1, 1<<40/w.limit) * w.limit
	total, count := 0, 0
	data := []byte{'['}
	for _, p := range c.s.st.products {
		if products != nil && !slices.Contains(products, p.id) {
			continue
		}
		for _, id := range a.of(p) {
			if others != nil && !slices.Contains(others, id) {
				continue
			}
			if total >= from && count < w.limit {
				if count++; count > 1 {
					data = append(data, ',')
				}
				data = strconv.AppendInt(append(data, `{"product_id":`...), int64(p.id), 10)
				data = strconv.AppendInt(append(data, `,"`+a.key+`":`...), int64(id), 10)
				data = append(data, '}')
			}
			total++
		}
	}
	return c.listed(append(data, ']'), count, total, w)
}

// add assigns pairs, all or none.
func (a *assignment) add(c *call) *reply {
	items, r := c.array()
	if r != nil {
		return r
	}
	if limit := c.s.opts.batchLimit(); len(items) > limit {
		return tooMany(textInt(limit)).reply()
	}
	type pair struct{ product, other int }
	var pairs []pair
	problem := map[string]string{}
	for i, item := range items {
		o, ok := item.(map[string]any)
		if !ok {
			return wrongJSON("error.expected.jsobject").reply()
		}
		var x pair
		x.product, _ = wholeNumber(o["product_id"])
		x.other, _ = wholeNumber(o[a.key])
		if c.s.st.findProduct(x.product) == nil {
			problem[strconv.Itoa(i)+".product_id"] = "Product does not exist."
		}
		if !a.exists(&c.s.st, x.other) {
			problem[strconv.Itoa(i)+"."+a.key] = "The " + a.key + " does not exist."
		}
		pairs = append(pairs, x)
	}
	if len(problem) > 0 {
		return invalidItems(problem).reply()
	}
	for _, x := range pairs {
		p := c.s.st.findProduct(x.product)
		if ids := a.of(p); !slices.Contains(ids, x.other) {
			a.replace(c, p, append(slices.Clone(ids), x.other))
		}
	}
	return noContent()
}

func (a *assignment) replace(c *call, old *product, ids []int) {
	p := old.clone()
	a.set(p, ids)
	p.f[pModified] = textTime(c.s.now())
	c.s.st.swap(old, p)
}

// remove takes pairs away; one of the two filters is mandatory.
func (a *assignment) remove(c *call) *reply {
	products, others, f := a.filters(c)
	if f != nil {
		return f.reply()
	}
	if products == nil && others == nil {
		return failField(http.StatusUnprocessableEntity, "product_id:in", "At least one filter is required").reply()
	}
	for _, p := range slices.Clone(c.s.st.products) {
		if products != nil && !slices.Contains(products, p.id) {
			continue
		}
		ids := a.of(p)
		kept := slices.DeleteFunc(slices.Clone(ids), func(id int) bool { return others == nil || slices.Contains(others, id) })
		if len(kept) < len(ids) {
			a.replace(c, p, kept)
		}
	}
	return noContent()
}
