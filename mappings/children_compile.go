package mappings

import (
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
)

// nested compiles a nested mapping: the fields of an object, or those of a list's elements.
func (p *Import) nested(c *ruleCompiler, m *job.Mapping) {
	base := strings.TrimSuffix(m.Target.Text, "[]")
	field := findField(c.object, base)
	switch {
	case field == nil:
		c.unknown(m.Target, base)
	case (field.Type == catalogue.StructList || field.Type == catalogue.Struct && field.Include != "") && !c.writes(base):
		c.readOnly(m.Target, field)
	case field.Type == catalogue.Struct:
		p.nestedObject(c, m, base)
	case field.Type != catalogue.StructList:
		c.at("field", m.Target, "%s is of type %s and has no fields", base, field.Type)
	default:
		p.nestedList(c, m, nil, 0)
	}
}

func (p *Import) nestedObject(c *ruleCompiler, m *job.Mapping, base string) {
	for _, s := range []struct {
		scalar job.Scalar
		name   string
	}{{m.Rule.When, "when"}, {m.Rule.Only, "only"}} {
		if s.scalar.Set {
			c.at("rule", s.scalar, "%s is one object; write %s in the rules of its fields", base, s.name)
		}
	}
	if m.Rule.List.Set {
		c.at("rule", m.Rule.List, "%s is no list", base)
	}
	if m.Rule.Each != nil {
		c.add("rule", m.Rule.Each.Pos, 1, "%s is one object, `each` is for lists", base)
	}
	for _, inner := range m.Rule.Fields {
		inner.Target.Text = base + "." + inner.Target.Text
		p.target(c, &inner)
	}
}

// nestedList compiles a list of the record, where in is nil, or of the elements of another list, those of the literal at that place.
func (p *Import) nestedList(c *ruleCompiler, m *job.Mapping, in *children, place int) {
	base, each := strings.TrimSuffix(m.Target.Text, "[]"), m.Rule.Each
	if each == nil {
		c.at("rule", m.Target, "say what the elements of %s are made of: each: rows, a cell that is split, or a list of literals", base)
		each = &job.Each{Rows: job.Scalar{Text: "rows", Set: true}}
	}
	kind := eachRow
	switch {
	case each.Unpack != "":
		kind = eachUnpacked
	case len(each.From) > 0:
		kind = eachPiece
	case len(each.Values) > 0:
		kind = eachLiteral
	}
	of := p.list(c, in, place, base, m.Target, kind, true)
	if of == nil {
		return
	}
	switch {
	case in != nil:
		of.again = in.again || place > 0
		c.sentWhole(in, m)
	default:
		if m.Rule.List.Set {
			p.lists[base] = m.Rule.List.Text
		}
		if m.Rule.Only.Set {
			of.only, p.only[base] = m.Rule.Only.Text, m.Rule.Only.Text
		}
	}
	of.condition(c, m.Rule.When)
	outer, text := c.it, static{kind: kindText}
	defer func() { c.it = outer }()
	switch kind {
	case eachPiece:
		of.splitCell(c, each, m.Rule.Take)
		c.it = &text
	case eachUnpacked:
		defer of.unpacked(c, each, m.Rule.Take)()
	case eachLiteral:
		for _, literal := range each.Values {
			of.literals = append(of.literals, textValue(literal.Text))
		}
		c.it = &text
	}
	sets := [][]job.Mapping{m.Rule.Fields}
	if kind == eachLiteral {
		sets = m.Rule.Elements
	}
	for i, fields := range sets {
		for _, inner := range fields {
			sub := inner.Target.Text
			inner.Target.Text = base + "[]." + sub
			if i == 0 && !of.again && !c.note(inner.Target) {
				continue
			}
			p.child(c, of, i, &inner, sub)
		}
	}
}

// list finds the list whose elements are mapped among those of the record or of an element, or notes it there. It is nil where the list
// is mapped in two ways.
func (p *Import) list(c *ruleCompiler, in *children, place int, name string, at job.Scalar, each eachKind, nested bool) *children {
	among := &p.children
	if in != nil {
		among = &in.lists[place]
	}
	for _, known := range *among {
		if known.name != name {
			continue
		}
		if known.each != each || known.nested && nested {
			c.at("field", at, "%s is mapped twice, first in line %d", name, known.mapped.Line)
			return nil
		}
		known.nested = known.nested || nested
		return known
	}
	of := &children{name: name, mapped: at, each: each, nested: nested, field: findField(c.object, name)}
	*among = append(*among, of)
	if in == nil {
		p.lists[name] = "add"
	}
	return of
}

