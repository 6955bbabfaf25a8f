package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

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

// close lets go of what the steps have opened, and of the stores.
func (r *prepared) close() error { return errors.Join(closeAll(r.steps), r.closeStores()) }

// closeStores lets go of the stores; the steps have run.
func (r *prepared) closeStores() error {
	var err error
	for _, st := range r.stores {
		err = errors.Join(err, st.close())
	}
	return err
}

// prepare does all that can be done before anything is begun: what is wrong here is exit 2, and nothing was touched. It goes on where
// it can after an error, so that everything wrong is said at once.
func (w *world) prepare(ctx context.Context, path string, o *runOptions) (*prepared, error) {
	params, err := o.paramMap()
	if err != nil {
		return nil, err
	}
	f, found, err := loadJob(path)
	if err != nil {
		return nil, wrong(err)
	}
	if f.parsed == nil {
		return nil, w.diagnose(f, found)
	}
	r := &prepared{file: f, id: ledger.NewRunID(w.Now()), stores: map[string]*store{}, env: w.Env}
	redactor := report.NewRedactor()
	r.logTo = &logTarget{out: w.Stderr}
	r.log = w.logger(r.logTo, o, redactor)
	env := job.Environment{
		Params: params, Env: w.Env, Now: w.Now(), RunID: r.id, Connection: o.connection, Static: o.static,
		LastRun: func(field string) (string, bool) { return w.lastRun(f, o, field) },
	}
	unresolved := f.resolve(env)
	found = append(found, unresolved...)
	if o.connection != "" {
		f.job.Connection.Text, f.job.Connection.Set = o.connection, true
	}
	// Paths and columns of a job whose placeholders have no value would only be wrong once more.
	compiling := *o
	compiling.static = o.static || len(unresolved) > 0 || o.plan != ""
	found = append(found, w.nameStores(ctx, r, &compiling, redactor)...)
	steps, more, err := compileSteps(ctx, f, w.compileOptions(&compiling, mappings.StoreFacts{}))
	r.steps = steps
	if found = append(found, more...); err != nil {
		return nil, errors.Join(wrong(err), r.close())
	}
	if len(found) > 0 {
		return nil, errors.Join(w.diagnose(f, found), r.close())
	}
	if o.checking {
		return r, nil
	}
	opened, err := r.fingerprint(o)
	if err != nil {
		return nil, errors.Join(err, r.close())
	}
	r.opened = opened
	// Only now that nothing is wrong is a store opened, which for the emulator makes files.
	if err := w.openStores(ctx, r, o, redactor); err != nil {
		return nil, errors.Join(err, r.close())
	}
	if !f.needsStoreFacts() {
		return r, nil
	}
	return r, w.withFacts(ctx, r, env, o)
}

// withFacts asks the store what the job must know of it, and compiles again with that.
func (w *world) withFacts(ctx context.Context, r *prepared, env job.Environment, o *runOptions) error {
	main, ok := r.stores[r.file.job.Connection.Text]
	if !ok {
		return nil
	}
	fail := func(err error) error { return errors.Join(err, r.close()) }
	facts, err := main.client.StoreInfo(ctx)
	if err != nil {
		return fail(refused(fmt.Errorf("read the store's settings: %w", err), main.name))
	}
	asked := mappings.StoreFacts{Currency: facts.Currency, Timezone: facts.Timezone.Name, WeightUnits: facts.WeightUnits}
	if r.file.job.Timezone.Text == "" {
		location, known := facts.Timezone.Location()
		if !known {
			r.log.Warn("the store's timezone is not known here, so its offset is used; write timezone in the job", "timezone", facts.Timezone.Name)
		}
		// ${date} is the day in the store.
		env.Location = location
		if found := r.file.resolve(env); len(found) > 0 {
			return fail(w.diagnose(r.file, found))
		}
		if o.connection != "" {
			r.file.job.Connection.Text, r.file.job.Connection.Set = o.connection, true
		}
		r.file.location = location
	}
	if err := closeAll(r.steps); err != nil {
		return fail(err)
	}
	r.steps = nil
	compiling := *o
	compiling.static = o.plan != ""
	steps, found, err := compileSteps(ctx, r.file, w.compileOptions(&compiling, asked))
	r.steps = steps
	if err != nil {
		err = wrong(err)
	}
	if len(found) > 0 {
		err = errors.Join(err, w.diagnose(r.file, found))
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

// nameStores checks that the job's connections are known, and opens those whose opening makes nothing.
func (w *world) nameStores(ctx context.Context, r *prepared, o *runOptions, redactor *report.Redactor) []job.Diagnostic {
	if o.static {
		return nil
	}
	var found []job.Diagnostic
	for _, name := range r.file.connections(o.connection) {
		switch name.Text {
		case "":
			found = append(found, r.file.diagnostic(r.file.job.Name, "connection", "the job has no connection; add `connection: NAME`"))
		case emulatorName:
		default:
			st, err := w.openStore(ctx, name.Text, w.storeOptions(r, o, redactor))
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
func (w *world) openStores(ctx context.Context, r *prepared, o *runOptions, redactor *report.Redactor) error {
	for _, name := range r.file.connections(o.connection) {
		if r.stores[name.Text] != nil {
			continue
		}
		st, err := w.openStore(ctx, name.Text, w.storeOptions(r, o, redactor))
		if err != nil {
			return err
		}
		r.stores[name.Text] = st
	}
	return nil
}

func (w *world) storeOptions(r *prepared, o *runOptions, redactor *report.Redactor) storeOptions {
	return storeOptions{
		connections: o.connections, jobDir: filepath.Dir(r.file.path), stateDir: w.stateDirOf(o, r.file), reset: o.reset,
		concurrency: r.file.job.Limits.Workers(), reserve: r.file.job.Limits.Reserve(), log: r.log, redactor: redactor, lockWait: o.lockWait,
	}
}

// compileOptions are what compiling takes of the command line, with what a store has said of itself.
func (w *world) compileOptions(o *runOptions, facts mappings.StoreFacts) compileOptions {
	return compileOptions{Input: o.input, Static: o.static, JSON: o.json, Stdin: w.Stdin, Store: facts}
}

// lastRun gives what a run of the same job and store left: its start, or another watermark.
func (w *world) lastRun(f *jobFile, o *runOptions, field string) (string, bool) {
	name := f.parsed.Connection.Text
	if o.connection != "" {
		name = o.connection
	}
	hash, ok := w.storeHash(name, o, f)
	if !ok {
		return "", false
	}
	stateDir := w.stateDirOf(o, f)
	if _, err := os.Stat(stateDir); err != nil {
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

// notices are what a job does that reaches customers or cannot be undone, one line each, with the guard that stops it.
func (r *prepared) notices() []string {
	var all []string
	for _, step := range r.steps {
		if step, ok := step.(*importStep); ok {
			all = append(all, step.notices()...)
		}
	}
	return all
}
