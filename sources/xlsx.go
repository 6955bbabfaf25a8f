package sources

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
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
type XLSX struct{ series }

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
	open := func(ctx context.Context, path string, read *atomic.Int64) (*opened, error) {
		table, err := openXLSXTable(ctx, path, o, read)
		if err != nil {
			return nil, err
		}
		where := fmt.Sprintf("%s, sheet %s", path, table.sheet.name)
		return &opened{content: table, path: path, where: where, size: table.size, header: table.header, layout: table.layout}, nil
	}
	x := &XLSX{series{open: open, paths: paths}}
	if err := x.openNext(ctx); err != nil {
		return nil, err
	}
	x.total = x.file.size
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
		file, err := x.openWith(ctx, path, new(atomic.Int64))
		if err != nil {
			return err
		}
		x.total += file.size
		if err := file.close(); err != nil {
			return fmt.Errorf("close %s: %w", path, err)
		}
	}
	return nil
}
