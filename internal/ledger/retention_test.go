package ledger_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/ledger"
)

// Journals of old finished runs go; what else the runs left stays, and so does whatever may still be gone on with.
func TestOldJournalsAreRemoved(t *testing.T) {
	l, err := ledger.Open(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	number := 0
	add := func(job, status string, change func(*ledger.Manifest)) string {
		number++
		m := ledger.Manifest{ID: fmt.Sprintf("20260301-101500.%03d-abcdef", number), Job: job, Store: "abc"}
		change(&m)
		run, err := l.Begin(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if m.Writing > 0 {
			if err := run.MarkWriting(t.Context(), m.Writing); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(run.Dir, "report.json"), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		if status != "" {
			if err := run.Finish(time.Now(), status); err != nil {
				t.Fatal(err)
			}
		}
		if err := run.Close(); err != nil {
			t.Fatal(err)
		}
		return m.ID
	}
	plain := func(*ledger.Manifest) {}
	wrote := func(m *ledger.Manifest) { m.Writing = 1 }
	plans := func(m *ledger.Manifest) { m.Plans = true }
	gone := []string{add("a", "succeeded", plain), add("b", "failed", wrote)}
	stays := []string{add("b", "interrupted", wrote), add("c", "", plain)} // newest of its job; going on, or dead
	gone = append(gone, add("a", "rejects", wrote), add("a", "succeeded", plans))
	for range 3 {
		stays = append(stays, add("a", "succeeded", wrote))
	}
	stays = append(stays, add("b", "succeeded", plans))
	if err := l.Prune(4); err != nil {
		t.Fatal(err)
	}
	var kept []string
	runs, err := l.Runs()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range runs {
		dir := filepath.Join(l.Dir(), "runs", m.ID)
		if _, err := os.Stat(filepath.Join(dir, "report.json")); err != nil {
			t.Errorf("run %s: %v", m.ID, err)
		}
		run, err := l.OpenJournal(t.Context(), m.ID)
		switch {
		case err == nil:
			kept = append(kept, m.ID)
			if err := run.Close(); err != nil {
				t.Fatal(err)
			}
		case !errors.Is(err, ledger.ErrNoJournal) || !slices.Contains(gone, m.ID):
			t.Errorf("run %s: %v", m.ID, err)
		}
	}
	slices.Sort(kept)
	slices.Sort(stays)
	if diff := cmp.Diff(stays, kept); diff != "" {
		t.Errorf("journals that stay (-want +got):\n%s", diff)
	}
}
