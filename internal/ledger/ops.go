package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"bcetl/internal/record"
)

// OpResult is what came of one op.
type OpResult struct {
	ID      int64
	State   record.OpState  // done, failed or in_doubt
	StoreID int64           // id of the record that was written, 0 when unknown
	Problem *record.Problem // why it failed or is in doubt; on a done op, what the store did not save (207)
}

// Ops gives up to limit ops of the step and kind after id that are still planned, in order.
func (r *Run) Ops(ctx context.Context, step int, kind string, after int64, limit int) ([]record.Op, error) {
	return r.queryOps(ctx, `WHERE step = ? AND kind = ? AND state = 'planned' AND id > ? ORDER BY id LIMIT ?`, step, kind, after, limit)
}

// OpKinds counts the step's planned ops by kind.
func (r *Run) OpKinds(ctx context.Context, step int) (map[string]int64, error) {
	return r.countKinds(ctx, step, `'planned'`)
}

func (r *Run) countKinds(ctx context.Context, step int, states string) (map[string]int64, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT kind, COUNT(*) FROM ops WHERE step = ? AND state IN (`+states+`) GROUP BY kind`, step)
	if err != nil {
		return nil, fmt.Errorf("journal ops: %w", err)
	}
	defer rows.Close()
	counts := map[string]int64{}
	for rows.Next() {
		var kind string
		var n int64
		if err := rows.Scan(&kind, &n); err != nil {
			return nil, fmt.Errorf("journal ops: %w", err)
		}
		counts[kind] = n
	}
	return counts, rows.Err()
}

func (r *Run) queryOps(ctx context.Context, where string, args ...any) ([]record.Op, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT id, item, n, kind, target, key, body, before, needs, state FROM ops `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("journal ops: %w", err)
	}
	defer rows.Close()
	var ops []record.Op
	for rows.Next() {
		var op record.Op
		var body, before []byte
		var needs string
		if err := rows.Scan(&op.ID, &op.Item, &op.N, &op.Kind, &op.Target, &op.Key, &body, &before, &needs, &op.State); err != nil {
			return nil, fmt.Errorf("journal ops: %w", err)
		}
		if op.Body, err = decodeObject(body); err != nil {
			return nil, fmt.Errorf("journal op %d: %w", op.ID, err)
		}
		if op.Before, err = decodeObject(before); err != nil {
			return nil, fmt.Errorf("journal op %d: %w", op.ID, err)
		}
		if err := json.Unmarshal([]byte(needs), &op.Needs); err != nil {
			return nil, fmt.Errorf("journal op %d: %w", op.ID, err)
		}
		ops = append(ops, op)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("journal ops: %w", err)
	}
	return ops, nil
}

func decodeObject(data []byte) (*record.Object, error) {
	if len(data) == 0 {
		return nil, nil
	}
	o := new(record.Object)
	return o, o.UnmarshalJSON(data)
}

// Sent writes down, before a request goes out, that its ops are on their way. It shares its commit with other calls of the moment.
func (r *Run) Sent(ctx context.Context, ids []int64) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("journal intent: %w", context.Cause(ctx))
	}
	return r.together(ctx, "intent", func(tx *sql.Tx) error {
		update, err := tx.Prepare(`UPDATE ops SET state = ?, store_id = 0, problem = NULL, mark = ? WHERE id = ?`) //nolint:noctx // it is committed whatever becomes of the run
		if err != nil {
			return err
		}
		defer update.Close()
		if _, err := tx.Exec(`DELETE FROM meta WHERE name = ?`, quiet); err != nil { //nolint:noctx // as above
			return err
		}
		for _, id := range ids {
			if _, err := update.Exec(record.OpSent, opMark(id, record.OpSent, 0, nil), id); err != nil {
				return err
			}
		}
		return nil
	})
}

// Done writes down what came of ops, in a commit that it may share. It is written even when the run is being cancelled, for the store
// has already changed.
func (r *Run) Done(ctx context.Context, results []OpResult) error {
	problems := make([]any, len(results))
	for i := range results {
		problem, err := encodeProblem(results[i].Problem)
		if err != nil {
			return fmt.Errorf("journal outcome: %w", err)
		}
		problems[i] = problem
	}
	return r.together(ctx, "outcome", func(tx *sql.Tx) error {
		update, err := tx.Prepare(`UPDATE ops SET state = ?, store_id = ?, problem = ?, mark = ? WHERE id = ?`) //nolint:noctx // as above
		if err != nil {
			return err
		}
		defer update.Close()
		for i := range results {
			if _, err := update.Exec(results[i].State, results[i].StoreID, problems[i],
				opMark(results[i].ID, results[i].State, results[i].StoreID, problems[i]), results[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// marks are n placeholders of a list.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

func joinNames(names []string) string { return strings.Join(names, " ") }
