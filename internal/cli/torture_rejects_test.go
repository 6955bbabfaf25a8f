package cli

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rejectsAgree checks that the last run's rejects hold exactly the rows, as they came and in the sheet's order, that its results call
// rejected, partial or in doubt, each with its reason.
func (v *victim) rejectsAgree(t *testing.T) {
	t.Helper()
	runs, err := filepath.Glob(filepath.Join(v.dir, ".bcetl", "runs", "*", "results.csv"))
	if err != nil || len(runs) == 0 {
		t.Fatalf("no results: %v", err)
	}
	slices.Sort(runs)
	last := runs[len(runs)-1]
	sheet, results := readAll(t, filepath.Join(v.dir, "sheet.csv")), readAll(t, last)
	var want [][]string
	var messages []string
	for _, result := range results[1:] {
		if !slices.Contains([]string{"rejected", "partial", "in_doubt"}, result[7]) {
			continue
		}
		row, err := strconv.Atoi(result[4])
		if err != nil || row < 2 || row > len(sheet) {
			t.Fatalf("results.csv names row %q of a sheet with %d", result[4], len(sheet))
		}
		want = append(want, sheet[row-1])
		messages = append(messages, result[12])
	}
	path := filepath.Join(filepath.Dir(last), "rejects.csv")
	if len(want) == 0 {
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("nothing was rejected, yet %s is there: %v", path, err)
		}
		return
	}
	rejects := readAll(t, path)
	width := len(sheet[0])
	if diff := cmp.Diff(append(slices.Clone(sheet[0]), "bcetl_error"), rejects[0]); diff != "" {
		t.Fatalf("header of rejects.csv (-want +got):\n%s", diff)
	}
	var got [][]string
	for i, reject := range rejects[1:] {
		got = append(got, reject[:width])
		if i < len(messages) && (messages[i] == "" || !strings.Contains(reject[width], messages[i])) {
			t.Errorf("rejects.csv gives %q for the reason %q of results.csv", reject[width], messages[i])
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rejects.csv does not hold the rows that results.csv names (-results +rejects):\n%s", diff)
	}
}

func readAll(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(file).ReadAll()
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
	return rows
}
