package mappings

import (
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// source is a path of a rule's `from`, resolved against the catalogue.
type source struct {
	path    record.Path
	element bool // below the element of `each`, not the record
	field   *catalogue.Field
	of      static // of the value found
	flat    bool   // the field is a list in a list: the lists are joined into one
	entity  string // of a coupon's ids that are looked up: what they must be ids of, else there is nothing to read
}

// read gives the value at the path, typed as the catalogue says. What the store sends beside its own documentation is shown as a
// text rather than dropped; an expression cannot compute with it.
func (s *source) read(e *env, scope *Scope, computes bool) (value, *record.Problem) {
	from := e.doc
	if s.element {
		from = e.element
	}
	if s.entity != "" && from.At("applies_to", "entity").String() != s.entity {
		return value{}, nil
	}
	raw := s.path.Lookup(record.ObjectValue(from))
	if s.flat {
		var all []record.Value
		for _, inner := range raw.List() {
			all = append(all, inner.List()...)
		}
		raw = record.ListValue(all)
	}
	v := fromStore(raw, s.of, scope.location())
	if v.kind == kindNull && !raw.IsEmpty() && s.of.kind != kindList && s.of.kind != kindObject {
		if computes {
			return value{}, problem(CodeExprFailed, "%s is %s in the store, which is no %s", s.field.Path, quote(raw.String()), s.of)
		}
		return textValue(raw.String()), nil
	}
	return v, nil
}

// source resolves a path; nil means that it was reported.
func (c *exportCompiler) source(from job.Scalar) *source {
	if _, err := record.ParsePath(from.Text); err != nil {
		c.at("field", from, "%s", err)
		return nil
	}
	s := &source{}
	steps := strings.Split(from.Text, ".")
	at, many := "", false // the catalogue's path so far
	for i, step := range steps {
		name, every := strings.CutSuffix(step, "[]")
		path := at + name
		field := findField(c.object, path)
		if field == nil {
			c.noField(from, at, name)
			return nil
		}
		last := i == len(steps)-1
		isList := field.Type == catalogue.StructList || field.Type == catalogue.IntList || field.Type == catalogue.TextList
		switch {
		case every && !isList:
			c.at("field", from, "%s is no list; write %s without []", path, name)
			return nil
		case i == 0 && name == c.each && !every && !last:
			s.element = true
			at = path + "[]."
			continue
		case !last && field.Type == catalogue.StructList && !every:
			c.at("field", from, "%s is a list; write %s[].%s for all of them, or each: %s for one row each", path, path, strings.Join(steps[i+1:], "."), steps[0])
			return nil
		case !last && field.Type != catalogue.StructList && field.Type != catalogue.Struct:
			c.at("field", from, "%s is of type %s and has no fields", path, field.Type)
			return nil
		}
		many = many || every && field.Type == catalogue.StructList
		s.path = append(s.path, record.Step{Name: name, Each: every})
		if last {
			s.field, s.of = field, fieldStatic(field)
			s.flat = many && s.of.kind == kindList && !every
			if many && s.of.kind != kindList {
				of := s.of
				s.of = static{kind: kindList, elem: &of}
			}
		}
		at = path + "."
		if field.Type == catalogue.StructList {
			at = path + "[]."
		}
	}
	if s.field.WriteOnly {
		c.at("field", from, "%s is never returned by the store, so it cannot be exported", s.field.Path)
		return nil
	}
	c.used[strings.TrimSuffix(strings.TrimSuffix(at, "."), "[]")] = true
	return s
}

func (c *exportCompiler) noField(from job.Scalar, at, name string) {
	if at == "" {
		var all []string
		for _, f := range c.object.Fields {
			all = append(all, f.Path)
		}
		c.at("field", from, "%s have no field %q%s", c.object.Name, name, suggest(strings.ReplaceAll(from.Text, "[]", ""), all))
		return
	}
	c.at("field", from, "%s has no field %q%s", strings.TrimSuffix(at, "."), name, job.Alternatives(name, fieldsBelow(c.object, at)))
}
