package bigcommerce

import (
	"context"
	"fmt"
	"io"
)

// keyWalk reads one page after another, each from the last id on. It serves filters whose matches a write can change: no offset
// is involved, so nothing can shift. One page is read ahead.
type keyWalk struct {
	walker *Walker
	rest   bounds
	slot   <-chan fetched
	begun  bool
}

func newKeyWalk(w *Walker, rest bounds) *keyWalk {
	k := &keyWalk{walker: w, rest: rest}
	k.ahead()
	return k
}

func (k *keyWalk) ahead() {
	k.slot = k.walker.fetch(ask{bounds: k.rest, limit: k.walker.listing.limit})
}

func (k *keyWalk) next(ctx context.Context) ([]Record, int64, error) {
	if k.slot == nil {
		return nil, 0, io.EOF
	}
	got, err := await(ctx, k.slot)
	if err != nil {
		return nil, 0, err
	}
	k.slot = nil
	if !k.begun {
		k.begun = true
		if got.total == 0 {
			return nil, 0, k.walker.checkCeiling(ctx, k.rest)
		}
	}
	more, err := k.rest.advance(k.walker.listing, got)
	if err != nil {
		return nil, 0, err
	}
	if more {
		k.ahead()
	}
	return got.records, int64(len(got.ids)), nil
}

// advance moves the lower bound behind a page and tells whether there is more.
func (b *bounds) advance(l *listing, got *page) (more bool, err error) {
	if got.whole() {
		return false, nil
	}
	if len(got.ids) == 0 {
		return false, &ProtocolError{Message: fmt.Sprintf("list %s: the store says that there are %d more and gives none", l.object.Name, got.total)}
	}
	b.above = got.last()
	return b.above < b.most, nil
}

func (k *keyWalk) close()  {}
func (p *pageWalk) close() {}
