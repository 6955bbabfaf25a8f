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
			case couponIDs, couponIDs + "[]":
				lookup = ms[i].Rule.Lookup
			}
		}
	}
	note("", ms)
	if wanted, known := kinds[entity]; known && lookup.Set && lookup.Text != wanted && c.namesKind(lookup.Text) {
		c.at("rule", lookup, "applies_to.entity is %s, so the ids take lookup: %s", entity, wanted)
	}
}

// couponIDs are what a coupon applies to; of categories, 0 alone is all products.
const couponIDs = "applies_to.ids"

// takesNone tells whether 0 in place of a looked-up id means something: nobody, nothing, or everything. No record has that id, and no
// name is looked up for it.
func takesNone(field *catalogue.Field) bool {
	return field != nil && (field.Type == catalogue.Int || field.Path == couponIDs)
}

// namesKind tells whether a coupon's ids can be looked up so at all; where not, that is reported already.
func (c *ruleCompiler) namesKind(kind string) bool {
	field := findField(c.object, couponIDs)
	return field != nil && field.TakesRef(kind)
}
