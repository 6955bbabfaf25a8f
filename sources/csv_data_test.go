package sources

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/record"
)

// sharedCSV is a folder of files that others wrote; it is not part of the project.
const sharedCSV = "../../shared/data/csv"

func needShared(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(sharedCSV); err != nil {
		t.Skipf("the folder of real CSV files, %s, is not there", sharedCSV)
	}
}

// objects gives the rows as JSON programs show them: by the names of the columns.
func objects(rows []record.Row) []map[string]string {
	all := make([]map[string]string, len(rows))
	for i, row := range rows {
		all[i] = make(map[string]string, len(row.Cells))
		for j, name := range row.Header.Names() {
			all[i][name] = row.Cells[j].Text
		}
	}
	return all
}

func expectedObjects(t *testing.T, path string) []map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var expected []map[string]string
	if err := json.Unmarshal(data, &expected); err != nil {
		t.Fatal(err)
	}
	return expected
}

func TestCSVGivesTheJSONBesideIt(t *testing.T) {
	paths, err := filepath.Glob("testdata/csv/*.csv")
	if err != nil || len(paths) < 12 {
		t.Fatalf("fixtures: %v, %v", paths, err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			rows, _ := readCSV(t, CSVOptions{Paths: []string{path}})
			if diff := cmp.Diff(expectedObjects(t, strings.TrimSuffix(path, ".csv")+".json"), objects(rows)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The files whose names end in _crlf stand in the folder with \n only, while the JSON of newlines_crlf has \r\n: they are read with
// the line ends that their names promise.
func TestCSVSpectrum(t *testing.T) {
	needShared(t)
	paths, err := filepath.Glob(filepath.Join(sharedCSV, "spectrum", "*.csv"))
	if err != nil || len(paths) != 11 {
		t.Fatalf("%d files, want 11: %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text := string(data)
			if strings.HasSuffix(path, "_crlf.csv") {
				text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
			}
			rows, c := readCSV(t, CSVOptions{Paths: []string{"-"}, Stdin: strings.NewReader(text)})
			if diff := cmp.Diff(expectedObjects(t, strings.TrimSuffix(path, ".csv")+".json"), objects(rows)); diff != "" {
				t.Error(diff)
			}
			if got, want := c.Layouts()[0].CRLF, strings.Contains(text, "\r\n"); got != want {
				t.Errorf("CRLF is %v, want %v", got, want)
			}
		})
	}
}

func TestCSVRealFiles(t *testing.T) {
	needShared(t)
	tests := []struct {
		file     string
		rows     int
		columns  int
		note     string
		crlf     bool
		problems []string
	}{
		{file: "bigcommerce_bulk_edit_template_official.csv", rows: 1, columns: 69, note: ", separated, UTF-8, 69 columns", crlf: true},
		{file: "bigcommerce_legacy_default_export.csv", rows: 962, columns: 35, note: ", separated, UTF-8, 35 columns"},
		{file: "bigcommerce_v3_export_sample_store.csv", rows: 118, columns: 50, note: ", separated, UTF-8, 50 columns"},
		{file: "magento_sales_rules.csv", rows: 4, columns: 15, note: ", separated, UTF-8, 15 columns"},
		{file: "papaparse_malformed.tsv", rows: 8, columns: 8, note: "tab separated, UTF-8, 8 columns", problems: []string{
			`row 3: ragged_row: the row has 9 cells, the header has 8 columns; "52" stands in column I, right of the last one`,
			`row 9: unterminated_quote: column "lat": the quote that opens here is never closed; the line below was read into this cell`,
		}},
		{file: "papaparse_utf8_bom.csv", rows: 1, columns: 3, note: ", separated, UTF-8 with byte order mark, 3 columns"},
		{file: "shopify_apparel.csv", rows: 22, columns: 46, note: ", separated, UTF-8, 46 columns", crlf: true},
		{file: "woocommerce_sample_products.csv", rows: 24, columns: 55, note: ", separated, UTF-8, 55 columns"},
	}
	present, err := filepath.Glob(filepath.Join(sharedCSV, "*.[ct]sv"))
	if err != nil || len(present) != len(tests) {
		t.Fatalf("the folder has %d files, the table %d: %v", len(present), len(tests), err)
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			path := filepath.Join(sharedCSV, test.file)
			rows, c := readCSV(t, CSVOptions{Paths: []string{path}})
			if len(rows) != test.rows || c.Header().Len() != test.columns {
				t.Errorf("%d rows of %d columns, want %d of %d", len(rows), c.Header().Len(), test.rows, test.columns)
			}
			if diff := cmp.Diff([]string{path + ": " + test.note}, c.Notes()); diff != "" {
				t.Error(diff)
			}
			if c.Layouts()[0].CRLF != test.crlf {
				t.Errorf("CRLF is %v", !test.crlf)
			}
			if diff := cmp.Diff(test.problems, problems(rows)); diff != "" {
				t.Error(diff)
			}
			if read, total := c.Progress(); read != total || total == 0 {
				t.Errorf("progress at the end is %d of %d", read, total)
			}
		})
	}
}

// The expected rows are what the owner's own conversion made of the file: every value a string, by the header's names.
func TestCSVLegacyExport(t *testing.T) {
	needShared(t)
	path := filepath.Join(sharedCSV, "bigcommerce_legacy_default_export")
	rows, _ := readCSV(t, CSVOptions{Paths: []string{path + ".csv"}})
	if diff := cmp.Diff(expectedObjects(t, path+".expected.json"), objects(rows)); diff != "" {
		t.Error(diff)
	}
}
