package mappings

import (
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// namedKinds are the kinds whose ids an export gives by name.
var namedKinds = []string{"brand", "category", "product", "channel"}

// outLookup compiles the way from an id to a name.
func (c *exportCompiler) outLookup(r *cellRule, j *job.Rule) {
	var other *value
	if j.Else.Set {
		v := textValue(j.Else.Text)
		other = &v
	}
	if j.LookupFile != nil {
		entries, file := c.scope.Tables[j.LookupFile], j.LookupFile.File.Text
		r.lookup = func(v value) (value, *record.Problem) {
			return fileLookup(file, entries, func(text string, _ *record.Cell) (value, *record.Problem) { return textValue(text), nil }, other)(textValue(v.String()), "")
		}
		return
	}
	for _, s := range r.from {
		switch {
		case !slices.Contains(namedKinds, j.Lookup.Text):
			c.at("rule", j.Lookup, "an export has no names of the kind %s; there are %s", j.Lookup.Text, strings.Join(namedKinds, ", "))
		case s.field.Ref == "":
			c.at("rule", j.Lookup, "%s holds no reference, so nothing can be looked up for it", s.field.Path)
		case !s.field.TakesRef(j.Lookup.Text):
			c.at("rule", j.Lookup, "%s takes lookup: %s", s.field.Path, strings.ReplaceAll(s.field.Ref, " ", " or "))
		case c.object.Name == catalogue.Coupons.Name && s.field.Path == couponIDs:
			// An id of a product is no category's, though a category may have the same.
			s.entity = map[string]string{"category": "categories", "product": "products"}[j.Lookup.Text]
			c.used["applies_to.entity"] = true
		}
	}
	if j.Tree.Set {
		c.at("rule", j.Tree, "names come from the store's default tree; another cannot be chosen")
	}
	separator := defaultSeparator
	if j.Separator.Set && j.Separator.Text != "" {
		separator = j.Separator.Text
	}
	kind, scope := j.Lookup.Text, c.scope
	r.lookupKind = kind
	r.lookup = func(v value) (value, *record.Problem) {
		id := v.String()
		if id == "" || id == "0" || id[0] == '-' { // 0 is none, -1 the store's own choice
			return value{}, nil
		}
		if name, ok := scope.exportName(kind, id, separator); ok {
			return textValue(name), nil
		}
		if other != nil {
			return *other, nil
		}
		return value{}, problem(CodeUnknownReference, "the store has no %s with the id %s; write else: to give another text", kind, id)
	}
}
