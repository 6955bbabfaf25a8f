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
		return m, m.unfinished(), nil
	}
	return Manifest{}, false, nil
}

// unfinished tells of a run that did not come to its end. One that a guard stopped did not either: an earlier step may have written.
func (m *Manifest) unfinished() bool {
	return slices.Contains([]string{"", "failed", "interrupted", "guarded"}, m.Status) && !m.Abandoned
}

// Reopen opens an unfinished run to go on with it, when its journal is what was written: else the error is ErrDamaged, and the run is as
// it was.
func (l *Ledger) Reopen(ctx context.Context, m Manifest) (*Run, error) {
	dir := l.runDir(m)
	r, err := openWritten(ctx, dir, m)
	if err != nil {
		return nil, err
	}
	if err := r.Check(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.Died = m.Status == ""
	r.Manifest.Status = ""
	if err := writeManifest(dir, r.Manifest); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Abandon notes that a run will never be gone on with.
func (l *Ledger) Abandon(m Manifest) error {
	m.Abandoned = true
	if m.Status == "" {
		m.Status = "failed"
	}
	return writeManifest(l.runDir(m), m)
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
