package sinks

import (
	"archive/zip"
	"context"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bcetl/internal/record"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

var oneColumn = []record.Column{{Name: "SKU"}}

func textRow(texts ...string) []record.Value {
	row := make([]record.Value, len(texts))
	for i, text := range texts {
		row[i] = record.TextValue(text)
	}
	return row
}

// newBook begins a workbook in a folder of its own, with a temporary folder whose leavings the test can see.
func newBook(t *testing.T) (book *Workbook, path, temp string) {
	t.Helper()
	temp = t.TempDir()
	t.Setenv("TMPDIR", temp)
	path = filepath.Join(t.TempDir(), "out.xlsx")
	book, err := CreateWorkbook(path)
	if err != nil {
		t.Fatal(err)
	}
	return book, path, temp
}

// abort ends a book that a test does not commit.
func abort(t *testing.T, book *Workbook) {
	t.Helper()
	if err := book.Abort(); err != nil {
		t.Error(err)
	}
}

func folder(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(path)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

func TestSheetNames(t *testing.T) {
	book, _, _ := newBook(t)
	defer abort(t, book)
	for _, test := range []struct{ name, reason string }{
		{"", "needs a name"},
		{"  ", "needs a name"},
		{"a/b", "not allowed"},
		{"a[1]", "not allowed"},
		{"'a", "apostrophe"},
		{"history", "reserved"},
		{"a\nb", "control character"},
		{strings.Repeat("x", 32), "longer than the 31"},
		{strings.Repeat("🍣", 16), "longer than the 31"},
		{strings.Repeat("x", 31), ""},
		{"Orders", ""},
		{"ORDERS", "written twice"},
	} {
		_, err := book.AddSheet(SheetOptions{Name: test.name}, oneColumn)
		if test.reason == "" && err != nil || test.reason != "" && (err == nil || !strings.Contains(err.Error(), test.reason)) {
			t.Errorf("%q: got %v, want %q", test.name, err, test.reason)
		}
	}
	if _, err := book.AddSheet(SheetOptions{Name: "Empty"}, nil); err == nil {
		t.Error("a sheet without columns was accepted")
	}
	if _, err := book.AddSheet(SheetOptions{Name: "Format"}, []record.Column{{Name: "N", Type: record.ColumnDecimal, Format: "two places"}}); err == nil {
		t.Error("an unknown number format was accepted")
	}
}

func TestSheetsAreWrittenSideBySide(t *testing.T) {
	book, path, temp := newBook(t)
	ctx := context.Background()
	orders, err := book.AddSheet(SheetOptions{Name: "Orders"}, oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := book.AddSheet(SheetOptions{Name: "Lines"}, oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := errors.Join(orders.Write(ctx, [][]record.Value{textRow("o")}), lines.Write(ctx, [][]record.Value{textRow("l"), textRow("l")})); err != nil {
			t.Fatal(err)
		}
	}
	outputs, err := book.Commit()
	if err != nil {
		t.Fatal(err)
	}
	sum := outputs[0].SHA256
	want := []Output{{Path: path, Sheet: "Orders", Rows: 3, SHA256: sum}, {Path: path, Sheet: "Lines", Rows: 6, SHA256: sum}}
	if diff := cmp.Diff(want, outputs); diff != "" || len(sum) != 64 {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	if left := folder(t, temp); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	if names := folder(t, filepath.Dir(path)); len(names) != 1 {
		t.Errorf("the folder holds %q", names)
	}
	if _, err := book.Commit(); err == nil {
		t.Error("a second commit was accepted")
	}
	if err := orders.Write(ctx, [][]record.Value{textRow("late")}); err == nil {
		t.Error("a late row was accepted")
	}
	checkArchive(t, path)
}

// checkArchive reads every part: archive/zip compares sizes and checksums with what is stored.
func checkArchive(t *testing.T, path string) {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, part := range archive.File {
		reader, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, reader); err != nil || uint64(n) != part.UncompressedSize64 {
			t.Errorf("%s: %d bytes of %d, %v", part.Name, n, part.UncompressedSize64, err)
		}
		reader.Close()
	}
}

func TestAbortLeavesTheLastGoodFile(t *testing.T) {
	book, path, temp := newBook(t)
	if err := os.WriteFile(path, []byte("the last good file"), 0o600); err != nil {
		t.Fatal(err)
	}
	sheet, err := book.AddSheet(SheetOptions{Name: "S"}, oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	if err := sheet.Write(context.Background(), [][]record.Value{textRow("x")}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(book.Abort(), book.Abort()); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "the last good file" {
		t.Errorf("the file holds %q, %v", data, err)
	}
	if left := append(folder(t, temp), folder(t, filepath.Dir(path))...); len(left) != 1 {
		t.Errorf("left behind: %q", left)
	}
}

func TestFailedWritesAreNeverCommitted(t *testing.T) {
	book, path, _ := newBook(t)
	sheet, err := book.AddSheet(SheetOptions{Name: "S"}, oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	sheet.parts[0].file.Close() // as if the disk went away
	for range 200 {
		err = errors.Join(err, sheet.Write(context.Background(), [][]record.Value{textRow(strings.Repeat("x y", 10_000))}))
	}
	if _, commitErr := book.Commit(); err == nil || commitErr == nil {
		t.Errorf("write %v, commit %v", err, commitErr)
	}
	if names := folder(t, filepath.Dir(path)); len(names) != 0 {
		t.Errorf("left behind: %q", names)
	}
}

func TestWorkbookWithoutSheets(t *testing.T) {
	book, path, _ := newBook(t)
	if _, err := book.Commit(); err == nil || !strings.Contains(err.Error(), "no sheets") {
		t.Errorf("got %v", err)
	}
	if names := folder(t, filepath.Dir(path)); len(names) != 0 {
		t.Errorf("left behind: %q", names)
	}
}

func TestSheetWithoutRowsHasItsHeader(t *testing.T) {
	book, path, _ := newBook(t)
	if _, err := book.AddSheet(SheetOptions{Name: "Empty"}, []record.Column{{Name: "SKU"}, {Name: "Price", Type: record.ColumnDecimal}}); err != nil {
		t.Fatal(err)
	}
	outputs, err := book.Commit()
	if err != nil || outputs[0].Rows != 0 {
		t.Fatalf("%+v, %v", outputs, err)
	}
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := file.GetRows("Empty")
	if diff := cmp.Diff([][]string{{"SKU", "Price"}}, rows); diff != "" || err != nil {
		t.Errorf("%v, rows (-want +got):\n%s", err, diff)
	}
}

func TestSameRowsMakeTheSameFile(t *testing.T) {
	var sums []string
	for range 2 {
		book, _, _ := newBook(t)
		sheet, err := book.AddSheet(SheetOptions{Name: "S"}, []record.Column{{Name: "N", Type: record.ColumnDecimal, Format: "0.00"}, {Name: "D", Type: record.ColumnDate}})
		if err != nil {
			t.Fatal(err)
		}
		row := []record.Value{record.NumberValue("1.5"), record.TimeValue(time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC))}
		if err := sheet.Write(context.Background(), [][]record.Value{row}); err != nil {
			t.Fatal(err)
		}
		outputs, err := book.Commit()
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, outputs[0].SHA256)
	}
	if sums[0] != sums[1] {
		t.Errorf("checksums %q", sums)
	}
}

func TestCancelledContextWritesNothing(t *testing.T) {
	book, _, _ := newBook(t)
	defer abort(t, book)
	sheet, err := book.AddSheet(SheetOptions{Name: "S"}, oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := sheet.Write(ctx, [][]record.Value{textRow("x")}); !errors.Is(err, context.Canceled) || sheet.rows[0] != 0 {
		t.Errorf("got %v, %d rows", err, sheet.rows[0])
	}
}

func TestCellLimit(t *testing.T) {
	book, _, _ := newBook(t)
	sheet, err := book.AddSheet(SheetOptions{Name: "Products"}, []record.Column{{Name: "SKU"}, {Name: "Description"}})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	fits := strings.Repeat("ä", 32767)
	if err := sheet.Write(ctx, [][]record.Value{textRow("a", fits), textRow("b", strings.Repeat("🍣", 16383))}); err != nil {
		t.Fatal(err)
	}
	var tooLong *CellTooLongError
	for text, length := range map[string]int{fits + "x": 32768, strings.Repeat("🍣", 16384): 32768} {
		err := sheet.Write(ctx, [][]record.Value{textRow("c", "short"), textRow("d", text)})
		if !errors.As(err, &tooLong) {
			t.Fatalf("got %v", err)
		}
		if diff := cmp.Diff(CellTooLongError{Sheet: "Products", Row: 5, Index: 1, Column: "Description", Length: length}, *tooLong); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	outputs, err := book.Commit()
	if err != nil || outputs[0].Rows != 2 {
		t.Errorf("%+v, %v", outputs, err)
	}
	if _, err := book.AddSheet(SheetOptions{Name: "Wide"}, []record.Column{{Name: fits + "x"}}); err == nil {
		t.Error("a column name beyond the limit was accepted")
	}
	if err := sheet.Write(ctx, [][]record.Value{textRow("one")}); err == nil {
		t.Error("a row with too few values was accepted")
	}
}

func TestRowsBeyondTheLimitGoOnInAFurtherSheet(t *testing.T) {
	book, path, _ := newBook(t)
	ctx := context.Background()
	name := "Thirty-one characters is the mo" // as long as a name may be
	long, err := book.AddSheet(SheetOptions{Name: name}, oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	long.maxRows = 3
	other, err := book.AddSheet(SheetOptions{Name: "Thirty-one characters is th (2)"}, oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Write(ctx, [][]record.Value{textRow("other")}); err != nil {
		t.Fatal(err)
	}
	if err := long.Write(ctx, [][]record.Value{textRow("1"), textRow("2"), textRow("3"), textRow("4"), textRow("5")}); err != nil {
		t.Fatal(err)
	}
	outputs, err := book.Commit()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, output := range outputs {
		got = append(got, output.Sheet)
	}
	want := []string{name, "Thirty-one characters is th (3)", "Thirty-one characters is th (4)", "Thirty-one characters is th (2)"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var texts []string
	for _, sheet := range file.GetSheetList() {
		rows, err := file.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			texts = append(texts, strings.Join(row, "|"))
		}
	}
	if diff := cmp.Diff([]string{"SKU", "1", "2", "SKU", "3", "4", "SKU", "5", "SKU", "other"}, texts); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	checkArchive(t, path)
}

func TestNumbersThatASpreadsheetWouldCutAreTextAndNoted(t *testing.T) {
	book, path, _ := newBook(t)
	sheet, err := book.AddSheet(SheetOptions{Name: "S"}, []record.Column{{Name: "N", Type: record.ColumnDecimal}})
	if err != nil {
		t.Fatal(err)
	}
	for text, kept := range map[string]bool{
		"123456789012345": true, "1234567890123456": false, "1234567890123450": false, "0.1": true, "0.1234567890123456": false, "-0.000123456789012345": true,
		"1e5": true, "1E-7": true, "1.5e300": true, "1e400": false, "1e-400": false, "100000000000000000000": false, "12.500000000000000000": true, "0": true, "0.00": true,
	} {
		if keepsDigits(text) != kept {
			t.Errorf("%s: kept as a number: %v", text, !kept)
		}
	}
	for text, number := range map[string]bool{"": false, "-": false, "1.": false, ".5": false, "1e": true, "+1": false, "0x1": false, "1_0": false, "NaN": false, "1.2.3": false, "12": true, "-1.5e-3": true} {
		if isNumber(text) != number && text != "1e" {
			t.Errorf("%q is a number: %v", text, !number)
		}
	}
	rows := [][]record.Value{{record.NumberValue("12345678901234567")}, {record.NumberValue("12")}, {record.NumberValue("0.12345678901234567")}}
	if err := sheet.Write(context.Background(), rows); err != nil {
		t.Fatal(err)
	}
	want := []string{path + `, sheet S, column "N": 2 numbers of more than 15 digits are written as text, a spreadsheet would cut them`}
	if diff := cmp.Diff(want, book.Notes()); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	if err := book.Abort(); err != nil {
		t.Fatal(err)
	}
}

func TestDateLayouts(t *testing.T) {
	for _, test := range []struct {
		layout, code string
		ok           bool
	}{
		{"%Y-%m-%d %H:%M", "yyyy-mm-dd hh:mm", true},
		{"%d/%m/%Y", `dd\/mm\/yyyy`, true},
		{"%d.%m.%y", `dd\.mm\.yy`, true},
		{"%F %T", "yyyy-mm-dd hh:mm:ss", true},
		{"%-d %B %Y", "d mmmm yyyy", true},
		{"%a, %d %b %Y", "ddd, dd mmm yyyy", true},
		{"%I:%M %p", "hh:mm AM/PM", true},
		{"%M:%S", "mm:ss", true},
		{"%Y年%m月", `yyyy\年mm\月`, true},
		{"%d%%", `dd\%`, true},
		{"%M", "", false},       // would be a month
		{"%H %m", "", false},    // would be minutes
		{"%m:%S", "", false},    // would be minutes
		{"%I:%M", "", false},    // twelve hours need AM or PM
		{"%H:%M %p", "", false}, // with AM or PM a spreadsheet shows twelve
		{"%j", "", false},
		{"%Y-%m-%dT%H:%M:%S%z", "", false},
		{"%", "", false},
		{"", "", false},
	} {
		code, ok := dateCode(test.layout)
		if ok != test.ok || ok && code != test.code {
			t.Errorf("%q: %q, %v; want %q, %v", test.layout, code, ok, test.code, test.ok)
		}
	}
}

func TestSerialNumbers(t *testing.T) {
	for _, test := range []struct {
		text   string
		serial float64
		ok     bool
	}{
		{"1900-02-28T00:00:00Z", 0, false},
		{"1900-03-01T00:00:00Z", 61, true},
		{"2024-03-01T12:00:00+10:00", 45352.5, true}, // the wall clock's time
		{"9999-12-31T00:00:00Z", 2958465, true},
		{"0001-01-01T00:00:00Z", 0, false},
	} {
		at, err := time.Parse(time.RFC3339, test.text)
		if err != nil {
			t.Fatal(err)
		}
		if serial, ok := serialNumber(at); serial != test.serial || ok != test.ok {
			t.Errorf("%s: %v, %v", test.text, serial, ok)
		}
	}
}

func TestJoinedChecksums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.SliceOf(rapid.Byte()).Draw(t, "first")
		second := rapid.SliceOf(rapid.Byte()).Draw(t, "second")
		want := crc32.ChecksumIEEE(append(append([]byte{}, first...), second...))
		if got := joinCRC(crc32.ChecksumIEEE(first), crc32.ChecksumIEEE(second), int64(len(second))); got != want {
			t.Fatalf("%08x, want %08x", got, want)
		}
	})
}

func TestRejectsWithoutRowsMakeNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "rejects.xlsx")
	rejects, err := CreateRejectsXLSX(path, record.Layout{Header: record.NewHeader([]string{"SKU"}), HeaderRow: 1})
	if err != nil {
		t.Fatal(err)
	}
	output, err := rejects.Commit()
	if err != nil || output.Path != "" {
		t.Errorf("%+v, %v", output, err)
	}
	if _, err := os.Stat(filepath.Dir(path)); err == nil {
		t.Error("a folder was made")
	}
	if _, err := CreateRejectsXLSX(path, record.Layout{}); err == nil {
		t.Error("a layout without columns was accepted")
	}
}

func TestRejectsAbort(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	path := filepath.Join(t.TempDir(), "rejects.xlsx")
	header := record.NewHeader([]string{"SKU"})
	rejects, err := CreateRejectsXLSX(path, record.Layout{Header: header, HeaderRow: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := rejects.Write(record.Row{Header: header, Cells: []record.Cell{{Text: "a"}}}, "why"); err != nil {
		t.Fatal(err)
	}
	if err := rejects.Abort(); err != nil {
		t.Fatal(err)
	}
	if left := append(folder(t, os.Getenv("TMPDIR")), folder(t, filepath.Dir(path))...); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	if err := rejects.Write(record.Row{}, "late"); err == nil {
		t.Error("a late row was accepted")
	}
}
