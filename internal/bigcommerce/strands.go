package bigcommerce

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"bcetl/internal/bigcommerce/catalogue"
)

// counts are how many records a list holds, as the store counts them: some stores leave incomplete orders out.
type counts struct {
	all    int64
	status map[int64]int64
}

// of is how many have one of the statuses; none is any.
func (c *counts) of(statuses []int64) int64 {
	if len(statuses) == 0 {
		return c.all
	}
	var n int64
	for _, status := range statuses {
		n += c.status[status]
	}
	return n
}

// count asks for the counts of a list. The count of coupons takes no filters: it is asked for only where there are none.
func (l *listingV2) count(ctx context.Context, s strand) (*counts, error) {
	query := url.Values{}
	if !l.object.CountsAll {
		query = maps.Clone(l.filter)
		s.ask(query)
		if l.within.above > 0 {
			query.Set(l.object.MinID, idText(l.within.above+1))
		}
		if l.within.most > 0 {
			query.Set(l.object.MaxID, idText(l.within.most))
		}
	}
	answer, err := l.client.read(ctx, l.object.Version, l.object.CountPath, l.object.CountPath, query)
	if err != nil {
		return nil, err
	}
	parser := parsers.Get()
	defer parsers.Put(parser)
	document, err := parser.ParseBytes(answer.Body)
	if err != nil {
		return nil, incomplete(answer)
	}
	found := &counts{all: numberAt(document, "count"), status: map[int64]int64{}}
	if found.all < 0 {
		return nil, &ProtocolError{Message: fmt.Sprintf("the answer does not count %s", l.object.Name)}
	}
	for _, status := range document.GetArray("statuses") {
		found.status[numberAt(status, "id")] = numberAt(status, "count")
	}
	return found, nil
}

// countable tells whether the store can count what the list matches.
func (l *listingV2) countable() bool {
	return !l.object.CountsAll || (len(l.filter) == 0 && l.within == bounds{})
}

// cheaper is how many times as many requests one list of all statuses must take, for each status to be a list of its own: then
// what changed meanwhile is read again.
const cheaper = 2

// apart tells whether each status is to be a list of its own.
func apart(statuses []int64, found *counts, size int) bool {
	one := pagesOf(found.all, size)
	var each int64 = 3 // the latest change, the ceiling, what changed since
	for _, status := range statuses {
		each += max(1, pagesOf(found.status[status], size))
	}
	return cheaper*each <= one
}

func pagesOf(records int64, size int) int64 { return (records + int64(size) - 1) / int64(size) }

// strands finds out which lists make up the walk, and counts archived orders that it leaves out.
func (v *walkV2) strands(ctx context.Context) ([]strand, error) {
	l := v.listing
	if l.object != &catalogue.Orders {
		return []strand{{status: -1}}, nil
	}
	plain := []strand{{status: -1}}
	switch len(l.statuses) {
	case 0:
	case 1:
		plain[0].status = l.statuses[0]
	default:
		found, err := v.counted(ctx)
		if err != nil {
			return nil, err
		}
		if apart(l.statuses, found, v.pageSize()) {
			plain = nil
			for _, status := range l.statuses {
				plain = append(plain, strand{status: status})
			}
		}
	}
	first := strand{status: -1, archived: true}
	if len(l.statuses) == 1 {
		first.status = l.statuses[0]
	}
	some, hidden, err := v.hidden(ctx, first)
	if err != nil {
		return nil, err
	}
	// Where there are none yet, one may be archived while the orders are read.
	if slices.Contains(v.walker.options.Also, AlsoArchived) && (hidden || !some) {
		for _, s := range slices.Clone(plain) {
			s.archived = true
			plain = append(plain, s)
		}
		return plain, nil
	}
	if !hidden {
		if some && slices.Contains(v.walker.options.Also, AlsoArchived) {
			return plain, v.send(ctx, &pageV2{notes: []string{"the store cannot be asked for archived orders: those that its list of orders does not hold are left out"}})
		}
		return plain, nil
	}
	found, err := l.count(ctx, first)
	if err != nil {
		return nil, err
	}
	n := found.of(l.statuses)
	if len(l.statuses) == 1 {
		n = found.all
	}
	return plain, v.send(ctx, &pageV2{left: map[string]int64{AlsoArchived: n}})
}

// hidden tells whether there are orders in the list of archived ones, and whether that is what they are: the store then lists
// archived orders only when asked.
func (v *walkV2) hidden(ctx context.Context, s strand) (some, hidden bool, err error) {
	rows, _, err := v.listing.page(ctx, askV2{strand: s, limit: 1, bare: true})
	some = err == nil && len(rows) > 0
	return some, some && rows[0].archived, err
}

// counted is what was counted before the walk, or is counted now.
func (v *walkV2) counted(ctx context.Context) (*counts, error) {
	if estimate := v.walker.options.Counted; estimate != nil && estimate.counts != nil {
		return estimate.counts, nil
	}
	return v.listing.count(ctx, strand{status: -1})
}
