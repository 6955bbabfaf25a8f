package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"bcetl/internal/record"
)

// Run is one run's journal. Its methods may be called from several goroutines. Intents and outcomes are durable when the call returns,
// and with them all that was written before.
type Run struct {
	Manifest Manifest
	// Dir is the run's folder; reports and rejects are written beside the journal.
	Dir string

	db     *sql.DB
	nextOp atomic.Int64
	group  group

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
	db, err := openJournal(ctx, path)
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

// Set writes a fact about the run, such as the phase it has reached.
func (r *Run) Set(ctx context.Context, name, value string) error {
	_, err := r.db.ExecContext(ctx, `INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	if err != nil {
		return fmt.Errorf("journal %s: %w", name, err)
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
		return fmt.Errorf("journal %s: %w", what, err)
	}
	if err := do(tx); err != nil {
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			return fmt.Errorf("journal %s: %w (and undoing it: %w)", what, err, rollback)
		}
		return fmt.Errorf("journal %s: %w", what, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("journal %s: %w", what, err)
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
