package job

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

func (p *parser) readMapping(into *[]Mapping) reader { return p.mappingOf(into, "mapping") }

func (p *parser) mappingOf(into *[]Mapping, what string) reader {
	return func(n *yaml.Node) {
		p.pairs(n, what, func(target Scalar, value *yaml.Node) {
			if strings.TrimSpace(target.Text) == "" {
				p.reportScalar(target, "value", "a target without a name")
				return
			}
			if rule, ok := p.readRule(target, value); ok {
				*into = append(*into, Mapping{Target: target, Rule: rule})
			}
		})
	}
}

var mappingTypes = []string{"text", "int", "decimal", "bool", "date", "list"}

// readRule reads the rule of a target: a column or path alone, or a mapping of steps.
func (p *parser) readRule(target Scalar, n *yaml.Node) (Rule, bool) {
	m := p.enter(n)
	if m == nil {
		return Rule{}, false
	}
	rule := Rule{Pos: position(m)}
	what := "the rule of " + quote(target.Text)
	switch m.Kind {
	case yaml.ScalarNode:
		var from Scalar
		p.text(&from, "the column of "+quote(target.Text), notEmpty)(m)
		rule.From = []Scalar{from}
		return rule, true
	case yaml.SequenceNode:
		p.reportNode(m, "type", "%s is a list; several columns, of which the first that is not empty counts, are written { from: [A, B] }, a constant list { value: [1, 2] }", what)
		return Rule{}, false
	case yaml.MappingNode:
		if len(m.Content) == 2 && m.Content[0].Value == "column" {
			p.readColumn(m, &rule.From)
			return rule, len(rule.From) > 0
		}
	}
	placed := placing{}
	if !p.object(m, what, placed.noting(p, p.ruleKeys(&rule)), laterInRule...) {
		return Rule{}, false
	}
	if len(placed) > 0 || len(m.Content) == 0 { // else nothing of it was understood, which is reported
		p.ruleSemantics(&rule, what, placed)
	}
	return rule, true
}

func (p *parser) ruleKeys(r *Rule) []key {
	return []key{
		{name: "from", read: func(n *yaml.Node) { p.readFrom(n, &r.From) }},
		{name: "value", read: func(n *yaml.Node) { p.readConstant(n, r) }},
		{name: "trim", read: p.word(&r.Trim, "trim", isBool)},
		{name: "blank", read: p.word(&r.Blank, "blank", oneOf("keep", "clear", "default", "error"))},
		{name: "default", read: p.text(&r.Default, "default")},
		{name: "required", read: p.word(&r.Required, "required", isBool)},
		{name: "split", read: p.text(&r.Split, "split", notNothing)},
		{name: "join", read: p.text(&r.Join, "join")},
		{name: "pairs", read: func(n *yaml.Node) { p.readPairs(n, r) }},
		{name: "table", read: p.named(&r.Table, "table", p.namedText("table"))},
		{name: "type", read: p.word(&r.Type, "type", oneOf(mappingTypes...))},
		{name: "layout", read: p.text(&r.Layout, "layout", notEmpty)},
		{name: "when_true", read: p.list(&r.WhenTrue, "when_true")},
		{name: "when_false", read: p.list(&r.WhenFalse, "when_false")},
		{name: "lookup", read: func(n *yaml.Node) { p.readLookup(n, r) }},
		{name: "separator", read: p.text(&r.Separator, "separator", notNothing)},
		{name: "tree", read: p.text(&r.Tree, "tree", notEmpty)},
		{name: "create_missing", read: p.word(&r.CreateMissing, "create_missing", isBool)},
		{name: "else", read: p.text(&r.Else, "else")},
		{name: "expr", read: p.expression(&r.Expr, "expr")},
		{name: "assert", read: p.expression(&r.Assert, "assert")},
		{name: "only", read: p.word(&r.Only, "only", oneOf("create", "update", "unset"))},
		{name: "list", read: p.word(&r.List, "list", oneOf("add", "replace", "remove"))},
		{name: "format", read: p.text(&r.Format, "format", notEmpty)},
		{name: "style", read: p.text(&r.Style, "style", notEmpty)},
		{name: "take", read: p.word(&r.Take, "take", oneOf("same", "first", "last", "min", "max", "sum", "count", "join"))},
		{name: "when", read: p.expression(&r.When, "when")},
		{name: "skip", read: p.word(&r.Skip, "skip", isBool)},
		{name: "fields", read: p.mappingOf(&r.Fields, "fields")},
		{name: "each", read: func(n *yaml.Node) { p.readEach(n, r) }},
	}
}

var notNothing = check{"value", func(text, _ string) string {
	if text == "" {
		return "the text is empty"
	}
	return ""
}}

