package runner

import (
	"context"
	"errors"
	"slices"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/internal/report"
)

func (r *importRun) countRejected(ctx context.Context) (n int64, err error) {
	err = r.run.EachOutcome(ctx, r.number, func(item *ledger.Settled) error {
		if item.Outcome == record.Rejected {
			n++
		}
		return nil
	})
	return n, err
}

// settle writes results and rejects in the order of the input, and counts.
func (r *importRun) settle(ctx context.Context) error {
	var rows, records record.Counts
	rejects := newRejects(r.session, r.step.Name, func() []record.Layout { return r.layouts })
	base := report.Result{Run: r.report.RunID, Step: r.step.Name, Object: r.step.Target.Object.Name}
	err := r.run.EachOutcome(ctx, r.number, func(item *ledger.Settled) error {
		if r.options.DryRun {
			asPlanned(item)
		}
		item.Problem = r.blamed(item.Problem)
		count := max(1, int64(len(item.Rows)))
		rows.Add(item.Outcome, count)
		records.Add(item.Outcome, 1)
		base.Key = item.Key
		if err := r.results.AddSettled(base, origins(item.Rows), item.Settled); err != nil {
			return err
		}
		if !unsettled(item.Outcome) || item.Problem == nil {
			return nil
		}
		if len(item.Rows) > 0 {
			r.report.Note(item.Rows[0].Origin, item.Key, item.Problem)
		}
		return rejects.add(item.Rows, item.Problem)
	})
	err = errors.Join(err, rejects.close(err == nil))
	read := r.rows
	tally := report.TallyOf(read, rows)
	if left := read - rows.Total(); left > 0 {
		// Rows that were read but had not reached the ledger when the run was stopped.
		tally.NotAttempted += left
	}
	r.report.CallRecords(r.step.Target.Object.Singular, r.step.Target.Object.Name, read == rows.Total())
	r.report.Rows.Merge(tally)
	r.report.Records.Merge(report.TallyOf(records.Total()+max(0, read-rows.Total()), records))
	r.report.Records.NotAttempted += max(0, read-rows.Total())
	r.report.Steps = append(r.report.Steps, report.Step{Name: r.step.Name, Rows: tally})
	return err
}

func origins(rows []record.Row) []record.Origin {
	list := make([]record.Origin, len(rows))
	for i := range rows {
		list[i] = rows[i].Origin
	}
	return list
}

// unsettled outcomes are handed back to the person.
func unsettled(o record.Outcome) bool {
	return slices.Contains([]record.Outcome{record.Rejected, record.Partial, record.InDoubt}, o)
}

// asPlanned shows, in a dry run, what would come of an item as not attempted.
func asPlanned(item *ledger.Settled) {
	if item.Outcome == record.InDoubt && item.Problem == nil {
		item.Outcome = record.NotAttempted
	}
}
