package job

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// readEach reads what the elements of a nested mapping are made of: the word rows, a cell that is split, or literals.
func (p *parser) readEach(n *yaml.Node, r *Rule) {
	m := p.enter(n)
	if m == nil {
		return
	}
	each := Each{Pos: position(m)}
	switch m.Kind {
	case yaml.MappingNode:
		if !p.object(m, "each", []key{
			{name: "from", need: true, read: func(n *yaml.Node) { p.readFrom(n, &each.From) }},
			{name: "split", need: true, read: p.text(&each.Split, "split", notNothing)},
		}) {
			return
		}
	case yaml.SequenceNode:
		p.list(&each.Values, "each", notEmpty)(m)
	default:
		p.word(&each.Rows, "each", eachRows)(m)
	}
	r.Each = &each
}

var eachRows = check{"value", func(text, shown string) string {
	if text == "rows" {
		return ""
	}
	return "unknown value " + shown + "; expected rows, a cell such as { from: Images, split: \",\" }, or a list of literals"
}}

// nestedSemantics reports steps that a nested mapping has not itself: they belong to the rules of its fields.
func (p *parser) nestedSemantics(r *Rule, what string, placed placing) {
	goes := []string{"fields", "each", "when", "list", "only"}
	if r.Each != nil && len(r.Each.From) > 0 {
		goes = append(goes, "take")
	}
	for _, k := range p.ruleKeys(&Rule{}) {
		if at := placed[k.name]; at.Set && !slices.Contains(goes, k.name) {
			p.reportScalar(at, "conflict", "%s is a nested mapping; %s belongs to the rules of its fields", what, k.name)
		}
	}
}
