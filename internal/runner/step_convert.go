package runner

import (
	"context"
	"errors"
	"fmt"

	"bcetl/internal/compile"
	"bcetl/internal/record"
	"bcetl/internal/report"
	"bcetl/pipeline"
	"bcetl/sources"
)

// converted is what became of a batch of items.
type converted struct {
	items    []sources.Item
	problems []*record.Problem
	rows     [][][]record.Value // by output
}

// convertRun is one convert step on its way.
type convertRun struct {
	*session
	step    *compile.ConvertStep
	rejects *rejects
	rows    record.Counts
	records record.Counts
	groups  map[string]int // keys of the groups so far, and where they began
}

// runConvert reads the sheet once and writes all outputs of the step.
func (s *session) runConvert(ctx context.Context, c *compile.ConvertStep) error {
	r := &convertRun{session: s, step: c, rejects: newRejects(s, c.Name, c.Sheet.Layouts)}
	writers := make([]tableWriter, len(c.Outputs))
	for i := range c.Outputs {
		writer, err := s.outputs.open(c.File, &c.Outputs[i].Sink, c.Columns[i])
		if err != nil {
			return errors.Join(err, c.Sheet.Close())
		}
		writers[i] = writer
	}
	shaping := c.Shaping
	shaping.Limit = s.options.Limit
	shaped := sources.Shape(c.Sheet, shaping)
	s.progress.Start("converting", s.options.Limit)
	err := pipeline.Run(ctx, pipeline.Config{Concurrency: 2, Stop: s.world.Stop}, pipeline.Stages[[]sources.Item, converted]{
		Read: shaped.Next,
		Work: func(_ context.Context, items []sources.Item) (converted, error) { return convert(c, items), nil },
		Settle: func(ctx context.Context, done converted) error {
			for i, writer := range writers {
				if err := writer.Write(ctx, done.rows[i]); err != nil {
					return err
				}
			}
			return r.settle(&done)
		},
	})
	s.noteLayouts(c.Name, c.Sheet)
	s.noteColumns(c.Name, &c.About)
	err = errors.Join(err, r.rejects.close(err == nil), c.Sheet.Close())
	tally := report.TallyOf(shaped.Rows(), r.rows)
	unread := shaped.Rows() - r.rows.Total()
	tally.NotAttempted += unread
	s.report.Rows.Merge(tally)
	whole := report.TallyOf(r.records.Total()+unread, r.records)
	whole.NotAttempted += unread
	s.report.Records.Merge(whole)
	s.report.CallRecords("record", "records", unread == 0)
	s.report.Steps = append(s.report.Steps, report.Step{Name: c.Name, Rows: tally})
	if err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	return s.judgeFiles(c.Name, false, shaped.Rows(), r.rows.Of(record.Rejected))
}

// convert makes the rows of a batch for each output.
func convert(c *compile.ConvertStep, items []sources.Item) converted {
	done := converted{items: items, problems: make([]*record.Problem, len(items)), rows: make([][][]record.Value, len(c.Outputs))}
	for i := range items {
		done.problems[i] = items[i].Problem
		if items[i].Problem != nil || items[i].Filtered {
			continue
		}
		compiled := c.Programs(items[i].Rows[0].Header)
		cells := make([][]record.Value, len(c.Outputs))
		keep := make([]bool, len(c.Outputs))
		for j := range c.Outputs {
			var problem *record.Problem
			if cells[j], keep[j], problem = compiled[j].Map(items[i].Rows); problem != nil {
				done.problems[i] = problem
				break
			}
		}
		for j := range c.Outputs {
			if done.problems[i] == nil && keep[j] {
				done.rows[j] = append(done.rows[j], cells[j])
			}
		}
	}
	return done
}

// notAgain ends the run where the key of a group comes back after the group had closed: its first part is written already, so it can no
// longer be rejected whole, and nothing is published.
func (r *convertRun) notAgain(item *sources.Item) error {
	if item.Group == "" {
		return nil
	}
	if first, again := r.groups[item.Group]; again {
		return fmt.Errorf("the rows of %q do not stand together: groups begin in rows %d and %d; sort the sheet by the columns of group_by",
			item.Group, first, item.Rows[0].Origin.Line)
	}
	if r.groups == nil {
		r.groups = map[string]int{}
	}
	r.groups[item.Group] = item.Rows[0].Origin.Line
	return nil
}

// settle notes what came of each item.
func (r *convertRun) settle(done *converted) error {
	base := report.Result{Run: r.report.RunID, Step: r.step.Name}
	for i := range done.items {
		item := &done.items[i]
		if err := r.notAgain(item); err != nil {
			return err
		}
		settled := record.Settled{Seq: item.Seq, Outcome: record.Exported, Problem: done.problems[i]}
		switch {
		case settled.Problem != nil:
			settled.Outcome = record.Rejected
			r.report.Note(item.Rows[0].Origin, item.Key, settled.Problem)
			if err := r.rejects.add(item.Rows, settled.Problem); err != nil {
				return err
			}
		case item.Filtered:
			settled.Outcome = record.Filtered
		}
		r.rows.Add(settled.Outcome, item.RowCount())
		r.records.Add(settled.Outcome, 1)
		if err := r.results.AddSettled(base, origins(item.Rows), settled); err != nil {
			return err
		}
		r.progress.Add(item.RowCount())
	}
	return nil
}
