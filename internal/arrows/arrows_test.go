package arrows

import (
	"errors"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "bcetl"

// rule forbids imports to the files of some folders.
type rule struct {
	name string
	// of are the folders that the rule holds for, with all below them; none means every folder.
	of []string
	// but are folders that it does not hold for.
	but []string
	// tests says that _test.go files are held to it as well.
	tests bool
	// forbidden are import paths, with all below them; allowed are exceptions from them.
	forbidden, allowed []string
}

var connectors = []string{module + "/pipeline", module + "/mappings", module + "/sources", module + "/sinks"}

var rules = []rule{
	{name: "the values that flow import nothing of ours", of: []string{"internal/record"}, forbidden: []string{module}},
	{name: "temporary files know nothing of what is kept in them", of: []string{"internal/scratch"}, forbidden: []string{module}},
	{name: "the engine knows the values that flow and nothing else", of: []string{"pipeline"}, forbidden: []string{module}, allowed: []string{module + "/internal/record"}},
	{name: "mappings, sources and sinks never import each other or the engine", of: []string{"mappings", "sources", "sinks"}, forbidden: connectors},
	{name: "the emulator shares no code with the client", of: []string{"internal/emulator"}, forbidden: []string{module}},
	{name: "dialects know the text of jobs and headers", of: []string{"internal/dialects"}, forbidden: []string{module}, allowed: []string{module + "/internal/job", module + "/internal/record"}},
	{name: "compiling makes steps ready: it begins no run and opens no store", of: []string{"internal/compile"}, forbidden: []string{
		module + "/internal/runner", module + "/internal/ledger", module + "/internal/report", module + "/internal/connections", module + "/internal/emulator", module + "/pipeline",
	}},
	{name: "nothing but runs and commands asks for compiled steps", but: []string{"internal/compile", "internal/runner", "internal/cli"}, tests: true, forbidden: []string{module + "/internal/compile"}},
	{name: "nothing but commands runs a job", but: []string{"internal/runner", "internal/cli"}, tests: true, forbidden: []string{module + "/internal/runner"}},
	{name: "commands move no records themselves", of: []string{"internal/cli"}, forbidden: connectors},
	{name: "nothing but main imports the command line", but: []string{"internal/cli", "."}, tests: true, forbidden: []string{module + "/internal/cli"}},
	{name: "the judge is for tests only", but: []string{"internal/judge"}, forbidden: []string{module + "/internal/judge", "github.com/getkin/kin-openapi"}},
	{name: "fastjson stays behind the client", but: []string{"internal/bigcommerce"}, tests: true, forbidden: []string{"github.com/valyala/fastjson"}},
	{name: "YAML stays behind job and connections files", but: []string{"internal/job", "internal/connections"}, forbidden: []string{"gopkg.in/yaml.v3"}},
	{name: "SQLite stays behind the ledger", but: []string{"internal/ledger"}, forbidden: []string{"modernc.org/sqlite"}},
}

func within(folder string, folders []string) bool {
	return slices.ContainsFunc(folders, func(outer string) bool {
		return folder == outer || outer != "." && strings.HasPrefix(folder, outer+"/")
	})
}

// forbids judges one import of a file in a folder (slashes, relative to the module).
func (r rule) forbids(folder string, isTest bool, imported string) bool {
	switch {
	case isTest && !r.tests, len(r.of) > 0 && !within(folder, r.of), within(folder, r.but):
		return false
	case within(imported, r.allowed):
		return false
	case strings.HasPrefix(imported, module+"/"+folder+"/"), imported == module+"/"+folder:
		return false // a package and those below it are one
	}
	return within(imported, r.forbidden)
}

// eachGoFile calls f with every Go file of the module and its folder (slashes, relative to the module).
func eachGoFile(t *testing.T, f func(file, folder string) error) {
	t.Helper()
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	seen := 0
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := entry.Name()
		if entry.IsDir() {
			if name != root && (base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(base, ".go") {
			return nil
		}
		seen++
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		return f(name, path.Dir(filepath.ToSlash(relative)))
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Errorf("only %d files were read", seen)
	}
}

func TestImportsFollowTheArrows(t *testing.T) {
	files := token.NewFileSet()
	eachGoFile(t, func(file, folder string) error {
		parsed, err := parser.ParseFile(files, file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			for _, r := range rules {
				if r.forbids(folder, strings.HasSuffix(file, "_test.go"), imported) {
					t.Errorf("%s/%s imports %s: %s", folder, filepath.Base(file), imported, r.name)
				}
			}
		}
		return nil
	})
}

// The rules see what they are for: every arrow against the picture, drawn once.
func TestRulesForbid(t *testing.T) {
	for _, tc := range []struct {
		folder, imported string
		test, forbidden  bool
	}{
		{"internal/record", "bcetl/pipeline", false, true},
		{"internal/record", "strings", false, false},
		{"pipeline", "bcetl/internal/record", false, false},
		{"pipeline", "bcetl/internal/ledger", false, true},
		{"pipeline", "bcetl/sinks", false, true},
		{"pipeline", "bcetl/sinks", true, false},
		{"mappings", "bcetl/sources", false, true},
		{"mappings", "bcetl/internal/job", false, false},
		{"sources", "bcetl/sinks", false, true},
		{"sources", "bcetl/pipeline", false, true},
		{"sources/deeper", "bcetl/mappings", false, true},
		{"sinks", "bcetl/internal/cli", false, true},
		{"internal/emulator", "bcetl/internal/bigcommerce", false, true},
		{"internal/emulator", "bcetl/internal/judge", true, false},
		{"internal/dialects", "bcetl/internal/job", false, false},
		{"internal/dialects", "bcetl/mappings", false, true},
		{"internal/dialects", "bcetl/mappings", true, false},
		{"internal/apply", "bcetl/internal/cli", true, true},
		{"internal/apply", "bcetl/internal/compile", true, true},
		{"internal/compile", "bcetl/internal/runner", false, true},
		{"internal/compile", "bcetl/internal/cli", false, true},
		{"internal/compile", "bcetl/internal/ledger", false, true},
		{"internal/compile", "bcetl/pipeline", false, true},
		{"internal/compile", "bcetl/mappings", false, false},
		{"internal/runner", "bcetl/internal/cli", false, true},
		{"internal/runner", "bcetl/internal/compile", false, false},
		{"internal/runner", "bcetl/pipeline", false, false},
		{"internal/ledger", "bcetl/internal/runner", true, true},
		{"internal/cli", "bcetl/internal/runner", false, false},
		{"internal/cli", "bcetl/internal/compile", false, false},
		{"internal/cli", "bcetl/pipeline", false, true},
		{".", "bcetl/internal/cli", false, false},
		{"internal/cli", "bcetl/internal/judge", false, true},
		{"internal/cli", "bcetl/internal/judge", true, false},
		{"internal/cli", "github.com/getkin/kin-openapi/openapi3", false, true},
		{"internal/judge", "github.com/getkin/kin-openapi/openapi3", false, false},
		{"internal/bigcommerce", "github.com/valyala/fastjson", false, false},
		{"internal/bigcommerce/catalogue", "github.com/valyala/fastjson", false, false},
		{"sources", "github.com/valyala/fastjson", true, true},
		{"internal/report", "gopkg.in/yaml.v3", false, true},
		{"internal/report", "modernc.org/sqlite", false, true},
		{"internal/bigcommerce", "bcetl/internal/bigcommerce/catalogue", false, false},
	} {
		forbidden := slices.ContainsFunc(rules, func(r rule) bool { return r.forbids(tc.folder, tc.test, tc.imported) })
		if forbidden != tc.forbidden {
			t.Errorf("%s imports %s (test %v): forbidden %v", tc.folder, tc.imported, tc.test, forbidden)
		}
	}
}

// The linter's configuration names every folder and module that the rules here name, so that the two do not drift apart.
func TestTheLinterHasTheSameRules(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", ".golangci.yml"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatal("the linter has no configuration")
	}
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	for _, r := range rules {
		for _, folder := range slices.Concat(r.of, r.but) {
			if folder != "." && !strings.Contains(text, "**/"+folder+"/**") {
				t.Errorf("the linter does not know the folder %s", folder)
			}
		}
		for _, imported := range slices.Concat(r.forbidden, r.allowed) {
			if !strings.Contains(text, imported) {
				t.Errorf("the linter does not know the import %s", imported)
			}
		}
	}
}
