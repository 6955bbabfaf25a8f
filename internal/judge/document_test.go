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

// meets holds what the page says of where a reading is met: in examples, which a test of theirs holds, in a test that names it, or nowhere.
func meets(t *testing.T, reading, met string, tests map[string]bool) {
	t.Helper()
	if met == "examples" {
		return
	}
	named := quoted.FindAllStringSubmatch(met, -1)
	if len(named) != 1 || !tests[named[0][1]] {
		t.Errorf("%s is met by %q: want examples, or one test that exists", reading, met)
		return
	}
	if strings.HasPrefix(met, "nothing that bcetl sends: ") {
		return
	}
	folder, function, _ := strings.Cut(named[0][1], ".")
	files, err := filepath.Glob(filepath.Join(root, "internal", folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "func "+function+"(") && strings.Contains(string(text), strconv.Quote(reading)) {
			return
		}
	}
	t.Errorf("%s is met by %s, whose file does not name it", reading, met)
}

// The page names every reading that the emulated store can follow, and every point of which it has none.
func TestReadingsAreDocumented(t *testing.T) {
	tests := everyTest(t)
	page, err := page(t).Table("readings")
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for i, r := range emulator.Readings() {
		met := ""
		if i < len(page) && len(page[i]) == 4 {
			met = page[i][3]
		}
		meets(t, r.Name, met, tests)
		point := "none"
		if r.Row > 0 {
			point = strconv.Itoa(r.Row)
		}
		rows = append(rows, []string{"`" + r.Name + "`", point, r.Means, met})
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
