package compile

import (
	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/mappings"
	"bcetl/sources"
)

// compileShaping compiles what is done to rows before they are mapped; the header it gives has the computed columns too.
func compileShaping(f *File, s *job.Source, header *record.Header, scope mappings.Scope) (sources.Shaping, *record.Header, []job.Diagnostic) {
	var diagnostics []job.Diagnostic
	var shaping sources.Shaping
	for _, empty := range s.Empty {
		shaping.Empty = append(shaping.Empty, empty.Text)
	}
	extended := header
	if len(s.Columns) > 0 {
		computed, more := mappings.CompileColumns(f.Path, s.Columns, header, scope)
		diagnostics = append(diagnostics, more...)
		if computed != nil {
			extended = computed.Header()
			shaping.Compute = computed.Extend
		}
	}
	shaping.Fill, diagnostics = columnNames(f, s.Fill, extended, diagnostics)
	shaping.GroupBy, diagnostics = columnNames(f, s.GroupBy, extended, diagnostics)
	if s.Gather.Text == "anywhere" {
		diagnostics = append(diagnostics, f.Diagnostic(s.Gather, "unsupported", "`gather: anywhere` is not supported by this version; sort the sheet by the columns of group_by"))
	}
	if s.Where.Set {
		condition, more := mappings.CompileCondition(f.Path, s.Where, extended, scope)
		diagnostics = append(diagnostics, more...)
		if condition != nil {
			shaping.Keep = condition.Holds
		}
	}
	asserts, more := compileAsserts(f, s.Assert, extended, scope)
	shaping.Assert = asserts
	return shaping, extended, append(diagnostics, more...)
}

func columnNames(f *File, names []job.Scalar, header *record.Header, diagnostics []job.Diagnostic) ([]string, []job.Diagnostic) {
	var columns []string
	for _, name := range names {
		columns = append(columns, name.Text)
		if header == nil {
			continue
		}
		if _, err := header.Find(name.Text); err != nil {
			diagnostics = append(diagnostics, f.Diagnostic(name, "column", err.Error()+job.DidYouMean(name.Text, header.Names())))
		}
	}
	return columns, diagnostics
}

// compileAsserts gives one function that rejects a row for the first condition that does not hold, with the text of its `else`.
func compileAsserts(f *File, asserts []job.Assert, header *record.Header, scope mappings.Scope) (func(*record.Row) *record.Problem, []job.Diagnostic) {
	var diagnostics []job.Diagnostic
	type check struct {
		holds func(*record.Row) (bool, *record.Problem)
		text  string
	}
	var checks []check
	for _, assert := range asserts {
		condition, more := mappings.CompileCondition(f.Path, assert.That, header, scope)
		diagnostics = append(diagnostics, more...)
		if condition == nil {
			continue
		}
		text := assert.Else.Text
		if text == "" {
			text = "the row does not satisfy " + assert.That.Text
		}
		checks = append(checks, check{condition.Holds, text})
	}
	if len(checks) == 0 {
		return nil, diagnostics
	}
	return func(row *record.Row) *record.Problem {
		for _, c := range checks {
			holds, problem := c.holds(row)
			if problem != nil {
				return problem
			}
			if !holds {
				return &record.Problem{Code: mappings.CodeAssertFailed, Message: c.text}
			}
		}
		return nil
	}, diagnostics
}
