package sources

import (
	"context"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/record"
)

// Store reads the records of a store's object, each once, while the store may change.
type Store struct {
	walker *bigcommerce.Walker
	limit  int64
	read   int64
	next   int64
}

// NewStore reads from a walk; limit stops after so many records, 0 reads them all.
func NewStore(walker *bigcommerce.Walker, limit int64) *Store {
	return &Store{walker: walker, limit: limit, next: 1}
}

// Next gives the next records as items, io.EOF after the last. A batch may be empty.
func (s *Store) Next(ctx context.Context) ([]record.Item, error) {
	records, err := s.walker.Next(ctx)
	if err != nil {
		return nil, err
	}
	if left := s.limit - s.read; s.limit > 0 && int64(len(records)) > left {
		records = records[:left]
	}
	items := make([]record.Item, len(records))
	for i := range records {
		items[i] = record.Item{Seq: s.next, Doc: records[i].Doc}
		s.next++
	}
	s.read += int64(len(records))
	return items, nil
}

// Read is how many records were read so far.
func (s *Store) Read() int64 { return s.read }

// Total is how many objects the store said there are, 0 while unknown.
func (s *Store) Total() int64 { return s.walker.Total() }

// Notes say what was left out of scope.
func (s *Store) Notes() []string { return s.walker.Notes() }

// Close ends the walk.
func (s *Store) Close() { s.walker.Close() }
