package dialects

import (
	"errors"
	"slices"
	"strings"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// merging puts a dialect's mapping and a job's own together.
type merging struct {
	file    string
	dialect job.Scalar
	columns bool // the targets are columns of a sheet, not fields of a store
	native  []job.Mapping
}

// with gives the dialect's rules in their order, those that the job's own mapping names replaced or left out, and behind them the rules
// for what the dialect does not have. A replaced column keeps its place and name.
func (m *merging) with(own []job.Mapping) ([]job.Mapping, []job.Diagnostic) {
	var found []job.Diagnostic
	inPlace := map[int]job.Mapping{} // by place in the dialect's mapping
	gone := map[int]bool{}
	var behind []job.Mapping
	for _, mapping := range own {
		replaced := m.replacedBy(mapping.Target.Text)
		skip := mapping.Rule.Skip.Text == "true"
		for _, place := range replaced {
			gone[place] = true
		}
		switch {
		case skip && len(replaced) == 0:
			found = append(found, diagnostic(m.file, mapping.Target, "dialect", "%s maps no %q that could be left out%s",
				m.dialect.Text, mapping.Target.Text, job.Alternatives(mapping.Target.Text, m.names())))
		case skip:
		case len(replaced) > 0 && m.same(m.native[replaced[0]].Target.Text, mapping.Target.Text):
			mapping.Target.Text = m.native[replaced[0]].Target.Text
			inPlace[replaced[0]] = mapping
		default:
			behind = append(behind, mapping)
		}
	}
	var all []job.Mapping
	for place, mapping := range m.native {
		if instead, ok := inPlace[place]; ok {
			all = append(all, instead)
		} else if !gone[place] {
			all = append(all, mapping)
		}
	}
	return append(all, behind...), found
}

// replacedBy gives the places of the dialect's rules that a target of the job stands for: the one of the same name and, of fields, those
// inside it or the list that it is inside of. A list whose elements the dialect makes as a whole is one field.
func (m *merging) replacedBy(target string) []int {
	var places []int
	for place := range m.native {
		native := m.native[place].Target.Text
		if m.same(native, target) || !m.columns && (inside(native, target) || m.native[place].Rule.Each != nil && inside(target, native)) {
			places = append(places, place)
		}
	}
	return places
}

func (m *merging) same(a, b string) bool {
	if m.columns {
		return record.FoldName(a) == record.FoldName(b)
	}
	return path(a) == path(b)
}

func (m *merging) names() []string {
	names := make([]string, len(m.native))
	for i := range m.native {
		names[i] = m.native[i].Target.Text
	}
	return names
}

// path is a target without what may be written in more than one way.
func path(target string) string {
	return strings.TrimSuffix(strings.ReplaceAll(target, " ", ""), "[]")
}

// inside tells whether a field lies in an object or list.
func inside(field, outer string) bool {
	rest, ok := strings.CutPrefix(path(field), path(outer))
	return ok && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "[]."))
}

// Fit leaves out the dialect's own rules for which a sheet has no column; of amounts with and without tax, which go in pairs, both. It
// gives the rules that are left and the targets of those that are not.
func Fit(mapping []job.Mapping, header *record.Header) (fitting []job.Mapping, left []string) {
	missing := map[string]bool{}
	for i := range mapping {
		rule := &mapping[i].Rule
		lacks := func(from job.Scalar) bool {
			_, err := header.Find(from.Text)
			var unknown *record.UnknownColumnError
			return errors.As(err, &unknown)
		}
		columns := rule.From
		if rule.Each != nil {
			columns = rule.Each.From
		}
		if rule.Native && !isKey(mapping[i].Target.Text) && slices.ContainsFunc(columns, lacks) {
			missing[mapping[i].Target.Text] = true
		}
	}
	for i := range mapping {
		target := mapping[i].Target.Text
		if missing[target] || mapping[i].Rule.Native && missing[otherOfPair(target)] {
			left = append(left, target)
			continue
		}
		fitting = append(fitting, mapping[i])
	}
	return fitting, left
}

// isKey tells the fields without whose column a sheet is no sheet of orders.
func isKey(target string) bool { return target == "id" || target == "external_order_id" }

func otherOfPair(target string) string {
	if name, ok := strings.CutSuffix(target, "_inc_tax"); ok {
		return name + "_ex_tax"
	}
	if name, ok := strings.CutSuffix(target, "_ex_tax"); ok {
		return name + "_inc_tax"
	}
	return ""
}
