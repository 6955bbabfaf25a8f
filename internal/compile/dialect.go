package compile

import (
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/dialects"
	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/mappings"
	"bcetl/sinks"
)

// unpackers take apart the packed cells of dialects.
var unpackers = map[string]mappings.Unpacker{
	dialects.ProductDetailsName: {Columns: dialects.ProductColumns, Rows: dialects.ProductRows},
}

// AboutColumns is what is to be said of the columns of sheets, each once.
type AboutColumns struct {
	Lacking []string // which fields have none
	Unknown []string // which columns nothing reads
}

// add adds a text about some names, if there are any.
func add(texts []string, format string, names []string) []string {
	if len(names) == 0 {
		return texts
	}
	if text := fmt.Sprintf(format, strings.Join(names, ", ")); !slices.Contains(texts, text) {
		texts = append(texts, text)
	}
	return texts
}

// fitDialect leaves out the dialect's own rules for which a sheet has no column, and notes that, as well as columns which neither the
// dialect nor the job knows.
func (a *AboutColumns) fitDialect(s *job.Source, mapping []job.Mapping, header *record.Header) []job.Mapping {
	if !s.Dialect.Set || header == nil {
		return mapping
	}
	fitting, left := dialects.Fit(mapping, header)
	unread := slices.DeleteFunc(dialects.Unknown(s.Dialect.Text, header), func(name string) bool {
		return record.FoldName(name) == sinks.RejectsColumn || reads(s, mapping, name)
	})
	a.Lacking = add(a.Lacking, "the sheet has no columns for these fields, which are left alone: %s", left)
	a.Unknown = add(a.Unknown, "columns that "+s.Dialect.Text+" does not know and no rule reads: %s", unread)
	return fitting
}

// reads tells whether a rule, a condition or a computed column of the job names a column.
func reads(s *job.Source, mapping []job.Mapping, column string) bool {
	quoted := fmt.Sprintf("%q", column)
	names := func(expression job.Scalar) bool {
		return strings.Contains(strings.ReplaceAll(expression.Text, "'", `"`), quoted)
	}
	is := func(name job.Scalar) bool { return record.FoldName(name.Text) == record.FoldName(column) }
	if names(s.Where) || slices.ContainsFunc(s.Columns, func(c job.Named) bool { return is(c.Name) || names(c.Value) }) ||
		slices.ContainsFunc(s.Assert, func(a job.Assert) bool { return names(a.That) }) || slices.ContainsFunc(s.GroupBy, is) || slices.ContainsFunc(s.Fill, is) {
		return true
	}
	return anyRule(mapping, func(m *job.Mapping) bool {
		from := m.Rule.From
		if m.Rule.Each != nil {
			from = append(slices.Clone(from), m.Rule.Each.From...)
		}
		return slices.ContainsFunc(from, is) || names(m.Rule.Expr) || names(m.Rule.Assert) || names(m.Rule.When)
	})
}

// notes lists all of it.
func (a *AboutColumns) notes() []string { return slices.Concat(a.Unknown, a.Lacking) }

// ColumnNotes is what is to be said of the sheet's columns.
func (c *ImportStep) ColumnNotes() []string { return c.About.notes() }

// ColumnNotes is what is to be said of the sheet's columns.
func (c *ConvertStep) ColumnNotes() []string { return c.About.notes() }
