package bigcommerce

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"sync/atomic"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// WalkOptions say what a walk reads.
type WalkOptions struct {
	// Filter holds filters of the catalogue, each name once; for variants, those of variants or of products.
	Filter url.Values
	// Paths are the fields that are pulled; the rest is never decoded. Nil is every field of the object's own, without children.
	// Of variants, paths that begin with "product." are fields of the product; of refunds and transactions, those that begin with
	// "order." are fields of the order.
	Paths []record.Path
	// Concurrency is how many pages are read ahead at most; 0 is the client's.
	Concurrency int
	// Limit stops after so many records; 0 is no limit.
	Limit int64
	// Also names kinds of records that are otherwise left out and counted: AlsoIncomplete and AlsoArchived, of orders.
	Also []string
	// Counted is what Estimate found for the same walk; nil where nothing was counted before.
	Counted *Estimate
	// SpoolDir is where pages that were read before their turn wait; "" is the system's folder for temporary files.
	SpoolDir string
}

// Walker lists an object completely while the store changes: every record that is there from the first to the last request comes
// exactly once, in the order of ids. How, depends on the filter; see walk_pages.go, walk_keys.go and walk_ranges.go. Records that
// are created after the walk began are left out. One goroutine may call its methods at a time; Total and Listed may be asked by any.
type Walker struct {
	listing *listing
	own     func() pager // makes the walk of lists that have one of their own; nil for the others
	options WalkOptions
	ahead   int // pages read ahead
	cancel  context.CancelFunc
	launch  func(work func(ctx context.Context)) // runs work in a goroutine that ends with the walk
	pages   pager
	begun   bool
	err     error
	total   atomic.Int64
	listed  atomic.Int64
	given   int64
	keep    func(Record) bool                       // nil keeps all
	narrow  func(ctx context.Context) (bool, error) // narrows the listing before the first page; false when nothing matches
	notes   []string
	left    map[string]int64
}

// pager gives the pages after the first, in order; io.EOF at the end.
type pager interface {
	next(ctx context.Context) ([]Record, int64, error)
	close()
}

// Walk begins a walk. Its first request is sent by the first Next; ctx bounds the whole walk. Call Close when done with it.
func (c *Client) Walk(ctx context.Context, object *catalogue.Object, options WalkOptions) *Walker {
	w := &Walker{options: options, ahead: options.Concurrency, left: map[string]int64{}}
	if options.Counted != nil {
		w.total.Store(options.Counted.Records)
	}
	if w.ahead <= 0 {
		w.ahead = c.concurrency
	}
	walking, cancel := context.WithCancel(ctx)
	w.cancel = cancel
	w.launch = func(work func(context.Context)) { go work(walking) }
	w.err = w.choose(c, object)
	return w
}

// choose finds what is listed for the object: itself, or what holds it.
func (w *Walker) choose(c *Client, object *catalogue.Object) (err error) {
	if listed, paths, nested := listedV2(object, w.options.Paths); listed != nil {
		l, err := c.newListingV2(listed, w.options.Filter, paths)
		w.own = func() pager { return newWalkV2(w, l, nested) }
		return err
	}
	if object.Cursor {
		var owners []int64
		w.listing, owners, err = c.newCursorListing(object, w.options.Filter, w.options.Paths)
		w.own = func() pager { return newCursorWalk(w, owners) }
		return err
	}
	if object.AppendOnly {
		own, owner := splitOwner(object, w.options.Paths)
		if len(owner) > 0 {
			own = append(own, record.Path{{Name: object.OfField}})
		}
		w.listing, err = c.newListing(object, w.options.Filter, shapeOf(object, own))
		w.own = func() pager { return newAppendWalk(w, object, owner) }
		return err
	}
	if object.Within == "" {
		w.listing, err = c.newListing(object, w.options.Filter, shapeOf(object, w.options.Paths))
		return err
	}
	holder, ok := catalogue.Find(object.Within)
	if !ok {
		return fmt.Errorf("the catalogue has no %s, through which %s are listed", object.Within, object.Name)
	}
	own, held, err := splitFilter(object, w.options.Filter)
	if err != nil {
		return err
	}
	if w.listing, err = c.newListing(holder, held, shapeWithin(object, holder, w.options.Paths)); err != nil {
		return err
	}
	if len(own) > 0 {
		w.narrow = func(ctx context.Context) (bool, error) { return w.narrowTo(ctx, c, object, own) }
	}
	return nil
}

// Next gives the records of the next page; it may be none. At the end it gives io.EOF; any other error ends the walk, and what was
// read until then is not all. The caller owns the records.
func (w *Walker) Next(ctx context.Context) ([]Record, error) {
	if w.err == nil {
		var records []Record
		if records, w.err = w.read(ctx); w.err == nil {
			return w.trim(records), nil
		}
	}
	w.Close()
	return nil, w.err
}

