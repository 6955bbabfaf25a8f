package mappings

import (
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// lineProduct is the field by which a line of an order is one of the catalogue; a line without it is a custom one.
const lineProduct = "products[].product_id"

// customLine is what a line must say that is not in the catalogue (API facts 5.2).
var customLine = []string{"name", "quantity", "price_ex_tax", "price_inc_tax"}

// catalogueLine are fields that only a line of the catalogue has.
var catalogueLine = []string{"variant_id", "product_options", "wrapping_id", "wrapping_name", "wrapping_message", "wrapping_cost_ex_tax", "wrapping_cost_inc_tax"}

// orders checks what orders ask for beyond their catalogue, and says how their parts are sent.
func (p *Import) orders(c *ruleCompiler) {
	if c.object.Name != catalogue.Orders.Name {
		return
	}
	for _, tax := range []string{"_ex_tax", "_inc_tax"} {
		if sub, mapped := c.mapped("subtotal" + tax); mapped && !c.has("total"+tax) {
			c.at("field", sub, "subtotal%s is mapped without total%s, which the store does not compute anew", tax, tax)
		}
	}
	if p.mode == "create" || p.mode == "upsert" {
		const country = "billing_address.country"
		if target, mapped := c.mapped("billing_address.zip"); mapped && !c.has(country) && !c.has(country+"_iso2") {
			c.at("field", target, "a new order needs %s or %s_iso2, which the mapping does not give", country, country)
		}
	}
	for _, list := range p.children {
		switch list.name {
		case "shipping_addresses":
			list.distinct = true
		case "products":
			p.lines(c, list)
		case "fees":
			p.fees(c, list)
		}
	}
}

// has tells whether a target is mapped.
func (c *ruleCompiler) has(path string) bool {
	_, mapped := c.mapped(path)
	return mapped
}

// fees checks that a fee has a name and two of its three amounts (API facts 5.2).
func (p *Import) fees(c *ruleCompiler, list *children) {
	count := func(names ...string) (n int) {
		for _, name := range names {
			if c.has("fees[]." + name) {
				n++
			}
		}
		return n
	}
	if count("display_name_customer", "display_name_merchant") == 0 {
		c.at("field", list.mapped, "a fee needs fees[].display_name_customer or fees[].display_name_merchant")
	}
	if count("cost_ex_tax", "cost_inc_tax", "cost_tax") < 2 {
		c.at("field", list.mapped, "a fee needs two of fees[].cost_ex_tax, fees[].cost_inc_tax and fees[].cost_tax")
	}
}

// lines checks that the lines of an order can be made of what is mapped.
func (p *Import) lines(c *ruleCompiler, list *children) {
	if p.mode != "create" && p.mode != "upsert" {
		return
	}
	product, mapped := c.mapped(lineProduct)
	at, why := list.mapped, "a line without products[].product_id is not in the catalogue and"
	if mapped {
		at, why = product, "`else: custom` makes lines that are not in the catalogue, and such a line"
	}
	if !mapped || c.customElse {
		var missing []string
		for _, name := range customLine {
			if !c.has("products[]." + name) {
				missing = append(missing, "products[]."+name)
			}
		}
		if named := slices.ContainsFunc([]string{"name_customer", "name_merchant"}, func(name string) bool { return c.has("products[]." + name) }); named {
			missing = slices.DeleteFunc(missing, func(path string) bool { return path == "products[].name" })
		}
		if len(missing) > 0 {
			c.at("field", at, "%s needs %s", why, strings.Join(missing, ", "))
		}
	}
	for _, target := range c.targets {
		name, below := strings.CutPrefix(target.Text, "products[].")
		name, _, _ = strings.Cut(name, "[]")
		if below && !mapped && slices.Contains(catalogueLine, name) {
			c.at("field", target, "%s goes with %s: a line without it is not in the catalogue", target.Text, lineProduct)
		}
	}
	list.complete = completeLine
}

// completeLine is the problem of a line that names no product and lacks what it then needs. Whether a product is one is known to the
// store only.
func completeLine(line *record.Object) *record.Problem {
	if !line.Get("product_id").IsMissing() {
		return nil
	}
	for _, name := range customLine {
		named := name == "name" && !(line.Get("name_customer").IsMissing() && line.Get("name_merchant").IsMissing())
		if line.Get(name).IsMissing() && !named {
			p := problem(CodeMissingRequired, "a line without a product of the catalogue needs products[].%s", name)
			p.Field = "products[]." + name
			return p
		}
	}
	return nil
}

// isCustomElse tells whether `else: custom` is written where it has its meaning: the line is one that the catalogue does not have.
func (c *ruleCompiler) isCustomElse(field *catalogue.Field, j *job.Rule) bool {
	return c.object != nil && c.object.Name == catalogue.Orders.Name && field.Path == lineProduct && j.Else.Text == "custom"
}
