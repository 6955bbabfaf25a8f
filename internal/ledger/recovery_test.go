package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// crashed is a run that died in the midst of its writes: its files as they lay on the disk, and every state that was ever written down.
type crashed struct {
	manifest ledger.Manifest
	files    map[string][]byte
	states   map[string]bool
}

// crash makes a run and takes its files while it is open, as a kill would leave them.
func crash(t testing.TB) *crashed {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	dir := filepath.Join(t.TempDir(), "state")
	l, err := ledger.Open(dir)
	must(err)
	started := time.Date(2026, 3, 1, 10, 15, 0, 0, time.UTC)
	run, err := l.Begin(ctx, ledger.Manifest{ID: "20260301-101500.000-abcdef", Job: "prices", Store: "abc", Started: started, Moves: true})
	must(err)
	c := &crashed{states: map[string]bool{}}
	const n = 30
	var items []ledger.Staged
	var verdicts []ledger.Verdict
	for i := int64(1); i <= n; i++ {
		items = append(items, item(i, fmt.Sprintf("SKU-%03d", i), fmt.Sprintf("%d.25", i)))
		body := record.NewObject(2)
		body.Set("sku", record.TextValue(fmt.Sprintf("SKU-%03d", i)))
		body.Set("price", record.NumberValue(fmt.Sprintf("%d.25", i)))
		verdicts = append(verdicts, ledger.Verdict{
			Settled: record.Settled{Seq: i, Outcome: record.Created, Changed: []string{"price", "sku"}},
			Ops:     []record.Op{{ID: run.NewOpID(), Kind: "products.create", Key: items[i-1].Key, Body: body}},
		})
	}
	must(run.Stage(ctx, 1, items))
	must(run.Seal(ctx))
	must(run.Judge(ctx, 1, verdicts))
	must(run.IndexOps(ctx))
	must(run.Set(ctx, "step.1.phase", "applying"))
	must(run.MarkWriting(ctx, 1))
	c.states[journalOf(t, run)] = true
	for i := 0; i < n-6; i += 3 {
		ids := []int64{int64(i + 1), int64(i + 2), int64(i + 3)}
		must(run.Sent(ctx, ids))
		c.states[journalOf(t, run)] = true
		must(run.Done(ctx, []ledger.OpResult{
			{ID: ids[0], State: record.OpDone, StoreID: 100 + ids[0]},
			{ID: ids[1], State: record.OpFailed, Problem: &record.Problem{Code: "refused", Message: "no"}},
			{ID: ids[2], State: record.OpDone, StoreID: 100 + ids[2]},
		}))
		c.states[journalOf(t, run)] = true
	}
	must(run.Sent(ctx, []int64{n - 5, n - 4}))
	c.states[journalOf(t, run)] = true
	c.manifest = run.Manifest
	c.files = map[string][]byte{}
	for _, name := range []string{"run.json", "journal.db", "journal.db-wal"} {
		if c.files[name], err = os.ReadFile(filepath.Join(run.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	must(run.Close())
	return c
}

func journalOf(t testing.TB, run *ledger.Run) string {
	t.Helper()
	var lines bytes.Buffer
	if err := run.WriteJSONLines(t.Context(), &lines); err != nil {
		t.Fatal(err)
	}
	return lines.String()
}

// restored lays the files, some of them damaged, into a new state folder.
func (c *crashed) restored(t testing.TB, changed map[string][]byte) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(l.Dir(), "runs", c.manifest.ID)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, data := range c.files {
		if other, ok := changed[name]; ok {
			data = other
		}
		if data == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// recovers opens the run again: it must be in a state in which it once was, or be refused with one clear line.
func (c *crashed) recovers(t testing.TB, l *ledger.Ledger) (recovered bool) {
	t.Helper()
	if damaged, err := l.Damaged(); err != nil || len(damaged) > 0 {
		return false // the command refuses to begin anything beside it
	}
	old, found, err := l.Unfinished("prices", "abc")
	if err != nil || !found {
		t.Fatalf("the unfinished run was not found: %v", err)
	}
	run, err := l.Reopen(t.Context(), old, time.Now())
	if err != nil {
		if !errors.Is(err, ledger.ErrDamaged) {
			t.Fatalf("a damaged journal is refused with another error: %v", err)
		}
		if strings.Contains(err.Error(), "\n") {
			t.Fatalf("the error is more than one line: %v", err)
		}
		return false
	}
	defer func() {
		if err := run.Close(); err != nil {
			t.Error(err)
		}
	}()
	if !run.Died {
		t.Error("the run is not known to have died")
	}
	if got := journalOf(t, run); !c.states[got] {
		t.Errorf("the journal was taken for good, and is in a state in which it never was:\n%s", got)
	}
	return true
}

func TestAKilledRunIsFoundInItsLastState(t *testing.T) {
	c := crash(t)
	if !c.recovers(t, c.restored(t, nil)) {
		t.Error("an untouched journal was refused")
	}
}

// A torn end of the log is what a power cut leaves: the run is found as it was before that write.
func TestATornLogIsRecovered(t *testing.T) {
	c := crash(t)
	log := c.files["journal.db-wal"]
	for cut := 1; cut < 3*4096; cut += 997 {
		if !c.recovers(t, c.restored(t, map[string][]byte{"journal.db-wal": log[:len(log)-cut]})) {
			t.Errorf("cut off %d bytes: refused", cut)
		}
	}
}

// What is missing altogether, or is another run's, is refused.
func TestALostJournalIsRefused(t *testing.T) {
	c := crash(t)
	other := append([]byte(nil), c.files["run.json"]...)
	other = bytes.ReplaceAll(other, []byte("-abcdef"), []byte("-abcdee"))
	for name, changed := range map[string]map[string][]byte{
		"no journal":   {"journal.db": nil, "journal.db-wal": nil},
		"empty":        {"journal.db": {}, "journal.db-wal": {}},
		"no database":  {"journal.db": []byte("something else entirely, which is long enough for a header of SQLite, is it not, or is it not yet"), "journal.db-wal": {}},
		"log gone":     {"journal.db-wal": nil},
		"another run":  {"run.json": other},
		"header of it": {"journal.db-wal": c.files["journal.db-wal"][:31]},
	} {
		l := c.restored(t, changed)
		if name == "another run" {
			if err := os.Rename(filepath.Join(l.Dir(), "runs", c.manifest.ID), filepath.Join(l.Dir(), "runs", strings.Replace(c.manifest.ID, "-abcdef", "-abcdee", 1))); err != nil {
				t.Fatal(err)
			}
		}
		if c.recovers(t, l) {
			t.Errorf("%s: taken for good", name)
		}
	}
}

// FuzzLedgerRecovery cuts a journal off and turns bits of it over: opening it finds a state in which the run once was, or refuses.
func FuzzLedgerRecovery(f *testing.F) {
	c := crash(f)
	checkpointed := c.checkpointed(f)
	for at := uint32(0); at < 60; at++ {
		f.Add(at%3 == 0, at%2 == 0, at*2711, byte(1<<(at%8)), at*1009*(at%2))
	}
	f.Fuzz(func(t *testing.T, settled, log bool, at uint32, flip byte, cut uint32) {
		files := c.files
		if settled {
			files = checkpointed
		}
		name := "journal.db"
		if log && len(files["journal.db-wal"]) > 0 {
			name = "journal.db-wal"
		}
		data := append([]byte(nil), files[name]...)
		if len(data) == 0 {
			t.Skip()
		}
		data[int(at)%len(data)] ^= flip
		if cut > 0 {
			data = data[:len(data)-int(cut)%len(data)]
		}
		changed := map[string][]byte{"journal.db": files["journal.db"], "journal.db-wal": files["journal.db-wal"]}
		changed[name] = data
		c.recovers(t, c.restored(t, changed))
	})
}

// checkpointed gives the files of the same run after its log went into the database.
func (c *crashed) checkpointed(t testing.TB) map[string][]byte {
	t.Helper()
	l := c.restored(t, nil)
	run, err := l.OpenJournal(t.Context(), c.manifest.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(run.Dir, "journal.db"))
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"run.json": c.files["run.json"], "journal.db": data}
}
