package sources

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"

	"bcetl/internal/record"
)

// content is what an opened file gives.
type content interface {
	// batch gives the next rows; io.EOF, perhaps with rows, at the end of the file.
	batch(ctx context.Context) ([]record.Row, error)
	// notes are remarks for people, one line each, of what was read so far.
	notes() []string
	close() error
}

// opened is one file of a series, its header read and renamed.
type opened struct {
	content
	path   string
	where  string // the path, and which sheet of the file it is
	size   int64
	header *record.Header
	layout record.Layout
}

// series reads the rows of one file after the other. A further file may have its columns in another order, but has to have all those
// that the first one names.
type series struct {
	open   func(ctx context.Context, path string, read *atomic.Int64) (*opened, error)
	paths  []string // not opened yet
	file   *opened
	header *record.Header
	forms  []record.Layout
	said   []string // by files that are closed
	read   atomic.Int64
	total  int64
}

// openWith opens a file and sees to it that it has the columns of the first one.
func (s *series) openWith(ctx context.Context, path string, read *atomic.Int64) (*opened, error) {
	file, err := s.open(ctx, path, read)
	if err != nil || s.header == nil {
		return file, err
	}
	if err := missingColumns(s.header, file.header); err != nil {
		_ = file.close() // nothing was written to it
		return nil, fmt.Errorf("read %s: %w", file.where, err)
	}
	return file, nil
}

func (s *series) openNext(ctx context.Context) error {
	file, err := s.openWith(ctx, s.paths[0], &s.read)
	if err != nil {
		return err
	}
	if s.header == nil {
		s.header = file.header
	}
	s.paths, s.file = s.paths[1:], file
	s.forms = append(s.forms, file.layout)
	return nil
}

// Next gives up to 500 rows, which the caller owns; io.EOF after the last. A row that cannot be made sense of has a Problem and
// the rows after it go on; any other error is of the file, names the row where it can, and no rows follow it.
func (s *series) Next(ctx context.Context) ([]record.Row, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	for {
		if s.file == nil {
			if len(s.paths) == 0 {
				return nil, io.EOF
			}
			if err := s.openNext(ctx); err != nil {
				return nil, err
			}
		}
		rows, err := s.file.batch(ctx)
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("read %s: %w", s.file.path, err)
		}
		if err == io.EOF {
			if err := s.finish(); err != nil {
				return nil, err
			}
		}
		if len(rows) > 0 {
			return rows, nil
		}
	}
}

func (s *series) finish() error {
	file := s.file
	s.file = nil
	s.said = append(s.said, file.notes()...)
	if err := file.close(); err != nil {
		return fmt.Errorf("close %s: %w", file.path, err)
	}
	return nil
}

// Header is that of the first file, after renaming.
func (s *series) Header() *record.Header { return s.header }

// Layouts says how the files opened so far are written, in order.
func (s *series) Layouts() []record.Layout { return s.forms }

// Notes are remarks for people, one line each: what was detected in each file, which sheet was chosen, what was left out. They are
// complete after io.EOF.
func (s *series) Notes() []string {
	if s.file == nil {
		return s.said
	}
	return append(s.said[:len(s.said):len(s.said)], s.file.notes()...)
}

// Progress is how many bytes were read of how many, of XLSX those of the sheets' XML; total is 0 when that is unknown. It may be
// called at any time from any goroutine.
func (s *series) Progress() (read, total int64) { return s.read.Load(), s.total }

// Close closes the file that is being read and removes temporary ones; it may be called at any time and more than once.
func (s *series) Close() error {
	s.paths = nil
	if s.file == nil {
		return nil
	}
	return s.finish()
}
