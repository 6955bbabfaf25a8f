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

	"github.com/valyala/fastjson"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// listingV2 is one list of V2 as it is asked for: a bare array in the order of ids, cut by min_id and max_id, without a total.
type listingV2 struct {
	client   *Client
	object   *catalogue.Object
	filter   url.Values // without bounds on the id and without statuses
	within   bounds     // the filter's own bounds on the id
	statuses []int64    // of orders, that are wanted; none is any
	picked   *selection
	check    func(*rowV2) error // of each record that all gives: that the store has not ignored the filter; nil is none
}

// rowV2 is one listed record and what has to be known of it beside what was wanted.
type rowV2 struct {
	Record
	status   int64
	archived bool
	missing  []*part
}

// newListingV2 checks the filter against the catalogue: a name that the API does not have would list the whole store.
func (c *Client) newListingV2(object *catalogue.Object, filter url.Values, paths []record.Path) (*listingV2, error) {
	l := &listingV2{client: c, object: object, filter: url.Values{}, picked: selectionOf(object, paths)}
	for name, values := range filter {
		known, ok := object.FilterNamed(name)
		if !ok || len(values) != 1 {
			return nil, fmt.Errorf("list %s: %q is not a filter of %s, or is given more than once", object.Name, name, object.Name)
		}
		switch {
		case name == object.MinID || name == object.MaxID:
			id, err := strconv.ParseInt(values[0], 10, 64)
			if err != nil || id < 0 {
				return nil, fmt.Errorf("list %s: %s: %q is not an id", object.Name, name, values[0])
			}
			if name == object.MinID {
				l.within.above = max(l.within.above, id-1)
			} else if l.within.most = id; id == 0 {
				l.within.most = -1
			}
		case known.Single && known.Many:
			for text := range strings.SplitSeq(values[0], ",") {
				status, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
				if err != nil {
					return nil, fmt.Errorf("list %s: %s: %q is not a whole number", object.Name, name, text)
				}
				if !slices.Contains(l.statuses, status) {
					l.statuses = append(l.statuses, status)
				}
			}
		default:
			l.filter[name] = values
		}
	}
	return l, nil
}

// strand is one of the lists of which a walk is made: a status, archived orders.
type strand struct {
	status   int64 // asked of the store; -1 is any
	archived bool
}

// The query names by which strands differ. is_deleted is a filter of older editions of the specification; a store that no longer
// has it lists as if it were not there, which the answers tell.
const (
	statusQuery   = "status_id"
	archivedQuery = "is_deleted"
)

func (s strand) ask(query url.Values) {
	if s.status >= 0 {
		query.Set(statusQuery, idText(s.status))
	}
	if s.archived {
		query.Set(archivedQuery, "true")
	}
}

// askV2 is one request for a page.
type askV2 struct {
	strand
	bounds
	limit int
	sort  string // "" is by id, ascending
	bare  bool   // parts do not matter
	extra url.Values
}

// sortable tells whether the list takes a sort; that of coupons does not.
func (l *listingV2) sortable() bool { return l.object == &catalogue.Orders }

// empty tells whether the filter's own bounds leave no id at all.
func (l *listingV2) empty() bool {
	return l.within.most < 0 || (l.within.most > 0 && l.within.most <= l.within.above)
}

// page asks for one page. Records beyond the upper bound are left out.
func (l *listingV2) page(ctx context.Context, a askV2) (rows []rowV2, size int, err error) {
	query := maps.Clone(l.filter)
	maps.Copy(query, a.extra)
	a.ask(query)
	query.Set("limit", strconv.Itoa(a.limit))
	if above := max(a.above, l.within.above); above > 0 {
		query.Set(l.object.MinID, idText(above+1))
	}
	if most := lower(a.most, l.within.most); most > 0 {
		query.Set(l.object.MaxID, idText(most))
	}
	if l.sortable() {
		query.Set("sort", "id:asc")
		if a.sort != "" {
			query.Set("sort", a.sort)
		}
	}
	if !a.bare {
		l.picked.ask(query)
	}
	answer, err := l.client.read(ctx, l.object.Version, l.object.ListPath, l.object.ListPath, query)
	if err != nil {
		return nil, 0, err
	}
	defer recycle(answer)
	size = len(answer.Body)
	rows, err = l.decode(answer, a)
	if err != nil {
		return nil, 0, fmt.Errorf("read %s: %w", l.object.Name, err)
	}
	return rows, size, nil
}

