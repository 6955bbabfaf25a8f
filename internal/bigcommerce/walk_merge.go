package bigcommerce

import (
	"context"
	"net/url"
	"slices"
	"time"
)

// cursor walks one strand by key, one page ahead.
type cursor struct {
	strand
	bounds
	rows  []rowV2
	slot  chan fetchedV2
	limit int
}

type fetchedV2 struct {
	rows []rowV2
	size int
	err  error
}

func (v *walkV2) ahead(c *cursor, extra url.Values) {
	c.limit = v.pageSize()
	slot := make(chan fetchedV2, 1)
	c.slot = slot
	b, limit := c.bounds, c.limit
	v.walker.launch(func(ctx context.Context) {
		rows, size, err := v.listing.page(ctx, askV2{strand: c.strand, bounds: b, limit: limit, extra: extra})
		slot <- fetchedV2{rows: rows, size: size, err: err}
	})
}

// fill has the cursor hold a row, if there is any left.
func (v *walkV2) fill(ctx context.Context, c *cursor, extra url.Values) error {
	if len(c.rows) > 0 || c.slot == nil {
		return nil
	}
	var got fetchedV2
	select {
	case got = <-c.slot:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	c.slot = nil
	if got.err != nil {
		return got.err
	}
	n := len(got.rows)
	v.weigh(n, got.size)
	if n == 0 {
		return nil
	}
	last := got.rows[n-1].ID
	c.rows = got.rows
	if c.most > 0 {
		c.rows = slices.DeleteFunc(c.rows, func(r rowV2) bool { return r.ID > c.most })
	}
	c.above = last
	if (c.most > 0 && last < c.most) || (c.most == 0 && mayBeCut(n, c.limit)) {
		v.ahead(c, extra)
	}
	return nil
}

// merge walks strands side by side and gives their records in the order of ids, each once.
func (v *walkV2) merge(ctx context.Context, strands []strand, within bounds, extra url.Values) error {
	within.most = lower(within.most, v.most)
	cursors := make([]*cursor, len(strands))
	for i, s := range strands {
		cursors[i] = &cursor{strand: s, bounds: within}
		v.ahead(cursors[i], extra)
	}
	var batch []rowV2
	for {
		var least *cursor
		for _, c := range cursors {
			if err := v.fill(ctx, c, extra); err != nil {
				return err
			}
			if len(c.rows) > 0 && (least == nil || c.rows[0].ID < least.rows[0].ID) {
				least = c
			}
		}
		if least == nil {
			return v.emit(ctx, batch, 0)
		}
		if len(cursors) == 1 {
			batch, least.rows = least.rows, nil
		} else {
			id := least.rows[0].ID
			batch = append(batch, least.rows[0])
			for _, c := range cursors {
				if len(c.rows) > 0 && c.rows[0].ID == id {
					c.rows = c.rows[1:]
				}
			}
		}
		if len(cursors) == 1 || len(batch) >= v.listing.object.MaxLimit {
			if err := v.emit(ctx, batch, 0); err != nil {
				return err
			}
			batch = nil
		}
	}
}

// readChanged reads the orders that changed since a moment, and gives those that match and were not given. Orders that are not
// archived come first: an order that is archived between the two lists stands in the second.
func (v *walkV2) readChanged(ctx context.Context, strands []strand, since time.Time) error {
	l := v.listing
	extra := url.Values{"min_date_modified": {since.UTC().Format(time.RFC3339)}}
	if from, err := time.Parse(time.RFC3339, l.filter.Get("min_date_modified")); err == nil && from.After(since) {
		extra = nil
	}
	v.again = true
	again := []strand{{status: -1}}
	if slices.ContainsFunc(strands, func(s strand) bool { return s.archived }) {
		again = append(again, strand{status: -1, archived: true})
	}
	for _, s := range again {
		if err := v.merge(ctx, []strand{s}, l.within, extra); err != nil {
			return err
		}
	}
	return nil
}
