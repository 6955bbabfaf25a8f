package cli

import (
	"fmt"
	"os"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
)

// cellsCommand prints the cells of one row of a workbook as they are stored, one a line: place, type, stored value and number format.
func cellsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: xlsxcells FILE SHEET ROW")
	}
	row, err := strconv.Atoi(args[2])
	ts.Check(err)
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	dimension, err := book.GetRows(args[1])
	ts.Check(err)
	for column := 1; column <= len(dimension[0]); column++ {
		place, err := excelize.CoordinatesToCellName(column, row)
		ts.Check(err)
		value, err := book.GetCellValue(args[1], place, excelize.Options{RawCellValue: true})
		ts.Check(err)
		kind, err := book.GetCellType(args[1], place)
		ts.Check(err)
		number, err := book.GetCellStyle(args[1], place)
		ts.Check(err)
		style, err := book.GetStyle(number)
		ts.Check(err)
		format := strconv.Itoa(style.NumFmt)
		if style.CustomNumFmt != nil {
			format = *style.CustomNumFmt
		}
		_, err = fmt.Fprintf(ts.Stdout(), "%s %s %s [%s]\n", place, cellKinds[kind], value, format)
		ts.Check(err)
	}
	ts.Check(book.Close())
}

// cellKinds name the types of cells; one without a type is a number.
var cellKinds = map[excelize.CellType]string{
	excelize.CellTypeUnset: "number", excelize.CellTypeNumber: "number", excelize.CellTypeBool: "bool", excelize.CellTypeDate: "date",
	excelize.CellTypeInlineString: "text", excelize.CellTypeSharedString: "text", excelize.CellTypeError: "error", excelize.CellTypeFormula: "formula",
}

// latinCommand writes a file in Windows-1252: latin1 FROM TO. A script holds UTF-8 only.
func latinCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: latin1 FROM TO")
	}
	text, err := charmap.Windows1252.NewEncoder().String(ts.ReadFile(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}
