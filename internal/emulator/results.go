package emulator

import (
	"net/url"
	"slices"
	"strings"
	"sync"
)

// resultsKept is how many filtered or sorted lists are remembered.
const resultsKept = 8

// results remembers the products that the latest filtered or sorted lists held, so that walking
// the pages of one list scans the store once and not once a page.
type results struct {
	mu      sync.Mutex
	entries []resultEntry // oldest first
}

type resultEntry struct {
	key  string
	rev  int
	list []*product
}

// shapeNames are the query names that do not change which products a list holds.
var shapeNames = []string{"page", "limit", "include", "include_fields", "exclude_fields", "keyword_context"}

// resultKey gives the request's filters and order; "" if the list is not worth remembering, or
// depends on the clock.
func (c *call) resultKey() string {
	q := url.Values{}
	costly := false
	for name, values := range c.query {
		if slices.Contains(shapeNames, name) {
			continue
		}
		if strings.HasPrefix(name, "date_") {
			return ""
		}
		if _, scans := productFilters[name]; scans || name == "sort" && values[0] != "id" || name == "direction" && values[0] == "desc" {
			costly = true
		}
		q[name] = values
	}
	if !costly {
		return ""
	}
	return q.Encode()
}

// selected gives the filtered and ordered products of the request.
func (c *call) selected() ([]*product, *failure) {
	key := c.resultKey()
	if key != "" {
		if list, ok := c.s.results.get(key, c.s.st.rev); ok {
			return list, nil
		}
	}
	list, f := c.findProducts()
	if f == nil {
		f = c.sortProducts(&list)
	}
	if f == nil && key != "" {
		c.s.results.put(resultEntry{key, c.s.st.rev, list})
	}
	return list, f
}

func (r *results) get(key string, rev int) ([]*product, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.entries {
		if e.key == key && e.rev == rev {
			return e.list, true
		}
	}
	return nil, false
}

func (r *results) put(e resultEntry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = slices.DeleteFunc(r.entries, func(old resultEntry) bool { return old.rev != e.rev || old.key == e.key })
	if len(r.entries) == resultsKept {
		r.entries = slices.Delete(r.entries, 0, 1)
	}
	r.entries = append(r.entries, e)
}
