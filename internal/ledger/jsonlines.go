package ledger

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"bcetl/internal/record"
)

// journalItem and journalOp are the lines of a journal written out.
type journalItem struct {
	Kind    string          `json:"kind"` // "item"
	Step    int             `json:"step"`
	Seq     int64           `json:"seq"`
	Key     string          `json:"key"`
	File    string          `json:"file,omitempty"`
	Sheet   string          `json:"sheet,omitempty"`
	Rows    []int           `json:"rows,omitempty"`
	Outcome string          `json:"outcome"`
	StoreID int64           `json:"store_id,omitempty"`
	Changed []string        `json:"changed,omitempty"`
	Problem *record.Problem `json:"problem,omitempty"`
}

type journalOp struct {
	Kind string `json:"kind"` // "op"
	record.Op
	OpKind  string          `json:"op"`
	StoreID int64           `json:"store_id,omitempty"`
	Problem *record.Problem `json:"problem,omitempty"`
}

// WriteJSONLines writes the journal as one JSON object a line: each item of each step in the order of the input, followed by its ops
// with their states; ops that several items share come first. It may run while the run goes on.
func (r *Run) WriteJSONLines(ctx context.Context, w io.Writer) error {
	out := bufio.NewWriter(w)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	var steps int
	if err := r.db.QueryRowContext(ctx, `SELECT COALESCE(MAX(step), 0) FROM items`).Scan(&steps); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	for step := 1; step <= steps; step++ {
		if err := r.writeOps(ctx, encoder, step, 0); err != nil {
			return err
		}
		if err := r.EachOutcome(ctx, step, func(item *Settled) error {
			if err := encoder.Encode(lineOf(item)); err != nil {
				return fmt.Errorf("write journal: %w", err)
			}
			return r.writeOps(ctx, encoder, step, item.Seq)
		}); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

// idOf reads a store's id, 0 for anything else.
func idOf(text string) int64 {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// WriteKey writes the lines of the items that have the key, in any case, or that id in the store; found is their number.
func (r *Run) WriteKey(ctx context.Context, w io.Writer, key string) (found int, err error) {
	rows, err := r.db.QueryContext(ctx, `SELECT step, seq FROM items WHERE key = ?1 OR fold = ?2 OR lower(key) = ?2
		OR ?3 > 0 AND (store_id = ?3 OR seq IN (SELECT item FROM ops WHERE store_id = ?3 OR target = ?3)) ORDER BY seq`, key, strings.ToLower(key), idOf(key))
	if err != nil {
		return 0, fmt.Errorf("journal: %w", err)
	}
	var places [][2]int64
	for rows.Next() {
		var place [2]int64
		if err := rows.Scan(&place[0], &place[1]); err != nil {
			return 0, fmt.Errorf("journal: %w", closeRows(rows, err))
		}
		places = append(places, place)
	}
	if err := closeRows(rows, rows.Err()); err != nil {
		return 0, fmt.Errorf("journal: %w", err)
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, place := range places {
		items, err := r.Outcomes(ctx, int(place[0]), place[1]-1, 1)
		if err != nil || len(items) == 0 {
			return found, err
		}
		found++
		if err := encoder.Encode(lineOf(&items[0])); err != nil {
			return found, fmt.Errorf("write journal: %w", err)
		}
		if err := r.writeOps(ctx, encoder, int(place[0]), place[1]); err != nil {
			return found, err
		}
	}
	return found, nil
}

func lineOf(item *Settled) journalItem {
	line := journalItem{
		Kind: "item", Step: item.Step, Seq: item.Seq, Key: item.Key, Outcome: item.Outcome.String(), StoreID: item.StoreID,
		Changed: item.Changed, Problem: item.Problem,
	}
	for i := range item.Rows {
		line.File, line.Sheet = item.Rows[i].Origin.File, item.Rows[i].Origin.Sheet
		line.Rows = append(line.Rows, item.Rows[i].Origin.Line)
	}
	return line
}

// writeOps writes the ops of one item or, with item 0, those of the step that several items need.
func (r *Run) writeOps(ctx context.Context, encoder *json.Encoder, step int, item int64) error {
	ops, err := r.queryOps(ctx, `WHERE step = ? AND item = ? ORDER BY n, id`, step, item)
	if err != nil {
		return err
	}
	for i := range ops {
		line := journalOp{Kind: "op", Op: ops[i], OpKind: ops[i].Kind}
		var problem sql.NullString
		err := r.db.QueryRowContext(ctx, `SELECT store_id, problem FROM ops WHERE id = ?`, ops[i].ID).Scan(&line.StoreID, &problem)
		if err != nil {
			return fmt.Errorf("journal op %d: %w", ops[i].ID, err)
		}
		if line.Problem, err = decodeProblem(problem); err != nil {
			return fmt.Errorf("journal op %d: %w", ops[i].ID, err)
		}
		if err := encoder.Encode(line); err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
	}
	return nil
}

// OpenJournal opens a run's journal to read it.
func (l *Ledger) OpenJournal(ctx context.Context, id string) (*Run, error) {
	runs, err := l.Runs()
	if err != nil {
		return nil, err
	}
	for _, m := range runs {
		if m.ID == id {
			return l.openKept(ctx, m)
		}
	}
	return nil, fmt.Errorf("%w: %s", ErrNoRun, id)
}
