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

// search is how items are looked up in one object of the store.
type search struct {
	object *catalogue.Object // that is asked or listed
	key    *catalogue.Key    // as that object finds it
	paths  []record.Path
	// ask gives the records of one key; nil asks by the key's own query.
	ask func(ctx context.Context, value string) ([]bigcommerce.Record, error)
	// index gives what was read by folded key.
	index func([]bigcommerce.Record) map[string]*found
}

// one asks for the records of one key.
func (s *search) one(ctx context.Context, client *bigcommerce.Client, value string) ([]bigcommerce.Record, error) {
	if s.ask != nil {
		return s.ask(ctx, value)
	}
	return client.FindOne(ctx, s.object, s.key, value, s.paths)
}

// lookUp finds the records of all live items that have a key and writes a verdict for each that was found. What it leaves without a
// verdict is not in the store.
func (p *Planner) lookUp(ctx context.Context) error {
	if p.handling.lookUp != nil {
		return p.handling.lookUp(ctx, p)
	}
	object := p.Target.Object
	s := &search{object: object, key: p.Target.key(), paths: p.Target.readPaths(p.handling)}
	s.index = func(records []bigcommerce.Record) map[string]*found { return p.indexByKey(object, s.key, records) }
	_, _, err := p.find(ctx, s, s)
	return err
}

// find looks the items up in the cheapest way: by the key, or through a list of all records. It tells which way that was, and how many
// records the store has, negative where it was not asked.
func (p *Planner) find(ctx context.Context, asked, listed *search) (strategy Strategy, total int64, err error) {
	total = -1
	keys, batches, err := p.countKeys(ctx, asked.key)
	if err != nil || keys == 0 {
		return NoLookup, total, err
	}
	asking := batches
	if asked.key.Finding == catalogue.Single {
		questions, err := p.mostQuestions(ctx)
		if err != nil {
			return NoLookup, total, err
		}
		asking += questions
	}
	// Listing takes the request that asks for the store's size and at least one page: two requests cannot be beaten.
	if asking > 2 {
		if total, err = p.count(ctx, listed.object); err != nil {
			return NoLookup, total, err
		}
	}
	strategy, requests := BulkLookup, batches
	if asked.key.Finding == catalogue.Single {
		strategy = SingleLookup
	}
	if total >= 0 {
		strategy, requests = chooseStrategy(asked.key, keys, asking, total, listed.object)
	}
	p.looks.Strategy = strategy
	p.looks.Requests += requests
	switch strategy {
	case BulkLookup:
		err = p.bulk(ctx, asked)
	case SingleLookup:
		err = p.single(ctx, asked)
	case ListAll:
		err = p.list(ctx, listed, true)
	}
	return strategy, total, err
}

// count asks how many records of an object the store has.
func (p *Planner) count(ctx context.Context, object *catalogue.Object) (int64, error) {
	total, err := p.Client.Count(ctx, object, nil)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", object.Name, err)
	}
	p.looks.Requests++
	return total, nil
}

// countKeys counts the live keys and the requests that looking them up by the key would take.
func (p *Planner) countKeys(ctx context.Context, key *catalogue.Key) (keys, batches int64, err error) {
	batch := keyBatch{max: key.MaxBulk}
	err = p.Run.LiveKeys(ctx, p.Step, func(_ int64, written string) bool {
		text, ok := p.Target.asked(written)
		if !ok {
			return true
		}
		keys++
		if key.Finding != catalogue.Bulk || goesSingly(text) {
			batches++
			return true
		}
		if !batch.takes(text) {
			batch.reset()
		}
		if batch.n == 0 {
			batches++
		}
		batch.add(text)
		return true
	})
	return keys, batches, err
}

// bulk looks keys up many at a time. Keys that cannot stand in a list are looked up alone.
func (p *Planner) bulk(ctx context.Context, s *search) error {
	reader := &keyReader{planner: p, batch: keyBatch{max: s.key.MaxBulk}}
	return p.run(ctx, "look up records", pipeline.Stages[[]record.Item, []ledger.Verdict]{
		Read: reader.next,
		Work: func(ctx context.Context, items []record.Item) ([]ledger.Verdict, error) {
			values := make([]string, len(items))
			for i := range items {
				values[i], _ = p.Target.asked(items[i].Key)
			}
			var records []bigcommerce.Record
			var err error
			if len(values) == 1 && goesSingly(values[0]) {
				records, err = p.Client.FindOne(ctx, s.object, s.key, values[0], s.paths)
			} else {
				records, err = p.Client.FindBulk(ctx, s.object, s.key, values, s.paths)
			}
			if err != nil {
				return nil, err
			}
			return p.matches(items, s.index(records))
		},
		Settle: p.judge,
	})
}

