package emulator

import (
	"iter"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// windowV2 reads page and limit of a V2 list; a limit over the maximum is 413 with its details
// (as a live store answered), not a smaller page.
func (c *call) windowV2() (window, *reply) {
	w := window{1, defaultLimit}
	for name, to := range map[string]*int{"page": &w.page, "limit": &w.limit} {
		text := c.param(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return w, invalidV2(name, "must be a whole number")
		}
		if n > 0 {
			*to = n
		}
	}
	if w.limit > maxLimit {
		return w, failV2(http.StatusRequestEntityTooLarge, "The specified limit exceeds the maximum allowed.", `{"max_limit":`+textInt(maxLimit)+`}`)
	}
	return w, nil
}

// listV2 answers a page of total items as a bare array, or 204 without a body if the page is empty.
func (c *call) listV2(total int, item func(dst []byte, i int) []byte) *reply {
	w, refused := c.windowV2()
	if refused != nil {
		return refused
	}
	from, to := w.bounds(total)
	if from == to {
		return noContent()
	}
	body := []byte{'['}
	for i := from; i < to; i++ {
		if i > from {
			body = append(body, ',')
		}
		body = item(body, i)
	}
	return plain(append(body, ']'))
}

// rowsV2 answers a page of rows of one table.
func (c *call) rowsV2(t *table, rows []row) *reply {
	return c.listV2(len(rows), func(dst []byte, i int) []byte { return t.append(dst, rows[i], nil) })
}

// plain answers a V2 body.
func plain(body []byte) *reply { return &reply{status: http.StatusOK, body: body} }

func countV2(n int) *reply { return plain([]byte(`{"count":` + textInt(n) + `}`)) }

func notFoundV2() *reply {
	return failV2(http.StatusNotFound, "The requested resource was not found.", "")
}

// invalidV2 refuses the value of a field or filter.
func invalidV2(name, reason string) *reply {
	return failV2(http.StatusBadRequest, "The field '"+name+"' is invalid.", `{"invalid_reason":`+quote(reason)+`}`)
}

func readOnlyV2(name string) *reply {
	return failV2(http.StatusBadRequest, "The field '"+name+"' cannot be written to. Please remove it from your request before trying again.", "")
}

func unsupportedV2(name string) *reply {
	return failV2(http.StatusBadRequest, "The field '"+name+"' is not supported by this resource.", "")
}

// replyV2 turns what patch found into a V2 answer that names one field, as the platform does; nil if nothing
// is wrong. V2 refuses unknown and read-only fields always (recorded), not in strict mode alone.
func (p *problems) replyV2(t *table) *reply {
	if len(p.unknown) > 0 {
		name := slices.Min(p.unknown)
		if _, known := t.index[name]; known {
			return readOnlyV2(name)
		}
		return unsupportedV2(name)
	}
	for name := range sorted(p.missing) {
		return failV2(http.StatusBadRequest, "The required field '"+name+"' was not supplied.", "")
	}
	for _, set := range []map[string]string{p.typed, p.invalid} {
		for name, reason := range sorted(set) {
			return invalidV2(name, reason)
		}
	}
	return nil
}

// sorted walks a map by key.
func sorted(m map[string]string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, name := range slices.Sorted(maps.Keys(m)) {
			if !yield(name, m[name]) {
				return
			}
		}
	}
}
