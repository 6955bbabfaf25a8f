package sinks

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bcetl/internal/record"

	"github.com/ncruces/go-strftime"
)

const (
	widthSample   = 200 // rows that decide the widths of columns
	minWidth      = 6   // characters
	maxWidth      = 60  // characters; longer texts are read in the cell
	maxSheetBytes = 4000000 << 10
)

// CellTooLongError says that a text does not fit into a cell. Nothing of the rows that were handed over with it is written.
type CellTooLongError struct {
	Sheet  string
	Row    int    // the sheet's row in which it would have stood
	Index  int    // the place of the row in the rows handed over, from 0
	Column string // the column's name
	Length int    // in UTF-16 units, as Excel counts
}

func (e *CellTooLongError) Error() string {
	return fmt.Sprintf("sheet %q, row %d, column %q: a text of %d characters is longer than the %d that a cell can hold",
		e.Sheet, e.Row, e.Column, e.Length, maxCellUnits)
}

// WorkbookSheet is one sheet of a Workbook. It is not safe for use by several goroutines at once; different sheets are.
type WorkbookSheet struct {
	book    *Workbook
	name    string
	columns []sheetColumn
	header  int // cell format of the header
	parts   []*rowsPart
	widths  []int
	sampled int
	rows    []int64 // data rows by part
	asText  []int64 // numbers written as text, by column
	maxRows int
}

// sheetColumn is a column with what its cells need.
type sheetColumn struct {
	record.Column
	style  int // of numbers, texts, truth values and dates
	day    int // of dates without a time, in columns without a layout
	layout string
	shown  bool // the layout has a number format
}

func (s *WorkbookSheet) setColumns(columns []record.Column, made *styles) error {
	for _, c := range columns {
		column := sheetColumn{Column: c, layout: c.Format}
		var err error
		switch c.Type {
		case record.ColumnText:
			column.style, err = made.number(formatText)
		case record.ColumnInt, record.ColumnDecimal:
			if _, err = numberPlaces(c); err == nil {
				column.style, err = made.number(numberCode(c))
			}
		case record.ColumnDate:
			code := formatMoment
			column.shown = true
			if c.Format == "" {
				column.layout = "%Y-%m-%dT%H:%M:%S"
				column.day, err = made.number(formatDay)
			} else if code, column.shown = dateCode(c.Format); !column.shown {
				code = formatText
			}
			if err == nil {
				column.style, err = made.number(code)
			}
		}
		if err != nil {
			return fmt.Errorf("sheet %q, column %q: %w", s.name, c.Name, err)
		}
		if n := cellUnits(c.Name); n > maxCellUnits {
			return &CellTooLongError{Sheet: s.name, Row: 1, Column: c.Name[:40], Length: n}
		}
		s.columns = append(s.columns, column)
		s.widths = append(s.widths, widthOf(c.Name)+3) // room for the filter's button
	}
	s.asText = make([]int64, len(columns))
	return nil
}

// nextPart begins a further sheet, with its header.
func (s *WorkbookSheet) nextPart() error {
	part, err := newRowsPart()
	if err != nil {
		return fmt.Errorf("sheet %q: %w", s.name, err)
	}
	s.parts = append(s.parts, part)
	s.rows = append(s.rows, 0)
	part.begin(1)
	for i, c := range s.columns {
		part.text(i, s.header, c.Name)
	}
	part.columns = max(part.columns, len(s.columns))
	return part.end()
}

// Write appends rows; each has as many values as there are columns, a Missing or Null one is an empty cell. Text that is too long
// for a cell is a *CellTooLongError, and then none of the rows is written. After Excel's 1,048,576 rows the sheet goes on in a
// further one, "Name (2)".
func (s *WorkbookSheet) Write(ctx context.Context, rows [][]record.Value) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if s.book.done {
		return fmt.Errorf("write sheet %q: the workbook is closed", s.name)
	}
	if err := s.check(rows); err != nil {
		return err
	}
	for _, row := range rows {
		part := s.parts[len(s.parts)-1]
		if part.lines >= s.maxRows || part.size >= maxSheetBytes {
			if err := s.nextPart(); err != nil {
				return err
			}
			part = s.parts[len(s.parts)-1]
		}
		s.sample(row)
		part.begin(part.lines + 1)
		for i, value := range row {
			s.cell(part, i, value)
		}
		if err := part.end(); err != nil {
			return fmt.Errorf("sheet %q: %w", s.name, err)
		}
		s.rows[len(s.rows)-1]++
	}
	return nil
}

