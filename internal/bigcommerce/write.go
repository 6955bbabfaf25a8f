package bigcommerce

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// WriteResult is what came of a write that the store accepted.
type WriteResult struct {
	Status int
	// Elements has one entry for each element that was sent, in that order, whatever the answer holds.
	Elements []Written
	// Partial is set after a 207: the records were saved, something beside them was not. Elements that it names have a Problem.
	Partial   *APIError
	RequestID string
}

// Written is what came of one element.
type Written struct {
	// Settled says that the answer named the element's record, or that it was deleted. Of an element that is not settled nobody
	// knows: it has to be looked up.
	Settled bool
	ID      int64          // the record's id: the one given or, of a create, the one that the answer gave; 0 when unknown
	Doc     *record.Object // the record as the answer gave it; nil where it did not
	Problem *record.Problem
}

// Unsettled lists the places of elements that the answer did not name.
func (r *WriteResult) Unsettled() []int {
	var places []int
	for i := range r.Elements {
		if !r.Elements[i].Settled {
			places = append(places, i)
		}
	}
	return places
}

// Write sends elements, each a JSON object without its id, in one request. ids are the records that an update changes, one for
// each element; a create has none. A row-level error (IsRowLevel) says that nothing was saved as far as the store tells, and that
// the guilty element has to be found; IsUnsettled says that nobody knows.
func (c *Client) Write(ctx context.Context, op catalogue.Operation, elements []json.RawMessage, ids []int64) (*WriteResult, error) {
	return c.WriteIn(ctx, op, 0, elements, ids)
}

// WriteIn is Write for records that lie below another one in the path, such as the shipments of an order: owner is that one's id, 0
// where the operation's path names none.
func (c *Client) WriteIn(ctx context.Context, op catalogue.Operation, owner int64, elements []json.RawMessage, ids []int64) (*WriteResult, error) {
	body, args, err := writeBody(op, elements, ids)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", op.Kind, err)
	}
	object, _ := catalogue.Find(op.Object())
	if args, err = withOwner(object, op, owner, args); err != nil {
		return nil, fmt.Errorf("write %s: %w", op.Kind, err)
	}
	answer, err := c.Send(ctx, op, args, nil, body)
	if err != nil {
		return nil, err
	}
	result := &WriteResult{Status: answer.Status, Elements: make([]Written, len(elements)), RequestID: answer.RequestID()}
	returned := readReturned(answer.Body, object)
	if len(ids) > 0 {
		result.matchByID(ids, returned)
	} else {
		result.matchCreated(elements, returned)
	}
	if answer.Status == http.StatusMultiStatus {
		result.Partial = newAPIError(&request{method: op.Method, version: object.Version, path: op.Path}, answer)
		for i := range result.Elements {
			result.Elements[i].Problem = result.Partial.ItemProblem(i, result.Elements[i].ID)
		}
	}
	return result, nil
}

// writeBody makes the request's body and the path's ids.
func writeBody(op catalogue.Operation, elements []json.RawMessage, ids []int64) ([]byte, PathArgs, error) {
	object, ok := catalogue.Find(op.Object())
	switch {
	case !ok || op.Method == http.MethodDelete:
		return nil, nil, fmt.Errorf("it is not a create or an update of the catalogue")
	case len(elements) == 0 || len(elements) > op.Batch:
		return nil, nil, fmt.Errorf("%d elements do not fit a request, which takes 1 to %d", len(elements), op.Batch)
	case len(ids) != 0 && len(ids) != len(elements), len(ids) == 0 && op.Method == http.MethodPut:
		return nil, nil, fmt.Errorf("%d ids do not go with %d elements", len(ids), len(elements))
	}
	seen := map[int64]bool{}
	for _, id := range ids {
		if id <= 0 || seen[id] {
			return nil, nil, fmt.Errorf("id %d is none, or stands twice in one request", id)
		}
		seen[id] = true
	}
	if !op.Array {
		if len(ids) == 1 {
			return elements[0], PathArgs{"id": ids[0]}, nil
		}
		return elements[0], nil, nil
	}
	body := []byte{'['}
	for i, element := range elements {
		if i > 0 {
			body = append(body, ',')
		}
		if len(ids) == 0 {
			body = append(body, element...)
			continue
		}
		rest, ok := bytes.CutPrefix(bytes.TrimSpace(element), []byte{'{'})
		if !ok {
			return nil, nil, fmt.Errorf("element %d is not an object", i)
		}
		body = strconv.AppendInt(append(append(body, `{"`...), object.IDField+`":`...), ids[i], 10)
		if rest = bytes.TrimSpace(rest); len(rest) > 0 && rest[0] != '}' {
			body = append(body, ',')
		}
		body = append(body, rest...)
	}
	return append(body, ']'), nil, nil
}

