package bigcommerce

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"bcetl/internal/record"
)

// usualPage is the page of V2 where no limit is named. A store may cut pages to less than what was asked for; sizes at which that
// is known to happen are multiples of ten.
const usualPage = 50

// mayBeCut tells whether a page of n records may not be the last one. V2 names no totals.
func mayBeCut(n, asked int) bool { return n > 0 && (n >= asked || n%10 == 0) }

// fetchPart asks for a part of one record, page after page.
func (c *Client) fetchPart(ctx context.Context, p *part, owner int64) (record.Value, error) {
	path := strings.ReplaceAll(p.sub.Path, "{id}", idText(owner))
	list := &partList{sub: p}
	for page := 1; ; page++ {
		query, err := p.query()
		if err != nil {
			return record.Value{}, err
		}
		if p.sub.MaxLimit > 0 {
			query.Set("limit", strconv.Itoa(p.sub.MaxLimit))
		}
		if page > 1 {
			query.Set("page", strconv.Itoa(page))
		}
		answer, err := c.read(ctx, p.sub.Version, path, p.sub.Path, query)
		if page > 1 && statusOf(err) == http.StatusNotFound {
			return record.ListValue(list.items), nil // beyond the end (API facts, section 9, row 23)
		}
		if err != nil {
			return record.Value{}, err
		}
		more, err := list.add(answer)
		recycle(answer)
		switch {
		case err != nil:
			return record.Value{}, fmt.Errorf("read %s of %d: %w", p.sub.Field, owner, err)
		case p.sub.Whole:
			return list.whole, nil
		case !more:
			return record.ListValue(list.items), nil
		}
	}
}

// query is what is sent with every page of a part.
func (p *part) query() (url.Values, error) {
	if !p.want.all && !slices.ContainsFunc(p.sub.QueryFor, func(name string) bool { return p.want.get(name) != nil }) {
		return url.Values{}, nil
	}
	return url.ParseQuery(p.sub.Query)
}

// partList gathers the pages of a part.
type partList struct {
	sub   *part
	items []record.Value
	owner []int64 // of each item, where the list is of many records
	whole record.Value
	seen  map[int64]bool
}

// add reads a page and tells whether another may follow. An element that came on an earlier page is left out: lines may be added
// and removed between two pages.
func (l *partList) add(answer *Response) (more bool, err error) {
	if answer.Status == http.StatusNoContent {
		return false, nil
	}
	parser := parsers.Get()
	defer parsers.Put(parser)
	document, err := parser.ParseBytes(answer.Body)
	if err != nil {
		return false, incomplete(answer)
	}
	var pull puller
	sub := l.sub.sub
	if sub.Whole {
		l.whole, err = pull.value(document, l.sub.want)
		return false, err
	}
	list := document
	if sub.Under != "" && document.Type() == fastjson.TypeObject {
		list = document.Get(sub.Under)
	}
	if list == nil || list.Type() != fastjson.TypeArray {
		return false, &ProtocolError{Message: "the answer is no list of " + sub.Field}
	}
	elements := list.GetArray()
	if l.seen == nil {
		l.seen = make(map[int64]bool, len(elements))
	}
	fresh := 0
	for _, element := range elements {
		id := numberAt(element, "id")
		if id > 0 && l.seen[id] {
			continue
		}
		l.seen[id] = true
		fresh++
		item, err := pull.value(element, l.sub.want)
		if err != nil {
			return false, &ProtocolError{Message: err.Error()}
		}
		l.items = append(l.items, item)
		if sub.Owner != "" {
			l.owner = append(l.owner, numberAt(element, sub.Owner))
		}
	}
	if total := document.Get("meta", "pagination", "total"); sub.Version == "v3" && total != nil {
		return fresh > 0 && int64(len(l.seen)) < total.GetInt64(), nil
	}
	return sub.MaxLimit > 0 && fresh > 0 && mayBeCut(len(elements), sub.MaxLimit) && len(elements)%usualPage == 0, nil
}

// fetchOwned asks for a part of many records at once, and gives the elements of each by the record's id.
func (c *Client) fetchOwned(ctx context.Context, p *part, owners []int64) (map[int64][]record.Value, error) {
	list := &partList{sub: p}
	for page := 1; ; page++ {
		query := url.Values{p.sub.ByOwner: {joinIDs(owners)}, "limit": {strconv.Itoa(p.sub.MaxLimit)}, "page": {strconv.Itoa(page)}}
		answer, err := c.read(ctx, p.sub.Version, p.sub.Path, p.sub.Path, query)
		if err != nil {
			return nil, err
		}
		more, err := list.add(answer)
		recycle(answer)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", p.sub.Field, err)
		}
		if !more {
			break
		}
	}
	owned := map[int64][]record.Value{}
	for i, item := range list.items {
		owned[list.owner[i]] = append(owned[list.owner[i]], item)
	}
	return owned, nil
}

// partOf asks for a part of one record, however the store lists it.
func (c *Client) partOf(ctx context.Context, p *part, owner int64) (record.Value, error) {
	if p.sub.ByOwner == "" {
		return c.fetchPart(ctx, p, owner)
	}
	owned, err := c.fetchOwned(ctx, p, []int64{owner})
	return record.ListValue(owned[owner]), err
}

// read asks for a path of either version. endpoint is the path with placeholders, by which the gate tells endpoints apart.
func (c *Client) read(ctx context.Context, version, path, endpoint string, query url.Values) (*Response, error) {
	return c.do(ctx, &request{method: http.MethodGet, version: version, path: path, query: encodeQuery(query), endpoint: "GET " + endpoint})
}
