package job

import (
	"reflect"
	"strconv"
)

// literal is what ${it} and ${index} stand for inside the fields of a nested mapping whose `each` is a list of literals.
type literal struct {
	it    value
	index int
}

// literals are the names of the placeholders that only such fields know.
var literals = []string{"it", "index"}

// elements resolves a nested mapping over literals: its fields once for each of them.
func (r *resolver) elements(rule *Rule) {
	fields := rule.Fields
	rule.Fields = nil // left as written: its placeholders have no value by themselves
	rest := *rule
	rest.Each = nil
	r.tree(reflect.ValueOf(&rest).Elem())
	each := *rule.Each
	*rule = rest
	r.tree(reflect.ValueOf(&each).Elem())
	rule.Each, rule.Fields = &each, fields
	outer := r.literal
	defer func() { r.literal = outer }()
	for i, it := range each.Values {
		r.literal = &literal{it: value{text: it.Text, has: true, secret: it.Secret, unknown: it.Unknown}, index: i}
		of := fields
		r.tree(reflect.ValueOf(&of).Elem())
		rule.Elements = append(rule.Elements, of)
	}
}

// fromLiteral gives ${it} and ${index}.
func (r *resolver) fromLiteral(s Scalar, p piece) value {
	if r.literal == nil {
		return r.fail(s, p, "${%s} stands in the fields of a nested mapping whose `each` is a list of literals", p.name)
	}
	if p.name == "index" {
		return value{text: strconv.Itoa(r.literal.index), has: true}
	}
	return r.literal.it
}
