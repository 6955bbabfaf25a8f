package record

import "fmt"

// CellKind says what a spreadsheet stored in a cell. A CSV cell is always CellText.
type CellKind uint8

// The kinds of cells.
const (
	CellText CellKind = iota
	CellNumber
	CellBool
	CellDate
	CellError
	// CellFailed is a computed column whose expression has no result in this row: nothing may be concluded from the cell.
	CellFailed
)

// Cell is one cell of a sheet. Nothing types it but a mapping rule.
type Cell struct {
	// Text is what a person sees in the cell; of a General whole number all its digits.
	Text string
	// Raw is the stored value where it says more than Text: a number's own digits (at most 15 significant ones), a date as
	// ISO 8601 without zone ("2024-03-01" or "2024-03-01T10:30:00"), "true" or "false". Empty for text and in CSV.
	Raw string
	// Format is the number format code of an XLSX cell, "" for General and in CSV, so that a rejected row is written as it was.
	Format string
	// Kind is the kind of the stored value.
	Kind CellKind
	// Lossy marks a number stored with more digits than a spreadsheet keeps (over 15), or shown rounded by its format in a way
	// that hides digits of a code: as a key it cannot be trusted.
	Lossy bool
}

// Origin says where a row stands, for every message about it.
type Origin struct {
	File  string // path as the user wrote or matched it; "-" for standard input
	Sheet string // name of the sheet, empty for CSV
	Line  int    // the sheet's own row number, from 1, as a spreadsheet program shows it (a quoted line break does not count)
}

func (o Origin) String() string {
	if o.Sheet != "" {
		return fmt.Sprintf("%s, sheet %s, row %d", o.File, o.Sheet, o.Line)
	}
	return fmt.Sprintf("%s, row %d", o.File, o.Line)
}

// Row is one row of a sheet: the shared header and its cells, as many as the header has columns.
type Row struct {
	Header *Header
	Cells  []Cell
	Origin Origin
	// Extra are cells beyond the header's last column; a row that has any carries a Problem too.
	Extra []Cell
	// Problem is set when the reader could not make sense of the row; it is then rejected, and the rows after it go on.
	Problem *Problem
}

// Text gives the cell's text at a 0-based place, "" beyond the end.
func (r *Row) Text(place int) string {
	if place < 0 || place >= len(r.Cells) {
		return ""
	}
	return r.Cells[place].Text
}

// Problem is why a row, record or request was refused, as one line a person can act on.
type Problem struct {
	Code    string `json:"code"`             // from the documented list in docs/codes.md
	Column  string `json:"column,omitempty"` // the sheet's column, when one is at fault
	Field   string `json:"field,omitempty"`  // the store's field, when one is at fault
	Message string `json:"message"`          // what was found and what was expected
}

func (p *Problem) Error() string {
	switch {
	case p.Column != "":
		return fmt.Sprintf("column %q: %s", p.Column, p.Message)
	case p.Field != "":
		return fmt.Sprintf("field %s: %s", p.Field, p.Message)
	}
	return p.Message
}