// withOwner adds the id of the record under which the operation's path lies.
func withOwner(object *catalogue.Object, op catalogue.Operation, owner int64, args PathArgs) (PathArgs, error) {
	below := object.OfField != "" && strings.Contains(op.Path, "{"+object.OfField+"}")
	switch {
	case below && owner <= 0:
		return nil, fmt.Errorf("%d is not an id for %s", owner, object.OfField)
	case !below && owner != 0:
		return nil, fmt.Errorf("%s lies under no other record", op.Path)
	case !below:
		return args, nil
	}
	if args == nil {
		args = PathArgs{}
	}
	args[object.OfField] = owner
	return args, nil
}

// readReturned reads the records of an answer, one or a list: under data in V3, bare in V2. What cannot be read names no record.
func readReturned(body []byte, object *catalogue.Object) []Record {
	parser := parsers.Get()
	defer parsers.Put(parser)
	data, err := parser.ParseBytes(body)
	if err != nil {
		return nil
	}
	if object.Version != "v2" {
		data = data.Get("data")
	}
	elements := data.GetArray()
	if elements == nil && data.GetObject() != nil {
		elements = append(elements, data)
	}
	var pull puller
	records := make([]Record, 0, len(elements))
	for _, element := range elements {
		if id := numberAt(element, object.IDField); id > 0 {
			if doc, err := pull.object(element, everything); err == nil {
				tidyCoupon(object, doc)
				records = append(records, Record{ID: id, Doc: doc})
			}
		}
	}
	return records
}

// matchByID settles the elements whose records the answer names.
func (r *WriteResult) matchByID(ids []int64, returned []Record) {
	byID := make(map[int64]*record.Object, len(returned))
	for i := range returned {
		byID[returned[i].ID] = returned[i].Doc
	}
	for i, id := range ids {
		doc, named := byID[id]
		r.Elements[i] = Written{Settled: named, ID: id, Doc: doc}
	}
}

// matchCreated settles created elements. A single one is the record that came back. Of several, a record belongs to the element
// whose name and parent it has, if it is the only one.
func (r *WriteResult) matchCreated(elements []json.RawMessage, returned []Record) {
	if len(elements) == 1 {
		if len(returned) == 1 {
			r.Elements[0] = Written{Settled: true, ID: returned[0].ID, Doc: returned[0].Doc}
		}
		return
	}
	places := map[string][]int{}
	for i, element := range elements {
		sent, err := record.ParseJSON(element)
		if err != nil {
			continue
		}
		name := createdAs(sent.Object())
		places[name] = append(places[name], i)
	}
	for i := range returned {
		name := createdAs(returned[i].Doc)
		if len(places[name]) != 1 {
			continue
		}
		r.Elements[places[name][0]] = Written{Settled: true, ID: returned[i].ID, Doc: returned[i].Doc}
	}
}

// createdAs is by what a created record is known again: its name below its parent.
func createdAs(o *record.Object) string {
	parent := o.Get("parent_id").String()
	if parent == "" {
		parent = "0"
	}
	return parent + "/" + o.Get("name").String()
}

// UpdateProducts changes up to 10 products.
func (c *Client) UpdateProducts(ctx context.Context, ids []int64, bodies []json.RawMessage) (*WriteResult, error) {
	return c.Write(ctx, catalogue.Products.Update, bodies, ids)
}

// UpdateVariants changes up to 50 variants, of any products.
func (c *Client) UpdateVariants(ctx context.Context, ids []int64, bodies []json.RawMessage) (*WriteResult, error) {
	return c.Write(ctx, catalogue.Variants.Update, bodies, ids)
}

// CreateProduct creates one product. It is never sent again by itself: see ErrUnsettled.
func (c *Client) CreateProduct(ctx context.Context, body json.RawMessage) (*WriteResult, error) {
	return c.Write(ctx, catalogue.Products.Create, []json.RawMessage{body}, nil)
}

// CreateBrand creates one brand. It is never sent again by itself: see ErrUnsettled.
func (c *Client) CreateBrand(ctx context.Context, body json.RawMessage) (*WriteResult, error) {
	return c.Write(ctx, catalogue.Brands.Create, []json.RawMessage{body}, nil)
}

// CreateCategories creates up to 50 categories. They are never sent again by themselves: see ErrUnsettled.
func (c *Client) CreateCategories(ctx context.Context, bodies []json.RawMessage) (*WriteResult, error) {
	return c.Write(ctx, catalogue.Categories.Create, bodies, nil)
}
