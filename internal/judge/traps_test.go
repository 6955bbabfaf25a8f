package judge

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

var (
	quoted   = regexp.MustCompile("`([^`]+)`")
	testFunc = regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	factsRow = regexp.MustCompile(`(?m)^\| (\d+) \|`)
)

// The page has a row for each trap and each gap of the facts about the API. A row names the tests that show it, which exist, or is excused.
func TestTrapsAreTested(t *testing.T) {
	tests := everyTest(t)
	for _, section := range []struct {
		table, heading string
		rows           int
	}{{"traps", "## 8. ", 32}, {"gaps", "## 9. ", 34}} {
		rows, err := page(t).Table(section.table)
		if err != nil {
			t.Fatal(err)
		}
		tested, excused, named := 0, 0, 0
		for i, row := range rows {
			if len(row) != 3 || row[0] != fmt.Sprint(i+1) {
				t.Fatalf("%s: row %d is %q, want number, what it is, and what shows it", section.table, i+1, row)
			}
			found := quoted.FindAllStringSubmatch(row[2], -1)
			reason, without := strings.CutPrefix(row[2], "excused: ")
			switch {
			case without && len(reason) < 20:
				t.Errorf("%s %s: %q is no reason", section.table, row[0], reason)
			case without:
				excused++
			case len(found) == 0:
				t.Errorf("%s %s: neither tested nor excused: %q", section.table, row[0], row[2])
			default:
				tested++
			}
			for _, name := range found {
				named++
				if !without && !tests[name[1]] {
					t.Errorf("%s %s names the test %s, which does not exist", section.table, row[0], name[1])
				}
			}
		}
		if len(rows) != section.rows {
			t.Errorf("%d %s, want %d", len(rows), section.table, section.rows)
		}
		theFactsHave(t, section.heading, section.rows)
		figure := fmt.Sprintf("%s: %d of %d tested by %d tests, %d excused\n", section.table, tested, len(rows), named, excused)
		t.Log(figure)
		if err := AppendFigure(os.Getenv(FiguresVariable), figure); err != nil {
			t.Error(err)
		}
	}
}

// theFactsHave compares the number of rows with the page of facts, where that is at hand.
func theFactsHave(t *testing.T, heading string, want int) {
	text, err := os.ReadFile(filepath.Join(root, "..", "shared", "bigcommerce-api.md"))
	if err != nil {
		t.Log("the facts are not beside this clone: ", err)
		return
	}
	_, section, _ := strings.Cut(string(text), "\n"+heading)
	section, _, _ = strings.Cut(section, "\n## ")
	if rows := factsRow.FindAllString(section, -1); len(rows) != want {
		t.Errorf("section %q of the facts has %d rows, %d were expected", heading, len(rows), want)
	}
}

// everyTest lists what a row may name: test functions with their package ("apply.TestModes"), scripts of the command line ("plan.txtar"),
// and the clients that others wrote ("contract/clients/space48.js").
func everyTest(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (strings.HasPrefix(name, ".") && name != ".." || name == "node_modules"):
			return fs.SkipDir
		case strings.HasSuffix(name, ".txtar"):
			found[name] = true
		case strings.HasSuffix(name, ".js"):
			found["contract/clients/"+name] = true
		case strings.HasSuffix(name, "_test.go"):
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			folder := filepath.Base(filepath.Dir(path))
			for _, function := range testFunc.FindAllStringSubmatch(string(text), -1) {
				found[folder+"."+function[1]] = true
			}
		}
		return nil
	})
	if err != nil || !found["judge.TestTrapsAreTested"] || !found["orders_export.txtar"] {
		t.Fatalf("%d tests were found: %v", len(found), err)
	}
	return found
}