func (w *Walker) read(ctx context.Context) ([]Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if w.options.Limit > 0 && w.given >= w.options.Limit {
		return nil, io.EOF
	}
	if !w.begun {
		w.begun = true
		return w.begin(ctx)
	}
	if w.pages == nil {
		return nil, io.EOF
	}
	records, listed, err := w.pages.next(ctx)
	w.listed.Add(listed)
	return records, err
}

// trim keeps what the filter keeps and what the limit leaves.
func (w *Walker) trim(records []Record) []Record {
	if w.keep != nil {
		kept := records[:0]
		for _, r := range records {
			if w.keep(r) {
				kept = append(kept, r)
			}
		}
		records = kept
	}
	if left := w.options.Limit - w.given; w.options.Limit > 0 && int64(len(records)) > left {
		records = records[:left]
	}
	w.given += int64(len(records))
	return records
}

// begin reads the first page and decides how to go on.
func (w *Walker) begin(ctx context.Context) ([]Record, error) {
	if w.narrow != nil {
		if some, err := w.narrow(ctx); err != nil || !some {
			return nil, cmp.Or(err, io.EOF)
		}
	}
	if w.own != nil {
		w.pages = w.own()
		records, listed, err := w.pages.next(ctx)
		w.listed.Add(listed)
		return records, err
	}
	l := w.listing
	if l.empty() {
		return nil, io.EOF
	}
	if !l.object.SortedByID {
		return w.readPlain(ctx)
	}
	size := l.limit
	if w.options.Limit > 0 && w.keep == nil {
		size = int(min(int64(size), w.options.Limit))
	}
	first, err := l.page(ctx, ask{limit: size})
	if err != nil {
		return nil, err
	}
	w.total.Store(first.total)
	w.listed.Store(int64(len(first.ids)))
	switch {
	case first.whole():
		return first.records, nil
	case len(first.ids) == 0:
		return nil, &ProtocolError{Message: fmt.Sprintf("list %s: the store says that there are %d and gives none", l.object.Name, first.total)}
	case w.options.Limit > 0 && w.keep == nil && int64(len(first.records)) >= w.options.Limit:
		return first.records, nil
	}
	ceiling, err := l.page(ctx, ask{limit: 1, reverse: true, bare: true})
	if err != nil {
		return nil, err
	}
	if len(ceiling.ids) == 0 || ceiling.first() <= first.last() {
		return first.records, nil // the rest was deleted meanwhile
	}
	l.limit = first.perPage
	rest := bounds{above: first.last(), most: ceiling.first()}
	w.note("%s with an id above %d, if any, were created after the reading began and are left out", l.object.Name, rest.most)
	left := max(1, ceiling.total-int64(len(first.ids)))
	pages := (left + int64(first.perPage) - 1) / int64(first.perPage)
	switch {
	case !l.mutable:
		w.pages = newPageWalk(w, rest, int(pages))
	case w.ahead == 1 || w.options.Limit > 0 || pages <= rangesFrom*int64(w.ahead):
		w.pages = newKeyWalk(w, rest)
	default:
		ranges, err := newRangeWalk(ctx, w, rest, left)
		if err != nil {
			return nil, err
		}
		w.pages = ranges
	}
	return first.records, nil
}

// Total is how many objects the store said there are, when the walk began; of variants, how many products. 0 before the first Next.
func (w *Walker) Total() int64 { return w.total.Load() }

// Listed is how many of Total have been read.
func (w *Walker) Listed() int64 { return w.listed.Load() }

// Left says how many records of a kind were left out, which WalkOptions.Also would have brought; complete after io.EOF.
func (w *Walker) Left() map[string]int64 { return w.left }

// Notes say, for the report, what was left out of scope and what had to be read again.
func (w *Walker) Notes() []string { return w.notes }

func (w *Walker) note(format string, args ...any) {
	w.notes = append(w.notes, fmt.Sprintf(format, args...))
}

// Close ends the walk. It may be called more than once.
func (w *Walker) Close() {
	w.cancel()
	if w.pages != nil {
		w.pages.close()
	}
	if w.err == nil {
		w.err = errors.New("the walk is closed")
	}
}

// fetched is a page that was asked for, or why it did not come.
type fetched struct {
	page *page
	err  error
}

// fetch asks for a page in the background.
func (w *Walker) fetch(a ask) <-chan fetched {
	slot := make(chan fetched, 1)
	w.launch(func(ctx context.Context) {
		p, err := w.listing.page(ctx, a)
		slot <- fetched{page: p, err: err}
	})
	return slot
}

// await waits for a page.
func await(ctx context.Context, slot <-chan fetched) (*page, error) {
	select {
	case f := <-slot:
		if f.err != nil && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return f.page, f.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
