package emulator

import (
	"strings"
	"sync"
)

// DocumentedCeilings are the endpoints whose parallel requests the documentation bounds, with
// their bound: catalog/category-trees_catalog.v3.yml, promotions.v3.yml, and the advice of
// catalog/products_catalog.v3.yml never to assign channels in parallel.
func DocumentedCeilings() map[string]int {
	return map[string]int{
		"/v3/catalog/trees/*/categories":           1,
		"/v3/catalog/categories*":                  40,
		"/v3/catalog/products/channel-assignments": 1,
		"/v3/promotions*":                          40,
		"GET /v3/promotions/*/codes":               10,
		"/v3/promotions/*/codegen":                 10,
	}
}

// flight counts the requests that are being handled, in all and by the patterns of Ceilings.
type flight struct {
	mu  sync.Mutex
	all int
	by  map[string]int
}

// enter reports whether one more request may start; leave then ends it.
func (f *flight) enter(o *Options, method, path string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if o.MaxInFlight > 0 && f.all >= o.MaxInFlight {
		return false
	}
	for pattern, ceiling := range o.Ceilings {
		if bounds(pattern, method, path) && f.by[pattern] >= ceiling {
			return false
		}
	}
	f.add(o, method, path, 1)
	return true
}

func (f *flight) leave(o *Options, method, path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.add(o, method, path, -1)
}

func (f *flight) add(o *Options, method, path string, n int) {
	f.all += n
	for pattern := range o.Ceilings {
		if !bounds(pattern, method, path) {
			continue
		}
		if f.by == nil {
			f.by = map[string]int{}
		}
		f.by[pattern] += n
	}
}

// bounds reports whether a pattern of Ceilings is about a request.
func bounds(pattern, method, path string) bool {
	if only, rest, ok := strings.Cut(pattern, " "); ok {
		return only == method && glob(rest, path)
	}
	return glob(pattern, path)
}
