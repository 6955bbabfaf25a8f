package runner

import (
	"context"
	"fmt"

	"bcetl/internal/compile"
	"bcetl/internal/record"
	"bcetl/internal/report"
	"bcetl/pipeline"
	"bcetl/sources"
)

// page is what became of one page of records: rows for each output, and what came of each record.
type page struct {
	rows    [][][]record.Value // by output
	settled []record.Settled
	keys    []string
}

// runExport reads the object once and writes all outputs of the step.
func (s *session) runExport(ctx context.Context, step *compile.ExportStep) error {
	st := s.storeFor(step.Source.Connection)
	if err := s.loadNames(ctx, step, st); err != nil {
		return err
	}
	writers := make([]tableWriter, len(step.Outputs))
	for i := range step.Outputs {
		writer, err := s.outputs.open(step.File, &step.Outputs[i].Spec.Sink, step.Outputs[i].Program.Columns())
		if err != nil {
			return err
		}
		writers[i] = writer
	}
	walking, err := s.walkOptions(ctx, step, st)
	if err != nil {
		return fmt.Errorf("export %s: %w", step.Object.Name, err)
	}
	walker := st.Client.Walk(ctx, step.Object, walking)
	source := sources.NewStore(walker, s.options.Limit)
	defer source.Close()
	var counts record.Counts
	s.progress.Start(exportStage(step, walking.Counted), 0)
	counted := false
	err = pipeline.Run(ctx, pipeline.Config{Concurrency: 2, Stop: s.world.Stop}, pipeline.Stages[[]record.Item, page]{
		Read: func(ctx context.Context) ([]record.Item, error) { return source.Next(ctx) },
		Work: func(_ context.Context, items []record.Item) (page, error) { return pageOf(step, items), nil },
		Settle: func(ctx context.Context, p page) error {
			if !counted { // the first page tells
				counted = true
				s.progress.Total(source.Total())
			}
			for i, writer := range writers {
				if err := writer.Write(ctx, p.rows[i]); err != nil {
					return err
				}
			}
			for i := range p.settled {
				counts.Add(p.settled[i].Outcome, 1)
				result := report.Result{Run: s.report.RunID, Step: step.Name, Object: step.Object.Name, Key: p.keys[i]}
				if err := s.results.AddSettled(result, nil, p.settled[i]); err != nil {
					return err
				}
				if problem := p.settled[i].Problem; problem != nil {
					s.report.Note(record.Origin{}, p.keys[i], problem)
				}
			}
			s.progress.Add(int64(len(p.settled)))
			s.watch(st)
			return nil
		},
	})
	tally := report.TallyOf(source.Read(), counts)
	tally.NotAttempted += source.Read() - counts.Total()
	s.report.Rows.Merge(tally)
	s.report.Records.Merge(tally)
	s.report.CallRecords("record", "records", true)
	s.report.Steps = append(s.report.Steps, report.Step{Name: step.Name, Rows: tally})
	for _, note := range source.Notes() {
		s.note(note)
	}
	s.noteLeft(step, walker.Left())
	if err != nil {
		return fmt.Errorf("export %s: %w", step.Object.Name, err)
	}
	return s.judgeFiles(step.Name, true, source.Read(), counts.Of(record.Rejected))
}

// pageOf makes the rows of a page for each output. A record that cannot be shown is rejected for all outputs.
func pageOf(e *compile.ExportStep, items []record.Item) page {
	p := page{rows: make([][][]record.Value, len(e.Outputs)), settled: make([]record.Settled, len(items)), keys: make([]string, len(items))}
	for i := range items {
		id, _ := items[i].Doc.Get("id").Int()
		p.settled[i] = record.Settled{Seq: items[i].Seq, Outcome: record.Exported, StoreID: id}
		p.keys[i] = keyOf(e.Object, items[i].Doc)
		if keep, problem := e.Judge(items[i].Doc); !keep {
			p.settled[i].Outcome, p.settled[i].Problem = record.Filtered, problem
			if problem != nil {
				p.settled[i].Outcome = record.Rejected
			}
			continue
		}
		rows := make([][][]record.Value, len(e.Outputs))
		for j := range e.Outputs {
			made, problem := e.Outputs[j].Program.Rows(items[i].Doc)
			if problem != nil {
				p.settled[i].Outcome, p.settled[i].Problem = record.Rejected, problem
				break
			}
			rows[j] = made
		}
		if p.settled[i].Problem != nil {
			continue
		}
		for j := range rows {
			p.rows[j] = append(p.rows[j], rows[j]...)
		}
	}
	return p
}
