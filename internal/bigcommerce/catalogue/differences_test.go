package catalogue_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/judge"
)

var updateDocument = flag.Bool("update", false, "write the table of docs/fidelity.md anew")

// differences are what the table of fields and the specifications do not have in common, as rows of docs/fidelity.md: object, field,
// difference, reason. fields counts those that were held against a specification.
type differences struct {
	rows   [][]string
	fields int
}

func (d *differences) add(o *object, path, what, reason string) {
	if below, all := strings.CutSuffix(path, "."); all {
		path = below + ".*"
	}
	what = strings.ReplaceAll(what, "|", " or ") // which would end the cell
	d.rows = append(d.rows, []string{o.table.Name, "`" + path + "`", what, reason})
}

func (d *differences) limit(o *object, path, here, there string) {
	name := func(limits string) string {
		if limits == "" {
			return "none"
		}
		return limits
	}
	d.add(o, path, fmt.Sprintf("%s here, %s there", name(here), name(there)), o.other[path])
}

// list adds the differences that are not of limits; written are the fields that the specification lets be written.
func (d *differences) list(t *testing.T, o *object, written map[string]map[string]any) {
	for _, path := range slices.Sorted(maps.Keys(o.unwritten)) {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(written)), func(name string) bool {
			return name == path || strings.HasSuffix(path, ".") && strings.HasPrefix(name, path)
		}) {
			t.Errorf("%s is no writable field of the specification; no reason is needed: %s", path, o.unwritten[path])
		}
		d.add(o, path, "not written", o.unwritten[path])
	}
	for _, path := range slices.Sorted(maps.Keys(o.extra)) {
		if written[path] != nil {
			t.Errorf("%s may be written by the specification; no reason is needed: %s", path, o.extra[path])
		}
		d.add(o, path, "written, though no body has it", o.extra[path])
	}
	for _, name := range slices.Sorted(maps.Keys(o.unfiltered)) {
		d.add(o, name, "no filter", o.unfiltered[name])
	}
	for _, name := range slices.Sorted(maps.Keys(o.filtered)) {
		d.add(o, name, "a filter, though the list has none", o.filtered[name])
	}
}

// documented compares the differences with the page that explains them, and shows how many there are.
func (d *differences) documented(t *testing.T) {
	page, err := judge.ReadDocument(filepath.Join("..", "..", "..", "docs", "fidelity.md"))
	if err != nil {
		t.Fatal(err)
	}
	if *updateDocument {
		if err := page.Replace("fields", d.rows); err != nil {
			t.Fatal(err)
		}
	}
	got, err := page.Table("fields")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d.rows, got); diff != "" {
		t.Errorf("table \"fields\" of docs/fidelity.md, -code +page (go test ./internal/bigcommerce/catalogue -update writes it):\n%s", diff)
	}
	all := 0
	for _, object := range catalogue.All() {
		all += len(object.Fields)
	}
	figure := fmt.Sprintf("catalogue: %d fields, %d written ones held against the specifications, %d differences listed\n", all, d.fields, len(d.rows))
	if err := judge.AppendFigure(os.Getenv(judge.FiguresVariable), figure); err != nil {
		t.Error(err)
	}
	t.Log(figure)
}
