package bigcommerce

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// appendWalk reads a list whose records are never changed or removed, in the store's own order, which is not promised. Records
// that are created meanwhile can push others to a later page, where they come again and are dropped; none can be lost by it. Each
// record is given with the one that it belongs to: a refund with its order, which is asked for by its id.
type appendWalk struct {
	walker *Walker
	object *catalogue.Object
	holder *catalogue.Object
	picked *selection // of the holder; nil where nothing of it is wanted
	gather *gatherer
	slot   chan appended
	seen   map[int64]bool
	number int
	fresh  int // records that were new since the first page was last read
}

// appended is a page on its way, with what its records belong to.
type appended struct {
	page   *page
	owners map[int64]*record.Object
	err    error
}

func newAppendWalk(w *Walker, object *catalogue.Object, owner []record.Path) *appendWalk {
	a := &appendWalk{walker: w, object: object, gather: newGatherer(w, w.listing.client), seen: map[int64]bool{}}
	if holder, ok := catalogue.Find(object.Of); ok && len(owner) > 0 {
		a.holder, a.picked = holder, selectionOf(holder, owner)
	}
	a.ask()
	return a
}

// ask asks for the next page in the background.
func (a *appendWalk) ask() {
	a.number++
	slot, number := make(chan appended, 1), a.number
	a.slot = slot
	a.walker.launch(func(ctx context.Context) {
		var got appended
		if got.page, got.err = a.walker.listing.page(ctx, ask{page: number, limit: a.walker.listing.limit}); got.err == nil {
			got.owners, got.err = a.owners(ctx, got.page.records)
		}
		slot <- got
	})
}

func (a *appendWalk) next(ctx context.Context) ([]Record, int64, error) {
	if a.slot == nil {
		return nil, 0, io.EOF
	}
	var got appended
	select {
	case got = <-a.slot:
	case <-ctx.Done():
		return nil, 0, context.Cause(ctx)
	}
	a.slot = nil
	if got.err != nil {
		if ctx.Err() != nil {
			return nil, 0, context.Cause(ctx)
		}
		return nil, 0, got.err
	}
	p := got.page
	a.walker.total.Store(max(a.walker.total.Load(), p.total))
	var records []Record
	for _, r := range p.records {
		if a.seen[r.ID] {
			continue
		}
		a.seen[r.ID] = true
		a.fresh++
		if a.picked != nil {
			id, err := r.Doc.Get(a.object.OfField).Int()
			if err != nil || got.owners[id] == nil {
				return nil, 0, &ProtocolError{Message: fmt.Sprintf("%s %d does not name its %s", a.object.Singular, r.ID, a.holder.Singular)}
			}
			r.Doc.Set(a.holder.Singular, record.ObjectValue(got.owners[id]))
		}
		records = append(records, r)
	}
	switch {
	case int64(len(a.seen)) >= p.total:
	case len(p.ids) > 0 && int64(a.number)*int64(p.perPage) < p.total:
		a.ask()
	case a.fresh == 0:
		return nil, 0, &ProtocolError{Message: fmt.Sprintf("list %s: the store says that there are %d and gives %d", a.object.Name, p.total, len(a.seen))}
	default: // the order changed between two pages
		a.number, a.fresh = 0, 0
		a.ask()
	}
	return records, int64(len(records)), nil
}

// owners asks for the records to which those of a page belong, each once: by lists where those take fewer requests than asking
// for each, which is also how archived ones are found.
func (a *appendWalk) owners(ctx context.Context, records []Record) (map[int64]*record.Object, error) {
	if a.picked == nil {
		return nil, nil
	}
	l := &listingV2{client: a.walker.listing.client, object: a.holder, filter: url.Values{}, picked: a.picked}
	missing := map[int64]bool{}
	for _, r := range records {
		if id, err := r.Doc.Get(a.object.OfField).Int(); err == nil && id > 0 {
			missing[id] = true
		}
	}
	rows, err := a.listOwners(ctx, l, missing)
	if err != nil {
		return nil, err
	}
	listed := len(rows)
	for _, id := range slices.Sorted(maps.Keys(missing)) {
		rows = append(rows, rowV2{Record: Record{ID: id}})
	}
	if err := a.gather.each(ctx, len(missing), func(ctx context.Context, i int) (err error) {
		rows[listed+i], err = l.one(ctx, rows[listed+i].ID)
		return err
	}); err != nil {
		return nil, err
	}
	if err := a.gather.start(rows).wait(ctx); err != nil {
		return nil, err
	}
	owners := make(map[int64]*record.Object, len(rows))
	for i := range rows {
		owners[rows[i].ID] = rows[i].Doc
	}
	return owners, nil
}

// listOwners lists the ids from the lowest to the highest that is missing, gives those that are and takes them off. It lists
// nothing where the ids lie so far apart that each by itself is cheaper.
func (a *appendWalk) listOwners(ctx context.Context, l *listingV2, missing map[int64]bool) (rows []rowV2, err error) {
	if len(missing) == 0 {
		return nil, nil
	}
	ids := slices.Sorted(maps.Keys(missing))
	size := l.object.MaxLimit
	if l.picked.heavy() {
		size = heavyPage
	}
	within := bounds{above: ids[0] - 1, most: ids[len(ids)-1]}
	for pagesOf(within.most-within.above, size) < int64(len(missing)) {
		page, _, err := l.page(ctx, askV2{strand: strand{status: -1}, bounds: within, limit: size})
		if err != nil {
			return nil, err
		}
		for _, row := range page {
			if missing[row.ID] {
				delete(missing, row.ID)
				rows = append(rows, row)
			}
		}
		if len(page) == 0 || page[len(page)-1].ID >= within.most {
			break
		}
		within.above = page[len(page)-1].ID
	}
	return rows, nil
}

func (a *appendWalk) close() {}
