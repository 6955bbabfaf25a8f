package report

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"bcetl/internal/record"
)

// Fills of cells.
const (
	headerFill = "E7ECF2"
	beforeFill = "FBD5D5"
	afterFill  = "D6F0D6"
	greyFill   = "E5E7EB"
	createFill = "E2F3E2"
	updateFill = "FFF6D6"
	deleteFill = "F8DCDC"
)

var actionFills = map[string]string{"create": createFill, "update": updateFill, "delete": deleteFill, "reject": greyFill}

const textFormat = "@"

// planCell is how a cell looks.
type planCell struct {
	fill   string
	bold   bool
	format string // a number format's code, textFormat for text, "" for General
	wrap   bool
}

// planStyles makes each cell format once.
type planStyles struct {
	file *excelize.File
	made map[planCell]int
}

func (s *planStyles) id(c planCell) (int, error) {
	if id, ok := s.made[c]; ok {
		return id, nil
	}
	style := excelize.Style{Font: &excelize.Font{Family: "Calibri", Size: 11, Bold: c.bold}, Alignment: &excelize.Alignment{Vertical: "top", WrapText: c.wrap}}
	if c.fill != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c.fill}}
		border := func(side string) excelize.Border { return excelize.Border{Type: side, Color: "D0D5DB", Style: 1} }
		style.Border = []excelize.Border{border("left"), border("right"), border("top"), border("bottom")} // a fill covers the grid
	}
	switch c.format {
	case "":
	case textFormat:
		style.NumFmt = 49
		style.Alignment.Horizontal, style.Alignment.Indent = "left", 1 // not to touch the number before it
	default:
		style.CustomNumFmt = &c.format
	}
	id, err := s.file.NewStyle(&style)
	if err == nil {
		s.made[c] = id
	}
	return id, err
}

// cellValue is what a cell holds; a nil value is an empty cell with a look.
type cellValue struct {
	value  any
	format string
}

// countCell is a whole number, 0 an empty cell.
func countCell(n int64) cellValue {
	if n == 0 {
		return cellValue{}
	}
	return cellValue{value: n, format: "0"}
}

// textCell is a text as text: a code keeps its zeros, and what looks like a formula is none.
func textCell(text string) cellValue {
	if text == "" {
		return cellValue{format: textFormat}
	}
	return cellValue{value: cellText(text), format: textFormat}
}

// valueCell is a field's value: a number a number of as many places as it was written with, truth as truth, all else as text.
// Nothing at all is an empty cell.
func valueCell(v record.Value) cellValue {
	switch v.Kind() {
	case record.Missing:
		return textCell("")
	case record.Text:
		if v.String() == "" {
			return textCell(`""`)
		}
		return textCell(v.String())
	case record.Bool:
		return cellValue{value: v.Bool()}
	case record.Number:
		return numberCell(v)
	default:
		return textCell(shown(v))
	}
}

// sideCell is one side of a change that has two: there what is unset says so.
func sideCell(v record.Value) cellValue {
	if v.IsMissing() {
		return textCell(shown(v))
	}
	return valueCell(v)
}

// mostPlaces is how many decimal places a number format may have.
const mostPlaces = 30

// numberCell is a number only where a spreadsheet, whose numbers are binary floats of 15 digits, keeps every digit of it. Its value
// as a float is for the file alone: it is read back and compared as a decimal.
func numberCell(v record.Value) cellValue {
	d, err := v.Decimal()
	if err != nil || len(d.Coefficient().String()) > 15 || d.Exponent() < -mostPlaces || d.Exponent() > 15 {
		return textCell(v.String())
	}
	if d.IsInteger() && d.Exponent() >= 0 {
		return cellValue{value: d.IntPart(), format: "0"}
	}
	float, err := strconv.ParseFloat(d.String(), 64)
	if err != nil {
		return textCell(v.String())
	}
	back, err := decimal.NewFromString(strconv.FormatFloat(float, 'f', -1, 64))
	if err != nil || !back.Equal(d) {
		return textCell(v.String())
	}
	return cellValue{value: float, format: "0." + strings.Repeat("0", int(-d.Exponent()))}
}

// maxCellUnits is how long a cell's text may be, in UTF-16 units as Excel counts.
const maxCellUnits = 32767

// cellText makes a text fit for a cell: one line, hidden characters visible, and what is too long shortened with a note.
func cellText(text string) string {
	text = visible(text)
	units, runes, at := 0, int64(0), 0
	const room = 60 // for the note
	for i, r := range text {
		if units <= maxCellUnits-room {
			at = i
		}
		units += utf16.RuneLen(r)
		runes++
	}
	if units <= maxCellUnits {
		return text
	}
	return text[:at] + "… (shortened; " + Counted(runes, "character") + " in all)"
}
