package emulator

import "net/http"

// editProduct runs change on a clone of the product that the path names, and stores the clone if
// change finds nothing wrong. What change returns is the answer's data.
func (c *call) editProduct(change func(p *product) ([]byte, *failure)) *reply {
	return c.editProductReply(func(p *product) (*reply, *failure) {
		data, f := change(p)
		if f != nil {
			return nil, f
		}
		return single(data), nil
	})
}

func (c *call) editProductReply(change func(p *product) (*reply, *failure)) *reply {
	old := c.s.st.findProduct(c.ids[0])
	if old == nil {
		return notFound("product", c.ids[0]).reply()
	}
	p := old.clone()
	r, f := change(p)
	if f == nil {
		p.f[pModified] = textTime(c.s.now())
		p.settle()
		f = c.s.st.clash(p)
	}
	if f != nil {
		return f.reply()
	}
	c.s.note(old, p)
	c.s.st.swap(old, p)
	return r
}

// childRoutes are the endpoints of the lists that hang on a product.
func childRoutes() []routeEntry {
	var list []routeEntry
	for _, ch := range children {
		path := "v3/catalog/products/{}/" + ch.path
		query := names(pageNames, fieldNames)
		if ch.path == "reviews" {
			query = append(query, "status")
		}
		list = append(list,
			at(path, map[string]*endpoint{
				"GET":  {run: ch.list, query: query},
				"POST": {run: ch.create, multipart: ch.path == "images"},
			}),
			at(path+"/{}", map[string]*endpoint{
				"GET":    {run: ch.get, query: fieldNames},
				"PUT":    {run: ch.update, multipart: ch.path == "images"},
				"DELETE": {run: ch.remove},
			}))
	}
	return list
}

func (ch *child) list(c *call) *reply {
	p := c.s.st.findProduct(c.ids[0])
	if p == nil {
		return notFound("product", c.ids[0]).reply()
	}
	return c.rowList(ch.table, *ch.rows(p), "id")
}

func (ch *child) find(p *product, id int) row {
	for _, r := range *ch.rows(p) {
		if number(r[0]) == id {
			return r
		}
	}
	return nil
}

func (ch *child) get(c *call) *reply {
	p := c.s.st.findProduct(c.ids[0])
	if p == nil {
		return notFound("product", c.ids[0]).reply()
	}
	r := ch.find(p, c.ids[1])
	if r == nil {
		return notFound(ch.name, c.ids[1]).reply()
	}
	return single(ch.table.append(nil, r, c.mask(ch.table, "id")))
}

func (ch *child) create(c *call) *reply { return ch.write(c, 0) }

func (ch *child) update(c *call) *reply { return ch.write(c, c.ids[1]) }

func (ch *child) write(c *call, id int) *reply {
	body, r := c.form()
	if r != nil {
		return r
	}
	return c.editProduct(func(p *product) ([]byte, *failure) {
		var pr problems
		saved, f := ch.put(c.s, p, id, body, &pr)
		if strict := c.strictFields(&pr); strict != nil {
			f = strict
		}
		if f != nil {
			return nil, f
		}
		return ch.table.append(nil, saved, nil), nil
	})
}

func (ch *child) remove(c *call) *reply {
	return c.editProductReply(func(p *product) (*reply, *failure) {
		rows := ch.rows(p)
		for i, r := range *rows {
			if number(r[0]) == c.ids[1] {
				*rows = append((*rows)[:i], (*rows)[i+1:]...) // p is a clone with lists of its own
				if ch.path == "images" && len(p.images) > 0 && p.thumbnail() == nil {
					p.setThumbnail(p.images[0])
				}
				return noContent(), nil
			}
		}
		return nil, fail(http.StatusNotFound, notFound(ch.name, c.ids[1]).title)
	})
}