// condition compiles which rows make elements. All rules of a list share one condition.
func (l *children) condition(c *ruleCompiler, when job.Scalar) {
	switch {
	case !when.Set:
	case l.whenText == "":
		l.whenText = when.Text
		l.when = c.condition(when, c.names())
	case l.whenText != when.Text:
		c.at("rule", when, "elements of %s are made where %s holds; one list has one `when`", l.name, l.whenText)
	}
}

// element compiles a target such as products[].sku: an element is made from each row.
func (p *Import) element(c *ruleCompiler, list, sub string, m *job.Mapping) {
	whole, field := findField(c.object, list), findField(c.object, m.Target.Text)
	switch {
	case whole == nil:
		c.unknown(m.Target, list)
		return
	case whole.Type != catalogue.StructList:
		c.at("field", m.Target, "%s is of type %s and has no fields", list, whole.Type)
		return
	case !c.writes(list):
		if field == nil {
			field = whole
		}
		c.readOnly(m.Target, field)
		return
	}
	if of := p.list(c, nil, 0, list, m.Target, eachRow, false); of != nil {
		of.condition(c, m.Rule.When)
		p.child(c, of, 0, m, sub)
	}
}

// child compiles one field of a list's elements, those of the literal at that place.
func (p *Import) child(c *ruleCompiler, of *children, place int, m *job.Mapping, sub string) {
	for len(of.rules) <= place {
		of.rules, of.lists = append(of.rules, nil), append(of.lists, nil)
	}
	if list, below, element := strings.Cut(sub, "[]."); element || len(m.Rule.Fields) > 0 {
		p.inner(c, of, place, m, of.name+"[]."+strings.TrimSuffix(list, "[]"), below)
		return
	}
	field := findField(c.object, m.Target.Text)
	if field == nil {
		c.at("field", m.Target, "%s[] has no field %q%s", of.name, sub, suggestField(sub, writableBelow(c.object, of.name+"[].")))
		return
	}
	if !field.Writable && !field.CreateOnly {
		c.readOnlyChild(m.Target, of.name, field)
		return
	}
	rule := *m
	if of.each == eachRow {
		rule.Rule.When = job.Scalar{}
		if rule.Rule.Take.Set {
			c.at("rule", rule.Rule.Take, "each row makes an element of %s, so there is nothing to take from", of.name)
		}
	}
	c.sentWhole(of, m)
	rule.Rule.Only = job.Scalar{}
	if field.Type == catalogue.StructList || field.Type == catalogue.Struct {
		c.at("field", m.Target, "%s holds objects; map their fields, such as %q", m.Target.Text, example(c.object, strings.TrimSuffix(m.Target.Text, "[]")+"[]."))
		return
	}
	r := c.rule(&rule, field)
	r.names = strings.Split(sub, ".")
	p.policies(c, &rule, r)
	if of.only != "" {
		p.columns[len(p.columns)-1].Only = of.only
	}
	of.rules[place] = append(of.rules[place], r)
}

// onlyCreated sends a list whose elements the store takes in a create, or changes only with loss, in a create alone: changed lines of an
// order lose their discounts, and fees are replaced as a set (API facts 5.2), so that an order which is there keeps its own.
func (p *Import) onlyCreated(c *ruleCompiler, list *children) {
	switch list.only {
	case "update", "unset":
		c.at("rule", list.mapped, "%s are sent only when the %s is created, not with only: %s", list.name, c.object.Singular, list.only)
		return
	case "create":
	default:
		if p.mode == "update" {
			c.at("field", list.mapped, "%s are sent only when the %s is created; mode: update leaves them alone", list.name, c.object.Singular)
			return
		}
	}
	list.only, p.only[list.name] = "create", "create"
	for i := range p.columns {
		if strings.HasPrefix(p.columns[i].Target, list.name+"[].") {
			p.columns[i].Only = "create"
		}
	}
}

// isOnlyCreated tells whether nothing of the list is sent in an update.
func (l *children) isOnlyCreated() bool {
	if l.field.CreateOnly {
		return true
	}
	fields := slices.Concat(l.rules...)
	return len(fields) > 0 && !slices.ContainsFunc(fields, func(r *rule) bool { return r.field.Writable })
}
