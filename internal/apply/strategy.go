package apply

import "bcetl/internal/bigcommerce/catalogue"

// Strategy is how records are looked up by their natural keys.
type Strategy string

// The strategies.
const (
	BulkLookup   Strategy = "bulk"   // many keys a request
	SingleLookup Strategy = "single" // one key a request
	ListAll      Strategy = "list"   // the whole object, page by page
	NoLookup     Strategy = "none"   // nothing can be found
)

// listRequests is how many requests a complete listing of total records takes. Of V3 these are its pages and, beyond one, the request
// that finds the highest id. Coupons have no order but that of ids: they are read to their end, and a page of a multiple of ten may have
// been cut, so it is not taken for the last one.
func listRequests(object *catalogue.Object, total int64) int64 {
	pages := (total + int64(object.MaxLimit) - 1) / int64(object.MaxLimit)
	switch {
	case object.MinID != "" && total%10 == 0:
		return pages + 1
	case object.MinID != "":
		return pages
	case pages <= 1:
		return 1
	}
	return pages + 1
}

// chooseStrategy takes the cheapest way to find keys where asking for them, and for all that may have to be asked for besides, takes at most so
// many requests; it gives the exact count of requests for the keys. Of equal cost the one that reads less is taken: asking before the list.
func chooseStrategy(key *catalogue.Key, keys, asking, total int64, listed *catalogue.Object) (Strategy, int64) {
	if keys == 0 || total == 0 {
		return NoLookup, 0
	}
	list := listRequests(listed, total)
	switch key.Finding {
	case catalogue.Bulk:
		if asking <= list {
			return BulkLookup, asking
		}
	case catalogue.Single:
		if asking <= list {
			return SingleLookup, keys
		}
	}
	return ListAll, list
}
