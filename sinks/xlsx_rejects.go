package sinks

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bcetl/internal/record"

	"github.com/xuri/excelize/v2"
)

// RejectsColumn is the column in which rejected rows say why.
const RejectsColumn = "bcetl_error"

// RejectsXLSX hands rejected rows back in the form in which they came: the rows above the header, the header in its own row, the
// rows in their own columns with their own kinds of values and number formats, and bcetl_error after them (or where it stands
// already). Cells beyond a row's last column follow behind it, so that they are beyond the last column there, too. Mended, the
// file is read by the same job. It is made with the first row.
type RejectsXLSX struct {
	path   string
	layout record.Layout
	aside  *aside
	file   *excelize.File
	styles *styles
	part   *rowsPart
	rows   int64
	place  int // of bcetl_error
	width  int // columns with it
	done   bool
}

// CreateRejectsXLSX prepares the file; nothing is made before the first row.
func CreateRejectsXLSX(path string, layout record.Layout) (*RejectsXLSX, error) {
	if layout.Header == nil {
		return nil, fmt.Errorf("create %s: the layout of %s has no columns", path, layout.File)
	}
	r := &RejectsXLSX{path: path, layout: layout, place: layout.Header.Len(), width: layout.Header.Len() + 1}
	if place, err := layout.Header.Find(RejectsColumn); err == nil && layout.HeaderRow > 0 {
		r.place, r.width = place, layout.Header.Len()
	}
	return r, nil
}

// Write appends a row with the reason why it was rejected.
func (r *RejectsXLSX) Write(row record.Row, message string) error {
	if r.done {
		return fmt.Errorf("write rejects %s: the file is closed", r.path)
	}
	if r.part == nil {
		if err := r.begin(); err != nil {
			return errors.Join(fmt.Errorf("write rejects: %w", err), r.release())
		}
	}
	if r.part.lines >= maxSheetRows {
		return fmt.Errorf("write rejects %s: a sheet has no more than %d rows", r.path, maxSheetRows)
	}
	r.part.begin(r.part.lines + 1)
	message = fitCell(strings.Join(strings.Fields(message), " "))
	for i := range max(len(row.Cells), r.place+1) {
		if i == r.place {
			r.part.text(i, 0, message)
		} else if i < len(row.Cells) {
			if err := r.cell(i, &row.Cells[i]); err != nil {
				return err
			}
		}
	}
	for i := range row.Extra {
		if err := r.cell(r.width+i, &row.Extra[i]); err != nil {
			return err
		}
	}
	r.rows++
	if err := r.part.end(); err != nil {
		return fmt.Errorf("write rejects %s: %w", r.path, err)
	}
	return nil
}

func (r *RejectsXLSX) begin() (err error) {
	if r.aside, err = createAside(r.path); err != nil {
		return err
	}
	r.file = excelize.NewFile()
	r.styles = &styles{file: r.file, numbers: map[string]int{}}
	if r.part, err = newRowsPart(); err != nil {
		return err
	}
	for i, texts := range r.layout.Preamble {
		r.part.begin(i + 1)
		for j, text := range texts {
			r.part.text(j, 0, text)
		}
		if err := r.part.end(); err != nil {
			return err
		}
	}
	if r.layout.HeaderRow == 0 {
		return nil
	}
	header, err := r.styles.header()
	if err != nil {
		return err
	}
	r.part.begin(max(r.layout.HeaderRow, r.part.lines+1))
	for i, name := range r.layout.Header.Names() {
		r.part.text(i, header, name)
	}
	if r.place == r.layout.Header.Len() {
		r.part.text(r.place, header, RejectsColumn)
	}
	return r.part.end()
}

