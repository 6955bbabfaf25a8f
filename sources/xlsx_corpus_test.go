package sources

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bcetl/internal/record"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const corpus = "../../shared/data/xlsx"

// corpusSheet states what is read of one sheet of a file that others wrote.
type corpusSheet struct {
	sheet  string
	rows   int               // rows in which a cell is in use
	width  int               // columns
	cells  map[string]string // texts by reference
	raw    map[string]string // stored values by reference
	oracle func(*testing.T) [][]string
	same   func(ref, got, want string) bool // where the oracle is known to differ
	notes  []string                         // what notes must contain
}

// corpusRefusals are the files that are not read, each with its reason.
var corpusRefusals = map[string]string{
	"excelize/BadWorkbook.xlsx": "the workbook has no sheets", // its <sheets> element is empty: damaged
	"excelize/encryptAES.xlsx":  "it is encrypted with a password",
}

var corpusSheets = map[string][]corpusSheet{
	"excelize/Book1.xlsx": {
		{sheet: "Sheet1", rows: 3, width: 4, cells: map[string]string{"A19": "Total:", "B19": "237", "C21": "Column1", "A22": "GitHub"}},
		{
			sheet: "Sheet2", rows: 11, width: 9, notes: []string{"5 formulas have no stored result (the first in E11)"},
			cells: map[string]string{"A1": "Monitor", "E1": "inlineStr", "A2": "> 23 Inch", "D11": "37", "E11": "#NOT_CALCULATED", "I11": "#NOT_CALCULATED"},
		},
	},
	"excelize/CalcChain.xlsx":           {{sheet: "1", rows: 1, width: 2, cells: map[string]string{"A1": "0", "B1": "1"}}},
	"excelize/MergeCell.xlsx":           {{rows: 12, width: 4, cells: map[string]string{"A1": "A1", "B1": "", "A3": "", "B3": "B3", "A7": "A7", "C7": "", "D12": "D12"}}},
	"excelize/OverflowNumericCell.xlsx": {{rows: 1, width: 1, cells: map[string]string{"A1": "8595602512225"}, raw: map[string]string{"A1": "8595602512225"}}},
	"excelize/SharedStrings.xlsx": {
		{sheet: "Sheet1", rows: 1, width: 1, cells: map[string]string{"A1": "A"}},
		{sheet: "Sheet2", rows: 1, width: 1, cells: map[string]string{"A1": "Test Weight (Kgs)"}},
	},
	"sheetjs/1900.xlsx": {{rows: 5, width: 4, oracle: sameColumns("1900-01-01", "1900-01-11", "1900-04-20", "1903-01-15", "1930-06-02"), raw: map[string]string{"B3": "1900-04-20"}}},
	"sheetjs/1904.xlsx": {{rows: 5, width: 4, oracle: sameColumns("1904-01-02", "1904-01-12", "1904-04-21", "1907-01-16", "1934-06-03"), raw: map[string]string{"B5": "1934-06-03"}}},
	// The CSV is of the table alone; above it the sheet has an empty merged title row.
	"sheetjs/Attendance.xlsx": {{sheet: "attendance - ATTENDANCE", rows: 25, width: 9, oracle: shifted(csvOracle("sheetjs/Attendance.csv"), 1), raw: map[string]string{"A3": "2020-10-01", "B3": "false"}}},
	"sheetjs/DataTypesFormats.xlsx": {{
		rows: 6, width: 2,
		cells: map[string]string{"B1": "7/23/2020", "B2": "7/23/2020 9:00:00", "B3": "$123.00", "B4": "98.76%", "B5": "456.00", "B6": "7,890"},
		raw:   map[string]string{"B1": "2020-07-23", "B2": "2020-07-23T09:00:00", "B3": "123", "B4": "0.9876", "B5": "456", "B6": "7890"},
	}},
	// The CSV was saved where short dates have two digits of the year.
	"sheetjs/ErrorTypes.xlsx": {{
		sheet: "RawErrors", rows: 14, width: 10, oracle: csvOracle("sheetjs/ErrorTypes.csv"),
		same: func(_, got, want string) bool { return got == "10/11/2014" && want == "10/11/14" },
	}},
	"sheetjs/LONumbers.xlsx":      {{rows: 38, width: 10, cells: loNumbers}},
	"sheetjs/LONumbers-2010.xlsx": {{rows: 38, width: 10, cells: loNumbers}},
	"sheetjs/RkNumber.xlsx":       {{sheet: "RkNumber", rows: 5, width: 3, oracle: csvOracle("sheetjs/RkNumber.xls.0.csv"), raw: map[string]string{"A2": "", "C2": "10000000", "C5": "12004.55"}}},
	"sheetjs/author_snowman.xlsx": {{rows: 0}},
	"sheetjs/crlf.xlsx":           {{rows: 3, width: 2, oracle: csvOracle("sheetjs/crlf.csv"), cells: map[string]string{"B2": "abc\r\ndef"}}},
	"sheetjs/defined_names_unicode.xlsx": {
		{sheet: "NoContainsJapanese", rows: 1, width: 1, cells: map[string]string{"A1": "NamedDefine"}},
		{sheet: "日本語のみ", rows: 1, width: 1, cells: map[string]string{"A1": "NamedDefine"}},
		{sheet: "sheet日本語sheet", rows: 1, width: 1, cells: map[string]string{"A1": "NamedDefine"}},
	},
	"sheetjs/interview.xlsx": {
		{sheet: "interview", rows: 19, width: 4, cells: map[string]string{
			"A1": "type", "C10": "What level of training or experience is typically required in your interviews?", "A16": "end branch",
			"C13": "Are your interviews recorded?\nHave you encountered any limitations in being allowed to record?",
		}},
		{sheet: "tags", rows: 9, width: 4, cells: map[string]string{"D4": "star.png", "C9": "highly experienced interviewee"}},
	},
	"sheetjs/merge_cells.xlsx": {{sheet: "Merge", rows: 3, width: 4, oracle: csvOracle("sheetjs/expected_merge_cells.xlsx.0.csv")}},
	"sheetjs/mixed_sheets.xlsx": {
		{sheet: "survey", rows: 2, width: 2, oracle: csvOracle("sheetjs/expected_mixed_sheets.xlsx.0.csv")},
		{sheet: "choices", rows: 3, width: 3, cells: map[string]string{"A1": "list_name", "C3": "No"}},
		{sheet: "settings", rows: 2, width: 2, cells: map[string]string{"A2": "SANITARY SURVEY FOR THE ASSESSMENT OF RISKS \nOF CONTAMINATION OF DRINKING WATER SOURCES"}},
	},
	"sheetjs/number_format_entities.xlsx":  {{rows: 2, width: 1, cells: map[string]string{"A1": "12345.679 >", "A2": `12345.679 < > " & '`}, raw: map[string]string{"A1": "12345.6789"}}},
	"sheetjs/phonetic_text.xlsx":           {{rows: 2, width: 1, cells: map[string]string{"A1": "漢字", "A2": "漢字withColor"}}},
	"sheetjs/rich_text_stress.xlsx":        {{rows: 14, width: 2, oracle: csvOracle("sheetjs/expected_rich_text_stress.xlsx.0.csv")}},
	"sheetjs/sheet_visibility.xlsx":        visibility,
	"sheetjs/sheet_visibility_strict.xlsx": visibility,
	"sheetjs/sushi.xlsx":                   {{rows: 1, width: 1, oracle: csvOracle("sheetjs/expected_sushi.xlsx.0.csv")}},
	// The CSV was saved in an encoding without Hebrew; blanks that align a number are not text here.
	"sheetjs/text_and_numbers.xlsx": {
		{
			sheet: "1", rows: 3, width: 3, oracle: csvOracle("sheetjs/expected_text_and_numbers.xlsx.0.csv"), raw: map[string]string{"C4": "1337"},
			cells: map[string]string{"B2": "שלום", "C2": "עולם", "C4": "$1,337.00"},
			same:  func(_, got, want string) bool { return want == "____" || got == strings.TrimSpace(want) },
		},
		{sheet: "Sheet2", rows: 0},
		{sheet: "Sheet3", rows: 0},
	},
	"sheetjs/write.xlsx": {{rows: 4, width: 4, cells: map[string]string{
		"A1": "1", "C1": "3", "D1": "", "A2": "TRUE", "B2": "FALSE", "D2": "sheetjs", "C3": "2/19/14", "D3": "0.3", "A4": "baz", "C4": "qux",
	}, raw: map[string]string{"C3": "2014-02-19"}}},
	"sheetjs/xlsx-stream-d-date-cell.xlsx": {{
		rows: 13, width: 4,
		cells: map[string]string{
			"B1": "てすと", "C1": `&'";<>`, "D1": "&amp;", "D2": "-3", "C3": "0.3", "D3": "12345678900000000000000", "B4": "TRUE", "C4": "FALSE", "B5": "2/14/2014",
			"B6": "1.50", "B7": "12:00 PM", "B8": "50.00%", "B9": "50.000%", "B10": "36:00:00", "B11": "String1", "B13": "cell with comment",
		},
		raw: map[string]string{"B5": "2014-02-14T08:27:49", "B7": "1900-01-01T12:00:00", "B10": "1.5", "B4": "true"},
	}},
	"suppliers/ar_pharmacy_leading_zero_codes.xlsx": {{sheet: "Sheet1", rows: 501, width: 4, cells: map[string]string{
		"A2": "Solo Activos", "B2": "true", "A4": "Código", "D4": "Precio Costo", "A5": "000023593", "D5": "0.01", "A150": "01720000", "A502": "102147", "D503": "465",
	}}},
	"suppliers/de_dell_bundles.xlsx": {{
		sheet: "40495396", rows: 89, width: 5,
		cells: map[string]string{"C1": "Preis (VK)", "D1": "Preis / Monat (48)", "A8": "Summe", "C8": "1,504.65 €", "D4": "28.74 €"},
		raw:   map[string]string{"C8": "1504.65", "D8": "31.346875", "C84": "25.2"},
	}},
}

