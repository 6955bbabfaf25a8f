package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// KeptJournals is how many journals of finished runs a state folder keeps: those of the newest. Reports, results and rejects stay.
const KeptJournals = 50

// ErrNoJournal says that the journal of a finished run was removed, or the run died before it had one.
var ErrNoJournal = errors.New("its journal is not kept any more")

// journalFiles are the files of a journal.
func journalFiles() []string { return []string{"journal.db-wal", "journal.db-shm", "journal.db"} }

// Prune removes the journals of finished runs beyond the newest keep. One that is still needed to go on with its run, or that may be of a
// run that is going on, stays.
func (l *Ledger) Prune(keep int) error {
	runs, err := l.Runs()
	if err != nil {
		return err
	}
	newest := map[[2]string]bool{} // identities whose newest run was seen
	kept := 0
	for i := range runs {
		m := &runs[i]
		id := [2]string{m.Job, m.Store}
		first := !m.Plans && !newest[id]
		if !m.Plans {
			newest[id] = true
		}
		if m.Status == "" && !m.Abandoned || first && m.Writing > 0 && m.unfinished() {
			continue
		}
		if kept++; kept <= keep {
			continue
		}
		for _, name := range journalFiles() {
			if err := os.Remove(filepath.Join(l.runDir(*m), name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("remove old journals: %w", err)
			}
		}
	}
	return nil
}

// openKept opens a journal to read it.
func (l *Ledger) openKept(ctx context.Context, m Manifest) (*Run, error) {
	if _, err := os.Stat(filepath.Join(l.runDir(m), "journal.db")); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("run %s: %w", m.ID, ErrNoJournal)
	}
	return openWritten(ctx, l.runDir(m), m)
}
