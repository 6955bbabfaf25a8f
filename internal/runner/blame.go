package runner

import (
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/record"
	"bcetl/mappings"
)

// blamed names the column of the sheet behind a problem that names a field of the store alone: people mend columns. Where several columns
// lead to the field, and the message does not tell which, it names them all and the field keeps its name.
func (r *importRun) blamed(problem *record.Problem) *record.Problem {
	if problem == nil || problem.Column != "" || problem.Field == "" {
		return problem
	}
	columns := columnsOf(behind(r.step.Policies, problem))
	if len(columns) == 0 {
		return problem
	}
	named := *problem
	if len(columns) == 1 {
		named.Column = columns[0]
		return &named
	}
	for i := range columns {
		columns[i] = fmt.Sprintf("%q", columns[i])
	}
	named.Message += fmt.Sprintf(" (from the columns %s)", strings.Join(columns, ", "))
	return &named
}

// behind gives the policies that lead to the field that a problem names: its own; those of fields below it, for stores name an address as a
// whole; and those of elements of lists, of which stores name the field alone. Of several, those whose own names the message has.
func behind(policies []mappings.ColumnPolicy, problem *record.Problem) []mappings.ColumnPolicy {
	field := problem.Field
	for _, leads := range []func(target string) bool{
		func(target string) bool { return target == field },
		func(target string) bool {
			return strings.HasPrefix(target, field+".") || strings.HasPrefix(target, field+"[].")
		},
		func(target string) bool { return strings.HasSuffix(target, "[]."+field) },
	} {
		var found, told []mappings.ColumnPolicy
		for i := range policies {
			if target := policies[i].Target; leads(target) {
				found = append(found, policies[i])
				if hasWord(problem.Message, target[strings.LastIndex(target, ".")+1:]) {
					told = append(told, policies[i])
				}
			}
		}
		switch {
		case len(told) > 0:
			return told
		case len(found) > 0:
			return found
		}
	}
	return nil
}

func hasWord(message, name string) bool {
	return slices.Contains(strings.FieldsFunc(message, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}), name)
}

// columnsOf lists the columns of policies, each once.
func columnsOf(policies []mappings.ColumnPolicy) []string {
	var columns []string
	for i := range policies {
		for _, column := range policies[i].From {
			if !slices.Contains(columns, column) {
				columns = append(columns, column)
			}
		}
	}
	return columns
}
