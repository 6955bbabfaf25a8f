package sources

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bcetl/internal/record"

	"github.com/google/go-cmp/cmp"
)

func TestCellKinds(t *testing.T) {
	path := bookFixture{
		strings: []string{
			"<t>00123</t>",
			`<r><t>rich </t></r><r><rPr><b/></rPr><t xml:space="preserve">text </t></r><rPh sb="0" eb="1"><t>reading</t></rPh><phoneticPr fontId="1"/>`,
			"<t>_x0041__x000D_\n_x005F_x0041_</t>",
			"<t/>",
		},
		formats: []string{"0.00", "yyyy-mm-dd"},
		rows: inline(1, "A", "B", "C", "D", "E", "F", "G", "H") +
			`<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v>2</v></c><c r="D2" t="s"><v>3</v></c>` +
			`<c r="E2" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c><c r="F2" t="str"><f>A1</f><v>formula</v></c>` +
			`<c r="G2" t="str"><f>""</f><v></v></c><c r="H2"><f>1+1</f></c></row>` +
			`<row r="3"><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c><c><v>1.5</v></c><c s="1"><v>1.5</v></c>` +
			`<c s="2"><v>45352</v></c><c t="d"><v>2024-03-01T10:30:00.000Z</v></c><c s="2" t="d"><v>2024-03-01</v></c></row>` +
			`<row r="4"><c><v> 8595602512225 </v></c><c><v>not a number</v></c><c><v/></c><c s="9"><v>7</v></c><c t="str"><v><![CDATA[<&>]]></v></c>` +
			`<c t="n"><f>1/3</f><v>0.33333333333333331</v></c></row>`,
	}.write(t)
	rows, source := readXLSX(t, XLSXOptions{Paths: []string{path}})
	want := [][]record.Cell{
		{
			{Text: "00123"},
			{Text: "rich text "},
			{Text: "A\r\n_x0041_"},
			{},
			{Text: "inline"},
			{Text: "formula"},
			{},
			{Text: "#NOT_CALCULATED", Kind: record.CellError},
		},
		{
			{Text: "TRUE", Raw: "true", Kind: record.CellBool},
			{Text: "FALSE", Raw: "false", Kind: record.CellBool},
			{Text: "#N/A", Kind: record.CellError},
			{Text: "1.5", Raw: "1.5", Kind: record.CellNumber},
			{Text: "1.50", Raw: "1.5", Kind: record.CellNumber, Format: "0.00"},
			{Text: "2024-03-01", Raw: "2024-03-01", Kind: record.CellDate, Format: "yyyy-mm-dd"},
			{Text: "2024-03-01T10:30:00", Raw: "2024-03-01T10:30:00", Kind: record.CellDate},
			{Text: "2024-03-01", Raw: "2024-03-01", Kind: record.CellDate, Format: "yyyy-mm-dd"},
		},
		{
			{Text: "8595602512225", Raw: "8595602512225", Kind: record.CellNumber},
			{Text: "not a number"},
			{},
			{Text: "7", Raw: "7", Kind: record.CellNumber},
			{Text: "<&>"},
			{Text: "0.333333333333333", Raw: "0.333333333333333", Kind: record.CellNumber, Lossy: true},
			{},
			{},
		},
	}
	var got [][]record.Cell
	for _, row := range rows {
		got = append(got, row.Cells)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
	if notes := strings.Join(source.Notes(), "\n"); !strings.Contains(notes, "1 formulas have no stored result (the first in H2)") {
		t.Errorf("notes %q", notes)
	}
}

func TestHeaderRowsAndRanges(t *testing.T) {
	path := bookFixture{rows: inline(2, "Price list", "", "spring") +
		`<row r="4"><c r="B4" t="inlineStr"><is><t>SKU</t></is></c><c r="C4" t="inlineStr"><is><t>Price</t></is></c><c r="F4" t="inlineStr"><is><t> </t></is></c></row>` +
		`<row r="5"><c r="B5"><v>1</v></c><c r="C5"><v>10</v></c></row><row r="6"/><row r="7" spans="1:3"><c r="B7" s="1"/></row>` +
		`<row><c r="B8"><v>2</v></c><c><v>20</v></c><c r="E8" t="inlineStr"><is><t>a note&#10;of two lines</t></is></c></row>` +
		`<row r="1000"><c r="A1000"><v>9</v></c><c r="B1000"><v>3</v></c><c r="C1000"><v>30</v></c><c r="D1000"><v>4</v></c></row>`}.write(t)
	for _, test := range []struct {
		name     string
		options  XLSXOptions
		header   []string
		rows     [][]string
		lines    []int
		preamble [][]string
		note     string
	}{
		{
			"first row that is not blank",
			XLSXOptions{},
			[]string{"Price list", "", "spring"},
			[][]string{{"", "SKU", "Price"}, {"", "1", "10"}, {"", "2", "20"}, {"9", "3", "30"}},
			[]int{4, 5, 8, 1000},
			[][]string{nil},
			"3 cells in columns D to F",
		},
		{
			"header row",
			XLSXOptions{HeaderRow: 4},
			[]string{"", "SKU", "Price"},
			[][]string{{"", "1", "10"}, {"", "2", "20"}, {"9", "3", "30"}},
			[]int{5, 8, 1000},
			[][]string{nil, {"Price list", "", "spring"}, nil},
			`2 cells in columns D to E have no header and are left out (the first in row 8: "a note")`,
		},
		{
			"range",
			XLSXOptions{Range: "B4:C8"},
			[]string{"", "SKU", "Price"},
			[][]string{{"", "1", "10"}, {"", "2", "20"}},
			[]int{5, 8},
			[][]string{nil, {"Price list", "", "spring"}, nil},
			"",
		},
		{
			"columns",
			XLSXOptions{Range: "$c:$D", HeaderRow: 4},
			[]string{"", "", "Price"},
			[][]string{{"", "", "10"}, {"", "", "20"}, {"", "", "30"}},
			[]int{5, 8, 1000},
			[][]string{nil, {"Price list", "", "spring"}, nil},
			"1 cells in column D",
		},
		{
			"no header",
			XLSXOptions{Range: "B5:C", HeaderRow: NoHeader},
			[]string{"", "B", "C"},
			[][]string{{"", "1", "10"}, {"", "2", "20"}, {"", "3", "30"}},
			[]int{5, 8, 1000},
			[][]string{nil, {"Price list", "", "spring"}, nil, {"", "SKU", "Price", "", "", " "}},
			"",
		},
		{
			"renamed by letter",
			XLSXOptions{HeaderRow: 4, Headers: HeaderNames{ByLetter: map[string]string{"b": "Item", "E": "Note"}}},
			[]string{"", "Item", "Price", "", "Note"},
			[][]string{{"", "1", "10"}, {"", "2", "20", "", "a note\nof two lines"}, {"9", "3", "30", "4"}},
			[]int{5, 8, 1000},
			[][]string{nil, {"Price list", "", "spring"}, nil},
			"",
		},
		{
			"renamed by list",
			XLSXOptions{Range: "B4:E8", Headers: HeaderNames{List: []string{"Item", "Cost"}}},
			[]string{"", "Item", "Cost"},
			[][]string{{"", "1", "10"}, {"", "2", "20"}},
			[]int{5, 8},
			[][]string{nil, {"Price list", "", "spring"}, nil},
			"1 cells in column E",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.options.Paths = []string{path}
			rows, source := readXLSX(t, test.options)
			if diff := cmp.Diff(test.header, source.Header().Names()); diff != "" {
				t.Errorf("header (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.rows, grid(rows)); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			var lines []int
			for _, row := range rows {
				lines = append(lines, row.Origin.Line)
				if row.Problem != nil || len(row.Cells) != row.Header.Len() {
					t.Errorf("%v: problem %v, %d cells", row.Origin, row.Problem, len(row.Cells))
				}
			}
			if diff := cmp.Diff(test.lines, lines); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			layout := source.Layouts()[0]
			if diff := cmp.Diff(test.preamble, layout.Preamble); diff != "" {
				t.Errorf("preamble (-want +got):\n%s", diff)
			}
			if notes := strings.Join(source.Notes(), "\n"); !strings.Contains(notes, test.note) || test.note == "" && notes != "" {
				t.Errorf("notes %q, want %q", notes, test.note)
			}
			if read, total := source.Progress(); read == 0 || total == 0 || read > total {
				t.Errorf("progress %d of %d", read, total)
			}
		})
	}
}

func TestRowsWiderThanAHeaderlessSheetAreRejected(t *testing.T) {
	var b strings.Builder
	for line := 1; line <= headerlessLookahead; line++ {
		b.WriteString(inline(line, "a", "b"))
	}
	b.WriteString(inline(900, "a", "b", "", "d") + inline(901, "a"))
	rows, source := readXLSX(t, XLSXOptions{Paths: []string{bookFixture{rows: b.String()}.write(t)}, HeaderRow: NoHeader})
	if len(rows) != headerlessLookahead+2 || source.Header().Len() != 2 {
		t.Fatalf("%d rows of %d columns", len(rows), source.Header().Len())
	}
	wide := rows[headerlessLookahead]
	if wide.Problem == nil || wide.Problem.Code != "ragged_row" || len(wide.Extra) != 2 || wide.Extra[1].Text != "d" {
		t.Errorf("problem %+v, extra %+v", wide.Problem, wide.Extra)
	}
	if rows[headerlessLookahead+1].Problem != nil {
		t.Error("the rows after it do not go on")
	}
}

func TestSheetChoice(t *testing.T) {
	sheets := `<sheet name="Intro" sheetId="7" r:id="rId1"/><sheet name="2" sheetId="3" r:id="rId2"/><sheet name="Preise &amp; mehr" sheetId="1" r:id="rId3"/>`
	hidden := `<sheet name="Secret" sheetId="7" state="hidden" r:id="rId1"/><sheet name="Data" sheetId="3" r:id="rId2"/><sheet name="More" sheetId="1" state="veryHidden" r:id="rId3"/>`
	all := `<sheet name="Secret" sheetId="7" state="hidden" r:id="rId1"/>`
	chart := `<sheet name="Chart" sheetId="7" r:id="rId6"/><sheet name="Data" sheetId="3" r:id="rId2"/>`
	for _, test := range []struct{ sheets, choice, want, err, note string }{
		{sheets, "", "one", "", `reading the first sheet, "Intro"; others: 2, Preise & mehr`},
		{sheets, "intro", "one", "", ""},
		{sheets, " PREISE & MEHR ", "three", "", ""},
		{sheets, "2", "two", "", ""}, // the name before the place
		{sheets, "3", "three", "", ""},
		{sheets, "4", "", `there is no sheet "4"; the sheets are "Intro", "2", "Preise & mehr"`, ""},
		{sheets, "0", "", `there is no sheet "0"`, ""},
		{sheets, "Prices", "", `there is no sheet "Prices"`, ""},
		{hidden, "", "two", "", ""},
		{hidden, "secret", "one", "", `sheet "Secret" is hidden`},
		{hidden, "More", "three", "", `sheet "More" is hidden`},
		{hidden, "1", "", `unclear which one is sheet 1; name it ("Secret" (hidden), "Data", "More" (hidden))`, ""},
		{all, "", "", "all sheets are hidden", ""},
		{chart, "", "two", "", ""},
		{chart, "Chart", "", `sheet "Chart" is a chartsheet`, ""},
		{chart, "2", "two", "", ""},
	} {
		t.Run(test.choice, func(t *testing.T) {
			path := bookFixture{sheets: test.sheets, rows: inline(1, "H") + inline(2, "one"), parts: map[string]string{
				"xl/worksheets/sheet2.xml": sheetXML(inline(1, "H") + inline(2, "two")),
				"xl/worksheets/sheet3.xml": sheetXML(inline(1, "H") + inline(2, "three")),
				"xl/_rels/workbook.xml.rels": rels("worksheet", "worksheets/sheet1.xml", "worksheet", "worksheets/sheet2.xml",
					"worksheet", "/xl/worksheets/sheet3.xml", "sharedStrings", "sharedStrings.xml", "styles", "styles.xml", "chartsheet", "chartsheets/sheet1.xml"),
			}}.write(t)
			rows, source, err := tryXLSX(XLSXOptions{Paths: []string{path}, Sheet: test.choice})
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != 1 || rows[0].Text(0) != test.want {
				t.Errorf("read %q, want %q", grid(rows), test.want)
			}
			if notes := strings.Join(source.Notes(), "\n"); !strings.Contains(notes, test.note) || test.note == "" && notes != "" {
				t.Errorf("notes %q, want %q", notes, test.note)
			}
		})
	}
}

func TestHiddenRowsAreReadAndNoted(t *testing.T) {
	rows := inline(1, "A") + strings.Replace(inline(2, "1"), "<row ", `<row hidden="1" `, 1) + `<row r="3" hidden="1"/>` + inline(4, "2")
	read, source := readXLSX(t, XLSXOptions{Paths: []string{bookFixture{rows: rows}.write(t)}})
	if diff := cmp.Diff([][]string{{"1"}, {"2"}}, grid(read)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if notes := strings.Join(source.Notes(), "\n"); !strings.Contains(notes, "sheet Sheet1: 1 rows are hidden in the sheet and are read like the others") {
		t.Errorf("notes %q", notes)
	}
}

func TestSeveralFilesAreReadOneAfterTheOther(t *testing.T) {
	dir := t.TempDir()
	for name, rows := range map[string]string{
		"a.xlsx": inline(1, "SKU", "Price") + inline(2, "a", "1"),
		"b.xlsx": inline(3, "Price", "Note", "SKU") + inline(4, "2", "n", "b"),
	} {
		if err := os.Rename((bookFixture{rows: rows}).write(t), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	rows, source := readXLSX(t, XLSXOptions{Paths: []string{filepath.Join(dir, "*.xlsx")}})
	var got []string
	for _, row := range rows {
		sku, _ := row.Header.Find("sku")
		price, _ := row.Header.Find("price")
		got = append(got, fmt.Sprintf("%s %s %s:%d", row.Text(sku), row.Text(price), filepath.Base(row.Origin.File), row.Origin.Line))
	}
	if diff := cmp.Diff([]string{"a 1 a.xlsx:2", "b 2 b.xlsx:4"}, got); diff != "" || len(source.Layouts()) != 2 {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if err := os.Rename((bookFixture{rows: inline(1, "SKU") + inline(2, "c")}).write(t), filepath.Join(dir, "c.xlsx")); err != nil {
		t.Fatal(err)
	}
	_, _, err := tryXLSX(XLSXOptions{Paths: []string{filepath.Join(dir, "*.xlsx")}})
	if err == nil || !strings.Contains(err.Error(), `column "Price" of the first file is missing`) || !strings.Contains(err.Error(), "c.xlsx") {
		t.Errorf("got %v", err)
	}
}

func TestDeadContextReadsNothing(t *testing.T) {
	path := bookFixture{rows: inline(1, "A") + inline(2, "1")}.write(t)
	ctx, cancel := context.WithCancel(context.Background())
	source, err := OpenXLSX(ctx, XLSXOptions{Paths: []string{path}})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	cancel()
	if rows, err := source.Next(ctx); !errors.Is(err, context.Canceled) || rows != nil {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if _, err := OpenXLSX(ctx, XLSXOptions{Paths: []string{path}}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
