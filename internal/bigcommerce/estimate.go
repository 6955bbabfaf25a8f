package bigcommerce

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// Estimate is what a walk will take, as the store counts its records before.
type Estimate struct {
	Of      string // the object that was counted: of transactions orders, of variants products
	Records int64  // of that object that match
	// Requests is how many the walk takes at least: parts of more than a page, and parts that a store leaves out of its records,
	// take more.
	Requests int64
	// Each is how many of them every record takes by itself.
	Each int64
	// AtLeast says that each record may lie in an order that lists hide, such as an archived one, which takes a request of its own.
	AtLeast bool

	counts *counts
}

// Estimate counts what a walk would read, in one request, and in two more where archived orders are wanted too. The walk that is given it does not count again.
func (c *Client) Estimate(ctx context.Context, object *catalogue.Object, options WalkOptions) (*Estimate, error) {
	listed, paths, _ := listedV2(object, options.Paths)
	if listed == nil {
		return c.estimatePages(ctx, object, options)
	}
	l, err := c.newListingV2(listed, options.Filter, paths)
	if err != nil {
		return nil, err
	}
	if l.empty() || !l.countable() {
		return &Estimate{Of: listed.Name, Requests: 1}, nil
	}
	found, err := l.count(ctx, strand{status: -1})
	if err != nil {
		return nil, err
	}
	e := &Estimate{Of: listed.Name, Records: found.of(l.statuses), Each: int64(len(l.picked.calls())), counts: found}
	archived, err := c.countWanted(ctx, l, options)
	if err != nil {
		return nil, err
	}
	e.Records += archived
	if options.Limit > 0 && object == listed {
		e.Records = min(e.Records, options.Limit)
	}
	size := listed.MaxLimit
	if l.picked.heavy() {
		size = heavyPage
	}
	pages := pagesOf(found.all, size)
	switch {
	case options.Limit > 0:
		pages = pagesOf(e.Records, size)
	case len(l.statuses) == 1:
		pages = pagesOf(e.Records, size)
	case len(l.statuses) > 1 && apart(l.statuses, found, size):
		pages = 3
		for _, status := range l.statuses {
			pages += max(1, pagesOf(found.status[status], size))
		}
	}
	if archived > 0 && options.Limit == 0 {
		// Their own list, when either list last changed and what its highest id is, and what went from one to the other meanwhile.
		pages += pagesOf(archived, size) + 5
	}
	e.Requests = max(1, pages) + e.Records*e.Each
	for _, p := range l.picked.parts {
		if p.sub.ByOwner != "" {
			e.Requests += max(1, pagesOf(e.Records, size))
		}
	}
	if pages > 1 {
		e.Requests++ // the highest id
	}
	if listed == &catalogue.Orders {
		e.Requests++ // whether there are archived ones
	}
	return e, nil
}

// countWanted counts the archived orders that are read beside the others; a store that does not hide them has counted them already.
func (c *Client) countWanted(ctx context.Context, l *listingV2, options WalkOptions) (int64, error) {
	if l.object != &catalogue.Orders || !slices.Contains(options.Also, AlsoArchived) {
		return 0, nil
	}
	hidden, err := c.HidesArchived(ctx)
	if err != nil || !hidden {
		return 0, err
	}
	found, err := l.count(ctx, strand{status: -1, archived: true})
	if err != nil {
		return 0, err
	}
	return found.of(l.statuses), nil
}

