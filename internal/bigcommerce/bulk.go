package bigcommerce

import (
	"net/url"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
)

// MaxQueryBytes caps the encoded key values of one look-up, so that the whole address stays below the 8 KB that servers and
// proxies take.
const MaxQueryBytes = 6000

// BulkBatches cuts key values into the lists that FindBulk takes, one request each: at most key.MaxBulk values and MaxQueryBytes
// encoded. A value that cannot stand in a comma-separated list is a batch by itself, which FindOne takes. The values keep their
// order, except that such a value does not end the batch around it. It is a pure function, so that the number of requests is
// known before the first.
func BulkBatches(key *catalogue.Key, values []string) [][]string {
	var batches [][]string
	var open []string
	bytes := 0
	for _, value := range values {
		if goesAlone(value) {
			batches = append(batches, []string{value})
			continue
		}
		size := encodedSize(value)
		if len(open) > 0 && (len(open) >= key.MaxBulk || bytes+1+size > MaxQueryBytes) {
			batches, open, bytes = append(batches, open), nil, 0
		}
		if len(open) > 0 {
			bytes++ // the comma
		}
		open, bytes = append(open, value), bytes+size
	}
	if len(open) > 0 {
		batches = append(batches, open)
	}
	return batches
}

// goesAlone tells of a value that would not be one element of a comma-separated list. Blanks at its ends may be trimmed there.
func goesAlone(value string) bool {
	return strings.Contains(value, ",") || strings.TrimSpace(value) != value || value == ""
}

func encodedSize(value string) int { return len(queryUnescaper.Replace(url.QueryEscape(value))) }
