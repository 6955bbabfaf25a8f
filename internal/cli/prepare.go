package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"bcetl/internal/job"
	"bcetl/internal/ledger"
	"bcetl/internal/report"
	"bcetl/mappings"
)

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

// prepare does all that can be done before anything is begun: what is wrong here is exit 2, and nothing was touched. It goes on where
// it can after an error, so that everything wrong is said at once.
func (a *App) prepare(ctx context.Context, path string, o *runOptions) (*prepared, error) {
	params, err := o.paramMap()
	if err != nil {
		return nil, err
	}
	f, found, err := a.loadJob(path)
	if err != nil {
		return nil, err
	}
	r := &prepared{file: f, id: a.runID(), stores: map[string]*store{}}
	redactor := report.NewRedactor()
	r.log = a.logger(o, redactor)
	env := job.Environment{
		Params: params, Env: a.Env, Now: a.Now(), RunID: r.id, Connection: o.connection, Static: o.static,
		LastRun: func(field string) (string, bool) { return a.lastRun(f, o, field) },
	}
	found = append(found, f.resolve(env)...)
	if o.connection != "" {
		f.job.Connection.Text, f.job.Connection.Set = o.connection, true
	}
	if len(found) == 0 {
		more, err := a.openStores(ctx, r, o, redactor)
		if found = append(found, more...); err != nil {
			return nil, errors.Join(err, r.close())
		}
	}
	scope, more, err := a.scope(ctx, r, env, o, len(found) == 0)
	if found = append(found, more...); err != nil {
		return nil, errors.Join(err, r.close())
	}
	steps, more, err := a.compileJob(ctx, f, scope, o)
	if found = append(found, more...); err != nil {
		return nil, errors.Join(err, r.close())
	}
	if len(found) > 0 {
		return nil, errors.Join(a.diagnose(f, found), closeSteps(steps), r.close())
	}
	r.steps = steps
	return r, nil
}

// openStores opens the connections that the job uses. With --static none is looked at; a check looks at them and asks them nothing.
func (a *App) openStores(ctx context.Context, r *prepared, o *runOptions, redactor *report.Redactor) ([]job.Diagnostic, error) {
	if o.static {
		return nil, nil
	}
	var found []job.Diagnostic
	for _, name := range connectionsOf(r.file, o.connection) {
		if name.Text == "" {
			found = append(found, r.file.diagnostic(r.file.job.Name, "connection", "the job has no connection; add `connection: NAME`"))
			continue
		}
		if o.checking && name.Text == emulatorName {
			continue
		}
		st, err := a.openStore(ctx, name.Text, storeOptions{
			connections: o.connections, jobDir: r.file.parsed.Dir, stateDir: o.stateDirOf(a, r.file), reset: o.reset,
			concurrency: r.file.job.Limits.Workers(), reserve: r.file.job.Limits.Reserve(), log: r.log, redactor: redactor, lockWait: o.lockWait,
		})
		var held *ledger.LockedError
		if errors.As(err, &held) {
			return found, locked(err)
		}
		if err != nil {
			found = append(found, r.file.diagnostic(name, "connection", err.Error()))
			continue
		}
		r.stores[name.Text] = st
	}
	return found, nil
}

// scope gathers what rules and expressions may see. Only a run whose job is right so far asks its store.
func (a *App) scope(ctx context.Context, r *prepared, env job.Environment, o *runOptions, ask bool) (mappings.Scope, []job.Diagnostic, error) {
	scope := mappings.Scope{
		Within: r.file.job.Within,
		Params: paramsOf(r.file.job), Location: r.file.location,
		Names: map[string]map[string]string{"brand": {}, "category": {}},
	}
	tables, found, err := a.lookupTables(ctx, r.file, o.static)
	if err != nil {
		return scope, found, err
	}
	scope.Tables = tables
	main, connected := r.stores[r.file.job.Connection.Text]
	if !ask || !connected || o.checking || !needsStoreFacts(r.file) {
		return scope, found, nil
	}
	facts, err := main.client.StoreInfo(ctx)
	if err != nil {
		return scope, found, fmt.Errorf("read the store's settings: %w", err)
	}
	scope.Store = mappings.StoreFacts{Currency: facts.Currency, Timezone: facts.Timezone.Name, WeightUnits: facts.WeightUnits}
	if r.file.job.Timezone.Text != "" {
		return scope, found, nil
	}
	location, known := facts.Timezone.Location()
	if !known {
		r.log.Warn("the store's timezone is not known here, so its offset is used; write timezone in the job", "timezone", facts.Timezone.Name)
	}
	// ${date} is the day in the store.
	env.Location = location
	found = append(found, r.file.resolve(env)...)
	scope.Location, r.file.location = location, location
	scope.Params = paramsOf(r.file.job)
	if scope.Tables, _, err = a.lookupTables(ctx, r.file, o.static); err != nil {
		return scope, found, err
	}
	return scope, found, nil
}

// namesDay tells whether the job's text depends on what day it is.
func (f *jobFile) namesDay() bool {
	return strings.Contains(string(f.source), "${date") || strings.Contains(string(f.source), "${yesterday")
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
