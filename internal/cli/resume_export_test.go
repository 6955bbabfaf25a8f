package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bcetl/internal/emulator"
)

// An export that was killed leaves the last good files, starts over, and then leaves nothing else beside them.
func TestAKilledExportStartsOver(t *testing.T) {
	v := newVictim(t, "update", "SKU,Price\n", 3)
	v.write(t, "job.yaml", `version: 1
name: export
connection: shop
source: { bigcommerce: products }
outputs:
  - mapping: { ID: id, SKU: sku }
    sink: { csv: out/list.csv }
  - mapping: { ID: id, SKU: sku }
    sink: { xlsx: out/book.xlsx, sheet: One }
  - mapping: { ID: id }
    sink: { xlsx: out/book.xlsx, sheet: Two }
`)
	out := filepath.Join(v.dir, "out")
	if err := os.Mkdir(out, 0o700); err != nil {
		t.Fatal(err)
	}
	good := map[string]string{"list.csv": "the last good list", "book.xlsx": "the last good book"}
	for name, text := range good {
		v.write(t, filepath.Join("out", name), text)
	}
	for _, kill := range []struct {
		crash string
		after time.Duration
	}{{"rename:1", 0}, {"", 20 * time.Millisecond}, {"", 40 * time.Millisecond}, {"rename:1", 0}} {
		if kill.after > 0 {
			v.store.AddFault(emulator.Fault{Kind: emulator.Stall, Delay: 500 * time.Millisecond})
		}
		if code := v.run(t, kill.crash, kill.after); code != -1 {
			t.Fatalf("exit code %d\n%s", code, v.output)
		}
		for name, text := range good {
			if got, err := os.ReadFile(filepath.Join(out, name)); err != nil || string(got) != text {
				t.Errorf("%s: %q %v", name, got, err)
			}
		}
	}
	v.store.ClearFaults()
	v.wants(t, v.run(t, "", 0), exitOK, "40 rows read; 40 exported")
	if strings.Contains(v.output, "going on") {
		t.Errorf("an export does not go on:\n%s", v.output)
	}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if got := strings.Join(names, " "); got != "book.xlsx list.csv" {
		t.Errorf("beside the outputs lies something else: %s", got)
	}
	list, err := os.ReadFile(filepath.Join(out, "list.csv"))
	if err != nil || strings.Count(string(list), "\n") != 41 {
		t.Errorf("the list has not its 41 lines: %v\n%s", err, list)
	}
}
