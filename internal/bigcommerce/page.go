package bigcommerce

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/valyala/fastjson"

	"bcetl/internal/record"
)

// Record is one record of a store: its id, and what was wanted of it.
type Record struct {
	ID  int64
	Doc *record.Object
}

// page is one page of a list. ids are those of the listed objects, ends[i] is where the records of ids[i] end: where variants are
// read through products, a product has several.
type page struct {
	ids     []int64
	ends    []int
	records []Record
	total   int64 // records that match, in the whole list, as of this page
	perPage int
}

func (p *page) first() int64 { return p.ids[0] }
func (p *page) last() int64  { return p.ids[len(p.ids)-1] }

// whole tells whether the page holds all that matches.
func (p *page) whole() bool { return p.total <= int64(len(p.ids)) }

// after drops what has an id up to last.
func (p *page) after(last int64) []Record {
	start := 0
	for i, id := range p.ids {
		if id > last {
			break
		}
		start = p.ends[i]
	}
	return p.records[start:]
}

// read reads a page's bytes. A truncated body, a list that is not sorted as asked, and a missing total are errors: going on would
// lose records.
func (l *listing) read(answer *Response, a ask) (*page, error) {
	l.client.parsing <- struct{}{}
	defer func() { <-l.client.parsing }()
	p, err := l.decode(answer, a)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", l.object.Name, err)
	}
	return p, nil
}

func (l *listing) decode(answer *Response, a ask) (*page, error) {
	if answer.Status == http.StatusNoContent {
		return &page{perPage: a.limit}, nil
	}
	parser := parsers.Get()
	defer parsers.Put(parser)
	elements, document, err := parseList(parser, answer, "data")
	if err != nil {
		return nil, err
	}
	p := &page{ids: make([]int64, 0, len(elements)), ends: make([]int, 0, len(elements)), total: int64(len(elements)), perPage: a.limit}
	if l.object.MaxLimit > 0 && !l.object.Cursor {
		pagination := document.Get("meta", "pagination")
		total := pagination.Get("total")
		if total == nil || total.Type() != fastjson.TypeNumber {
			return nil, &ProtocolError{Message: "the answer does not say how many records there are"}
		}
		p.total = total.GetInt64()
		if n := pagination.GetInt("per_page"); n > 0 {
			p.perPage = n
		}
	}
	var pull puller
	for i := range elements {
		element, err := parser.ParseBytes(elements[i])
		if err != nil {
			return nil, incomplete(answer)
		}
		id := element.GetInt64(l.shape.idField)
		if id <= 0 {
			return nil, &ProtocolError{Message: fmt.Sprintf("a record has no %s", l.shape.idField)}
		}
		if n := len(p.ids); l.object.SortedByID && n > 0 && (id > p.ids[n-1]) == a.reverse {
			return nil, &ProtocolError{Message: fmt.Sprintf("the list is not sorted by id: %d follows %d", id, p.ids[n-1])}
		}
		if err := l.take(p, &pull, element, id); err != nil {
			return nil, &ProtocolError{Message: fmt.Sprintf("record %d: %v", id, err)}
		}
		p.ids = append(p.ids, id)
		p.ends = append(p.ends, len(p.records))
	}
	if l.object.SortedByID && !a.reverse && len(p.ids) > 0 && p.first() <= max(a.above, l.within.above) {
		return nil, &ProtocolError{Message: fmt.Sprintf("the store ignores the filter on ids: %d is not above %d", p.first(), max(a.above, l.within.above))}
	}
	return p, nil
}

// take pulls the records of one listed object.
func (l *listing) take(p *page, pull *puller, element *fastjson.Value, id int64) error {
	if l.shape.nested == "" {
		doc, err := pull.object(element, l.shape.want)
		if err != nil {
			return err
		}
		p.records = append(p.records, Record{ID: id, Doc: doc})
		return nil
	}
	var owner record.Value
	if l.shape.owner != nil {
		doc, err := pull.object(element, l.shape.owner)
		if err != nil {
			return err
		}
		owner = record.ObjectValue(doc)
	}
	for _, nested := range element.GetArray(l.shape.nested) {
		doc, err := pull.object(nested, l.shape.want)
		if err != nil {
			return err
		}
		nestedID := nested.GetInt64("id")
		if nestedID <= 0 {
			return fmt.Errorf("an element of %s has no id", l.shape.nested)
		}
		if l.shape.owner != nil {
			doc.Set(ownerField, owner)
		}
		p.records = append(p.records, Record{ID: nestedID, Doc: doc})
	}
	return nil
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }
