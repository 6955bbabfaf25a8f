package cli

import (
	"fmt"
	"net/url"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/mappings"
)

// exportStep is a step from a store into one or more sheets, ready to run.
type exportStep struct {
	name    string
	file    *jobFile
	source  *job.Source
	object  *catalogue.Object
	filter  url.Values
	paths   []record.Path
	outputs []exportOutput
	lookups []string            // kinds of names that ids are replaced by
	keep    *mappings.Condition // nil keeps every record
	asserts []recordAssert
	scope   mappings.Scope
}

// exportOutput is one sheet of an export.
type exportOutput struct {
	spec    *job.Output
	program *mappings.Export
}

func compileExport(f *jobFile, step *job.Step, scope mappings.Scope, o compileOptions) (*exportStep, []job.Diagnostic, error) {
	e := &exportStep{name: stepName(f, step), file: f, source: &step.Source, scope: scope}
	object, diagnostics := findObject(f, step.Source.Object, readableObjects())
	if object == nil {
		return nil, diagnostics, nil
	}
	e.object = object
	if o.Input != "" {
		return nil, nil, fmt.Errorf("--input stands in for a sheet; %s reads from a store", e.name)
	}
	filter, more := storeFilter(f, object, &step.Source)
	e.filter, diagnostics = filter, append(diagnostics, more...)
	diagnostics = append(diagnostics, checkAlso(f, object, &step.Source)...)
	diagnostics = append(diagnostics, e.compileConditions(scope)...)
	for i := range step.Outputs {
		output := &step.Outputs[i]
		program, more := mappings.CompileExport(f.path, output.Mapping, output.Each, output.Where, object, scope)
		diagnostics = append(diagnostics, more...)
		if program != nil {
			e.paths = append(e.paths, program.Paths()...)
			e.lookups = append(e.lookups, program.LookupsOut()...)
		}
		e.outputs = append(e.outputs, exportOutput{spec: output, program: program})
	}
	return e, diagnostics, nil
}

// close has nothing to let go of: a store is opened by whoever runs the step.
func (e *exportStep) close() error { return nil }

// recordAssert is a condition on records and what is said of one for which it does not hold.
type recordAssert struct {
	condition *mappings.Condition
	text      string
}

// compileConditions compiles the source's where and assert; the fields that they read are fetched too.
func (e *exportStep) compileConditions(scope mappings.Scope) []job.Diagnostic {
	uses := func(path string) {
		if parsed, err := record.ParsePath(path); err == nil {
			e.paths = append(e.paths, parsed)
		}
	}
	var found []job.Diagnostic
	if e.source.Where.Set {
		keep, more := mappings.CompileRecordCondition(e.file.path, e.source.Where, e.object, scope, uses)
		e.keep, found = keep, append(found, more...)
	}
	for _, assert := range e.source.Assert {
		condition, more := mappings.CompileRecordCondition(e.file.path, assert.That, e.object, scope, uses)
		found = append(found, more...)
		text := assert.Else.Text
		if text == "" {
			text = "the record does not satisfy " + assert.That.Text
		}
		e.asserts = append(e.asserts, recordAssert{condition, text})
	}
	return found
}

// judge tells whether a record is kept, and what is wrong with it.
func (e *exportStep) judge(doc *record.Object) (keep bool, problem *record.Problem) {
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
