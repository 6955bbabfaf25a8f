package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"bcetl/internal/record"
)

// Staged is an item on its way into the journal, with the form of its key under which equal keys are equal.
type Staged struct {
	record.Item
	Fold string // "" when the item has no key
	// Group is the key by which rows were gathered, "" when they were not. A group that comes twice is rejected whole.
	Group string
}

// Stage appends items in the order of their input. Items with a Problem, and those that were filtered, are settled at once.
func (r *Run) Stage(ctx context.Context, step int, items []Staged) error {
	encoded := make([][]byte, len(items))
	for i := range items {
		rows, err := r.encodeRows(items[i].Rows)
		if err != nil {
			return fmt.Errorf("journal stage: %w", err)
		}
		encoded[i] = rows
	}
	if err := r.durable(ctx, false); err != nil {
		return err
	}
	return r.transaction(ctx, "stage", func(tx *sql.Tx) error {
		if err := r.flushSheets(ctx, tx); err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, `INSERT INTO items (seq, step, key, fold, line, nrows, rows, doc, only_when, grp, stage, outcome, problem, sum, mark)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for i := range items {
			if err := stageOne(ctx, insert, step, &items[i], encoded[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func stageOne(ctx context.Context, insert *sql.Stmt, step int, item *Staged, rows []byte) error {
	stage, outcome := 0, record.InDoubt
	switch {
	case item.Problem != nil:
		stage, outcome = 2, record.Rejected
	case item.Filtered:
		stage, outcome = 2, record.Filtered
	}
	var doc, only []byte
	if item.Doc != nil && stage == 0 {
		doc = item.Doc.AppendJSON(nil)
	}
	if len(item.Only) > 0 {
		encoded, err := json.Marshal(item.Only)
		if err != nil {
			return err
		}
		only = encoded
	}
	problem, err := encodeProblem(item.Problem)
	if err != nil {
		return err
	}
	line := 0
	if len(item.Rows) > 0 {
		line = item.Rows[0].Origin.Line
	}
	_, err = insert.ExecContext(ctx, item.Seq, step, item.Key, item.Fold, line, len(item.Rows), rows, doc, only, item.Group, stage, outcome, problem,
		sumOf(item.Seq, step, item.Key, item.Fold, line, len(item.Rows), rows, item.Group), itemMark(item.Seq, stage, outcome, 0, "", problem))
	return err
}

// Seal builds the index over keys once everything is staged; the calls below that find items by key need it.
func (r *Run) Seal(ctx context.Context) error {
	for _, index := range []string{
		`CREATE INDEX IF NOT EXISTS items_fold ON items (fold)`,
		`CREATE INDEX IF NOT EXISTS items_group ON items (grp) WHERE grp <> ''`,
	} {
		if _, err := r.db.ExecContext(ctx, index); err != nil {
			return fmt.Errorf("journal seal: %w", err)
		}
	}
	return nil
}

// RejectDuplicates rejects every live item of the step whose key another live item has too, naming the rows of all of them (the
// first ten) and what to do about them, and returns how many items it rejected.
func (r *Run) RejectDuplicates(ctx context.Context, step int, column, advice string) (int64, error) {
	return r.rejectRepeated(ctx, step, repeated{
		by: "fold", shown: "key", code: "duplicate_key", column: column,
		text: `the key "%s" stands in rows %s; ` + advice,
	})
}

// RejectReturningGroups rejects every item of a group whose key came again after the group had closed.
func (r *Run) RejectReturningGroups(ctx context.Context, step int, column string) (int64, error) {
	return r.rejectRepeated(ctx, step, repeated{
		by: "grp", shown: "grp", code: "group_returns", column: column,
		text: `the rows of "%s" do not stand together: groups begin in rows %s; sort the sheet by that column`,
		// A part that was rejected for a row of its own is a part of the group all the same.
		rejected: true,
	})
}

// repeated says which items are repeated, and what is said of them. With rejected, items that were rejected before count too.
type repeated struct {
	by, shown, code, column, text string
	rejected                      bool
}

func (r *Run) rejectRepeated(ctx context.Context, step int, d repeated) (rejected int64, err error) {
	counted := "stage = 0"
	if d.rejected {
		counted = "(stage = 0 OR stage = 2 AND outcome = ?1)"
	}
	// The rows that this statement has changed already still count among those that are named. Column names are our own constants.
	query := fmt.Sprintf(`
		UPDATE items SET stage = 2, outcome = ?1, doc = NULL, mark = NULL, problem = json_object('code', ?4, 'column', ?2, 'message', printf(?5, %[2]s, (
			SELECT group_concat(line, ', ') FROM (SELECT line FROM items AS other WHERE other.step = ?3 AND other.%[1]s = items.%[1]s
				AND (other.stage = 0 OR other.outcome = ?1 AND (%[4]t OR json_extract(other.problem, '$.code') = ?4)) ORDER BY seq LIMIT 10))))
		WHERE step = ?3 AND stage = 0 AND %[1]s <> '' AND %[1]s IN (
			SELECT %[1]s FROM items WHERE step = ?3 AND %[3]s AND %[1]s <> '' GROUP BY %[1]s HAVING COUNT(*) > 1)`, d.by, d.shown, counted, d.rejected)
	err = r.transaction(ctx, "duplicates", func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, query, record.Rejected, d.column, step, d.code, d.text)
		if err != nil {
			return err
		}
		if rejected, err = result.RowsAffected(); err != nil {
			return err
		}
		return remark(ctx, tx)
	})
	return rejected, err
}

// itemMark is the checksum of an item's verdict.
func itemMark(seq int64, stage int, outcome record.Outcome, storeID int64, changed string, problem any) int64 {
	return sumOf(seq, stage, outcome, storeID, changed, problem)
}

// remark gives items whose verdict SQL made their checksums.
func remark(ctx context.Context, tx *sql.Tx) error {
	const page = 500
	var after int64
	for {
		marked := map[int64]int64{}
		rows, err := tx.QueryContext(ctx, `SELECT `+itemColumnsOfMark+` FROM items WHERE mark IS NULL AND seq > ? ORDER BY seq LIMIT ?`, after, page)
		if err != nil {
			return err
		}
		for rows.Next() {
			var seq, storeID int64
			var stage int
			var outcome record.Outcome
			var changed, problem string
			if err := rows.Scan(&seq, &stage, &outcome, &storeID, &changed, &problem); err != nil {
				return closeRows(rows, err)
			}
			after = seq
			marked[seq] = itemMark(seq, stage, outcome, storeID, changed, problem)
		}
		if err := closeRows(rows, rows.Err()); err != nil {
			return err
		}
		for seq, mark := range marked {
			if _, err := tx.ExecContext(ctx, `UPDATE items SET mark = ? WHERE seq = ?`, mark, seq); err != nil {
				return err
			}
		}
		if len(marked) < page {
			return nil
		}
	}
}

const itemColumns = `seq, key, nrows, rows, doc, only_when`

// Live gives up to limit items of the step after seq that have no verdict yet, in order.
func (r *Run) Live(ctx context.Context, step int, after int64, limit int) ([]record.Item, error) {
	return r.queryItems(ctx, `SELECT `+itemColumns+` FROM items WHERE step = ? AND stage = 0 AND seq > ? ORDER BY seq LIMIT ?`, step, after, limit)
}

// ByFold gives the live items of the step that have one of the folded keys.
func (r *Run) ByFold(ctx context.Context, step int, folds []string) ([]record.Item, error) {
	if len(folds) == 0 {
		return nil, nil
	}
	args := make([]any, 0, len(folds)+1)
	for _, fold := range folds {
		args = append(args, fold)
	}
	return r.queryItems(ctx, `SELECT `+itemColumns+` FROM items WHERE fold IN (`+marks(len(folds))+`) AND step = ? AND stage = 0 ORDER BY seq`, append(args, step)...)
}

// LiveByKey gives up to limit live items of the step whose folded keys come after one, in the order of those keys; fold is the last
// one's. Items without a key, and those that share one, are not among them. Keys that begin alike stand together.
func (r *Run) LiveByKey(ctx context.Context, step int, after string, limit int) (items []record.Item, fold string, err error) {
	items, err = r.queryItems(ctx, `SELECT `+itemColumns+` FROM items WHERE fold > ? AND step = ? AND stage = 0 ORDER BY fold LIMIT ?`, after, step, limit)
	if err != nil || len(items) == 0 {
		return nil, after, err
	}
	if err := r.db.QueryRowContext(ctx, `SELECT fold FROM items WHERE seq = ?`, items[len(items)-1].Seq).Scan(&fold); err != nil {
		return nil, after, fmt.Errorf("journal items: %w", err)
	}
	return items, fold, nil
}

func (r *Run) queryItems(ctx context.Context, query string, args ...any) ([]record.Item, error) {
	rows, err := r.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("journal items: %w", err)
	}
	defer rows.Close()
	var items []record.Item
	for rows.Next() {
		var item record.Item
		var count int
		var cells, doc, only []byte
		if err := rows.Scan(&item.Seq, &item.Key, &count, &cells, &doc, &only); err != nil {
			return nil, fmt.Errorf("journal items: %w", err)
		}
		if item.Rows, err = r.decodeRows(cells, count); err != nil {
			return nil, fmt.Errorf("journal item %d: %w", item.Seq, err)
		}
		if len(doc) > 0 {
			item.Doc = new(record.Object)
			if err := item.Doc.UnmarshalJSON(doc); err != nil {
				return nil, fmt.Errorf("journal item %d: %w", item.Seq, err)
			}
		}
		if len(only) > 0 {
			if err := json.Unmarshal(only, &item.Only); err != nil {
				return nil, fmt.Errorf("journal item %d: %w", item.Seq, err)
			}
		}
		items = append(items, item)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("journal items: %w", err)
	}
	return items, nil
}

// CountLive counts the step's items without a verdict; with keys, only those that have one.
func (r *Run) CountLive(ctx context.Context, step int, withKey bool) (n int64, err error) {
	query := `SELECT COUNT(*) FROM items WHERE step = ? AND stage = 0`
	if withKey {
		query += ` AND fold <> ''`
	}
	if err := r.db.QueryRowContext(ctx, query, step).Scan(&n); err != nil {
		return 0, fmt.Errorf("journal count: %w", err)
	}
	return n, nil
}

// LiveKeys calls yield for the key of each live item of the step that has one, in order, until it returns false.
func (r *Run) LiveKeys(ctx context.Context, step int, yield func(seq int64, key string) bool) error {
	const page = 2000
	var after int64
	for {
		rows, err := r.db.QueryContext(ctx, `SELECT seq, key FROM items WHERE step = ? AND stage = 0 AND fold <> '' AND seq > ? ORDER BY seq LIMIT ?`, step, after, page)
		if err != nil {
			return fmt.Errorf("journal keys: %w", err)
		}
		n := 0
		for rows.Next() {
			var key string
			if err := rows.Scan(&after, &key); err != nil {
				return fmt.Errorf("journal keys: %w", closeRows(rows, err))
			}
			n++
			if !yield(after, key) {
				return closeRows(rows, nil)
			}
		}
		if err := closeRows(rows, rows.Err()); err != nil {
			return fmt.Errorf("journal keys: %w", err)
		}
		if n < page {
			return nil
		}
	}
}

func closeRows(rows *sql.Rows, err error) error {
	if closeErr := rows.Close(); err == nil {
		return closeErr
	}
	return err
}

func encodeJSON(v any) (string, error) {
	encoded, err := json.Marshal(v)
	return string(encoded), err
}
