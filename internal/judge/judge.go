// Package judge watches the wire in tests: every request that the client sends and every answer that a store gives is held
// against the official OpenAPI files, and against the rules that those files do not state (batch sizes, ids of batch items,
// deletes of whole collections).
//
// It is used by tests only: it imports kin-openapi, which is never linked into the product.
package judge

import (
	"errors"
	"maps"
	"net/http"
	"sync"
)

// Rules by which a request or an answer is faulted. The first four need no specification files.
const (
	RuleTooManyItems     = "too-many-items"    // more items in one request than the endpoint takes
	RuleMissingID        = "missing-id"        // an item of a batch update that names no record
	RuleUnfilteredDelete = "unfiltered-delete" // a DELETE of a collection that names no ids
	RuleNotABatch        = "not-a-batch"       // a batch endpoint got something else than an array
	RuleUnknownPath      = "unknown-path"      // no file describes the path
	RuleUnknownMethod    = "unknown-method"    // the path exists, the method does not
	RulePathValue        = "path-value"        // a path parameter of the wrong type
	RuleUnknownQuery     = "unknown-query"     // a query name that the operation does not list
	RuleRepeatedQuery    = "repeated-query"    // one query name twice; lists are one comma-separated value
	RuleMissingQuery     = "missing-query"     // a query name that the operation requires
	RuleQueryValue       = "query-value"       // a query value that does not fit its schema
	RuleRequestType      = "request-type"      // content type of a request body
	RuleRequestBody      = "request-body"      // a body where none is expected, none where one is, or not JSON
	RuleRequestSchema    = "request-schema"    // a body that does not fit its schema
	RuleUnknownField     = "unknown-field"     // a body field that the operation does not know
	RuleReadOnlyField    = "read-only-field"   // a body field that only answers carry
	RuleAnswerStatus     = "answer-status"     // a status that neither the operation nor the status guide knows
	RuleAnswerType       = "answer-type"       // content type of an answer
	RuleAnswerBody       = "answer-body"       // a body where none is expected, none where one is, or not JSON
	RuleAnswerSchema     = "answer-schema"     // an answer that does not fit its schema
	RuleAnswerField      = "answer-field"      // a field in an answer that the specification does not know
)

const (
	whereRequest      = "request"
	whereAnswer       = "answer"
	headerContentType = "Content-Type"
	mediaJSON         = "application/json"
)

// Violation is one fault. Where is "request" or "answer", with the place inside ("request query sku:in", "answer body /data/0/price");
// Path is the path of the request below the version (/v3/catalog/products), never its query.
type Violation struct {
	Where, Method, Path, Rule, Message string
}

// String gives the violation on one line.
func (v Violation) String() string {
	return v.Method + " " + v.Path + ": " + v.Where + ": " + v.Message + " [" + v.Rule + "]"
}

// Counts says what a judge has looked at, so that a test can prove that it was not blind.
type Counts struct {
	Requests   int            // requests held against an operation
	Answers    int            // answers held against an operation
	Operations map[string]int // requests by operation, as "PUT /v3/catalog/products"
	Exceptions map[string]int // how often each named exception excused something
}

// Specs is what requests and answers are held against. It is safe for concurrent use; several transports may share it.
type Specs struct {
	routes  *node // nil without specification files: then only the rules that need none are applied
	total   int
	reading string

	figures *figures
}

// Under gives the same files with the exceptions of one other reading of them (a name of emulator.Readings) beside the general ones: what a
// store that follows it answers, although the files have it otherwise.
func (s *Specs) Under(reading string) *Specs {
	other := *s
	other.reading = reading
	return &other
}

// Operations is the number of operations that the specification files describe, 0 for Static.
func (s *Specs) Operations() int { return s.total }

// Static applies only the rules that need no specification file: items in a batch, ids of its items, deletes of collections.
// Tests use it where Load answers ErrAbsent, so that a lone clone is watched too.
func Static() *Specs { return &Specs{figures: newFigures()} }

// LoadOrStatic is Load, or Static where the files are absent.
func LoadOrStatic(dir string) (*Specs, error) {
	specs, err := Load(dir)
	if errors.Is(err, ErrAbsent) {
		return Static(), nil
	}
	return specs, err
}

// Transport is an http.RoundTripper that judges what passes through it and changes nothing.
type Transport struct {
	specs  *Specs
	next   http.RoundTripper
	report func(Violation)

	mu     sync.Mutex
	counts Counts
}

// RoundTripper watches next. report is called for each violation, before RoundTrip returns and from the goroutine that called
// it: it must be safe for concurrent use. Requests and answers reach their receivers byte for byte as they would without it.
// Answers above 1 MB are judged by the first 20 and the last 5 items of their list, see wholeBody.
func (s *Specs) RoundTripper(next http.RoundTripper, report func(Violation)) *Transport {
	return &Transport{
		specs: s, next: next, report: report,
		counts: Counts{Operations: map[string]int{}, Exceptions: map[string]int{}},
	}
}

// Counts is a copy of what was seen so far.
func (t *Transport) Counts() Counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	counts := t.counts
	counts.Operations = maps.Clone(counts.Operations)
	counts.Exceptions = maps.Clone(counts.Exceptions)
	return counts
}

func (t *Transport) count(change func(*Counts)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.counts)
}
