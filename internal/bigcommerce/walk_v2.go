package bigcommerce

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"time"

	"bcetl/internal/bigcommerce/catalogue"
)

// Kinds of orders that are left out unless WalkOptions.Also names them. What is left out is counted, see Walker.Left.
const (
	AlsoIncomplete = "incomplete" // carts that reached the payment page and went no further
	AlsoArchived   = "archived"
)

// walkV2 reads lists of V2: orders and coupons. Each page is asked for from the last id on, one page ahead, so nothing can shift.
// What belongs to a page's records, such as their lines, is asked for in parallel while the pages before it are taken.
//
// Orders are read up to the highest id there was at the beginning. Where it is much cheaper, several statuses are read as one list
// each; an order that meanwhile went from one to another, or was archived, may then have been missed, so the orders that changed
// since are read again. Coupons cannot be sorted: new ones that come while the last page is read may come too.
type walkV2 struct {
	walker  *Walker
	listing *listingV2
	nested  *catalogue.Object // whose records lie in the listed ones; nil where those are the records
	most    int64             // the ceiling, 0 while unknown
	given   int64             // records given on, while nothing is nested
	heavy   int               // records a page, where they carry their lines
	emitted map[int64]uint64
	again   bool // what changed is read again: what is left out has been counted
	gather  *gatherer
	pages   chan *pageV2
}

// pageV2 is a page on its way.
type pageV2 struct {
	rows   []rowV2
	left   map[string]int64
	listed int64
	notes  []string
	total  int64 // where it came to light with this page
	err    error
	parts  *gathering // what is under way for the rows
}

// rfc2822 is how V2 writes a moment; the day may have one digit.
const rfc2822 = "Mon, 2 Jan 2006 15:04:05 -0700"

const (
	heavyPage  = 100     // orders with their lines on the first page
	heavyBytes = 4 << 20 // of a page with lines, about
)

func newWalkV2(w *Walker, l *listingV2, nested *catalogue.Object) *walkV2 {
	v := &walkV2{
		walker: w, listing: l, nested: nested, heavy: heavyPage,
		gather: newGatherer(w, l.client), pages: make(chan *pageV2, 1),
	}
	w.launch(func(ctx context.Context) {
		defer close(v.pages)
		if err := v.read(ctx); err != nil && !errors.Is(err, errEnough) {
			_ = v.send(ctx, &pageV2{err: err}) // it fails only when nobody waits for the page any more
		}
	})
	return v
}

// errEnough ends the reading where the limit is reached.
var errEnough = errors.New("the limit is reached")

// next gives the next page when all that belongs to it has come.
func (v *walkV2) next(ctx context.Context) ([]Record, int64, error) {
	var p *pageV2
	select {
	case got, ok := <-v.pages:
		if !ok {
			return nil, 0, io.EOF
		}
		p = got
	case <-ctx.Done():
		return nil, 0, context.Cause(ctx)
	}
	if p.err == nil {
		p.err = p.parts.wait(ctx)
	}
	if p.err != nil {
		return nil, 0, cmp.Or(context.Cause(ctx), p.err)
	}
	v.walker.notes = append(v.walker.notes, p.notes...)
	v.walker.total.Store(max(v.walker.total.Load(), p.total))
	for kind, n := range p.left {
		v.walker.left[kind] += n
	}
	records := make([]Record, 0, len(p.rows))
	for i := range p.rows {
		if v.nested != nil {
			records = append(records, elementsOf(p.rows[i].Record, v.nested)...)
			continue
		}
		records = append(records, p.rows[i].Record)
	}
	return records, p.listed, nil
}

func (v *walkV2) close() {
	for range v.pages { //nolint:revive // the walk is cancelled; what is under way ends
	}
}

// read reads all pages in order.
func (v *walkV2) read(ctx context.Context) error {
	l := v.listing
	if l.empty() {
		return nil
	}
	strands, err := v.strands(ctx)
	if err != nil {
		return err
	}
	if len(strands) == 1 {
		return v.readOne(ctx, strands[0])
	}
	newest, err := v.newest(ctx)
	if err != nil {
		return err
	}
	if v.most, err = v.ceiling(ctx, strand{status: -1}, strands); err != nil || v.most == 0 {
		return err
	}
	v.emitted = map[int64]uint64{}
	if err := v.merge(ctx, strands, l.within, nil); err != nil {
		return err
	}
	return v.readChanged(ctx, strands, newest)
}

// readOne reads one list. A page that may be all there is spares the question for the highest id.
func (v *walkV2) readOne(ctx context.Context, s strand) error {
	limit := v.pageSize()
	rows, err := v.page(ctx, s, limit)
	if err != nil {
		return err
	}
	if !mayBeCut(len(rows), limit) {
		return v.emit(ctx, rows, int64(len(rows)))
	}
	rest := bounds{above: rows[len(rows)-1].ID}
	if v.listing.sortable() && (v.walker.options.Limit == 0 || v.nested != nil || int64(len(rows)) < v.walker.options.Limit) {
		if rest.most, err = v.ceiling(ctx, s, nil); err != nil {
			return err
		}
		v.most = rest.most
		if rest.most <= rest.above { // the first page was all
			return v.emit(ctx, rows, int64(len(rows)))
		}
	}
	if err := v.emit(ctx, rows, 0); err != nil {
		return err
	}
	return v.merge(ctx, []strand{s}, rest, nil)
}

