package sources

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/record"
)

// batches is a sheet that gives its batches, then an error.
type batches struct {
	rows [][]record.Row
	end  error
}

func (b *batches) Next(context.Context) ([]record.Row, error) {
	if len(b.rows) == 0 {
		return nil, b.end
	}
	rows := b.rows[0]
	b.rows = b.rows[1:]
	return rows, nil
}

// fileRows makes the rows of one file from lines such as "A|1"; the first is the header. A line that begins with ! is a row that the
// reader could not make sense of.
func fileRows(file string, lines ...string) []record.Row {
	header := record.NewHeader(strings.Split(lines[0], "|"))
	var rows []record.Row
	for i, line := range lines[1:] {
		line, bad := strings.CutPrefix(line, "!")
		row := record.Row{Header: header, Cells: make([]record.Cell, header.Len()), Origin: record.Origin{File: file, Line: i + 2}}
		for j, text := range strings.Split(line, "|") {
			row.Cells[j].Text = text
		}
		if bad {
			row.Problem = &record.Problem{Code: "ragged_row", Message: "too many cells"}
		}
		rows = append(rows, row)
	}
	return rows
}

// cut makes batches of n rows.
func cut(rows []record.Row, n int) *batches {
	b := &batches{end: io.EOF}
	for len(rows) > n {
		b.rows, rows = append(b.rows, rows[:n:n]), rows[n:]
	}
	b.rows = append(b.rows, rows)
	return b
}

