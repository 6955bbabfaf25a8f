package sinks_test

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"bcetl/internal/record"
	"bcetl/sinks"
	"bcetl/sources"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// writeBook writes one sheet and gives the file's path.
func writeBook(t testing.TB, columns []record.Column, rows ...[]record.Value) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out.xlsx")
	book, err := sinks.CreateWorkbook(path)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := book.AddSheet(sinks.SheetOptions{Name: "Products"}, columns)
	if err != nil {
		t.Fatal(err)
	}
	if err := sheet.Write(context.Background(), rows); err != nil {
		t.Fatal(err)
	}
	if _, err := book.Commit(); err != nil {
		t.Fatal(err)
	}
	return path
}

// readBook reads all rows of a sheet.
func readBook(t testing.TB, o sources.XLSXOptions) ([]record.Row, *sources.XLSX) {
	t.Helper()
	source, err := sources.OpenXLSX(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	var all []record.Row
	for {
		rows, err := source.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return all, source
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rows...)
	}
}

func texts(rows []record.Row) [][]string {
	var out [][]string
	for _, row := range rows {
		line := []string{}
		for _, cell := range row.Cells {
			line = append(line, cell.Text)
		}
		out = append(out, line)
	}
	return out
}

func TestWorkbookReadsBackAsItWasWritten(t *testing.T) {
	columns := []record.Column{
		{Name: "SKU"},
		{Name: "Stock", Type: record.ColumnInt},
		{Name: "Price", Type: record.ColumnDecimal},
		{Name: "Cost", Type: record.ColumnDecimal, Format: "0.00"},
		{Name: "Total", Type: record.ColumnDecimal, Style: "currency"},
		{Name: "Visible", Type: record.ColumnBool},
		{Name: "Day", Type: record.ColumnDate, Format: "%d/%m/%Y"},
		{Name: "Moment", Type: record.ColumnDate},
	}
	sydney := time.FixedZone("Sydney", 10*3600)
	path := writeBook(t, columns,
		[]record.Value{
			record.TextValue("00123"), record.IntValue(7), record.NumberValue("12.50"), record.NumberValue("0.1"), record.NumberValue("1234.5"),
			record.BoolValue(true), record.TimeValue(time.Date(2024, 3, 1, 23, 30, 0, 0, sydney)), record.TimeValue(time.Date(2024, 3, 1, 10, 30, 5, 0, sydney)),
		},
		[]record.Value{
			record.TextValue("=SUM(A1)"), record.IntValue(-3), record.NullValue(),
			{},
			record.NumberValue("-2"),
			record.BoolValue(false), record.TimeValue(time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)), record.TimeValue(time.Date(2024, 3, 1, 0, 0, 0, 0, sydney)),
		},
		[]record.Value{
			record.TextValue("1e5"), record.NumberValue("12345678901234567890"), record.NumberValue("0.1234567890123456"), record.TextValue("n/a"), record.NumberValue("0"),
			record.TextValue("maybe"), record.TextValue("soon"),
			{},
		})
	rows, source := readBook(t, sources.XLSXOptions{Paths: []string{path}})
	type cell struct {
		Text, Raw, Format string
		Kind              record.CellKind
	}
	var got [][]cell
	for _, row := range rows {
		line := []cell{}
		for _, c := range row.Cells {
			line = append(line, cell{c.Text, c.Raw, c.Format, c.Kind})
		}
		got = append(got, line)
	}
	const text, number, truth, date = record.CellText, record.CellNumber, record.CellBool, record.CellDate
	day := `dd\/mm\/yyyy`
	want := [][]cell{
		{
			{"00123", "", "@", text},
			{"7", "7", "0", number},
			{"12.5", "12.5", "", number},
			{"0.10", "0.1", "0.00", number},
			{"1,234.50", "1234.5", "#,##0.00", number},
			{"TRUE", "true", "", truth},
			{"01/03/2024", "2024-03-01T23:30:00", day, date},
			{"2024-03-01 10:30:05", "2024-03-01T10:30:05", "yyyy-mm-dd hh:mm:ss", date},
		},
		{
			{"=SUM(A1)", "", "@", text},
			{"-3", "-3", "0", number},
			{},
			{},
			{"-2.00", "-2", "#,##0.00", number},
			{"FALSE", "false", "", truth},
			{"31/12/1899", "", day, text},
			{"2024-03-01", "2024-03-01", "yyyy-mm-dd", date},
		},
		{
			{"1e5", "", "@", text},
			{"12345678901234567890", "", "0", text},
			{"0.1234567890123456", "", "", text},
			{"n/a", "", "0.00", text},
			{"0.00", "0", "#,##0.00", number},
			{"maybe", "", "", text},
			{"soon", "", day, text},
			{},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"SKU", "Stock", "Price", "Cost", "Total", "Visible", "Day", "Moment"}, source.Header().Names()); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if rows[2].Origin.Line != 4 || rows[2].Origin.Sheet != "Products" {
		t.Errorf("origin %v", rows[2].Origin)
	}
}