// decode reads a page. A truncated body and a list that is not sorted as asked are errors: going on would lose records.
func (l *listingV2) decode(answer *Response, a askV2) ([]rowV2, error) {
	if answer.Status == http.StatusNoContent {
		return nil, nil
	}
	l.client.parsing <- struct{}{}
	defer func() { <-l.client.parsing }()
	parser := parsers.Get()
	defer parsers.Put(parser)
	elements, _, err := parseList(parser, answer, "")
	if err != nil {
		return nil, err
	}
	rows := make([]rowV2, 0, len(elements))
	ordered, last := a.sort == "", max(a.above, l.within.above)
	var pull puller
	for i := range elements {
		element, err := parser.ParseBytes(elements[i])
		if err != nil {
			return nil, incomplete(answer)
		}
		id := numberAt(element, l.object.IDField)
		switch {
		case id <= 0:
			return nil, &ProtocolError{Message: fmt.Sprintf("a record has no %s", l.object.IDField)}
		case ordered && id <= last && len(rows) == 0:
			return nil, &ProtocolError{Message: fmt.Sprintf("the store ignores %s: %d is not above %d", l.object.MinID, id, last)}
		case ordered && id <= last:
			return nil, &ProtocolError{Message: fmt.Sprintf("the list is not sorted by id: %d follows %d", id, last)}
		}
		last = id
		picked := l.picked
		if a.bare {
			picked = bareSelection
		}
		row, err := l.row(&pull, picked, element, id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (l *listingV2) row(pull *puller, picked *selection, element *fastjson.Value, id int64) (row rowV2, err error) {
	row = rowV2{Record: Record{ID: id}, status: numberAt(element, statusQuery), archived: element.GetBool(archivedQuery)}
	if row.Doc, row.missing, err = picked.take(pull, element); err != nil {
		return row, &ProtocolError{Message: fmt.Sprintf("record %d: %v", id, err)}
	}
	tidyCoupon(l.object, row.Doc)
	return row, nil
}

// one asks for a single record by its id, archived or not.
func (l *listingV2) one(ctx context.Context, id int64) (row rowV2, err error) {
	key, ok := l.object.KeyNamed(l.object.IDField)
	if !ok || key.Path == "" {
		return row, fmt.Errorf("a single record of %s cannot be asked for", l.object.Name)
	}
	query := url.Values{}
	l.picked.ask(query)
	answer, err := l.client.read(ctx, l.object.Version, strings.ReplaceAll(key.Path, "{id}", idText(id)), key.Path, query)
	if err != nil {
		return row, err
	}
	defer recycle(answer)
	parser := parsers.Get()
	defer parsers.Put(parser)
	document, err := parser.ParseBytes(answer.Body)
	if err != nil {
		return row, incomplete(answer)
	}
	if got := numberAt(document, l.object.IDField); got != id {
		return row, &ProtocolError{Message: fmt.Sprintf("%s %d was asked for and %d came", l.object.Singular, id, got)}
	}
	var pull puller
	return l.row(&pull, l.picked, document, id)
}

// bareSelection keeps what the walks themselves read of a record.
var bareSelection = &selection{own: &want{sub: []*want{{name: "date_modified", all: true}}}}

// tidyCoupon gives restricted_to one form: stores answer {"countries":["AU"]}, {"countries":"AU"}, and [] for none (API facts,
// section 9, 19).
func tidyCoupon(object *catalogue.Object, doc *record.Object) {
	if object != &catalogue.Coupons {
		return
	}
	restricted := doc.Get("restricted_to")
	switch restricted.Kind() {
	case record.List:
		doc.Set("restricted_to", record.ObjectValue(record.NewObject(0)))
	case record.Objects:
		if countries := restricted.Object().Get("countries"); countries.Kind() == record.Text {
			tidied := record.NewObject(1)
			for _, field := range restricted.Object().Fields() {
				tidied.Set(field.Name, field.Value)
			}
			tidied.Set("countries", record.ListValue([]record.Value{countries}))
			doc.Set("restricted_to", record.ObjectValue(tidied))
		}
	}
}

// incomplete is an answer that breaks off or is no JSON. The parser's own message quotes the answer, which may hold anything.
func incomplete(answer *Response) error {
	return &ProtocolError{Message: fmt.Sprintf("the answer is not complete JSON (%s, %d bytes)", clean(answer.Header.Get("Content-Type")), len(answer.Body))}
}
