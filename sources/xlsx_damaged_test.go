package sources

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

// A file that is no workbook, or a broken one, is refused in one line that says what it is.
func TestRefusedFiles(t *testing.T) {
	compound := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600)
	whole, err := os.ReadFile(bookFixture{rows: inline(1, "A") + inline(2, "1")}.write(t))
	if err != nil {
		t.Fatal(err)
	}
	rows := inline(1, "A") + inline(2, "1")
	part := func(name, text string) func() string {
		return func() string { return bookFixture{rows: rows, parts: map[string]string{name: text}}.write(t) }
	}
	raw := func(content string) func() string {
		return func() string {
			path := filepath.Join(t.TempDir(), "file.xlsx")
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
	}
	for _, test := range []struct {
		name, reason string
		path         func() string
	}{
		{"empty", "the file is empty", raw("")},
		{"csv", "it is a text file, not a workbook; if it is a CSV", raw("SKU,Price\n1,2\n")},
		{"utf-16 csv", "it is a text file", raw("\xFF\xFES\x00K\x00U\x00")},
		{"web page", "it is a web page", raw("<html><table><tr><td>SKU</td></tr></table></html>")},
		{"xml of 2003", "XML spreadsheet of 2003", raw(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`)},
		{"old xls", "old .xls workbook", raw(compound)},
		{"encrypted", "encrypted with a password", raw(compound + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")},
		{"picture", "it is not a workbook", raw("\x89PNG\r\n\x1a\n\x00\x00\x00")},
		{"cut off", "damaged or cut off", raw(string(whole[:len(whole)-30]))},
		{"zip", "there is no workbook in it", func() string { return writeZip(t, map[string]string{"readme.txt": "x"}) }},
		{"word", "Word document", func() string { return writeZip(t, map[string]string{"word/document.xml": "x"}) }},
		{"binary workbook", ".xlsb", func() string { return writeZip(t, map[string]string{"xl/workbook.bin": "x"}) }},
		{"open document", "OpenDocument", func() string { return writeZip(t, map[string]string{"mimetype": "x", "content.xml": "x"}) }},
		{"no sheets", "the workbook has no sheets", part("xl/workbook.xml", `<workbook/>`)},
		{"broken workbook", "part xl/workbook.xml", part("xl/workbook.xml", `<workbook><sheets>`)},
		{"lost sheet", "it has no part xl/worksheets/sheet1.xml", part("xl/worksheets/sheet1.xml", "-")},
		{"empty sheet", `sheet "Sheet1" is empty`, part("xl/worksheets/sheet1.xml", sheetXML(""))},
		{"sheet cut off", "damaged near row 3", part("xl/worksheets/sheet1.xml", strings.Split(sheetXML(rows+inline(3, "x")), "</row>")[0]+"</row>"+inline(2, "1")+`<row r="3"><c`)},
		{"row without end", "damaged near row 3", part("xl/worksheets/sheet1.xml", sheetXML(rows+`<row r="3"><c r="A3"><v>1</c></row>`))},
		{"rows out of order", "row 1 stands after row 2", part("xl/worksheets/sheet1.xml", sheetXML(rows+inline(1, "x")))},
		{"cells out of order", "cells are not in order", part("xl/worksheets/sheet1.xml", sheetXML(rows+`<row r="3"><c r="B3"/><c r="A3"/></row>`))},
		{"too many rows", "over Excel's limit", part("xl/worksheets/sheet1.xml", sheetXML(rows+inline(1048577, "x")))},
		{"too many columns", "more than Excel's 16384 columns", part("xl/worksheets/sheet1.xml", sheetXML(rows+`<row r="3"><c r="ZZZ3"/></row>`))},
		{"bad reference", `cell reference "3A"`, part("xl/worksheets/sheet1.xml", sheetXML(rows+`<row r="3"><c r="3A"/></row>`))},
		{"bad row number", `row number "x"`, part("xl/worksheets/sheet1.xml", sheetXML(rows+`<row r="x"/>`))},
		{"bad style", `cell style "x"`, part("xl/worksheets/sheet1.xml", sheetXML(rows+`<row r="3"><c s="x"/></row>`))},
		{"broken strings", "part sharedStrings.xml", part("xl/sharedStrings.xml", `<sst><si><t>x`)},
		{"broken styles", "part xl/styles.xml", part("xl/styles.xml", `<styleSheet><cellXfs>`)},
		{"unknown entity", "damaged", part("xl/worksheets/sheet1.xml", sheetXML(rows+`<row r="3"><c><v>&lol;</v></c></row>`))},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := tryXLSX(XLSXOptions{Paths: []string{test.path()}})
			reason := strings.Replace(test.reason, "part sharedStrings", "part xl/sharedStrings", 1)
			if err == nil || !strings.Contains(err.Error(), reason) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line with %q", err, reason)
			}
		})
	}
	if _, _, err := tryXLSX(XLSXOptions{Paths: []string{filepath.Join(t.TempDir(), "none.xlsx")}}); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("got %v", err)
	}
}

// Options that cannot be meant are refused before a row is read.
func TestRefusedOptions(t *testing.T) {
	path := bookFixture{rows: inline(1, "A", "B") + inline(3, "1", "2")}.write(t)
	for _, test := range []struct {
		options XLSXOptions
		reason  string
	}{
		{XLSXOptions{Range: "B3"}, "not of the form B3:F200"},
		{XLSXOptions{Range: "B0:C9"}, "not of the form"},
		{XLSXOptions{Range: "AAAA:B"}, "not of the form"},
		{XLSXOptions{Range: "F:B"}, "ends before it begins"},
		{XLSXOptions{Range: "A1:B2", HeaderRow: 3}, "header row 3 lies outside of the range A1:B2"},
		{XLSXOptions{Range: "D:F"}, "the range D:F is empty"},
		{XLSXOptions{HeaderRow: 2}, "row 2, where the header should be, is empty"},
		{XLSXOptions{HeaderRow: 9}, "row 9, where the header should be, is empty"},
		{XLSXOptions{Headers: HeaderNames{List: []string{"only one"}}}, "lists 1 names, the sheet has 2 columns"},
		{XLSXOptions{Headers: HeaderNames{ByLetter: map[string]string{"1": "x"}}}, "not the letter of a column"},
	} {
		test.options.Paths = []string{path}
		if _, _, err := tryXLSX(test.options); err == nil || !strings.Contains(err.Error(), test.reason) {
			t.Errorf("%+v: got %v, want %q", test.options, err, test.reason)
		}
	}
}

// What is odd but readable is read.
func TestOddFilesAreRead(t *testing.T) {
	rows := `<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>`
	utf16 := func(text string) string {
		encoded, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(`<?xml version="1.0" encoding="UTF-16"?>` + text)
		if err != nil {
			t.Fatal(err)
		}
		return encoded
	}
	plain := bookFixture{rows: rows, strings: []string{"<t>SKU</t>", "<t>ä1</t>"}}
	backslashes := map[string]string{}
	for name, text := range plain.content() {
		backslashes[strings.ReplaceAll(name, "/", `\`)] = text
	}
	prefixed := strings.NewReplacer("<row", "<x:row", "</row", "</x:row", "<c ", "<x:c ", "</c", "</x:c", "<v", "<x:v", "</v", "</x:v").Replace(rows)
	strict := plain.content()
	for name, text := range strict {
		strict[name] = strings.NewReplacer(mainNamespace, "http://purl.oclc.org/ooxml/spreadsheetml/main", relNamespace, "http://purl.oclc.org/ooxml/officeDocument/relationships").Replace(text)
	}
	with := func(name, text string) map[string]string {
		parts := plain.content()
		if parts[name] = text; text == "" {
			delete(parts, name)
		}
		return parts
	}
	upper := with("xl/sharedStrings.xml", "")
	upper["xl/SharedStrings.xml"] = plain.content()["xl/sharedStrings.xml"]
	for name, parts := range map[string]map[string]string{
		"as usual":          plain.content(),
		"backslashes":       backslashes,
		"strict":            strict,
		"another case":      upper,
		"no styles":         with("xl/styles.xml", ""),
		"no relationships":  with("_rels/.rels", ""),
		"prefixes":          with("xl/worksheets/sheet1.xml", `<x:worksheet xmlns:x="`+mainNamespace+`"><x:sheetData>`+prefixed+`</x:sheetData></x:worksheet>`),
		"byte order mark":   with("xl/worksheets/sheet1.xml", "\uFEFF<?xml version=\"1.0\"?>\n"+sheetXML(rows)),
		"utf-16":            with("xl/sharedStrings.xml", utf16(plain.content()["xl/sharedStrings.xml"])),
		"latin-1":           with("xl/sharedStrings.xml", "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><sst><si><t>SKU</t></si><si><t>\xe41</t></si></sst>"),
		"comments":          with("xl/worksheets/sheet1.xml", sheetXML(strings.ReplaceAll(rows, "<c ", "<!-- <c> --><c "))),
		"nothing after it":  with("xl/worksheets/sheet1.xml", strings.TrimSuffix(sheetXML(rows), "</worksheet>")),
		"wrong dimension":   with("xl/worksheets/sheet1.xml", strings.Replace(sheetXML(rows), `"A1"`, `"C7:XFD1048576"`, 1)),
		"unknown structure": with("xl/worksheets/sheet1.xml", strings.Replace(sheetXML(rows), "<sheetData>", `<new:thing xmlns:new="u"><row/></new:thing><sheetData>`, 1)),
	} {
		t.Run(name, func(t *testing.T) {
			read, source, err := tryXLSX(XLSXOptions{Paths: []string{writeZip(t, parts)}})
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(source.Header().Names(), grid(read)); got != "[SKU] [[ä1]]" {
				t.Errorf("read %s", got)
			}
		})
	}
}

// A cell whose text is missing rejects its row, and the others go on.
func TestMissingSharedTextRejectsTheRow(t *testing.T) {
	path := bookFixture{rows: inline(1, "A", "B") + `<row r="2"><c t="s"><v>7</v></c></row><row r="3"><c t="s"><v>x</v></c></row>` + inline(4, "fine")}.write(t)
	rows, _ := readXLSX(t, XLSXOptions{Paths: []string{path}})
	if len(rows) != 3 || rows[2].Problem != nil {
		t.Fatalf("%d rows, the last with %v", len(rows), rows[2].Problem)
	}
	for i, cell := range []string{"A2", "A3"} {
		if p := rows[i].Problem; p == nil || p.Code != "unreadable_cell" || !strings.HasPrefix(p.Message, cell+": ") {
			t.Errorf("problem %+v", p)
		}
	}
}

// Shared texts beyond the memory's share come back whole, in any order, and leave no file behind.
func TestLargeTablesOfSharedTexts(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	fixture := bookFixture{}
	var rows strings.Builder
	const texts, length = 1000, 18_000
	text := func(i int) string { return strings.Repeat(string(rune('a'+i%26)), length) + fmt.Sprint(i) }
	for i := range texts {
		fixture.strings = append(fixture.strings, "<t>"+text(i)+"</t>")
	}
	order := func(i int) int { return i * 791 % texts }
	for i := range texts {
		fmt.Fprintf(&rows, `<row r="%d"><c t="s"><v>%d</v></c></row>`, i+1, order(i))
	}
	fixture.rows = rows.String()
	source, err := OpenXLSX(context.Background(), XLSXOptions{Paths: []string{fixture.write(t)}, HeaderRow: NoHeader})
	if err != nil {
		t.Fatal(err)
	}
	if source.file.content.(*xlsxTable).cells.strings.file == nil {
		t.Error("the table is held in memory")
	}
	read := 0
	for {
		batch, err := source.Next(context.Background())
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range batch {
			if row.Text(0) != text(order(read)) {
				t.Fatalf("row %d has another text", read)
			}
			read++
		}
	}
	if read != texts {
		t.Errorf("%d rows", read)
	}
	again, err := OpenXLSX(context.Background(), XLSXOptions{Paths: []string{fixture.write(t)}, HeaderRow: NoHeader})
	if err = errors.Join(err, again.Close(), again.Close(), source.Close()); err != nil {
		t.Fatal(err)
	}
	// An error after the table was read, and one in the middle of it.
	fixture.rows = inline(2, "a") + inline(1, "b")
	_, _, late := tryXLSX(XLSXOptions{Paths: []string{fixture.write(t)}})
	fixture.parts = map[string]string{"xl/sharedStrings.xml": strings.TrimSuffix(fixture.content()["xl/sharedStrings.xml"], "</t></si></sst>")}
	_, _, early := tryXLSX(XLSXOptions{Paths: []string{fixture.write(t)}})
	if late == nil || early == nil {
		t.Errorf("late %v, early %v", late, early)
	}
	files, err := os.ReadDir(temp)
	if err != nil || len(files) != 0 {
		t.Errorf("left behind: %v, %v", files, err)
	}
}

// bomb is a zip part of a repeated text, a thousandth of its size.
func bomb(t *testing.T, name, before, text string, times int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bomb.xlsx")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	for part, content := range (bookFixture{rows: inline(1, "A"), parts: map[string]string{name: "-"}}).content() {
		writer, err := archive.Create(part)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(writer, content); err != nil {
			t.Fatal(err)
		}
	}
	writer, err := archive.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	chunk := bytes.Repeat([]byte(text), 1024)
	_, err = io.WriteString(writer, before)
	for range times / 1024 {
		_, writeErr := writer.Write(chunk)
		err = errors.Join(err, writeErr)
	}
	if err = errors.Join(err, archive.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestZipBombs(t *testing.T) {
	sheet := `<worksheet><sheetData>` + inline(1, "A")
	for _, test := range []struct {
		name, part, before, text, reason string
		limit                            int
	}{
		{"one cell", "xl/worksheets/sheet1.xml", sheet + `<row r="2"><c t="inlineStr"><is><t>`, "xxxxxxxxxxxxxxxx", "takes more than", maxRowBytes},
		{"one row", "xl/worksheets/sheet1.xml", sheet + `<row r="2">`, `<x y="zzzzzzz"/>`, "takes more than", maxRowBytes},
		{"before the rows", "xl/worksheets/sheet1.xml", `<worksheet>`, "<x></x>", "takes more than", maxRowBytes},
		{"one text", "xl/sharedStrings.xml", `<sst><si><t>`, "xxxxxxxxxxxxxxxx", "takes more than", maxRowBytes},
		{"styles", "xl/styles.xml", `<styleSheet><cellXfs>`, `<xf numFmtId=""/>`, "unpacks to", maxPartBytes},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := bomb(t, test.part, test.before, test.text, (test.limit+(1<<20))/len(test.text))
			if _, _, err := tryXLSX(XLSXOptions{Paths: []string{path}}); err == nil || !strings.Contains(err.Error(), test.reason) {
				t.Errorf("got %v", err)
			}
		})
	}
}
