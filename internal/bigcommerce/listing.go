package bigcommerce

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// listing is one list of a store as it is asked for: which object, narrowed by what, and what is pulled from its pages.
type listing struct {
	client  *Client
	object  *catalogue.Object // that is listed: products, where variants are read through them
	filter  url.Values        // without bounds on the id
	within  bounds            // the filter's own bounds on the id
	mutable bool              // a write may change which records the filter matches
	shape   shape
	limit   int // records a page
}

// bounds are ids: above `above` and at most `most`; most 0 is no bound.
type bounds struct{ above, most int64 }

// shape says what a page is asked to hold and what is pulled from it.
type shape struct {
	include []string
	fields  []string // of include_fields; empty asks for all
	want    *want
	idField string
	// nested is the field whose elements are the records, "" where the listed objects are; kept is what an element must be.
	nested string
	owner  *want // what is pulled of the listed object into "product" of an element, nil for nothing
}

// ownerField is the field of a nested record under which the object that holds it stands: "product" of a variant.
const ownerField = "product"

// shapeOf derives `include` and `include_fields` from the paths: nothing else is fetched. Nil paths ask for all fields of the
// object's own and no children. `include_fields` always adds the id, and cannot name some fields (API facts, section 4.2): where
// one of those is wanted, all fields are fetched.
func shapeOf(object *catalogue.Object, paths []record.Path) shape {
	s := shape{idField: object.IDField, want: wantOf(paths)}
	if paths != nil {
		s.want.child(object.IDField).all = true
	}
	s.ask(object, paths)
	return s
}

func (s *shape) ask(object *catalogue.Object, paths []record.Path) {
	include, fields := map[string]bool{}, map[string]bool{}
	all := paths == nil || !object.SortedByID
	for _, path := range paths {
		field, known := object.FieldUnder(path.String())
		switch {
		case known && field.Include != "":
			include[field.Include] = true
		case known && (field.Path == object.IDField || field.WriteOnly):
		case known && field.Nameable:
			fields[path[0].Name] = true
		default:
			all = true
		}
	}
	s.include = slices.Sorted(maps.Keys(include))
	if all {
		return
	}
	s.fields = slices.Sorted(maps.Keys(fields))
	if len(s.fields) == 0 {
		s.fields = []string{smallField} // the id comes by itself, but some field must be named
	}
}

// smallField is named where only the id is wanted.
const smallField = "sku"

// shapeWithin derives what to ask of the objects that hold the wanted ones: variants are read through their products. Paths below
// "product" are those of the holding object.
func shapeWithin(object, holder *catalogue.Object, paths []record.Path) shape {
	own := []record.Path{}
	var owner []record.Path
	for _, path := range paths {
		if path[0].Name == ownerField && len(path) > 1 {
			owner = append(owner, path[1:])
		} else {
			own = append(own, path)
		}
	}
	s := shapeOf(holder, append(slices.Clone(owner), record.Path{{Name: object.WithinField}}))
	s.nested = object.WithinField
	if paths == nil {
		own = nil
	}
	s.want = wantOf(own)
	if own != nil {
		s.want.child(object.IDField).all = true
	}
	if len(owner) > 0 {
		s.owner = wantOf(owner)
		s.owner.child(holder.IDField).all = true
	}
	return s
}

// PageSize is how many records a page holds when those paths are wanted: 250, but 10 with options or modifiers.
func PageSize(object *catalogue.Object, paths []record.Path) int {
	return pageSize(object, shapeOf(object, paths).include)
}

func pageSize(object *catalogue.Object, include []string) int {
	size := object.MaxLimit
	for _, name := range include {
		if most, ok := object.IncludeCap[name]; ok {
			size = min(size, most)
		}
	}
	return size
}

