package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"bcetl/internal/record"
)

// Unfinished gives the newest run of the identity (job name and store) when it did not come to its end: it died, failed or was
// interrupted, and no later run took its place.
func (l *Ledger) Unfinished(job, store string) (Manifest, bool, error) {
	runs, err := l.Runs()
	if err != nil {
		return Manifest{}, false, err
	}
	for _, m := range runs {
		if m.Job != job || m.Store != store || m.Plans {
			continue
		}
		return m, slices.Contains([]string{"", "failed", "interrupted"}, m.Status) && !m.Abandoned, nil
	}
	return Manifest{}, false, nil
}

// Reopen opens an unfinished run to go on with it.
func (l *Ledger) Reopen(ctx context.Context, m Manifest) (*Run, error) {
	m.Status = ""
	dir := l.runDir(m)
	if err := writeManifest(dir, m); err != nil {
		return nil, err
	}
	return openRun(ctx, dir, m)
}

// Abandon notes that a run will never be gone on with.
func (l *Ledger) Abandon(m Manifest) error {
	m.Abandoned = true
	if m.Status == "" {
		m.Status = "failed"
	}
	return writeManifest(l.runDir(m), m)
}

// ReadFact reads a fact of a run's journal without going on with it, "" when it was never written.
func (l *Ledger) ReadFact(ctx context.Context, m Manifest, name string) (string, error) {
	r, err := openRun(ctx, l.runDir(m), m)
	if err != nil {
		return "", err
	}
	value, err := r.Get(ctx, name)
	return value, errors.Join(err, r.Close())
}

// ResetStep takes back what a step staged and planned; nothing of it was sent.
func (r *Run) ResetStep(ctx context.Context, step int) error {
	return r.transaction(ctx, "reset", func(tx *sql.Tx) error {
		for _, statement := range []string{
			`DELETE FROM ops WHERE step = ?`, `DELETE FROM items WHERE step = ?`, `DELETE FROM refs WHERE ? > 0`,
		} {
			if _, err := tx.ExecContext(ctx, statement, step); err != nil {
				return err
			}
		}
		return nil
	})
}

// Unsettled gives up to limit ops of the step after id of which it is not known whether they took effect.
func (r *Run) Unsettled(ctx context.Context, step int, after int64, limit int) ([]record.Op, error) {
	return r.queryOps(ctx, `WHERE step = ? AND state IN ('sent', 'in_doubt') AND id > ? ORDER BY id LIMIT ?`, step, after, limit)
}

// Progress counts the step's ops that are done and all of them.
func (r *Run) Progress(ctx context.Context, step int) (done, all int64, err error) {
	err = r.db.QueryRowContext(ctx, `SELECT COALESCE(SUM(state IN ('done', 'failed')), 0), COUNT(*) FROM ops WHERE step = ?`, step).Scan(&done, &all)
	if err != nil {
		return 0, 0, fmt.Errorf("journal progress: %w", err)
	}
	return done, all, nil
}
