package ledger

import (
	"context"
	"database/sql"
	"fmt"
)

// Sought is a record that an op would create, by its key. Keys are those of records below the owner, 0 for records that lie below none.
type Sought struct {
	Op    int64
	Owner int64
	Fold  string // the form under which equal keys are equal
}

// SoughtOwner says how many records below an owner are sought.
type SoughtOwner struct{ Owner, N int64 }

// sought stands in a file without a name, and is gone when the journal is closed: another process seeks anew.
const sought = `
CREATE TEMP TABLE IF NOT EXISTS sought (owner INTEGER NOT NULL, fold TEXT NOT NULL, op INTEGER NOT NULL, come INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (owner, fold, op)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS temp.sought_come ON sought (op) WHERE come = 1;
DELETE FROM sought;
`

// Seek forgets what was sought before.
func (r *Run) Seek(ctx context.Context) error {
	if _, err := r.db.ExecContext(ctx, sought); err != nil {
		return fmt.Errorf("journal sought records: %w", explained(err))
	}
	return nil
}

// NoteSought adds what is sought; Seek comes first.
func (r *Run) NoteSought(ctx context.Context, records []Sought) error {
	return r.transaction(ctx, "sought records", func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, `INSERT INTO sought (owner, fold, op) VALUES (?, ?, ?)`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for i := range records {
			if _, err := insert.ExecContext(ctx, records[i].Owner, records[i].Fold, records[i].Op); err != nil {
				return err
			}
		}
		return nil
	})
}

// SoughtOwners lists the owners below which records are sought.
func (r *Run) SoughtOwners(ctx context.Context) (owners []SoughtOwner, err error) {
	rows, err := r.db.QueryContext(ctx, `SELECT owner, COUNT(*) FROM sought GROUP BY owner`)
	if err != nil {
		return nil, fmt.Errorf("journal sought records: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var owner SoughtOwner
		if err := rows.Scan(&owner.Owner, &owner.N); err != nil {
			return nil, fmt.Errorf("journal sought records: %w", err)
		}
		owners = append(owners, owner)
	}
	return owners, rows.Err()
}

// Came notes that the store has records of these keys, which are those of a page.
func (r *Run) Came(ctx context.Context, owner int64, folds []string) error {
	args := []any{owner}
	for _, fold := range folds {
		args = append(args, fold)
	}
	return r.came(ctx, ` AND fold IN (`+marks(len(folds))+`)`, args...)
}

// AllCame notes that the store may have all records that are sought below an owner.
func (r *Run) AllCame(ctx context.Context, owner int64) error { return r.came(ctx, "", owner) }

func (r *Run) came(ctx context.Context, and string, args ...any) error {
	if _, err := r.db.ExecContext(ctx, `UPDATE sought SET come = 1 WHERE owner = ?`+and, args...); err != nil {
		return fmt.Errorf("journal sought records: %w", explained(err))
	}
	return nil
}

// HaveCome gives those of the ops from first to last whose records the store has, or may have.
func (r *Run) HaveCome(ctx context.Context, first, last int64) (map[int64]bool, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT op FROM sought WHERE come = 1 AND op BETWEEN ? AND ?`, first, last)
	if err != nil {
		return nil, fmt.Errorf("journal sought records: %w", err)
	}
	defer rows.Close()
	ops := map[int64]bool{}
	for rows.Next() {
		var op int64
		if err := rows.Scan(&op); err != nil {
			return nil, fmt.Errorf("journal sought records: %w", err)
		}
		ops[op] = true
	}
	return ops, rows.Err()
}
