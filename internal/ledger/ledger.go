// Package ledger keeps what a run did: the rows it read, what it planned, what it sent and what came of it, in a folder per run.
// Intents are durable before a request goes out, outcomes after it, so that what a dead process did can be told afterwards.
package ledger

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Manifest says what a run was; it is run.json in the run's folder.
type Manifest struct {
	ID         string            `json:"run_id"`
	Job        string            `json:"job"`        // the job's name
	Store      string            `json:"store"`      // the store's hash
	Connection string            `json:"connection"` // the connection's name
	Started    time.Time         `json:"started"`
	Finished   time.Time         `json:"finished,omitzero"`
	Status     string            `json:"status,omitempty"` // of report.json; empty while it runs, and for ever when it died
	Moves      bool              `json:"moves"`            // whether ${last_run:…} may look at it: not for --limit, --input, --dry-run
	Watermarks map[string]string `json:"watermarks,omitempty"`
	// Fingerprint is the run's job text, parameters, store and input by content: only the same may be gone on with.
	Fingerprint string `json:"fingerprint,omitempty"`
	// Begun is nil in the manifests of versions that did not keep it.
	Begun     *Begun `json:"begun,omitempty"`
	Abandoned bool   `json:"abandoned,omitempty"` // an unfinished run that will not be gone on with
	Plans     bool   `json:"plans,omitempty"`     // a plan or dry run, which never writes to a store
	// Seq orders the runs of a state folder: a clock may go back.
	Seq int64 `json:"seq"`
	// Sum is the checksum of the rest: a manifest that lies would let a run be begun anew that has to be gone on with.
	Sum string `json:"sum,omitempty"`
	// Damaged is set, when manifests are read, on a folder that has a journal and no manifest that can be trusted.
	Damaged bool `json:"-"`
	// Writing is the last step that may have written to a store, 0 for none: only then is the run gone on with.
	Writing int `json:"writing,omitempty"`
}

// Begun is what the command line said of where a run's records come from, as it was typed. The fingerprint covers it and does not tell it.
type Begun struct {
	Plan  string `json:"plan,omitempty"`  // the plan file that it applies
	Input string `json:"input,omitempty"` // read in place of the job's sheet
	Limit int64  `json:"limit,omitempty"` // rows of each step; 0 is no limit
	Stdin bool   `json:"stdin,omitempty"` // it read standard input, by --input - or because the job says so
}

// Ledger is the state folder.
type Ledger struct{ dir string }

// Open makes the folder with mode 0700 and its own .gitignore when it is not there yet.
func Open(dir string) (*Ledger, error) {
	if err := os.MkdirAll(filepath.Join(dir, "runs"), 0o700); err != nil {
		return nil, fmt.Errorf("open state folder: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open state folder: %w", err)
	}
	ignore := filepath.Join(dir, ".gitignore")
	if _, err := os.Stat(ignore); errors.Is(err, fs.ErrNotExist) {
		if err := os.WriteFile(ignore, []byte("*\n"), 0o600); err != nil {
			return nil, fmt.Errorf("open state folder: %w", err)
		}
	}
	return &Ledger{dir: dir}, nil
}

// Dir is the state folder.
func (l *Ledger) Dir() string { return l.dir }

// NewRunID is unique and sorts by time, to the millisecond: 20260301-101500.123-3f9c2a.
func NewRunID(now time.Time) string {
	var tail [3]byte
	_, _ = rand.Read(tail[:]) // crypto/rand never fails
	return now.UTC().Format("20060102-150405.000-") + hex.EncodeToString(tail[:])
}

// ErrNoRun says that the state folder has no run of that id.
var ErrNoRun = errors.New("there is no such run")

func (l *Ledger) runDir(m Manifest) string { return filepath.Join(l.dir, "runs", m.ID) }

// Begin makes the run's folder and journal. The manifest comes last: where it stands, the journal was whole.
func (l *Ledger) Begin(ctx context.Context, m Manifest) (*Run, error) {
	runs, err := l.Runs()
	if err != nil {
		return nil, err
	}
	for i := range runs {
		m.Seq = max(m.Seq, runs[i].Seq)
	}
	m.Seq++
	dir := l.runDir(m)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, fmt.Errorf("begin run: %w", err)
	}
	r, err := openRun(ctx, dir, m)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	err = r.Set(ctx, identity, m.ID)
	if err == nil {
		err = writeManifest(dir, m)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close(), os.RemoveAll(dir))
	}
	return r, nil
}

// identity is the fact by which a journal names its run.
const identity = "run"

// writing is the fact by which a journal says that a step may have written to a store.
func writing(step int) string { return fmt.Sprintf("writing.%d", step) }

// MarkWriting notes, before its first write, that a step may have written to a store. The manifest says so too, by which a journal that
// has lost it is known to be damaged.
func (r *Run) MarkWriting(ctx context.Context, step int) error {
	if err := r.Set(ctx, writing(step), "yes"); err != nil {
		return err
	}
	r.Manifest.Writing = step
	return writeManifest(r.Dir, r.Manifest)
}

