package sinks_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/sinks"
)

// TestSweep: what dead processes have left for a path is removed, also where the path is a link, and nothing else.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"out", "far"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"out/.a.csv.tmp-XYZ", "out/a.csv", "out/.a.csv.old", "out/.b.csv.tmp-XYZ", "far/.real.csv.tmp-XYZ", "far/real.csv"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join("..", "far", "real.csv"), filepath.Join(dir, "out", "link.csv")); err != nil {
		t.Skipf("no links here: %v", err)
	}
	for _, path := range []string{"out/a.csv", "out/link.csv", "none/c.csv", "out"} {
		if err := sinks.Sweep(filepath.Join(dir, path)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	var left []string
	for _, folder := range []string{"far", "out"} {
		entries, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			left = append(left, folder+"/"+entry.Name())
		}
	}
	want := []string{"far/real.csv", "out/.a.csv.old", "out/.b.csv.tmp-XYZ", "out/a.csv", "out/link.csv"}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("what is left (-want +got):\n%s", diff)
	}
}
