package mappings

import (
	"slices"
	"strings"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// table compiles `table` with its `else`.
func (c *ruleCompiler) table(r *rule, j *job.Rule, constants converter) {
	if len(j.Table) == 0 {
		return
	}
	r.table = &table{values: make(map[string]value, len(j.Table))}
	for _, entry := range j.Table {
		v, p := constants(entry.Value.Text, nil)
		if p != nil {
			c.constantProblem("type", entry.Value, p)
			continue
		}
		r.table.values[entry.Name.Text] = v
		c.checkConstant(r, j, entry.Value, v)
	}
	if j.Else.Set && !j.Lookup.Set && j.LookupFile == nil {
		r.table.other = c.other(r, j, constants)
	}
}

// other compiles `else`.
func (c *ruleCompiler) other(r *rule, j *job.Rule, constants converter) *value {
	v, p := constants(j.Else.Text, nil)
	if p != nil {
		c.constantProblem("type", j.Else, p)
		return nil
	}
	c.checkConstant(r, j, j.Else, v)
	return &v
}

// checkConstant validates a constant of the job against the field, where no expression comes after it.
func (c *ruleCompiler) checkConstant(r *rule, j *job.Rule, at job.Scalar, v value) {
	if r.checkConstant == nil || at.Unknown || j.Expr.Set || j.Lookup.Set || !fits(staticOf(v), r.out, r.outElem) {
		return
	}
	if _, p := r.checkConstant(v); p != nil {
		p.Message = r.target + ": " + p.Message
		c.constantProblem("field", at, p)
	}
}

// constantProblem reports what is wrong with a constant, without the text of a secret.
func (c *ruleCompiler) constantProblem(rule string, at job.Scalar, p *record.Problem) {
	if at.Secret {
		p.Message = "the value of the environment is not what is expected here (" + p.Code + ")"
	}
	c.at(rule, at, "%s", p.Message)
}

// lookup compiles step 6 and gives the kind of what it yields, kindNull where there is none.
func (c *ruleCompiler) lookup(r *rule, j *job.Rule, t *typed, constants converter) kind {
	switch {
	case j.LookupFile != nil:
		return c.fileLookup(r, j, t, constants)
	case !j.Lookup.Set:
		if j.CreateMissing.Set {
			c.at("rule", j.CreateMissing, "create_missing belongs to a lookup")
		}
		return kindNull
	case r.field == nil:
		c.at("rule", j.Lookup, "a lookup in a store needs a store on one side; use `lookup: {file, key, value}` or `table`")
		return kindBad
	case r.field.Ref == "":
		c.at("rule", j.Lookup, "%s holds no reference, so nothing can be looked up for it", r.target)
		return kindBad
	case !r.field.TakesRef(j.Lookup.Text):
		c.at("rule", j.Lookup, "%s takes lookup: %s", r.target, strings.ReplaceAll(r.field.Ref, " ", " or "))
		return kindBad
	case j.Lookup.Text == "channel":
		c.at("rule", j.Lookup, "channels are looked up on the way out of a store only; %s takes the id", r.target)
		return kindBad
	case j.Type.Set && t.kind != kindText:
		c.at("rule", j.Type, "a lookup takes a text; leave type out")
		return kindBad
	}
	separator := defaultSeparator
	if j.Separator.Set {
		separator = j.Separator.Text
		if separator == "" || j.Lookup.Text != "category" {
			c.at("rule", j.Separator, "separator stands between the parts of a category path")
			separator = defaultSeparator
		}
	}
	if j.Tree.Set {
		c.at("rule", j.Tree, "categories are looked up in the store's default tree; another cannot be chosen")
	}
	var other *record.Value
	switch {
	case c.isCustomElse(r.field, j):
		none := record.IntValue(0)
		other, c.customElse = &none, true
	case j.Else.Set:
		v, p := (&typed{kind: kindNumber, whole: true}).read(j.Else.Text, nil)
		if p != nil {
			hint := "0 for none"
			if r.field.Path == lineProduct {
				hint = "or custom, for a line that is not in the catalogue"
			}
			c.at("type", j.Else, "%s; else is an id, %s", p.Message, hint)
		} else {
			written := v.record()
			other = &written
		}
	}
	if j.CreateMissing.Set && !slices.Contains(creatable, j.Lookup.Text) {
		c.at("rule", j.CreateMissing, "a look-up of kind %s finds what there is; only %s can be created", j.Lookup.Text, strings.Join(creatable, " and "))
	}
	r.lookup = storeLookup(j.Lookup.Text, separator, c.flag(j.CreateMissing, "create_missing"), other)
	return kindRef
}

// creatable are the kinds of look-ups that can make what they do not find.
var creatable = []string{"category", "brand"}

func (c *ruleCompiler) fileLookup(r *rule, j *job.Rule, t *typed, constants converter) kind {
	target := *t
	if !j.Type.Set && r.out != kindNull {
		if target.kind = r.out; r.out == kindList {
			target.kind = r.outElem
		}
	}
	var other *value
	if j.Else.Set {
		other = c.other(r, j, target.constants())
	}
	// The key is compared as text; what the file says is typed.
	r.convert = func(text string, _ *record.Cell) (value, *record.Problem) { return textValue(text), nil }
	r.lookup = fileLookup(j.LookupFile.File.Text, c.scope.Tables[j.LookupFile], target.read, other)
	return target.kind
}
