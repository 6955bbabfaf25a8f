package cli

import (
	"context"
	"errors"
	"fmt"

	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/internal/report"
	"bcetl/mappings"
	"bcetl/pipeline"
	"bcetl/sources"
)

// convertStep is a step from a sheet into other sheets, ready to run. It talks to no store.
type convertStep struct {
	name    string
	file    *jobFile
	source  *job.Source
	outputs []job.Output
	sheet   sheet
	shaping sources.Shaping
	columns [][]record.Column // by output
	// programs has one program for each output.
	programs programs[[]*mappings.Sheet]
	scope    mappings.Scope
	about    aboutColumns
	groups   map[string]int // keys of the groups so far, and where they began
}

func (a *App) compileConvert(ctx context.Context, f *jobFile, step *job.Step, scope mappings.Scope, o *runOptions) (*convertStep, []job.Diagnostic, error) {
	c := &convertStep{name: stepName(f, step), file: f, source: &step.Source, outputs: step.Outputs, scope: scope}
	var header *record.Header
	var diagnostics []job.Diagnostic
	if !o.static {
		opened, more, err := a.openSheet(ctx, f, &step.Source, o.input)
		if err != nil {
			return nil, more, err
		}
		diagnostics = append(diagnostics, more...)
		if opened != nil {
			c.sheet, header = opened, opened.Header()
		}
	}
	shaping, compiled, more := c.compileFor(header)
	if diagnostics = append(diagnostics, more...); len(diagnostics) > 0 {
		return c, diagnostics, nil
	}
	c.shaping = shaping
	c.shaping.Reshape = func(header *record.Header) (sources.Shaping, error) {
		shaping, _, found := c.compileFor(header)
		return shaping, firstOf(found)
	}
	for _, program := range compiled {
		c.columns = append(c.columns, program.Columns())
	}
	return c, nil, nil
}

// compileFor compiles for one file's header.
func (c *convertStep) compileFor(header *record.Header) (sources.Shaping, []*mappings.Sheet, []job.Diagnostic) {
	shaping, extended, found := compileShaping(c.file, c.source, header, c.scope)
	var compiled []*mappings.Sheet
	var mapping []job.Mapping
	for i := range c.outputs {
		mapping = append(mapping, c.outputs[i].Mapping...)
		program, more := mappings.CompileSheet(c.file.path, c.outputs[i].Mapping, c.outputs[i].Where, extended, c.scope)
		found = append(found, more...)
		compiled = append(compiled, program)
	}
	c.about.fitDialect(c.source, mapping, extended)
	c.programs.set(extended, compiled)
	return shaping, compiled, found
}

func (c *convertStep) close() error {
	if c.sheet == nil {
		return nil
	}
	return c.sheet.Close()
}

// converted is what became of a batch of items.
type converted struct {
	items    []sources.Item
	problems []*record.Problem
	rows     [][][]record.Value // by output
}

func (c *convertStep) run(ctx context.Context, s *session, _ int) error {
	writers := make([]tableWriter, len(c.outputs))
	for i := range c.outputs {
		writer, err := s.outputs.open(c.file, &c.outputs[i].Sink, c.columns[i])
		if err != nil {
			return errors.Join(err, c.sheet.Close())
		}
		writers[i] = writer
	}
	shaping := c.shaping
	shaping.Limit = s.options.limit
	shaped := sources.Shape(c.sheet, shaping)
	rejects := newRejects(s, c.name, c.sheet.Layouts)
	var rows, records record.Counts
	s.progress.Start("converting", s.options.limit)
	err := pipeline.Run(ctx, pipeline.Config{Concurrency: 2, Stop: s.app.stop}, pipeline.Stages[[]sources.Item, converted]{
		Read: shaped.Next,
		Work: func(_ context.Context, items []sources.Item) (converted, error) { return c.convert(items), nil },
		Settle: func(ctx context.Context, done converted) error {
			for i, writer := range writers {
				if err := writer.Write(ctx, done.rows[i]); err != nil {
					return err
				}
			}
			return c.settle(s, &done, rejects, &rows, &records)
		},
	})
	s.noteLayouts(c.name, c.sheet)
	s.noteColumns(c.name, &c.about)
	err = errors.Join(err, rejects.close(err == nil), c.sheet.Close())
	tally := report.TallyOf(shaped.Rows(), rows)
	unread := shaped.Rows() - rows.Total()
	tally.NotAttempted += unread
	s.report.Rows.Merge(tally)
	whole := report.TallyOf(records.Total()+unread, records)
	whole.NotAttempted += unread
	s.report.Records.Merge(whole)
	s.report.Steps = append(s.report.Steps, report.Step{Name: c.name, Rows: tally})
	if err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	return s.judgeFiles(c.name, false, shaped.Rows(), rows.Of(record.Rejected))
}

func (c *convertStep) convert(items []sources.Item) converted {
	done := converted{items: items, problems: make([]*record.Problem, len(items)), rows: make([][][]record.Value, len(c.outputs))}
	for i := range items {
		done.problems[i] = items[i].Problem
		if items[i].Problem != nil || items[i].Filtered {
			continue
		}
		compiled := c.programs.of(items[i].Rows[0].Header)
		cells := make([][]record.Value, len(c.outputs))
		keep := make([]bool, len(c.outputs))
		for j := range c.outputs {
			var problem *record.Problem
			if cells[j], keep[j], problem = compiled[j].Map(items[i].Rows); problem != nil {
				done.problems[i] = problem
				break
			}
		}
		for j := range c.outputs {
			if done.problems[i] == nil && keep[j] {
				done.rows[j] = append(done.rows[j], cells[j])
			}
		}
	}
	return done
}

// notAgain ends the run where the key of a group comes back after the group had closed: its first part is written already, so it can no
// longer be rejected whole, and nothing is published.
func (c *convertStep) notAgain(item *sources.Item) error {
	if item.Group == "" {
		return nil
	}
	if first, again := c.groups[item.Group]; again {
		return fmt.Errorf("the rows of %q do not stand together: groups begin in rows %d and %d; sort the sheet by the columns of group_by",
			item.Group, first, item.Rows[0].Origin.Line)
	}
	if c.groups == nil {
		c.groups = map[string]int{}
	}
	c.groups[item.Group] = item.Rows[0].Origin.Line
	return nil
}

// settle notes what came of each item.
func (c *convertStep) settle(s *session, done *converted, rejects *rejects, rows, records *record.Counts) error {
	base := report.Result{Run: s.report.RunID, Step: c.name}
	for i := range done.items {
		item := &done.items[i]
		if err := c.notAgain(item); err != nil {
			return err
		}
		settled := record.Settled{Seq: item.Seq, Outcome: record.Exported, Problem: done.problems[i]}
		switch {
		case settled.Problem != nil:
			settled.Outcome = record.Rejected
			s.report.Note(item.Rows[0].Origin, item.Key, settled.Problem)
			if err := rejects.add(item.Rows, settled.Problem); err != nil {
				return err
			}
		case item.Filtered:
			settled.Outcome = record.Filtered
		}
		rows.Add(settled.Outcome, item.RowCount())
		records.Add(settled.Outcome, 1)
		if err := s.results.AddSettled(base, origins(item.Rows), settled); err != nil {
			return err
		}
		s.progress.Add(item.RowCount())
	}
	return nil
}
