// Package compile makes of a job file steps that are ready to run, and finds everything that is wrong with the job on the way: Load, then
// File.Resolve, then Steps. It opens sheets and files that values are looked up in, only to read them. It neither asks a store nor begins a
// run: the same work serves check, plan and run.
package compile

import (
	"context"
	"errors"
	"io"

	"bcetl/internal/job"
	"bcetl/mappings"
)

// Step is a step that is checked and ready to run: *ImportStep, *ExportStep or *ConvertStep.
type Step interface {
	// Close lets go of what compiling opened: whoever runs the step reads its sheet to the end and closes it.
	Close() error
}

// Options say how a job is compiled.
type Options struct {
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

// Steps compiles all steps of a resolved job and gives everything that is wrong with any of them: they are ready only where
// nothing is. An error is the command line's: what Input names cannot stand in for the job's source.
func Steps(ctx context.Context, f *File, o Options) ([]Step, []job.Diagnostic, error) {
	diagnostics := append(checkOutputs(f, o.JSON), checkStdin(f, o.Input)...)
	scope, more, err := scopeFor(ctx, f, o)
	if diagnostics = append(diagnostics, more...); err != nil {
		return nil, diagnostics, err
	}
	var steps []Step
	for i := range f.Job.Steps {
		step, more, err := compileStep(ctx, f, &f.Job.Steps[i], scope, o)
		diagnostics = append(diagnostics, more...)
		if step != nil {
			steps = append(steps, step)
		}
		if err != nil {
			return nil, diagnostics, errors.Join(err, CloseAll(steps))
		}
	}
	return steps, diagnostics, nil
}

// checkStdin refuses a second step that reads standard input: the first leaves nothing of it.
func checkStdin(f *File, input string) []job.Diagnostic {
	var found []job.Diagnostic
	read := false
	for i := range f.Job.Steps {
		path := f.Job.Steps[i].Source.CSV
		if path.Text != "-" || input != "" {
			continue
		}
		if read {
			found = append(found, f.Diagnostic(path, "stdin", "standard input can be read once, and a step before this one reads it"))
		}
		read = true
	}
	return found
}

// compileStep compiles one step.
func compileStep(ctx context.Context, f *File, step *job.Step, scope mappings.Scope, o Options) (Step, []job.Diagnostic, error) {
	if len(step.Outputs) == 0 {
		return nil, nil, nil // parsing has said so
	}
	toStore := len(step.Outputs) == 1 && step.Outputs[0].Sink.Object.Set
	switch {
	case step.Source.Object.Set && toStore:
		return nil, []job.Diagnostic{f.Diagnostic(step.Outputs[0].Sink.Object, "unsupported",
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
	*ImportStep | *ExportStep | *ConvertStep
	Step
}](step S, diagnostics []job.Diagnostic, err error) (Step, []job.Diagnostic, error) {
	if step == nil {
		return nil, diagnostics, err
	}
	return step, diagnostics, err
}

// CloseAll lets go of what steps have opened.
func CloseAll(steps []Step) error {
	var err error
	for _, step := range steps {
		err = errors.Join(err, step.Close())
	}
	return err
}
