package runner

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"bcetl/internal/report"
)

// planView shows a plan to a person, and keeps it in the files that were asked for.
type planView struct {
	plan  report.Plan
	text  *report.PlanText // nil with --quiet
	book  *report.PlanXLSX
	file  *planFile
	out   io.Writer    // where the text goes; nil until there is some
	begin func()       // begins the text
	pager func() error // waits for the person
}

// start begins the text: what shows the progress ends first, for both are on the same screen.
func (v *planView) start() {
	if v.text != nil && v.out == nil {
		v.begin()
	}
}

// Write passes text on to the person.
func (v *planView) Write(p []byte) (int, error) { return v.out.Write(p) }

// CheckPlanOut refuses a file of a form in which no plan is written.
func CheckPlanOut(out string) error {
	switch strings.ToLower(filepath.Ext(out)) {
	case ".json", ".xlsx":
		return nil
	}
	return Wrong(fmt.Errorf("--out %s: a plan is written as .json or .xlsx", out))
}

// newPlanView begins the renderings.
func (w *World) newPlanView(ctx context.Context, s *session) (*planView, error) {
	v := &planView{pager: func() error { return nil }}
	v.plan = report.Plan{
		Schema: report.Schema, Job: s.report.Job, Connection: s.report.Connection, Store: s.run.Manifest.Store, Created: s.report.Started,
		Findings: s.report.Findings,
	}
	for _, out := range s.options.PlanOut {
		var err error
		switch strings.ToLower(filepath.Ext(out)) {
		case ".json":
			v.file, err = createPlanFile(out, &v.plan, s)
		case ".xlsx":
			v.book, err = report.CreatePlanXLSX(out)
		default:
			err = CheckPlanOut(out)
		}
		if err != nil {
			return nil, Wrong(err)
		}
	}
	if s.options.Quiet {
		return v, nil
	}
	screen := report.NewScreen(w.Stdout, w.Env)
	v.text = report.NewPlanText(v, report.PlanStyle{Color: screen.Color, Width: screen.Width, All: s.options.PlanAll})
	v.begin = func() {
		s.progress.Done()
		if screen.Terminal {
			// Later steps would draw over the plan.
			s.progress = report.NewProgress(report.Options{Out: w.Stderr, Quiet: true, Now: w.Now})
		}
		v.out, v.pager = w.pager(ctx)
		v.text.Begin(&v.plan)
	}
	return v, nil
}

// change passes one record on to all renderings.
func (v *planView) change(c report.PlanChange) error {
	if v.text != nil {
		if err := v.text.Change(c); err != nil {
			return fmt.Errorf("print the plan: %w", err)
		}
	}
	if v.book != nil {
		return v.book.Change(c)
	}
	return nil
}

// close ends the renderings; with an error none of the files gets its name.
func (v *planView) close(cause error) error {
	err := v.pager()
	if v.book != nil {
		if cause != nil {
			return firstError(err, v.book.Abort())
		}
		err = firstError(err, v.book.Commit(&v.plan))
	}
	if v.file != nil {
		if cause != nil {
			return firstError(err, v.file.abort())
		}
		err = firstError(err, v.file.commit())
	}
	return err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
