package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"bcetl/internal/record"
)

// Settled is an item with everything that is known of it, for results, rejects and the report.
type Settled struct {
	record.Settled
	Key  string
	Step int
	Rows []record.Row // of rejected and partial items when asked for, else only their origins
}

// IndexOps builds the index by which Outcomes finds an item's ops; call it when planning is over.
func (r *Run) IndexOps(ctx context.Context) error {
	if _, err := r.db.ExecContext(ctx, `CREATE INDEX IF NOT EXISTS ops_item ON ops (item)`); err != nil {
		return fmt.Errorf("journal index: %w", err)
	}
	return nil
}

// Outcomes gives up to limit items of the step after seq, in the order of the input, each with its outcome folded from its ops:
// none done is rejected, a later one failed is partial. An item that was never judged was not attempted.
func (r *Run) Outcomes(ctx context.Context, step int, after int64, limit int) ([]Settled, error) {
	items, planned, err := r.settledItems(ctx, step, after, limit)
	if err != nil || len(items) == 0 {
		return items, err
	}
	bySeq := make(map[int64][]opState, len(planned))
	if len(planned) > 0 {
		if bySeq, err = r.opStates(ctx, items[0].Seq, items[len(items)-1].Seq); err != nil {
			return nil, err
		}
	}
	for i := range items {
		if planned[items[i].Seq] {
			fold(&items[i], bySeq[items[i].Seq])
		}
	}
	return items, nil
}

func (r *Run) settledItems(ctx context.Context, step int, after int64, limit int) ([]Settled, map[int64]bool, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT seq, key, nrows, rows, stage, outcome, store_id, changed, problem FROM items WHERE step = ? AND seq > ? ORDER BY seq LIMIT ?`, step, after, limit)
	if err != nil {
		return nil, nil, fmt.Errorf("journal outcomes: %w", err)
	}
	defer rows.Close()
	var items []Settled
	planned := map[int64]bool{}
	for rows.Next() {
		item := Settled{Step: step}
		var count, stage int
		var cells []byte
		var changed string
		var problem sql.NullString
		if err := rows.Scan(&item.Seq, &item.Key, &count, &cells, &stage, &item.Outcome, &item.StoreID, &changed, &problem); err != nil {
			return nil, nil, fmt.Errorf("journal outcomes: %w", err)
		}
		if item.Rows, err = r.decodeRows(cells, count); err != nil {
			return nil, nil, fmt.Errorf("journal item %d: %w", item.Seq, err)
		}
		item.Changed = strings.Fields(changed)
		if item.Problem, err = decodeProblem(problem); err != nil {
			return nil, nil, fmt.Errorf("journal item %d: %w", item.Seq, err)
		}
		switch stage {
		case 0:
			item.Outcome = record.NotAttempted
		case 1:
			planned[item.Seq] = true
		}
		items = append(items, item)
	}
	if err := rows.Err(); err != nil {
		return nil, nil, fmt.Errorf("journal outcomes: %w", err)
	}
	return items, planned, nil
}

type opState struct {
	n       int
	state   record.OpState
	storeID int64
	problem *record.Problem
}

func (r *Run) opStates(ctx context.Context, first, last int64) (map[int64][]opState, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT item, n, state, store_id, problem FROM ops WHERE item BETWEEN ? AND ? ORDER BY item, n`, first, last)
	if err != nil {
		return nil, fmt.Errorf("journal outcomes: %w", err)
	}
	defer rows.Close()
	states := map[int64][]opState{}
	for rows.Next() {
		var item int64
		var op opState
		var problem sql.NullString
		if err := rows.Scan(&item, &op.n, &op.state, &op.storeID, &problem); err != nil {
			return nil, fmt.Errorf("journal outcomes: %w", err)
		}
		if op.problem, err = decodeProblem(problem); err != nil {
			return nil, fmt.Errorf("journal outcomes of item %d: %w", item, err)
		}
		states[item] = append(states[item], op)
	}
	return states, rows.Err()
}

// fold turns the states of an item's ops into its outcome. The item's own Outcome is what planning intended: created, updated, deleted.
func fold(item *Settled, ops []opState) {
	done, failed, doubt, partial := 0, 0, 0, 0
	// What planning left alone, and said so, makes a change partial; what came of an op says more.
	noted := item.Problem
	item.Problem = nil
	for i := range ops {
		op := &ops[i]
		if op.storeID != 0 && item.StoreID == 0 {
			item.StoreID = op.storeID
		}
		switch op.state {
		case record.OpDone:
			done++
			if op.problem != nil {
				partial++
			}
		case record.OpFailed:
			failed++
		case record.OpSent, record.OpInDoubt:
			doubt++
		}
		if op.problem != nil && item.Problem == nil {
			item.Problem = op.problem
		}
	}
	if noted != nil && done > 0 {
		partial++
	}
	intended := item.Outcome
	switch {
	case doubt > 0:
		item.Outcome = record.InDoubt
	case failed > 0 && done == 0:
		item.Outcome = record.Rejected
	case failed > 0 || partial > 0:
		item.Outcome = record.Partial
	case done == len(ops) && done > 0:
		item.Outcome = intended
	case done > 0:
		item.Outcome = record.Partial
	default:
		item.Outcome = record.NotAttempted
	}
	if item.Problem == nil && item.Outcome == record.Partial {
		item.Problem = noted
	}
	if item.Outcome == record.InDoubt && item.Problem == nil {
		item.Problem = &record.Problem{Code: "in_doubt", Message: "the store's answer was lost; whether the change took effect is not known"}
	}
	if item.Outcome == record.Rejected || item.Outcome == record.NotAttempted {
		item.Changed = nil
	}
}

func decodeProblem(text sql.NullString) (*record.Problem, error) {
	if !text.Valid {
		return nil, nil
	}
	p := new(record.Problem)
	return p, json.Unmarshal([]byte(text.String), p)
}
