package emulator

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Entry is one request that the store received.
type Entry struct {
	Time   time.Time
	Method string
	Path   string // relative to the store: /v3/catalog/products
	Query  string // raw
	Body   string // of the request, capped by Options.LogBody
	Status int    // of the answer; 0 where the connection was cut before one was made
}

type journal struct {
	mu         sync.Mutex
	entries    []Entry
	violations []string
}

func (j *journal) add(e Entry, keep int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if keep > 0 && len(j.entries) >= keep {
		j.entries = append(j.entries[:0], j.entries[len(j.entries)-keep+1:]...)
	}
	j.entries = append(j.entries, e)
}

func (j *journal) violate(what string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.violations) < 1000 {
		j.violations = append(j.violations, what)
	}
}

// Log gives the requests received so far, in the order in which they were finished.
func (s *Store) Log() []Entry {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.entries)
}

// Writes gives the entries of the log whose method can change the store.
func (s *Store) Writes() []Entry {
	return slices.DeleteFunc(s.Log(), func(e Entry) bool { return e.Method == http.MethodGet || e.Method == http.MethodHead })
}

// ResetLog empties the log and the violations.
func (s *Store) ResetLog() {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.log.entries, s.log.violations = nil, nil
}

// Violations lists what strict mode found in requests so far (1000 at most).
func (s *Store) Violations() []string {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.violations)
}
