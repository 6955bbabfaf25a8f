package sources

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/record"
)

// readCSV reads all rows and closes.
func readCSV(t *testing.T, o CSVOptions) ([]record.Row, *CSV) {
	t.Helper()
	c, err := OpenCSV(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := drain(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return rows, c
}

func drain(ctx context.Context, c *CSV) (all []record.Row, err error) {
	for {
		rows, err := c.Next(ctx)
		if err == io.EOF {
			return all, c.Close()
		}
		if err != nil {
			return all, errors.Join(err, c.Close())
		}
		all = append(all, rows...)
	}
}

// stdin reads a text as standard input.
func stdin(text string) CSVOptions {
	return CSVOptions{Paths: []string{"-"}, Stdin: strings.NewReader(text)}
}

// show gives each row as "line: cell|cell", with extra cells behind "+".
func show(rows []record.Row) []string {
	var lines []string
	for i := range rows {
		line := fmt.Sprintf("%d: %s", rows[i].Origin.Line, strings.Join(texts(rows[i].Cells), "|"))
		if len(rows[i].Extra) > 0 {
			line += " + " + strings.Join(texts(rows[i].Extra), "|")
		}
		lines = append(lines, line)
	}
	return lines
}

func texts(cells []record.Cell) []string {
	all := make([]string, len(cells))
	for i, cell := range cells {
		all[i] = cell.Text
	}
	return all
}

func problems(rows []record.Row) []string {
	var lines []string
	for _, row := range rows {
		if row.Problem != nil {
			lines = append(lines, fmt.Sprintf("row %d: %s: %s", row.Origin.Line, row.Problem.Code, row.Problem))
		}
	}
	return lines
}

func TestCSVRows(t *testing.T) {
	tests := []struct {
		name     string
		text     string
		options  CSVOptions
		header   string
		rows     []string
		problems []string
		note     string
	}{
		{name: "no line end at the end", text: "a,b\n1,2", header: "a|b", rows: []string{"2: 1|2"}},
		{name: "header alone", text: "a,b\n", header: "a|b"},
		{name: "header alone without line end", text: "a", header: "a"},
		{name: "carriage return at the end", text: "a,b\r1,2\r", header: "a|b", rows: []string{"2: 1|2"}},
		{name: "short rows", text: "a,b,c\n1\n1,2\n", header: "a|b|c", rows: []string{"2: 1||", "3: 1|2|"}},
		{
			name: "long rows", text: "a,b\n1,2,,\n1,2,,x,\n3,4\n", header: "a|b", rows: []string{"2: 1|2", "3: 1|2 + |x", "4: 3|4"},
			problems: []string{`row 3: ragged_row: the row has 4 cells, the header has 2 columns; "x" stands in column D, right of the last one`},
		},
		{
			name: "blank rows count", text: "\n\na,b\n\n1,2\r\n\r\n,\n3,4\n\"\",\n", header: "a|b",
			rows: []string{"5: 1|2", "8: 3|4", "9: |"}, note: "-: 3 blank rows left out",
		},
		{name: "a quoted line break does not count", text: "a,b\n\"1\n\n2\",x\n3,4\n", header: "a|b", rows: []string{"2: 1\n\n2|x", "3: 3|4"}},
		{name: "a quote inside is literal", text: "a,b\n3.5\" block, \"x\"\n", header: "a|b", rows: []string{"2: 3.5\" block| \"x\""}},
		{name: "blanks behind a closing quote", text: "a,b\n\"1\" ,\"2\" \n", header: "a|b", rows: []string{"2: 1|2"}},
		{
			name: "text behind a closing quote", text: "a,b\n\"3.5\" block\",2\nx,\"y\"\"z\"w\n4,5\n", header: "a|b",
			rows: []string{"2: 3.5 block\"|2", "3: x|y\"zw", "4: 4|5"},
			problems: []string{
				`row 2: malformed_quote: column "a": text follows the closing quote: " block\""`,
				`row 3: malformed_quote: column "b": text follows the closing quote: "w"`,
			},
		},
		{
			name: "an open quote", text: "a,b\n1,2\n3,\"4\n5,6\n7,8\n", header: "a|b", rows: []string{"2: 1|2", "3: 3|4\n5,6\n7,8\n"},
			problems: []string{`row 3: unterminated_quote: column "b": the quote that opens here is never closed; the 2 lines below were read into this cell`},
		},
		{
			name: "an open quote in the last cell", text: "a,b\n1,\"", header: "a|b", rows: []string{"2: 1|"},
			problems: []string{`row 2: unterminated_quote: column "b": the quote that opens here is never closed`},
		},
		{name: "repeated and blank headers", text: "a,,A,b\n1,2,3,4\n", header: "a||A|b", rows: []string{"2: 1|2|3|4"}},
		{name: "one column", text: "sku\nA 1\nA-2\n", header: "sku", rows: []string{"2: A 1", "3: A-2"}, note: "-: , separated, UTF-8, 1 column"},
		{
			name: "rows above the header", text: "Prices of May;\n\nsku;price\nA-1;1,50\nA-2;2,50\n", options: CSVOptions{HeaderRow: 3},
			header: "sku|price", rows: []string{"4: A-1|1,50", "5: A-2|2,50"}, note: "-: ; separated, UTF-8, 2 columns",
		},
		{
			name: "no header", text: "1;2\n3;4\n5;6;\n", options: CSVOptions{HeaderRow: NoHeader}, header: "A|B|C",
			rows: []string{"1: 1|2|", "2: 3|4|", "3: 5|6|"},
		},
		{
			name: "no header, but names", text: "1\t2\n", options: CSVOptions{HeaderRow: NoHeader, Headers: HeaderNames{List: []string{"x", "y"}}},
			header: "x|y", rows: []string{"1: 1|2"}, note: "-: tab separated, UTF-8, 2 columns",
		},
		{
			name: "renamed", text: "a,a,b\n1,2,3\n", options: CSVOptions{Headers: HeaderNames{ByLetter: map[string]string{"b": "second"}}},
			header: "a|second|b", rows: []string{"2: 1|2|3"},
		},
		{name: "delimiter of several bytes", text: "a¦b\n1¦\"2¦2\"\n", options: CSVOptions{Delimiter: "¦"}, header: "a|b", rows: []string{"2: 1|2¦2"}},
		{name: "declared delimiter against sep=", text: "sep=;\na,b;c\n1,2\n", options: CSVOptions{Delimiter: ","}, header: "a|b;c", rows: []string{"2: 1|2"}},
		{name: "sep= in quotes is content", text: "\"sep=;\",b\n1,2\n", header: "sep=;|b", rows: []string{"2: 1|2"}},
		{name: "commas in every cell of a ; file", text: "a;b\n1,5;2,5\n3,5;4,5\n", header: "a|b", rows: []string{"2: 1,5|2,5", "3: 3,5|4,5"}},
		{name: "ragged rows do not change the delimiter", text: "a,b,c|d\n1,2\n3,4\n5,6,7\n", header: "a|b|c|d", rows: []string{"2: 1|2|", "3: 3|4|", "4: 5|6|7"}},
		{name: "delimiters in quotes", text: "\"a;x;y\",b\n\"1;2;3\",4\n", header: "a;x;y|b", rows: []string{"2: 1;2;3|4"}},
		{
			name: "formulas", text: "a,'=b\n'=1,''@x\n'tis,'\n-5,'-5\n", header: "a|=b", rows: []string{"2: =1|'@x", "3: 'tis|'", "4: -5|-5"},
			note: "-: the leading ' of 4 cells taken off, which marks a text that looks like a formula",
		},
		{
			name: "formulas left alone", text: "a,'=b\n'=1,''@x\n'tis,'\n-5,'-5,'+6\n", options: CSVOptions{Formulas: "raw"}, header: "a|'=b",
			rows:     []string{"2: '=1|''@x", "3: 'tis|'", "4: -5|'-5 + '+6"},
			problems: []string{`row 4: ragged_row: the row has 3 cells, the header has 2 columns; "'+6" stands in column C, right of the last one`},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, source := range []io.Reader{
				strings.NewReader(test.text),
				iotest.OneByteReader(strings.NewReader(test.text)),
				iotest.DataErrReader(strings.NewReader(test.text)),
			} {
				options := test.options
				options.Paths, options.Stdin = []string{"-"}, source
				rows, c := readCSV(t, options)
				if got := strings.Join(c.Header().Names(), "|"); got != test.header {
					t.Errorf("header %q, want %q", got, test.header)
				}
				if diff := cmp.Diff(test.rows, show(rows)); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff(test.problems, problems(rows)); diff != "" {
					t.Error(diff)
				}
				if test.note != "" && !strings.Contains(strings.Join(c.Notes(), "\n")+"\n", test.note+"\n") {
					t.Errorf("notes %q lack %q", c.Notes(), test.note)
				}
			}
		})
	}
}

func TestCSVRefuses(t *testing.T) {
	tests := []struct {
		name    string
		text    string
		options CSVOptions
		want    string
	}{
		{"empty", "", CSVOptions{}, "read -: the file is empty"},
		{"blank rows alone", "\n\n", CSVOptions{}, "read -: the file has no rows"},
		{"byte order mark alone", "\ufeff", CSVOptions{}, "read -: the file has no rows"},
		{"no rows and no header", "\n", CSVOptions{HeaderRow: NoHeader}, "read -: the file has no rows"},
		{"header row beyond the end", "a\nb\n", CSVOptions{HeaderRow: 5}, "read -: the header should be in row 5, but the file has 2 rows"},
		{"header row blank", "a\n\nb\n", CSVOptions{HeaderRow: 2}, "read -: row 2, where the header should be, is empty"},
		{"header with an open quote", "a,\"b\n1,2\n", CSVOptions{}, "read -: row 1, the header, column B: the quote that opens here is never closed; the line below was read into this cell"},
		{"workbook", "PK\x03\x04rest", CSVOptions{}, "read -: the file is an XLSX workbook or ZIP file, not CSV; read it as `xlsx:`"},
		{"gzip", "\x1f\x8b\x08\x00rest", CSVOptions{}, "read -: the file is compressed with gzip, not CSV; unpack it first"},
		{"old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", CSVOptions{}, "read -: the file is an old Excel workbook (XLS) or an encrypted one, not CSV; save it as XLSX or CSV"},
		{"NUL", "a,b\n1,\x00\n", CSVOptions{}, "read -: not a text file: byte 6 is NUL"},
		{"delimiter of two characters", "a", CSVOptions{Delimiter: ";;"}, `read -: ";;" is not a delimiter: one character is, or tab`},
		{"quote as delimiter", "a", CSVOptions{Delimiter: `"`}, `read -: "\"" is not a delimiter: one character is, or tab`},
		{"unknown encoding", "a", CSVOptions{Encoding: "utf-9"}, `read -: "utf-9" is not a known encoding; usual ones are utf-8, utf-16, windows-1252, iso-8859-2, macintosh, shift_jis`},
		{"list of names too short", "a,b\n", CSVOptions{Headers: HeaderNames{List: []string{"x"}}}, "read -: rename columns: headers lists 1 names, the sheet has 2 columns"},
		{"letter beyond the end", "a,b\n", CSVOptions{Headers: HeaderNames{ByLetter: map[string]string{"C": "x"}}}, "read -: rename columns: there is no column C, the last one is B"},
		{"no letter", "a,b\n", CSVOptions{Headers: HeaderNames{ByLetter: map[string]string{"1": "x"}}}, `read -: rename columns: "1" is not the letter of a column, such as A or AB`},
		{"policy for formulas", "a,b\n", CSVOptions{Formulas: "refuse"}, `read -: formulas is escape or raw, not "refuse"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			options := test.options
			options.Paths, options.Stdin = []string{"-"}, strings.NewReader(test.text)
			_, err := OpenCSV(t.Context(), options)
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestCSVRefusesARowWithoutEnd(t *testing.T) {
	text := io.MultiReader(strings.NewReader("a,b\n1,\""), io.LimitReader(endless('x'), maxCSVRow+1))
	c, err := OpenCSV(t.Context(), CSVOptions{Paths: []string{"-"}, Stdin: text})
	if err != nil {
		t.Fatal(err)
	}
	_, err = drain(t.Context(), c)
	if want := "read -: row 2: longer than 16 MiB: a quote that opens in it is never closed"; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func TestCSVStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	c, err := OpenCSV(ctx, stdin("a\n1\n"))
	if err != nil {
		t.Fatal(err)
	}
	stopped := errors.New("stopped")
	cancel(stopped)
	if _, err := c.Next(ctx); !errors.Is(err, stopped) {
		t.Errorf("Next: %v", err)
	}
	if _, err := OpenCSV(ctx, stdin("a\n1\n")); !errors.Is(err, stopped) {
		t.Errorf("OpenCSV: %v", err)
	}
	if err := errors.Join(c.Close(), c.Close()); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// A batch is the caller's: what follows must not change it.
func TestCSVBatchesAreTheCallers(t *testing.T) {
	var text strings.Builder
	text.WriteString("sku,name\n")
	const count = 2345
	for i := range count {
		fmt.Fprintf(&text, "SKU-%d,\"name \"\"%d\"\"\"\n", i, i)
	}
	c, err := OpenCSV(t.Context(), stdin(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	var batches [][]record.Row
	for {
		rows, err := c.Next(t.Context())
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) == 0 || len(rows) > csvBatch {
			t.Fatalf("a batch of %d rows", len(rows))
		}
		batches = append(batches, rows)
	}
	i := 0
	for _, rows := range batches {
		for j := range rows {
			_ = append(rows[j].Cells, record.Cell{Text: "must not reach the next row"})
			want := fmt.Sprintf("%d: SKU-%d|name \"%d\"", i+2, i, i)
			if got := show(rows[j : j+1])[0]; got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
			i++
		}
	}
	if i != count {
		t.Errorf("%d rows, want %d", i, count)
	}
}

// Rows lie across the ends of buffers in every way, and some are longer than a buffer.
func TestCSVAcrossBuffers(t *testing.T) {
	var text strings.Builder
	text.WriteString("sku,text\r\n")
	var want []string
	for i := range 3000 {
		cell := strings.Repeat("tea ", i%97) + "ü\r\n\"x\""
		if i%1000 == 500 {
			cell = strings.Repeat("long, ", csvBuffer/4)
		}
		if i%3 == 0 {
			cell = strings.Repeat("p", i%211)
		}
		want = append(want, fmt.Sprintf("%d: %d|%s", i+2, i, cell))
		if i%3 != 0 {
			cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
		}
		fmt.Fprintf(&text, "%d,%s\r\n", i, cell)
	}
	for name, source := range map[string]io.Reader{
		"whole":  strings.NewReader(text.String()),
		"halves": iotest.HalfReader(strings.NewReader(text.String())),
		"bytes":  iotest.OneByteReader(strings.NewReader(text.String())),
	} {
		rows, _ := readCSV(t, CSVOptions{Paths: []string{"-"}, Stdin: source})
		if diff := cmp.Diff(want, show(rows)); diff != "" {
			t.Errorf("%s: %.2000s", name, diff)
		}
		if found := problems(rows); found != nil {
			t.Errorf("%s: %q", name, found)
		}
	}
}
