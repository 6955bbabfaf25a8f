package apply

import (
	"context"
	"fmt"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/pipeline"
)

// lookUpOrders finds orders by their external ids or ids: one a request, or through a list of all. The store does not keep external ids
// unique, and hides archived orders from its list, so both ways find all orders of a key, archived ones among them, before it is decided
// what becomes of the row.
func lookUpOrders(ctx context.Context, p *Planner) error {
	key := p.Target.key()
	keys, _, err := p.countKeys(ctx, key)
	if err != nil || keys == 0 {
		return err
	}
	strategy, requests, err := p.orders.cheapest(ctx, p.Client, key, keys)
	if err != nil {
		return err
	}
	p.looks.Strategy = strategy
	p.looks.Requests += requests
	if strategy == ListAll {
		return p.listOrders(ctx, key)
	}
	s := &search{object: &catalogue.Orders, key: key, paths: p.Target.readPaths(p.handling)}
	s.ask = func(ctx context.Context, value string) ([]bigcommerce.Record, error) {
		var records []bigcommerce.Record
		var err error
		if key.Field == externalID {
			records, err = p.byExternalID(ctx, value, s.paths)
		} else {
			records, err = p.Client.FindOne(ctx, &catalogue.Orders, key, value, s.paths)
		}
		if err != nil || len(records) != 1 {
			return records, err
		}
		return records, p.readAddresses(ctx, records[0].Doc)
	}
	s.index = func(records []bigcommerce.Record) map[string]*found {
		return p.indexByKey(&catalogue.Orders, key, records)
	}
	return p.single(ctx, s)
}

// byExternalID asks for the orders of an external id.
func (p *Planner) byExternalID(ctx context.Context, value string, paths []record.Path) ([]bigcommerce.Record, error) {
	hidden, err := p.orders.hidesArchived(ctx, p.Client)
	if err != nil {
		return nil, err
	}
	return p.Client.OrdersByExternalID(ctx, value, paths, hidden)
}

// readAddresses reads the addresses of an order where they are compared.
func (p *Planner) readAddresses(ctx context.Context, order *record.Object) error {
	if !p.Target.comparesAddresses() || isArchived(order) {
		return nil
	}
	id, err := order.Get("id").Int()
	if err != nil {
		return fmt.Errorf("look up orders: one has no id: %w", err)
	}
	p.more.Add(1)
	addresses, err := p.Client.OrderAddresses(ctx, id)
	if err != nil {
		return fmt.Errorf("read the addresses of order %d: %w", id, err)
	}
	values := make([]record.Value, len(addresses))
	for i := range addresses {
		values[i] = record.ObjectValue(addresses[i].Doc)
	}
	order.Set(orderAddresses, record.ListValue(values))
	return nil
}

// listOrders reads all orders, notes those that have a key of an item, and decides when all of them are known.
func (p *Planner) listOrders(ctx context.Context, key *catalogue.Key) error {
	if err := p.Run.ForgetFound(ctx); err != nil {
		return err
	}
	err := eachOrder(ctx, p.Client, p.Target.readPaths(p.handling), pipeline.Config{Concurrency: p.Concurrency, Stop: p.Stop},
		func(ctx context.Context, records []bigcommerce.Record) error { return p.noteOrders(ctx, key, records) })
	if err != nil {
		return err
	}
	return p.judgeNoted(ctx)
}

// noteOrders notes the orders that have the key of an item.
func (p *Planner) noteOrders(ctx context.Context, key *catalogue.Key, records []bigcommerce.Record) error {
	const keysAtOnce = 500
	byFold := map[string][]*bigcommerce.Record{}
	var folds []string
	for i := range records {
		text := records[i].Doc.Get(key.Field).String()
		if text == "" {
			continue
		}
		fold := p.Target.FoldKey(text)
		if byFold[fold] == nil {
			folds = append(folds, fold)
		}
		byFold[fold] = append(byFold[fold], &records[i])
	}
	var noted []ledger.Found
	for len(folds) > 0 {
		n := min(keysAtOnce, len(folds))
		items, err := p.Run.ByFold(ctx, p.Step, folds[:n])
		if err != nil {
			return err
		}
		for i := range items {
			for _, order := range byFold[p.Target.FoldKey(items[i].Key)] {
				noted = append(noted, ledger.Found{Seq: items[i].Seq, ID: order.ID, Doc: order.Doc})
			}
		}
		folds = folds[n:]
	}
	return p.Run.NoteFound(ctx, noted)
}

// judgeNoted decides about the items for which orders were noted.
func (p *Planner) judgeNoted(ctx context.Context) error {
	const page = 100
	var after int64
	return p.run(ctx, "compare orders", pipeline.Stages[[]record.Item, []ledger.Verdict]{
		Read: func(ctx context.Context) ([]record.Item, error) { return p.liveWithKey(ctx, &after, page) },
		Work: func(ctx context.Context, items []record.Item) ([]ledger.Verdict, error) {
			noted, err := p.Run.FoundFor(ctx, items[0].Seq, items[len(items)-1].Seq)
			if err != nil {
				return nil, err
			}
			var verdicts []ledger.Verdict
			for i := range items {
				orders := noted[items[i].Seq]
				if len(orders) == 0 {
					continue
				}
				f := &found{object: &catalogue.Orders, record: orders[0].Doc}
				for _, other := range orders[1:] {
					f.others = append(f.others, other.ID)
				}
				if len(f.others) == 0 {
					if err := p.readAddresses(ctx, f.record); err != nil {
						return nil, err
					}
				}
				verdict, err := p.verdict(&items[i], f)
				if err != nil {
					return nil, err
				}
				verdicts = append(verdicts, verdict)
			}
			return verdicts, nil
		},
		Settle: p.judge,
	})
}
