package mappings

import (
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
)

// judgeKey wants the natural key mapped, and from something that tells rows apart.
func (p *Import) judgeKey(c *ruleCompiler, ms []job.Mapping) {
	if p.keyField == "" {
		return
	}
	if of := c.object.OfField; p.owner == nil && of != "" && p.keyField != of {
		c.add("field", firstTarget(ms), 1, "%s is not mapped; %s tells %s apart only together with it", of, p.keyField, c.object.Name)
	}
	if p.key == nil {
		why := ""
		if p.mode != "update" && p.mode != "delete" && c.object.Create.Permanent {
			why = "; a create that cannot be looked up could be made twice"
		}
		c.add("field", firstTarget(ms), 1, "the key %s is not mapped; every row needs it (match: %s)%s", p.keyField, p.keyField, why)
		return
	}
	if p.key.constant != nil && p.key.expr == nil {
		for i := range ms {
			if ms[i].Target.Text == p.keyField {
				c.at("field", ms[i].Target, "the key %s is the same for every row", p.keyField)
			}
		}
	}
}

// keyNeeded tells whether a row without a key is rejected: it is in every mode but create, and there too where what was created can
// never be taken back, for without a key nobody could tell whether a create whose answer was lost has been made.
func (p *Import) keyNeeded() bool { return p.mode != "create" || p.object.Create.Permanent }

// firstTarget is the place to which a mapping's omissions are reported.
func firstTarget(ms []job.Mapping) job.Pos {
	if len(ms) == 0 {
		return job.Pos{Line: 1, Column: 1}
	}
	return ms[0].Target.Pos
}

// required finds what a create needs and the mapping does not give. A sheet of products may be an upsert that only updates, so that
// its new rows are rejected with what they lack; of what can never be taken back, and of what belongs to another record, a sheet
// that can create nothing is an update.
func (p *Import) required(c *ruleCompiler, ms []job.Mapping) {
	eachList(p.children, func(list *children) { p.requiredChildren(c, list) })
	if p.mode != "create" && p.mode != "upsert" {
		return
	}
	for i := range c.object.Fields {
		f := &c.object.Fields[i]
		if f.Path == c.object.OfField && p.keyField != "" {
			continue // judgeKey says so, in every mode
		}
		if f.Required && !strings.Contains(f.Path, "[]") && !p.gives(f) {
			p.missing = append(p.missing, f.Path)
		}
	}
	if len(p.missing) == 0 {
		return
	}
	missing := strings.Join(p.missing, ", ")
	instead := ""
	if p.mode == "upsert" && c.object.Update.Kind != "" {
		instead = "; map them, or write mode: update"
	}
	if p.mode == "create" || c.object.Create.Permanent || c.object.OfField != "" {
		c.add("field", firstTarget(ms), 1, "a new %s needs %s, which the mapping does not give%s", c.object.Singular, missing, instead)
	}
}

// gives tells whether a new record gets a value of the field.
func (p *Import) gives(f *catalogue.Field) bool {
	if f.Type == catalogue.StructList {
		return slices.ContainsFunc(p.children, func(l *children) bool { return l.name == f.Path && l.only != "update" })
	}
	return slices.ContainsFunc(p.rules, func(r *rule) bool { return r.target == f.Path && r.only != "update" })
}

// requiredChildren finds what each element of a list must have.
func (p *Import) requiredChildren(c *ruleCompiler, list *children) {
	if len(c.found) == 0 && !slices.ContainsFunc(list.rules, hasSource) && !slices.ContainsFunc(list.lists, func(inner []*children) bool { return len(inner) > 0 }) {
		c.at("field", list.mapped, "no element of %s is ever made: its fields are all constants; take one from a column, or compute it with expr", list.name)
	}
	for i := range c.object.Fields {
		f := &c.object.Fields[i]
		name, below := strings.CutPrefix(f.Path, list.name+"[].")
		if !below || !f.Required || strings.Contains(name, "[]") {
			continue
		}
		list.needed = append(list.needed, name)
		if !list.again && !c.has(f.Path) {
			c.at("field", list.mapped, "every element of %s needs %s, which the mapping does not give", list.name, f.Path)
		}
	}
}

// hasSource tells whether one of an element's fields is more than a constant: those alone make no element, as every row has them.
func hasSource(element []*rule) bool {
	return slices.ContainsFunc(element, func(r *rule) bool { return len(r.from) > 0 || r.expr != nil })
}
