package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"bcetl/internal/compile"
	"bcetl/internal/job"
	"bcetl/internal/report"
)

// RunJob runs one job. The report is nil when nothing was begun.
func (w *World) RunJob(ctx context.Context, path string, o *Options) (*report.Report, error) {
	r, err := w.Prepare(ctx, path, o)
	if err != nil {
		return nil, err
	}
	held, err := w.lockRun(ctx, r, o)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if r, err = w.underLock(ctx, r, path, o); err != nil {
		return nil, errors.Join(err, held.release())
	}
	r.stdin.last = true
	s, err := w.beginSession(ctx, r, o)
	if err != nil {
		return nil, errors.Join(err, r.Close(), held.release())
	}
	cause := Refused(s.runPlanned(ctx, r.Steps), r.File.Job.Connection.Text)
	err = s.finish(cause)
	err = errors.Join(err, r.closeStores(), held.release())
	if s.view != nil && s.view.text != nil && (cause == nil || s.report.Status == report.Guarded) {
		return s.report, err // the plan has said it all
	}
	report.Summary(w.Stderr, s.report, report.StyleFor(report.NewScreen(w.Stderr, w.Env), o.Quiet, w.LogJSON.Load()))
	if !s.report.Resumable && err == nil && isWrong(cause) {
		// The connection is wrong and nothing was touched; the summary has said why.
		return s.report, Wrong(nil)
	}
	return s.report, err
}

// underLock prepares the job again where what was known before the lock was taken may not hold any more: the input was replaced meanwhile,
// or another run moved what ${last_run:...} says.
func (w *World) underLock(ctx context.Context, r *Prepared, path string, o *Options) (*Prepared, error) {
	now, err := r.fingerprint(o)
	if err == nil && now == r.opened && !r.File.NamesLastRun() {
		return r, nil
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	return w.prepare(ctx, path, o, r.stdin)
}

// runPlanned runs the steps, showing their plan or applying one where that is asked for.
func (s *session) runPlanned(ctx context.Context, steps []compile.Step) error {
	if path := s.options.Plan; path != "" {
		for _, step := range steps {
			if _, converts := step.(*compile.ConvertStep); converts {
				return errors.Join(Wrong(errors.New("--plan goes with jobs that read a sheet only to write to a store")), compile.CloseAll(steps))
			}
		}
		planned, err := openPlan(path, s.prepared, steps, s.options)
		if err != nil {
			return errors.Join(err, compile.CloseAll(steps))
		}
		s.planned = planned
		return errors.Join(s.runSteps(ctx, steps), planned.close())
	}
	if !s.options.DryRun {
		return s.runSteps(ctx, steps)
	}
	view, err := s.world.newPlanView(ctx, s)
	if err != nil {
		return errors.Join(err, compile.CloseAll(steps))
	}
	s.view = view
	if !slices.ContainsFunc(steps, func(step compile.Step) bool { _, imports := step.(*compile.ImportStep); return imports }) && view.text != nil {
		view.start()
		fmt.Fprintln(view, "The job writes files only: nothing in a store would change.")
	}
	cause := s.runSteps(ctx, steps)
	var guarded *guardError
	if errors.As(cause, &guarded) {
		return errors.Join(cause, view.close(nil)) // a guard that trips is part of the plan
	}
	return errors.Join(cause, view.close(cause))
}

// runSteps runs the steps in order; the first that fails ends the run. Files get their names only when all went well.
func (s *session) runSteps(ctx context.Context, steps []compile.Step) error {
	for i, step := range steps {
		if _, imports := step.(*compile.ImportStep); !imports && s.options.DryRun {
			if err := s.leaveOut(ctx, step, i+1); err != nil {
				return errors.Join(err, compile.CloseAll(steps[i:]))
			}
			if err := step.Close(); err != nil {
				return err
			}
			continue
		}
		if err := s.runStep(ctx, step, i+1); err != nil {
			return errors.Join(err, compile.CloseAll(steps[i+1:]), s.unpublish())
		}
	}
	if s.keepsLast() {
		s.find("", "kept_last", "rows were rejected, so the last good output stays (on_reject: keep_last)")
		return s.outputs.abort()
	}
	s.reached("rename")
	written, notes, err := s.outputs.commit()
	s.report.Outputs = append(s.report.Outputs, written...)
	for _, note := range notes {
		s.find("", "output", "%s", note)
	}
	return err
}

// leaveOut says that a plan does not run a step that writes files, and what an export would ask of its store.
func (s *session) leaveOut(ctx context.Context, step compile.Step, number int) error {
	if export, ok := step.(*compile.ExportStep); ok && !s.options.Quiet {
		return s.planExport(ctx, export, number)
	}
	s.find("", "not_run", "step %d writes files and is left out of a plan", number)
	return nil
}

// runStep moves the records of one step, and lets go of it. What came of them stands in the report, whatever the error.
func (s *session) runStep(ctx context.Context, step compile.Step, number int) error {
	switch step := step.(type) {
	case *compile.ImportStep:
		return s.runImport(ctx, step, number)
	case *compile.ExportStep:
		return s.runExport(ctx, step)
	case *compile.ConvertStep:
		return s.runConvert(ctx, step)
	}
	return fmt.Errorf("step %d is of no kind that can be run: %T", number, step)
}

// unpublish gives the outputs up: what was exported into them was not.
func (s *session) unpublish() error {
	s.unpublished = true
	s.report.Rows.NotAttempted, s.report.Rows.Exported = s.report.Rows.NotAttempted+s.report.Rows.Exported, 0
	s.report.Records.NotAttempted, s.report.Records.Exported = s.report.Records.NotAttempted+s.report.Records.Exported, 0
	for i := range s.report.Steps {
		rows := &s.report.Steps[i].Rows
		rows.NotAttempted, rows.Exported = rows.NotAttempted+rows.Exported, 0
	}
	return s.outputs.abort()
}

// keepsLast tells whether a rejected row keeps the outputs from being published.
func (s *session) keepsLast() bool {
	if s.report.Rows.Unsettled() == 0 {
		return false
	}
	for i := range s.file.Job.Steps {
		for j := range s.file.Job.Steps[i].Outputs {
			if s.file.Job.Steps[i].Outputs[j].Sink.OnReject.Text == "keep_last" {
				return true
			}
		}
	}
	return false
}

// storeFor gives the store of a step: its own connection, else the job's.
func (s *session) storeFor(own job.Scalar) *Store { return s.prepared.storeFor(own) }
