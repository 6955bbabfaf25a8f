package compile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/mappings"
	"bcetl/sources"
)

// paramsOf gives the job's parameters with their types.
func paramsOf(j *job.Job) map[string]mappings.Param {
	params := map[string]mappings.Param{}
	types := j.ParamTypes()
	for name, value := range j.ParamValues() {
		params[name] = mappings.Param{Type: types[name], Value: record.TextValue(value)}
	}
	for name, kind := range types {
		if _, ok := params[name]; !ok {
			params[name] = mappings.Param{Type: kind}
		}
	}
	return params
}

// NeedsStoreFacts tells whether the job must know the store's settings: its timezone, where the job names none and deals in dates,
// or what expressions see as `store`.
func (f *File) NeedsStoreFacts() bool {
	if f.Job.Timezone.Text == "" && f.namesDay() {
		return true
	}
	for i := range f.Job.Steps {
		step := &f.Job.Steps[i]
		object := step.Source.Object
		for j := range step.Outputs {
			output := &step.Outputs[j]
			if output.Sink.Object.Set {
				object = output.Sink.Object
			}
			if !object.Set {
				continue
			}
			if anyRule(output.Mapping, func(m *job.Mapping) bool {
				return strings.Contains(m.Rule.Expr.Text, "store.") || strings.Contains(m.Rule.Assert.Text, "store.") ||
					f.Job.Timezone.Text == "" && isDate(m, object.Text)
			}) {
				return true
			}
		}
		if f.Job.Timezone.Text == "" && len(step.Source.Period) > 0 {
			return true
		}
	}
	return false
}

func anyRule(mapping []job.Mapping, holds func(*job.Mapping) bool) bool {
	for i := range mapping {
		if holds(&mapping[i]) {
			return true
		}
		rule := &mapping[i].Rule
		below := [][]job.Mapping{rule.Fields}
		if len(rule.Elements) > 0 {
			below = rule.Elements
		}
		for _, fields := range below {
			if anyRule(fields, holds) {
				return true
			}
		}
	}
	return false
}

// isDate tells whether a rule reads or writes a date.
func isDate(m *job.Mapping, object string) bool {
	if m.Rule.Type.Text == "date" {
		return true
	}
	found, ok := catalogue.Find(object)
	if !ok {
		return false
	}
	paths := []string{m.Target.Text}
	for _, from := range m.Rule.From {
		paths = append(paths, from.Text)
	}
	for _, path := range paths {
		if field, ok := found.Field(path); ok && field.Type == catalogue.Date {
			return true
		}
	}
	return false
}

// scopeFor gathers what rules and expressions may see.
func scopeFor(ctx context.Context, f *File, o Options) (mappings.Scope, []job.Diagnostic, error) {
	scope := mappings.Scope{
		Within: f.Job.Within,
		Params: paramsOf(f.Job), Location: f.Location, Store: o.Store,
		Unpack: unpackers,
		Names:  map[string]map[string]string{"brand": {}, "category": {}, "product": {}, "channel": {}},
	}
	tables, found, err := lookupTables(ctx, f, o)
	scope.Tables = tables
	return scope, found, err
}

// lookupTables reads the files that rules look values up in. A table is one of a person's own, so it fits in memory.
func lookupTables(ctx context.Context, f *File, o Options) (map[*job.LookupFile]map[string]string, []job.Diagnostic, error) {
	tables := map[*job.LookupFile]map[string]string{}
	if o.Static {
		return tables, nil, nil
	}
	var diagnostics []job.Diagnostic
	for i := range f.Job.Steps {
		for j := range f.Job.Steps[i].Outputs {
			anyRule(f.Job.Steps[i].Outputs[j].Mapping, func(m *job.Mapping) bool {
				if lookup := m.Rule.LookupFile; lookup != nil {
					table, at, err := readTable(ctx, f, lookup, o.Stdin)
					if err != nil {
						diagnostics = append(diagnostics, f.Diagnostic(at, "lookup", err.Error()))
						return false
					}
					tables[lookup] = table
				}
				return false
			})
		}
	}
	return tables, diagnostics, nil
}

// readTable reads the key and value columns of a CSV or XLSX file; a key that stands twice with two values is an error.
func readTable(ctx context.Context, f *File, lookup *job.LookupFile, stdin io.Reader) (map[string]string, job.Scalar, error) {
	source := job.Source{CSV: lookup.File}
	if strings.EqualFold(filepath.Ext(lookup.File.Text), ".xlsx") {
		source = job.Source{XLSX: lookup.File}
	}
	opened, err := openPaths(ctx, &source, stdin, []string{f.Beside(lookup.File.Text)}, sources.HeaderNames{}, 0)
	if err != nil {
		return nil, lookup.File, err
	}
	table, at, err := tableOf(ctx, opened, lookup)
	return table, at, errors.Join(err, opened.Close())
}

func tableOf(ctx context.Context, opened Sheet, lookup *job.LookupFile) (map[string]string, job.Scalar, error) {
	key, err := opened.Header().Find(lookup.Key.Text)
	if err != nil {
		return nil, lookup.Key, err
	}
	value, err := opened.Header().Find(lookup.Value.Text)
	if err != nil {
		return nil, lookup.Value, err
	}
	table := map[string]string{}
	for {
		rows, err := opened.Next(ctx)
		if errors.Is(err, io.EOF) {
			return table, job.Scalar{}, nil
		}
		if err != nil {
			return nil, lookup.File, err
		}
		for i := range rows {
			name, text := strings.TrimSpace(rows[i].Text(key)), rows[i].Text(value)
			if known, twice := table[name]; twice && known != text {
				return nil, lookup.File, fmt.Errorf("%s: the key %q stands there twice, as %q and %q", rows[i].Origin, name, known, text)
			}
			table[name] = text
		}
	}
}

// LookupFiles lists the files in which a step's rules look values up.
func LookupFiles(step *job.Step) []string {
	var files []string
	for i := range step.Outputs {
		anyRule(step.Outputs[i].Mapping, func(m *job.Mapping) bool {
			if m.Rule.LookupFile != nil {
				files = append(files, m.Rule.LookupFile.File.Text)
			}
			return false
		})
	}
	return files
}
