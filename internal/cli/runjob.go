package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"bcetl/internal/job"
	"bcetl/internal/ledger"
	"bcetl/internal/report"
	"bcetl/mappings"
)

// runJob runs one job. The report is nil when nothing was begun.
func (a *App) runJob(ctx context.Context, path string, o *runOptions) (*report.Report, error) {
	r, err := a.prepare(ctx, path, o)
	if err != nil {
		return nil, err
	}
	s, err := a.beginSession(ctx, r, o)
	if err != nil {
		return nil, errors.Join(err, closeSteps(r.steps), r.close())
	}
	cause := s.runSteps(ctx, r.steps)
	err = s.finish(cause)
	err = errors.Join(err, r.close())
	report.Summary(a.Stderr, s.report, report.StyleFor(report.NewScreen(a.Stderr, a.Env), o.quiet, o.logJSON))
	return s.report, err
}

// prepared is a job that was checked and compiled, with its stores.
type prepared struct {
	file   *jobFile
	id     string
	steps  []compiledStep
	stores map[string]*store
	log    *slog.Logger
}

// close lets go of the stores.
func (r *prepared) close() error {
	var err error
	for _, st := range r.stores {
		err = errors.Join(err, st.close())
	}
	return err
}

// prepare does all that can be done before anything is begun: what is wrong here is exit 2, and nothing was touched.
func (a *App) prepare(ctx context.Context, path string, o *runOptions) (*prepared, error) {
	params, err := o.paramMap()
	if err != nil {
		return nil, err
	}
	f, err := a.loadJob(path)
	if err != nil {
		return nil, err
	}
	r := &prepared{file: f, id: a.runID(), stores: map[string]*store{}}
	redactor := report.NewRedactor()
	r.log = a.logger(o, redactor)
	env := job.Environment{
		Params: params, Env: a.Env, Now: a.Now(), Location: nil, RunID: r.id, Connection: o.connection, Static: o.static,
		LastRun: func(field string) (string, bool) { return a.lastRun(f, o, field) },
	}
	if diagnostics := f.resolve(env); len(diagnostics) > 0 {
		return nil, a.diagnose(f, diagnostics)
	}
	if o.connection != "" {
		f.job.Connection.Text, f.job.Connection.Set = o.connection, true
	}
	if err := a.openStores(ctx, r, o, redactor); err != nil {
		return nil, err
	}
	scope, err := a.scope(ctx, r, o)
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	steps, diagnostics, err := a.compileJob(ctx, f, scope, o)
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	if len(diagnostics) > 0 {
		return nil, errors.Join(a.diagnose(f, diagnostics), r.close())
	}
	r.steps = steps
	return r, nil
}

// openStores opens the connections that the job uses. With --static none is opened.
func (a *App) openStores(ctx context.Context, r *prepared, o *runOptions, redactor *report.Redactor) error {
	if o.static {
		return nil
	}
	var diagnostics []job.Diagnostic
	for _, name := range connectionsOf(r.file, o.connection) {
		if name.Text == "" {
			return errors.Join(a.diagnose(r.file, []job.Diagnostic{r.file.diagnostic(r.file.job.Name, "connection", "the job has no connection; add `connection: NAME`")}), r.close())
		}
		st, err := a.openStore(ctx, name.Text, storeOptions{
			connections: o.connections, jobDir: r.file.parsed.Dir, stateDir: o.stateDirOf(a, r.file), reset: o.reset,
			concurrency: r.file.job.Limits.Workers(), reserve: r.file.job.Limits.Reserve(), log: r.log, redactor: redactor,
		})
		if err != nil {
			diagnostics = append(diagnostics, r.file.diagnostic(name, "connection", err.Error()))
			continue
		}
		r.stores[name.Text] = st
	}
	if len(diagnostics) > 0 {
		return errors.Join(a.diagnose(r.file, diagnostics), r.close())
	}
	return nil
}

// scope gathers what rules and expressions may see.
func (a *App) scope(ctx context.Context, r *prepared, o *runOptions) (mappings.Scope, error) {
	scope := mappings.Scope{
		Params: paramsOf(r.file.job), Location: r.file.location,
		Names: map[string]map[string]string{"brand": {}, "category": {}},
	}
	tables, err := a.lookupTables(ctx, r.file, o.static)
	if err != nil {
		return scope, err
	}
	scope.Tables = tables
	if o.static || !needsStoreFacts(r.file) {
		return scope, nil
	}
	main, ok := r.stores[r.file.job.Connection.Text]
	if !ok {
		return scope, nil
	}
	facts, err := main.client.StoreInfo(ctx)
	if err != nil {
		return scope, fmt.Errorf("read the store's settings: %w", err)
	}
	scope.Store = mappings.StoreFacts{Currency: facts.Currency, Timezone: facts.Timezone.Name, WeightUnits: facts.WeightUnits}
	if r.file.job.Timezone.Text == "" {
		location, known := facts.Timezone.Location()
		if !known {
			r.log.Warn("the store's timezone is not known here, so its offset is used; write timezone in the job", "timezone", facts.Timezone.Name)
		}
		scope.Location, r.file.location = location, location
	}
	return scope, nil
}

// lastRun gives what a run of the same job and store left: its start, or another watermark.
func (a *App) lastRun(f *jobFile, o *runOptions, field string) (string, bool) {
	name := f.parsed.Connection.Text
	if o.connection != "" {
		name = o.connection
	}
	hash, ok := a.storeHash(name, o, f)
	if !ok {
		return "", false
	}
	stateDir := o.stateDirOf(a, f)
	if !exists(stateDir) {
		return "", false
	}
	book, err := ledger.Open(stateDir)
	if err != nil {
		return "", false
	}
	last, found, err := book.Last(f.parsed.Name.Text, hash, string(report.Succeeded), string(report.Rejects))
	if err != nil || !found {
		return "", false
	}
	if field == "start" {
		return last.Started.UTC().Format(time.RFC3339), true
	}
	value, ok := last.Watermarks[field]
	return value, ok
}

// runSteps runs the steps in order; the first that fails ends the run. Files get their names only when all went well.
func (s *session) runSteps(ctx context.Context, steps []compiledStep) error {
	for i, step := range steps {
		if err := step.run(ctx, s, i+1); err != nil {
			return errors.Join(err, closeSteps(steps[i+1:]), s.outputs.abort())
		}
	}
	if s.keepsLast() {
		s.find("", "kept_last", "rows were rejected, so the last good output stays (on_reject: keep_last)")
		return s.outputs.abort()
	}
	s.progress.Start("writing files", 0)
	written, notes, err := s.outputs.commit()
	s.report.Outputs = append(s.report.Outputs, written...)
	for _, note := range notes {
		s.find("", "output", "%s", note)
	}
	return err
}

// keepsLast tells whether a rejected row keeps the outputs from being published.
func (s *session) keepsLast() bool {
	if s.report.Rows.Unsettled() == 0 {
		return false
	}
	for i := range s.file.job.Steps {
		for j := range s.file.job.Steps[i].Outputs {
			if s.file.job.Steps[i].Outputs[j].Sink.OnReject.Text == "keep_last" {
				return true
			}
		}
	}
	return false
}

// storeFor gives the store of a step: its own connection, else the job's.
func (s *session) storeFor(own job.Scalar) *store {
	if own.Set {
		return s.stores[own.Text]
	}
	return s.stores[s.file.job.Connection.Text]
}
