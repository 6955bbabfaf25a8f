package mappings

import (
	"maps"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// ruleCompiler compiles the rules of one mapping.
type ruleCompiler struct {
	*reporter
	header  *record.Header // nil: columns are not judged
	object  *catalogue.Object
	scope   *Scope
	targets []job.Scalar // mapped so far, in the order of the job
	// customElse says that a line of an order whose product nobody knows is a custom one.
	customElse bool
	it         *static // of the elements of a list that are being compiled; nil where there is no `it`
}

// note notes a target; one that is mapped already is reported.
func (c *ruleCompiler) note(target job.Scalar) bool {
	if first, twice := c.mapped(target.Text); twice {
		c.at("field", target, "%s is mapped twice, first in line %d", target.Text, first.Line)
		return false
	}
	c.targets = append(c.targets, target)
	return true
}

// mapped gives the place where a target is mapped.
func (c *ruleCompiler) mapped(path string) (job.Scalar, bool) {
	i := slices.IndexFunc(c.targets, func(t job.Scalar) bool { return t.Text == path })
	if i < 0 {
		return job.Scalar{}, false
	}
	return c.targets[i], true
}

// names are what an expression of a rule may name.
func (c *ruleCompiler) names() *names {
	return &names{scope: c.scope, header: c.header, sheet: true, groups: true, it: c.it}
}

// rule compiles one rule for a field, or for a sheet's column when field is nil. It returns a rule even where it reported, so
// that everything wrong is found at once.
func (c *ruleCompiler) rule(m *job.Mapping, field *catalogue.Field) *rule {
	j := &m.Rule
	r := &rule{target: m.Target.Text, field: field}
	if field != nil {
		r.out, r.outElem = fieldKinds(field)
		r.check, r.checkConstant = fieldChecker(asRead(field), c.object), fieldChecker(field, c.object)
	}
	c.source(r, j)
	r.trim = !isLong(field)
	if j.Trim.Set {
		r.trim = c.flag(j.Trim, "trim")
		r.spaces = !r.trim
	}
	t := c.typed(r, j)
	r.convert = t.read
	r.asText = t.kind == kindText
	constants := t.constants()
	r.list = j.Pairs == nil && (j.Split.Set || j.Type.Text == "list" || r.out == kindList && r.take < takeMin)
	if j.Split.Set {
		if r.split = j.Split.Text; r.split == "" {
			c.at("rule", j.Split, "split needs a separator such as \";\"")
		}
	}
	now := static{kind: t.kind} // of one piece
	c.table(r, j, constants)
	if kind := c.lookup(r, j, t, constants); kind != kindNull {
		now.kind = kind
	}
	now = c.whole(r, j, now)
	c.blank(r, j, constants)
	c.constant(r, j, constants)
	now = c.expressions(r, j, now)
	c.fit(r, m, now)
	return r
}

// isLong tells the fields whose texts are kept to the last blank: HTML, and what may hold more than a thousand characters.
func isLong(field *catalogue.Field) bool {
	return field != nil && (field.Type == catalogue.HTML || field.Type == catalogue.Text && field.MaxLength > 1000)
}

// flag reads a truth value of the job.
func (c *ruleCompiler) flag(s job.Scalar, key string) bool {
	switch strings.ToLower(s.Text) {
	case "true", "yes", "on":
		return true
	case "false", "no", "off", "":
		return false
	}
	c.at("type", s, "%s is true or false", key)
	return false
}

// source compiles steps 1 and 2.
func (c *ruleCompiler) source(r *rule, j *job.Rule) {
	constant := j.Value.Set || len(j.Values) > 0
	switch {
	case constant && len(j.From) > 0:
		c.at("rule", j.From[0], "a rule has `from` or `value`, not both")
	case !constant && len(j.From) == 0 && !j.Expr.Set:
		c.add("rule", j.Pos, 1, "the rule says nothing about where %s comes from; write `from`, `value` or `expr`", r.target)
	}
	for _, from := range j.From {
		at := column{name: from.Text, place: -1}
		if c.header != nil {
			place, err := c.header.Find(from.Text)
			if err != nil {
				hint := ""
				if c.it != nil && (from.Text == "it" || from.Text == "index") {
					hint = "; what an element is made of is written { expr: " + from.Text + " }"
				}
				c.at("column", from, "%s%s", columnError(err, from.Text, c.header), hint)
			} else {
				at.place, at.name = place, c.header.Names()[place]
			}
		}
		r.from = append(r.from, at)
	}
	if j.Take.Set {
		taken, ok := takes[j.Take.Text]
		if !ok {
			c.at("rule", j.Take, "take is one of same, first, last, min, max, sum, count, join%s", suggest(j.Take.Text, slices.Sorted(maps.Keys(takes))))
		}
		if r.take = taken; len(j.From) == 0 {
			c.at("rule", j.Take, "take chooses among the cells of a group's rows; the rule has no `from`")
		}
	}
	r.takeJoin = ", "
	if j.Join.Set {
		r.takeJoin = j.Join.Text
	}
	if j.When.Set {
		r.when = c.condition(j.When, c.names())
	}
}

// condition compiles an expression that must be true or false.
func (c *ruleCompiler) condition(s job.Scalar, n *names) *expression {
	e := compileExpression(c.reporter, s, n)
	if e != nil && e.kind != kindBool && e.kind != kindNull {
		c.at("expr", s, "a condition must be true or false, this is a %s", e.static)
		return nil
	}
	return e
}

// whole gives the type of the rule's value after step 6, of what was one piece's.
func (c *ruleCompiler) whole(r *rule, j *job.Rule, piece static) static {
	switch {
	case j.Pairs != nil:
		c.pairs(r, j)
		return static{kind: kindList, elem: &static{kind: kindObject, prefix: strings.TrimSuffix(r.target, "[]") + "[]."}}
	case r.take == takeCount:
		return static{kind: kindNumber}
	case r.take >= takeMin && r.take <= takeSum:
		if j.Split.Set {
			c.at("rule", j.Split, "split and take: %s do not go together", j.Take.Text)
		}
		if piece.kind != kindNumber && (r.take == takeSum || piece.kind != kindDate && piece.kind != kindText) {
			c.at("rule", j.Take, "take: %s needs numbers, this is a %s; give the rule a type", j.Take.Text, piece)
		}
	case r.list:
		return static{kind: kindList, elem: &piece}
	}
	return piece
}

func (c *ruleCompiler) pairs(r *rule, j *job.Rule) {
	r.pairs = &pairs{item: j.Pairs.Item.Text, key: j.Pairs.Key.Text}
	if r.pairs.item == "" || r.pairs.key == "" || r.pairs.item == r.pairs.key {
		c.add("rule", j.Pairs.Pos, 1, "pairs need two different separators, such as { item: \";\", key: \"=\" }")
	}
	for _, s := range []job.Scalar{j.Split, j.Type, j.Lookup} {
		if s.Set {
			c.at("rule", s, "pairs take the cell apart; split, type and lookup do not go with them")
		}
	}
	if len(j.Table) > 0 {
		c.at("rule", j.Table[0].Name, "pairs take the cell apart; a table does not go with them")
	}
	if r.take >= takeMin && r.take <= takeCount {
		c.at("rule", j.Take, "pairs are not numbers; take: %s does not go with them", j.Take.Text)
	}
	list := strings.TrimSuffix(r.target, "[]") + "[]."
	name, val := findField(c.object, list+"name"), findField(c.object, list+"value")
	if name == nil || val == nil {
		c.add("rule", j.Pairs.Pos, 1, "pairs fill lists of names and values such as custom_fields[], not %s", r.target)
		r.pairs.name, r.pairs.value = passText, passText
		return
	}
	r.pairs.name, r.pairs.value = fieldChecker(name, c.object), fieldChecker(val, c.object)
}

func passText(v value) (record.Value, *record.Problem) { return v.record(), nil }

// blank compiles step 4.
func (c *ruleCompiler) blank(r *rule, j *job.Rule, constants converter) {
	if j.Blank.Set {
		policy, ok := blanks[j.Blank.Text]
		if !ok {
			c.at("rule", j.Blank, "blank is one of keep, clear, default, error%s", suggest(j.Blank.Text, []string{"keep", "clear", "default", "error"}))
		}
		r.blank = policy
	}
	switch {
	case r.blank == blankDefault && !j.Default.Set:
		c.at("rule", j.Blank, "blank: default needs a `default`")
	case j.Default.Set && (r.blank == blankClear || r.blank == blankError):
		c.at("rule", j.Default, "the default would never be used beside blank: %s", j.Blank.Text)
	case j.Default.Set:
		r.blank = blankDefault
	case c.flag(j.Required, "required") && !j.Blank.Set:
		r.blank = blankError
	case c.flag(j.Required, "required") && r.blank != blankError:
		c.at("rule", j.Required, "required rejects the row whose cell is empty, blank: %s does not", j.Blank.Text)
	}
	if r.blank == blankClear && r.field != nil {
		cleared, ok := clearValue(r.field.Clear)
		if !ok {
			c.at("field", j.Blank, "%s cannot be emptied; use blank: keep, error, or a default", r.target)
		}
		r.cleared = cleared
	}
	if j.Default.Set {
		r.instead = c.constantText(r, j, j.Default, constants)
	}
}

// constantText takes a text of the job through steps 5 and 6.
func (c *ruleCompiler) constantText(r *rule, j *job.Rule, s job.Scalar, constants converter) value {
	if j.Lookup.Set && s.Text == "0" && takesNone(r.field) {
		return digitsValue("0")
	}
	plain := *r
	if r.table == nil && j.LookupFile == nil {
		plain.convert = constants
	}
	at := column{name: s.Text}
	v, p := plain.work(picked{text: s.Text, column: &at})
	if p != nil {
		if j.LookupFile != nil && c.scope.Tables[j.LookupFile] == nil {
			return v
		}
		c.constantProblem("type", s, p)
		return v
	}
	c.checkConstant(r, j, s, v)
	return v
}

// constant compiles `value`.
func (c *ruleCompiler) constant(r *rule, j *job.Rule, constants converter) {
	switch {
	case len(j.Values) > 0:
		if r.out != kindList && !j.Expr.Set && r.field != nil {
			c.at("type", j.Values[0], "%s takes one value, not a list", r.target)
			return
		}
		var items []value
		for _, s := range j.Values {
			v := c.constantText(r, j, s, constants)
			if v.kind == kindList {
				items = append(items, v.list()...)
			} else {
				items = append(items, v)
			}
		}
		all := listValue(items)
		r.constant = &all
	case j.Value.Set && j.Value.Text == "" && (r.out == kindList || r.list):
		empty := listValue(nil)
		r.constant = &empty
	case j.Value.Set:
		v := c.constantText(r, j, j.Value, constants)
		r.constant = &v
	}
}

// expressions compiles step 7 and gives the type of its result.
func (c *ruleCompiler) expressions(r *rule, j *job.Rule, now static) static {
	n := c.names()
	if j.Expr.Set {
		if len(j.From) > 0 || r.constant != nil {
			n.value = &now
		}
		if now.kind == kindRef || now.kind == kindList && now.elem.kind == kindRef || j.Pairs != nil {
			c.at("rule", j.Expr, "an expression cannot follow a lookup in a store or pairs; compute the text first in a column of the source's `columns`")
			return static{kind: kindBad}
		}
		r.expr = compileExpression(c.reporter, j.Expr, n)
		if r.expr == nil {
			return static{kind: kindBad}
		}
		now = r.expr.static
		if j.Default.Set {
			r.final = c.finalDefault(j.Default, r.out, r.outElem, now)
		}
	}
	if j.Assert.Set {
		n.value = &now
		r.assert = c.condition(j.Assert, n)
	}
	return now
}

// finalDefault reads a default as what the expression gives; nil where it is no such value, but only something to compute with.
func (c *ruleCompiler) finalDefault(s job.Scalar, out, elem kind, now static) *value {
	switch out {
	case kindNull:
		out = now.kind
	case kindList:
		out = elem
	}
	t := &typed{kind: out, words: plainBooleans, location: c.scope.location()}
	v, p := t.read(s.Text, nil)
	if p != nil || v.empty() {
		return nil
	}
	return &v
}

// fit checks that the value can fill the field.
func (c *ruleCompiler) fit(r *rule, m *job.Mapping, now static) {
	if r.field == nil || r.pairs != nil || now.kind == kindBad || fits(now, r.out, r.outElem) {
		return
	}
	j := &m.Rule
	what := static{kind: r.out}
	if r.out == kindList {
		what.elem = &static{kind: r.outElem}
	}
	switch {
	case j.Expr.Set:
		hint := ""
		if now.kind == kindText && r.out == kindNumber {
			hint = "; write decimal(...)"
			if r.field.Type == catalogue.Int {
				hint = "; write int(...)"
			}
		}
		c.at("type", j.Expr, "%s is of type %s and takes a %s, the expression gives a %s%s", m.Target.Text, r.field.Type, what, now, hint)
	case j.Split.Set && now.kind == kindList && r.out != kindList:
		c.at("type", j.Split, "%s takes one value (%s); split gives a list, of which an `expr` such as value[0] takes one", m.Target.Text, r.field.Type)
	case j.Take.Set:
		c.at("type", j.Take, "%s takes a %s, take: %s gives a %s", m.Target.Text, what, j.Take.Text, now)
	default:
		c.at("type", j.Type, "%s is of type %s; type: %s cannot fill it", m.Target.Text, r.field.Type, j.Type.Text)
	}
}
