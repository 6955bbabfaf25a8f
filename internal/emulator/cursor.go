package emulator

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A cursor is the id of a row, wrapped so that nobody builds one. The end cursor of a page is what
// after takes for the next one, and stands in links.next; with CursorsSwapped the start cursor is.

func cursorOf(r row) string {
	return base64.RawURLEncoding.EncodeToString([]byte(`{"id":` + r[0] + `}`))
}

// cursorPlace gives the place in rows of the row that a cursor names.
func cursorPlace(rows []row, cursor string) (int, bool) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, false
	}
	id := strings.TrimSuffix(strings.TrimPrefix(string(text), `{"id":`), "}")
	at := slices.IndexFunc(rows, func(r row) bool { return r[0] == id })
	return at, at >= 0
}

// cursorBounds gives the part of rows that after or before ask for.
func (c *call) cursorBounds(rows []row, w window) (from, to int, refused *failure) {
	if after := c.param("after"); after != "" {
		at, ok := cursorPlace(rows, after)
		if !ok {
			return 0, 0, badFilter("after")
		}
		from = at + 1
	}
	to = min(from+w.limit, len(rows))
	if before := c.param("before"); before != "" {
		at, ok := cursorPlace(rows, before)
		if !ok {
			return 0, 0, badFilter("before")
		}
		from, to = max(0, at-w.limit), at
	}
	return from, to, nil
}

// appendCursors appends the member cursor_pagination for the part of rows that an answer holds.
func (c *call) appendCursors(b []byte, rows []row, from, to int, w window) []byte {
	b = append(b, `"cursor_pagination":{"count":`+textInt(to-from)+`,"per_page":`+textInt(w.limit)...)
	var links []string
	if from < to {
		start, end := cursorOf(rows[from]), cursorOf(rows[to-1])
		shownStart, shownEnd := start, end
		if c.s.opts.CursorsSwapped {
			shownStart, shownEnd = end, start
		}
		b = append(b, `,"start_cursor":`+quote(shownStart)+`,"end_cursor":`+quote(shownEnd)...)
		limit := "?limit=" + strconv.Itoa(w.limit)
		if from > 0 {
			links = append(links, `"previous":`+quote(limit+"&before="+start))
		}
		if to < len(rows) || c.s.opts.NextLinkAlways {
			links = append(links, `"next":`+quote(limit+"&after="+end))
		}
	}
	if c.s.opts.NoCursorLinks {
		links = nil
	}
	return append(b, `,"links":{`+strings.Join(links, ",")+`}}`...)
}

// eitherList answers rows by cursor where the request names one, by page where it names one, and
// else with what both need to go on.
func (c *call) eitherList(rows []row, item func(dst []byte, r row) []byte) (*reply, *failure) {
	cursor, paged := c.has("before") || c.has("after"), c.has("page")
	if cursor && paged || c.has("before") && c.has("after") {
		return nil, fail(http.StatusUnprocessableEntity, "before, after and page cannot be used together")
	}
	w, f := c.judgedWindow()
	if f != nil {
		return nil, f
	}
	from, to := w.bounds(len(rows))
	if cursor {
		if from, to, f = c.cursorBounds(rows, w); f != nil {
			return nil, f
		}
	}
	b := []byte(`{"data":[`)
	for i, r := range rows[from:to] {
		if i > 0 {
			b = append(b, ',')
		}
		b = item(b, r)
	}
	b = append(b, `],"meta":{`...)
	if !paged {
		b = c.appendCursors(b, rows, from, to, w)
	}
	if !cursor && !paged {
		b = append(b, ',')
	}
	if !cursor {
		b = c.appendPagination(b, to-from, len(rows), w)
	}
	return plain(append(b, `}}`...)), nil
}
