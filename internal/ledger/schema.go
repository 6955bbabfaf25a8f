package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite", without cgo
)

// schema of a run's journal. Items are what the input held, ops what is to be sent for them, refs the names that were resolved, found what a
// listing came upon while planning, claims the values that records would be the only ones to have, rivals those that several items claim (rank: 0 keeps it, 1 asks for it, 2 gives it up).
// `stage` of an item: 0 staged, 1 planned (it has ops), 2 settled without any. `sum` is the checksum of what never changes of a row, `mark`
// of what does; see sumOf.
const schema = `
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sheets (id INTEGER PRIMARY KEY, file TEXT NOT NULL, sheet TEXT NOT NULL, header TEXT NOT NULL, sum INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS items (
	seq INTEGER PRIMARY KEY, step INTEGER NOT NULL, key TEXT NOT NULL, fold TEXT NOT NULL,
	line INTEGER NOT NULL, nrows INTEGER NOT NULL, rows BLOB, doc BLOB, only_when BLOB,
	grp TEXT NOT NULL DEFAULT '',
	stage INTEGER NOT NULL DEFAULT 0, outcome INTEGER NOT NULL DEFAULT 0, store_id INTEGER NOT NULL DEFAULT 0,
	changed TEXT NOT NULL DEFAULT '', problem TEXT, sum INTEGER NOT NULL, mark INTEGER
);
CREATE TABLE IF NOT EXISTS ops (
	id INTEGER PRIMARY KEY, step INTEGER NOT NULL, item INTEGER NOT NULL, n INTEGER NOT NULL, kind TEXT NOT NULL,
	target INTEGER NOT NULL, key TEXT NOT NULL, body BLOB, before BLOB, needs TEXT NOT NULL DEFAULT '',
	state TEXT NOT NULL, store_id INTEGER NOT NULL DEFAULT 0, problem TEXT,
	sum INTEGER NOT NULL, mark INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS refs (
	kind TEXT NOT NULL, fold TEXT NOT NULL, key TEXT NOT NULL, make INTEGER NOT NULL, id INTEGER NOT NULL DEFAULT 0,
	op INTEGER NOT NULL DEFAULT 0, sum INTEGER NOT NULL, PRIMARY KEY (kind, fold)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS claims (field TEXT NOT NULL, fold TEXT NOT NULL, rank INTEGER NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS rivals (
	field TEXT NOT NULL, fold TEXT NOT NULL, rank INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (field, fold, rank, seq)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rivals_seq ON rivals (seq, field);
CREATE TABLE IF NOT EXISTS found (seq INTEGER NOT NULL, id INTEGER NOT NULL, doc BLOB NOT NULL, PRIMARY KEY (seq, id)) WITHOUT ROWID;
`

// openJournal opens the journal, with its tables made when create says so. Commits are durable (synchronous=FULL) unless durable says otherwise, and one connection
// serves the whole process, so that nothing waits on a lock of ours; other processes may read meanwhile (WAL).
func openJournal(ctx context.Context, path string, create bool) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	name := "file:" + (&url.URL{Path: filepath.ToSlash(absolute)}).EscapedPath() +
		"?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=temp_store(FILE)&_pragma=cache_size(-1000)"
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	db.SetMaxOpenConns(1)
	if !create {
		return db, nil
	}
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, fmt.Errorf("open journal %s: %w", path, closeAfter(db, explained(err)))
	}
	return db, nil
}

// closeAfter closes the journal and keeps the error that mattered.
func closeAfter(db *sql.DB, err error) error {
	if closeErr := db.Close(); closeErr != nil {
		return fmt.Errorf("%w (and closing it: %w)", err, closeErr)
	}
	return err
}
