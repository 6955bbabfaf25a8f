package scratch_test

import (
	"os"
	"runtime"
	"testing"

	"bcetl/internal/scratch"
)

func namesIn(t *testing.T, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

func TestNothingStays(t *testing.T) {
	dir := t.TempDir()
	file, err := scratch.Create(dir, "rows-*")
	if err != nil {
		t.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		if n := namesIn(t, dir); n != 0 {
			t.Errorf("%d names in the folder while the file is open: they would stay if the process were killed", n)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("mode %v: others may read it", mode)
		}
	}
	if _, err := file.WriteString("Ada Lovelace"); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, 8)
	if _, err := file.ReadAt(got, 4); err != nil || string(got) != "Lovelace" {
		t.Errorf("read back %q, %v", got, err)
	}
	for range 2 {
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	}
	if n := namesIn(t, dir); n != 0 {
		t.Errorf("%d names in the folder after the file was closed", n)
	}
}

func TestCreateWithoutAFolder(t *testing.T) {
	if _, err := scratch.Create(t.TempDir()+"/none", "rows-*"); err == nil {
		t.Error("a file was made in a folder that is not there")
	}
}