// pageSize is how many records the next page is asked to hold.
func (v *walkV2) pageSize() int {
	size := v.listing.object.MaxLimit
	if v.listing.picked.heavy() {
		size = min(size, v.heavy)
	}
	if limit := v.walker.options.Limit; limit > 0 && limit < int64(size) && (v.onlyStore() || v.nested != nil) {
		size = int(limit)
	}
	return size
}

// onlyStore tells whether the store itself leaves out all that is not wanted.
func (v *walkV2) onlyStore() bool { return len(v.listing.statuses) == 1 || !v.listing.sortable() }

func (v *walkV2) page(ctx context.Context, s strand, limit int) ([]rowV2, error) {
	rows, size, err := v.listing.page(ctx, askV2{strand: s, limit: limit})
	v.weigh(len(rows), size)
	return rows, err
}

// weigh fits the next pages to the size of the records on this one.
func (v *walkV2) weigh(records, size int) {
	if records > 0 {
		v.heavy = min(max(heavyBytes/(size/records+1), 10), v.listing.object.MaxLimit)
	}
}

// ceiling is the highest id in a list, 0 where it holds none. others are asked too where they may hold a higher one.
func (v *walkV2) ceiling(ctx context.Context, s strand, others []strand) (int64, error) {
	asked := []strand{s}
	if slices.ContainsFunc(others, func(o strand) bool { return o.archived }) {
		asked = append(asked, strand{status: s.status, archived: true})
	}
	var most int64
	for _, s := range asked {
		rows, _, err := v.listing.page(ctx, askV2{strand: s, limit: 1, sort: "id:desc", bare: true})
		if err != nil {
			return 0, err
		}
		if len(rows) > 0 {
			most = max(most, rows[0].ID)
		}
	}
	if most > 0 {
		note := fmt.Sprintf("%s with an id above %d, if any, were created after the reading began and are left out", v.listing.object.Name, most)
		return most, v.send(ctx, &pageV2{notes: []string{note}})
	}
	return 0, nil
}

// newest is when an order last changed.
func (v *walkV2) newest(ctx context.Context) (time.Time, error) {
	var newest time.Time
	for _, s := range []strand{{status: -1}, {status: -1, archived: true}} {
		whole := *v.listing
		whole.filter, whole.within = url.Values{}, bounds{}
		rows, _, err := whole.page(ctx, askV2{strand: s, limit: 1, sort: "date_modified:desc", bare: true})
		if err != nil {
			return newest, err
		}
		if len(rows) == 0 {
			continue
		}
		moment, err := time.Parse(rfc2822, rows[0].Doc.Get("date_modified").String())
		if err != nil {
			return newest, &ProtocolError{Message: fmt.Sprintf("order %d does not say when it was changed", rows[0].ID)}
		}
		if moment.After(newest) {
			newest = moment
		}
	}
	return newest, nil
}

// emit gives rows on: those that are wanted, with what belongs to them on its way.
func (v *walkV2) emit(ctx context.Context, rows []rowV2, total int64) error {
	p := &pageV2{left: map[string]int64{}, listed: int64(len(rows)), total: total}
	for i := range rows {
		if why := v.refused(&rows[i]); why != "" {
			if why != unwanted && !v.again {
				p.left[why]++
			}
			continue
		}
		if v.emitted != nil && !v.mark(rows[i].ID) {
			continue
		}
		if limit := v.walker.options.Limit; limit > 0 && v.nested == nil && v.given >= limit {
			break
		}
		v.given++
		p.rows = append(p.rows, rows[i])
	}
	p.parts = v.gather.start(p.rows)
	if err := v.send(ctx, p); err != nil {
		return err
	}
	if limit := v.walker.options.Limit; limit > 0 && v.nested == nil && v.given >= limit {
		return errEnough
	}
	return nil
}

// mark tells whether the record comes for the first time. A bit a record, for ids are dense.
func (v *walkV2) mark(id int64) bool {
	word, bit := id/64, uint64(1)<<(id%64)
	if v.emitted[word]&bit != 0 {
		return false
	}
	v.emitted[word] |= bit
	return true
}

// unwanted marks an order whose status the filter does not name.
const unwanted = "-"

// refused tells why a record is left out.
func (v *walkV2) refused(r *rowV2) string {
	l := v.listing
	if l.object != &catalogue.Orders {
		return ""
	}
	switch also := v.walker.options.Also; {
	case len(l.statuses) > 0 && !slices.Contains(l.statuses, r.status):
		return unwanted
	case r.archived && !slices.Contains(also, AlsoArchived):
		return AlsoArchived
	case r.status == catalogue.StatusIncomplete && len(l.statuses) == 0 && !slices.Contains(also, AlsoIncomplete):
		return AlsoIncomplete
	}
	return ""
}

func (v *walkV2) send(ctx context.Context, p *pageV2) error {
	select {
	case v.pages <- p:
		return nil
	case <-ctx.Done():
		return cmp.Or(context.Cause(ctx), ctx.Err())
	}
}