// cell writes a cell as it was read.
func (r *RejectsXLSX) cell(column int, cell *record.Cell) error {
	code := cell.Format
	if cell.Kind == record.CellDate && code == "" { // a stored ISO date without a format of its own
		code = formatDay
		if len(cell.Raw) > len("2006-01-02") {
			code = formatMomentT
		}
	}
	style, err := r.styles.number(code)
	if err != nil {
		return fmt.Errorf("write rejects %s: %w", r.path, err)
	}
	switch cell.Kind {
	case record.CellNumber:
		if cell.Raw != "" {
			r.part.value(column, style, "", cell.Raw)
			return nil
		}
	case record.CellBool:
		digit := "0"
		if cell.Raw == "true" {
			digit = "1"
		}
		r.part.value(column, style, "b", digit)
		return nil
	case record.CellDate:
		if serial, ok := isoSerial(cell.Raw); ok {
			r.part.value(column, style, "", strconv.FormatFloat(serial, 'f', -1, 64))
			return nil
		}
	case record.CellError:
		if storedErrors[cell.Text] {
			r.part.value(column, style, "e", cell.Text)
			return nil
		}
	}
	r.part.text(column, style, cell.Text)
	return nil
}

// storedErrors are the errors that a cell may hold (ECMA-376 part 1, 18.17.3, and those of later programs).
var storedErrors = map[string]bool{
	"#NULL!": true, "#DIV/0!": true, "#VALUE!": true, "#REF!": true, "#NAME?": true, "#NUM!": true, "#N/A": true, "#GETTING_DATA": true,
	"#SPILL!": true, "#CALC!": true, "#FIELD!": true, "#BLOCKED!": true, "#CONNECT!": true, "#UNKNOWN!": true,
}

// isoSerial is the serial number of an ISO date in the calendar of 1900, whose 29 February 1900 never was.
func isoSerial(text string) (float64, bool) {
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05"} {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		serial := float64(t.Unix()-time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Unix()) / 86400
		if serial < 61 {
			serial--
		}
		return serial, serial >= 1
	}
	return 0, false
}

// fitCell shortens a reason that no cell could hold.
func fitCell(text string) string {
	if len(text) <= maxCellUnits {
		return text
	}
	runes := []rune(text)
	return string(runes[:min(len(runes), maxCellUnits/2-1)]) + "…"
}

// Commit gives the file its name. The Output of no rows has no Path: there is no file.
func (r *RejectsXLSX) Commit() (Output, error) {
	if r.done || r.part == nil {
		r.done = true
		return Output{}, nil
	}
	name := r.layout.Sheet
	if CheckSheetName(name) != nil {
		name = "Rejects"
	}
	plan := shellPlan{file: r.file, rows: map[string]*rowsPart{}}
	err := plan.add(name, r.part, r.decorate)
	if err == nil {
		err = plan.write(r.aside)
	}
	if err != nil {
		return Output{}, errors.Join(fmt.Errorf("write rejects %s: %w", r.path, err), r.Abort())
	}
	sum, err := r.aside.Commit()
	r.done = true
	if err = errors.Join(err, r.release()); err != nil {
		return Output{}, fmt.Errorf("write rejects: %w", err)
	}
	return Output{Path: r.path, Sheet: name, Rows: r.rows, SHA256: sum}, nil
}

func (r *RejectsXLSX) decorate(file *excelize.File, name string, part *rowsPart) error {
	width := min(40, excelize.MaxColumnWidth)
	letter := record.ColumnLetter(r.place)
	if err := file.SetColWidth(name, letter, letter, float64(width)); err != nil {
		return err
	}
	if r.layout.HeaderRow == 0 {
		return nil
	}
	return freezeAt(file, name, r.layout.HeaderRow)
}

// Abort leaves nothing behind. After Commit or Abort it does nothing.
func (r *RejectsXLSX) Abort() error {
	if r.done {
		return nil
	}
	r.done = true
	return r.release()
}

func (r *RejectsXLSX) release() error {
	var errs []error
	if r.aside != nil {
		errs = append(errs, r.aside.Abort())
	}
	if r.part != nil {
		errs = append(errs, r.part.close())
	}
	if r.file != nil {
		errs = append(errs, r.file.Close())
	}
	return errors.Join(errs...)
}
