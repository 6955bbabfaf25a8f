package sources

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"

	"bcetl/internal/record"
)

// xlsxTable reads the rows of the chosen sheet of one file, header first.
type xlsxTable struct {
	options XLSXOptions
	within  cellRange
	book    *xlsxWorkbook
	sheet   *xlsxSheet
	part    io.ReadCloser
	read    *atomic.Int64 // bytes of the sheet's XML, counted
	size    int64         // of it
	scan    *sheetScan
	cells   cellReader
	header  *record.Header
	layout  record.Layout
	ahead   []tableRow // rows read while looking for the width of a sheet without header
	said    []string
	beside  besideTable
	hidden  int // rows read that are hidden in the sheet
	unknown formulaNote
}

// tableRow is a row of which only the cells that are in use are there.
type tableRow struct {
	line    int
	cells   []tableCell
	problem *record.Problem
}

type tableCell struct {
	column int
	cell   record.Cell
}

// besideTable counts the cells right of the header's last column.
type besideTable struct {
	first, last  int // columns
	cells        int
	firstLine    int
	firstContent string
}

// formulaNote counts formulas without a result.
type formulaNote struct {
	cells int
	first string
}

// headerlessLookahead is how many rows decide how wide a sheet without a header is.
const headerlessLookahead = 500

// openXLSXTable counts the bytes of the sheet's XML in read.
func openXLSXTable(ctx context.Context, path string, o XLSXOptions, read *atomic.Int64) (*xlsxTable, error) {
	within, err := parseRange(o.Range)
	if err != nil {
		return nil, err
	}
	if o.HeaderRow > 0 && (o.HeaderRow < within.firstRow || o.HeaderRow > within.lastRow) {
		return nil, fmt.Errorf("header row %d lies outside of the range %s", o.HeaderRow, o.Range)
	}
	book, err := openXLSXWorkbook(path)
	if err != nil {
		return nil, err
	}
	t := &xlsxTable{options: o, within: within, book: book, read: read}
	if err := t.open(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("read %s: %w", path, err), t.close())
	}
	return t, nil
}

func (t *xlsxTable) open(ctx context.Context) (err error) {
	if t.sheet, err = t.book.sheet(t.options.Sheet); err != nil {
		return err
	}
	t.noteSheets()
	t.layout = record.Layout{File: t.book.path, Format: "xlsx", Sheet: t.sheet.name}
	if t.part, err = t.book.stream(t.sheet.part, maxStreamBytes); err != nil {
		return err
	}
	t.size = t.book.size(t.sheet.part)
	if t.scan, err = newSheetScan(t.part, t.read); err != nil {
		return err
	}
	texts, err := readSharedStrings(t.book.xlsxPackage, t.book.strings)
	if err != nil {
		return err
	}
	t.cells = cellReader{styles: t.book.styles, strings: texts, date1904: t.book.date1904}
	return t.readHeader(ctx)
}

// noteSheets says which sheet was taken where the job left it open.
func (t *xlsxTable) noteSheets() {
	var others []string
	for i := range t.book.sheets {
		if sheet := &t.book.sheets[i]; sheet != t.sheet && !sheet.hidden && sheet.kind == "worksheet" {
			others = append(others, sheet.name)
		}
	}
	switch {
	case t.sheet.hidden:
		t.said = append(t.said, fmt.Sprintf("%s: sheet %q is hidden", t.book.path, t.sheet.name))
	case t.options.Sheet == "" && len(others) > 0:
		t.said = append(t.said, fmt.Sprintf("%s: reading the first sheet, %q; others: %s", t.book.path, t.sheet.name, strings.Join(others, ", ")))
	}
}

// readHeader reads the rows above the header and the header itself.
func (t *xlsxTable) readHeader(ctx context.Context) error {
	for {
		row, err := t.nextRow(ctx, wholeSheet)
		if err == io.EOF {
			return t.headerMissing()
		}
		if err != nil {
			return err
		}
		headerless := t.options.HeaderRow == NoHeader
		switch {
		case headerless && row.line >= t.within.firstRow:
			t.ahead = append(t.ahead, t.cut(row))
			return t.measure(ctx)
		case !headerless && t.isHeader(row):
			return t.takeHeader(row)
		case !headerless && t.options.HeaderRow > 0 && row.line > t.options.HeaderRow:
			return t.headerMissing()
		case !headerless && row.line > t.within.lastRow:
			return t.headerMissing()
		}
		t.layout.Preamble = append(padLines(t.layout.Preamble, row.line-1), row.texts())
	}
}

func padLines(lines [][]string, n int) [][]string {
	for len(lines) < n {
		lines = append(lines, nil)
	}
	return lines
}

func (t *xlsxTable) isHeader(row tableRow) bool {
	if row.line < t.within.firstRow || row.line > t.within.lastRow || t.options.HeaderRow > 0 && row.line != t.options.HeaderRow {
		return false
	}
	return slices.ContainsFunc(t.cut(row).cells, func(c tableCell) bool { return strings.TrimSpace(c.cell.Text) != "" })
}

func (t *xlsxTable) headerMissing() error {
	switch {
	case t.options.HeaderRow == NoHeader:
		return t.setHeader(nil, 0)
	case t.options.HeaderRow > 0:
		return fmt.Errorf("sheet %q: row %d, where the header should be, is empty", t.sheet.name, t.options.HeaderRow)
	case t.options.Range != "":
		return fmt.Errorf("sheet %q: the range %s is empty", t.sheet.name, t.options.Range)
	}
	return fmt.Errorf("sheet %q is empty", t.sheet.name)
}

