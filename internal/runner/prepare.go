package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"bcetl/internal/compile"
	"bcetl/internal/job"
	"bcetl/internal/ledger"
	"bcetl/internal/report"
	"bcetl/mappings"
)

// Prepared is a job that was checked and compiled, with its stores.
type Prepared struct {
	File   *compile.File
	id     string
	Steps  []compile.Step
	Stores map[string]*Store
	log    *slog.Logger
	logTo  *logTarget
	env    func(string) (string, bool)
	stdin  *replay
	// opened is the fingerprint of what was opened.
	opened string
}

// Close lets go of what the steps have opened, and of the stores.
func (r *Prepared) Close() error { return errors.Join(compile.CloseAll(r.Steps), r.closeStores()) }

// closeStores lets go of the stores; the steps have run.
func (r *Prepared) closeStores() error {
	var err error
	for _, st := range r.Stores {
		err = errors.Join(err, st.Close())
	}
	return err
}

// Prepare does all that can be done before anything is begun: what is wrong here is exit 2, and nothing was touched. It goes on where
// it can after an error, so that everything wrong is said at once.
func (w *World) Prepare(ctx context.Context, path string, o *Options) (*Prepared, error) {
	return w.prepare(ctx, path, o, &replay{source: w.Stdin})
}

func (w *World) prepare(ctx context.Context, path string, o *Options, stdin *replay) (*Prepared, error) {
	params, err := o.ParamMap()
	if err != nil {
		return nil, err
	}
	f, found, err := compile.Load(path)
	if err != nil {
		return nil, Wrong(err)
	}
	if f.Parsed == nil {
		return nil, w.diagnose(f, found)
	}
	r := &Prepared{File: f, id: ledger.NewRunID(w.Now()), Stores: map[string]*Store{}, env: w.Env, stdin: stdin}
	redactor := report.NewRedactor()
	r.logTo = &logTarget{out: w.Stderr}
	r.log = w.logger(r.logTo, o, redactor)
	env := job.Environment{
		Params: params, Env: w.Env, Now: w.Now(), RunID: r.id, Connection: o.Connection, Static: o.Static,
		LastRun: func(field string) (string, bool) { return w.lastRun(f, o, field) },
	}
	unresolved := f.Resolve(env)
	found = append(found, unresolved...)
	if o.Connection != "" {
		f.Job.Connection.Text, f.Job.Connection.Set = o.Connection, true
	}
	// Paths and columns of a job whose placeholders have no value would only be wrong once more.
	compiling := *o
	compiling.Static = o.Static || len(unresolved) > 0 || o.Plan != ""
	found = append(found, w.nameStores(ctx, r, &compiling, redactor)...)
	steps, more, err := compile.Steps(ctx, f, r.compileOptions(&compiling, mappings.StoreFacts{}))
	r.Steps = steps
	if found = append(found, more...); err != nil {
		return nil, errors.Join(Wrong(err), r.Close())
	}
	if len(found) > 0 {
		return nil, errors.Join(w.diagnose(f, found), r.Close())
	}
	if o.Checking {
		return r, nil
	}
	opened, err := r.fingerprint(o)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	r.opened = opened
	// Only now that nothing is wrong is a store opened, which for the emulator makes files.
	if err := w.openStores(ctx, r, o, redactor); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	if !f.NeedsStoreFacts() {
		return r, nil
	}
	return r, w.withFacts(ctx, r, env, o)
}

// withFacts asks the store what the job must know of it, and compiles again with that.
func (w *World) withFacts(ctx context.Context, r *Prepared, env job.Environment, o *Options) error {
	main, ok := r.Stores[r.File.Job.Connection.Text]
	if !ok {
		return nil
	}
	fail := func(err error) error { return errors.Join(err, r.Close()) }
	facts, err := main.Client.StoreInfo(ctx)
	if err != nil {
		return fail(Refused(fmt.Errorf("read the store's settings: %w", err), main.Name))
	}
	asked := mappings.StoreFacts{Currency: facts.Currency, Timezone: facts.Timezone.Name, WeightUnits: facts.WeightUnits}
	if r.File.Job.Timezone.Text == "" {
		location, known := facts.Timezone.Location()
		if !known {
			r.log.Warn("the store's timezone is not known here, so its offset is used; write timezone in the job", "timezone", facts.Timezone.Name)
		}
		// ${date} is the day in the store.
		env.Location = location
		if found := r.File.Resolve(env); len(found) > 0 {
			return fail(w.diagnose(r.File, found))
		}
		if o.Connection != "" {
			r.File.Job.Connection.Text, r.File.Job.Connection.Set = o.Connection, true
		}
		r.File.Location = location
	}
	if err := compile.CloseAll(r.Steps); err != nil {
		return fail(err)
	}
	r.Steps = nil
	compiling := *o
	compiling.Static = o.Plan != ""
	steps, found, err := compile.Steps(ctx, r.File, r.compileOptions(&compiling, asked))
	r.Steps = steps
	if err != nil {
		err = Wrong(err)
	}
	if len(found) > 0 {
		err = errors.Join(err, w.diagnose(r.File, found))
	}
	if err != nil {
		return fail(err)
	}
	return nil
}

