package compile_test

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bcetl/internal/compile"
	"bcetl/internal/job"
)

// compiled is what came of a job file.
type compiled struct {
	steps  []compile.Step
	file   *compile.File
	found  []job.Diagnostic
	failed error
}

// compileJob compiles a job that lies in a folder with a sheet of the columns SKU, Name and Price.
func compileJob(t *testing.T, text string, options compile.Options) compiled {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"job.yaml": "version: 1\nname: test\nconnection: shop\n" + text, "sheet.csv": "SKU,Name,Price\nA-1,Tea,2.50\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file, found, err := compile.Load(filepath.Join(dir, "job.yaml"))
	if err != nil || file.Parsed == nil {
		t.Fatalf("%v %v", err, found)
	}
	found = append(found, file.Resolve(job.Environment{Env: func(string) (string, bool) { return "", false }, Now: time.Now()})...)
	steps, more, err := compile.Steps(t.Context(), file, options)
	t.Cleanup(func() {
		if err := compile.CloseAll(steps); err != nil {
			t.Error(err)
		}
	})
	return compiled{steps, file, append(found, more...), err}
}

func (c *compiled) rules() []string {
	var rules []string
	for _, one := range c.found {
		rules = append(rules, one.Rule)
	}
	slices.Sort(rules)
	return rules
}

// What is wrong with the sink, the sheet's columns and the output of another step is all found by one compilation, each with its place.
func TestAllFaultsAreFoundAtOnce(t *testing.T) {
	c := compileJob(t, `steps:
  - name: up
    source: { csv: sheet.csv, fill: [Colour] }
    mapping: { sku: SKU, price: Cost }
    sink: { bigcommerce: products, mode: delete, match: any_sku }
  - name: down
    source: { bigcommerce: products, filter: { is_visble: true } }
    mapping: { ID: id }
    sink: { xlsx: out.xlsx, sheet: "a/b" }
`, compile.Options{})
	if want := []string{"column", "column", "filter", "mode", "sheet"}; c.failed != nil || !slices.Equal(c.rules(), want) {
		t.Errorf("%v, want %v: %v %v", c.rules(), want, c.failed, c.found)
	}
	for _, one := range c.found {
		if one.Pos.Line < 4 || one.File != c.file.Path {
			t.Errorf("it has no place: %+v", one)
		}
	}
}

// A job without faults becomes one ready step for each of its own, of the kind that its source and sink make it.
func TestStepsAreReady(t *testing.T) {
	c := compileJob(t, `steps:
  - name: up
    source: { csv: sheet.csv }
    mapping: { sku: SKU, name: Name }
    sink: { bigcommerce: products, mode: update, match: sku }
  - name: down
    source: { bigcommerce: orders }
    mapping: { ID: id }
    sink: { csv: out.csv }
  - name: across
    source: { csv: sheet.csv }
    mapping: { Name: Name }
    sink: { csv: names.csv }
`, compile.Options{})
	if len(c.found) > 0 || c.failed != nil || len(c.steps) != 3 {
		t.Fatalf("%d steps, %v %v", len(c.steps), c.found, c.failed)
	}
	up, ok := c.steps[0].(*compile.ImportStep)
	if !ok || up.Name != "up" || up.Target.Mode != "update" || up.Target.KeyColumn != "SKU" || up.Program(up.Sheet.Header()) == nil {
		t.Errorf("the import: %+v", c.steps[0])
	}
	if down, ok := c.steps[1].(*compile.ExportStep); !ok || down.Name != "down" || down.Object.Name != "orders" || len(down.Outputs) != 1 {
		t.Errorf("the export: %+v", c.steps[1])
	}
	if across, ok := c.steps[2].(*compile.ConvertStep); !ok || len(across.Columns) != 1 || len(across.Programs(across.Sheet.Header())) != 1 {
		t.Errorf("the conversion: %+v", c.steps[2])
	}
	if needs := c.file.Needs("").String(); needs != "Products: modify, Orders: read-only" {
		t.Errorf("the scopes: %s", needs)
	}
}