var visibility = []corpusSheet{
	{sheet: "", rows: 2, width: 7, cells: map[string]string{"A1": "v", "G1": "e", "A2": "118", "G2": "101"}},
	{sheet: "Hidden", rows: 2, width: 6, cells: map[string]string{"A1": "H", "F2": "110"}, notes: []string{`sheet "Hidden" is hidden`}},
	{sheet: "veryhidden", rows: 2, width: 10, cells: map[string]string{"A1": "V", "J2": "110"}, notes: []string{`sheet "VeryHidden" is hidden`}},
}

// loNumbers are cells of a sheet whose column A says the format, row by row.
var loNumbers = map[string]string{
	"A1": "General", "B1": "1", "G1": "-123.456", "J1": "12345.6789", "J3": "33", "J4": "1933", "J6": "3310", "J8": "33October", "J13": "Wednesday",
	"J14": "16", "J17": "296296", "J19": "1617", "J29": "12,346", "J30": "12345.68", "J31": "12345.68", "C31": "-1.2", "J32": "12345.7", "J35": "PM",
}

func TestCorpusIsReadAsStated(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpus, "*", "*.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("the shared corpus of workbooks is not here")
	}
	for _, file := range files {
		name := filepath.ToSlash(strings.TrimPrefix(filepath.ToSlash(file), corpus+"/"))
		t.Run(name, func(t *testing.T) {
			if reason := corpusRefusals[name]; reason != "" {
				_, _, err := tryXLSX(XLSXOptions{Paths: []string{file}})
				if err == nil || !strings.Contains(err.Error(), reason) || strings.Contains(err.Error(), "\n") {
					t.Fatalf("got %v, want one line with %q", err, reason)
				}
				return
			}
			if corpusSheets[name] == nil {
				t.Fatal("no test states what is read of this file")
			}
			for _, sheet := range corpusSheets[name] {
				sheet.check(t, file)
			}
		})
	}
}