func (p *parser) readFrom(n *yaml.Node, into *[]Scalar) {
	for _, item := range p.items(n, "from") {
		m := p.enter(item)
		if m == nil {
			continue
		}
		if m.Kind == yaml.MappingNode {
			p.readColumn(m, into)
			continue
		}
		var s Scalar
		if p.text(&s, "from", notEmpty)(m); s.Set {
			*into = append(*into, s)
		}
	}
}

// readColumn reads {column: "Odd #name"}, the spelling for headers that would be taken for something else.
func (p *parser) readColumn(n *yaml.Node, into *[]Scalar) {
	var s Scalar
	p.object(n, "from", []key{{name: "column", need: true, read: p.text(&s, "column", notEmpty)}})
	if s.Set {
		*into = append(*into, s)
	}
}

func (p *parser) readConstant(n *yaml.Node, r *Rule) {
	m := p.enter(n)
	if m == nil {
		return
	}
	if m.Kind == yaml.SequenceNode {
		if len(m.Content) == 0 {
			p.reportNode(m, "type", "value is an empty list; to empty a list, clear it with { from: ..., blank: clear }")
			return
		}
		p.list(&r.Values, "value")(m)
		return
	}
	p.text(&r.Value, "value")(m)
}

func (p *parser) readPairs(n *yaml.Node, r *Rule) {
	var pairs Pairs
	if p.object(n, "pairs", []key{
		{name: "item", need: true, read: p.text(&pairs.Item, "item", notNothing)},
		{name: "key", need: true, read: p.text(&pairs.Key, "key", notNothing)},
	}) {
		pairs.Pos = p.placeOf(n)
		r.Pairs = &pairs
	}
}

func (p *parser) readLookup(n *yaml.Node, r *Rule) {
	m := p.enter(n)
	if m == nil {
		return
	}
	if m.Kind == yaml.ScalarNode {
		p.word(&r.Lookup, "lookup", oneOf(lookups...))(m)
		return
	}
	var file LookupFile
	if p.object(m, "lookup", []key{
		{name: "file", need: true, read: p.text(&file.File, "file", notEmpty)},
		{name: "key", need: true, read: p.text(&file.Key, "key", notEmpty)},
		{name: "value", need: true, read: p.text(&file.Value, "value", notEmpty)},
	}) {
		file.Pos = position(m)
		r.LookupFile = &file
	}
}

var lookups = []string{"category", "brand", "product", "channel", "customer", "order_status", "order", "promotion"}

// ruleSemantics reports steps of a rule that contradict each other or have nothing to work on.
func (p *parser) ruleSemantics(r *Rule, what string, placed placing) {
	has := func(name string) bool { return placed[name].Set }
	clash := func(a, b, why string) {
		if has(a) && has(b) {
			p.reportScalar(placed[b], "conflict", "%s has %s and %s; %s", what, a, b, why)
		}
	}
	clash("from", "value", "a value comes from a column or is a constant")
	clash("split", "pairs", "one of them takes the cell apart")
	if r.Skip.Text == "true" {
		for name, at := range placed {
			if name != "skip" {
				p.reportScalar(at, "conflict", "%s has skip: true, which leaves the field out, and %s", what, name)
			}
		}
		return
	}
	if !slices.ContainsFunc([]string{"from", "value", "expr", "fields"}, has) {
		p.report(r.Pos, 1, "required", "%s needs one of from, value, expr or fields", what)
	}
	goesWith := func(name string, with ...string) {
		if has(name) && !slices.ContainsFunc(with, has) {
			p.reportScalar(placed[name], "conflict", "%s: %s goes with %s only", what, name, joinOr(with))
		}
	}
	goesWith("each", "fields")
	if has("fields") {
		p.nestedSemantics(r, what, placed)
	}
	goesWith("separator", "lookup")
	goesWith("tree", "lookup")
	goesWith("create_missing", "lookup")
	goesWith("else", "table", "lookup")
	if has("create_missing") && r.LookupFile != nil {
		p.reportScalar(placed["create_missing"], "conflict", "%s: create_missing makes records of a store, not lines of a file", what)
	}
	if has("default") && has("blank") && r.Blank.Text != "default" && !hasPlaceholder(r.Blank.Text) {
		p.reportScalar(placed["blank"], "conflict", "%s has a default, and blank: %s which never uses it", what, r.Blank.Text)
	}
	if r.Blank.Text == "default" && !has("default") {
		p.reportScalar(placed["blank"], "required", "%s: blank: default needs `default`", what)
	}
	if (has("when_true") || has("when_false")) && r.Type.Text != "bool" && !hasPlaceholder(r.Type.Text) {
		at := placed["when_true"]
		if !at.Set {
			at = placed["when_false"]
		}
		p.reportScalar(at, "conflict", "%s: when_true and when_false go with type: bool only", what)
	}
}
