package mappings

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// identifier compiles a bare name.
func (c *compiler) identifier(n *ast.IdentifierNode) term {
	for i := len(c.locals) - 1; i >= 0; i-- {
		if c.locals[i].name == n.Value {
			return term{static: c.locals[i].static, run: func(e *env) (value, *record.Problem) { return e.locals[i], nil }}
		}
	}
	switch n.Value {
	case "value":
		c.used = true
		if c.names.value != nil {
			return term{static: *c.names.value, run: func(e *env) (value, *record.Problem) { return e.value, nil }}
		}
		if c.names.object == nil || !hasField(c.names.object, "", "value") {
			return c.fail(n.Location(), "there is no `value` here; name a column with row[\"Header\"] or give the rule a `from`")
		}
	case "it":
		if c.names.it != nil {
			return term{static: *c.names.it, run: func(e *env) (value, *record.Problem) { return e.it, nil }}
		}
	case "index":
		if c.names.it != nil {
			return term{static: static{kind: kindNumber}, run: func(e *env) (value, *record.Problem) { return intValue(e.index), nil }}
		}
	case "rows":
		if c.names.groups {
			return term{static: static{kind: kindList, elem: &static{kind: kindRow}}, run: func(e *env) (value, *record.Problem) {
				if e.rowList.kind == kindNull { // once for all the expressions of an item
					items := make([]value, len(e.rows))
					for i := range e.rows {
						items[i] = value{kind: kindRow, more: &e.rows[i]}
					}
					e.rowList = listValue(items)
				}
				return e.rowList, nil
			}}
		}
	case "row", "params", "store":
		if c.names.object == nil || !hasField(c.names.object, "", n.Value) {
			return c.fail(n.Location(), "name one of its values, such as %s", map[string]string{"row": `row["Header"]`, "params": "params.name", "store": "store.currency"}[n.Value])
		}
	}
	if c.names.object != nil {
		return c.field(n, n.Value)
	}
	return c.fail(n.Location(), "unknown name %q; a column is row[%q], a parameter params.%s%s", n.Value, n.Value, n.Value, suggest(n.Value, c.known()))
}

// known lists the bare names of this place.
func (c *compiler) known() []string {
	var all []string
	for _, l := range c.locals {
		all = append(all, l.name)
	}
	if c.names.value != nil {
		all = append(all, "value")
	}
	if c.names.it != nil {
		all = append(all, "it", "index")
	}
	if c.names.groups {
		all = append(all, "rows")
	}
	return all
}

// member compiles a.b and a["b"].
func (c *compiler) member(n *ast.MemberNode) term {
	if root, ok := n.Node.(*ast.IdentifierNode); ok && !c.isLocal(root.Value) {
		name, literal := n.Property.(*ast.StringNode)
		switch {
		case root.Value == "row" && (c.names.sheet || c.names.cells != nil):
			if !literal {
				return c.fail(n.Property.Location(), `name the column as a text: row["Header"]`)
			}
			if c.names.sheet {
				return c.column(name)
			}
			return c.cell(name)
		case root.Value == "params" && literal:
			return c.param(name)
		case root.Value == "store" && literal && (c.names.object == nil || !hasField(c.names.object, "", "store")):
			return c.storeFact(name)
		}
	}
	of := c.compile(n.Node)
	name, literal := n.Property.(*ast.StringNode)
	switch of.kind {
	case kindBad:
		return bad()
	case kindRow:
		if !literal {
			return c.fail(n.Property.Location(), "name the column as a text, such as #[\"Header\"]")
		}
		return c.columnOf(of, name)
	case kindObject:
		if literal {
			return c.fieldOf(of, n, name)
		}
	case kindList:
		if literal {
			return c.fail(name.Location(), "%s is a list; name a place such as [0], or use any(), map() or join()", c.text(n.Node))
		}
		return c.elementOf(of, n)
	}
	return c.fail(n.Property.Location(), "a %s has no parts", of.static)
}

func (c *compiler) isLocal(name string) bool {
	return slices.ContainsFunc(c.locals, func(l local) bool { return l.name == name })
}

// place finds a column; -1 with ok true where there is no header to judge by.
func (c *compiler) place(name *ast.StringNode) (int, bool) {
	if c.names.header == nil {
		return -1, true
	}
	place, err := c.names.header.Find(name.Value)
	if err != nil {
		c.fail(name.Location(), "%s", columnError(err, name.Value, c.names.header))
		return 0, false
	}
	return place, true
}

