package mappings

import (
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// partners are two rules whose fields are sent together.
type partners struct{ one, other *rule }

// partners wants the partner of every amount mapped as well.
func (p *Import) partners(c *ruleCompiler) {
	for _, target := range c.targets {
		partner, ok := c.object.Partner(target.Text)
		if !ok {
			continue
		}
		if _, mapped := c.mapped(partner); !mapped {
			c.at("field", target, "%s is mapped without %s: the store takes both or neither", target.Text, partner)
		}
	}
	p.pairs = partnersOf(c.object, p.rules)
	eachList(p.children, func(list *children) {
		for _, rules := range list.rules {
			list.pairs = append(list.pairs, partnersOf(c.object, rules))
		}
	})
}

// partnersOf finds the rules of one object that go together.
func partnersOf(object *catalogue.Object, rules []*rule) (found []partners) {
	for i, one := range rules {
		partner, ok := object.Partner(one.field.Path)
		if !ok {
			continue
		}
		for _, other := range rules[i+1:] {
			if other.field.Path == partner {
				found = append(found, partners{one, other})
			}
		}
	}
	return found
}

// unpaired is the problem of an object of which a row fills one of two fields that go together.
func unpaired(object *record.Object, pairs []partners) *record.Problem {
	for _, pair := range pairs {
		has, without := pair.one, pair.other
		if object.At(has.names...).IsMissing() {
			has, without = without, has
		}
		if object.At(has.names...).IsMissing() || !object.At(without.names...).IsMissing() {
			continue
		}
		return without.blame(problem(CodeMissingPartner, "%s has no value and %s has: the store takes both or neither", without.target, has.target), without.firstColumn())
	}
	return nil
}
