package ledger_test

import (
	"os"
	"path/filepath"
	"testing"

	"bcetl/internal/ledger"
)

// A run.json of before it told what the run was begun with has the checksum of what it is.
func TestManifestsWithoutWhatTheyWereBegunWithAreRead(t *testing.T) {
	l, err := ledger.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	const id = "20260301-101500.000-3c7a4e"
	dir := filepath.Join(l.Dir(), "runs", id)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	old := `{"run_id": "` + id + `", "job": "prices", "store": "abc", "connection": "", "started": "2026-03-01T10:15:00Z", "moves": true,
		"seq": 1, "sum": "0bd9dbd5db68967a", "writing": 1}`
	if err := os.WriteFile(filepath.Join(dir, "run.json"), []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	m, found, err := l.Unfinished("prices", "abc")
	if err != nil || !found || m.Damaged || m.ID != id || m.Begun != nil {
		t.Errorf("%+v, found %v: %v", m, found, err)
	}
}
