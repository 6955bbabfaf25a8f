package mappings

import (
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
)

// coupons checks that what a coupon's ids are looked up as is what the coupon says that it applies to.
func (p *Import) coupons(c *ruleCompiler, ms []job.Mapping) {
	if c.object.Name != catalogue.Coupons.Name {
		return
	}
	kinds := map[string]string{"categories": "category", "products": "product"}
	entity, lookup := "", job.Scalar{}
	var note func(prefix string, ms []job.Mapping)
	note = func(prefix string, ms []job.Mapping) {
		for i := range ms {
			switch path := prefix + ms[i].Target.Text; path {
			case "applies_to":
				note("applies_to.", ms[i].Rule.Fields)
			case "applies_to.entity":
				entity = ms[i].Rule.Value.Text
			case "applies_to.ids", "applies_to.ids[]":
				lookup = ms[i].Rule.Lookup
			}
		}
	}
	note("", ms)
	if wanted, known := kinds[entity]; known && lookup.Set && lookup.Text != wanted && c.namesKind(lookup.Text) {
		c.at("rule", lookup, "applies_to.entity is %s, so the ids take lookup: %s", entity, wanted)
	}
}

// namesKind tells whether a coupon's ids can be looked up so at all; where not, that is reported already.
func (c *ruleCompiler) namesKind(kind string) bool {
	field := findField(c.object, "applies_to.ids")
	return field != nil && field.TakesRef(kind)
}
