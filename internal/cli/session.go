package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/job"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/internal/report"
	"bcetl/pipeline"
)

// session is one run of one job: its ledger, its report and what a person sees meanwhile.
type session struct {
	world       *world
	prepared    *prepared
	view        *planView   // shows the plan; nil unless one is wanted
	planned     *planReader // the plan that is applied; nil unless one is
	file        *jobFile
	options     *runOptions
	run         *ledger.Run
	report      *report.Report
	results     *report.Results
	progress    *report.Progress
	stores      map[string]*store // by connection name
	outputs     *outputs
	log         *slog.Logger
	nextSeq     int64 // of the next step's first item
	unpublished bool  // the outputs were given up
	rejectFiles int   // made so far
}

// beginSession makes the run's folder and the files in it.
func (w *world) beginSession(ctx context.Context, p *prepared, o *runOptions) (*session, error) {
	f := p.file
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
		world: w, prepared: p, file: f, options: o, run: run, results: results, stores: p.stores, outputs: newOutputs(w), log: p.log, nextSeq: 1,
	}
	s.report = &report.Report{
		Schema: report.Schema, RunID: run.Manifest.ID, Job: f.job.Name.Text, Connection: f.job.Connection.Text,
		Started: run.Manifest.Started.UTC(), DryRun: o.dryRun,
	}
	screen := report.NewScreen(w.Stderr, w.Env)
	s.progress = report.NewProgress(report.Options{
		Out: w.Stderr, Terminal: screen.Terminal, Color: screen.Color, Quiet: o.quiet, JSON: o.logJSON, Width: screen.Width, Now: w.Now,
	})
	p.logTo.switchTo(s.progress)
	if resumed {
		if err := s.tellResumed(ctx); err != nil {
			return nil, errors.Join(err, results.Close(), run.Close())
		}
	}
	return s, nil
}

// beginRun makes a new run, or takes up the one that did not finish.
func (w *world) beginRun(ctx context.Context, book *ledger.Ledger, p *prepared, o *runOptions) (run *ledger.Run, resumed bool, err error) {
	manifest := ledger.Manifest{
		ID: p.id, Job: p.file.job.Name.Text, Connection: p.file.job.Connection.Text, Started: w.Now(),
		Moves: o.limit == 0 && o.input == "" && !o.dryRun, Plans: o.dryRun,
	}
	if main, ok := p.stores[p.file.job.Connection.Text]; ok {
		manifest.Store = main.hash
	}
	manifest.Fingerprint = p.opened
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
		if run, err = book.Reopen(ctx, old); errors.Is(err, ledger.ErrDamaged) {
			err = tellDamaged(old, err)
		}
		return run, true, err
	}
	run, err = book.Begin(ctx, manifest)
	return run, false, err
}

// reached tells a test that the run has come to a point; see world.Reached.
func (s *session) reached(point string) {
	if s.world.Reached != nil {
		s.world.Reached(point)
	}
}

// storeFor gives the store of a step: its own connection, else the job's.
func (r *prepared) storeFor(own job.Scalar) *store {
	if own.Set {
		return r.stores[own.Text]
	}
	return r.stores[r.file.job.Connection.Text]
}

// finish settles the session: report, manifest and what the person is told. Its error is a bug or a full disk; cause is why the run
// ended early, nil when it did not.
func (s *session) finish(cause error) error {
	s.progress.Done()
	s.prepared.logTo.switchTo(s.world.Stderr)
	err := s.results.Close()
	if s.unpublished && err == nil {
		err = report.RetractExported(filepath.Join(s.run.Dir, "results.csv"))
	}
	s.report.Finished = s.world.Now().UTC()
	s.report.API = apiOf(s.stores)
	s.report.Status = s.statusOf(cause)
	s.report.Resumable = s.run.Manifest.Writing > 0 &&
		(s.report.Status == report.Failed || s.report.Status == report.Interrupted || s.report.Status == report.Guarded)
	if cause != nil {
		s.report.Error = problemOf(cause)
	}
	if check := s.report.Check(); check != nil {
		s.report.Status = report.Failed
		err = errors.Join(err, check)
	}
	s.reached("report")
	err = errors.Join(err, s.report.Write(filepath.Join(s.run.Dir, "report.json")))
	s.run.Manifest.Watermarks = map[string]string{startMark: s.storeStart().UTC().Format(time.RFC3339)}
	err = errors.Join(err, s.run.Finish(s.report.Finished, string(s.report.Status)), s.run.Close())
	return err
}

// startMark is the watermark of ${last_run:start}.
const startMark = "start"

// storeStart is when the run began by the store's own clock: what the next run reads from there on must leave nothing out.
func (s *session) storeStart() time.Time {
	started := s.run.Manifest.Started
	if main := s.stores[s.file.job.Connection.Text]; main != nil {
		started = started.Add(main.client.Stats().ClockAhead)
	}
	return started
}

// statusOf gives the run's status.
func (s *session) statusOf(cause error) report.Status {
	var guarded *guardError
	switch {
	case cause == nil:
		return s.report.SettledStatus(false)
	case errors.As(cause, &guarded):
		return report.Guarded
	case errors.Is(cause, pipeline.ErrStopped), errors.Is(cause, errInterrupted), errors.Is(cause, context.Canceled), s.world.stopped(context.Background()):
		return report.Interrupted
	}
	return report.Failed
}

func problemOf(cause error) *record.Problem {
	var problem *record.Problem
	if errors.As(cause, &problem) {
		return problem
	}
	var guarded *guardError
	if errors.As(cause, &guarded) {
		return &record.Problem{Code: "guard", Message: cause.Error()}
	}
	if errors.Is(cause, pipeline.ErrStopped) || errors.Is(cause, errInterrupted) {
		return &record.Problem{Code: "interrupted", Message: "interrupted; what was in flight is finished"}
	}
	if bigcommerce.IsRunLevel(cause) {
		return &record.Problem{Code: bigcommerce.ProblemOf(cause).Code, Message: cause.Error()}
	}
	return &record.Problem{Code: "failed", Message: cause.Error()}
}

// apiOf sums what was asked of all stores.
func apiOf(stores map[string]*store) report.API {
	api := report.API{ByStatus: map[string]int64{}}
	for _, st := range stores {
		stats := st.client.Stats()
		api.Requests += stats.Requests
		api.Retries += stats.Retries
		api.ThrottledMS += stats.Throttled.Milliseconds()
		for status, n := range stats.ByStatus {
			name := "none"
			if status != 0 {
				name = strconv.Itoa(status)
			}
			api.ByStatus[name] += n
		}
		if stats.Quota.Size > 0 {
			api.Quota = &report.Quota{Left: int64(stats.Quota.Left), Size: int64(stats.Quota.Size)}
		}
	}
	return api
}

// watch tells the progress of the requests made so far.
func (s *session) watch(st *store) {
	stats := st.client.Stats()
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

// guardError says that guards would be passed.
type guardError struct{ text string }

func (g *guardError) Error() string { return g.text }

// noteColumns tells what is to be said of a sheet's columns.
func (s *session) noteColumns(step string, about *aboutColumns) {
	for _, text := range about.lacking {
		s.note(text)
	}
	for _, text := range about.unknown {
		s.find(step, "unknown_columns", "%s", text)
	}
}

// noteLayouts tells what was detected of the sheet's form.
func (s *session) noteLayouts(step string, sh sheet) {
	for _, note := range sh.Notes() {
		s.note(note)
		if strings.Contains(note, "guess") {
			s.find(step, "detected", "%s", note)
		}
	}
}
