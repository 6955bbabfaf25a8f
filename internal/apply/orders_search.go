package apply

import (
	"context"
	"fmt"
	"sync"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// orderSearch finds out how orders are looked up in the fewest requests: one key a request, or through a list of all. The store hides archived
// orders from its list, and both ways find them too.
type orderSearch struct {
	mutex    sync.Mutex
	hidden   *bool // whether the store keeps archived orders out of its list; nil where it was not asked
	requests int64 // that it took to find out
}

// hidesArchived asks once whether the store keeps archived orders out of its list.
func (s *orderSearch) hidesArchived(ctx context.Context, client *bigcommerce.Client) (bool, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.hidden == nil {
		hidden, err := client.HidesArchived(ctx)
		if err != nil {
			return false, fmt.Errorf("look for archived orders: %w", err)
		}
		s.requests++
		s.hidden = &hidden
	}
	return *s.hidden, nil
}

// cheapest says how so many keys are found, and in how many requests beside those that it took to find out.
func (s *orderSearch) cheapest(ctx context.Context, client *bigcommerce.Client, key *catalogue.Key, keys int64) (strategy Strategy, requests int64, err error) {
	requests = keys
	if key.Field == externalID {
		hidden, err := s.hidesArchived(ctx, client)
		if err != nil {
			return NoLookup, 0, err
		}
		if hidden {
			requests *= 2 // each key is asked for among the archived ones too
		}
	}
	if requests <= 3 { // counting, whether there are archived ones and one page are three
		return SingleLookup, requests, nil
	}
	listing, err := s.listRequests(ctx, client)
	if err != nil {
		return NoLookup, 0, err
	}
	if listing < requests {
		return ListAll, listing, nil
	}
	return SingleLookup, requests, nil
}

// listRequests counts the requests that listing all orders takes: the walk's question for archived orders, its pages, the highest id,
// which is asked for where the first page may not be all, and the archived ones, which are counted by the walk and listed by themselves.
func (s *orderSearch) listRequests(ctx context.Context, client *bigcommerce.Client) (int64, error) {
	total, err := client.Count(ctx, &catalogue.Orders, nil)
	if err != nil {
		return 0, fmt.Errorf("count orders: %w", err)
	}
	s.requests++
	hidden, err := s.hidesArchived(ctx, client)
	if err != nil {
		return 0, err
	}
	limit := int64(catalogue.Orders.MaxLimit)
	requests := 1 + max(1, (total+limit-1)/limit)
	if total >= limit || total > 0 && total%10 == 0 {
		requests++
	}
	if !hidden {
		return requests, nil
	}
	archived, err := client.CountArchived(ctx)
	if err != nil {
		return 0, err
	}
	s.requests++
	return requests + 1 + listRequests(&catalogue.Orders, archived), nil
}

// eachOrder gives all orders of the store to visit, archived and incomplete ones among them, page by page.
func eachOrder(ctx context.Context, client *bigcommerce.Client, paths []record.Path, config pipeline.Config, visit visitor) error {
	walker := client.Walk(ctx, &catalogue.Orders, bigcommerce.WalkOptions{
		Paths: paths, Concurrency: config.Concurrency, Also: []string{bigcommerce.AlsoIncomplete},
	})
	defer walker.Close()
	if err := eachPage(ctx, walker, config.Stop, visit); err != nil {
		return fmt.Errorf("list orders: %w", err)
	}
	if walker.Left()[bigcommerce.AlsoArchived] > 0 {
		if err := client.EachArchived(ctx, paths, func(records []bigcommerce.Record) error { return visit(ctx, records) }); err != nil {
			return fmt.Errorf("list archived orders: %w", err)
		}
	}
	return nil
}

// eachPage gives the pages of a walk to visit, one after the other, while the next one is read.
func eachPage(ctx context.Context, walker *bigcommerce.Walker, stop <-chan struct{}, visit visitor) error {
	return pipeline.Run(ctx, pipeline.Config{Concurrency: 1, Stop: stop}, pipeline.Stages[[]bigcommerce.Record, struct{}]{
		Read: walker.Next,
		Work: func(ctx context.Context, records []bigcommerce.Record) (struct{}, error) {
			return struct{}{}, visit(ctx, records)
		},
		Settle: func(context.Context, struct{}) error { return nil },
	})
}

// eachOrderKey lists the external ids of all orders.
func eachOrderKey(ctx context.Context, e *Executor, _, n int64, visit visitor) (listed bool, err error) {
	key, _ := catalogue.Orders.KeyNamed(externalID)
	strategy, _, err := e.orders.cheapest(ctx, e.Client, key, n)
	if err != nil || strategy != ListAll {
		return false, err
	}
	return true, eachOrder(ctx, e.Client, parsePaths([]string{catalogue.Orders.IDField, externalID}), pipeline.Config{Concurrency: e.Concurrency, Stop: e.Stop}, visit)
}
