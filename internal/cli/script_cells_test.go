package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"bcetl/internal/report"
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

// workbookCommand writes a workbook from CSV files: csv2xlsx FILE SHEET=FILE.csv... A sheet's name after ! is hidden. A cell of the form
// n:12.50 is a number, b:true a bool, f:1+1 a formula whose result is not stored; n:12.50|0.00 a number with a format; any other is text.
func workbookCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: csv2xlsx FILE [!]SHEET=FILE.csv...")
	}
	book := excelize.NewFile()
	for i, arg := range args[1:] {
		name, path, _ := strings.Cut(arg, "=")
		name, hidden := strings.CutPrefix(name, "!")
		if i == 0 {
			ts.Check(book.SetSheetName("Sheet1", name))
		} else {
			_, err := book.NewSheet(name)
			ts.Check(err)
		}
		cells := csv.NewReader(strings.NewReader(ts.ReadFile(path)))
		cells.FieldsPerRecord = -1
		rows, err := cells.ReadAll()
		ts.Check(err)
		for r, row := range rows {
			for c, text := range row {
				ts.Check(setCell(book, name, c+1, r+1, text))
			}
		}
		if hidden {
			ts.Check(book.SetSheetVisible(name, false))
		}
	}
	for i, arg := range args[1:] {
		if !strings.HasPrefix(arg, "!") {
			book.SetActiveSheet(i)
			break
		}
	}
	ts.Check(book.SaveAs(ts.MkAbs(args[0])))
}

func setCell(book *excelize.File, sheet string, column, row int, text string) error {
	place, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		return err
	}
	kind, value, _ := strings.Cut(text, ":")
	switch kind {
	case "n":
		value, format, formatted := strings.Cut(value, "|")
		if err := book.SetCellDefault(sheet, place, value); err != nil || !formatted {
			return err
		}
		style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			return err
		}
		return book.SetCellStyle(sheet, place, place, style)
	case "b":
		return book.SetCellBool(sheet, place, value == "true")
	case "f":
		return book.SetCellFormula(sheet, place, value)
	default:
		return book.SetCellStr(sheet, place, text)
	}
}

// reportCommand reads the report, or the list of reports, that the last command printed, and prints a line for each: what came of the job,
// how many rows were read, and the sum of all outcomes.
func reportCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: report")
	}
	text := []byte(ts.ReadFile("stdout"))
	var reports []report.Report
	if err := json.Unmarshal(text, &reports); err != nil {
		reports = make([]report.Report, 1)
		ts.Check(json.Unmarshal(text, &reports[0]))
	}
	for i := range reports {
		rows := reports[i].Rows
		outcomes := rows.Filtered + rows.Created + rows.Updated + rows.Unchanged + rows.Deleted + rows.Exported + rows.Partial + rows.Rejected + rows.InDoubt + rows.NotAttempted
		_, err := fmt.Fprintf(ts.Stdout(), "%s %s read=%d outcomes=%d\n", reports[i].Job, reports[i].Status, rows.Read, outcomes)
		ts.Check(err)
	}
}
