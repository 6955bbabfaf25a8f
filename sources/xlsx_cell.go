package sources

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"bcetl/internal/record"
)

// notCalculated is the text of a formula whose result the file does not hold: a program wrote the formula and nobody opened and
// saved the workbook since. Its cell is a record.CellError, so that a row that uses it is rejected.
const notCalculated = "#NOT_CALCULATED"

// cellReader turns stored cells into record.Cells.
type cellReader struct {
	styles   *xlsxStyles
	strings  *sharedStrings
	date1904 bool
}

// cell gives the cell; problem says why its content cannot be made out, err that the file cannot be read on.
func (r *cellReader) cell(stored *storedCell) (cell record.Cell, problem string, err error) {
	format := r.styles.format(stored.style)
	cell.Format = format.code
	if !stored.value {
		if stored.formula {
			cell.Kind, cell.Text = record.CellError, notCalculated
		}
		return cell, "", nil
	}
	switch stored.kind {
	case "s":
		index, err := strconv.Atoi(strings.TrimSpace(stored.text))
		if err != nil {
			index = -1
		}
		text, ok, err := r.strings.text(index)
		if err != nil || !ok {
			return cell, fmt.Sprintf("the file is damaged: there is no shared text %s", stored.text), err
		}
		cell.Text = text
	case "str", "inlineStr":
		cell.Text = unescapeXLSX(stored.text)
	case "b":
		truth := strings.TrimSpace(stored.text)
		cell.Kind, cell.Text, cell.Raw = record.CellBool, "FALSE", "false"
		if truth == "1" || strings.EqualFold(truth, "true") {
			cell.Text, cell.Raw = "TRUE", "true"
		}
	case "e":
		cell.Kind, cell.Text = record.CellError, strings.TrimSpace(stored.text)
	case "d":
		r.storedDate(&cell, format, strings.TrimSpace(stored.text))
	default:
		r.number(&cell, format, strings.TrimSpace(stored.text))
	}
	return cell, "", nil
}

// storedDate is an ISO 8601 date (type d), which strict files may hold in place of a serial number.
func (r *cellReader) storedDate(cell *record.Cell, format *numberFormat, text string) {
	serial, ok := serialOf(text, r.date1904)
	if !ok {
		cell.Text = text
		return
	}
	if section, _ := format.section(serial); section.isDate {
		r.date(cell, section, serial)
		return
	}
	if m, ok := momentOf(serial, r.date1904, 0); ok {
		cell.Kind, cell.Raw = record.CellDate, m.iso()
		cell.Text = cell.Raw
		return
	}
	cell.Text = text
}

// number shows the number by its format. What is stored as a number and is none stays text.
func (r *cellReader) number(cell *record.Cell, format *numberFormat, text string) {
	if text == "" {
		return
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) || strings.ContainsAny(text, "xX_") {
		cell.Text = text
		return
	}
	x := digitsOf(value)
	cell.Kind, cell.Raw = record.CellNumber, x.plain()
	cell.Lossy = x.losesDigits(text, value)
	if format.code == "" {
		cell.Text = cell.Raw
		return
	}
	section, minus := format.section(value)
	if section.isDate {
		r.date(cell, section, value)
		return
	}
	shown, exact := section.show(x, minus)
	cell.Text, cell.Lossy = shown, cell.Lossy || !exact
}

// date shows a serial number as a date. Times without a day and spans of hours stay numbers, as do numbers that no calendar
// has: there is no ISO date to give for them.
func (r *cellReader) date(cell *record.Cell, section *formatSection, serial float64) {
	shown, ok := momentOf(serial, r.date1904, section.subSecond)
	if !ok {
		if cell.Text = cell.Raw; cell.Text == "" {
			cell.Text = strconv.FormatFloat(serial, 'f', -1, 64)
		}
		return
	}
	cell.Text = section.showDate(shown)
	whole, _ := momentOf(serial, r.date1904, 0)
	beginning := whole.serial < 1 && !r.date1904
	if section.elapsed || whole.fakeDay || beginning || !section.hasDay && whole.serial < 1 {
		if cell.Raw == "" {
			cell.Kind, cell.Raw = record.CellNumber, digitsOf(serial).plain()
		}
		return
	}
	cell.Kind, cell.Raw, cell.Lossy = record.CellDate, whole.iso(), false
}