// newListing checks the filter against the catalogue: a name that the API does not have would list the whole store.
func (c *Client) newListing(object *catalogue.Object, filter url.Values, s shape) (*listing, error) {
	l := &listing{client: c, object: object, filter: url.Values{}, shape: s, limit: pageSize(object, s.include)}
	for name, values := range filter {
		known, ok := object.FilterNamed(name)
		if !ok || len(values) != 1 {
			return nil, fmt.Errorf("list %s: %q is not a filter of %s, or is given more than once", object.Name, name, object.Name)
		}
		if object.SortedByID {
			bound, err := l.within.narrow(name, values[0])
			if err != nil {
				return nil, fmt.Errorf("list %s: %w", object.Name, err)
			}
			if bound {
				continue
			}
		}
		l.mutable = l.mutable || known.Mutable
		l.filter[name] = values
	}
	return l, nil
}

// narrow takes a filter that bounds the id into b. The walks set bounds of their own, and a query name stands once.
func (b *bounds) narrow(name, value string) (bool, error) {
	kind, ok := strings.CutPrefix(name, "id:")
	if !ok || !slices.Contains([]string{"min", "greater", "max", "less"}, kind) {
		return false, nil
	}
	id, err := strconv.ParseInt(value, 10, 64)
	if err != nil || id < 0 {
		return false, fmt.Errorf("%s: %q is not an id", name, value)
	}
	switch kind {
	case "min":
		b.above = max(b.above, id-1)
	case "greater":
		b.above = max(b.above, id)
	default:
		if kind == "less" {
			id--
		}
		if b.most == 0 || id < b.most {
			b.most = max(id, -1) // -1: nothing can be that small
		}
		if b.most == 0 {
			b.most = -1
		}
	}
	return true, nil
}

// ask is one request for a page.
type ask struct {
	bounds
	less    int64 // ids below it, 0 = no bound
	page    int   // from 1
	limit   int
	reverse bool
	bare    bool // only ids and totals matter
}

// page asks for one page and reads it. A later page that records which were deleted meanwhile have left beyond the end is empty, whether the
// store answers so or with 404 (API facts, section 9, row 23).
func (l *listing) page(ctx context.Context, a ask) (*page, error) {
	answer, err := l.fetch(ctx, a)
	if a.page > 1 && statusOf(err) == http.StatusNotFound {
		return &page{perPage: a.limit}, nil
	}
	if err != nil {
		return nil, err
	}
	p, err := l.read(answer, a)
	recycle(answer)
	return p, err
}

// fetch asks for one page.
func (l *listing) fetch(ctx context.Context, a ask) (*Response, error) {
	query := maps.Clone(l.filter)
	if l.object.MaxLimit > 0 {
		query.Set("limit", strconv.Itoa(a.limit))
		query.Set("page", strconv.Itoa(max(1, a.page)))
	}
	if l.object.SortedByID {
		query.Set("sort", "id")
		query.Set("direction", "asc")
		if a.reverse {
			query.Set("direction", "desc")
		}
		setID(query, "id:greater", max(a.above, l.within.above))
		setID(query, "id:max", lower(a.most, l.within.most))
		setID(query, "id:less", a.less)
	}
	fields := l.shape.fields
	if a.bare && l.object.SortedByID {
		fields = []string{smallField}
	} else if len(l.shape.include) > 0 {
		query.Set("include", strings.Join(l.shape.include, ","))
	}
	if len(fields) > 0 {
		query.Set("include_fields", strings.Join(fields, ","))
	}
	return l.client.do(ctx, l.reading(l.object.ListPath, query))
}

// reading is a request for the list, whose path may have been filled.
func (l *listing) reading(path string, query url.Values) *request {
	return &request{
		method: http.MethodGet, version: l.object.Version, path: path, query: encodeQuery(query),
		endpoint: "GET " + l.object.ListPath, ceiling: l.object.ReadInFlight,
	}
}

func setID(query url.Values, name string, id int64) {
	if id > 0 {
		query.Set(name, strconv.FormatInt(id, 10))
	}
}

// lower is the lower of two bounds, where 0 is none.
func lower(a, b int64) int64 {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}

// empty tells whether the filter's own bounds leave no id at all.
func (l *listing) empty() bool {
	return l.within.most < 0 || (l.within.most > 0 && l.within.most <= l.within.above)
}
