package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/ledger"
	"bcetl/internal/record"
	"bcetl/internal/report"
	"bcetl/pipeline"
)

// session is one run of one job: its ledger, its report and what a person sees meanwhile.
type session struct {
	app         *App
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
	rejectFiles int   // made so far
}

// beginSession makes the run's folder and the files in it.
func (a *App) beginSession(ctx context.Context, p *prepared, o *runOptions) (*session, error) {
	f := p.file
	book, err := ledger.Open(o.stateDirOf(a, f))
	if err != nil {
		return nil, err
	}
	started := a.Now()
	manifest := ledger.Manifest{
		ID: p.id, Job: f.job.Name.Text, Connection: f.job.Connection.Text, Started: started,
		Moves: o.limit == 0 && o.input == "" && !o.dryRun,
	}
	if main, ok := p.stores[f.job.Connection.Text]; ok {
		manifest.Store = main.hash
	}
	run, err := book.Begin(ctx, manifest)
	if err != nil {
		return nil, err
	}
	results, err := report.CreateResults(filepath.Join(run.Dir, "results.csv"))
	if err != nil {
		return nil, errors.Join(err, run.Close())
	}
	s := &session{
		app: a, file: f, options: o, run: run, results: results, stores: p.stores, outputs: newOutputs(a), log: p.log, nextSeq: 1,
	}
	s.report = &report.Report{
		Schema: report.Schema, RunID: p.id, Job: f.job.Name.Text, Connection: f.job.Connection.Text,
		Started: started.UTC(), DryRun: o.dryRun,
	}
	screen := report.NewScreen(a.Stderr, a.Env)
	s.progress = report.NewProgress(report.Options{
		Out: a.Stderr, Terminal: screen.Terminal, Color: screen.Color, Quiet: o.quiet, JSON: o.logJSON, Width: screen.Width, Now: a.Now,
	})
	return s, nil
}

// finish settles the session: report, manifest and what the person is told. Its error is a bug or a full disk; cause is why the run
// ended early, nil when it did not.
func (s *session) finish(cause error) error {
	s.progress.Done()
	err := s.results.Close()
	s.report.Finished = s.app.Now().UTC()
	s.report.API = apiOf(s.stores)
	s.report.Status = s.statusOf(cause)
	if cause != nil {
		s.report.Error = problemOf(cause)
	}
	if check := s.report.Check(); check != nil {
		s.report.Status = report.Failed
		err = errors.Join(err, check)
	}
	err = errors.Join(err, s.report.Write(filepath.Join(s.run.Dir, "report.json")))
	err = errors.Join(err, s.run.Finish(s.report.Finished, string(s.report.Status)), s.run.Close())
	return err
}

// statusOf gives the run's status.
func (s *session) statusOf(cause error) report.Status {
	var guarded *guardError
	switch {
	case cause == nil:
		return s.report.SettledStatus(false)
	case errors.As(cause, &guarded):
		return report.Guarded
	case errors.Is(cause, pipeline.ErrStopped), errors.Is(cause, errInterrupted), errors.Is(cause, context.Canceled):
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

// find adds a finding to the report.
func (s *session) find(step, code, format string, args ...any) {
	s.report.Findings = append(s.report.Findings, report.Finding{Step: step, Code: code, Message: fmt.Sprintf(format, args...)})
}

// guardError says that guards would be passed.
type guardError struct{ text string }

func (g *guardError) Error() string { return g.text }

// stateDirOf gives the run's state folder.
func (o *runOptions) stateDirOf(a *App, f *jobFile) string {
	return a.stateDir(o.stateDir, filepath.Dir(f.path))
}

// runID is unique and sorts by time.
func (a *App) runID() string { return ledger.NewRunID(a.Now()) }
