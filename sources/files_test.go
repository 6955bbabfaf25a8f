package sources

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// writeFiles makes files in a new folder and moves there.
func writeFiles(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestExpand(t *testing.T) {
	writeFiles(t, map[string]string{"in/b.csv": "", "in/a.csv": "", "in/c.txt": "", "in/folder.csv/x": "", "in/[a].csv": "", "10.csv": "", "9.csv": ""})
	tests := []struct {
		paths []string
		want  []string
		err   string
	}{
		{paths: []string{"in/b.csv", "in/a.csv"}, want: []string{"in/b.csv", "in/a.csv"}},
		{paths: []string{"in/?.csv"}, want: []string{"in/a.csv", "in/b.csv"}},
		{paths: []string{"in/b.csv", "in/*.csv", "./in/a.csv"}, want: []string{"in/b.csv", "in/[a].csv", "in/a.csv"}},
		{paths: []string{"in/[a].csv"}, want: []string{"in/[a].csv"}},
		{paths: []string{"*.csv"}, want: []string{"10.csv", "9.csv"}},
		{paths: []string{"-"}, want: []string{"-"}},
		{paths: []string{"in/*.xlsx"}, err: "read in/*.xlsx: no file matches the pattern"},
		{paths: []string{"in/d.csv"}, err: "read in/d.csv: there is no such file"},
		{paths: []string{"in"}, err: "read in: it is a folder; its files are in/*"},
		{paths: []string{"in/[.csv"}, err: "read in/[.csv: syntax error in pattern"},
		{paths: nil, err: "read: no file is named"},
	}
	for _, test := range tests {
		got, err := Expand(test.paths)
		if test.err != "" {
			if err == nil || err.Error() != test.err {
				t.Errorf("%q: got %v, want %s", test.paths, err, test.err)
			}
			continue
		}
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", test.paths, err, diff)
		}
	}
}

func TestCSVSeveralFiles(t *testing.T) {
	writeFiles(t, map[string]string{
		"2.csv": "\ufeffPrice;more;sku\r\n2,50;x;A-2\r\n",
		"1.csv": "SKU,Price\nA-1,1.50\n",
		"3.csv": "SKU,Price\n",
	})
	rows, c := readCSV(t, CSVOptions{Paths: []string{"*.csv"}})
	if diff := cmp.Diff([]string{"2: A-1|1.50", "2: 2,50|x|A-2"}, show(rows)); diff != "" {
		t.Error(diff)
	}
	if got := rows[1].Origin.String(); got != "2.csv, row 2" {
		t.Errorf("origin %s", got)
	}
	for i, want := range []string{"A-1", "A-2"} {
		place, err := rows[i].Header.Find("SKU")
		if err != nil || rows[i].Text(place) != want {
			t.Errorf("row %d: SKU %q, %v", i, rows[i].Text(place), err)
		}
	}
	if diff := cmp.Diff([]string{"SKU", "Price"}, c.Header().Names()); diff != "" {
		t.Error(diff)
	}
	layouts := c.Layouts()
	if len(layouts) != 3 || layouts[1].Delimiter != ';' || !layouts[1].CRLF || layouts[1].Encoding != "utf-8-bom" || layouts[1].File != "2.csv" {
		t.Errorf("layouts %+v", layouts)
	}
	if read, total := c.Progress(); read != total || total == 0 {
		t.Errorf("progress at the end is %d of %d", read, total)
	}
}

func TestCSVFileThatLacksColumns(t *testing.T) {
	writeFiles(t, map[string]string{"1.csv": "SKU,Price,,Name\n1,2,3,4\n", "2.csv": "Price\n1\n"})
	_, err := OpenCSV(t.Context(), CSVOptions{Paths: []string{"1.csv", "2.csv"}})
	if want := `read 2.csv: columns "SKU", "Name" of the first file are missing`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	both := CSVOptions{Paths: []string{"2.csv", "-"}, Stdin: strings.NewReader("other\n1\n")}
	c, err := OpenCSV(t.Context(), both)
	if err != nil {
		t.Fatal(err)
	}
	_, err = drain(t.Context(), c)
	if want := `read -: column "Price" of the first file is missing`; err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestCSVLayoutAsItStands(t *testing.T) {
	_, c := readCSV(t, CSVOptions{
		Paths: []string{"-"}, HeaderRow: 3, Headers: HeaderNames{ByLetter: map[string]string{"A": "sku"}},
		Stdin: strings.NewReader("Prices|\"of\r\nMay\"\r\n\r\nItem|Price\r\nA-1|2\r\n"),
	})
	layout := c.Layouts()[0]
	if diff := cmp.Diff([][]string{{"Prices", "of\r\nMay"}, {}}, layout.Preamble); diff != "" {
		t.Error(diff)
	}
	if layout.HeaderRow != 3 || layout.Delimiter != '|' || !layout.CRLF || layout.Format != "csv" {
		t.Errorf("layout %+v", layout)
	}
	if diff := cmp.Diff([]string{"Item", "Price"}, layout.Header.Names()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"sku", "Price"}, c.Header().Names()); diff != "" {
		t.Error(diff)
	}
}