// estimatePages counts an object of V3.
func (c *Client) estimatePages(ctx context.Context, object *catalogue.Object, options WalkOptions) (*Estimate, error) {
	listed := object
	if object.Within != "" {
		holder, ok := catalogue.Find(object.Within)
		if !ok {
			return nil, fmt.Errorf("the catalogue has no %s", object.Within)
		}
		listed = holder
	}
	filter := url.Values{}
	for name, values := range options.Filter {
		if _, ok := listed.FilterNamed(name); ok {
			filter[name] = values
		}
	}
	if object.Cursor {
		return c.estimateCursor(ctx, object, options)
	}
	own, owner := splitOwner(object, options.Paths)
	n, err := c.Count(ctx, listed, filter)
	if err != nil {
		return nil, err
	}
	e := &Estimate{Of: listed.Name, Records: n}
	if options.Limit > 0 {
		e.Records = min(n, options.Limit)
	}
	e.Requests = 1
	if listed.MaxLimit > 0 {
		e.Requests = max(1, pagesOf(e.Records, PageSize(listed, own)))
	}
	if e.Requests > 1 && listed.SortedByID {
		e.Requests++ // the highest id
	}
	if object.Of != "" && len(owner) > 0 {
		holder, _ := catalogue.Find(object.Of)
		e.AtLeast, e.Each = true, int64(len(selectionOf(holder, owner).calls()))
		e.Requests += max(1, pagesOf(e.Records, holder.MaxLimit)) + e.Each*e.Records
	}
	return e, nil
}

// estimateCursor counts an object that is listed owner by owner, in a request for each.
func (c *Client) estimateCursor(ctx context.Context, object *catalogue.Object, options WalkOptions) (*Estimate, error) {
	l, owners, err := c.newCursorListing(object, options.Filter, options.Paths)
	if err != nil {
		return nil, err
	}
	e := &Estimate{Of: object.Name}
	for _, owner := range owners {
		n, err := c.CountCodes(ctx, owner)
		if err != nil {
			return nil, err
		}
		if options.Limit > 0 {
			n = min(n, options.Limit-e.Records)
		}
		e.Records += n
		e.Requests += max(1, pagesOf(n, l.limit))
	}
	return e, nil
}

// splitOwner divides paths into the object's own and those of what it lies in or belongs to, which stand below that one's name.
// Nil paths are all of the own fields.
func splitOwner(object *catalogue.Object, paths []record.Path) (own, owner []record.Path) {
	if paths == nil {
		return nil, nil
	}
	own = []record.Path{}
	holder, ok := catalogue.Find(object.Holder())
	for _, path := range paths {
		switch {
		case ok && path[0].Name == holder.Singular && len(path) > 1:
			owner = append(owner, path[1:])
		case ok && path[0].Name == holder.Singular:
			owner = append(owner, record.Path{{Name: holder.IDField}})
		default:
			own = append(own, path)
		}
	}
	return own, owner
}

// listedV2 gives the object of V2 that is listed for an object, the paths that are wanted of it, and the object itself where its
// records lie in the listed ones; nil where the object is none of V2.
func listedV2(object *catalogue.Object, paths []record.Path) (listed *catalogue.Object, wanted []record.Path, nested *catalogue.Object) {
	if object.MinID != "" {
		return object, paths, nil
	}
	holder, ok := catalogue.Find(object.Within)
	if !ok || holder.MinID == "" {
		return nil, nil, nil
	}
	own, owner := splitOwner(object, paths)
	wanted = append([]record.Path{}, owner...)
	field := record.Step{Name: object.WithinField}
	if own == nil {
		return holder, append(wanted, record.Path{field}), object
	}
	wanted = append(wanted, record.Path{field, {Name: object.IDField}})
	for _, path := range own {
		wanted = append(wanted, append(record.Path{field}, path...))
	}
	return holder, wanted, object
}

// elementsOf gives the elements of a list as records of their own, each with the record that holds it under that one's name.
func elementsOf(holder Record, object *catalogue.Object) []Record {
	holding, _ := catalogue.Find(object.Within)
	owner := record.NewObject(holder.Doc.Len())
	for _, field := range holder.Doc.Fields() {
		owner.Set(field.Name, field.Value)
	}
	elements := holder.Doc.Get(object.WithinField).List()
	records := make([]Record, 0, len(elements))
	for _, element := range elements {
		if element.Kind() != record.Objects {
			continue
		}
		id, _ := element.Object().Get(object.IDField).Int()
		doc := record.NewObject(element.Object().Len() + 1)
		for _, field := range element.Object().Fields() {
			doc.Set(field.Name, field.Value)
		}
		doc.Set(holding.Singular, record.ObjectValue(owner))
		records = append(records, Record{ID: id, Doc: doc})
	}
	return records
}
