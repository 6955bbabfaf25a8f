package bigcommerce

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// plainAttempts is how often a list without a sort is read anew when it changed meanwhile.
const plainAttempts = 3

// readPlain reads a list that can neither be sorted by id nor cut by it: brands, categories and trees, some ten thousand small
// records at most. It gives all of them at once.
func (w *Walker) readPlain(ctx context.Context) ([]Record, error) {
	records, err := w.listing.readAll(ctx)
	w.total.Store(int64(len(records)))
	w.listed.Store(int64(len(records)))
	return records, err
}

// readAll reads every page of such a list, in order of ids. Pages that do not add up to their totals, because the list changed
// between them, are read again from the first.
func (l *listing) readAll(ctx context.Context) ([]Record, error) {
	for range plainAttempts {
		records, steady, err := l.readOnce(ctx)
		if err != nil {
			return nil, err
		}
		if steady {
			slices.SortFunc(records, func(a, b Record) int { return cmp.Compare(a.ID, b.ID) })
			return records, nil
		}
	}
	return nil, &ProtocolError{Message: fmt.Sprintf("list %s: it changed while it was read, %d times in a row", l.object.Name, plainAttempts)}
}

// readOnce reads all pages and tells whether they fit together: one total, and as many different ids.
func (l *listing) readOnce(ctx context.Context) (records []Record, steady bool, err error) {
	seen := map[int64]bool{}
	total := int64(-1)
	for number := 1; ; number++ {
		p, err := l.page(ctx, ask{page: number, limit: l.limit})
		if err != nil {
			return nil, false, err
		}
		if total >= 0 && p.total != total {
			return nil, false, nil
		}
		total = p.total
		for i := range p.ids {
			if seen[p.ids[i]] {
				return nil, false, nil
			}
			seen[p.ids[i]] = true
		}
		records = append(records, p.records...)
		switch {
		case int64(len(records)) == total:
			return records, true, nil
		case len(p.ids) == 0 || int64(len(records)) > total:
			return nil, false, nil
		}
	}
}
