package ledger

import (
	"context"
	"database/sql"

	"bcetl/internal/record"
)

// Verdict is what planning decided about one item: ops to carry out, or an outcome that needs none.
type Verdict struct {
	record.Settled             // Outcome counts only without Ops
	Ops            []record.Op // Item, N and State are filled in here; IDs come from NewOpID
	Claims         []Claim     // of fields that the store keeps unique
}

// NewOpID gives the next id for an op of this run.
func (r *Run) NewOpID() int64 { return r.nextOp.Add(1) }

// Judge writes verdicts down.
func (r *Run) Judge(ctx context.Context, step int, verdicts []Verdict) error {
	return r.transaction(ctx, "verdicts", func(tx *sql.Tx) error { return judge(ctx, tx, step, verdicts) })
}

func judge(ctx context.Context, tx *sql.Tx, step int, verdicts []Verdict) error {
	update, err := tx.PrepareContext(ctx, `UPDATE items SET stage = ?, outcome = ?, store_id = ?, changed = ?, problem = ?, mark = ?, doc = NULL WHERE seq = ?`)
	if err != nil {
		return err
	}
	defer update.Close()
	for i := range verdicts {
		v := &verdicts[i]
		stage := 2
		if len(v.Ops) > 0 {
			stage = 1
		}
		problem, err := encodeProblem(v.Problem)
		if err != nil {
			return err
		}
		if _, err := update.ExecContext(ctx, stage, v.Outcome, v.StoreID, joinNames(v.Changed), problem,
			itemMark(v.Seq, stage, v.Outcome, v.StoreID, joinNames(v.Changed), problem), v.Seq); err != nil {
			return err
		}
		for n := range v.Ops {
			v.Ops[n].Item, v.Ops[n].N = v.Seq, n
		}
		if err := insertOps(ctx, tx, step, v.Ops); err != nil {
			return err
		}
	}
	return noteClaims(ctx, tx, verdicts)
}

// AddOps writes down ops that no single item owns, such as a category that several rows need.
func (r *Run) AddOps(ctx context.Context, step int, ops []record.Op) error {
	return r.transaction(ctx, "ops", func(tx *sql.Tx) error { return insertOps(ctx, tx, step, ops) })
}

func insertOps(ctx context.Context, tx *sql.Tx, step int, ops []record.Op) error {
	if len(ops) == 0 {
		return nil
	}
	insert, err := tx.PrepareContext(ctx, `INSERT INTO ops (id, step, item, n, kind, target, key, body, before, needs, state, sum, mark)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer insert.Close()
	for i := range ops {
		op := &ops[i]
		op.State = record.OpPlanned
		needs, err := encodeJSON(op.Needs)
		if err != nil {
			return err
		}
		body, before := encodeObject(op.Body), encodeObject(op.Before)
		sum := sumOf(op.ID, step, op.Item, op.N, op.Kind, op.Target, op.Key, body, before, needs)
		if _, err := insert.ExecContext(ctx, op.ID, step, op.Item, op.N, op.Kind, op.Target, op.Key, body, before, needs, op.State,
			sum, opMark(op.ID, op.State, 0, nil)); err != nil {
			return err
		}
	}
	return nil
}

func encodeObject(o *record.Object) any {
	if o == nil {
		return nil
	}
	return o.AppendJSON(nil)
}

// opMark is the checksum of an op's state.
func opMark(id int64, state record.OpState, storeID int64, problem any) int64 {
	return sumOf(id, state, storeID, problem)
}