// single looks keys up one a request.
func (p *Planner) single(ctx context.Context, s *search) error {
	const page = 10 // a commit for each item would cost more than the wait for its neighbours
	var after int64
	return p.run(ctx, "look up records", pipeline.Stages[[]record.Item, []ledger.Verdict]{
		Read: func(ctx context.Context) ([]record.Item, error) {
			items, err := p.liveWithKey(ctx, &after, page)
			return items, err
		},
		Work: func(ctx context.Context, items []record.Item) ([]ledger.Verdict, error) {
			var read []bigcommerce.Record
			for i := range items {
				asked, _ := p.Target.asked(items[i].Key)
				records, err := s.one(ctx, p.Client, asked)
				if err != nil {
					return nil, err
				}
				read = append(read, records...)
			}
			return p.matches(items, s.index(read))
		},
		Settle: p.judge,
	})
}

// list reads all records and finds the items of each page. complete says that no item was judged before, so that it is known of every record
// whether an item changes it.
func (p *Planner) list(ctx context.Context, s *search, complete bool) error {
	const keysAtOnce = 500
	walker := p.Client.Walk(ctx, s.object, bigcommerce.WalkOptions{Paths: s.paths, Concurrency: p.Concurrency})
	defer walker.Close()
	err := pipeline.Run(ctx, pipeline.Config{Concurrency: 2, Stop: p.Stop}, pipeline.Stages[[]bigcommerce.Record, []ledger.Verdict]{
		Read: walker.Next,
		Work: func(ctx context.Context, records []bigcommerce.Record) ([]ledger.Verdict, error) {
			index := s.index(records)
			folds := make([]string, 0, len(index))
			for fold := range index {
				folds = append(folds, fold)
			}
			var verdicts []ledger.Verdict
			outcomes := map[string]record.Outcome{}
			for len(folds) > 0 {
				n := min(keysAtOnce, len(folds))
				items, err := p.Run.ByFold(ctx, p.Step, folds[:n])
				if err != nil {
					return nil, err
				}
				found, err := p.matches(items, index)
				if err != nil {
					return nil, err
				}
				verdicts, folds = append(verdicts, found...), folds[n:]
				at := 0 // of items, whose order found keeps
				for k := range found {
					for items[at].Seq != found[k].Seq {
						at++
					}
					outcomes[p.Target.FoldKey(items[at].Key)] = found[k].Outcome
				}
			}
			if !complete {
				return verdicts, nil
			}
			return verdicts, p.noteKept(ctx, s, records, outcomes)
		},
		Settle: p.judge,
	})
	if err != nil {
		return fmt.Errorf("list %s: %w", s.object.Name, err)
	}
	return nil
}

// indexByKey gives records by their folded keys. Where several have one, the first is found and the ids of the others are noted.
func (p *Planner) indexByKey(object *catalogue.Object, key *catalogue.Key, records []bigcommerce.Record) map[string]*found {
	index := make(map[string]*found, len(records))
	for i := range records {
		text := records[i].Doc.Get(key.Field).String()
		if text == "" {
			continue
		}
		fold := p.Target.FoldKey(text)
		if first := index[fold]; first != nil {
			first.others = append(first.others, records[i].ID)
			continue
		}
		index[fold] = &found{object: object, record: records[i].Doc}
	}
	return index
}

// matches gives verdicts for the items that the index has.
func (p *Planner) matches(items []record.Item, index map[string]*found) ([]ledger.Verdict, error) {
	var verdicts []ledger.Verdict
	for i := range items {
		f, ok := index[p.Target.FoldKey(items[i].Key)]
		if !ok {
			continue
		}
		verdict, err := p.verdict(&items[i], f)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, verdict)
	}
	return verdicts, nil
}
