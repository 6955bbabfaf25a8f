package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"bcetl/internal/record"
)

// Claim is a value that an item's record has or would get, of a field that the store keeps unique.
type Claim struct {
	Field  string
	Fold   string // the form under which equal values are equal
	Keeps  bool   // the record has it already and keeps it
	Leaves bool   // the record has it, and gives it up for another
}

// Rival is an item that would give its record a value that another item's record has or would get.
type Rival struct {
	Seq int64 // of the item
	Claim
}

// Kept is a value of a record of the store that no item is to change.
type Kept struct {
	ID int64 // of the record
	Claim
}

// rank orders rivals: who keeps a value comes before those who would get it, 1, and who gives it up counts only when it is withdrawn.
func (c *Claim) rank() int {
	switch {
	case c.Keeps:
		return 0
	case c.Leaves:
		return 2
	}
	return 1
}

// insertClaim takes the number of an item, or the id of a record that no item is to change, below zero.
const insertClaim = `INSERT INTO claims (field, fold, rank, seq) VALUES (?, ?, ?, ?)`

// noteClaims appends claims; they are sorted once, by GatherRivals.
func noteClaims(ctx context.Context, tx *sql.Tx, verdicts []Verdict) error {
	var insert *sql.Stmt
	for i := range verdicts {
		for _, claim := range verdicts[i].Claims {
			if insert == nil {
				var err error
				if insert, err = tx.PrepareContext(ctx, insertClaim); err != nil {
					return err
				}
				defer insert.Close()
			}
			if _, err := insert.ExecContext(ctx, claim.Field, claim.Fold, claim.rank(), verdicts[i].Seq); err != nil {
				return err
			}
		}
	}
	return nil
}

// NoteKept appends the claims of records that a listing came upon and no item is to change.
func (r *Run) NoteKept(ctx context.Context, kept []Kept) error {
	if len(kept) == 0 {
		return nil
	}
	return r.transaction(ctx, "claims", func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, insertClaim)
		if err != nil {
			return err
		}
		defer insert.Close()
		for i := range kept {
			if _, err := insert.ExecContext(ctx, kept[i].Field, kept[i].Fold, 0, -kept[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// GatherRivals finds the values that several items claim, and takes all other claims away. Nothing is claimed afterwards until it is called
// again, and Rivals tells of this call only.
func (r *Run) GatherRivals(ctx context.Context) error {
	return r.transaction(ctx, "claims", func(tx *sql.Tx) error {
		for _, statement := range []string{
			`DELETE FROM rivals`,
			`INSERT OR IGNORE INTO rivals (field, fold, rank, seq) SELECT field, fold, rank, seq FROM claims
				WHERE (field, fold) IN (SELECT field, fold FROM claims GROUP BY field, fold HAVING COUNT(*) > 1)`,
			`DELETE FROM claims`,
		} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// Rivals gives up to limit of the rivals after one, in the order of the input; the zero Rival comes before all.
func (r *Run) Rivals(ctx context.Context, after *Rival, limit int) ([]Rival, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT seq, field, fold FROM rivals WHERE rank = 1 AND (seq, field) > (?, ?) ORDER BY seq, field LIMIT ?`,
		after.Seq, after.Field, limit)
	if err != nil {
		return nil, fmt.Errorf("journal claims: %w", err)
	}
	defer rows.Close()
	var rivals []Rival
	for rows.Next() {
		var one Rival
		if err := rows.Scan(&one.Seq, &one.Field, &one.Fold); err != nil {
			return nil, fmt.Errorf("journal claims: %w", err)
		}
		rivals = append(rivals, one)
	}
	return rivals, rows.Err()
}

// NextRival gives the first item after one that asks for the same value; there may be none.
func (r *Run) NextRival(ctx context.Context, after *Rival) (next Rival, ok bool, err error) {
	next = *after
	err = r.db.QueryRowContext(ctx, `SELECT seq FROM rivals WHERE field = ? AND fold = ? AND rank = 1 AND seq > ? ORDER BY seq LIMIT 1`,
		after.Field, after.Fold, after.Seq).Scan(&next.Seq)
	if errors.Is(err, sql.ErrNoRows) {
		return Rival{}, false, nil
	}
	if err != nil {
		return Rival{}, false, fmt.Errorf("journal claims: %w", err)
	}
	return next, true, nil
}

// Owner is who has a value: a record that no item is to change, or an item.
type Owner struct {
	ID       int64 // of the record, else 0
	Line     int   // of the item
	Rejected bool  // the item was, and its record keeps the value
}

// First gives who has the value instead of a rival: a record that no item is to change, or else an item, one whose record keeps it or the
// first before the rival that asks for it and was not withdrawn. There may be none.
func (r *Run) First(ctx context.Context, rival *Rival) (owner Owner, ok bool, err error) {
	err = r.db.QueryRowContext(ctx, `SELECT coalesce(items.line, 0), max(-rivals.seq, 0), coalesce(items.stage = 2 AND items.outcome = ?, 0)
		FROM rivals LEFT JOIN items ON items.seq = rivals.seq
		WHERE rivals.field = ? AND rivals.fold = ? AND (rivals.rank, rivals.seq) < (1, ?) ORDER BY rivals.rank, rivals.seq LIMIT 1`,
		record.Rejected, rival.Field, rival.Fold, rival.Seq).Scan(&owner.Line, &owner.ID, &owner.Rejected)
	if errors.Is(err, sql.ErrNoRows) {
		return Owner{}, false, nil
	}
	if err != nil {
		return Owner{}, false, fmt.Errorf("journal claims: %w", err)
	}
	return owner, true, nil
}

// Withdraw takes back what was planned for an item, and writes down another verdict, which has no ops. What it asked for is free. Its record
// keeps what it would have given up: of that, kept is what others ask for, as NextRival takes it to begin with.
func (r *Run) Withdraw(ctx context.Context, step int, verdict Verdict) (kept []Rival, err error) {
	err = r.transaction(ctx, "verdicts", func(tx *sql.Tx) error {
		for _, statement := range []string{`DELETE FROM ops WHERE item = ?`, `DELETE FROM rivals WHERE seq = ? AND rank = 1`} {
			if _, err := tx.ExecContext(ctx, statement, verdict.Seq); err != nil {
				return err
			}
		}
		if kept, err = keepLeft(ctx, tx, verdict.Seq); err != nil {
			return err
		}
		return judge(ctx, tx, step, []Verdict{verdict})
	})
	return kept, err
}

// keepLeft makes an item's record keep what it would have given up.
func keepLeft(ctx context.Context, tx *sql.Tx, seq int64) ([]Rival, error) {
	rows, err := tx.QueryContext(ctx, `UPDATE rivals SET rank = 0 WHERE seq = ? AND rank = 2 RETURNING field, fold`, seq)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var kept []Rival
	for rows.Next() {
		var one Rival
		if err := rows.Scan(&one.Field, &one.Fold); err != nil {
			return nil, err
		}
		kept = append(kept, one)
	}
	return kept, rows.Err()
}
