package judge

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/emulator"
)

var updateDocument = flag.Bool("update", false, "write the tables of docs/fidelity.md anew")

// page is docs/fidelity.md.
func page(t *testing.T) *Document {
	t.Helper()
	d, err := ReadDocument(filepath.Join("..", "..", "docs", "fidelity.md"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// holds compares a table of the page with what the code says.
func holds(t *testing.T, name string, want [][]string) {
	t.Helper()
	d := page(t)
	if *updateDocument {
		if err := d.Replace(name, want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := d.Table(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table %q of docs/fidelity.md, -code +page (go test ./internal/judge -update writes it):\n%s", name, diff)
	}
}

// The page names every exception, what it follows and why.
func TestExceptionsAreDocumented(t *testing.T) {
	var rows [][]string
	for _, e := range exceptions {
		where := "every operation"
		if len(e.operations) > 0 {
			where = "`" + strings.Join(e.operations, "`, `") + "`"
		}
		if e.reading != "" {
			where += ", under `" + e.reading + "`"
		}
		rows = append(rows, []string{e.name, e.rule, where, e.follows, e.reason})
	}
	for _, title := range slices.Sorted(maps.Keys(relaxations)) {
		if wrong := relaxations[title]; wrong.overlap != "" {
			rows = append(rows, []string{"(whole file)", RuleAnswerSchema, "all of " + title, followsExample, wrong.overlap})
		}
		if wrong := relaxations[title]; wrong.unset != "" {
			rows = append(rows, []string{"(whole file)", RuleAnswerSchema, "all of " + title, followsRecorded, wrong.unset})
		}
	}
	holds(t, "exceptions", rows)
}

// The page names every reading that the emulated store can follow, and every point of which it has none.
func TestReadingsAreDocumented(t *testing.T) {
	var rows [][]string
	for _, r := range emulator.Readings() {
		point := "none"
		if r.Row > 0 {
			point = strconv.Itoa(r.Row)
		}
		rows = append(rows, []string{"`" + r.Name + "`", point, r.Means})
	}
	holds(t, "readings", rows)
	rows = nil
	reasons := emulator.RowsWithoutReading()
	for _, row := range slices.Sorted(maps.Keys(reasons)) {
		rows = append(rows, []string{strconv.Itoa(row), reasons[row]})
	}
	holds(t, "no readings", rows)
}

// The page names every example that the files get wrong.
func TestWrongExamplesAreDocumented(t *testing.T) {
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(wrongExamples)) {
		rows = append(rows, []string{"`" + name + "`", wrongExamples[name]})
	}
	holds(t, "wrong examples", rows)
}

func TestDocument(t *testing.T) {
	path := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(path, []byte("# Page\n\n<!-- a -->\n\n| x | y |\n|---|---|\n| 1 | b c |\n| 2 | d |\n\nText | text\n\n<!-- b -->\n\n| x |\n|---|\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := ReadDocument(path)
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := d.Table("a"); err != nil || fmt.Sprint(rows) != "[[1 b c] [2 d]]" {
		t.Errorf("%q, %v", rows, err)
	}
	if rows, err := d.Table("b"); err != nil || len(rows) != 0 {
		t.Errorf("an empty table: %q, %v", rows, err)
	}
	if _, err := d.Table("c"); err == nil {
		t.Error("a table that is not there was found")
	}
	if err := d.Replace("b", [][]string{{"7"}}); err != nil {
		t.Fatal(err)
	}
	again, err := ReadDocument(path)
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := again.Table("b"); err != nil || fmt.Sprint(rows) != "[[7]]" {
		t.Errorf("%q, %v", rows, err)
	}
}
