package cli

import (
	"context"
	"errors"
	"io"

	"bcetl/internal/job"
	"bcetl/mappings"
)

// compiledStep is a step that is checked and ready to run: *importStep, *exportStep or *convertStep.
type compiledStep interface {
	// close lets go of what compiling opened.
	close() error
}

// compileOptions say how a job is compiled.
type compileOptions struct {
	// Input is a file that is read in place of the job's sheet; "" reads the sheet.
	Input string
	// Static opens no file and judges no columns.
	Static bool
	// JSON says that standard output has the report, so that no table may go there.
	JSON bool
	// Stdin is what a sheet named - is read from.
	Stdin io.Reader
	// Store is what rules see of the store's settings; zero as long as none was asked.
	Store mappings.StoreFacts
}

// compileSteps compiles all steps of a resolved job and gives everything that is wrong with any of them: they are ready only where
// nothing is. An error is the command line's: what Input names cannot stand in for the job's source.
func compileSteps(ctx context.Context, f *jobFile, o compileOptions) ([]compiledStep, []job.Diagnostic, error) {
	diagnostics := checkOutputs(f, o.JSON)
	scope, more, err := scopeFor(ctx, f, o)
	if diagnostics = append(diagnostics, more...); err != nil {
		return nil, diagnostics, err
	}
	var steps []compiledStep
	for i := range f.job.Steps {
		step, more, err := compileStep(ctx, f, &f.job.Steps[i], scope, o)
		diagnostics = append(diagnostics, more...)
		if step != nil {
			steps = append(steps, step)
		}
		if err != nil {
			return nil, diagnostics, errors.Join(err, closeAll(steps))
		}
	}
	return steps, diagnostics, nil
}

// compileStep compiles one step.
func compileStep(ctx context.Context, f *jobFile, step *job.Step, scope mappings.Scope, o compileOptions) (compiledStep, []job.Diagnostic, error) {
	if len(step.Outputs) == 0 {
		return nil, nil, nil // parsing has said so
	}
	toStore := len(step.Outputs) == 1 && step.Outputs[0].Sink.Object.Set
	switch {
	case step.Source.Object.Set && toStore:
		return nil, []job.Diagnostic{f.diagnostic(step.Outputs[0].Sink.Object, "unsupported",
			"from a store straight into a store is not supported by this version; export to a file and import that")}, nil
	case step.Source.Object.Set:
		return orNothing(compileExport(f, step, scope, o))
	case toStore:
		return orNothing(compileImport(ctx, f, step, scope, o))
	}
	return orNothing(compileConvert(ctx, f, step, scope, o))
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

// closeAll lets go of what steps have opened.
func closeAll(steps []compiledStep) error {
	var err error
	for _, step := range steps {
		err = errors.Join(err, step.close())
	}
	return err
}