// nameStores checks that the job's connections are known, and opens those whose opening makes nothing.
func (w *World) nameStores(ctx context.Context, r *Prepared, o *Options, redactor *report.Redactor) []job.Diagnostic {
	if o.Static {
		return nil
	}
	var found []job.Diagnostic
	for _, name := range r.File.Connections(o.Connection) {
		switch name.Text {
		case "":
			found = append(found, r.File.Diagnostic(r.File.Job.Name, "connection", "the job has no connection; add `connection: NAME`"))
		case EmulatorName:
		default:
			st, err := w.OpenStore(ctx, name.Text, w.storeOptions(r, o, redactor))
			if err != nil {
				found = append(found, r.File.Diagnostic(name, "connection", err.Error()))
				continue
			}
			r.Stores[name.Text] = st
		}
	}
	if o.DryRun {
		return found // a plan needs no leave to write
	}
	return append(found, r.writable()...)
}

// writable refuses sinks whose connection does not allow what they would write.
func (r *Prepared) writable() []job.Diagnostic {
	var found []job.Diagnostic
	for i := range r.File.Job.Steps {
		for _, output := range r.File.Job.Steps[i].Outputs {
			sink := output.Sink
			st := r.storeFor(sink.Connection)
			if !sink.Object.Set || st == nil || st.writes(sink.Object.Text) {
				continue
			}
			found = append(found, r.File.Diagnostic(sink.Object, "access", fmt.Sprintf(
				"connection %q may not write %s; its entry needs `access: [%s]` or `access: write`", st.Name, sink.Object.Text, sink.Object.Text)))
		}
	}
	return found
}

// openStores opens the connections that are not open yet.
func (w *World) openStores(ctx context.Context, r *Prepared, o *Options, redactor *report.Redactor) error {
	for _, name := range r.File.Connections(o.Connection) {
		if r.Stores[name.Text] != nil {
			continue
		}
		st, err := w.OpenStore(ctx, name.Text, w.storeOptions(r, o, redactor))
		if err != nil {
			return err
		}
		r.Stores[name.Text] = st
	}
	return nil
}

func (w *World) storeOptions(r *Prepared, o *Options, redactor *report.Redactor) StoreOptions {
	return StoreOptions{
		Connections: o.Connections, JobDir: filepath.Dir(r.File.Path), StateDir: w.stateDirOf(o, r.File), Reset: o.Reset,
		Concurrency: r.File.Job.Limits.Workers(), Reserve: r.File.Job.Limits.Reserve(), Log: r.log, Redactor: redactor, LockWait: o.LockWait,
	}
}

// compileOptions are what compiling takes of the command line, with what a store has said of itself.
func (r *Prepared) compileOptions(o *Options, facts mappings.StoreFacts) compile.Options {
	return compile.Options{Input: o.Input, Static: o.Static, JSON: o.JSON, Stdin: r.stdin.open(), Store: facts}
}

// Notices are what a job does that reaches customers or cannot be undone, one line each, with the guard that stops it.
func (r *Prepared) Notices() []string {
	var all []string
	for _, step := range r.Steps {
		if step, ok := step.(*compile.ImportStep); ok {
			all = append(all, step.Notices()...)
		}
	}
	return all
}

// storeFor gives the store of a step: its own connection, else the job's.
func (r *Prepared) storeFor(own job.Scalar) *Store {
	if own.Set {
		return r.Stores[own.Text]
	}
	return r.Stores[r.File.Job.Connection.Text]
}
