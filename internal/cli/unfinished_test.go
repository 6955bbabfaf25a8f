package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bcetl/internal/ledger"
)

// What an unfinished run of an older version was begun with is not known: no more is said than holds. The same job goes on with it.
func TestUnfinishedRunsOfOlderVersions(t *testing.T) {
	v := newVictim(t, "update", numbered(demoStore(3), 20), 3)
	if code := v.run(t, "answer:1", 0); code != -1 {
		t.Fatalf("exit code %d\n%s", code, v.output)
	}
	book, err := ledger.Open(filepath.Join(v.dir, ".bcetl"))
	if err != nil {
		t.Fatal(err)
	}
	runs, err := book.Runs()
	if err != nil || len(runs) != 1 || runs[0].Begun == nil {
		t.Fatalf("%+v: %v", runs, err)
	}
	forgetBegun(t, filepath.Join(v.dir, ".bcetl", "runs", runs[0].ID, "run.json"), runs[0])
	kept := numbered(demoStore(3), 20)
	v.write(t, "sheet.csv", strings.ReplaceAll(kept, ".25", ".75"))
	v.wants(t, v.run(t, "", 0), exitWrong, "did not finish, and the job, its parameters, its input, --limit or --plan are not known to be what they were; "+
		"begin anew with --fresh, or put the old input back to go on")
	v.write(t, "sheet.csv", kept)
	v.wants(t, v.run(t, "", 0), exitOK, "going on with run "+runs[0].ID)
}

// forgetBegun rewrites a manifest as versions that did not keep what a run was begun with wrote it.
func forgetBegun(t *testing.T, path string, m ledger.Manifest) {
	t.Helper()
	m.Begun, m.Sum = nil, ""
	bare, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(bare)
	m.Sum = hex.EncodeToString(sum[:8])
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
