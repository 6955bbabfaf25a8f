package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

	"bcetl/internal/compile"
	"bcetl/internal/ledger"
	"bcetl/internal/report"
)

// session is one run of one job: its ledger, its report and what a person sees meanwhile.
type session struct {
	world       *World
	prepared    *Prepared
	view        *planView   // shows the plan; nil unless one is wanted
	planned     *planReader // the plan that is applied; nil unless one is
	file        *compile.File
	options     *Options
	run         *ledger.Run
	report      *report.Report
	results     *report.Results
	progress    *report.Progress
	stores      map[string]*Store // by connection name
	outputs     *outputs
	log         *slog.Logger
	nextSeq     int64 // of the next step's first item
	unpublished bool  // the outputs were given up
	rejectFiles int   // made so far
}

// beginSession makes the run's folder and the files in it.
func (w *World) beginSession(ctx context.Context, p *Prepared, o *Options) (*session, error) {
	f := p.File
	book, err := ledger.Open(w.stateDirOf(o, f))
	if err != nil {
		return nil, err
	}
	run, resumed, err := w.beginRun(ctx, book, p, o)
	if err != nil {
		return nil, err
	}
	results, err := report.CreateResults(filepath.Join(run.Dir, "results.csv"))
	if err != nil {
		return nil, errors.Join(err, run.Close())
	}
	s := &session{
		world: w, prepared: p, file: f, options: o, run: run, results: results, stores: p.Stores, outputs: newOutputs(w), log: p.log, nextSeq: 1,
	}
	s.report = &report.Report{
		Schema: report.Schema, RunID: run.Manifest.ID, Job: f.Job.Name.Text, Connection: f.Job.Connection.Text,
		Started: run.Manifest.Started.UTC(), DryRun: o.DryRun,
	}
	screen := report.NewScreen(w.Stderr, w.Env)
	s.progress = report.NewProgress(report.Options{
		Out: w.Stderr, Terminal: screen.Terminal, Color: screen.Color, Quiet: o.Quiet, JSON: w.LogJSON.Load(), Width: screen.Width, Now: w.Now,
	})
	p.logTo.switchTo(s.progress)
	switch {
	case resumed:
		err = s.tellResumed(ctx)
	case o.DryRun:
		err = s.findUnfinished(ctx, book)
	}
	if err != nil {
		return nil, errors.Join(err, results.Close(), run.Close())
	}
	return s, nil
}

// beginRun makes a new run, or takes up the one that did not finish.
func (w *World) beginRun(ctx context.Context, book *ledger.Ledger, p *Prepared, o *Options) (run *ledger.Run, resumed bool, err error) {
	manifest := ledger.Manifest{
		ID: p.id, Job: p.File.Job.Name.Text, Connection: p.File.Job.Connection.Text, Started: w.Now(),
		Moves: o.Limit == 0 && o.Input == "" && !o.DryRun, Plans: o.DryRun,
	}
	if main, ok := p.Stores[p.File.Job.Connection.Text]; ok {
		manifest.Store = main.Hash
	}
	manifest.Fingerprint, manifest.Begun = p.opened, p.begun(o)
	if err := w.refuseDamaged(book, p, o); err != nil {
		return nil, false, err
	}
	if err := book.AbandonDead(manifest.Job, manifest.Store); err != nil {
		return nil, false, err
	}
	old, found, err := w.takeUp(book, p, manifest, o)
	switch {
	case err != nil:
		return nil, false, err
	case found:
		if run, err = book.Reopen(ctx, old, w.Now()); errors.Is(err, ledger.ErrDamaged) {
			err = tellDamaged(old, err)
		}
		return run, true, err
	}
	run, err = book.Begin(ctx, manifest)
	return run, false, err
}

// reached tells a test that the run has come to a point; see World.Reached.
func (s *session) reached(point string) {
	if s.world.Reached != nil {
		s.world.Reached(point)
	}
}

// watch tells the progress of the requests made so far.
func (s *session) watch(st *Store) {
	stats := st.Client.Stats()
	s.progress.API(stats.Requests, int64(stats.Quota.Left), int64(stats.Quota.Size))
}

// note keeps a remark for the report, and for those who follow the log.
func (s *session) note(text string) {
	s.log.Info(text)
	s.report.Notes = append(s.report.Notes, text)
}

// find adds a finding to the report.
func (s *session) find(step, code, format string, args ...any) {
	s.report.Findings = append(s.report.Findings, report.Finding{Step: step, Code: code, Message: fmt.Sprintf(format, args...)})
}

// noteColumns tells what is to be said of a sheet's columns.
func (s *session) noteColumns(step string, about *compile.AboutColumns) {
	for _, text := range about.Lacking {
		s.note(text)
	}
	for _, text := range about.Unknown {
		s.find(step, "unknown_columns", "%s", text)
	}
}

// noteLayouts tells what was detected of the sheet's form.
func (s *session) noteLayouts(step string, sh compile.Sheet) {
	for _, note := range sh.Notes() {
		s.note(note)
		if strings.Contains(note, "guess") {
			s.find(step, "detected", "%s", note)
		}
	}
}
