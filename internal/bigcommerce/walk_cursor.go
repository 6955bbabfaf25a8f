package bigcommerce

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// cursorWalk reads lists that go by cursors: the codes of promotions, one promotion after the other, one page ahead. A cursor is a
// place between records, so that nothing shifts. Pages are followed until one brings nothing new: a link to a next page may stand on
// the last one too.
//
// Which of its cursors leads on from a page is not clear (API facts, section 9, 5): that of the link to the next page, that of its
// end, or that of its beginning. They are tried in this order: a page that repeats records was reached by the wrong one.
type cursorWalk struct {
	walker *Walker
	owners []int64
	pages  chan cursorRead
}

// cursorRead is a page on its way.
type cursorRead struct {
	records []Record
	total   int64 // as far as it is known
	note    string
	err     error
}

// newCursorListing checks the filter and takes out of it to which records the listed ones belong.
func (c *Client) newCursorListing(object *catalogue.Object, filter url.Values, paths []record.Path) (*listing, []int64, error) {
	own := maps.Clone(filter)
	var owners []int64
	for text := range strings.SplitSeq(own.Get(object.OfField), ",") {
		id, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if err != nil || id <= 0 {
			return nil, nil, fmt.Errorf("list %s: name them by the filter %s, one id or more; %q is none", object.Name, object.OfField, text)
		}
		if !slices.Contains(owners, id) {
			owners = append(owners, id)
		}
	}
	own.Del(object.OfField)
	l, err := c.newListing(object, own, shapeOf(object, paths))
	return l, owners, err
}

func newCursorWalk(w *Walker, owners []int64) *cursorWalk {
	v := &cursorWalk{walker: w, owners: owners, pages: make(chan cursorRead, 1)}
	w.launch(func(ctx context.Context) {
		defer close(v.pages)
		var known int64
		for _, owner := range owners {
			total, err := v.read(ctx, owner, known)
			if err != nil {
				v.send(ctx, cursorRead{err: err})
				return
			}
			known += total
		}
	})
	return v
}

func (v *cursorWalk) send(ctx context.Context, p cursorRead) bool {
	select {
	case v.pages <- p:
		return true
	case <-ctx.Done():
		return false
	}
}

// read reads the list of one owner and gives how many there were.
func (v *cursorWalk) read(ctx context.Context, owner, before int64) (int64, error) {
	l, seen := v.walker.listing, map[int64]bool{}
	first, at, wrong := int64(-1), "", 0
	for {
		p, next, err := l.cursorPage(ctx, owner, at)
		if err != nil {
			return 0, err
		}
		if first < 0 {
			first = max(p.total, 0)
		}
		fresh := p.records[:0]
		for _, r := range p.records {
			if !seen[r.ID] {
				seen[r.ID] = true
				fresh = append(fresh, r)
			}
		}
		read := cursorRead{records: fresh, total: before + max(first, int64(len(seen)))}
		if len(fresh) < len(p.ids) {
			wrong++
		}
		at = next.on(wrong, len(p.ids) >= p.perPage)
		more := len(fresh) > 0 && at != ""
		if !more && int64(len(seen)) < first {
			if len(p.ids) > 0 {
				return 0, &ProtocolError{Message: fmt.Sprintf("list %s of %d: the store says that there are %d and gives %d", l.object.Name, owner, first, len(seen))}
			}
			read.note = fmt.Sprintf("%d of the %s of %d were deleted while they were read", first-int64(len(seen)), l.object.Name, owner)
		}
		if !v.send(ctx, read) || !more {
			return int64(len(seen)), context.Cause(ctx)
		}
	}
}

// next gives the next page, io.EOF after the last.
func (v *cursorWalk) next(ctx context.Context) ([]Record, int64, error) {
	select {
	case p, ok := <-v.pages:
		switch {
		case !ok:
			return nil, 0, cmp.Or(context.Cause(ctx), io.EOF)
		case p.err != nil:
			return nil, 0, cmp.Or(context.Cause(ctx), p.err)
		}
		if p.note != "" {
			v.walker.note("%s", p.note)
		}
		v.walker.total.Store(max(v.walker.total.Load(), p.total))
		return p.records, int64(len(p.records)), nil
	case <-ctx.Done():
		return nil, 0, context.Cause(ctx)
	}
}

func (v *cursorWalk) close() {
	for range v.pages { //nolint:revive // the walk is cancelled; what is under way ends
	}
}

// cursors are the places that a page names.
type cursors struct{ link, end, start string }

// on is the place from which the next page goes on, when so many kinds of places have turned out wrong; "" where no page follows: a
// page that is not full is the last one unless it has a link.
func (c cursors) on(wrong int, full bool) string {
	switch {
	case c.link == "" && !full:
		return ""
	case c.link != "" && wrong == 0:
		return c.link
	case c.link != "" && wrong == 1, c.link == "" && wrong == 0:
		return c.end
	}
	return c.start
}

// cursorPage asks for a page of what belongs to one record, from a cursor on; "" is the first page, which alone names the total.
// Each record is given its owner's id, which the store does not repeat.
func (l *listing) cursorPage(ctx context.Context, owner int64, after string) (*page, cursors, error) {
	query := maps.Clone(l.filter)
	query.Set("limit", strconv.Itoa(l.limit))
	if after != "" {
		query.Set("after", after)
	}
	path := strings.ReplaceAll(l.object.ListPath, "{"+l.object.OfField+"}", idText(owner))
	answer, err := l.client.do(ctx, l.reading(path, query))
	if err != nil {
		return nil, cursors{}, err
	}
	defer recycle(answer)
	p, next, err := l.decodeCursors(answer)
	if err != nil {
		return nil, next, fmt.Errorf("read %s of %d: %w", l.object.Name, owner, err)
	}
	for i := range p.records {
		p.records[i].Doc.Set(l.object.OfField, record.IntValue(owner))
	}
	return p, next, nil
}

func (l *listing) decodeCursors(answer *Response) (*page, cursors, error) {
	p, err := l.decode(answer, ask{limit: l.limit})
	if err != nil || len(answer.Body) == 0 {
		return p, cursors{}, err
	}
	parser := parsers.Get()
	defer parsers.Put(parser)
	_, document, err := parseList(parser, answer, "data")
	if err != nil {
		return nil, cursors{}, err
	}
	meta := document.Get("meta", "cursor_pagination")
	if n := meta.GetInt("per_page"); n > 0 {
		p.perPage = n
	}
	p.total = -1
	if total := document.Get("meta", "pagination", "total"); total != nil && total.Type() == fastjson.TypeNumber {
		p.total = total.GetInt64()
	}
	next := cursors{end: string(meta.GetStringBytes("end_cursor")), start: string(meta.GetStringBytes("start_cursor"))}
	if link := string(meta.GetStringBytes("links", "next")); link != "" {
		if next.link, err = cursorOf(link); err != nil {
			return nil, next, err
		}
	}
	return p, next, nil
}

// cursorOf takes the cursor out of a link such as "?limit=5&after=eyJpZCI6IjIzNzU1NyJ9".
func cursorOf(link string) (string, error) {
	_, query, _ := strings.Cut(link, "?")
	values, err := url.ParseQuery(query)
	if err != nil || values.Get("after") == "" {
		return "", &ProtocolError{Message: "its link to the next page names no place"}
	}
	return values.Get("after"), nil
}
