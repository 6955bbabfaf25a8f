package sinks

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// names lists a folder, hidden files too.
func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, entry := range entries {
		all = append(all, entry.Name())
	}
	return all
}

func TestAsideTakesItsNameOnCommit(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "folder")
	path := filepath.Join(folder, "out.csv")
	a, err := createAside(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Write([]byte("first,")); err != nil {
		t.Fatal(err)
	}
	if got := names(t, folder); len(got) != 1 || !strings.HasPrefix(got[0], ".out.csv.tmp-") {
		t.Errorf("before Commit the folder holds %q", got)
	}
	if _, err := a.Write([]byte("second")); err != nil {
		t.Fatal(err)
	}
	sum, err := a.Commit()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || string(data) != "first,second" {
		t.Errorf("%q, %v", data, err)
	}
	if want := sha256.Sum256(data); sum != hex.EncodeToString(want[:]) {
		t.Errorf("sum %s", sum)
	}
	if diff := cmp.Diff([]string{"out.csv"}, names(t, folder)); diff != "" {
		t.Error(diff)
	}
	if err := a.Abort(); err != nil {
		t.Errorf("Abort after Commit: %v", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("Abort after Commit took the file away: %v", err)
	}
	if _, err := a.Commit(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("second Commit: %v", err)
	}
	if _, err := a.Write([]byte("x")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Write after Commit: %v", err)
	}
}

func TestAsideAbortKeepsTheOldFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "out.csv")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := createAside(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Write([]byte("new")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(a.Abort(), a.Abort()); err != nil {
		t.Error(err)
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "old" {
		t.Errorf("%q, %v", data, err)
	}
	if diff := cmp.Diff([]string{"out.csv"}, names(t, folder)); diff != "" {
		t.Error(diff)
	}
}

func TestAsideFailedWriteIsNeverCommitted(t *testing.T) {
	folder := t.TempDir()
	a, err := createAside(filepath.Join(folder, "out.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.file.Close(); err != nil { // what a full disk is to the caller
		t.Fatal(err)
	}
	if _, err := a.Write([]byte("x")); err == nil {
		t.Fatal("a write to a closed file succeeded")
	}
	if _, err := a.Commit(); err == nil {
		t.Error("Commit after a failed write succeeded")
	}
	if got := names(t, folder); len(got) != 0 {
		t.Errorf("left behind: %q", got)
	}
}

func TestAsideFailedRenameLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "out.csv")
	a, err := createAside(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Commit(); err == nil {
		t.Error("Commit over a folder succeeded")
	}
	if diff := cmp.Diff([]string{"out.csv"}, names(t, folder)); diff != "" {
		t.Error(diff)
	}
}

func TestAsideRefusesNames(t *testing.T) {
	folder := t.TempDir()
	for _, path := range []string{folder, folder + string(filepath.Separator), ""} {
		if a, err := createAside(path); err == nil {
			t.Errorf("%q: created %s", path, a.temp)
		}
	}
	if got := names(t, folder); len(got) != 0 {
		t.Errorf("left behind: %q", got)
	}
}
