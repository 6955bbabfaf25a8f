package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

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
// it was. No process of the run is going on: the caller holds the lock of its identity.
func (l *Ledger) Reopen(ctx context.Context, m Manifest, now time.Time) (*Run, error) {
	dir := l.runDir(m)
	r, err := openWritten(ctx, dir, m)
	if err != nil {
		return nil, err
	}
	if err := r.Check(ctx); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if m.Status == "" {
		// It stands in the journal until it was done: a process that fails before must not be the last that knew.
		if err := r.Set(ctx, recheckDue, "yes"); err != nil {
			return nil, errors.Join(err, r.Close())
		}
	}
	due, err := r.Get(ctx, recheckDue)
	if err == nil {
		err = r.noteQuiet(ctx, now)
	}
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.Died = due != ""
	r.Manifest.Status = ""
	if err := writeManifest(dir, r.Manifest); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// recheckDue is the fact that a process died, and that what it may have written without its journal knowing was not looked for yet.
const recheckDue = "recheck"

// quiet is the fact since when no process of the run can have had a request under way. The next that is sent takes it away.
const quiet = "quiet"

// noteQuiet tells since when the run is quiet: since an earlier process found that out, since the run ended, or, for nobody knows when a
// process was killed, since now.
func (r *Run) noteQuiet(ctx context.Context, now time.Time) error {
	text, err := r.Get(ctx, quiet)
	switch {
	case err != nil:
		return err
	case text != "":
		if r.quietSince, err = time.Parse(time.RFC3339Nano, text); err != nil {
			return fmt.Errorf("journal %s: %w: %q is no time", quiet, ErrDamaged, text)
		}
		return nil
	case r.Manifest.Status != "":
		r.quietSince = r.Manifest.Finished
	default:
		r.quietSince = now
	}
	return r.Set(ctx, quiet, r.quietSince.UTC().Format(time.RFC3339Nano))
}

// Quiet is for how long, at least, no process of a run that was reopened has had a request under way. Where the computer's clock went
// back it is 0.
func (r *Run) Quiet(now time.Time) time.Duration { return max(0, now.Sub(r.quietSince)) }

// Rechecked notes that what a dead process may have written was looked for.
func (r *Run) Rechecked(ctx context.Context) error {
	r.Died = false
	return r.Set(ctx, recheckDue, "")
}

// AbandonDead notes that plans of the identity which died will never come to an end. The caller holds the lock of the identity, so none
// of them is going on.
func (l *Ledger) AbandonDead(job, store string) error {
	runs, err := l.Runs()
	if err != nil {
		return err
	}
	for _, m := range runs {
		if m.Job == job && m.Store == store && m.Plans && m.Status == "" && !m.Abandoned {
			if err := l.Abandon(m); err != nil {
				return err
			}
		}
	}
	return nil
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
		for _, statement := range []string{`DELETE FROM ops WHERE step = ?`, `DELETE FROM items WHERE step = ?`} {
			if _, err := tx.ExecContext(ctx, statement, step); err != nil {
				return err
			}
		}
		// Claims are those of the step that is being planned. Names of earlier steps are looked up anew: what those created is in the store
		// by now.
		for _, statement := range []string{`DELETE FROM claims`, `DELETE FROM rivals`, `DELETE FROM refs`} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
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

// UnsettledKinds counts the ops that Unsettled gives, by kind.
func (r *Run) UnsettledKinds(ctx context.Context, step int) (map[string]int64, error) {
	return r.countKinds(ctx, step, `'sent', 'in_doubt'`)
}

// Progress counts the ops of all steps in the journal, those that are done and all: a job that has changed since has other steps.
func (r *Run) Progress(ctx context.Context) (done, all int64, err error) {
	err = r.db.QueryRowContext(ctx, `SELECT COALESCE(SUM(state IN ('done', 'failed')), 0), COUNT(*) FROM ops`).Scan(&done, &all)
	if err != nil {
		return 0, 0, fmt.Errorf("journal progress: %w", err)
	}
	return done, all, nil
}
