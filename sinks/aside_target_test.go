//go:build !windows

package sinks

import (
	"os"
	"path/filepath"
	"testing"
)

func writeAside(t *testing.T, path, text string) error {
	t.Helper()
	a, err := createAside(path)
	if err != nil {
		return err
	}
	if _, err := a.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	_, err = a.Commit()
	return err
}

func TestAsideReplacesWhatALinkLeadsToAndKeepsItsMode(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real", "o.csv"), filepath.Join(dir, "link.csv")
	if err := os.Mkdir(filepath.Dir(real), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(real, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join("real", "o.csv"), link); err != nil {
		t.Fatal(err)
	}
	if err := writeAside(t, link, "new"); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(real); err != nil || string(text) != "new" {
		t.Errorf("the file that the link leads to holds %q, %v", text, err)
	}
	info, err := os.Stat(real)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
	if target, err := os.Readlink(link); err != nil || target != filepath.Join("real", "o.csv") {
		t.Errorf("the link leads to %q, %v", target, err)
	}
}

func TestAsideRefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	circle := filepath.Join(dir, "circle")
	if err := os.Symlink("circle", circle); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, circle, os.DevNull} {
		if err := writeAside(t, path, "x"); err == nil {
			t.Errorf("%s was written", path)
		}
	}
}
