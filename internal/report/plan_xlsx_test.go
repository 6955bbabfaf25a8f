package report

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"bcetl/internal/record"
)

// planWorkbook writes a workbook and opens it.
func planWorkbook(t *testing.T, path string, p *Plan, changes []PlanChange, maxRows int) *excelize.File {
	t.Helper()
	x, err := CreatePlanXLSX(path)
	if err != nil {
		t.Fatal(err)
	}
	if maxRows > 0 {
		x.maxRows = maxRows
	}
	for _, c := range changes {
		if err := x.Change(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Commit(p); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

func TestPlanXLSX(t *testing.T) {
	folder := t.TempDir()
	file := planWorkbook(t, filepath.Join(folder, "new", "plan.xlsx"), pricesPlan(), planChanges(), 0)
	if entries, err := os.ReadDir(filepath.Join(folder, "new")); err != nil || len(entries) != 1 {
		t.Errorf("beside the workbook: %v %v", entries, err)
	}
	if diff := cmp.Diff([]string{"Changes", "Summary"}, file.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	var out strings.Builder
	for _, sheet := range file.GetSheetList() {
		rows, err := file.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString("-- " + sheet + " --\n")
		for _, row := range rows {
			out.WriteString(strings.TrimRight(strings.Join(row, " | "), " ") + "\n")
		}
	}
	golden(t, "plan-xlsx.txt", out.String())
}

// rowOf is the first row of Changes that has the key and the field.
func rowOf(t *testing.T, file *excelize.File, key, field string) string {
	t.Helper()
	rows, err := file.GetRows("Changes")
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if len(row) > 6 && row[4] == key && row[6] == field || len(row) == 6 && row[4] == key && field == "" {
			return strconv.Itoa(i + 1)
		}
	}
	t.Fatalf("no row for %s %s", key, field)
	return ""
}

func TestPlanXLSXTypesAndFills(t *testing.T) {
	file := planWorkbook(t, filepath.Join(t.TempDir(), "plan.xlsx"), pricesPlan(), planChanges(), 0)
	for _, c := range []struct {
		key, field, column string
		value, raw         string
		kind               excelize.CellType
		fill               string
	}{
		{"00123", "sku", "E", "00123", "00123", excelize.CellTypeInlineString, createFill},
		{"00123", "sku", "I", "00123", "00123", excelize.CellTypeInlineString, createFill},
		{"00123", "sku", "H", "", "", excelize.CellTypeUnset, createFill},
		{"00123", "price", "I", "1234567.50", "1234567.5", excelize.CellTypeUnset, createFill},
		{"00123", "is_visible", "I", "FALSE", "0", excelize.CellTypeBool, createFill},
		{"TEA-GREEN-100", "price", "A", "17", "17", excelize.CellTypeUnset, updateFill},
		{"TEA-GREEN-100", "price", "F", "1234567", "1234567", excelize.CellTypeUnset, updateFill},
		{"TEA-GREEN-100", "price", "H", "10.00", "10", excelize.CellTypeUnset, beforeFill},
		{"TEA-GREEN-100", "price", "I", "25.00", "25", excelize.CellTypeUnset, afterFill},
		{"TEA-GREEN-100", "sale_price", "I", "(none)", "(none)", excelize.CellTypeInlineString, afterFill},
		{"TEA-GREEN-100", "inventory_level", "H", "0", "0", excelize.CellTypeUnset, beforeFill},
		{"TEA-GREEN-100", "mpn", "H", `""`, `""`, excelize.CellTypeInlineString, beforeFill},
		{"TEA-GREEN-100", "mpn", "I", "10", "10", excelize.CellTypeInlineString, afterFill},
		{"TEA-GREEN-100", "custom_url.url", "I", "/uji-green-tea/", "/uji-green-tea/", excelize.CellTypeInlineString, afterFill},
		{"OLD-1", "price", "H", "4.99", "4.99", excelize.CellTypeUnset, deleteFill},
		{"TEA-MOVED", "price", "D", "reject", "reject", excelize.CellTypeInlineString, greyFill},
	} {
		cell := c.column + rowOf(t, file, c.key, c.field)
		value, err := file.GetCellValue("Changes", cell)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := file.GetCellValue("Changes", cell, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		kind, err := file.GetCellType("Changes", cell)
		if err != nil {
			t.Fatal(err)
		}
		id, err := file.GetCellStyle("Changes", cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := file.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if value != c.value || raw != c.raw || kind != c.kind || len(style.Fill.Color) != 1 || style.Fill.Color[0] != c.fill {
			t.Errorf("%s %s, %s: %q, raw %q, kind %d, fill %v; want %q, %q, %d, %s", c.key, c.field, cell, value, raw, kind, style.Fill.Color, c.value, c.raw, c.kind, c.fill)
		}
	}
}

func TestPlanXLSXHasAFrozenFilteredHeader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plan.xlsx")
	file := planWorkbook(t, path, pricesPlan(), planChanges(), 0)
	panes, err := file.GetPanes("Changes")
	if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.TopLeftCell != "A2" {
		t.Errorf("panes: %+v %v", panes, err)
	}
	rows, err := file.GetRows("Changes")
	if err != nil {
		t.Fatal(err)
	}
	if sheet := zipped(t, path, "xl/worksheets/sheet1.xml"); !strings.Contains(sheet, `<autoFilter ref="$A$1:$L$`+strconv.Itoa(len(rows))+`"`) {
		t.Errorf("no filter over %d rows: %s", len(rows), sheet[len(sheet)-400:])
	}
}

func zipped(t *testing.T, path, name string) string {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	part, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = part.Close() }()
	text, err := io.ReadAll(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPlanXLSXContinuesOnAnotherSheet(t *testing.T) {
	var changes []PlanChange
	for i := range 5 {
		changes = append(changes, PlanChange{Key: strconv.Itoa(i), Action: "delete"})
	}
	file := planWorkbook(t, filepath.Join(t.TempDir(), "plan.xlsx"), pricesPlan(), changes, 3)
	if diff := cmp.Diff([]string{"Changes", "Changes 2", "Changes 3", "Summary"}, file.GetSheetList()); diff != "" {
		t.Fatal(diff)
	}
	var keys []string
	for _, sheet := range file.GetSheetList()[:3] {
		rows, err := file.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if i > 0 {
				keys = append(keys, row[4])
			} else if row[4] != "Key" {
				t.Errorf("%s has no header: %q", sheet, row)
			}
		}
	}
	if diff := cmp.Diff([]string{"0", "1", "2", "3", "4"}, keys); diff != "" {
		t.Error(diff)
	}
}

func TestPlanXLSXShortensAndShowsWhatCellsCannotHold(t *testing.T) {
	long := strings.Repeat("茶🍵", 20000) // three UTF-16 units each
	file := planWorkbook(t, filepath.Join(t.TempDir(), "plan.xlsx"), &Plan{}, []PlanChange{
		{Key: "long", Action: "update", Fields: []PlanField{{Field: "description", Before: record.TextValue(long), After: record.TextValue(strings.Repeat("x", maxCellUnits))}}},
		{Key: "odd", Action: "update", Fields: []PlanField{{Field: "name", Before: record.TextValue("=SUM(A1)"), After: record.TextValue("a\x00b\xff\r\nc\u202ed_x0041_")}}},
	}, 0)
	value := func(cell string) string {
		t.Helper()
		text, err := file.GetCellValue("Changes", cell)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	if text := value("H2"); !strings.HasSuffix(text, "… (shortened; 40,000 characters in all)") || !strings.HasPrefix(text, "茶🍵茶🍵") || strings.ContainsRune(text, '\uFFFD') || len(text) < 32000*2 {
		t.Errorf("shortened to %d bytes, ends %q", len(text), text[len(text)-60:])
	}
	if text := value("I2"); text != strings.Repeat("x", maxCellUnits) {
		t.Errorf("a text that just fits has %d characters", len(text))
	}
	if got, want := value("H3"), "=SUM(A1)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := value("I3"), "a\\x00b\\xff\\r⏎c\\u202ed_x0041_"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestNumberCell(t *testing.T) {
	for _, c := range []struct {
		text string
		want cellValue
	}{
		{"12.50", cellValue{12.5, "0.00"}},
		{"0", cellValue{int64(0), "0"}},
		{"-3", cellValue{int64(-3), "0"}},
		{"10.00", cellValue{10.0, "0.00"}},
		{"0.1", cellValue{0.1, "0.0"}},
		{"123456789012345", cellValue{int64(123456789012345), "0"}},
		{"1234567890123456", cellValue{"1234567890123456", textFormat}},
		{"1234567890123.456", cellValue{"1234567890123.456", textFormat}},
		{"1e300", cellValue{"1e300", textFormat}},
	} {
		if got := numberCell(numberValue(c.text)); got != c.want {
			t.Errorf("%s: %#v, want %#v", c.text, got, c.want)
		}
	}
}

func TestPlanXLSXLeavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "plan.xlsx")
	if err := os.WriteFile(path, []byte("the last good one"), 0o600); err != nil {
		t.Fatal(err)
	}
	x, err := CreatePlanXLSX(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Change(planChanges()[0]); err != nil {
		t.Fatal(err)
	}
	if err := x.Abort(); err != nil {
		t.Fatal(err)
	}
	if err := x.Abort(); err != nil {
		t.Errorf("a second Abort: %v", err)
	}
	if err := x.Change(planChanges()[0]); err == nil {
		t.Error("Change after Abort is no error")
	}
	if err := x.Commit(pricesPlan()); err == nil {
		t.Error("Commit after Abort is no error")
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v %v", entries, err)
	}
	if text, _ := os.ReadFile(path); string(text) != "the last good one" {
		t.Errorf("the file is %q", text)
	}
	if _, err := CreatePlanXLSX(filepath.Join(path, "below-a-file.xlsx")); err == nil {
		t.Error("a folder that cannot be is no error")
	}
}
