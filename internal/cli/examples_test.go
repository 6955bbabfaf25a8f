package cli

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// examplesDir holds one folder an example: jobs, sheets, what they give, and a script that proves it.
var examplesDir = filepath.Join("..", "..", "examples")

// exampleNames lists the folders of the examples.
func exampleNames(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(examplesDir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}

// TestExamples runs the script of each example in a copy of its folder. What the script puts into the folder got, and the rejects of its
// runs, must be what the folder expected holds; -update writes that anew.
func TestExamples(t *testing.T) {
	for _, name := range exampleNames(t) {
		t.Run(name, func(t *testing.T) { runExample(t, name, "", nil) })
	}
}

// runExample runs one example against a store that follows a reading of the documentation, "" for none. heard, if any, is told what passed
// between client and store.
func runExample(t *testing.T, name, reading string, heard func([]exchange)) {
	dir := filepath.Join(examplesDir, name)
	runScriptsUnder(t, dir, reading, func(env *testscript.Env) error {
		env.Defer(func() { checkExpected(t, filepath.Join(dir, "expected"), env.WorkDir) })
		if heard != nil {
			env.Defer(func() {
				exchanges, err := readTraffic(env.Getenv(trafficVariable))
				if err != nil {
					t.Error(err)
				}
				heard(exchanges)
			})
		}
		if err := os.Mkdir(filepath.Join(env.WorkDir, "got"), 0o700); err != nil {
			return err
		}
		return copyExample(dir, env.WorkDir)
	})
}

// copyExample copies an example without what runs left in it.
func copyExample(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if base := entry.Name(); base == ".bcetl" || base == "out" || base == "expected" {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, below), 0o700)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, below), content, 0o600)
	})
}

// checkExpected compares what a script left with what is expected of it.
func checkExpected(t *testing.T, expected, dir string) {
	entries, err := os.ReadDir(expected)
	if err != nil {
		t.Error(err)
	}
	for _, entry := range entries {
		path := filepath.Join(expected, entry.Name())
		got, err := resultOf(dir, entry.Name())
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if *updateScripts {
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Error(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// resultOf reads a result that a script left. Rejects lie in the folder of their run, whose name no script can know.
func resultOf(dir, name string) (string, error) {
	if name != "rejects.csv" {
		content, err := os.ReadFile(filepath.Join(dir, "got", name))
		return string(content), err
	}
	found, err := filepath.Glob(filepath.Join(dir, ".bcetl", "runs", "*", "rejects.*"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("the script left %d files of rejects, want 1", len(found))
	}
	return sheetText(found[0])
}

// sheetText gives the text of a CSV file, or of a workbook's first sheet as CSV.
func sheetText(path string) (string, error) {
	if filepath.Ext(path) != ".xlsx" {
		content, err := os.ReadFile(path)
		return string(content), err
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		return "", err
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		return "", errors.Join(err, book.Close())
	}
	var out bytes.Buffer
	err = errors.Join(csv.NewWriter(&out).WriteAll(rows), book.Close())
	return out.String(), err
}

// TestExamplesAreComplete holds that each example has a script and expected results, that the README names it, and that all its jobs
// pass a check that needs no files.
func TestExamplesAreComplete(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range exampleNames(t) {
		if !strings.Contains(string(readme), "(examples/"+name+")") {
			t.Errorf("README.md does not name examples/%s", name)
		}
		for _, part := range []string{name + ".txtar", "expected/*", "*.yaml"} {
			if found, err := filepath.Glob(filepath.Join(examplesDir, name, part)); err != nil || len(found) == 0 {
				t.Errorf("examples/%s has no %s (%v)", name, part, err)
			}
		}
	}
}

// volatile is what differs from run to run in what is printed: ids of runs, times taken, the present time.
var volatile = regexp.MustCompile(`\d{8}-[0-9.\\]+-[0-9a-f]{6}|\b\d+(\\\.\d+)?(ms|µs|s)\b|\d{4}-\d\d-\d\d \d\d:\d\d UTC`)

// TestReadmeTranscripts runs the commands of the README's transcripts, blocks of `console`, one after the other, each block with a store
// of its own; what the README shows is what they print.
func TestReadmeTranscripts(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	blocks := strings.Split(string(readme), "```console\n")[1:]
	if len(blocks) == 0 {
		t.Fatal("README.md has no transcript")
	}
	for i, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		path := filepath.Join(dir, "transcript"+string(rune('1'+i))+".txtar")
		if err := os.WriteFile(path, []byte(transcriptScript(block)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	runScripts(t, dir, func(env *testscript.Env) error {
		return copyExample(examplesDir, filepath.Join(env.WorkDir, "examples"))
	})
}

// transcriptScript makes a script of a transcript: lines behind `$ ` are commands, `$ echo $?` shows the exit code of the one before,
// `...` stands for lines left out, and all others were printed.
func transcriptScript(block string) string {
	var script strings.Builder
	lines := strings.Split(strings.TrimRight(block, "\n"), "\n")
	for i := 0; i < len(lines); {
		command := strings.TrimPrefix(lines[i], "$ ")
		stream := "stderr"
		if strings.HasPrefix(command, "bcetl plan ") {
			stream = "stdout" // what a command was asked for
		}
		var printed []string
		for i++; i < len(lines) && !strings.HasPrefix(lines[i], "$ "); i++ {
			if lines[i] != "..." {
				printed = append(printed, lines[i])
			}
		}
		code := "0"
		if i+1 < len(lines) && lines[i] == "$ echo $?" {
			code = lines[i+1]
			i += 2
		}
		script.WriteString("exits " + code + " " + command + "\n")
		for _, line := range printed {
			pattern := volatile.ReplaceAllString(regexp.QuoteMeta(line), `.+`)
			script.WriteString(stream + " '^" + strings.ReplaceAll(pattern, "'", "''") + "$'\n")
		}
	}
	return script.String()
}
