package sources

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"bcetl/internal/record"

	"github.com/google/go-cmp/cmp"
)

// checkSource reads what may be anything: it ends, every row is laid out under its header in the sheet's order, and a second
// reading gives the same.
func checkSource(t *testing.T, o XLSXOptions) {
	t.Helper()
	rows, source, err := tryXLSX(o)
	again, _, errAgain := tryXLSX(o)
	if (err == nil) != (errAgain == nil) {
		t.Fatalf("first %v, then %v", err, errAgain)
	}
	if diff := cmp.Diff(rows, again, cmp.Comparer(func(a, b *record.Header) bool { return cmp.Equal(a.Names(), b.Names()) })); diff != "" {
		t.Fatalf("read again (-first +second):\n%s", diff)
	}
	if err != nil && source == nil {
		return
	}
	line := 0
	for _, row := range rows {
		if row.Origin.Line <= line || row.Header == nil || len(row.Cells) != row.Header.Len() {
			t.Fatalf("row %d after %d, %d cells of %d", row.Origin.Line, line, len(row.Cells), row.Header.Len())
		}
		if len(row.Extra) > 0 && row.Problem == nil {
			t.Fatalf("row %d has cells beyond its header and no problem", row.Origin.Line)
		}
		line = row.Origin.Line
	}
}

func FuzzXLSXParts(f *testing.F) {
	rows := inline(1, "A", "B") + `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>1.5</v></c></row><row><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c></row>`
	f.Add(sheetXML(rows), `<sst><si><t>_x0041_</t></si></sst>`, `<styleSheet><numFmts><numFmt numFmtId="9" formatCode="0.00"/></numFmts><cellXfs><xf/><xf numFmtId="9"/></cellXfs></styleSheet>`, "", 0)
	f.Add(sheetXML(rows), `<sst><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>`, `<styleSheet><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>`, "B1:C9", NoHeader)
	f.Add(sheetXML(`<row r="7"><c r="ZZ7" t="d"><v>2024-03-01</v></c></row>`), ``, ``, "A:ZZ", 7)
	f.Fuzz(func(t *testing.T, sheet, texts, styles, within string, headerRow int) {
		path := bookFixture{parts: map[string]string{"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": texts, "xl/styles.xml": styles}}.write(t)
		checkSource(t, XLSXOptions{Paths: []string{path}, Range: within, HeaderRow: max(headerRow, NoHeader)})
	})
}

func FuzzXLSXFile(f *testing.F) {
	seed := bookFixture{rows: inline(1, "A") + inline(2, "1"), strings: []string{"<t>x</t>"}}
	path := filepath.Join(f.TempDir(), "seed.xlsx")
	if err := os.Rename(seed.write(f), path); err != nil {
		f.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		f.Fatal(err)
	}
	content, err := io.ReadAll(file)
	if err != nil {
		f.Fatal(err)
	}
	file.Close()
	f.Add(content)
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "fuzz.xlsx")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		checkSource(t, XLSXOptions{Paths: []string{path}})
	})
}