// anyText are texts that sheets find hard: control characters, what looks like an escape, blanks at the ends, other planes.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOfN(rapid.RuneFrom([]rune("_x0123456789abcdefABCDEF")), 0, 20, -1),
		rapid.StringOf(rapid.RuneFrom([]rune{0, 1, 8, '\t', '\n', '\r', 0x1f, ' ', '_', 'x', '&', '<', '>', '"', '\'', 0x7f, 0x85, 0xa0, 0xfeff, 0xfffd, 0xfffe, 0xffff, '🍣', 0x10ffff})),
		rapid.SampledFrom([]string{"_x000D_", "_x005F_", "_x005F_x000D_", "__x0041_", "_xD83D__xDE00_", "_xD83D_", "=1+1", "00123", "1e5", "+49 30", "3-4", "'x", "#N/A", "TRUE"}),
	)
}

func TestAnyTextSurvives(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(anyText(), 1, 8).Draw(t, "texts")
		path := filepath.Join(dir, "text.xlsx")
		book, err := sinks.CreateWorkbook(path)
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := book.AddSheet(sinks.SheetOptions{Name: "S"}, []record.Column{{Name: "N", Type: record.ColumnInt}, {Name: "Text"}})
		if err != nil {
			t.Fatal(err)
		}
		var rows [][]record.Value
		for i, text := range want {
			rows = append(rows, []record.Value{record.IntValue(int64(i)), record.TextValue(text)})
		}
		if err := sheet.Write(context.Background(), rows); err != nil {
			t.Fatal(err)
		}
		if _, err := book.Commit(); err != nil {
			t.Fatal(err)
		}
		source, err := sources.OpenXLSX(context.Background(), sources.XLSXOptions{Paths: []string{path}})
		if err != nil {
			t.Fatal(err)
		}
		defer source.Close()
		read, err := source.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(read) != len(want) {
			t.Fatalf("%d rows, want %d", len(read), len(want))
		}
		for i, row := range read {
			if row.Cells[1].Text != want[i] {
				t.Fatalf("text %q came back as %q", want[i], row.Cells[1].Text)
			}
		}
	})
}

func TestAnyDecimalOf15DigitsSurvives(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.Int64Range(-999_999_999_999_999, 999_999_999_999_999).Draw(t, "digits")
		places := rapid.IntRange(0, 20).Draw(t, "places")
		text := strconv.FormatInt(max(digits, -digits), 10)
		if places > 0 {
			text = strings.Repeat("0", max(0, places+1-len(text))) + text
			text = text[:len(text)-places] + "." + text[len(text)-places:]
		}
		if digits < 0 {
			text = "-" + text
		}
		path := filepath.Join(dir, "number.xlsx")
		book, err := sinks.CreateWorkbook(path)
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := book.AddSheet(sinks.SheetOptions{Name: "S"}, []record.Column{{Name: "N", Type: record.ColumnDecimal}})
		if err != nil {
			t.Fatal(err)
		}
		if err := sheet.Write(context.Background(), [][]record.Value{{record.NumberValue(text)}}); err != nil {
			t.Fatal(err)
		}
		if _, err := book.Commit(); err != nil {
			t.Fatal(err)
		}
		source, err := sources.OpenXLSX(context.Background(), sources.XLSXOptions{Paths: []string{path}})
		if err != nil {
			t.Fatal(err)
		}
		defer source.Close()
		rows, err := source.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		cell := rows[0].Cells[0]
		want := text
		if strings.Contains(want, ".") {
			want = strings.TrimRight(strings.TrimRight(want, "0"), ".")
		}
		if want == "-0" {
			want = "0"
		}
		if cell.Kind != record.CellNumber || cell.Raw != want || cell.Text != want || cell.Lossy {
			t.Fatalf("%s came back as %+v", text, cell)
		}
	})
}

