package emulator

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strings"
)

const maxMetafields = 250 // of one resource, per client

// metaHost is a kind of resource that carries metafields, with the paths that reach them.
type metaHost struct {
	kind   string
	one    string // path of one resource
	batch  string // path of the batch endpoints
	exists func(st *state, ids []int) bool
}

var metaHosts = []*metaHost{
	{"product", "v3/catalog/products/{}", "v3/catalog/products", func(st *state, ids []int) bool { return st.findProduct(ids[0]) != nil }},
	{"variant", "v3/catalog/products/{}/variants/{}", "v3/catalog/variants", func(st *state, ids []int) bool {
		return st.variants[ids[len(ids)-1]] != 0 && (len(ids) == 1 || st.variants[ids[1]] == ids[0])
	}},
	{"category", "v3/catalog/categories/{}", "v3/catalog/categories", func(st *state, ids []int) bool { return st.category(ids[0]) != nil }},
	{"brand", "v3/catalog/brands/{}", "v3/catalog/brands", func(st *state, ids []int) bool { return st.brand(ids[0]) != nil }},
	{"order", "v3/orders/{}", "v3/orders", func(st *state, ids []int) bool { return st.orders.find(ids[0]) != nil }},
}

func metafieldRoutes() []routeEntry {
	filters := names(pageNames, fieldNames, []string{
		"key", "key:in", "namespace", "namespace:in", "resource_id:in", "direction", "before", "after",
		"date_created:min", "date_created:max", "date_modified:min", "date_modified:max",
	})
	var list []routeEntry
	for _, h := range metaHosts {
		list = append(list,
			at(h.one+"/metafields", map[string]*endpoint{
				"GET":  {run: h.list, query: filters},
				"POST": {run: h.create, query: filters},
			}),
			at(h.one+"/metafields/{}", map[string]*endpoint{
				"GET":    {run: h.get, query: fieldNames},
				"PUT":    {run: h.update},
				"DELETE": {run: h.remove},
			}),
			at(h.batch+"/metafields", map[string]*endpoint{
				"GET":    {run: h.listAll, query: filters},
				"POST":   {run: h.createAll},
				"PUT":    {run: h.updateAll},
				"DELETE": {run: h.removeAll},
			}))
	}
	return list
}

var (
	mfKey       = metafieldFields.index["key"]
	mfNamespace = metafieldFields.index["namespace"]
	mfSet       = metafieldFields.index["permission_set"]
	mfKind      = metafieldFields.index["resource_type"]
	mfResource  = metafieldFields.index["resource_id"]
	mfCreated   = metafieldFields.index["date_created"]
	mfModified  = metafieldFields.index["date_modified"]
	mfOwner     = metafieldFields.index["owner_client_id"]
	mfText      = metafieldFields.index["description"]
)

// owner names the client behind the request's token without giving the token away.
func (c *call) owner() string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(c.header.Get("X-Auth-Token"))) // a hash takes everything
	return fmt.Sprintf("%016x", h.Sum64())
}

// visible reports whether the request's client may read a metafield.
func (c *call) visible(r row) bool {
	return r[mfSet] != `"app_only"` || unquote(r[mfOwner]) == c.owner()
}

// host gives the resource that the path names, or a 404.
func (h *metaHost) host(c *call) (resource, *failure) {
	n := strings.Count(h.one, "{}")
	if !h.exists(&c.s.st, c.ids[:n]) {
		return resource{}, notFound(h.kind, c.ids[n-1])
	}
	return resource{h.kind, c.ids[n-1]}, nil
}

func (h *metaHost) list(c *call) *reply {
	on, f := h.host(c)
	if f != nil {
		return f.reply()
	}
	var rows []row
	for _, id := range c.s.st.metafields.of[on] {
		rows = append(rows, findRow(c.s.st.metafields.rows, id))
	}
	if len(c.list("include_fields"))+len(c.list("exclude_fields")) == 0 {
		c.encodeRow = h.encode
	}
	return h.page(c, rows)
}

func (h *metaHost) listAll(c *call) *reply {
	kind := quote(h.kind)
	return h.page(c, filterRows(c.s.st.metafields.rows, []rowTest{func(r row) bool { return r[mfKind] == kind }}))
}

// page filters rows and answers them by page, or by cursor if before or after is there.
func (h *metaHost) page(c *call, rows []row) *reply {
	tests := []rowTest{c.visible}
	for name, at := range map[string]int{"key": mfKey, "namespace": mfNamespace} {
		if want := c.param(name); want != "" {
			tests = append(tests, func(r row) bool { return unquote(r[at]) == want })
		}
		if list := c.list(name + ":in"); len(list) > 0 {
			tests = append(tests, func(r row) bool { return slices.Contains(list, unquote(r[at])) })
		}
	}
	if c.param("resource_id:in") != "" {
		ids, ok := intList(c.list("resource_id:in"))
		if !ok {
			return badFilter("resource_id:in").reply()
		}
		tests = append(tests, func(r row) bool { return slices.Contains(ids, number(r[mfResource])) })
	}
	for name, at := range map[string]int{"date_created": mfCreated, "date_modified": mfModified} {
		dates, f := c.dateTests(name, at)
		if f != nil {
			return f.reply()
		}
		tests = append(tests, dates...)
	}
	rows = filterRows(rows, tests)
	if c.param("direction") == "desc" {
		rows = slices.Clone(rows)
		slices.Reverse(rows)
	}
	if c.has("before") || c.has("after") {
		return c.cursorPage(metafieldFields, rows)
	}
	return c.rowList(metafieldFields, rows, "id")
}