func (s corpusSheet) check(t *testing.T, file string) {
	t.Helper()
	rows, source := readXLSX(t, XLSXOptions{Paths: []string{file}, Sheet: s.sheet, HeaderRow: NoHeader})
	if len(rows) != s.rows || source.Header().Len() != s.width {
		t.Errorf("sheet %q: %d rows of %d columns, want %d of %d", s.sheet, len(rows), source.Header().Len(), s.rows, s.width)
	}
	got := map[string]record.Cell{}
	for _, row := range rows {
		if row.Problem != nil {
			t.Errorf("%v: %v", row.Origin, row.Problem)
		}
		for i, cell := range row.Cells {
			got[reference(i, row.Origin.Line)] = cell
		}
	}
	for ref, want := range s.cells {
		if got[ref].Text != want {
			t.Errorf("%s shows %q, want %q", ref, got[ref].Text, want)
		}
	}
	for ref, want := range s.raw {
		if got[ref].Raw != want {
			t.Errorf("%s stores %q, want %q", ref, got[ref].Raw, want)
		}
	}
	for _, note := range s.notes {
		if !slices.ContainsFunc(source.Notes(), func(n string) bool { return strings.Contains(n, note) }) {
			t.Errorf("notes %q lack %q", source.Notes(), note)
		}
	}
	if s.oracle == nil {
		return
	}
	for i, line := range s.oracle(t) {
		for j, want := range line {
			ref := reference(j, i+1)
			if text := got[ref].Text; text != want && (s.same == nil || !s.same(ref, text, want)) {
				t.Errorf("%s shows %q, the oracle %q", ref, text, want)
			}
			delete(got, ref)
		}
	}
	for ref, cell := range got {
		if cell.Text != "" {
			t.Errorf("%s shows %q, the oracle has no such cell", ref, cell.Text)
		}
	}
}

