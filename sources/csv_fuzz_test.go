package sources_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/record"
	"bcetl/sinks"
	"bcetl/sources"
)

// FuzzCSV reads any bytes: it never panics, it loses no letter or digit, and what it read without a fault is, written again, read
// as the same.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "a;b\r\n\"1\r\n\";2\r\n", "a\tb\r1\t\"\"\"\r", "sep=|\na|b\n'=1|-5\n", "\ufeffa,b\n\n,\n1,2,3\n", "a,b\n1,\"2\n3",
		"a,b\n\"1\"x,2\n", "\xff\xfea\x00\n\x001\x00", "a\n\xe4\n", "a\n\"\"\n", "\"a\" ,b\n1, \"2\"\n", "a,a,\n1\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before, header, layout, err := readBytes(t.Context(), data)
		if err != nil {
			return
		}
		sound := before[:0:0]
		var kept strings.Builder
		for _, row := range before {
			for _, cell := range append(row.Cells[:len(row.Cells):len(row.Cells)], row.Extra...) {
				kept.WriteString(cell.Text)
			}
			if row.Problem == nil {
				sound = append(sound, row)
			}
		}
		kept.WriteString(strings.Join(header, ""))
		if layout.Encoding == "utf-8" {
			lost := count(string(data)) - count(kept.String())
			if lost != 0 && !bytes.HasPrefix(data, []byte("sep=")) {
				t.Fatalf("%d letters and digits of %q were lost", lost, data)
			}
		}
		if want := standardCells(data); want != nil && len(sound) == len(before) {
			got := cellsWithText(header, before)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%q: encoding/csv reads it otherwise\n%s", data, diff)
			}
		}
		written, err := writeRows(t.Context(), header, sound)
		if err != nil {
			t.Fatal(err)
		}
		after, again, _, err := readBytes(t.Context(), written)
		if err != nil {
			t.Fatalf("%v: %q", err, written)
		}
		if diff := cmp.Diff(header, again); diff != "" {
			t.Fatal(diff)
		}
		if len(after) != len(sound) {
			t.Fatalf("%d rows became %d: %q", len(sound), len(after), written)
		}
		for i := range after {
			if diff := cmp.Diff(sound[i].Cells, after[i].Cells); diff != "" || after[i].Problem != nil {
				t.Fatalf("%v\n%s", after[i].Problem, diff)
			}
		}
	})
}

// count counts what can be neither quote nor delimiter nor line end nor blank.
func count(text string) (n int) {
	for _, r := range text {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

// readBytes reads with a comma, so that what was written is read alike.
func readBytes(ctx context.Context, data []byte) (rows []record.Row, header []string, layout record.Layout, err error) {
	source, err := sources.OpenCSV(ctx, sources.CSVOptions{Paths: []string{"-"}, Stdin: bytes.NewReader(data), Delimiter: ","})
	if err != nil {
		return nil, nil, layout, err
	}
	defer source.Close()
	for {
		batch, err := source.Next(ctx)
		if err == io.EOF {
			return rows, source.Header().Names(), source.Layouts()[0], nil
		}
		if err != nil {
			return nil, nil, layout, err
		}
		rows = append(rows, batch...)
	}
}

func writeRows(ctx context.Context, header []string, rows []record.Row) ([]byte, error) {
	columns := make([]record.Column, len(header))
	for i, name := range header {
		columns[i].Name = name
	}
	var written bytes.Buffer
	sink, err := sinks.CreateCSV("-", columns, sinks.CSVOptions{Stdout: &written})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		values := make([]record.Value, len(row.Cells))
		for i, cell := range row.Cells {
			values[i] = record.TextValue(cell.Text)
		}
		if err := sink.Write(ctx, [][]record.Value{values}); err != nil {
			return nil, err
		}
	}
	_, err = sink.Commit()
	return written.Bytes(), err
}

// standardCells is what encoding/csv makes of the text, where it must be the same: UTF-8 that it accepts, without what it reads
// otherwise on purpose (carriage returns, a byte order mark, sep= and the ' before formulas).
func standardCells(data []byte) [][]string {
	if !utf8.Valid(data) || bytes.ContainsAny(data, "\x00\r'\ufeff") || bytes.HasPrefix(data, []byte("sep=")) {
		return nil
	}
	reader := csv.NewReader(bytes.NewReader(data))
	reader.FieldsPerRecord = -1
	rows, err := reader.ReadAll()
	if err != nil {
		return nil
	}
	return withText(rows)
}

func cellsWithText(header []string, rows []record.Row) [][]string {
	all := [][]string{header}
	for _, row := range rows {
		cells := make([]string, len(row.Cells))
		for i, cell := range row.Cells {
			cells[i] = cell.Text
		}
		all = append(all, cells)
	}
	return withText(all)
}

// withText leaves out rows without text and, of each other, the empty cells at the end: blank rows and padding.
func withText(rows [][]string) [][]string {
	kept := [][]string{}
	for _, row := range rows {
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		if len(row) > 0 {
			kept = append(kept, row)
		}
	}
	return kept
}
