package sinks_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bcetl/internal/record"
	"bcetl/sinks"
	"bcetl/sources"
)

// reject writes the rows to a file of rejects and gives its bytes.
func reject(t interface{ Fatal(...any) }, path string, layout record.Layout, rows []record.Row, message string) string {
	r, err := sinks.CreateRejectsCSV(path, layout)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := r.Write(row, message); err != nil {
			t.Fatal(err)
		}
	}
	output, err := r.Commit()
	if err != nil {
		t.Fatal(err)
	}
	if output.Rows != int64(len(rows)) || output.Path != path || len(output.SHA256) != 64 {
		t.Fatal("output", output)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestRejectsCSV(t *testing.T) {
	tests := []struct {
		name    string
		text    string
		options sources.CSVOptions
		message string
		want    string
	}{
		{"plain", "sku,price\nA-1,1\nA-2,x\n", sources.CSVOptions{}, "no number", "sku,price,bcetl_error\nA-1,1,no number\nA-2,x,no number\n"},
		{
			"as it came", "Prices of May;\"all; of\r\nthem\"\r\n\r\nsku;n\xe4me;sku\r\nA-1;T\xfcr;'=1\r\n",
			sources.CSVOptions{HeaderRow: 3},
			"needs a number → 5", "Prices of May;\"all; of\r\nthem\"\r\n\r\nsku;n\xe4me;sku;bcetl_error\r\nA-1;T\xfcr;'=1;needs a number \\u2192 5\r\n",
		},
		{"rejected again", "sku,BCETL_Error\nA-1,old\n", sources.CSVOptions{}, "new\nmessage", "sku,bcetl_error\nA-1,new message\n"},
		{"cells beyond the last column", "a,b\n1,2,3,,5\n", sources.CSVOptions{}, "ragged", "a,b,bcetl_error\n1,2,ragged,3,,5\n"},
		{"short rows", "a,b\n1\n\"\",\n", sources.CSVOptions{}, "m", "a,b,bcetl_error\n1,,m\n,,m\n"},
		{"renamed", "a,b\n1,2\n", sources.CSVOptions{Headers: sources.HeaderNames{List: []string{"x", "y"}}}, "m", "a,b,bcetl_error\n1,2,m\n"},
		{"no header", "1\t2\n", sources.CSVOptions{HeaderRow: sources.NoHeader}, "m", "1\t2\tm\n"},
		{"open quote", "a,b\n1,\"2\n3,4\n", sources.CSVOptions{}, "m", "a,b,bcetl_error\n1,\"2\n3,4\n\",m\n"},
		{"mark", "\ufeffa,b\n1,é\n", sources.CSVOptions{}, "→", "\ufeffa,b,bcetl_error\n1,é,→\n"},
		{"other delimiters", "sep=;\na,x;b\n1,5;2|3\n", sources.CSVOptions{}, "m, n", "\"a,x\";b;bcetl_error\n\"1,5\";\"2|3\";\"m, n\"\n"},
		{"formulas as they stand", "'=a,b\n'=1,''+x\n=2,-y\n", sources.CSVOptions{Formulas: "raw"}, "=x", "'=a,b,bcetl_error\n'=1,''+x,'=x\n=2,-y,'=x\n"},
		{"message like a formula", "a\n1\n", sources.CSVOptions{}, "=x", "a,bcetl_error\n1,'=x\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.options.Paths, test.options.Stdin = []string{"-"}, strings.NewReader(test.text)
			rows, source, err := readAll(t.Context(), test.options)
			if err != nil {
				t.Fatal(err)
			}
			got := reject(t, filepath.Join(t.TempDir(), "rejects.csv"), source.Layouts()[0], rows, test.message)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			test.options.Headers, test.options.Stdin = sources.HeaderNames{}, strings.NewReader(got)
			again, second, err := readAll(t.Context(), test.options)
			if err != nil {
				t.Fatal(err)
			}
			if was, is := source.Layouts()[0].Delimiter, second.Layouts()[0].Delimiter; was != is {
				t.Errorf("the delimiter is taken for %q, not %q", is, was)
			}
			columns := len(rows[0].Cells)
			if source.Header().Names()[columns-1] == "BCETL_Error" {
				columns--
			}
			for i := range rows {
				if diff := cmp.Diff(rows[i].Cells[:columns], again[i].Cells[:columns]); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff(rows[i].Extra, again[i].Extra); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// Rejects are run again with the job's own options: every cell must be what it was.
func TestRejectsCSVReadAgain(t *testing.T) {
	folder := t.TempDir()
	input, rejects := filepath.Join(folder, "input.csv"), filepath.Join(folder, "rejects.csv")
	rapid.Check(t, func(rt *rapid.T) {
		encoding := rapid.SampledFrom([]string{"utf-8", "utf-8-bom", "utf-16", "windows-1252"}).Draw(rt, "encoding")
		row := rapid.SliceOfN(cellText(encoding), 3, 3)
		header := row.Draw(rt, "header")
		rows := rapid.SliceOfN(row, 1, 5).Draw(rt, "rows")
		options := sources.CSVOptions{Paths: []string{input}, Delimiter: rapid.SampledFrom([]string{",", ";", "tab"}).Draw(rt, "delimiter"), Encoding: encoding}
		if err := writeAll(t.Context(), input, header, rows, sinks.CSVOptions{Delimiter: options.Delimiter, Encoding: encoding}); err != nil {
			rt.Fatal(err)
		}
		before, source, err := readAll(t.Context(), options)
		if err != nil {
			rt.Fatal(err)
		}
		first := reject(rt, rejects, source.Layouts()[0], before, "wrong: ü →")
		options.Paths = []string{rejects}
		after, source, err := readAll(t.Context(), options)
		if err != nil {
			rt.Fatal(err)
		}
		again := cells(after)
		for i := range again {
			again[i] = again[i][:3]
		}
		if diff := cmp.Diff(cells(before), again); diff != "" {
			rt.Fatal(diff)
		}
		if second := reject(rt, rejects, source.Layouts()[0], after, "wrong: ü →"); second != first {
			rt.Fatalf("rejected again it is %q, not %q", second, first)
		}
	})
}

func TestRejectsCSVIsNotThereWithoutRejects(t *testing.T) {
	folder := t.TempDir()
	layout := record.Layout{Delimiter: ',', HeaderRow: 1, Header: record.NewHeader([]string{"a"})}
	r, err := sinks.CreateRejectsCSV(filepath.Join(folder, "rejects.csv"), layout)
	if err != nil {
		t.Fatal(err)
	}
	output, err := r.Commit()
	if err != nil || output != (sinks.Output{}) {
		t.Errorf("%+v, %v", output, err)
	}
	r, err = sinks.CreateRejectsCSV(filepath.Join(folder, "rejects.csv"), layout)
	if err != nil {
		t.Fatal(err)
	}
	row := record.Row{Header: layout.Header, Cells: []record.Cell{{Text: "x"}}}
	if err := r.Write(row, "m"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(r.Abort(), r.Abort()); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 0 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}
