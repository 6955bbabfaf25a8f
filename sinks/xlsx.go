package sinks

import (
	"errors"
	"fmt"
	"strings"

	"bcetl/internal/record"

	"github.com/xuri/excelize/v2"
)

// Workbook is one XLSX file into which several sheets are written side by side. It takes its final name at Commit. Rows are
// streamed to temporary files; excelize makes everything about the workbook but the rows, because its own stream of rows holds the
// finished file in memory, cuts long texts and knows no number but a float.
type Workbook struct {
	path   string
	aside  *aside
	file   *excelize.File
	styles *styles
	sheets []*WorkbookSheet
	done   bool
}

// SheetOptions says how a sheet is written.
type SheetOptions struct {
	// Name of the sheet: at most 31 characters, none of []:*?/\, unique in its workbook ignoring case.
	Name string
}

// CreateWorkbook begins the file beside path, so that a folder that cannot be written to is known at once.
func CreateWorkbook(path string) (*Workbook, error) {
	out, err := createAside(path)
	if err != nil {
		return nil, err
	}
	file := excelize.NewFile()
	return &Workbook{path: path, aside: out, file: file, styles: &styles{file: file, numbers: map[string]int{}}}, nil
}

// AddSheet begins a sheet. Its header stands in row 1, frozen, bold and with a filter.
func (w *Workbook) AddSheet(o SheetOptions, columns []record.Column) (*WorkbookSheet, error) {
	if err := CheckSheetName(o.Name); err != nil {
		return nil, fmt.Errorf("write %s: %w", w.path, err)
	}
	for _, sheet := range w.sheets {
		if strings.EqualFold(sheet.name, o.Name) {
			return nil, fmt.Errorf("write %s: sheet %q is written twice", w.path, o.Name)
		}
	}
	if len(columns) == 0 || len(columns) > maxSheetColumns {
		return nil, fmt.Errorf("write %s: sheet %q has %d columns; a sheet has 1 to %d", w.path, o.Name, len(columns), maxSheetColumns)
	}
	header, err := w.styles.header()
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", w.path, err)
	}
	sheet := &WorkbookSheet{book: w, name: o.Name, header: header, maxRows: maxSheetRows}
	if err := sheet.setColumns(columns, w.styles); err != nil {
		return nil, fmt.Errorf("write %s: %w", w.path, err)
	}
	if err := sheet.nextPart(); err != nil {
		return nil, fmt.Errorf("write %s: %w", w.path, err)
	}
	w.sheets = append(w.sheets, sheet)
	return sheet, nil
}

// CheckSheetName refuses what spreadsheet programs refuse.
func CheckSheetName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return errors.New("a sheet needs a name")
	case cellUnits(name) > maxSheetName:
		return fmt.Errorf("sheet name %q is longer than the %d characters allowed", name, maxSheetName)
	case strings.ContainsAny(name, `[]:*?/\`):
		return fmt.Errorf("sheet name %q has one of the characters [ ] : * ? / \\, which are not allowed", name)
	case strings.HasPrefix(name, "'"), strings.HasSuffix(name, "'"):
		return fmt.Errorf("sheet name %q begins or ends with an apostrophe, which is not allowed", name)
	case strings.EqualFold(name, "History"):
		return fmt.Errorf("sheet name %q is reserved by spreadsheet programs", name)
	}
	for _, r := range name {
		if r < 0x20 {
			return fmt.Errorf("sheet name %q has a control character, which is not allowed", name)
		}
	}
	return nil
}

// Notes are remarks for people about what was written, one line each.
func (w *Workbook) Notes() []string {
	var notes []string
	for _, sheet := range w.sheets {
		for i, n := range sheet.asText {
			if n > 0 {
				notes = append(notes, fmt.Sprintf("%s, sheet %s, column %q: %d numbers of more than 15 digits are written as text, a spreadsheet would cut them",
					w.path, sheet.name, sheet.columns[i].Name, n))
			}
		}
	}
	return notes
}

// Commit writes the file and gives it its name; it reports each sheet, further ones by their own names, all with the file's
// checksum. Whatever fails, nothing is left behind and the last good file stays.
func (w *Workbook) Commit() ([]Output, error) {
	if w.done {
		return nil, fmt.Errorf("write %s: the workbook is closed", w.path)
	}
	outputs, err := w.write()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("write %s: %w", w.path, err), w.Abort())
	}
	sum, err := w.aside.Commit()
	w.done = true
	if err = errors.Join(err, w.release()); err != nil {
		return nil, fmt.Errorf("write %s: %w", w.path, err)
	}
	for i := range outputs {
		outputs[i].SHA256 = sum
	}
	return outputs, nil
}

func (w *Workbook) write() ([]Output, error) {
	if len(w.sheets) == 0 {
		return nil, errors.New("the workbook has no sheets")
	}
	plan := shellPlan{file: w.file, rows: map[string]*rowsPart{}}
	var outputs []Output
	for _, sheet := range w.sheets {
		for n, part := range sheet.parts {
			name := w.partName(sheet, n, outputs)
			if err := plan.add(name, part, sheet.decorate); err != nil {
				return nil, fmt.Errorf("sheet %q: %w", name, err)
			}
			outputs = append(outputs, Output{Path: w.path, Sheet: name, Rows: sheet.rows[n]})
		}
	}
	return outputs, plan.write(w.aside)
}

// partName is the sheet's name, of its continuations "Name (2)" and so on, shortened to what a name may have and free of others.
func (w *Workbook) partName(sheet *WorkbookSheet, n int, before []Output) string {
	if n == 0 {
		return sheet.name
	}
	for try := n + 1; ; try++ {
		suffix := fmt.Sprintf(" (%d)", try)
		base := []rune(sheet.name)
		for cellUnits(string(base))+len(suffix) > maxSheetName {
			base = base[:len(base)-1]
		}
		name := string(base) + suffix
		taken := false
		for _, other := range w.sheets {
			taken = taken || strings.EqualFold(other.name, name)
		}
		for _, other := range before {
			taken = taken || strings.EqualFold(other.Sheet, name)
		}
		if !taken {
			return name
		}
	}
}

// decorate sets what people see around the rows.
func (s *WorkbookSheet) decorate(file *excelize.File, name string, part *rowsPart) error {
	for i, c := range s.columns {
		letter := record.ColumnLetter(i)
		width := c.Width
		if width == 0 {
			width = min(max(s.widths[i], minWidth), maxWidth)
		}
		if err := file.SetColWidth(name, letter, letter, float64(min(width, excelize.MaxColumnWidth))); err != nil {
			return err
		}
		if c.Type == record.ColumnText { // what people add below stays text as well
			if err := file.SetColStyle(name, letter, c.style); err != nil {
				return err
			}
		}
	}
	if err := freezeAt(file, name, 1); err != nil {
		return err
	}
	return file.AutoFilter(name, fmt.Sprintf("A1:%s%d", record.ColumnLetter(len(s.columns)-1), part.lines), nil)
}

// Abort leaves nothing behind. After Commit or Abort it does nothing.
func (w *Workbook) Abort() error {
	if w.done {
		return nil
	}
	w.done = true
	return errors.Join(w.aside.Abort(), w.release())
}

func (w *Workbook) release() error {
	err := w.file.Close()
	for _, sheet := range w.sheets {
		for _, part := range sheet.parts {
			err = errors.Join(err, part.close())
		}
	}
	return err
}
