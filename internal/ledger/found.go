package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"bcetl/internal/record"
)

// Found is a record of the store that has the key of an item. Where the store does not keep keys unique, an item may have several.
type Found struct {
	Seq int64 // of the item
	ID  int64 // of the record
	Doc *record.Object
}

// NoteFound writes down records that a listing came upon, until all of it was read: only then is it known which keys stand for one record.
func (r *Run) NoteFound(ctx context.Context, found []Found) error {
	if len(found) == 0 {
		return nil
	}
	return r.transaction(ctx, "found records", func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, `INSERT INTO found (seq, id, doc) VALUES (?, ?, ?) ON CONFLICT (seq, id) DO UPDATE SET doc = excluded.doc`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for i := range found {
			if _, err := insert.ExecContext(ctx, found[i].Seq, found[i].ID, encodeObject(found[i].Doc)); err != nil {
				return err
			}
		}
		return nil
	})
}

// FoundFor gives what was noted for the items from seq first to last, by item, in the order of ids.
func (r *Run) FoundFor(ctx context.Context, first, last int64) (map[int64][]Found, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT seq, id, doc FROM found WHERE seq BETWEEN ? AND ? ORDER BY seq, id`, first, last)
	if err != nil {
		return nil, fmt.Errorf("journal found records: %w", err)
	}
	defer rows.Close()
	found := map[int64][]Found{}
	for rows.Next() {
		var one Found
		var doc []byte
		if err := rows.Scan(&one.Seq, &one.ID, &doc); err != nil {
			return nil, fmt.Errorf("journal found records: %w", err)
		}
		if one.Doc, err = decodeObject(doc); err != nil {
			return nil, fmt.Errorf("journal found record %d: %w", one.ID, err)
		}
		found[one.Seq] = append(found[one.Seq], one)
	}
	return found, rows.Err()
}

// ForgetFound takes away what was noted.
func (r *Run) ForgetFound(ctx context.Context) error {
	return r.transaction(ctx, "found records", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM found`)
		return err
	})
}
