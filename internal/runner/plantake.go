package runner

import (
	"context"
	"fmt"

	"bcetl/internal/apply"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/internal/report"
)

// takePlan puts the plan's step into the run's ledger, as if it had been planned just now, and fails the ops of records that have
// moved since.
func (r *importRun) takePlan(ctx context.Context) error {
	summary, err := r.loadPlan(ctx)
	if err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	plan := &apply.Plan{}
	for _, guard := range summary.Guards {
		if !guard.Accepted {
			plan.Guards = append(plan.Guards, apply.GuardTripped{Name: guard.Name, Message: guard.Message})
		}
	}
	if err := r.judgeGuards(plan); err != nil {
		return err
	}
	r.progress.Start("comparing with the plan", 0)
	executor, err := r.executor(ctx)
	if err != nil {
		return err
	}
	if _, err := executor.Verify(ctx); err != nil {
		return err
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	return r.apply(ctx)
}

func (r *importRun) loadPlan(ctx context.Context) (*report.PlanStep, error) {
	input, err := r.planned.step(r.number)
	if err != nil {
		return nil, err
	}
	r.rows, r.records, r.nextSeq, r.layouts = input.Rows, input.Records, input.Next, input.layouts()
	var highest int64
	for i := range input.Shared {
		highest = max(highest, input.Shared[i].ID)
	}
	if err := r.run.AddOps(ctx, r.number, recordOps(input.Shared, 0)); err != nil {
		return nil, err
	}
	if err := r.run.SettleRefs(ctx, input.refs()); err != nil {
		return nil, err
	}
	headers := headersOf(r.layouts)
	for {
		items, err := r.planned.items(planPage)
		if err != nil {
			return nil, err
		}
		if len(items) == 0 {
			break
		}
		staged, verdicts, last, err := fromPlan(items, headers)
		if err != nil {
			return nil, err
		}
		highest = max(highest, last)
		if err := r.run.Stage(ctx, r.number, staged); err != nil {
			return nil, err
		}
		if err := r.run.Judge(ctx, r.number, verdicts); err != nil {
			return nil, err
		}
	}
	r.run.KeepOpIDs(highest)
	if err := r.run.IndexOps(ctx); err != nil {
		return nil, err
	}
	return r.planned.end()
}

// headersOf gives the header of each input sheet, by file and sheet.
func headersOf(layouts []record.Layout) map[[2]string]*record.Header {
	headers := map[[2]string]*record.Header{}
	for i := range layouts {
		headers[[2]string{layouts[i].File, layouts[i].Sheet}] = layouts[i].Header
	}
	return headers
}

// fromPlan makes ledger entries of a plan's items.
func fromPlan(items []plannedRecord, headers map[[2]string]*record.Header) (staged []ledger.Staged, verdicts []ledger.Verdict, lastOp int64, err error) {
	for i := range items {
		item := &items[i]
		outcome, err := outcomeNamed(item.Outcome)
		if err != nil {
			return nil, nil, 0, err
		}
		entry := ledger.Staged{Item: record.Item{Seq: item.Seq, Key: item.Key}}
		for _, row := range item.Rows {
			header, ok := headers[[2]string{row.File, row.Sheet}]
			if !ok {
				return nil, nil, 0, fmt.Errorf("row %d is of %s, which is not among the plan's inputs", row.Line, row.File)
			}
			entry.Rows = append(entry.Rows, record.Row{
				Header: header, Cells: recordCells(row.Cells), Extra: recordCells(row.Extra),
				Origin: record.Origin{File: row.File, Sheet: row.Sheet, Line: row.Line},
			})
		}
		staged = append(staged, entry)
		for j := range item.Ops {
			lastOp = max(lastOp, item.Ops[j].ID)
		}
		verdicts = append(verdicts, ledger.Verdict{
			Settled: record.Settled{Seq: item.Seq, Outcome: outcome, StoreID: item.StoreID, Changed: item.Changed, Problem: item.Problem},
			Ops:     recordOps(item.Ops, item.Seq),
		})
	}
	return staged, verdicts, lastOp, nil
}

func outcomeNamed(name string) (record.Outcome, error) {
	for _, outcome := range record.Outcomes() {
		if outcome.String() == name {
			return outcome, nil
		}
	}
	return 0, fmt.Errorf("%q is not an outcome", name)
}
