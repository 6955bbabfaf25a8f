package bigcommerce

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// part is a part of a record that is wanted: the lines of an order, and what of them.
type part struct {
	sub  *catalogue.Sub
	want *want
	// embedded takes the part out of the record itself; nil where it never comes there. Ok is false where the record does not
	// hold all of it: it is then asked for by itself.
	embedded func(pull *puller, listed *fastjson.Value, w *want) (value record.Value, ok bool, err error)
}

// selection is what is asked of a list of V2 and pulled from its records.
type selection struct {
	own     *want // of the record itself
	parts   []*part
	include []string
	// links are fields to drop: links to parts, where everything of the record is wanted but no parts.
	links []string
}

// The values of include that bring parts with the orders themselves (orders.v2.oas2.yml).
const (
	includeConsignments = "consignments"
	includeLines        = "consignments.line_items"
)

// selectionOf derives from the paths what is asked for: nothing that they do not lead to. Nil paths want all of the record's own
// fields and no parts.
//
// Lines and addresses of orders come embedded in consignments, one request for many orders, where those hold all that is wanted.
func selectionOf(object *catalogue.Object, paths []record.Path) *selection {
	s := &selection{}
	if paths == nil {
		s.own = &want{all: true}
		for i := range object.Subs {
			s.links = append(s.links, object.Subs[i].Field)
		}
		return s
	}
	own := []record.Path{}
	below := map[string][]record.Path{}
	for _, path := range paths {
		if sub, ok := object.Sub(path[0].Name); ok {
			below[sub.Field] = append(below[sub.Field], path[1:])
			continue
		}
		own = append(own, path)
	}
	s.own = wantOf(own)
	s.own.child(object.IDField).all = true
	for i := range object.Subs {
		sub := &object.Subs[i]
		if paths, ok := below[sub.Field]; ok {
			p := &part{sub: sub, want: wantOf(paths)}
			if slices.ContainsFunc(paths, func(path record.Path) bool { return len(path) == 0 }) {
				p.want = everything
			}
			s.parts = append(s.parts, p)
		}
	}
	s.embed()
	return s
}

// embed finds out which parts come with the records.
func (s *selection) embed() {
	include := map[string]bool{}
	linked := false // the links to lines are wanted, which embedded lines take the place of
	for _, p := range s.parts {
		if p.sub.Include == "" {
			continue
		}
		include[p.sub.Include] = true
		p.embedded = embeddedList(p.sub)
		if p.sub.Whole {
			p.embedded = embeddedWhole
			linked = p.want.reaches("line_items")
		}
	}
	for _, p := range s.parts {
		switch p.sub.Field {
		case "products":
			if !linked {
				include[includeLines], p.embedded = true, embeddedLines
			}
		case "shipping_addresses":
			switch {
			case !p.want.all && p.want.get("id") == nil:
				include[includeConsignments], p.embedded = true, embeddedAddresses
			case !linked: // lines tell that the ids are those of addresses
				include[includeLines], p.embedded = true, embeddedAddresses
			}
		}
	}
	if include[includeLines] {
		delete(include, includeConsignments)
	}
	s.include = slices.Sorted(maps.Keys(include))
}

// reaches tells whether a field of that name is wanted anywhere below.
func (w *want) reaches(name string) bool {
	return w.all || w.name == name || slices.ContainsFunc(w.sub, func(c *want) bool { return c.reaches(name) })
}

// ask adds to a query what brings the embedded parts.
func (s *selection) ask(query url.Values) {
	if len(s.include) == 0 {
		return
	}
	query.Set("include", strings.Join(s.include, ","))
	if slices.ContainsFunc(s.include, func(name string) bool { return strings.HasPrefix(name, includeConsignments) }) {
		query.Set("consignment_structure", "object")
	}
}

// heavy tells whether the records carry lines, so that a page of many is large.
func (s *selection) heavy() bool { return slices.Contains(s.include, includeLines) }

// calls are the parts of which every record needs a request of its own.
func (s *selection) calls() (calls []*part) {
	for _, p := range s.parts {
		if p.embedded == nil && p.sub.ByOwner == "" {
			calls = append(calls, p)
		}
	}
	return calls
}

// take pulls what is wanted of one record, and tells which parts are still to be asked for.
func (s *selection) take(pull *puller, listed *fastjson.Value) (doc *record.Object, missing []*part, err error) {
	if doc, err = pull.object(listed, s.own); err != nil {
		return nil, nil, err
	}
	for _, name := range s.links {
		doc.Delete(name)
	}
	for _, p := range s.parts {
		if p.sub.Field == "shipping_addresses" && numberAt(listed, "shipping_address_count") == 0 {
			doc.Set(p.sub.Field, record.ListValue(nil))
			continue
		}
		if p.embedded != nil {
			value, ok, err := p.embedded(pull, listed, p.want)
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", p.sub.Field, err)
			}
			if ok {
				doc.Set(p.sub.Field, value)
				continue
			}
		}
		missing = append(missing, p)
	}
	return doc, missing, nil
}

// numberAt reads a whole number that some answers write as a text; -1 where there is none.
func numberAt(v *fastjson.Value, name string) int64 {
	field := v.Get(name)
	if field == nil {
		return -1
	}
	if text, err := field.StringBytes(); err == nil {
		var n int64
		if _, err := fmt.Sscan(string(text), &n); err == nil {
			return n
		}
		return -1
	}
	if field.Type() != fastjson.TypeNumber {
		return -1
	}
	return field.GetInt64()
}
