package connections

import (
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/job"
)

// Access is what bcetl itself allows on a connection, whatever the token allows. The zero value is read-only.
type Access struct {
	all     bool
	objects []string // as written
}

// objects are the names that a list of access may hold, each with the store objects that it opens. Products opens all that a product
// sheet writes: its brands and categories are created by look-ups, its prices and stock lie on variants.
var objects = map[string][]string{
	"products":   {"products", "variants", "brands", "categories"},
	"variants":   {"variants"},
	"brands":     {"brands"},
	"categories": {"categories"},
	"coupons":    {"coupons"},
	// What reaches customers or cannot be undone is named for itself: orders does not open shipments, nor coupons codes of promotions.
	"orders":          {"orders"},
	"shipments":       {"shipments"},
	"promotion_codes": {"promotion_codes", "code_batches"},
	"code_batches":    {"code_batches"},
}

const (
	readOnly = "read-only"
	write    = "write"
)

// Allows tells whether a store object ("products", "brands", "orders") may be written.
func (a Access) Allows(object string) bool {
	if a.all {
		return true
	}
	return slices.ContainsFunc(a.objects, func(name string) bool { return slices.Contains(objects[name], object) })
}

// ReadOnly tells whether nothing may be written.
func (a Access) ReadOnly() bool { return !a.all && len(a.objects) == 0 }

// Objects are the names that the entry lists; none of read-only and of write.
func (a Access) Objects() []string { return slices.Clone(a.objects) }

// String is the access as a connections file writes it: read-only, write, or [products, coupons].
func (a Access) String() string {
	switch {
	case a.all:
		return write
	case len(a.objects) == 0:
		return readOnly
	}
	return "[" + strings.Join(a.objects, ", ") + "]"
}

// checkAccess judges the words of a command line.
func checkAccess(words []string) error {
	for _, word := range words {
		if len(words) == 1 && (word == readOnly || word == write) {
			continue
		}
		if _, known := objects[word]; !known {
			return fmt.Errorf("unknown access %q%s", word, job.Alternatives(word, append([]string{readOnly, write}, objectNames()...)))
		}
	}
	return nil
}
