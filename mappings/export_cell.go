package mappings

import (
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// cellRule is a compiled rule of an export: the steps of the contract in their order.
type cellRule struct {
	scope      *Scope
	column     record.Column
	from       []*source
	constant   *value
	required   bool
	instead    *value // default, as the steps before the expression have it
	final      *value // default, as the expression or the look-up gives it
	pairs      *pairs
	table      *table
	convert    func(value) (value, *record.Problem)
	lookupKind string
	lookup     func(value) (value, *record.Problem)
	expr       *expression
	assert     *expression
	truths     map[bool]string // the words of when_true and when_false
	join       string
}

// cell compiles one column.
func (c *exportCompiler) cell(m *job.Mapping) *cellRule {
	j := &m.Rule
	r := &cellRule{scope: c.scope, join: ", "}
	if j.Join.Set {
		r.join = j.Join.Text
	}
	c.sheetOnly(j)
	now := c.sources(r, j)
	piece := now
	if now.kind == kindList && now.elem != nil {
		piece = *now.elem
	}
	t := c.outType(j, piece)
	constants := t.constants()
	piece = c.steps(r, j, t, piece)
	if now.kind == kindList {
		now = static{kind: kindList, elem: &piece}
	} else {
		now = piece
	}
	if j.Pairs != nil {
		now = c.outPairs(r, j, now)
	} else {
		c.needsField(j, now)
	}
	c.outConstants(r, j, now, constants)
	now = c.outExpressions(r, j, now)
	r.column = record.Column{Name: m.Target.Text, Type: outColumn(j, r, now), Format: j.Format.Text, Style: j.Style.Text}
	if now.kind == kindBad {
		return r
	}
	c.format(j, r.column.Type)
	if j.Join.Set && now.kind != kindList {
		c.at("rule", j.Join, "join puts a list into one cell, this is a %s", now)
	}
	return r
}

// sheetOnly reports the steps that only make sense for a field of a store.
func (c *exportCompiler) sheetOnly(j *job.Rule) {
	for _, s := range []job.Scalar{j.Only, j.List} {
		if s.Set {
			c.at("rule", s, "only and list are for fields of a store, this is a column of a sheet")
		}
	}
	if j.CreateMissing.Set {
		c.at("rule", j.CreateMissing, "an export creates nothing in the store")
	}
	if j.Blank.Text == "clear" {
		c.at("rule", j.Blank, "a cell of a new sheet has nothing to clear; leave blank out")
	}
	for _, s := range []job.Scalar{j.Take, j.When, j.Split} {
		if s.Set {
			c.at("rule", s, "take, when and split work on rows of a sheet, not on records of a store")
		}
	}
	if len(j.Fields) > 0 {
		c.add("rule", j.Pos, 1, "fields fill an object of a store, this is a column of a sheet")
	}
}

// sources compiles `from` and gives the type of what it finds.
func (c *exportCompiler) sources(r *cellRule, j *job.Rule) static {
	constant := j.Value.Set || len(j.Values) > 0
	switch {
	case constant && len(j.From) > 0:
		c.at("rule", j.From[0], "a rule has `from` or `value`, not both")
	case !constant && len(j.From) == 0 && !j.Expr.Set:
		c.add("rule", j.Pos, 1, "the rule does not say where the column comes from; write `from`, `value` or `expr`")
	}
	if constant {
		return static{kind: kindText}
	}
	joined := static{kind: kindNull}
	for _, from := range j.From {
		s := c.source(from)
		if s == nil {
			joined = static{kind: kindBad}
			continue
		}
		r.from = append(r.from, s)
		next, ok := common(joined, s.of)
		if !ok {
			c.at("type", from, "%s is a %s, those before are %ss; give each a column of its own", from.Text, s.of, joined)
			continue
		}
		joined = next
	}
	return joined
}

// needsField reports objects and lists of objects, which no cell can hold. An object whose fields the catalogue does not list is
// written as JSON.
func (c *exportCompiler) needsField(j *job.Rule, now static) {
	element := now
	if now.kind == kindList && now.elem != nil {
		element = *now.elem
	}
	if element.kind != kindObject || j.Expr.Set || len(j.From) == 0 {
		return
	}
	if below := fieldsBelow(c.object, element.prefix); len(below) > 0 {
		c.at("field", j.From[0], "%s holds objects; name one of their fields, such as %s%s", j.From[0].Text, element.prefix, below[0])
	}
}

// outType compiles `type` for values of that type.
func (c *exportCompiler) outType(j *job.Rule, piece static) *typed {
	r := &rule{out: piece.kind}
	shape := *j
	shape.Lookup, shape.LookupFile = job.Scalar{}, nil
	if j.Layout.Set && (piece.kind == kindNumber || piece.kind == kindDate) {
		c.at("rule", j.Layout, "layout says how a text is read, this is a %s already; format says how it is written", piece)
		shape.Layout = job.Scalar{}
	}
	return c.typed(r, &shape)
}

// steps compiles table, type and lookup, and gives the type of a piece after them.
func (c *exportCompiler) steps(r *cellRule, j *job.Rule, t *typed, piece static) static {
	if len(j.From) == 0 && (len(j.Table) > 0 || j.Lookup.Set || j.LookupFile != nil) {
		c.add("rule", j.Pos, 1, "table and lookup work on a field of the record; the rule has no `from`")
		return static{kind: kindBad}
	}
	constants := t.constants()
	if len(j.Table) > 0 {
		r.table = &table{values: make(map[string]value, len(j.Table))}
		as := constants
		if !j.Type.Set {
			as = func(text string, _ *record.Cell) (value, *record.Problem) { return textValue(text), nil }
		}
		for _, entry := range j.Table {
			r.table.values[entry.Name.Text] = c.outConstant(entry.Value, as)
		}
		if j.Else.Set && !j.Lookup.Set && j.LookupFile == nil {
			other := c.outConstant(j.Else, as)
			r.table.other = &other
		}
		piece = static{kind: kindText}
		if j.Type.Set {
			piece.kind = t.kind
		}
	} else if j.Type.Set && j.Type.Text != "list" && len(r.from) > 0 {
		piece = c.outConvert(r, j, t, piece)
	} else if j.Value.Set || len(j.Values) > 0 {
		piece = static{kind: t.kind}
	}
	if j.Lookup.Set || j.LookupFile != nil {
		c.outLookup(r, j)
		piece = static{kind: kindText}
	}
	return piece
}

func (c *exportCompiler) outConvert(r *cellRule, j *job.Rule, t *typed, piece static) static {
	possible := piece.kind == t.kind || t.kind == kindText || piece.kind == kindText || piece.kind == kindNull ||
		t.kind == kindBool && piece.kind == kindNumber
	switch {
	case piece.kind == kindBad:
		return piece
	case !possible || piece.kind == kindObject:
		c.at("type", j.Type, "%s is a %s; type: %s cannot be made of it", j.From[0].Text, piece, j.Type.Text)
		return static{kind: kindBad}
	}
	r.convert = func(v value) (value, *record.Problem) {
		switch {
		case v.kind == kindNumber && t.kind == kindNumber:
			if !t.whole {
				return v, nil
			}
			digits, p := wholeNumber(v.digits(), v.digits())
			return digitsValue(digits), p
		case v.kind == t.kind:
			return v, nil
		case t.kind == kindText:
			return textValue(v.String()), nil
		}
		if t.kind == kindDate && t.date == "" {
			if date, ok := parseStoreDate(v.String(), t.location); ok {
				return dateValue(date), nil
			}
		}
		return t.read(v.String(), nil)
	}
	if t.kind == kindBool && len(j.WhenTrue) > 0 && len(j.WhenFalse) > 0 {
		r.truths = map[bool]string{true: j.WhenTrue[0].Text, false: j.WhenFalse[0].Text}
	}
	return static{kind: t.kind}
}

func (c *exportCompiler) outConstant(s job.Scalar, as converter) value {
	v, p := as(s.Text, nil)
	if p != nil {
		c.constantProblem("type", s, p)
	}
	return v
}

func (c *exportCompiler) outPairs(r *cellRule, j *job.Rule, now static) static {
	r.pairs = &pairs{item: j.Pairs.Item.Text, key: j.Pairs.Key.Text}
	if now.kind == kindBad {
		return now
	}
	if now.kind != kindList || now.elem == nil || now.elem.kind != kindObject || !hasField(c.object, now.elem.prefix, "name") || !hasField(c.object, now.elem.prefix, "value") {
		c.add("rule", j.Pairs.Pos, 1, "pairs write lists of names and values such as custom_fields")
		return static{kind: kindBad}
	}
	for _, name := range []string{"name", "value"} {
		c.used[now.elem.prefix+name] = true
	}
	return static{kind: kindText}
}

// outConstants compiles `value`, `default` and `required`.
func (c *exportCompiler) outConstants(r *cellRule, j *job.Rule, now static, constants converter) {
	switch {
	case len(j.Values) > 0:
		items := make([]value, len(j.Values))
		for i, s := range j.Values {
			items[i] = c.outConstant(s, constants)
		}
		all := listValue(items)
		r.constant = &all
	case j.Value.Set:
		v := c.outConstant(j.Value, constants)
		r.constant = &v
	}
	if j.Default.Set {
		as := constants
		list := now.kind == kindList
		if list && !j.Expr.Set || j.Pairs != nil || j.Lookup.Set || j.LookupFile != nil || len(j.Table) > 0 && !j.Type.Set {
			as = func(text string, _ *record.Cell) (value, *record.Problem) { return textValue(text), nil }
		}
		v := c.outConstant(j.Default, as)
		if list && j.Expr.Set {
			v = listValue([]value{v})
		}
		r.instead = &v
		if !j.Expr.Set {
			r.final = &v
		}
	}
	r.required = c.flag(j.Required, "required") || j.Blank.Text == "error"
}

func (c *exportCompiler) outExpressions(r *cellRule, j *job.Rule, now static) static {
	n := *c.names
	if j.Expr.Set {
		if len(r.from) > 0 || r.constant != nil {
			n.value = &now
		}
		r.expr = compileExpression(c.reporter, j.Expr, &n)
		if r.expr == nil {
			return static{kind: kindBad}
		}
		now = r.expr.static
		if j.Default.Set {
			r.final = c.finalDefault(j.Default, kindNull, kindNull, now)
		}
		if now.kind == kindObject || now.kind == kindList && now.elem != nil && now.elem.kind == kindObject {
			c.at("expr", j.Expr, "a cell cannot hold a %s; name a field of it", now)
		}
	}
	if j.Assert.Set {
		n.value = &now
		r.assert = c.condition(j.Assert, &n)
	}
	return now
}

// outColumn is how the column is written: the type of its values, whole numbers where the catalogue or the rule says so.
func outColumn(j *job.Rule, r *cellRule, now static) record.ColumnType {
	if r.truths != nil {
		return record.ColumnText
	}
	of := columnType(now.kind)
	if of != record.ColumnDecimal || r.expr != nil {
		return of
	}
	if j.Type.Text == "int" || j.Type.Text != "decimal" && len(r.from) > 0 && r.from[0].field.Type.String() == "int" {
		return record.ColumnInt
	}
	return of
}
