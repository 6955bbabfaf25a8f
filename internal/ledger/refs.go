package ledger

import (
	"context"
	"database/sql"
	"fmt"
)

// RefEntry is a name that rows refer to, and what is known of it.
type RefEntry struct {
	Kind, Fold, Key string
	Create          bool  // some row wants it made when the store has none
	ID              int64 // 0 while unknown
	Op              int64 // the op that creates it, 0 for none
}

// refSum is the checksum of a name. Whether it is to be made matters only to planning, which a run never takes over from another.
func refSum(ref *RefEntry) int64 { return sumOf(ref.Kind, ref.Fold, ref.Key, ref.ID, ref.Op) }

// NoteRefs writes down names met while staging; one that is known already only gains the wish to create it.
func (r *Run) NoteRefs(ctx context.Context, refs []RefEntry) error {
	if len(refs) == 0 {
		return nil
	}
	return r.transaction(ctx, "references", func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, `INSERT INTO refs (kind, fold, key, make, sum) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (kind, fold) DO UPDATE SET make = MAX(make, excluded.make)`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for i := range refs {
			if _, err := insert.ExecContext(ctx, refs[i].Kind, refs[i].Fold, refs[i].Key, refs[i].Create, sumOf(refs[i].Kind, refs[i].Fold, refs[i].Key, 0, 0)); err != nil {
				return err
			}
		}
		return nil
	})
}

// SettleRefs writes down ids and creating ops of names.
func (r *Run) SettleRefs(ctx context.Context, refs []RefEntry) error {
	return r.transaction(ctx, "references", func(tx *sql.Tx) error {
		for i := range refs {
			if _, err := tx.ExecContext(ctx, `INSERT INTO refs (kind, fold, key, make, id, op, sum) VALUES (?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (kind, fold) DO UPDATE SET key = excluded.key, id = excluded.id, op = excluded.op, sum = excluded.sum`,
				refs[i].Kind, refs[i].Fold, refs[i].Key, refs[i].Create, refs[i].ID, refs[i].Op, refSum(&refs[i])); err != nil {
				return err
			}
		}
		return nil
	})
}

// Refs reads all names of a kind. A store has at most some ten thousand brands or categories, so they fit in memory.
func (r *Run) Refs(ctx context.Context, kind string) ([]RefEntry, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT kind, fold, key, make, id, op FROM refs WHERE kind = ? ORDER BY fold`, kind)
	if err != nil {
		return nil, fmt.Errorf("journal references: %w", err)
	}
	defer rows.Close()
	var refs []RefEntry
	for rows.Next() {
		var ref RefEntry
		if err := rows.Scan(&ref.Kind, &ref.Fold, &ref.Key, &ref.Create, &ref.ID, &ref.Op); err != nil {
			return nil, fmt.Errorf("journal references: %w", err)
		}
		refs = append(refs, ref)
	}
	return refs, rows.Err()
}

// CreatedBy gives the id that an op's record got, 0 when the op is not done.
func (r *Run) CreatedBy(ctx context.Context, op int64) (id int64, err error) {
	err = r.db.QueryRowContext(ctx, `SELECT store_id FROM ops WHERE id = ? AND state = 'done'`, op).Scan(&id)
	if err == sql.ErrNoRows {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("journal op %d: %w", op, err)
	}
	return id, nil
}
