package job

import "slices"

// The dialects of the contract: forms of sheets that are mapped without a mapping.
var (
	dialects      = []string{"bigcommerce-orders"}
	laterDialects = []string{"bigcommerce-v3", "bigcommerce-v2"}
)

// DialectOf is the dialect that maps what an output takes: the source's where a sheet goes into a store, the sink's where a store's
// records go into a sheet. It is not set where there is none, as from one sheet into another.
func DialectOf(step *Step, out *Output) Scalar {
	switch {
	case out.Sink.Object.Set && !step.Source.Object.Set:
		return step.Source.Dialect
	case step.Source.Object.Set && !out.Sink.Object.Set:
		return out.Sink.Dialect
	}
	return Scalar{}
}

// checkDialect reports what a dialect does not go with, and `skip` where there is none to leave a field out of.
func (p *parser) checkDialect(step *Step, out *Output) {
	if out.Sink.Dialect.Set && !out.Sink.Object.Set && (step.Source.CSV.Set || step.Source.XLSX.Set) {
		p.reportScalar(out.Sink.Dialect, "conflict", "dialect of a sink lays out records of a store; what comes from another sheet has a mapping")
	}
	dialect := DialectOf(step, out)
	if dialect.Set && out.Each.Set {
		p.reportScalar(out.Each, "conflict", "each and dialect do not go together: a row of %s is a whole record", dialect)
	}
	for _, m := range out.Mapping {
		p.checkSkip(m, dialect.Set)
	}
}

func (p *parser) checkSkip(m Mapping, has bool) {
	if m.Rule.Skip.Text == "true" && !has {
		p.reportScalar(m.Target, "conflict", "skip leaves out a field of a dialect, and here is none; leave %s out", quote(m.Target.Text))
	}
	for _, inner := range m.Rule.Fields {
		p.checkSkip(inner, false)
	}
}

// oneOfOr takes the words, and refuses the later ones as what they are.
func oneOfOr(later []string, words ...string) check {
	known := oneOf(words...)
	return check{"value", func(text, shown string) string {
		if slices.Contains(later, text) {
			return shown + " is not supported by this version; expected " + joinOr(words)
		}
		return known.look(text, shown)
	}}
}
