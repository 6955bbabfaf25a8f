package bigcommerce

import (
	"context"
	"sync"

	"bcetl/internal/record"
)

// gatherer asks for the parts of records that do not come with them, as many at a time as the walk may read ahead.
type gatherer struct {
	client *Client
	launch func(work func(ctx context.Context))
	tasks  chan struct{}
}

func newGatherer(w *Walker, c *Client) *gatherer {
	return &gatherer{client: c, launch: w.launch, tasks: make(chan struct{}, w.ahead)}
}

// gathering is what is under way for some records. Their documents are complete once wait has returned without an error.
type gathering struct {
	done chan struct{}
	err  error
}

// start asks for all that is missing. A part that the store lists for many records takes one request for all of them.
func (g *gatherer) start(rows []rowV2) *gathering {
	values := make([][]record.Value, len(rows))
	owned := map[*part][]int{} // places of the records
	var waiting sync.WaitGroup
	var failed sync.Once
	under := &gathering{done: make(chan struct{})}
	task := func(work func(ctx context.Context) error) {
		waiting.Add(1)
		g.launch(func(ctx context.Context) {
			defer waiting.Done()
			select {
			case g.tasks <- struct{}{}:
			case <-ctx.Done():
				failed.Do(func() { under.err = context.Cause(ctx) })
				return
			}
			defer func() { <-g.tasks }()
			if err := work(ctx); err != nil {
				failed.Do(func() { under.err = err })
			}
		})
	}
	some := false
	for i := range rows {
		values[i] = make([]record.Value, len(rows[i].missing))
		for j, p := range rows[i].missing {
			some = true
			if p.sub.ByOwner != "" {
				owned[p] = append(owned[p], i)
				continue
			}
			task(func(ctx context.Context) (err error) {
				values[i][j], err = g.client.fetchPart(ctx, p, rows[i].ID)
				return err
			})
		}
	}
	if !some {
		return nil
	}
	for p, places := range owned {
		task(func(ctx context.Context) error { return g.share(ctx, p, places, rows, values) })
	}
	g.launch(func(context.Context) {
		defer close(under.done)
		waiting.Wait()
		if under.err != nil {
			return
		}
		for i := range rows {
			for j, p := range rows[i].missing {
				rows[i].Doc.Set(p.sub.Field, values[i][j])
			}
		}
	})
	return under
}

// each does n pieces of work, as many at a time as the walk may have requests, and gives the first error.
func (g *gatherer) each(ctx context.Context, n int, work func(ctx context.Context, i int) error) error {
	errs := make(chan error, n)
	for i := range n {
		g.launch(func(ctx context.Context) {
			select {
			case g.tasks <- struct{}{}:
				err := work(ctx, i)
				<-g.tasks
				errs <- err
			case <-ctx.Done():
				errs <- context.Cause(ctx)
			}
		})
	}
	var first error
	for range n {
		select {
		case err := <-errs:
			if first == nil {
				first = err
			}
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return first
}

// share asks for a part of all records at once and deals it out.
func (g *gatherer) share(ctx context.Context, p *part, places []int, rows []rowV2, values [][]record.Value) error {
	ids := make([]int64, len(places))
	for k, i := range places {
		ids[k] = rows[i].ID
	}
	lists, err := g.client.fetchOwned(ctx, p, ids)
	if err != nil {
		return err
	}
	for _, i := range places {
		for j, missing := range rows[i].missing {
			if missing == p {
				values[i][j] = record.ListValue(lists[rows[i].ID])
			}
		}
	}
	return nil
}

// wait waits for the parts; nothing is under way for a nil gathering.
func (g *gathering) wait(ctx context.Context) error {
	if g == nil {
		return nil
	}
	select {
	case <-g.done:
		return g.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