// excelize is the second reader: what it sees must be the same, and what is around the rows in place.
func TestOtherReadersSeeTheWorkbook(t *testing.T) {
	path := writeBook(t, []record.Column{
		{Name: "SKU"}, {Name: "Price", Type: record.ColumnDecimal, Format: "0.00"}, {Name: "On", Type: record.ColumnDate, Format: "%Y-%m-%d"}, {Name: "Long", Width: 33},
	},
		[]record.Value{record.TextValue("007 & <b>"), record.NumberValue("3"), record.TimeValue(time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)), record.TextValue(strings.Repeat("x", 300))},
		[]record.Value{record.TextValue("  a\tb\n"), record.NumberValue("3.14159"), {}, {}})
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := file.GetRows("Products")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"SKU", "Price", "On", "Long"}, {"007 & <b>", "3.00", "2024-02-29", strings.Repeat("x", 300)}, {"  a\tb\n", "3.14"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if dimension, _ := file.GetSheetDimension("Products"); dimension != "A1:D3" {
		t.Errorf("dimension %s", dimension)
	}
	if panes, _ := file.GetPanes("Products"); !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v", panes)
	}
	if names := file.GetDefinedName(); len(names) != 1 || !strings.HasSuffix(names[0].RefersTo, "$A$1:$D$3") {
		t.Errorf("filter %+v", names)
	}
	for column, want := range map[string]float64{"A": 10, "D": 33} {
		if width, _ := file.GetColWidth("Products", column); width != want {
			t.Errorf("column %s is %v wide, want %v", column, width, want)
		}
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > 10_000 {
		t.Errorf("three rows take %d bytes", len(raw))
	}
}

// Rejects read again are the same cells: text, stored value, kind and number format.
func TestRejectsReadBackAsTheyCame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rejects.xlsx")
	layout := record.Layout{
		File: "in.xlsx", Format: "xlsx", Sheet: "Price list", HeaderRow: 3, Preamble: [][]string{{"Acme", "", "spring"}, nil},
		Header: record.NewHeader([]string{"SKU", "", "Price"}),
	}
	cells := [][]record.Cell{
		{{Text: "00123"}, {}, {Text: "$1,234.50", Raw: "1234.5", Kind: record.CellNumber, Format: `"$"#,##0.00`}},
		{{Text: "TRUE", Raw: "true", Kind: record.CellBool}, {Text: "#N/A", Kind: record.CellError}, {Text: "3/1/2024", Raw: "2024-03-01", Kind: record.CellDate, Format: "mm-dd-yy"}},
		{{Text: "_x000D_", Format: "@"}, {Text: "12:30", Raw: "0.520833333333333", Kind: record.CellNumber, Format: "h:mm"}, {Text: "36:00:00", Raw: "1.5", Kind: record.CellNumber, Format: "[h]:mm:ss"}},
		{{Text: "1900-02-03", Raw: "1900-02-03", Kind: record.CellDate, Format: "yyyy-mm-dd"}, {}, {Text: "1 Mar 2024 07:08", Raw: "2024-03-01T07:08:09", Kind: record.CellDate, Format: "d mmm yyyy hh:mm"}},
	}
	out, err := sinks.CreateRejectsXLSX(path, layout)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range cells {
		if err := out.Write(record.Row{Header: layout.Header, Cells: line}, "reason "+strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	output, err := out.Commit()
	if err != nil {
		t.Fatal(err)
	}
	if output.Rows != 4 || output.Sheet != "Price list" || len(output.SHA256) != 64 {
		t.Errorf("output %+v", output)
	}
	rows, source := readBook(t, sources.XLSXOptions{Paths: []string{path}, Sheet: "price LIST", HeaderRow: 3})
	if diff := cmp.Diff([]string{"SKU", "", "Price", "bcetl_error"}, source.Header().Names()); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(layout.Preamble, source.Layouts()[0].Preamble); diff != "" {
		t.Errorf("preamble (-want +got):\n%s", diff)
	}
	for i, row := range rows {
		if diff := cmp.Diff(cells[i], row.Cells[:3]); diff != "" {
			t.Errorf("row %d (-want +got):\n%s", i, diff)
		}
		if row.Text(3) != "reason "+strconv.Itoa(i) || row.Origin.Line != 4+i {
			t.Errorf("row %d: reason %q in row %d", i, row.Text(3), row.Origin.Line)
		}
	}
	if len(rows) != len(cells) {
		t.Errorf("%d rows", len(rows))
	}
	// Rejected again: the column is used again, not doubled.
	again, err := sinks.CreateRejectsXLSX(path, source.Layouts()[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Write(rows[0], "another reason"); err != nil {
		t.Fatal(err)
	}
	if _, err := again.Commit(); err != nil {
		t.Fatal(err)
	}
	rows, source = readBook(t, sources.XLSXOptions{Paths: []string{path}, HeaderRow: 3})
	if diff := cmp.Diff([][]string{{"00123", "", "$1,234.50", "another reason"}}, texts(rows)); diff != "" || source.Header().Len() != 4 {
		t.Errorf("rejected again (-want +got):\n%s", diff)
	}
}

func TestSourceRoundTripKeepsFloatNoiseOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "noise.xlsx")
	file := excelize.NewFile()
	noise := math.Nextafter(0.3, 1)
	for cell, value := range map[string]any{"A1": "N", "A2": noise, "A3": 1.16} {
		if err := file.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	rows, _ := readBook(t, sources.XLSXOptions{Paths: []string{path}})
	if diff := cmp.Diff([][]string{{"0.3"}, {"1.16"}}, texts(rows)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
