package emulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

const (
	defaultLimit = 50
	maxLimit     = 250
)

// window is the part of a list that a request asks for.
type window struct{ page, limit int }

// window reads page and limit, and refuses in the form of most V3 endpoints.
func (c *call) window() (window, *reply) {
	w, f := c.judgedWindow()
	if f != nil {
		return w, f.reply()
	}
	return w, nil
}

// judgedWindow reads page and limit. Numbers below 1 count as absent.
func (c *call) judgedWindow() (window, *failure) {
	w := window{1, defaultLimit}
	for name, to := range map[string]*int{"page": &w.page, "limit": &w.limit} {
		text := c.param(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return w, badFilter(name)
		}
		if n > 0 {
			*to = n
		}
	}
	if w.limit > maxLimit {
		title := "The specified limit exceeds the maximum allowed."
		switch c.s.opts.OverLimit {
		case Refuse413:
			return w, fail(http.StatusRequestEntityTooLarge, title)
		case Refuse422:
			return w, failField(http.StatusUnprocessableEntity, "limit", title)
		default:
			w.limit = maxLimit
		}
	}
	return w, nil
}

// bounds gives the slice of a list of total items.
func (w window) bounds(total int) (from, to int) {
	if w.page-1 > total/w.limit { // also keeps a huge page number from overflowing
		return total, total
	}
	from = min((w.page-1)*w.limit, total)
	return from, min(from+w.limit, total)
}

// listed wraps the encoded items of a page as {data, meta.pagination}.
func (c *call) listed(data []byte, count, total int, w window) *reply {
	if c.s.opts.PageEnd404 && w.page > 1 && count == 0 {
		return fail(http.StatusNotFound, "The page does not exist").reply()
	}
	b := append(append(make([]byte, 0, len(data)+512), `{"data":`...), data...)
	b = c.appendPagination(append(b, `,"meta":{`...), count, total, w)
	return &reply{status: http.StatusOK, body: append(b, `}}`...)}
}

func (c *call) appendPagination(b []byte, count, total int, w window) []byte {
	pages := (total + w.limit - 1) / w.limit
	for _, part := range []struct {
		name string
		n    int
	}{
		{`"pagination":{"total":`, total},
		{`,"count":`, count},
		{`,"per_page":`, w.limit},
		{`,"current_page":`, w.page},
		{`,"total_pages":`, pages},
	} {
		b = strconv.AppendInt(append(b, part.name...), int64(part.n), 10)
	}
	b = append(b, `,"links":{`...)
	kept := c.otherParams()
	if w.page > 1 {
		b = append(c.appendLink(append(b, `"previous":`...), kept, w.page-1, w.limit), ',')
	}
	b = c.appendLink(append(b, `"current":`...), kept, w.page, w.limit)
	if w.page < pages {
		b = c.appendLink(append(b, `,"next":`...), kept, w.page+1, w.limit)
	}
	return append(b, `}}`...)
}

// otherParams is the request's query without page and limit.
func (c *call) otherParams() string {
	if c.raw == "" {
		return ""
	}
	var b strings.Builder
	for part := range strings.SplitSeq(c.raw, "&") {
		name, _, _ := strings.Cut(part, "=")
		if name, err := url.QueryUnescape(name); err != nil || name == "page" || name == "limit" || part == "" {
			continue
		}
		b.WriteString(part + "&")
	}
	return b.String()
}

func (c *call) appendLink(b []byte, kept string, page, limit int) []byte {
	return appendQuoted(b, "?"+kept+"page="+strconv.Itoa(page)+"&limit="+strconv.Itoa(limit))
}

// rowList answers a page of rows of one table.
func (c *call) rowList(t *table, rows []row, always ...string) *reply {
	w, r := c.window()
	if r != nil {
		return r
	}
	m := c.mask(t, always...)
	from, to := w.bounds(len(rows))
	data := []byte{'['}
	for i, item := range rows[from:to] {
		if i > 0 {
			data = append(data, ',')
		}
		data = c.appendRow(data, t, item, m)
	}
	return c.listed(append(data, ']'), to-from, len(rows), w)
}

// appendRow appends one item of a list in the endpoint's own encoding, if it has one.
func (c *call) appendRow(dst []byte, t *table, r row, m mask) []byte {
	if c.encodeRow != nil {
		return c.encodeRow(dst, r)
	}
	return t.append(dst, r, m)
}

func badFilter(name string) *failure {
	return &failure{
		status: http.StatusUnprocessableEntity, title: "Invalid field(s): " + name,
		errors: map[string]string{name: "The value of the filter " + name + " is invalid"},
	}
}
