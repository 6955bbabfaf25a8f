package apply

import (
	"context"
	"io"

	"bcetl/internal/record"
)

// liveWithKey gives the next items that have a key that can be asked for and no verdict, io.EOF when there are none.
func (p *Planner) liveWithKey(ctx context.Context, after *int64, page int) ([]record.Item, error) {
	for {
		items, err := p.Run.Live(ctx, p.Step, *after, page)
		items, err = nextPage(items, after, err)
		if err != nil {
			return nil, err
		}
		kept := items[:0]
		for i := range items {
			if items[i].Key == "" {
				continue
			}
			if _, ok := p.Target.asked(items[i].Key); ok {
				kept = append(kept, items[i])
			}
		}
		if len(kept) > 0 {
			return kept, nil
		}
	}
}

// nextPage moves the mark past the page that was read; an empty page is the end.
func nextPage(items []record.Item, after *int64, err error) ([]record.Item, error) {
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, io.EOF
	}
	*after = items[len(items)-1].Seq
	return items, nil
}

// keyReader forms batches of items whose keys fit one request, in the same way in which countKeys counted them.
type keyReader struct {
	planner *Planner
	batch   keyBatch
	after   int64
	ahead   []record.Item
	pending []record.Item
	ended   bool
}

func (r *keyReader) next(ctx context.Context) ([]record.Item, error) {
	const page = 500
	for {
		if len(r.ahead) == 0 && !r.ended {
			items, err := r.planner.liveWithKey(ctx, &r.after, page)
			switch {
			case err == io.EOF: //nolint:errorlint // our own reader returns it bare
				r.ended = true
			case err != nil:
				return nil, err
			}
			r.ahead = items
		}
		if len(r.ahead) == 0 {
			if len(r.pending) == 0 {
				return nil, io.EOF
			}
			return r.take(), nil
		}
		item := r.ahead[0]
		asked, _ := r.planner.Target.asked(item.Key)
		if goesSingly(asked) {
			r.ahead = r.ahead[1:]
			return []record.Item{item}, nil
		}
		if !r.batch.takes(asked) {
			return r.take(), nil
		}
		r.ahead = r.ahead[1:]
		r.batch.add(asked)
		r.pending = append(r.pending, item)
	}
}

func (r *keyReader) take() []record.Item {
	full := r.pending
	r.pending = nil
	r.batch.reset()
	return full
}
