package cli

import (
	"context"
	"fmt"
	"net/url"
	"strings"

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

func (a *App) compileExport(f *jobFile, step *job.Step, scope mappings.Scope, o *runOptions) (*exportStep, []job.Diagnostic, error) {
	e := &exportStep{name: stepName(f, step), file: f, source: &step.Source, scope: scope}
	object, diagnostics := findObject(f, step.Source.Object, readableObjects())
	if object == nil {
		return nil, diagnostics, nil
	}
	e.object = object
	if o.input != "" {
		return nil, nil, wrong(fmt.Errorf("--input stands in for a sheet; %s reads from a store", e.name))
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

// storeFilter turns the job's filter and period into query values, each checked against the catalogue: a misspelt name would list
// the whole store.
func storeFilter(f *jobFile, object *catalogue.Object, s *job.Source) (url.Values, []job.Diagnostic) {
	query := url.Values{}
	var diagnostics []job.Diagnostic
	names := make([]string, len(object.Filters))
	for i := range object.Filters {
		names[i] = object.Filters[i].Name
	}
	for _, entry := range s.Filter {
		filter, ok := object.FilterNamed(entry.Name.Text)
		if !ok {
			diagnostics = append(diagnostics, f.diagnostic(entry.Name, "filter",
				fmt.Sprintf("%s have no filter %q%s", object.Name, entry.Name.Text, didYouMean(entry.Name.Text, names))))
			continue
		}
		values := make([]string, 0, len(entry.Values))
		for _, value := range entry.Values {
			text, message := filterValue(filter, value.Text)
			if message != "" {
				diagnostics = append(diagnostics, f.diagnostic(value, "filter", message))
			}
			values = append(values, text)
		}
		if len(values) > 1 && !filter.Many {
			diagnostics = append(diagnostics, f.diagnostic(entry.Values[1], "filter", filter.Name+" takes one value"))
		}
		query.Set(filter.Name, strings.Join(values, ","))
	}
	for i := range object.Filters {
		if name := object.Filters[i].Name; object.Filters[i].Needed && query.Get(name) == "" {
			diagnostics = append(diagnostics, f.diagnostic(s.Object, "filter",
				fmt.Sprintf("%s have no list but by %s: add `filter: { %s: [...] }`", object.Name, name, name)))
		}
	}
	more := periodFilter(f, object, s, query)
	return query, append(diagnostics, more...)
}

// run moves the records; see step_export.go.
func (e *exportStep) run(ctx context.Context, s *session, number int) error {
	return s.runExport(ctx, e, number)
}

func (c *importStep) run(ctx context.Context, s *session, number int) error {
	return s.runImport(ctx, c, number, s.storeFor(c.file.job.Steps[number-1].Outputs[0].Sink.Connection))
}

func (c *importStep) close() error {
	if c.sheet == nil {
		return nil
	}
	return c.sheet.Close()
}