func (c *compiler) column(name *ast.StringNode) term {
	place, ok := c.place(name)
	if !ok {
		return bad()
	}
	return term{static: static{kind: kindText}, run: func(e *env) (value, *record.Problem) { return cellOf(e.row, place) }}
}

func (c *compiler) columnOf(row term, name *ast.StringNode) term {
	place, ok := c.place(name)
	if !ok {
		return bad()
	}
	return term{static: static{kind: kindText}, run: func(e *env) (value, *record.Problem) {
		v, p := row.run(e)
		if p != nil || v.row() == nil {
			return value{}, p
		}
		return cellOf(v.row(), place)
	}}
}

// cellOf is a cell of a row, the empty text beyond its end.
func cellOf(row *record.Row, place int) (value, *record.Problem) {
	if place < 0 || place >= len(row.Cells) {
		return textValue(""), nil
	}
	cell := &row.Cells[place]
	if cell.Kind == record.CellFailed {
		return value{}, notComputed(row, place)
	}
	return shown(cell.Text, cell), nil
}

// notComputed is the problem of an expression that reads a computed column which has no value in the row.
func notComputed(row *record.Row, place int) *record.Problem {
	name := record.ColumnLetter(place)
	if row.Header != nil && place < row.Header.Len() {
		name = row.Header.Names()[place]
	}
	return problem(CodeExprFailed, "the computed column %q has no value in this row", name)
}

// cell is a column of the sheet that an export writes.
func (c *compiler) cell(name *ast.StringNode) term {
	var all []string
	for i, column := range c.names.cells {
		if record.FoldName(column.Name) == record.FoldName(name.Value) {
			k := map[record.ColumnType]kind{record.ColumnInt: kindNumber, record.ColumnDecimal: kindNumber, record.ColumnBool: kindBool, record.ColumnDate: kindDate}[column.Type]
			if k == kindNull {
				k = kindText
			}
			return term{static: static{kind: k}, run: func(e *env) (value, *record.Problem) { return fromRecord(e.cells[i], k), nil }}
		}
		all = append(all, column.Name)
	}
	return c.fail(name.Location(), "the output has no column %q%s", name.Value, suggest(name.Value, all))
}

func (c *compiler) param(name *ast.StringNode) term {
	param, ok := c.names.scope.Params[name.Value]
	if !ok {
		var all []string
		for known := range c.names.scope.Params {
			all = append(all, known)
		}
		slices.Sort(all)
		return c.fail(name.Location(), "the job has no parameter %q%s", name.Value, suggest(name.Value, all))
	}
	k, ok := map[string]kind{"int": kindNumber, "decimal": kindNumber, "bool": kindBool, "date": kindDate}[param.Type]
	if !ok {
		k = kindText
	}
	v := fromRecord(param.Value, k)
	if param.Value.Kind() == record.Text && k != kindText {
		t := &typed{kind: k, words: plainBooleans, location: c.names.scope.location()}
		read, p := t.read(param.Value.String(), nil)
		if p != nil {
			return c.fail(name.Location(), "the parameter %s is of type %s: %s", name.Value, param.Type, p.Message)
		}
		v = read
	}
	return term{static: static{kind: k}, run: func(*env) (value, *record.Problem) { return v, nil }}
}

func (c *compiler) storeFact(name *ast.StringNode) term {
	facts := map[string]string{"currency": c.names.scope.Store.Currency, "timezone": c.names.scope.Store.Timezone, "weight_units": c.names.scope.Store.WeightUnits}
	fact, ok := facts[name.Value]
	if !ok {
		return c.fail(name.Location(), "the store's facts are currency, timezone and weight_units%s", suggest(name.Value, []string{"currency", "timezone", "weight_units"}))
	}
	return term{static: static{kind: kindText}, run: func(*env) (value, *record.Problem) { return textValue(fact), nil }}
}

// elementOf compiles list[n].
func (c *compiler) elementOf(list term, n *ast.MemberNode) term {
	at := c.compile(n.Property)
	if !c.want(n.Property, at, kindNumber, "a place in a list") {
		return bad()
	}
	out := static{kind: kindNull}
	if list.elem != nil {
		out = *list.elem
	}
	return term{static: out, run: func(e *env) (value, *record.Problem) {
		v, p := list.run(e)
		if p != nil {
			return value{}, p
		}
		place, p := at.run(e)
		if p != nil {
			return value{}, p
		}
		i, p := whole(place)
		if p != nil {
			return value{}, p
		}
		if i < 0 {
			i += len(v.list())
		}
		if i < 0 || i >= len(v.list()) {
			return value{}, nil
		}
		return v.list()[i], nil
	}}
}

