package sources

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bcetl/internal/record"
)

// bookFixture is a workbook written part by part, so that a test can write what no library would.
type bookFixture struct {
	rows       string            // what stands in <sheetData> of the first sheet
	strings    []string          // the content of each <si>
	formats    []string          // number format codes; cells use them by style 1, 2, …
	properties string            // attributes of workbookPr
	sheets     string            // the <sheet> elements, "" for one visible sheet "Sheet1"
	parts      map[string]string // parts to add, replace or (when "-") leave out
}

const (
	mainNamespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relNamespace  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
)

func (f bookFixture) content() map[string]string {
	sheets := f.sheets
	if sheets == "" {
		sheets = `<sheet name="Sheet1" sheetId="1" r:id="rId1"/>`
	}
	var codes, cells, texts strings.Builder
	for i, code := range f.formats {
		fmt.Fprintf(&codes, `<numFmt numFmtId="%d" formatCode="%s"/>`, 164+i, escapeXML(code))
		fmt.Fprintf(&cells, `<xf numFmtId="%d"/>`, 164+i)
	}
	for _, text := range f.strings {
		texts.WriteString("<si>" + text + "</si>")
	}
	parts := map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":         rels("officeDocument", "xl/workbook.xml"),
		"xl/workbook.xml": fmt.Sprintf(`<workbook xmlns="%s" xmlns:r="%s"><workbookPr %s/><sheets>%s</sheets></workbook>`,
			mainNamespace, relNamespace, f.properties, sheets),
		"xl/_rels/workbook.xml.rels": rels("worksheet", "worksheets/sheet1.xml", "worksheet", "worksheets/sheet2.xml",
			"worksheet", "/xl/worksheets/sheet3.xml", "sharedStrings", "sharedStrings.xml", "styles", "styles.xml"),
		"xl/worksheets/sheet1.xml": sheetXML(f.rows),
		"xl/sharedStrings.xml":     fmt.Sprintf(`<sst xmlns="%s">%s</sst>`, mainNamespace, texts.String()),
		"xl/styles.xml": fmt.Sprintf(`<styleSheet xmlns="%s"><numFmts>%s</numFmts><cellXfs><xf numFmtId="0"/>%s</cellXfs></styleSheet>`,
			mainNamespace, codes.String(), cells.String()),
	}
	for name, text := range f.parts {
		if text == "-" {
			delete(parts, name)
		} else {
			parts[name] = text
		}
	}
	return parts
}

func sheetXML(rows string) string {
	return fmt.Sprintf(`<worksheet xmlns="%s"><dimension ref="A1"/><sheetData>%s</sheetData></worksheet>`, mainNamespace, rows)
}

// rels takes pairs of type and target, and numbers them rId1, rId2, …
func rels(pairs ...string) string {
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>`, i/2+1, relNamespace, pairs[i], pairs[i+1])
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

func escapeXML(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(text)
}

// write writes the workbook and gives its path.
func (f bookFixture) write(t testing.TB) string {
	t.Helper()
	return writeZip(t, f.content())
}

func writeZip(t testing.TB, parts map[string]string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.xlsx")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	for name, text := range parts {
		part, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(archive.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// inline is a row of text cells without references.
func inline(line int, texts ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, line)
	for _, text := range texts {
		b.WriteString(`<c t="inlineStr"><is><t>` + escapeXML(text) + `</t></is></c>`)
	}
	return b.String() + `</row>`
}

// readXLSX reads everything.
func readXLSX(t testing.TB, o XLSXOptions) ([]record.Row, *XLSX) {
	t.Helper()
	rows, source, err := tryXLSX(o)
	if err != nil {
		t.Fatal(err)
	}
	return rows, source
}

func tryXLSX(o XLSXOptions) (all []record.Row, source *XLSX, err error) {
	source, err = OpenXLSX(context.Background(), o)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	for {
		rows, err := source.Next(context.Background())
		if err == io.EOF {
			return all, source, nil
		}
		if err != nil {
			return all, source, err
		}
		all = append(all, rows...)
	}
}

// grid is the texts of the rows, trailing empty cells left out.
func grid(rows []record.Row) [][]string {
	var out [][]string
	for i := range rows {
		line := []string{}
		for _, cell := range rows[i].Cells {
			line = append(line, cell.Text)
		}
		out = append(out, trimTail(line))
	}
	return out
}

func trimTail(line []string) []string {
	for len(line) > 0 && line[len(line)-1] == "" {
		line = line[:len(line)-1]
	}
	return line
}
