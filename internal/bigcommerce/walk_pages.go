package bigcommerce

import (
	"context"
	"fmt"
	"io"
)

// pageWalk reads pages concurrently and settles them in order. It serves lists without a filter that a write could change.
//
// All pages ask for the ids between the first page's last and the ceiling. That set can only shrink: new records get higher ids.
// So two neighbouring pages that name the same total saw the same set, and their boundary is proven. Where totals differ, the ids
// between the two pages are read again by key, and what comes twice is dropped.
type pageWalk struct {
	walker *Walker
	rest   bounds
	size   int
	window []<-chan fetched
	asked  int // pages asked for
	read   int // pages settled
	final  int // the last page, as far as is known
	last   int64
	total  int64 // that the page before named; unproven when it cannot be trusted
	again  int
}

const unproven = -1

func newPageWalk(w *Walker, rest bounds, pages int) *pageWalk {
	return &pageWalk{walker: w, rest: rest, size: w.listing.limit, final: pages, last: rest.above}
}

func (p *pageWalk) next(ctx context.Context) ([]Record, int64, error) {
	p.fill()
	if len(p.window) == 0 {
		return p.end(ctx)
	}
	got, err := await(ctx, p.window[0])
	p.window = p.window[1:]
	if err != nil {
		return nil, 0, err
	}
	if got.perPage != p.size {
		return nil, 0, &ProtocolError{Message: fmt.Sprintf("list %s: pages held %d records and now hold %d", p.walker.listing.object.Name, p.size, got.perPage)}
	}
	p.final = max(p.final, int((got.total+int64(p.size)-1)/int64(p.size)))
	p.read++
	if err := p.checkFirst(ctx, got); err != nil {
		return nil, 0, err
	}
	var records []Record
	var listed int64
	// A page that holds fewer or more than its total says was not taken from one moment: neither boundary is proven by it.
	whole := int64(len(got.ids)) == max(0, min(int64(p.size), got.total-int64(p.read-1)*int64(p.size)))
	if p.read > 1 && (p.total != got.total || !whole) {
		until := bounds{above: p.last, most: p.rest.most}
		if len(got.ids) > 0 {
			until.most = got.first() - 1
		}
		if records, listed, err = p.between(ctx, until); err != nil {
			return nil, 0, err
		}
	}
	fresh := got.after(p.last)
	records = append(records, fresh...)
	for _, id := range got.ids {
		if id > p.last {
			listed++
			p.last = id
		}
	}
	p.total = got.total
	if !whole {
		p.total = unproven
	}
	return records, listed, nil
}

// fill asks for pages until the window is full. With a limit it asks for no more than the limit can need.
func (p *pageWalk) fill() {
	for len(p.window) < p.walker.ahead && p.asked < p.final {
		if limit := p.walker.options.Limit; limit > 0 && int64(len(p.window)*p.size) >= limit-p.walker.given {
			return
		}
		p.asked++
		p.window = append(p.window, p.walker.fetch(ask{bounds: p.rest, page: p.asked, limit: p.size}))
	}
}

// between reads the ids between two pages by key.
func (p *pageWalk) between(ctx context.Context, b bounds) (records []Record, listed int64, err error) {
	if b.most <= b.above {
		return nil, 0, nil
	}
	p.again++
	for b.most > b.above {
		got, err := p.walker.listing.page(ctx, ask{bounds: b, limit: p.size})
		if err != nil {
			return nil, 0, err
		}
		if len(got.ids) == 0 {
			break
		}
		records, listed = append(records, got.records...), listed+int64(len(got.ids))
		b.above = got.last()
		p.last = b.above
		if got.whole() {
			break
		}
	}
	return records, listed, nil
}

// end proves the end: after a last page that could not be trusted, what may lie behind it is read.
func (p *pageWalk) end(ctx context.Context) ([]Record, int64, error) {
	if p.total == unproven {
		p.total = 0
		records, listed, err := p.between(ctx, bounds{above: p.last, most: p.rest.most})
		if err != nil || len(records) > 0 {
			return records, listed, err
		}
	}
	if p.again > 0 {
		p.walker.note("records were deleted while %s were read: %d boundaries between pages were read again", p.walker.listing.object.Name, p.again)
		p.again = 0
	}
	return nil, 0, io.EOF
}

// checkFirst meets stores on which filters on the id once gave nothing (API facts, trap 5): when nothing lies between the first
// page and the ceiling, the record at the ceiling must be gone.
func (p *pageWalk) checkFirst(ctx context.Context, got *page) error {
	if p.read > 1 || got.total > 0 {
		return nil
	}
	return p.walker.checkCeiling(ctx, p.rest)
}

func (w *Walker) checkCeiling(ctx context.Context, rest bounds) error {
	query := map[string][]string{}
	for name, values := range w.listing.filter {
		query[name] = values
	}
	for _, name := range []string{"id", "id:in"} {
		if _, taken := query[name]; taken {
			return nil // the filter names the ids itself
		}
	}
	query["id"] = []string{idText(rest.most)}
	query["limit"] = []string{"1"}
	answer, err := w.listing.client.Get(ctx, w.listing.object.ListPath, query)
	if err != nil {
		return err
	}
	got, err := w.listing.read(answer, ask{limit: 1, reverse: true})
	if err != nil {
		return err
	}
	if len(got.ids) > 0 {
		return &ProtocolError{Message: fmt.Sprintf("list %s: the store's filters on ids do not find %d, which is there", w.listing.object.Name, rest.most)}
	}
	return nil
}
