package bigcommerce

import (
	"context"
	"fmt"
	"io"
	"sync"

	"bcetl/internal/scratch"
)

// spool keeps pages on disk, in the order in which they were added, until their turn. One goroutine adds, another reads.
type spool struct {
	mu      sync.Mutex
	file    *scratch.File
	offsets []int64 // of each page, and of the end
	ended   bool
	err     error
	changed chan struct{} // closed and renewed at each change
}

// newSpool makes the file in a folder.
func newSpool(dir string) (*spool, error) {
	file, err := scratch.Create(dir, "bcetl-pages-*")
	if err != nil {
		return nil, fmt.Errorf("keep pages: %w", err)
	}
	return &spool{file: file, offsets: []int64{0}, changed: make(chan struct{})}, nil
}

func (s *spool) announce() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// add appends a page.
func (s *spool) add(body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	end := s.offsets[len(s.offsets)-1]
	if _, err := s.file.WriteAt(body, end); err != nil {
		return fmt.Errorf("keep pages: %w", err)
	}
	s.offsets = append(s.offsets, end+int64(len(body)))
	s.announce()
	return nil
}

// finish says that no page follows; err is why, nil when all came.
func (s *spool) finish(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended, s.err = true, err
	s.announce()
}

// page gives the page at a 0-based place, waiting for it. Behind the last one it gives io.EOF, or why the rest did not come.
func (s *spool) page(ctx context.Context, place int) ([]byte, error) {
	for {
		s.mu.Lock()
		if place+1 < len(s.offsets) {
			start, end := s.offsets[place], s.offsets[place+1]
			s.mu.Unlock()
			body := make([]byte, end-start)
			if _, err := s.file.ReadAt(body, start); err != nil {
				return nil, fmt.Errorf("read kept pages: %w", err)
			}
			return body, nil
		}
		ended, err, changed := s.ended, s.err, s.changed
		s.mu.Unlock()
		switch {
		case err != nil:
			return nil, err
		case ended:
			return nil, io.EOF
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// close gives the disk back. It may be called more than once.
func (s *spool) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.file.Close() // nothing is read from it any more
}
