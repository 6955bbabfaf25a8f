package cli

import (
	"context"
	"errors"

	"bcetl/internal/job"
	"bcetl/mappings"
)

// compiledStep is a step that is ready to run.
type compiledStep interface {
	// run moves the step's records. What came of them stands in the session's report, whatever the error.
	run(ctx context.Context, s *session, number int) error
	// close lets go of what compiling opened; run does so itself.
	close() error
}

// compileStep compiles one step. With static no file is opened, and columns are not judged.
func (a *App) compileStep(ctx context.Context, f *jobFile, step *job.Step, scope mappings.Scope, o *runOptions) (compiledStep, []job.Diagnostic, error) {
	if len(step.Outputs) == 0 {
		return nil, nil, nil // parsing has said so
	}
	toStore := len(step.Outputs) == 1 && step.Outputs[0].Sink.Object.Set
	switch {
	case step.Source.Object.Set && toStore:
		return nil, []job.Diagnostic{f.diagnostic(step.Outputs[0].Sink.Object, "unsupported",
			"from a store straight into a store is not supported by this version; export to a file and import that")}, nil
	case step.Source.Object.Set:
		return orNothing(a.compileExport(f, step, scope, o))
	case toStore:
		return orNothing(a.compileImport(ctx, f, step, scope, o.input, o.static))
	}
	return orNothing(a.compileConvert(ctx, f, step, scope, o))
}

// orNothing keeps a nil pointer from becoming a step that is not nil.
func orNothing[S interface {
	*importStep | *exportStep | *convertStep
	compiledStep
}](step S, diagnostics []job.Diagnostic, err error) (compiledStep, []job.Diagnostic, error) {
	if step == nil {
		return nil, diagnostics, err
	}
	return step, diagnostics, err
}

// compileJob compiles all steps and gives everything that is wrong with any of them.
func (a *App) compileJob(ctx context.Context, f *jobFile, scope mappings.Scope, o *runOptions) ([]compiledStep, []job.Diagnostic, error) {
	var steps []compiledStep
	var diagnostics []job.Diagnostic
	for i := range f.job.Steps {
		step, more, err := a.compileStep(ctx, f, &f.job.Steps[i], scope, o)
		diagnostics = append(diagnostics, more...)
		if step != nil {
			steps = append(steps, step)
		}
		if err != nil {
			return nil, diagnostics, errors.Join(err, closeSteps(steps))
		}
	}
	return steps, diagnostics, nil
}

func closeSteps(steps []compiledStep) error {
	var err error
	for _, step := range steps {
		err = errors.Join(err, step.close())
	}
	return err
}

// connectionsOf lists the connections that the job's steps use, each once.
func connectionsOf(f *jobFile, override string) []job.Scalar {
	var names []job.Scalar
	seen := map[string]bool{}
	add := func(own job.Scalar) {
		name := f.job.Connection
		if own.Set {
			name = own
		} else if override != "" {
			name.Text = override
		}
		if !seen[name.Text] {
			seen[name.Text] = true
			names = append(names, name)
		}
	}
	for i := range f.job.Steps {
		step := &f.job.Steps[i]
		if step.Source.Object.Set {
			add(step.Source.Connection)
		}
		for j := range step.Outputs {
			if step.Outputs[j].Sink.Object.Set {
				add(step.Outputs[j].Sink.Connection)
			}
		}
	}
	return names
}
