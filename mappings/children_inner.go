package mappings

import (
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
)

// inner compiles a list that each element of another list has, such as the options of an order's line. It is made as any list is, out of
// the rows of which the element is made. sub is what a short target, such as products[].product_options[].id, says of it; "" of a nested
// mapping.
func (p *Import) inner(c *ruleCompiler, in *children, place int, m *job.Mapping, path, sub string) {
	field := findField(c.object, path)
	switch {
	case field == nil:
		name := strings.TrimPrefix(path, in.name+"[].")
		c.at("field", m.Target, "%s[] has no field %q%s", in.name, name, suggestField(name, listsBelow(c.object, in.name+"[].")))
	case field.Type != catalogue.StructList:
		c.at("field", m.Target, "%s is of type %s and has no fields", path, field.Type)
	case !c.writes(path):
		c.readOnlyChild(m.Target, in.name, field)
	case len(m.Rule.Fields) > 0:
		p.nestedList(c, m, in, place)
	default:
		if of := p.list(c, in, place, path, m.Target, eachRow, false); of != nil {
			of.again = in.again || place > 0
			of.condition(c, m.Rule.When)
			p.child(c, of, 0, m, sub)
		}
	}
}

// sentWhole reports steps that only the list of a record has, not its elements: they are sent as they are, or not at all.
func (c *ruleCompiler) sentWhole(of *children, m *job.Mapping) {
	for _, step := range []struct {
		name   string
		scalar job.Scalar
	}{{"only", m.Rule.Only}, {"list", m.Rule.List}} {
		if step.scalar.Set {
			c.at("rule", step.scalar, "elements of %s are sent whole; write %s: %s beside `each` of the list", of.name, step.name, step.scalar.Text)
		}
	}
}

// listsBelow lists the lists right below a prefix of which something may be written.
func listsBelow(object *catalogue.Object, prefix string) []string {
	var all []string
	for _, name := range writableBelow(object, prefix) {
		if list, _, below := strings.Cut(name, "[]."); below {
			all = append(all, list)
		}
	}
	return all
}

// eachList calls with every list, before those within its elements.
func eachList(lists []*children, call func(*children)) {
	for _, list := range lists {
		call(list)
		for _, inner := range list.lists {
			eachList(inner, call)
		}
	}
}
