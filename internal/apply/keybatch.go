package apply

import (
	"net/url"
	"strconv"
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

// asked is the form of a key that the store is asked for. Ok is false for what cannot be the id of a record: the store would refuse
// the question, and with it those for the other keys of the request.
func (t *Target) asked(key string) (text string, ok bool) {
	if t.keyField() != t.Object.IDField {
		return strings.TrimSpace(key), true
	}
	text = t.FoldKey(key)
	id, err := strconv.ParseInt(text, 10, 64)
	return text, err == nil && id > 0 && id <= maxID
}

// maxID is the greatest id that a store gives: ids are int32 throughout the specification files.
const maxID = 1<<31 - 1
