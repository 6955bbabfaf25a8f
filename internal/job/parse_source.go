package job

import "gopkg.in/yaml.v3"

// sourceKinds are the keys of a source that go with one kind of it only.
var sourceKinds = []ofKind{
	{[]string{"delimiter", "encoding", "formulas"}, []string{"csv"}},
	{[]string{"sheet", "range"}, []string{"xlsx"}},
	{[]string{"header_row", "headers", "empty", "columns", "fill", "group_by", "gather", "dialect"}, []string{"csv", "xlsx"}},
	{[]string{"filter", "period", "also", "connection"}, []string{"bigcommerce"}},
}

func (p *parser) readSource(n *yaml.Node, s *Source) {
	placed, kind := p.readKind(n, "source", &s.Pos, p.sourceKeys(s), laterInSource, sourceKinds)
	if gather := placed["gather"]; kind != "" && gather.Set && len(s.GroupBy) == 0 {
		p.reportScalar(gather, "conflict", "gather goes with group_by only")
	}
}

func (p *parser) sourceKeys(s *Source) []key {
	return []key{
		{name: "csv", read: p.text(&s.CSV, "csv", notEmpty)},
		{name: "xlsx", read: p.text(&s.XLSX, "xlsx", notEmpty)},
		{name: "bigcommerce", read: p.word(&s.Object, "bigcommerce", notEmpty)},
		{name: "connection", read: p.text(&s.Connection, "connection", notEmpty)},
		{name: "delimiter", read: p.word(&s.Delimiter, "delimiter", isDelimiter)},
		{name: "encoding", read: p.word(&s.Encoding, "encoding", isEncoding)},
		{name: "formulas", read: p.word(&s.Formulas, "formulas", oneOf("escape", "raw"))},
		{name: "header_row", read: p.word(&s.HeaderRow, "header_row", headerRow)},
		{name: "sheet", read: p.text(&s.Sheet, "sheet", notEmpty)},
		{name: "range", read: p.text(&s.Range, "range", notEmpty)},
		{name: "dialect", read: p.word(&s.Dialect, "dialect", oneOfOr(laterDialects, dialects...))},
		{name: "headers", read: func(n *yaml.Node) { p.readHeaders(n, &s.Headers) }},
		{name: "empty", read: p.list(&s.Empty, "empty")},
		{name: "columns", read: p.named(&s.Columns, "columns", p.namedExpression)},
		{name: "fill", read: p.list(&s.Fill, "fill", notEmpty)},
		{name: "where", read: p.expression(&s.Where, "where")},
		{name: "assert", read: func(n *yaml.Node) { p.readAsserts(n, &s.Assert) }},
		{name: "group_by", read: p.list(&s.GroupBy, "group_by", notEmpty)},
		{name: "gather", read: p.word(&s.Gather, "gather", oneOf("neighbours", "anywhere"))},
		{name: "filter", read: func(n *yaml.Node) { p.readFilter(n, &s.Filter) }},
		{name: "period", read: p.named(&s.Period, "period", p.namedText("a period", notEmpty))},
		{name: "also", read: p.list(&s.Also, "also", oneOf("incomplete", "archived"))},
	}
}

func (p *parser) readHeaders(n *yaml.Node, h *Headers) {
	m := p.enter(n)
	if m == nil {
		return
	}
	h.Pos = position(m)
	switch m.Kind {
	case yaml.SequenceNode:
		p.list(&h.List, "headers")(m)
	case yaml.MappingNode:
		p.pairs(m, "headers", func(name Scalar, value *yaml.Node) {
			if !isColumnLetters(name.Text) {
				p.reportScalar(name, "value", "%s is not a column letter such as A or AB", quote(name.Text))
			}
			var s Scalar
			if p.text(&s, "a header", notEmpty)(value); s.Set {
				h.ByLetter = append(h.ByLetter, Named{name, s})
			}
		})
	default:
		p.reportNode(m, "type", "headers must be a list of all headers or a mapping of column letters ({A: Item}), not %s", kind(m))
	}
}

// isColumnLetters takes A to XFD, the columns that a sheet of Excel can have.
func isColumnLetters(s string) bool {
	if s == "" || len(s) > 3 {
		return false
	}
	number := 0
	for _, r := range s {
		if r < 'A' || r > 'Z' {
			return false
		}
		number = number*26 + int(r-'A') + 1
	}
	return number <= 16_384
}

func (p *parser) readAsserts(n *yaml.Node, into *[]Assert) {
	for _, item := range p.items(n, "assert") {
		var a Assert
		ok := p.object(item, "an assert", []key{
			{name: "that", need: true, read: p.expression(&a.That, "that")},
			{name: "else", need: true, read: p.text(&a.Else, "else", notEmpty)},
		})
		if ok {
			*into = append(*into, a)
		}
	}
}

func (p *parser) readFilter(n *yaml.Node, into *[]FilterEntry) {
	p.pairs(n, "filter", func(name Scalar, value *yaml.Node) {
		entry := FilterEntry{Name: name}
		p.list(&entry.Values, "filter "+quote(name.Text))(value)
		if len(entry.Values) > 0 {
			*into = append(*into, entry)
		}
	})
}

func (p *parser) namedExpression(name Scalar, n *yaml.Node) (Scalar, bool) {
	var s Scalar
	p.expression(&s, "column "+quote(name.Text))(n)
	return s, s.Set
}

func (p *parser) namedText(what string, checks ...check) func(Scalar, *yaml.Node) (Scalar, bool) {
	return func(name Scalar, n *yaml.Node) (Scalar, bool) {
		var s Scalar
		p.text(&s, what+" ("+name.Text+")", checks...)(n)
		return s, s.Set
	}
}
