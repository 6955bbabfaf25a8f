package sinks

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/record"
)

// RejectsCSV writes the rejected rows of one CSV file in the form in which they came: the rows above the header, the header, then
// the rows in their own columns, order, encoding, delimiter and line ends, and bcetl_error as the last one. In a file of rejects
// that was read again, bcetl_error is replaced. Cells beyond a row's last column follow behind bcetl_error, so that they are
// beyond the last column there, too. Read with the options with which the input was read, the file gives the same cells; cells
// with any of the usual delimiters are quoted, so that this holds as well where the delimiter is to be found out.
type RejectsCSV struct {
	path    string
	layout  record.Layout
	names   []string
	columns int // without bcetl_error
	writer  *csvWriter
	output  *aside // nil as long as no row was rejected
	rows    int64
	failed  error
}

// CreateRejectsCSV makes nothing yet: the file is begun by the first Write, and without one there is none.
func CreateRejectsCSV(path string, layout record.Layout) (*RejectsCSV, error) {
	options := CSVOptions{Encoding: layout.Encoding, CRLF: layout.CRLF, Formulas: layout.Formulas}
	if layout.Delimiter != 0 {
		options.Delimiter = string(layout.Delimiter)
	}
	writer, err := newCSVWriter(options)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	writer.quoteAlso(",;\t|")
	r := &RejectsCSV{path: path, layout: layout, writer: writer}
	if layout.Header == nil {
		return nil, fmt.Errorf("create %s: the layout of %s has no columns", path, layout.File)
	}
	names := layout.Header.Names()
	if last := len(names) - 1; last >= 0 && layout.HeaderRow > 0 && record.FoldName(names[last]) == RejectsColumn {
		names = names[:last]
	}
	r.columns = len(names)
	r.names = append(slices.Clone(names), RejectsColumn)
	return r, nil
}

// Write appends a rejected row with the message, as one line. A character of the message that the encoding lacks is written as \u
// and its number.
func (r *RejectsCSV) Write(row record.Row, message string) error {
	if r.failed != nil {
		return r.failed
	}
	if err := r.write(row, message); err != nil {
		r.failed = fmt.Errorf("write %s: %w", r.path, err)
	}
	return r.failed
}

func (r *RejectsCSV) write(row record.Row, message string) error {
	if r.output == nil {
		if err := r.begin(); err != nil {
			return err
		}
	}
	cells := make([]string, 0, r.columns+1+len(row.Extra))
	for i := range r.columns {
		cells = append(cells, row.Text(i))
	}
	message = r.writer.encoder.escaped(strings.Join(strings.Fields(message), " "))
	if r.writer.formulas == FormulasRaw {
		message = escapeFormula(message) // the input's cells stay as they stood; the message is ours
	}
	cells = append(cells, message)
	for _, extra := range row.Extra {
		cells = append(cells, extra.Text)
	}
	r.rows++
	return r.writer.row(cells, r.columnName)
}

// begin writes the rows above the header and the header.
func (r *RejectsCSV) begin() error {
	output, err := createAside(r.path)
	if err != nil {
		return err
	}
	r.output, r.writer.output = output, output
	for _, cells := range r.layout.Preamble {
		if err := r.writer.verbatim(cells, r.columnName, false); err != nil {
			return err
		}
	}
	if r.layout.HeaderRow == 0 {
		return nil
	}
	return r.writer.row(slices.Clone(r.names), r.columnName)
}

func (r *RejectsCSV) columnName(i int) string {
	if i < len(r.names) {
		return r.names[i]
	}
	return record.ColumnLetter(i)
}

// Commit makes the file durable under its name. The Output of no rows has no Path: there is no file.
func (r *RejectsCSV) Commit() (Output, error) {
	if r.output == nil {
		return Output{}, r.failed
	}
	err := r.failed
	if err == nil {
		err = r.writer.flush()
	}
	if err != nil {
		return Output{}, errors.Join(err, r.Abort())
	}
	sum, err := r.output.Commit()
	if err != nil {
		return Output{}, err
	}
	return Output{Path: r.path, Rows: r.rows, SHA256: sum}, nil
}

// Abort leaves no file behind. After Commit it does nothing.
func (r *RejectsCSV) Abort() error {
	if r.output == nil {
		return nil
	}
	return r.output.Abort()
}