// cursorPage answers the rows after (or before) a cursor.
func (c *call) cursorPage(t *table, rows []row) *reply {
	w, r := c.window()
	if r != nil {
		return r
	}
	from, to, f := c.cursorBounds(rows, w)
	if f != nil {
		return f.reply()
	}
	m := c.mask(t, "id")
	data := []byte(`{"data":[`)
	for i, item := range rows[from:to] {
		if i > 0 {
			data = append(data, ',')
		}
		data = c.appendRow(data, t, item, m)
	}
	return plain(append(c.appendCursors(append(data, `],"meta":{`...), rows, from, to, w), `}}`...))
}

// put adds a metafield to a resource (old nil), or changes old.
func (h *metaHost) put(c *call, on resource, old row, body map[string]any) (row, *failure) {
	set := &c.s.st.metafields
	m := creating
	r := metafieldFields.new()
	if old != nil {
		m, r = updating, slices.Clone(old)
		if unquote(old[mfOwner]) != c.owner() && !strings.Contains(old[mfSet], "write") {
			f := fail(http.StatusForbidden, "The metafield belongs to another API account")
			return nil, f
		}
	}
	var pr problems
	metafieldFields.patch(r, body, m, &pr, "id", "resource_id")
	if f := c.strictFields(&pr); f != nil {
		return nil, f
	}
	if f := pr.failure(); f != nil {
		return nil, f
	}
	mine := 0
	for _, id := range set.of[on] {
		other := findRow(set.rows, id)
		if other[0] == r[0] || unquote(other[mfOwner]) != c.owner() {
			continue
		}
		if mine++; other[mfKey] == r[mfKey] && other[mfNamespace] == r[mfNamespace] {
			return nil, failField(http.StatusConflict, "key", "A metafield with this namespace and key exists")
		}
	}
	now := textTime(c.s.now())
	r[mfModified] = now
	if old != nil {
		at, _ := rowAt(set.rows, number(r[0]))
		set.rows[at] = r
		return r, nil
	}
	if mine >= maxMetafields {
		return nil, failField(http.StatusUnprocessableEntity, "key", "A resource can have at most 250 metafields")
	}
	id := c.s.st.next("metafield")
	r[0], r[mfKind], r[mfResource] = textInt(id), quote(h.kind), textInt(on.id)
	r[mfOwner], r[mfCreated] = quote(c.owner()), now
	set.rows = append(set.rows, r)
	set.of[on] = append(set.of[on], id)
	return r, nil
}

// encode appends a metafield as the answers about one resource carry it: the schemas of variants
// and categories have no owner, and a variant's description is at least one character long.
func (h *metaHost) encode(dst []byte, r row) []byte {
	var drop []string
	if h.kind == "variant" || h.kind == "category" {
		drop = append(drop, "owner_client_id")
	}
	if h.kind == "variant" && r[mfText] == textEmpty {
		drop = append(drop, "description")
	}
	return metafieldFields.append(dst, r, metafieldFields.mask(nil, drop))
}

func (h *metaHost) answerOne(r row) *reply { return single(h.encode(nil, r)) }

func (h *metaHost) create(c *call) *reply {
	on, f := h.host(c)
	if f != nil {
		return f.reply()
	}
	body, refused := c.object()
	if refused != nil {
		return refused
	}
	r, f := h.put(c, on, nil, body)
	if f != nil {
		return f.reply()
	}
	return h.answerOne(r)
}

// metafield gives the metafield that the path names.
func (h *metaHost) metafield(c *call) (row, *failure) {
	on, f := h.host(c)
	if f != nil {
		return nil, f
	}
	id := c.ids[len(c.ids)-1]
	if r := findRow(c.s.st.metafields.rows, id); r != nil && slices.Contains(c.s.st.metafields.of[on], id) && c.visible(r) {
		return r, nil
	}
	return nil, notFound("metafield", id)
}

func (h *metaHost) get(c *call) *reply {
	r, f := h.metafield(c)
	if f != nil {
		return f.reply()
	}
	return h.answerOne(r)
}

func (h *metaHost) update(c *call) *reply {
	old, f := h.metafield(c)
	if f != nil {
		return f.reply()
	}
	body, refused := c.object()
	if refused != nil {
		return refused
	}
	r, f := h.put(c, resource{h.kind, number(old[mfResource])}, old, body)
	if f != nil {
		return f.reply()
	}
	return h.answerOne(r)
}

func (h *metaHost) remove(c *call) *reply {
	r, f := h.metafield(c)
	if f != nil {
		return f.reply()
	}
	c.s.st.metafields.drop(r)
	return noContent()
}

// drop removes one metafield.
func (m *metafieldSet) drop(r row) {
	id := number(r[0])
	if at, ok := rowAt(m.rows, id); ok {
		m.rows = slices.Delete(m.rows, at, at+1)
	}
	key := resource{unquote(r[mfKind]), number(r[mfResource])}
	m.of[key] = slices.DeleteFunc(slices.Clone(m.of[key]), func(other int) bool { return other == id })
}
