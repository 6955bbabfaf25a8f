package apply

import (
	"net/url"
	"strings"
)

// maxQueryBytes caps the escaped keys of one look-up, so that the address stays below the 8 KB that servers and proxies take.
const maxQueryBytes = 6000

// keyBatch collects keys for one bulk look-up. A key that holds a comma cannot stand in a list and is looked up alone.
type keyBatch struct {
	max   int
	n     int
	bytes int
}

// takes tells whether the key may join the batch; the first one always may.
func (b *keyBatch) takes(key string) bool {
	if b.n == 0 {
		return true
	}
	return b.n < b.max && b.bytes+len(url.QueryEscape(key))+3 <= maxQueryBytes
}

// add puts a key in.
func (b *keyBatch) add(key string) {
	b.n++
	b.bytes += len(url.QueryEscape(key)) + 3 // an escaped comma between
}

func (b *keyBatch) reset() { b.n, b.bytes = 0, 0 }

// goesSingly tells whether a key cannot stand in a comma-separated list.
func goesSingly(key string) bool { return strings.Contains(key, ",") }