// slice compiles text[a:b] and list[a:b]; places beyond the end are the end.
func (c *compiler) slice(n *ast.SliceNode) term {
	of := c.compile(n.Node)
	if of.kind == kindBad {
		return bad()
	}
	if of.kind != kindText && of.kind != kindList {
		return c.fail(n.Location(), "a part can be taken of a text or a list, this is a %s", of.static)
	}
	bound := func(node ast.Node) (term, bool) {
		if node == nil {
			return term{}, true
		}
		t := c.compile(node)
		return t, c.want(node, t, kindNumber, "a place")
	}
	from, ok1 := bound(n.From)
	to, ok2 := bound(n.To)
	if !ok1 || !ok2 {
		return bad()
	}
	return term{static: of.static, run: func(e *env) (value, *record.Problem) {
		v, p := of.run(e)
		if p != nil {
			return value{}, p
		}
		letters := []rune(v.text)
		length := len(letters)
		if of.kind == kindList {
			length = len(v.list())
		}
		a, p := placeOf(e, from, 0, length)
		if p != nil {
			return value{}, p
		}
		b, p := placeOf(e, to, length, length)
		if p != nil {
			return value{}, p
		}
		b = max(a, b)
		if of.kind == kindList {
			return listValue(v.list()[a:b]), nil
		}
		return textValue(string(letters[a:b])), nil
	}}
}

func placeOf(e *env, t term, unset, length int) (int, *record.Problem) {
	if t.run == nil {
		return unset, nil
	}
	v, p := t.run(e)
	if p != nil {
		return 0, p
	}
	i, p := whole(v)
	if i < 0 {
		i += length
	}
	return max(0, min(i, length)), p
}

// pointerTo compiles # and #index inside a predicate.
func (c *compiler) pointerTo(n *ast.PointerNode) term {
	depth := len(c.pointer) - 1
	if depth < 0 || n.Name != "" && n.Name != "index" {
		return c.fail(n.Location(), "# stands for an element inside any(), all(), none(), one(), count(), sum(), filter(), map() and find()")
	}
	if n.Name == "index" {
		return term{static: static{kind: kindNumber}, run: func(e *env) (value, *record.Problem) { return intValue(e.places[depth]), nil }}
	}
	return term{static: c.pointer[depth], run: func(e *env) (value, *record.Problem) { return e.pointers[depth], nil }}
}

// field compiles a record's own field.
func (c *compiler) field(n ast.Node, name string) term {
	of := term{static: static{kind: kindObject}, run: func(e *env) (value, *record.Problem) { return objectValue(e.doc), nil }}
	if c.names.each != "" && name == c.names.each {
		if c.names.uses != nil {
			c.names.uses(name)
		}
		return term{static: static{kind: kindObject, prefix: name + "[]."}, run: func(e *env) (value, *record.Problem) { return objectValue(e.element), nil }}
	}
	at := &ast.StringNode{Value: name}
	at.SetLocation(n.Location())
	return c.fieldOf(of, n, at)
}

func (c *compiler) fieldOf(of term, n ast.Node, name *ast.StringNode) term {
	path := of.prefix + name.Value
	field := findField(c.names.object, path)
	if field == nil {
		all := fieldsBelow(c.names.object, of.prefix)
		what := c.names.object.Name + " have"
		if of.prefix != "" {
			what = strings.Trim(of.prefix, ".") + " has"
		}
		return c.fail(name.Location(), "%s no field %q%s", what, name.Value, suggest(name.Value, all))
	}
	if c.names.uses != nil {
		c.names.uses(path)
	}
	s := fieldStatic(field)
	location := c.names.scope.location()
	return term{static: s, run: func(e *env) (value, *record.Problem) {
		v, p := of.run(e)
		if p != nil || v.kind == kindNull {
			return value{}, p
		}
		return fromStore(v.object().Get(name.Value), s, location), nil
	}}
}

// fieldStatic is a field's type in expressions.
func fieldStatic(field *catalogue.Field) static {
	switch field.Type {
	case catalogue.Int, catalogue.Decimal:
		return static{kind: kindNumber}
	case catalogue.Bool:
		return static{kind: kindBool}
	case catalogue.Date:
		return static{kind: kindDate}
	case catalogue.IntList:
		return static{kind: kindList, elem: &static{kind: kindNumber}}
	case catalogue.TextList:
		return static{kind: kindList, elem: &static{kind: kindText}}
	case catalogue.Struct:
		return static{kind: kindObject, prefix: field.Path + "."}
	case catalogue.StructList:
		return static{kind: kindList, elem: &static{kind: kindObject, prefix: field.Path + "[]."}}
	}
	return static{kind: kindText}
}