// Finish writes the run's end into its manifest, and removes journals that are kept no longer.
func (r *Run) Finish(finished time.Time, status string) error {
	r.Manifest.Finished, r.Manifest.Status = finished, status
	if err := writeManifest(r.Dir, r.Manifest); err != nil {
		return err
	}
	state := &Ledger{dir: filepath.Dir(filepath.Dir(r.Dir))}
	return state.Prune(KeptJournals)
}

func writeManifest(dir string, m Manifest) error {
	sum, err := m.sum()
	if err != nil {
		return fmt.Errorf("write run.json: %w", err)
	}
	m.Sum = sum
	encoded, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("write run.json: %w", err)
	}
	temporary := filepath.Join(dir, ".run.json.tmp")
	if err := writeSynced(temporary, append(encoded, '\n')); err != nil {
		return fmt.Errorf("write run.json: %w", err)
	}
	if err := os.Rename(temporary, filepath.Join(dir, "run.json")); err != nil {
		return fmt.Errorf("write run.json: %w", err)
	}
	return nil
}

// writeSynced writes a file that is on the disk when it returns.
func writeSynced(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// sum is the checksum of the manifest without it.
func (m Manifest) sum() (string, error) {
	m.Sum = ""
	encoded, err := json.Marshal(m)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(encoded)
	return hex.EncodeToString(sum[:8]), nil
}

// readManifest reads run.json. Ok is false where the folder is no run: it has neither a manifest nor a journal.
func readManifest(dir string) (m Manifest, ok bool, err error) {
	damaged := Manifest{ID: filepath.Base(dir), Damaged: true}
	data, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if errors.Is(err, fs.ErrNotExist) {
		// A process that dies while it begins a run leaves a journal without a manifest: it has written nothing.
		return damaged, !isGivenUp(dir) && hasWritten(dir), nil
	}
	if err != nil {
		return m, false, err
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return damaged, true, nil //nolint:nilerr // what it says cannot be read; that it is there is the answer
	}
	sum, err := m.sum()
	if err != nil || sum != m.Sum || m.ID != damaged.ID {
		return damaged, true, err
	}
	return m, true, nil
}

// hasWritten tells whether the journal of a folder without a manifest says that its run had begun to write to a store. One that cannot be
// read may have.
func hasWritten(dir string) bool {
	path := filepath.Join(dir, "journal.db")
	if _, err := os.Stat(path); err != nil {
		return false
	}
	ctx := context.Background()
	db, err := openJournal(ctx, path, false)
	if err != nil {
		return true
	}
	var facts, tables int
	err = db.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_master WHERE name = 'meta'`).Scan(&tables)
	if err == nil && tables > 0 {
		err = db.QueryRowContext(ctx, `SELECT COUNT(*) FROM meta WHERE name LIKE 'writing.%'`).Scan(&facts)
	}
	return closeAfter(db, err) != nil || facts > 0
}

// givenUp marks a folder whose manifest could not be trusted and which is left alone from then on.
const givenUp = "given-up"

func isGivenUp(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, givenUp))
	return err == nil
}

// GiveUp leaves runs with damaged manifests alone from now on.
func (l *Ledger) GiveUp(damaged []Manifest) error {
	for i := range damaged {
		dir := l.runDir(damaged[i])
		if err := writeSynced(filepath.Join(dir, givenUp), nil); err != nil {
			return fmt.Errorf("give run %s up: %w", damaged[i].ID, err)
		}
		if err := os.Rename(filepath.Join(dir, "run.json"), filepath.Join(dir, "run.json.damaged")); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("give run %s up: %w", damaged[i].ID, err)
		}
	}
	return nil
}

// Damaged lists the runs whose manifests cannot be trusted: of which job they are, and whether they have to be gone on with, is not known.
func (l *Ledger) Damaged() ([]Manifest, error) {
	runs, err := l.Runs()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(runs, func(m Manifest) bool { return !m.Damaged }), nil
}

// Runs lists all runs, the newest first.
func (l *Ledger) Runs() ([]Manifest, error) {
	entries, err := os.ReadDir(filepath.Join(l.dir, "runs"))
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	var runs []Manifest
	for _, entry := range entries {
		m, ok, err := readManifest(filepath.Join(l.dir, "runs", entry.Name()))
		if err != nil {
			return nil, fmt.Errorf("list runs: %w", err)
		}
		if ok {
			runs = append(runs, m)
		}
	}
	slices.SortFunc(runs, func(a, b Manifest) int { return cmp.Or(cmp.Compare(b.Seq, a.Seq), cmp.Compare(b.ID, a.ID)) })
	return runs, nil
}

// Last gives the newest run of the identity (job name and store) that ended with one of the statuses and may move watermarks.
func (l *Ledger) Last(job, store string, statuses ...string) (Manifest, bool, error) {
	runs, err := l.Runs()
	if err != nil {
		return Manifest{}, false, err
	}
	for _, m := range runs {
		if m.Job != job || m.Store != store || !m.Moves {
			continue
		}
		for _, status := range statuses {
			if m.Status == status {
				return m, true, nil
			}
		}
	}
	return Manifest{}, false, nil
}