// takeHeader makes the header of the row. Its columns are counted from the sheet's column A, also where a range begins further
// right, so that letters in messages and in `headers` are those of the sheet.
func (t *xlsxTable) takeHeader(row tableRow) error {
	if row.problem != nil {
		return fmt.Errorf("sheet %q, row %d: %w", t.sheet.name, row.line, row.problem)
	}
	t.layout.Preamble = padLines(t.layout.Preamble, row.line-1)
	cut := t.cut(row)
	names := cut.texts()
	for len(names) > 0 && strings.TrimSpace(names[len(names)-1]) == "" {
		names = names[:len(names)-1]
	}
	return t.setHeader(names, row.line)
}

// measure finds the width of a sheet without header from its first rows.
func (t *xlsxTable) measure(ctx context.Context) error {
	width := 0
	for {
		if cells := t.ahead[len(t.ahead)-1].cells; len(cells) > 0 {
			width = max(width, cells[len(cells)-1].column+1)
		}
		if len(t.ahead) == headerlessLookahead {
			break
		}
		row, err := t.nextRow(ctx, t.within)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		t.ahead = append(t.ahead, row)
	}
	t.layout.Preamble = padLines(t.layout.Preamble, t.within.firstRow-1)
	names := letterNames(width)
	for i := range min(t.within.firstColumn, width) {
		names[i] = ""
	}
	return t.setHeader(names, 0)
}

// nextRow gives the next row in which a cell of the range is in use; io.EOF ends the range.
func (t *xlsxTable) nextRow(ctx context.Context, within cellRange) (tableRow, error) {
	for blank := 1; ; blank++ {
		if blank%1024 == 0 && ctx.Err() != nil {
			return tableRow{}, context.Cause(ctx)
		}
		line, stored, err := t.scan.next()
		if err != nil {
			return tableRow{}, err
		}
		if line > within.lastRow {
			return tableRow{}, io.EOF
		}
		if line < within.firstRow {
			continue
		}
		row := tableRow{line: line}
		for i := range stored {
			if s := &stored[i]; s.column >= within.firstColumn && s.column <= within.lastColumn && (s.value || s.formula) {
				if err := t.addCell(&row, s); err != nil {
					return row, err
				}
			}
		}
		if len(row.cells) > 0 {
			if t.scan.hidden {
				t.hidden++
			}
			return row, nil
		}
	}
}

func (t *xlsxTable) addCell(row *tableRow, stored *storedCell) error {
	cell, problem, err := t.cells.cell(stored)
	if err != nil {
		return err
	}
	if problem != "" && row.problem == nil {
		row.problem = &record.Problem{Code: "unreadable_cell", Message: record.ColumnLetter(stored.column) + fmt.Sprint(row.line) + ": " + problem}
	}
	if cell.Text == "" && cell.Raw == "" && problem == "" {
		return nil
	}
	if cell.Kind == record.CellError && !stored.value {
		if t.unknown.cells == 0 {
			t.unknown.first = fmt.Sprintf("%s%d", record.ColumnLetter(stored.column), row.line)
		}
		t.unknown.cells++
	}
	row.cells = append(row.cells, tableCell{stored.column, cell})
	return nil
}

// cut leaves the cells of the range's columns.
func (t *xlsxTable) cut(row tableRow) tableRow {
	row.cells = slices.DeleteFunc(slices.Clone(row.cells), func(c tableCell) bool {
		return c.column < t.within.firstColumn || c.column > t.within.lastColumn
	})
	return row
}

func (r *tableRow) texts() []string {
	if len(r.cells) == 0 {
		return nil
	}
	texts := make([]string, r.cells[len(r.cells)-1].column+1)
	for _, c := range r.cells {
		texts[c.column] = c.cell.Text
	}
	return texts
}

func (t *xlsxTable) close() error {
	var part error
	if t.part != nil {
		part = t.part.Close()
		t.part = nil
	}
	return errors.Join(part, t.cells.strings.close(), t.book.close())
}

// setHeader keeps the names as they stand for the layout and renames them for the rows. Columns that only `headers` names are
// part of the table too.
func (t *xlsxTable) setHeader(names []string, row int) error {
	first := min(t.within.firstColumn, len(names))
	width := len(names)
	for letter := range t.options.Headers.ByLetter {
		if place, ok := record.ColumnPlace(strings.TrimSpace(letter)); ok && place <= t.within.lastColumn {
			width = max(width, place+1)
		}
	}
	if n := len(t.options.Headers.List); n > 0 {
		width = max(width, min(first+n, t.within.lastColumn+1))
	}
	for len(names) < width {
		names = append(names, "")
	}
	t.layout.HeaderRow = row
	t.layout.Header = record.NewHeader(names)
	t.header = t.layout.Header
	if len(t.options.Headers.ByLetter) > 0 {
		renamed, err := t.options.Headers.apply(names)
		if err != nil {
			return err
		}
		t.header = record.NewHeader(renamed)
	} else if len(t.options.Headers.List) > 0 {
		renamed, err := t.options.Headers.apply(names[first:])
		if err != nil {
			return err
		}
		t.header = record.NewHeader(append(slices.Clone(names[:first]), renamed...))
	}
	return nil
}
