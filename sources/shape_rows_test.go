package sources

import (
	"context"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bcetl/internal/record"
)

// Whatever the rows: each is in exactly one item, groups hold neighbours of one key, sequence numbers rise by one, and the batches in
// which rows come make no difference.
func TestShapeLosesNoRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.SampledFrom([]string{"a", "b", "", "-", "x"})
		values := rapid.SampledFrom([]string{"1", "no", "?", "0"})
		lines := []string{"Key|Value"}
		for range rapid.IntRange(0, 20).Draw(t, "rows") {
			bad := rapid.SampledFrom([]string{"", "", "", "!"}).Draw(t, "bad")
			lines = append(lines, bad+cell.Draw(t, "key")+"|"+values.Draw(t, "value"))
		}
		group := rapid.SampledFrom([][]string{nil, {"Key"}, {"Upper"}, {"Key", "Upper"}}).Draw(t, "group")
		limit := rapid.Int64Range(0, 25).Draw(t, "limit")
		var shown [][]string
		for _, size := range []int{rapid.IntRange(1, 9).Draw(t, "batch"), 100} {
			rows := fileRows("a.csv", lines...)
			header := record.NewHeader([]string{"Key", "Value"})
			for i := range rows {
				rows[i].Header = header
			}
			shaped := Shape(cut(rows, size), Shaping{
				Empty: []string{"-"}, Compute: upper(header), Fill: []string{"Key"}, GroupBy: group, Limit: limit,
				Keep: func(row *record.Row) (bool, *record.Problem) { return row.Text(1) != "no", nil },
			})
			shown = append(shown, checkItems(t, shaped, int64(len(rows)), limit, group != nil))
		}
		if diff := cmp.Diff(shown[0], shown[1]); diff != "" {
			t.Fatal(diff)
		}
	})
}

// checkItems reads all items and gives them as texts.
func checkItems(t *rapid.T, shaped *Shaped, rows, limit int64, grouped bool) []string {
	var shown []string
	lines := map[int]bool{}
	for next := int64(1); ; {
		items, err := shaped.Next(context.Background())
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range items {
			item := &items[i]
			shown = append(shown, showItem(item))
			if item.Seq != next {
				t.Fatalf("item %d has the number %d", next, item.Seq)
			}
			next++
			for _, row := range item.Rows {
				if lines[row.Origin.Line] {
					t.Fatalf("row %d is in two items", row.Origin.Line)
				}
				lines[row.Origin.Line] = true
				if row.Problem != nil && item.Problem == nil {
					t.Fatalf("%s: row %d is bad", showItem(item), row.Origin.Line)
				}
			}
		}
	}
	if int64(len(lines)) != shaped.Rows() {
		t.Fatalf("%d rows were counted, %d are in items", shaped.Rows(), len(lines))
	}
	want := rows
	if limit > 0 {
		want = min(limit, rows)
	}
	if got := shaped.Rows(); got != want && (!grouped || got < want) {
		t.Fatalf("read %d rows, not %d", got, want)
	}
	return shown
}

// BenchmarkShape shapes 100,000 rows of 20 columns, by rows and by groups of 4.
func BenchmarkShape(b *testing.B) {
	names := make([]string, 20)
	for i := range names {
		names[i] = "Column " + record.ColumnLetter(i)
	}
	header := record.NewHeader(names)
	for _, bench := range []struct {
		name    string
		shaping Shaping
	}{
		{"rows", Shaping{}},
		{"rows, filled and emptied", Shaping{Empty: []string{"-", "n/a"}, Fill: []string{"Column A", "Column B"}}},
		{"groups", Shaping{GroupBy: []string{"Column A"}}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sheet := &endlessRows{header: header, left: 200, cells: make([]record.Cell, 500*len(names))}
				shaped := Shape(sheet, bench.shaping)
				for {
					if _, err := shaped.Next(b.Context()); err == io.EOF {
						break
					}
				}
			}
			b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// endlessRows gives batches of 500 rows.
type endlessRows struct {
	header *record.Header
	cells  []record.Cell
	left   int
}

func (e *endlessRows) Next(context.Context) ([]record.Row, error) {
	if e.left == 0 {
		return nil, io.EOF
	}
	e.left--
	rows := make([]record.Row, 500)
	for i := range rows {
		n := e.header.Len()
		rows[i] = record.Row{Header: e.header, Cells: e.cells[i*n : i*n+n : i*n+n], Origin: record.Origin{Line: i + 2}}
		rows[i].Cells[0].Text = keys[i/4%len(keys)]
		for j := 1; j < n; j++ {
			rows[i].Cells[j].Text = "some text"
		}
	}
	return rows, nil
}

var keys = []string{"10-100", "10-101", "10-102"}
