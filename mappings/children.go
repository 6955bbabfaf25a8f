package mappings

import (
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// children makes the elements of a list, one from each row of a group for which `when` holds. A row that fills none of the
// element's fields makes no element.
type children struct {
	name  string
	when  *expression
	given bool // the condition has been compiled, from the first of the list's rules
	rules []*rule
}

// child compiles one field of a list's elements.
func (p *Import) child(c *ruleCompiler, list string, when job.Scalar, m *job.Mapping, sub string) {
	field := findField(c.object, m.Target.Text)
	if field == nil {
		if findField(c.object, list) == nil {
			c.unknown(m.Target, list)
			return
		}
		c.at("field", m.Target, "%s[] has no field %q%s", list, sub, suggest(sub, fieldsBelow(c.object, list+"[].")))
		return
	}
	if !field.Writable && !field.CreateOnly {
		c.readOnly(m.Target, field)
		return
	}
	var to *children
	for _, known := range p.children {
		if known.name == list {
			to = known
		}
	}
	if to == nil {
		to = &children{name: list}
		p.children = append(p.children, to)
		p.lists[list] = "add"
	}
	if when.Set && !to.given {
		to.when = c.condition(when, &names{scope: c.scope, header: c.header, sheet: true, groups: true})
		to.given = true
	}
	rule := *m
	rule.Rule.When = job.Scalar{}
	if rule.Rule.Take.Set {
		c.at("rule", rule.Rule.Take, "each row makes an element of %s, so there is nothing to take from", list)
	}
	if field.Type == catalogue.StructList || field.Type == catalogue.Struct {
		c.at("field", m.Target, "%s holds objects, which an element cannot be given from one row", m.Target.Text)
		return
	}
	r := c.rule(&rule, field)
	r.names = strings.Split(sub, ".")
	p.policies(c, &rule, r)
	to.rules = append(to.rules, r)
}

func (l *children) run(e *env, rows []record.Row) ([]record.Value, *record.Problem) {
	kept := e.row
	defer func() { e.row = kept }()
	var elements []record.Value
	for i := range rows {
		e.row = &rows[i]
		if l.when != nil {
			holds, p := l.when.run(e)
			if p != nil {
				return nil, p
			}
			if !holds.truth {
				continue
			}
		}
		object, filled := record.NewObject(len(l.rules)), false
		for _, r := range l.rules {
			v, has, p := r.run(e, rows[i:i+1])
			if p != nil {
				return nil, p
			}
			if has {
				set(object, r.names, v)
				filled = filled || len(r.from) > 0 || r.expr != nil
			}
		}
		if filled {
			elements = append(elements, record.ObjectValue(object))
		}
	}
	return elements, nil
}
