package sources

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"bcetl/internal/record"
)

// XLSXOptions says which cells of which workbooks are read.
type XLSXOptions struct {
	// Paths are file names or globs; the files are read one after the other.
	Paths []string
	// Sheet is a sheet's name, ignoring case, else its 1-based place; "" is the first sheet that is not hidden. A hidden one is
	// read when it is named.
	Sheet string
	// HeaderRow is the sheet's row, from 1, in which the column names stand; 0 is the first row of the range that is not blank,
	// NoHeader none at all.
	HeaderRow int
	// Headers renames columns. Letters are those of the sheet; a list begins at the range's first column.
	Headers HeaderNames
	// Range is the part of the sheet to read, header included: "B3:F200", "B:F"; "" is all of it.
	Range string
}

// xlsxBatch is how many rows Next gives at most.
const xlsxBatch = 500

// XLSX reads the rows of one sheet of each of several workbooks, in flat memory: the sheet's XML is streamed from the zip, and
// shared texts beyond 16 MiB lie in a temporary file until Close.
//
// A cell's Text is what a person sees in it, by its number format as an English (US) program shows it; a General number shows all
// its digits, at 15 significant ones. Merged cells hold their value in the first cell only, as the file stores it. A formula gives
// its stored result; one without a result is a record.CellError with the text #NOT_CALCULATED. Blank rows are left out. Cells right
// of the header's last column are left out with one note for the file: people put remarks beside tables.
type XLSX struct {
	options XLSXOptions
	paths   []string // not opened yet
	table   *xlsxTable
	header  *record.Header
	layouts []record.Layout
	notes   []string
	rows    int64
}

// OpenXLSX opens the first workbook and reads its header; the others are opened when their turn comes. The caller closes.
func OpenXLSX(ctx context.Context, o XLSXOptions) (*XLSX, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	paths, err := Expand(o.Paths)
	if err != nil {
		return nil, err
	}
	x := &XLSX{options: o, paths: paths}
	if err := x.openNext(); err != nil {
		return nil, err
	}
	return x, nil
}

func (x *XLSX) openNext() error {
	table, err := openXLSXTable(x.paths[0], x.options)
	if err != nil {
		return err
	}
	if x.header == nil {
		x.header = table.header
	} else if err := missingColumns(x.header, table.header); err != nil {
		return errors.Join(fmt.Errorf("read %s, sheet %s: %w", x.paths[0], table.sheet.name, err), table.close())
	}
	x.paths = x.paths[1:]
	x.table = table
	x.layouts = append(x.layouts, table.layout)
	return nil
}

// Next gives up to 500 rows, which the caller owns; io.EOF after the last. A row that cannot be made sense of has a Problem and
// the rows after it go on; any other error is of the file, and no rows follow it.
func (x *XLSX) Next(ctx context.Context) ([]record.Row, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	for {
		if x.table == nil {
			if len(x.paths) == 0 {
				return nil, io.EOF
			}
			if err := x.openNext(); err != nil {
				return nil, err
			}
		}
		rows, err := x.table.batch(xlsxBatch)
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("read %s: %w", x.table.book.path, err)
		}
		x.rows += int64(len(rows))
		if err == io.EOF {
			if err := x.finishTable(); err != nil {
				return nil, err
			}
		}
		if len(rows) > 0 {
			return rows, nil
		}
	}
}

func (x *XLSX) finishTable() error {
	table := x.table
	x.table = nil
	x.notes = append(x.notes, table.allNotes()...)
	if err := table.close(); err != nil {
		return fmt.Errorf("close %s: %w", table.book.path, err)
	}
	return nil
}

// Header is that of the first file, after renaming.
func (x *XLSX) Header() *record.Header { return x.header }

// Layouts says how the sheets opened so far were written, in order.
func (x *XLSX) Layouts() []record.Layout { return x.layouts }

// Notes are remarks for people, one line each: which sheet was chosen, what was left out. They are complete after io.EOF.
func (x *XLSX) Notes() []string {
	if x.table == nil {
		return x.notes
	}
	return append(x.notes[:len(x.notes):len(x.notes)], x.table.allNotes()...)
}

// Progress is how many rows were read, and 0 for their total: a workbook does not say it reliably.
func (x *XLSX) Progress() (rows, total int64) { return x.rows, 0 }

// Close closes the file and removes temporary ones; it may be called at any time and more than once.
func (x *XLSX) Close() error {
	x.paths = nil
	if x.table == nil {
		return nil
	}
	return x.finishTable()
}

// batch gives up to n rows, with io.EOF once there are no more.
func (t *xlsxTable) batch(n int) ([]record.Row, error) {
	rows := make([]record.Row, 0, n)
	for len(rows) < n {
		var row tableRow
		var err error
		if len(t.ahead) > 0 {
			row, t.ahead = t.ahead[0], t.ahead[1:]
		} else if row, err = t.read(t.within); err != nil {
			return rows, err
		}
		if made, used := t.row(row); used {
			rows = append(rows, made)
		}
	}
	return rows, nil
}

// row lays the cells out under the header; used is false when none of them stands under it.
func (t *xlsxTable) row(from tableRow) (row record.Row, used bool) {
	row = record.Row{
		Header: t.header, Cells: make([]record.Cell, t.header.Len()), Problem: from.problem,
		Origin: record.Origin{File: t.book.path, Sheet: t.sheet.name, Line: from.line},
	}
	for _, c := range from.cells {
		switch {
		case c.column < len(row.Cells):
			row.Cells[c.column] = c.cell
			used = true
		case t.options.HeaderRow == NoHeader:
			for len(row.Extra) < c.column-len(row.Cells) {
				row.Extra = append(row.Extra, record.Cell{})
			}
			row.Extra = append(row.Extra, c.cell)
			used = true
		default:
			t.beside.add(c, from.line)
		}
	}
	if len(row.Extra) > 0 && row.Problem == nil {
		row.Problem = &record.Problem{Code: "ragged_row", Message: fmt.Sprintf(
			"there are cells up to column %s, but the rows before it end at column %s",
			record.ColumnLetter(len(row.Cells)+len(row.Extra)-1), record.ColumnLetter(len(row.Cells)-1))}
	}
	return row, used
}

func (b *besideTable) add(c tableCell, line int) {
	if b.cells == 0 {
		b.first, b.last = c.column, c.column
		b.firstLine, b.firstContent = line, c.cell.Text
	}
	b.first, b.last = min(b.first, c.column), max(b.last, c.column)
	b.cells++
}

func (t *xlsxTable) allNotes() []string {
	notes := t.notes
	where := fmt.Sprintf("%s, sheet %s", t.book.path, t.sheet.name)
	if b := t.beside; b.cells > 0 {
		columns := "column " + record.ColumnLetter(b.first)
		if b.last > b.first {
			columns = "columns " + record.ColumnLetter(b.first) + " to " + record.ColumnLetter(b.last)
		}
		notes = append(notes[:len(notes):len(notes)], fmt.Sprintf("%s: %d cells in %s have no header and are left out (the first in row %d: %q)",
			where, b.cells, columns, b.firstLine, shorten(b.firstContent)))
	}
	if u := t.unknown; u.cells > 0 {
		notes = append(notes[:len(notes):len(notes)], fmt.Sprintf("%s: %d formulas have no stored result (the first in %s); open the file in a spreadsheet program and save it",
			where, u.cells, u.first))
	}
	return notes
}

func shorten(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}
