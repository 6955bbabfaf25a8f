package bigcommerce

import (
	"context"
	"io"
	"slices"
	"sync"
)

// rangesFrom is from how many pages for each walk on a list is cut into ranges. Cutting costs a request and part of a page for
// each range: at four pages a range that is at most a third more, at forty 3 %.
const rangesFrom = 4

// rangeWalk cuts the ids into as many ranges as pages may be read ahead, walks each by key at the same time, and settles them in
// order. Pages that come before their turn wait on disk, so memory stays flat.
type rangeWalk struct {
	listing *listing
	spools  []*spool
	asks    []ask // the bounds of each range, to check its pages against
	at      int   // the range whose turn it is
	page    int   // its next page
	walkers sync.WaitGroup
}

// newRangeWalk cuts at quantiles: the ids at k/K of the records that are left, rounded to whole pages.
func newRangeWalk(ctx context.Context, w *Walker, rest bounds, left int64) (*rangeWalk, error) {
	ranges, size := int64(w.ahead), int64(w.listing.limit)
	slots := make([]<-chan fetched, 0, ranges-1)
	for k := int64(1); k < ranges; k++ {
		slots = append(slots, w.fetch(ask{bounds: rest, page: int((left*k/ranges + size/2) / size * size), limit: 1, bare: true}))
	}
	var cuts []int64
	for _, slot := range slots {
		got, err := await(ctx, slot)
		if err != nil {
			return nil, err
		}
		if len(got.ids) > 0 && got.first() < rest.most {
			cuts = append(cuts, got.first())
		}
	}
	slices.Sort(cuts)
	cuts = append(slices.Compact(cuts), rest.most)

	walk := &rangeWalk{listing: w.listing}
	for _, cut := range cuts {
		pages, err := newSpool(w.options.SpoolDir)
		if err != nil {
			walk.close()
			return nil, err
		}
		walk.spools = append(walk.spools, pages)
		walk.asks = append(walk.asks, ask{bounds: bounds{above: rest.above, most: cut}, limit: w.listing.limit})
		rest.above = cut
	}
	for i := range walk.spools {
		walk.walkers.Add(1)
		w.launch(func(ctx context.Context) {
			defer walk.walkers.Done()
			walk.spools[i].finish(walk.fill(ctx, walk.spools[i], walk.asks[i]))
		})
	}
	return walk, nil
}

// fill walks one range by key into its spool.
func (r *rangeWalk) fill(ctx context.Context, into *spool, a ask) error {
	skim := *r.listing
	skim.shape.want, skim.shape.nested, skim.shape.owner = &want{}, "", nil
	for {
		answer, err := skim.fetch(ctx, a)
		if err != nil {
			return err
		}
		got, err := skim.read(answer, a)
		if err != nil {
			return err
		}
		if len(got.ids) > 0 {
			if err := into.add(answer.Body); err != nil {
				return err
			}
		}
		recycle(answer)
		more, err := a.advance(&skim, got)
		if err != nil || !more {
			return err
		}
	}
}

func (r *rangeWalk) next(ctx context.Context) ([]Record, int64, error) {
	for r.at < len(r.spools) {
		body, err := r.spools[r.at].page(ctx, r.page)
		if err == io.EOF { //nolint:errorlint // the spool gives it bare
			r.spools[r.at].close()
			r.at, r.page = r.at+1, 0
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		r.page++
		got, err := r.listing.read(&Response{Status: 200, Body: body}, r.asks[r.at])
		if err != nil {
			return nil, 0, err
		}
		return got.records, int64(len(got.ids)), nil
	}
	return nil, 0, io.EOF
}

// close waits for the walks, which have been cancelled, and removes what waited on disk.
func (r *rangeWalk) close() {
	r.walkers.Wait()
	for _, s := range r.spools {
		s.close()
	}
}