func reference(column, line int) string {
	return record.ColumnLetter(column) + strconv.Itoa(line)
}

// csvOracle reads a CSV that a spreadsheet program saved, in whatever encoding.
func csvOracle(name string) func(*testing.T) [][]string {
	return func(t *testing.T) [][]string {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(corpus, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.ContainsAny(data, "\n") {
			data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
		}
		decoded, _, err := transform.Bytes(unicode.BOMOverride(unicode.UTF8.NewDecoder()), data)
		if err != nil || bytes.Contains(decoded, []byte("\uFFFD")) {
			if decoded, err = charmap.Windows1252.NewDecoder().Bytes(data); err != nil {
				t.Fatal(err)
			}
		}
		// encoding/csv would turn the line breaks inside cells into \n.
		protected := bytes.ReplaceAll(decoded, []byte("abc\r\n"), []byte("abc\u240d\n"))
		reader := csv.NewReader(bytes.NewReader(protected))
		reader.FieldsPerRecord = -1
		lines, err := reader.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			for i := range line {
				line[i] = strings.ReplaceAll(line[i], "\u240d", "\r")
			}
		}
		return lines
	}
}

// shifted puts the oracle's rows further down.
func shifted(oracle func(*testing.T) [][]string, rows int) func(*testing.T) [][]string {
	return func(t *testing.T) [][]string {
		t.Helper()
		return append(make([][]string, rows), oracle(t)...)
	}
}

// sameColumns is a sheet of serial numbers, then three columns that show each as a date.
func sameColumns(dates ...string) func(*testing.T) [][]string {
	return func(*testing.T) [][]string {
		var lines [][]string
		for i, date := range dates {
			lines = append(lines, []string{strings.Repeat("1", i+1), date, date, date})
		}
		return lines
	}
}

// The price lists, as a job reads them: true header rows, codes with their zeros.
func TestSuppliersPriceLists(t *testing.T) {
	pharmacy := filepath.Join(corpus, "suppliers", "ar_pharmacy_leading_zero_codes.xlsx")
	if _, err := os.Stat(pharmacy); err != nil {
		t.Skip("the shared price lists are not here")
	}
	rows, source := readXLSX(t, XLSXOptions{Paths: []string{pharmacy}, HeaderRow: 4})
	if diff := cmp.Diff([]string{"Código", "Artículo", "Laboratorio", "Precio Costo"}, source.Header().Names()); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	layout := source.Layouts()[0]
	if diff := cmp.Diff([][]string{nil, {"Solo Activos", "true"}, nil}, layout.Preamble); diff != "" || layout.HeaderRow != 4 {
		t.Errorf("preamble, header in row %d (-want +got):\n%s", layout.HeaderRow, diff)
	}
	zeros := 0
	for _, row := range rows {
		if row.Cells[0].Kind != record.CellText || row.Cells[3].Kind != record.CellNumber {
			t.Errorf("%v: code %+v, price %+v", row.Origin, row.Cells[0], row.Cells[3])
		}
		if strings.HasPrefix(row.Text(0), "0") {
			zeros++
		}
	}
	if len(rows) != 499 || zeros != 476 {
		t.Errorf("%d rows, %d codes with leading zeros", len(rows), zeros)
	}

	bundles := filepath.Join(corpus, "suppliers", "de_dell_bundles.xlsx")
	rows, source = readXLSX(t, XLSXOptions{Paths: []string{bundles}})
	if got := source.Header().Names(); len(got) != 4 || !strings.HasPrefix(got[0], "Aktuelles Preisblatt") || got[1] != "" || got[2] != "Preis (VK)" {
		t.Errorf("header %q", got)
	}
	prices, sums := 0, 0
	for _, row := range rows {
		if row.Cells[2].Kind == record.CellNumber {
			prices++
			if row.Text(0) == "Summe" {
				sums++
			}
		}
	}
	if len(rows) != 88 || prices != 73 || sums != 12 {
		t.Errorf("%d rows, %d with a price, %d of them sums", len(rows), prices, sums)
	}
	if notes := strings.Join(source.Notes(), "\n"); !strings.Contains(notes, "in column E have no header and are left out") {
		t.Errorf("notes %q", notes)
	}
}