func (s *WorkbookSheet) check(rows [][]record.Value) error {
	part := s.parts[len(s.parts)-1]
	for i, row := range rows {
		if len(row) != len(s.columns) {
			return fmt.Errorf("sheet %q: a row has %d values, the sheet %d columns", s.name, len(row), len(s.columns))
		}
		for j, value := range row {
			switch value.Kind() {
			case record.Text, record.List, record.Objects, record.Reference:
			default: // a number, date or truth value is short
				continue
			}
			text := value.String()
			if len(text) <= maxCellUnits {
				continue
			}
			if n := cellUnits(text); n > maxCellUnits {
				return &CellTooLongError{Sheet: s.name, Row: part.lines + 1 + i, Index: i, Column: s.columns[j].Name, Length: n}
			}
		}
	}
	return nil
}

// cell writes the value as its column's type says; what does not fit the type is written as text.
func (s *WorkbookSheet) cell(part *rowsPart, i int, value record.Value) {
	if value.IsEmpty() {
		return
	}
	column := &s.columns[i]
	switch {
	case column.Type == record.ColumnInt || column.Type == record.ColumnDecimal:
		text := value.String()
		if (value.Kind() == record.Number || value.Kind() == record.Text) && isNumber(text) {
			if keepsDigits(text) {
				part.value(i, column.style, "", text)
				return
			}
			s.asText[i]++
		}
	case column.Type == record.ColumnBool && value.Kind() == record.Bool:
		digit := "0"
		if value.Bool() {
			digit = "1"
		}
		part.value(i, column.style, "b", digit)
		return
	case column.Type == record.ColumnDate && value.Kind() == record.Time:
		s.date(part, i, column, value.Time())
		return
	}
	part.text(i, column.style, value.String())
}

func (s *WorkbookSheet) date(part *rowsPart, i int, column *sheetColumn, t time.Time) {
	serial, ok := serialNumber(t)
	if !ok || !column.shown {
		part.text(i, column.style, strftime.Format(column.layout, t))
		return
	}
	style := column.style
	if column.day != 0 && serial == float64(int64(serial)) {
		style = column.day
	}
	part.value(i, style, "", strconv.FormatFloat(serial, 'f', -1, 64))
}

// isNumber tells whether the text is a plain or scientific number and nothing else.
func isNumber(text string) bool {
	rest := strings.TrimPrefix(text, "-")
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(rest), "e")
	if scientific && strings.Trim(strings.TrimLeft(exponent, "+-"), "0123456789") != "" {
		return false
	}
	whole, fraction, point := strings.Cut(mantissa, ".")
	return whole != "" && strings.Trim(whole, "0123456789") == "" && strings.Trim(fraction, "0123456789") == "" && (!point || fraction != "")
}

// keepsDigits tells whether a spreadsheet gives the number back as it is: it keeps 15 significant digits.
func keepsDigits(text string) bool {
	mantissa, _, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(text, "-")), "e")
	digits := strings.TrimLeft(strings.Replace(mantissa, ".", "", 1), "0")
	if strings.Contains(mantissa, ".") {
		digits = strings.TrimRight(digits, "0")
	}
	f, err := strconv.ParseFloat(text, 64)
	return err == nil && len(digits) <= 15 && (f != 0 || digits == "")
}

// sample lets the first rows decide the widths.
func (s *WorkbookSheet) sample(row []record.Value) {
	if s.sampled == widthSample {
		return
	}
	s.sampled++
	for i, value := range row {
		column := &s.columns[i]
		width := 0
		switch {
		case value.Kind() == record.Time && column.Format != "":
			width = widthOf(strftime.Format(column.Format, value.Time()))
		case value.Kind() == record.Time:
			width = len("2024-03-01 10:30:00")
		case column.Style != "" || column.Format != "":
			width = widthOf(value.String()) + 4
		default:
			width = widthOf(value.String()) + 1
		}
		s.widths[i] = max(s.widths[i], width)
	}
}

// widthOf is the length of the text's longest line in characters, wide ones counted twice.
func widthOf(text string) int {
	width, longest := 0, 0
	for _, r := range text[:min(len(text), 4*maxWidth)] {
		switch {
		case r == '\n':
			width = 0
		case r >= 0x1100 && r != utf8.RuneError:
			width += 2
		default:
			width++
		}
		longest = max(longest, width)
	}
	return longest
}