// drainItems gives every item as "seq [group] lines: cells; cells", and what is wrong with it.
func drainItems(t interface {
	Helper()
	Fatal(...any)
}, s *Shaped,
) []string {
	t.Helper()
	var shown []string
	for {
		items, err := s.Next(context.Background())
		if err == io.EOF {
			return shown
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(items) == 0 {
			t.Fatal("no items and no end")
		}
		for i := range items {
			shown = append(shown, showItem(&items[i]))
		}
	}
}

func showItem(item *Item) string {
	var lines, cells []string
	for _, row := range item.Rows {
		lines = append(lines, fmt.Sprint(row.Origin.Line))
		cells = append(cells, strings.Join(texts(row.Cells), "|"))
	}
	text := fmt.Sprintf("%d [%s] %s: %s", item.Seq, item.Group, strings.Join(lines, ","), strings.Join(cells, "; "))
	if item.Filtered {
		text += " filtered"
	}
	if item.Problem != nil {
		text += " " + item.Problem.Code
		if row, _, named := strings.Cut(item.Problem.Message, ":"); named && strings.HasPrefix(row, "row ") {
			text += " in " + row
		}
	}
	return text
}

// upper is a computed column: the first cell in capitals. It has no value where that cell is "x".
func upper(header *record.Header) func(record.Row) (record.Row, *record.Problem) {
	extended := record.NewHeader(append(header.Names()[:header.Len():header.Len()], "Upper"))
	return func(row record.Row) (record.Row, *record.Problem) {
		cell := record.Cell{Text: strings.ToUpper(row.Text(0))}
		var failed *record.Problem
		if row.Text(0) == "x" {
			cell, failed = record.Cell{Kind: record.CellFailed}, &record.Problem{Code: "expr_failed", Message: "x"}
		}
		row.Header = extended
		row.Cells = append(row.Cells[:len(row.Cells):len(row.Cells)], cell)
		return row, failed
	}
}

// keepBut leaves out rows with the text in the last column; "?" there is a problem.
func keepBut(text string) func(*record.Row) (bool, *record.Problem) {
	return func(row *record.Row) (bool, *record.Problem) {
		last := row.Text(len(row.Cells) - 1)
		if last == "?" {
			return false, &record.Problem{Code: "expr_failed"}
		}
		return last != text, nil
	}
}

// keepKey leaves out rows with the text in their second cell; "?" there is a problem.
func keepKey(text string) func(*record.Row) (bool, *record.Problem) {
	return func(row *record.Row) (bool, *record.Problem) {
		if row.Text(1) == "?" {
			return false, &record.Problem{Code: "no_value"}
		}
		return row.Text(1) != text, nil
	}
}

func assertNot(text string) func(*record.Row) *record.Problem {
	return func(row *record.Row) *record.Problem {
		if row.Text(len(row.Cells)-1) == text {
			return &record.Problem{Code: "assert_failed"}
		}
		return nil
	}
}

func TestShape(t *testing.T) {
	const header = "Key|Value"
	for _, test := range []struct {
		name    string
		lines   []string
		shaping Shaping
		compute bool
		want    []string
		rows    int64
	}{
		{name: "rows are items", lines: []string{"a|1", "b|2"}, want: []string{"1 [] 2: a|1", "2 [] 3: b|2"}, rows: 2},
		{name: "no rows"},
		{
			name: "empty texts", lines: []string{"-|n/a", " N/A |1", "--|- x"}, shaping: Shaping{Empty: []string{"-", " n/a "}},
			want: []string{"1 [] 2: |", "2 [] 3: |1", "3 [] 4: --|- x"}, rows: 3,
		},
		{
			name: "computed", lines: []string{"a|1", "x|2", "!b|3"}, compute: true,
			want: []string{"1 [] 2: a|1|A", "2 [] 3: x|2| expr_failed", "3 [] 4: b|3 ragged_row"}, rows: 3,
		},
		{
			name: "computed before fill, emptied before computed", lines: []string{"a|1", "-|2"}, compute: true,
			shaping: Shaping{Empty: []string{"-"}, Fill: []string{"key", "Upper"}},
			want:    []string{"1 [] 2: a|1|A", "2 [] 3: a|2|A"}, rows: 2,
		},
		{
			name: "fill", lines: []string{"|1", "a|2", "|3", " |", "b|", "-|4"}, shaping: Shaping{Empty: []string{"-"}, Fill: []string{"Key", "Value"}},
			want: []string{"1 [] 2: |1", "2 [] 3: a|2", "3 [] 4: a|3", "4 [] 5: a|3", "5 [] 6: b|3", "6 [] 7: b|4"}, rows: 6,
		},
		{
			name: "fill goes on below rows that are left out or could not be computed", lines: []string{"a|no", "|2", "x|no", "|3"}, compute: true,
			shaping: Shaping{Fill: []string{"Key"}, Keep: func(row *record.Row) (bool, *record.Problem) { return row.Text(1) != "no", nil }},
			want:    []string{"1 [] 2: a|no|A filtered", "2 [] 3: a|2|", "3 [] 4: x|no| filtered", "4 [] 5: x|3|"}, rows: 4,
		},
		{
			name: "where is judged of a row that could not be computed", lines: []string{"x|no", "x|1", "x|?", "!x|no", "a|no"}, compute: true,
			shaping: Shaping{Keep: keepKey("no"), Assert: assertNot("")},
			want: []string{
				"1 [] 2: x|no| filtered", "2 [] 3: x|1| expr_failed", "3 [] 4: x|?| expr_failed", "4 [] 5: x|no ragged_row", "5 [] 6: a|no|A filtered",
			}, rows: 5,
		},
		{
			name: "where that asks for what could not be computed", lines: []string{"a|1", "x|1"}, compute: true,
			shaping: Shaping{Keep: func(row *record.Row) (bool, *record.Problem) {
				if row.Cells[2].Kind == record.CellFailed {
					return false, &record.Problem{Code: "no_value"}
				}
				return false, nil
			}},
			want: []string{"1 [] 2: a|1|A filtered", "2 [] 3: x|1| expr_failed"}, rows: 2,
		},
		{
			name: "a row that is left out parts no group, whatever could not be computed of it", lines: []string{"a|1", "x|no", "a|2", "b|3"}, compute: true,
			shaping: Shaping{Keep: keepKey("no"), GroupBy: []string{"Upper"}},
			want:    []string{"1 [] 3: x|no| filtered", "2 [A] 2,4: a|1|A; a|2|A", "3 [B] 5: b|3|B"}, rows: 4,
		},
		{
			name: "fill from what could not be computed", lines: []string{"a|1", "|2", "x|3", "|4", "b|5", "|6"}, compute: true,
			shaping: Shaping{Fill: []string{"Upper"}},
			want: []string{
				"1 [] 2: a|1|A", "2 [] 3: |2|A", "3 [] 4: x|3| expr_failed", "4 [] 5: |4| expr_failed", "5 [] 6: b|5|B", "6 [] 7: |6|B",
			}, rows: 6,
		},
		{
			name: "fill from a row that could not be read", lines: []string{"a|1", "!b|2", "|3", "c|4", "|5"}, shaping: Shaping{Fill: []string{"Key"}},
			want: []string{"1 [] 2: a|1", "2 [] 3: b|2 ragged_row", "3 [] 4: |3 ragged_row", "4 [] 5: c|4", "5 [] 6: c|5"}, rows: 5,
		},
		{
			name: "where and assert", lines: []string{"a|no", "b|1", "c|?", "d|0", "!e|no"}, shaping: Shaping{Keep: keepBut("no"), Assert: assertNot("0")},
			want: []string{"1 [] 2: a|no filtered", "2 [] 3: b|1", "3 [] 4: c|? expr_failed", "4 [] 5: d|0 assert_failed", "5 [] 6: e|no ragged_row"}, rows: 5,
		},
		{
			name: "what is left out is not asserted", lines: []string{"a|0"}, shaping: Shaping{Keep: keepBut("0"), Assert: assertNot("0")},
			want: []string{"1 [] 2: a|0 filtered"}, rows: 1,
		},
		{
			name: "groups of neighbours", lines: []string{"a|1", " a |2", "b|3", "a|4", "|5", "|6"}, shaping: Shaping{GroupBy: []string{"KEY"}},
			want: []string{"1 [a] 2,3: a|1;  a |2", "2 [b] 4: b|3", "3 [a] 5: a|4", "4 [] 6: |5", "5 [] 7: |6"}, rows: 6,
		},
		{
			name: "groups by two columns", lines: []string{"a|b / c", "a / b|c", "a|", "|", "|"}, shaping: Shaping{GroupBy: []string{"Key", "Value"}},
			want: []string{`1 [a / "b / c"] 2: a|b / c`, `2 ["a / b" / c] 3: a / b|c`, "3 [a / ] 4: a|", "4 [] 5: |", "5 [] 6: |"}, rows: 5,
		},
		{
			name: "groups of filled cells", lines: []string{"a|1", "|2", "b|3", "|4"}, shaping: Shaping{Fill: []string{"Key"}, GroupBy: []string{"Key"}},
			want: []string{"1 [a] 2,3: a|1; a|2", "2 [b] 4,5: b|3; b|4"}, rows: 4,
		},
		{
			name: "a bad row rejects its group", lines: []string{"a|1", "!a|2", "a|3", "b|0", "b|4", "c|?", "c|5", "d|6"},
			shaping: Shaping{GroupBy: []string{"Key"}, Keep: keepBut("no"), Assert: assertNot("0")},
			want:    []string{"1 [a] 2,3,4: a|1; a|2; a|3 ragged_row in row 3", "2 [b] 5,6: b|0; b|4 assert_failed in row 5", "3 [c] 7,8: c|?; c|5 expr_failed in row 7", "4 [d] 9: d|6"}, rows: 8,
		},
		{
			name: "a bad row whose key stands above", lines: []string{"a|1", "!|2", "|3", "b|4"}, shaping: Shaping{Fill: []string{"Key"}, GroupBy: []string{"Key"}},
			want: []string{"1 [a] 2,3,4: a|1; a|2; a|3 ragged_row in row 3", "2 [b] 5: b|4"}, rows: 4,
		},
		{
			name: "rows below a bad row with a key", lines: []string{"!a|1", "|2", "b|3"}, shaping: Shaping{Fill: []string{"Key"}, GroupBy: []string{"Key"}},
			want: []string{"1 [a] 2: a|1 ragged_row", "2 [] 3: |2 ragged_row", "3 [b] 4: b|3"}, rows: 3,
		},
		{
			name: "rows that are left out part no group", lines: []string{"a|1", "a|no", "b|no", "a|2", "b|3", "c|no"},
			shaping: Shaping{GroupBy: []string{"Key"}, Keep: keepBut("no")},
			want:    []string{"1 [] 3: a|no filtered", "2 [] 4: b|no filtered", "3 [a] 2,5: a|1; a|2", "4 [] 7: c|no filtered", "5 [b] 6: b|3"}, rows: 6,
		},
		{
			name: "groups by a computed column", lines: []string{"a|1", "A|2", "b|3"}, compute: true, shaping: Shaping{GroupBy: []string{"Upper"}},
			want: []string{"1 [A] 2,3: a|1|A; A|2|A", "2 [B] 4: b|3|B"}, rows: 3,
		},
		{
			name: "a row without its computed key, between two groups", lines: []string{"a|1", "x|2", "b|3", "b|4", "c|5"}, compute: true,
			shaping: Shaping{GroupBy: []string{"Upper"}},
			want:    []string{"1 [A] 2,3: a|1|A; x|2| expr_failed in row 3", "2 [B] 4,5: b|3|B; b|4|B group_unknown", "3 [C] 6: c|5|C"}, rows: 5,
		},
		{
			name: "a row without its computed key, in a group and first", lines: []string{"!x|1", "a|2", "x|3", "a|4", "b|5", "|6"}, compute: true,
			shaping: Shaping{GroupBy: []string{"Upper"}},
			want: []string{
				"1 [] 2: x|1 ragged_row", "2 [A] 3,4,5: a|2|A; x|3|; a|4|A group_unknown", "3 [B] 6: b|5|B", "4 [] 7: |6|",
			}, rows: 6,
		},
		{
			name: "limit", lines: []string{"a|1", "b|no", "c|2", "d|3"}, shaping: Shaping{Limit: 2, Keep: keepBut("no")},
			want: []string{"1 [] 2: a|1", "2 [] 3: b|no filtered"}, rows: 2,
		},
		{name: "limit beyond the end", lines: []string{"a|1"}, shaping: Shaping{Limit: 2}, want: []string{"1 [] 2: a|1"}, rows: 1},
		{
			name: "a limit parts no group", lines: []string{"a|1", "b|2", "b|3", "b|4", "c|5", "b|6"}, shaping: Shaping{Limit: 2, GroupBy: []string{"Key"}},
			want: []string{"1 [a] 2: a|1", "2 [b] 3,4,5: b|2; b|3; b|4"}, rows: 4,
		},
		{
			name: "a limit behind a row without a key", lines: []string{"a|1", "|2", "|3"}, shaping: Shaping{Limit: 2, GroupBy: []string{"Key"}},
			want: []string{"1 [a] 2: a|1", "2 [] 3: |2"}, rows: 2,
		},
		{
			name: "first number", lines: []string{"a|1", "a|2", "b|3"}, shaping: Shaping{First: 7, GroupBy: []string{"Key"}},
			want: []string{"7 [a] 2,3: a|1; a|2", "8 [b] 4: b|3"}, rows: 3,
		},
	} {
		for _, size := range []int{1, 2, 100} {
			t.Run(fmt.Sprintf("%s, batches of %d", test.name, size), func(t *testing.T) {
				rows := fileRows("a.csv", append([]string{header}, test.lines...)...)
				shaping := test.shaping
				if test.compute {
					shaping.Compute = upper(rows[0].Header)
				}
				shaped := Shape(cut(rows, size), shaping)
				if diff := cmp.Diff(test.want, drainItems(t, shaped)); diff != "" {
					t.Error(diff)
				}
				if shaped.Rows() != test.rows {
					t.Errorf("%d rows were counted, not %d", shaped.Rows(), test.rows)
				}
			})
		}
	}
}

// A file whose columns stand in another order gets a shaping of its own; no group and no filled cell reaches into it.
func TestShapeAcrossFiles(t *testing.T) {
	var compiled []string
	shapingOf := func(header *record.Header) (Shaping, error) {
		compiled = append(compiled, strings.Join(header.Names(), "|"))
		return Shaping{Compute: upper(header), Fill: []string{"Note"}, GroupBy: []string{"Key"}}, nil
	}
	first := fileRows("1.csv", "Key|Note", "a|n", "b|m")
	second := fileRows("2.csv", "Note|Key", "|b", "x|b", "o|b", "|c")
	third := fileRows("3.csv", "Key|Note", "c|")
	shaping, _ := shapingOf(first[0].Header)
	shaping.Reshape, shaping.First, shaping.Limit = shapingOf, 3, 100
	sheet := &batches{rows: [][]record.Row{first, append(second, third...)}, end: io.EOF}
	want := []string{
		"3 [a] 2: a|n|A", "4 [b] 3: b|m|B",
		"5 [b] 2,3,4: |b|; x|b|; o|b|O expr_failed in row 3", "6 [c] 5: o|c|",
		"7 [c] 2: c||C",
	}
	shaped := Shape(sheet, shaping)
	if diff := cmp.Diff(want, drainItems(t, shaped)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Key|Note", "Note|Key", "Key|Note"}, compiled); diff != "" {
		t.Error(diff)
	}
}

func TestShapeLimitHoldsAcrossFiles(t *testing.T) {
	for _, group := range [][]string{nil, {"Key"}} {
		shaping := Shaping{GroupBy: group, Limit: 3, Reshape: func(*record.Header) (Shaping, error) { return Shaping{GroupBy: group}, nil }}
		sheet := &batches{rows: [][]record.Row{fileRows("1.csv", "Key", "a", "b"), fileRows("2.csv", "Key", "b", "c")}, end: errors.New("read too far")}
		shaped := Shape(sheet, shaping)
		if items := drainItems(t, shaped); len(items) != 3 || shaped.Rows() != 3 {
			t.Errorf("grouped by %v: %q, %d rows", group, items, shaped.Rows())
		}
	}
	shaped := Shape(&batches{rows: [][]record.Row{fileRows("1.csv", "Key", "a", "a"), fileRows("2.csv", "Key", "a")}}, Shaping{
		GroupBy: []string{"Key"}, Limit: 2, Reshape: func(*record.Header) (Shaping, error) { return Shaping{}, errors.New("the file is not needed") },
	})
	if diff := cmp.Diff([]string{"1 [a] 2,3: a; a"}, drainItems(t, shaped)); diff != "" || shaped.Rows() != 2 {
		t.Errorf("%d rows %s", shaped.Rows(), diff)
	}
}

func TestShapeErrors(t *testing.T) {
	broken := errors.New("broken")
	for _, test := range []struct {
		name    string
		sheet   *batches
		shaping Shaping
		want    string
	}{
		{"sheet", &batches{rows: [][]record.Row{fileRows("1.csv", "Key", "a")}, end: broken}, Shaping{GroupBy: []string{"Key"}}, "broken"},
		{
			"reshape", &batches{rows: [][]record.Row{fileRows("1.csv", "Key", "a"), fileRows("2.csv", "Other", "a")}, end: io.EOF},
			Shaping{Reshape: func(*record.Header) (Shaping, error) { return Shaping{}, broken }},
			"broken",
		},
		{"fill", cut(fileRows("1.csv", "Key", "a"), 9), Shaping{Fill: []string{"Kee"}}, `1.csv, row 2: fill: no column is named "Kee"`},
		{
			"group", cut(fileRows("1.csv", "Key|key", "a|b"), 9),
			Shaping{GroupBy: []string{"Key"}},
			"1.csv, row 2: group_by: 2 columns are named \"Key\" (A, B); name them apart with `headers: {B: ...}`",
		},
	} {
		shaped := Shape(test.sheet, test.shaping)
		var err error
		for err == nil {
			_, err = shaped.Next(t.Context())
		}
		if err.Error() != test.want {
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
	}
}