// Without its files a job is judged as far as its text goes, and no sheet is opened.
func TestStaticOpensNothing(t *testing.T) {
	c := compileJob(t, "source: { csv: nowhere.csv }\nmapping: { sku: Number, name: Name }\nsink: { bigcommerce: products, mode: update, match: sku }\n", compile.Options{Static: true})
	if len(c.found) > 0 || c.failed != nil || len(c.steps) != 1 || c.steps[0].(*compile.ImportStep).Sheet != nil {
		t.Errorf("%v %v %v", c.steps, c.found, c.failed)
	}
}

// A day is whole in the job's timezone, also the one of 23 hours on which the clocks go forward.
func TestPeriodsAreWholeDays(t *testing.T) {
	for _, tc := range []struct{ zone, period, from, to, says string }{
		{period: "2026-03-29", from: "2026-03-29T00:00:00+01:00", to: "2026-03-29T23:59:59+02:00"},
		{period: "2026-03-01..2026-03-31", from: "2026-03-01T00:00:00+01:00", to: "2026-03-31T23:59:59+02:00"},
		{period: "2026-03-01..", from: "2026-03-01T00:00:00+01:00"},
		{period: "..2026-03-01T09:30:00Z", to: "2026-03-01T09:30:00Z"},
		{period: "2026-03-02..2026-03-01", says: "ends before it begins"},
		{period: "March", says: "neither a day such as"},
		{period: "2026-10-25 03:00..2026-10-25 04:00", from: "2026-10-25T03:00:00+01:00", to: "2026-10-25T04:00:00+01:00"},
		{period: "2026-10-25T02:30:00+02:00..", from: "2026-10-25T02:30:00+02:00"},
		{period: "2026-10-25 02:30..", says: "2026-10-25 02:30:00 exists twice in Europe/Berlin, where clocks are put back over it; write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"},
		{period: "..2026-03-29T02:30:00", says: "2026-03-29 02:30:00 does not exist in Europe/Berlin: clocks were put forward over it"},
		// The day that has two midnights begins at the first, that of two last hours ends with the second.
		{zone: "Atlantic/Azores", period: "2026-10-25", from: "2026-10-25T00:00:00Z", to: "2026-10-25T23:59:59-01:00"},
		{zone: "Asia/Beirut", period: "2026-10-24", from: "2026-10-24T00:00:00+03:00", to: "2026-10-24T23:59:59+02:00"},
		{zone: "Asia/Beirut", period: "2026-03-28..2026-03-29", from: "2026-03-28T00:00:00+02:00", to: "2026-03-29T23:59:59+03:00"},
		{zone: "Asia/Beirut", period: "2026-03-29", from: "2026-03-29T01:00:00+03:00", to: "2026-03-29T23:59:59+03:00"},
		{zone: "Pacific/Apia", period: "2011-12-29", from: "2011-12-29T00:00:00-10:00", to: "2011-12-29T23:59:59-10:00"},
		{zone: "Pacific/Apia", period: "2011-12-30", says: "there was no 2011-12-30 in Pacific/Apia"},
	} {
		c := compileJob(t, "timezone: "+cmp.Or(tc.zone, "Europe/Berlin")+"\nsource: { bigcommerce: orders, period: { date_created: \""+tc.period+"\" } }\nmapping: { ID: id }\nsink: { csv: out.csv }\n", compile.Options{})
		if tc.says != "" {
			if len(c.found) != 1 || !strings.Contains(c.found[0].Message, tc.says) {
				t.Errorf("%s: %v, want %q", tc.period, c.found, tc.says)
			}
			continue
		}
		if len(c.found) > 0 || len(c.steps) != 1 {
			t.Errorf("%s: %v", tc.period, c.found)
			continue
		}
		filter := c.steps[0].(*compile.ExportStep).Filter
		if filter.Get("min_date_created") != tc.from || filter.Get("max_date_created") != tc.to {
			t.Errorf("%s: %v", tc.period, filter)
		}
	}
}
