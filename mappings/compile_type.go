package mappings

import (
	"maps"
	"slices"
	"strings"

	"bcetl/internal/job"
)

// typed compiles the `type` of step 5.
func (c *ruleCompiler) typed(r *rule, j *job.Rule) *typed {
	t := &typed{kind: kindText, location: c.scope.location(), words: plainBooleans}
	switch {
	case r.out == kindList:
		t.kind = r.outElem
	case r.out == kindNumber || r.out == kindBool || r.out == kindDate:
		t.kind = r.out
	}
	if j.Lookup.Set || j.LookupFile != nil && !j.Type.Set {
		t.kind = kindText
	}
	if j.Type.Set {
		types := map[string]kind{"text": kindText, "int": kindNumber, "decimal": kindNumber, "bool": kindBool, "date": kindDate, "list": t.kind}
		k, ok := types[j.Type.Text]
		if !ok {
			c.at("type", j.Type, "type is one of text, int, decimal, bool, date, list%s", suggest(j.Type.Text, slices.Sorted(maps.Keys(types))))
			k = t.kind
		}
		t.kind, t.whole = k, j.Type.Text == "int"
	}
	if j.Layout.Set {
		c.layout(t, j)
	}
	if len(j.WhenTrue)+len(j.WhenFalse) > 0 {
		c.words(t, j)
	}
	return t
}

// layout compiles the way in which numbers or dates are written. Without a type it is the field's that counts.
func (c *ruleCompiler) layout(t *typed, j *job.Rule) {
	layout := j.Layout
	t.layout = layout.Text
	var err error
	switch t.kind {
	case kindNumber:
		t.number, err = parseNumberLayout(layout.Text)
	case kindDate:
		t.date, err = parseDateLayout(layout.Text)
	default:
		hint := ""
		if !j.Type.Set && t.kind == kindText {
			hint = "; give the rule type: decimal or type: date"
		}
		c.at("rule", layout, "layout says how numbers or dates are written; a %s has none%s", t.kind, hint)
		return
	}
	if err != nil {
		c.at("rule", layout, "%s", err)
	}
}

// words compiles when_true and when_false, of which both are needed: a word that stands in neither is an error of the row.
func (c *ruleCompiler) words(t *typed, j *job.Rule) {
	if t.kind != kindBool {
		c.at("rule", append(slices.Clone(j.WhenTrue), j.WhenFalse...)[0], "when_true and when_false belong to type: bool")
		return
	}
	t.words = booleans{}
	for _, side := range []struct {
		words []job.Scalar
		truth bool
	}{{j.WhenTrue, true}, {j.WhenFalse, false}} {
		for _, word := range side.words {
			folded := strings.ToLower(strings.TrimSpace(word.Text))
			if _, twice := t.words[folded]; twice {
				c.at("rule", word, "%q stands twice in when_true and when_false", word.Text)
			}
			t.words[folded] = side.truth
		}
	}
	if len(j.WhenTrue) == 0 || len(j.WhenFalse) == 0 {
		c.at("rule", append(slices.Clone(j.WhenTrue), j.WhenFalse...)[0], "write both when_true and when_false")
	}
}
