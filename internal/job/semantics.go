package job

import "strings"

// semantics reports what contradicts itself between parts of a job, as far as their texts are known.
func (p *parser) semantics(j *Job) {
	written := map[string]Pos{} // path and sheet of every file that is written
	for _, step := range j.Steps {
		for _, out := range step.Outputs {
			p.checkMode(out.Sink)
			p.checkRows(step.Source, out)
			p.checkDialect(&step, &out)
			p.checkTargets(out)
			p.checkTwice(out.Sink, written)
		}
	}
}

func known(s Scalar) bool { return s.Set && !s.Unknown && !hasPlaceholder(s.Text) }

// checkMode holds mode against match: a store gives ids itself.
func (p *parser) checkMode(s Sink) {
	if known(s.Mode) && known(s.Match) && s.Mode.Text == "create" && s.Match.Text == "id" {
		p.reportScalar(s.Match, "conflict", "match: id cannot be used with mode: create, as the store gives the ids")
	}
}

// checkRows wants a record of a store where the elements of a list are rows, and a sheet where an output leaves rows out.
func (p *parser) checkRows(from Source, out Output) {
	if out.Where.Set && out.Sink.Object.Set {
		p.reportScalar(out.Where, "conflict", "where of an output goes over the columns of a sheet; rows of what goes into a store are left out with where of the source")
	}
	if out.Each.Set && (from.CSV.Set || from.XLSX.Set) {
		p.reportScalar(out.Each, "conflict", "each makes a row of every element of a record's list; it goes with a source of bigcommerce")
	}
}

// checkTargets reports targets that are one and the same though written differently: fields of a store by path, columns
// of a sheet as a reader of its header compares them.
func (p *parser) checkTargets(out Output) {
	same := func(target string) string {
		if out.Sink.Object.Set {
			return strings.TrimSuffix(strings.ReplaceAll(strings.TrimSpace(target), " ", ""), "[]")
		}
		return strings.ToLower(strings.Join(strings.Fields(target), " "))
	}
	p.checkTargetsOf(out.Mapping, same)
}

func (p *parser) checkTargetsOf(mapping []Mapping, same func(string) string) {
	seen := map[string]Scalar{}
	for _, m := range mapping {
		name := same(m.Target.Text)
		if first, found := seen[name]; found && first.Text != m.Target.Text {
			p.reportScalar(m.Target, "duplicate", "%s is the same target as %s on line %d", quote(m.Target.Text), quote(first.Text), first.Line)
		} else if !found {
			seen[name] = m.Target
		}
		p.checkTargetsOf(m.Rule.Fields, same)
	}
}

// checkTwice reports a sheet, or a CSV file, that two sinks write.
func (p *parser) checkTwice(s Sink, written map[string]Pos) {
	path, kind := s.CSV, "csv"
	if s.XLSX.Set {
		path, kind = s.XLSX, "xlsx"
	}
	if !path.Set || path.Unknown || s.Sheet.Unknown || path.Text == "-" {
		return
	}
	name := strings.TrimPrefix(path.Text, "./")
	key := name
	if kind == "xlsx" {
		// Excel does not tell Orders from orders; a sink without a sheet writes the first.
		key += "\x00" + strings.ToLower(s.Sheet.Text)
	}
	if first, found := written[key]; found {
		if kind == "xlsx" && s.Sheet.Set {
			p.reportScalar(s.Sheet, "duplicate", "the sheet %s of %s is written already by the sink on line %d", s.Sheet, path, first.Line)
		} else {
			p.reportScalar(path, "duplicate", "%s is written already by the sink on line %d", path, first.Line)
		}
		return
	}
	if other, found := written["kind\x00"+name]; found && written["kind\x00"+name+kind] != other {
		p.reportScalar(path, "duplicate", "%s is written already as another kind of file by the sink on line %d", path, other.Line)
		return
	}
	written["kind\x00"+name], written["kind\x00"+name+kind] = s.Pos, s.Pos
	written[key] = s.Pos
}
