package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"bcetl/internal/record"
)

// Run is one run's journal. Its methods may be called from several goroutines. Intents and outcomes are durable when the call returns,
// and with them all that was written before.
type Run struct {
	Manifest Manifest
	// Dir is the run's folder; reports and rejects are written beside the journal.
	Dir string
	// Died says that an earlier process did not end the run itself, so that the journal may have lost what was written last.
	Died bool

	db         *sql.DB
	nextOp     atomic.Int64
	group      group
	quietSince time.Time

	durableMutex sync.Mutex
	relaxed      bool // commits wait for no disk

	sheetsMutex sync.Mutex
	sheets      map[int64]sheet
	sheetIDs    map[sheetKey]int64
	newSheets   []int64
}

// execer is a transaction or the database itself.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

func openRun(ctx context.Context, dir string, manifest Manifest) (*Run, error) {
	path := filepath.Join(dir, "journal.db")
	// The driver would make the file readable for others.
	private, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	if err := private.Close(); err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	return openOn(ctx, dir, manifest, true)
}

// openWritten opens the journal of a run that was begun earlier; one that is gone, or another run's, is ErrDamaged.
func openWritten(ctx context.Context, dir string, manifest Manifest) (*Run, error) {
	path := filepath.Join(dir, "journal.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open journal: %w: %s is not there", ErrDamaged, path)
	}
	if err := checkHeader(path); err != nil {
		return nil, err
	}
	r, err := openOn(ctx, dir, manifest, false)
	if err != nil {
		return nil, damaged(err)
	}
	id, err := r.Get(ctx, identity)
	switch {
	case err != nil:
		err = damaged(err)
	case id != manifest.ID:
		err = fmt.Errorf("open journal: %w: it does not name the run %s", ErrDamaged, manifest.ID)
	default:
		return r, nil
	}
	return nil, closeAfter(r.db, err)
}

// checkHeader looks at the two bytes of the file's header for which SQLite would not refuse a damaged file but take it for one that may
// only be read: its versions for writing and reading, 1 or 2 in every file that SQLite has written.
func checkHeader(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open journal: %w", err)
	}
	var versions [2]byte
	n, err := file.ReadAt(versions[:], 18)
	if closeErr := file.Close(); closeErr != nil {
		return fmt.Errorf("open journal: %w", closeErr)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("open journal: %w", err)
	}
	for _, version := range versions[:n] {
		if version != 1 && version != 2 {
			return fmt.Errorf("open journal: %w: %s has no version that SQLite writes", ErrDamaged, path)
		}
	}
	return nil
}

// damaged marks errors that say that a file is not what was written; a full disk or a file that may not be opened is none of them.
func damaged(err error) error {
	var cause *sqlite.Error
	var text *json.SyntaxError
	switch {
	case errors.As(err, &cause) && slices.Contains([]int{lib.SQLITE_ERROR, lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB}, cause.Code()&0xff), errors.As(err, &text):
		return fmt.Errorf("%w: %s", ErrDamaged, oneLine(err.Error()))
	}
	return err
}

// explained says of an error of writing what SQLite's own words hide: that there is no room, mostly.
func explained(err error) error {
	var cause *sqlite.Error
	if errors.As(err, &cause) && slices.Contains([]int{lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY}, cause.Code()&0xff) {
		return fmt.Errorf("the disk is full, or the state folder cannot be written: %w", err)
	}
	return err
}

// oneLine makes one line of what SQLite says, which may quote a table over several.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func openOn(ctx context.Context, dir string, manifest Manifest, create bool) (*Run, error) {
	db, err := openJournal(ctx, filepath.Join(dir, "journal.db"), create)
	if err != nil {
		return nil, err
	}
	r := &Run{Manifest: manifest, Dir: dir, db: db, sheets: map[int64]sheet{}, sheetIDs: map[sheetKey]int64{}}
	var lastOp sql.NullInt64
	if err := db.QueryRowContext(ctx, `SELECT MAX(id) FROM ops`).Scan(&lastOp); err != nil {
		return nil, fmt.Errorf("open journal: %w", closeAfter(db, err))
	}
	r.nextOp.Store(lastOp.Int64)
	if err := r.loadSheets(ctx); err != nil {
		return nil, fmt.Errorf("open journal: %w", closeAfter(db, err))
	}
	return r, nil
}

// Close closes the journal; what was committed stays.
func (r *Run) Close() error { return r.db.Close() }

// Set writes a fact about the run, such as the phase it has reached, durably.
func (r *Run) Set(ctx context.Context, name, value string) error {
	if err := r.durable(ctx, true); err != nil {
		return err
	}
	_, err := r.db.ExecContext(ctx, `INSERT INTO meta (name, value, sum) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, sum = excluded.sum`, name, value, sumOf(name, value))
	if err != nil {
		return fmt.Errorf("journal %s: %w", name, explained(err))
	}
	return nil
}

// Get reads a fact, "" when it was never written.
func (r *Run) Get(ctx context.Context, name string) (string, error) {
	var value string
	err := r.db.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = ?`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("journal %s: %w", name, err)
	}
	return value, nil
}

// transaction runs do in one durable transaction.
func (r *Run) transaction(ctx context.Context, what string, do func(*sql.Tx) error) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("journal %s: %w", what, explained(err))
	}
	if err := do(tx); err != nil {
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			return fmt.Errorf("journal %s: %w (and undoing it: %w)", what, explained(err), rollback)
		}
		return fmt.Errorf("journal %s: %w", what, explained(err))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("journal %s: %w", what, explained(err))
	}
	return nil
}

// encodeProblem gives NULL for none.
func encodeProblem(p *record.Problem) (any, error) {
	if p == nil {
		return nil, nil
	}
	return encodeJSON(p)
}
