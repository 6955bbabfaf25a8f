package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"

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
	logTo  *logTarget
	env    func(string) (string, bool)
	// opened is the fingerprint of what was opened.
	opened string
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
	r := &prepared{file: f, id: a.runID(), stores: map[string]*store{}, env: a.Env}
	redactor := report.NewRedactor()
	r.logTo = &logTarget{out: a.Stderr}
	r.log = a.logger(r.logTo, o, redactor)
	env := job.Environment{
		Params: params, Env: a.Env, Now: a.Now(), RunID: r.id, Connection: o.connection, Static: o.static,
		LastRun: func(field string) (string, bool) { return a.lastRun(f, o, field) },
	}
	unresolved := f.resolve(env)
	found = append(found, unresolved...)
	if o.connection != "" {
		f.job.Connection.Text, f.job.Connection.Set = o.connection, true
	}
	// Paths and columns of a job whose placeholders have no value would only be wrong once more.
	compiling := *o
	compiling.static = o.static || len(unresolved) > 0 || o.plan != ""
	found = append(found, a.nameStores(ctx, r, &compiling, redactor)...)
	found = append(found, checkOutputs(f, o)...)
	scope, more, err := a.scope(ctx, r, &compiling)
	if found = append(found, more...); err != nil {
		return nil, errors.Join(err, r.close())
	}
	r.steps, more, err = a.compileJob(ctx, f, scope, &compiling)
	if found = append(found, more...); err != nil {
		return nil, errors.Join(err, r.close())
	}
	if len(found) > 0 {
		return nil, errors.Join(a.diagnose(f, found), closeSteps(r.steps), r.close())
	}
	if o.checking {
		return r, nil
	}
	opened, err := r.fingerprint(o)
	if err != nil {
		return nil, errors.Join(err, closeSteps(r.steps), r.close())
	}
	r.opened = opened
	// Only now that nothing is wrong is a store opened, which for the emulator makes files.
	if err := a.openStores(ctx, r, o, redactor); err != nil {
		return nil, errors.Join(err, closeSteps(r.steps), r.close())
	}
	if !needsStoreFacts(f) {
		return r, nil
	}
	return r, a.withFacts(ctx, r, env, o, scope)
}

// withFacts asks the store what the job must know of it, and compiles again with that.
func (a *App) withFacts(ctx context.Context, r *prepared, env job.Environment, o *runOptions, scope mappings.Scope) error {
	main, ok := r.stores[r.file.job.Connection.Text]
	if !ok {
		return nil
	}
	fail := func(err error) error { return errors.Join(err, closeSteps(r.steps), r.close()) }
	facts, err := main.client.StoreInfo(ctx)
	if err != nil {
		return fail(refused(fmt.Errorf("read the store's settings: %w", err), main.name))
	}
	scope.Store = mappings.StoreFacts{Currency: facts.Currency, Timezone: facts.Timezone.Name, WeightUnits: facts.WeightUnits}
	if r.file.job.Timezone.Text == "" {
		location, known := facts.Timezone.Location()
		if !known {
			r.log.Warn("the store's timezone is not known here, so its offset is used; write timezone in the job", "timezone", facts.Timezone.Name)
		}
		// ${date} is the day in the store.
		env.Location = location
		if found := r.file.resolve(env); len(found) > 0 {
			return fail(a.diagnose(r.file, found))
		}
		if o.connection != "" {
			r.file.job.Connection.Text, r.file.job.Connection.Set = o.connection, true
		}
		r.file.location, scope.Location = location, location
	}
	if err := closeSteps(r.steps); err != nil {
		return fail(err)
	}
	r.steps = nil
	compiling := *o
	compiling.static = o.plan != ""
	again, found, err := a.scope(ctx, r, &compiling)
	if err == nil && len(found) == 0 {
		again.Store = scope.Store
		r.steps, found, err = a.compileJob(ctx, r.file, again, &compiling)
	}
	if len(found) > 0 {
		err = errors.Join(err, a.diagnose(r.file, found))
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

// nameStores checks that the job's connections are known, and opens those whose opening makes nothing.
func (a *App) nameStores(ctx context.Context, r *prepared, o *runOptions, redactor *report.Redactor) []job.Diagnostic {
	if o.static {
		return nil
	}
	var found []job.Diagnostic
	for _, name := range connectionsOf(r.file, o.connection) {
		switch name.Text {
		case "":
			found = append(found, r.file.diagnostic(r.file.job.Name, "connection", "the job has no connection; add `connection: NAME`"))
		case emulatorName:
		default:
			st, err := a.openStore(ctx, name.Text, a.storeOptions(r, o, redactor))
			if err != nil {
				found = append(found, r.file.diagnostic(name, "connection", err.Error()))
				continue
			}
			r.stores[name.Text] = st
		}
	}
	if o.dryRun {
		return found // a plan needs no leave to write
	}
	return append(found, r.writable()...)
}

// writable refuses sinks whose connection does not allow what they would write.
func (r *prepared) writable() []job.Diagnostic {
	var found []job.Diagnostic
	for i := range r.file.job.Steps {
		for _, output := range r.file.job.Steps[i].Outputs {
			sink := output.Sink
			st := r.storeFor(sink.Connection)
			if !sink.Object.Set || st == nil || st.writes(sink.Object.Text) {
				continue
			}
			found = append(found, r.file.diagnostic(sink.Object, "access", fmt.Sprintf(
				"connection %q may not write %s; its entry needs `access: [%s]` or `access: write`", st.name, sink.Object.Text, sink.Object.Text)))
		}
	}
	return found
}

// openStores opens the connections that are not open yet.
func (a *App) openStores(ctx context.Context, r *prepared, o *runOptions, redactor *report.Redactor) error {
	for _, name := range connectionsOf(r.file, o.connection) {
		if r.stores[name.Text] != nil {
			continue
		}
		st, err := a.openStore(ctx, name.Text, a.storeOptions(r, o, redactor))
		if err != nil {
			return locked(err)
		}
		r.stores[name.Text] = st
	}
	return nil
}

func (a *App) storeOptions(r *prepared, o *runOptions, redactor *report.Redactor) storeOptions {
	return storeOptions{
		connections: o.connections, jobDir: filepath.Dir(r.file.path), stateDir: o.stateDirOf(a, r.file), reset: o.reset,
		concurrency: r.file.job.Limits.Workers(), reserve: r.file.job.Limits.Reserve(), log: r.log, redactor: redactor, lockWait: o.lockWait,
	}
}

// scope gathers what rules and expressions may see, as far as no store has to be asked.
func (a *App) scope(ctx context.Context, r *prepared, o *runOptions) (mappings.Scope, []job.Diagnostic, error) {
	scope := mappings.Scope{
		Within: r.file.job.Within,
		Params: paramsOf(r.file.job), Location: r.file.location,
		Unpack: unpackers,
		Names:  map[string]map[string]string{"brand": {}, "category": {}, "product": {}, "channel": {}},
	}
	tables, found, err := a.lookupTables(ctx, r.file, o.static)
	scope.Tables = tables
	return scope, found, err
}

// namesLastRun tells whether the job's text depends on what an earlier run left.
func (f *jobFile) namesLastRun() bool { return strings.Contains(string(f.source), "${last_run") }

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
	value, ok := last.Watermarks[field]
	return value, ok
}
