package sinks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"bcetl/internal/record"
)

// CSVOptions says how a CSV file is written. The zero value is a UTF-8 file with commas and \n.
type CSVOptions struct {
	// Delimiter is one character, or "tab"; "" is a comma.
	Delimiter string
	// Encoding is utf-8 (or ""), utf-8-bom, utf-16 (little-endian with byte order mark), windows-1252, or any other name in the
	// WHATWG list. A character that it lacks is an error, never a question mark.
	Encoding string
	// CRLF ends rows with \r\n.
	CRLF bool
	// Quote is "minimal" (or ""): cells with delimiters, quotes, line breaks or blanks at an end; or "all".
	Quote string
	// Formulas is one of the policies FormulasEscape (or ""), FormulasRefuse and FormulasRaw.
	Formulas string
	// Stdout is what the path "-" writes to.
	Stdout io.Writer
}

// CSV writes one CSV file. Nothing is seen under its final name before Commit.
type CSV struct {
	path    string
	columns []record.Column
	places  []*record.Places // of each column; nil for a number's own digits
	writer  *csvWriter
	output  csvOutput
	rows    int64
	failed  error
	done    bool
}

// csvOutput is where the bytes go: an aside, or standard output.
type csvOutput interface {
	io.Writer
	Commit() (sum string, err error)
	Abort() error
}

// CreateCSV begins a file, making its folder when it is not there, and writes the header row, which a file without rows has, too.
// Path "-" is Stdout, from which nothing can be taken back.
func CreateCSV(path string, columns []record.Column, o CSVOptions) (*CSV, error) {
	c := &CSV{path: path, columns: columns, places: make([]*record.Places, len(columns))}
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = column.Name
		places, err := numberPlaces(column)
		if err != nil {
			return nil, fmt.Errorf("create %s: %w", path, err)
		}
		c.places[i] = places
	}
	if len(columns) == 0 {
		return nil, fmt.Errorf("create %s: there are no columns", path)
	}
	writer, err := newCSVWriter(o)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	c.writer = writer
	if c.output, err = createCSVOutput(path, o.Stdout); err != nil {
		return nil, err
	}
	writer.output = c.output
	if err := writer.row(names, c.columnName); err != nil {
		return nil, errors.Join(fmt.Errorf("write %s: %w", path, err), c.Abort())
	}
	return c, nil
}

func createCSVOutput(path string, stdout io.Writer) (csvOutput, error) {
	if path != "-" {
		return createAside(path)
	}
	if stdout == nil {
		return nil, errors.New("create -: there is no standard output")
	}
	return &standardOutput{writer: stdout, sum: sha256.New()}, nil
}

func (c *CSV) columnName(i int) string { return c.columns[i].Name }

// Write appends rows of one value for each column; it keeps none of them. An error names row and column, and after it nothing can
// be committed.
func (c *CSV) Write(ctx context.Context, rows [][]record.Value) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	if c.done {
		return fmt.Errorf("write %s: %w", c.path, os.ErrClosed)
	}
	if c.failed != nil {
		return c.failed
	}
	texts := make([]string, len(c.columns))
	for _, row := range rows {
		if err := c.write(row, texts); err != nil {
			c.failed = fmt.Errorf("write %s: %w", c.path, err)
			return c.failed
		}
		c.rows++
	}
	return nil
}

func (c *CSV) write(row []record.Value, texts []string) error {
	if len(row) != len(c.columns) {
		return fmt.Errorf("row %d has %d values for %d columns", c.rows+2, len(row), len(c.columns))
	}
	for i, value := range row {
		text, err := cellText(value, &c.columns[i], c.places[i])
		if err != nil {
			return fmt.Errorf("row %d, column %q: %w", c.rows+2, c.columns[i].Name, err)
		}
		texts[i] = text
	}
	return c.writer.row(texts, c.columnName)
}

// Commit makes the file durable under its final name. When it fails, nothing is left behind.
func (c *CSV) Commit() (Output, error) {
	if c.done {
		return Output{}, fmt.Errorf("commit %s: %w", c.path, os.ErrClosed)
	}
	err := c.failed
	if err == nil {
		err = c.writer.flush()
	}
	if err != nil {
		return Output{}, errors.Join(err, c.Abort())
	}
	c.done = true
	sum, err := c.output.Commit()
	if err != nil {
		return Output{}, err
	}
	return Output{Path: c.path, Rows: c.rows, SHA256: sum}, nil
}

// Abort leaves no file behind. After Commit it does nothing.
func (c *CSV) Abort() error {
	if c.done {
		return nil
	}
	c.done = true
	return c.output.Abort()
}

// standardOutput is a stream that is nobody's to close or to take back.
type standardOutput struct {
	writer io.Writer
	sum    hash.Hash
}

func (s *standardOutput) Write(p []byte) (int, error) {
	n, err := s.writer.Write(p)
	s.sum.Write(p[:n])
	if err != nil {
		err = fmt.Errorf("write to standard output: %w", err)
	}
	return n, err
}

func (s *standardOutput) Commit() (string, error) { return hex.EncodeToString(s.sum.Sum(nil)), nil }

func (s *standardOutput) Abort() error { return nil }
