package compile

import (
	"fmt"
	"net/url"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/mappings"
)

// ExportStep is a step from a store into one or more sheets, ready to run.
type ExportStep struct {
	Name   string // the job's own where the step has none
	File   *File
	Source *job.Source
	Object *catalogue.Object
	// Filter is what the store is asked to leave out, as its query parameters.
	Filter url.Values
	// Paths are the fields that rules and conditions read.
	Paths   []record.Path
	Outputs []ExportOutput
	// Lookups are the kinds of names that ids are replaced by. Who runs the step loads them into Names before the first record.
	Lookups []string
	// Names are by kind, then by id.
	Names map[string]map[string]string

	keep    *mappings.Condition // nil keeps every record
	asserts []recordAssert
}

// ExportOutput is one sheet of an export.
type ExportOutput struct {
	Spec    *job.Output
	Program *mappings.Export
}

func compileExport(f *File, step *job.Step, scope mappings.Scope, o Options) (*ExportStep, []job.Diagnostic, error) {
	e := &ExportStep{Name: stepName(f, step), File: f, Source: &step.Source, Names: scope.Names}
	object, diagnostics := findObject(f, step.Source.Object, Readable())
	if object == nil {
		return nil, diagnostics, nil
	}
	e.Object = object
	if o.Input != "" {
		return nil, nil, fmt.Errorf("--input stands in for a sheet; %s reads from a store", e.Name)
	}
	filter, more := storeFilter(f, object, &step.Source)
	e.Filter, diagnostics = filter, append(diagnostics, more...)
	diagnostics = append(diagnostics, checkAlso(f, object, &step.Source)...)
	diagnostics = append(diagnostics, e.compileConditions(scope)...)
	for i := range step.Outputs {
		output := &step.Outputs[i]
		program, more := mappings.CompileExport(f.Path, output.Mapping, output.Each, output.Where, object, scope)
		diagnostics = append(diagnostics, more...)
		if program != nil {
			e.Paths = append(e.Paths, program.Paths()...)
			e.Lookups = append(e.Lookups, program.LookupsOut()...)
		}
		e.Outputs = append(e.Outputs, ExportOutput{Spec: output, Program: program})
	}
	return e, diagnostics, nil
}

// Close has nothing to let go of: a store is opened by whoever runs the step.
func (e *ExportStep) Close() error { return nil }

// recordAssert is a condition on records and what is said of one for which it does not hold.
type recordAssert struct {
	condition *mappings.Condition
	text      string
}

// compileConditions compiles the source's where and assert; the fields that they read are fetched too.
func (e *ExportStep) compileConditions(scope mappings.Scope) []job.Diagnostic {
	uses := func(path string) {
		if parsed, err := record.ParsePath(path); err == nil {
			e.Paths = append(e.Paths, parsed)
		}
	}
	var found []job.Diagnostic
	if e.Source.Where.Set {
		keep, more := mappings.CompileRecordCondition(e.File.Path, e.Source.Where, e.Object, scope, uses)
		e.keep, found = keep, append(found, more...)
	}
	for _, assert := range e.Source.Assert {
		condition, more := mappings.CompileRecordCondition(e.File.Path, assert.That, e.Object, scope, uses)
		found = append(found, more...)
		text := assert.Else.Text
		if text == "" {
			text = "the record does not satisfy " + assert.That.Text
		}
		e.asserts = append(e.asserts, recordAssert{condition, text})
	}
	return found
}

// Judge tells whether a record is kept, and what is wrong with it.
func (e *ExportStep) Judge(doc *record.Object) (keep bool, problem *record.Problem) {
	if e.keep != nil {
		holds, problem := e.keep.HoldsFor(doc)
		if problem != nil || !holds {
			return false, problem
		}
	}
	for _, assert := range e.asserts {
		holds, problem := assert.condition.HoldsFor(doc)
		if problem != nil {
			return false, problem
		}
		if !holds {
			return false, &record.Problem{Code: mappings.CodeAssertFailed, Message: assert.text}
		}
	}
	return true, nil
}
