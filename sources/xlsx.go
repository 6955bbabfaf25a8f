package sources

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

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

// A batch ends at xlsxBatch rows, or where its texts pass xlsxBatchBytes.
const (
	xlsxBatch      = 500
	xlsxBatchBytes = 1 << 20
)

// XLSX reads the rows of one sheet of each of several workbooks, in flat memory: the sheet's XML is streamed from the zip, and
// shared texts beyond 16 MiB lie in a temporary file until Close.
//
// A cell's Text is what a person sees in it, by its number format as an English (US) program shows it; a General number shows all
// its digits, at 15 significant ones. Merged cells hold their value in the first cell only, as the file stores it. A formula gives
// its stored result; one without a result is a record.CellError with the text #NOT_CALCULATED. Blank rows are left out; hidden rows
// are read, with a note. Cells right of the header's last column are left out with one note for the file: people put remarks
// beside tables.
//
// Columns are counted from the sheet's column A, also where a range begins further right: the columns before it have blank names
// and empty cells, so that letters in messages and rejected rows are in their own columns.
//
// Row problems have these codes: unreadable_cell (a cell refers to a text that the file lacks), ragged_row (in a sheet without
// header, cells right of the widest of its first 500 rows; kept in Extra).
type XLSX struct {
	options XLSXOptions
	paths   []string // not opened yet
	table   *xlsxTable
	header  *record.Header
	layouts []record.Layout
	notes   []string
	read    atomic.Int64
	total   int64
}

// OpenXLSX opens the first workbook and reads its header; the headers of the others are looked at, so that a file without the
// first one's columns is refused before any row is read. A file that is no workbook, is encrypted or damaged, or has no such sheet
// or header is an error that says so. The caller closes.
func OpenXLSX(ctx context.Context, o XLSXOptions) (*XLSX, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	paths, err := Expand(o.Paths)
	if err != nil {
		return nil, err
	}
	x := &XLSX{options: o, paths: paths}
	if err := x.openNext(ctx); err != nil {
		return nil, err
	}
	x.total = x.table.size
	if err := x.compareFiles(ctx); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

// compareFiles looks at the headers of the files that are still to come.
func (x *XLSX) compareFiles(ctx context.Context) error {
	for _, path := range x.paths {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		table, err := x.openTable(ctx, path, new(atomic.Int64))
		if err != nil {
			return err
		}
		x.total += table.size
		if err := table.close(); err != nil {
			return fmt.Errorf("close %s: %w", path, err)
		}
	}
	return nil
}

// openTable opens a file and sees to it that it has the columns of the first one.
func (x *XLSX) openTable(ctx context.Context, path string, read *atomic.Int64) (*xlsxTable, error) {
	table, err := openXLSXTable(ctx, path, x.options, read)
	if err != nil || x.header == nil {
		return table, err
	}
	if err := missingColumns(x.header, table.header); err != nil {
		return nil, errors.Join(fmt.Errorf("read %s, sheet %s: %w", path, table.sheet.name, err), table.close())
	}
	return table, nil
}

func (x *XLSX) openNext(ctx context.Context) error {
	table, err := x.openTable(ctx, x.paths[0], &x.read)
	if err != nil {
		return err
	}
	if x.header == nil {
		x.header = table.header
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
			if err := x.openNext(ctx); err != nil {
				return nil, err
			}
		}
		rows, err := x.table.batch(ctx)
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("read %s: %w", x.table.book.path, err)
		}
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

// Progress is how many bytes of the sheets' XML were read of how many. It may be called at any time from any goroutine.
func (x *XLSX) Progress() (read, total int64) { return x.read.Load(), x.total }

// Close closes the file and removes temporary ones; it may be called at any time and more than once.
func (x *XLSX) Close() error {
	x.paths = nil
	if x.table == nil {
		return nil
	}
	return x.finishTable()
}
