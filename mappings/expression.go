package mappings

import (
	"errors"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/shopspring/decimal"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// Expressions are written in the syntax of expr-lang: its parser makes the tree. Types and evaluation are this package's own. That
// language counts in int and float64 and takes decimals only through overloaded operators, whose operands inside calls it does
// not check; here every number is a decimal, every operand is typed before the first row, and nothing can loop without end, since
// all loops go over a row's or a record's own elements.

// maxNodes bounds an expression.
const maxNodes = 1000

// static is what is known of an expression's value before the first row.
type static struct {
	kind   kind
	elem   *static // of a list; nil for an empty one
	prefix string  // of an object: what stands before its fields' paths in the catalogue
}

func (s static) String() string {
	if s.kind == kindList && s.elem != nil {
		return "list of " + s.elem.kind.String() + "s"
	}
	return s.kind.String()
}

// staticOf is the type of a value that is there; elements of a list are of one type.
func staticOf(v value) static {
	s := static{kind: v.kind}
	if items := v.list(); len(items) > 0 {
		of := staticOf(items[0])
		s.elem = &of
	}
	return s
}

// term is a compiled part of an expression.
type term struct {
	static
	run      func(*env) (value, *record.Problem)
	constant bool // run may be called with nil
}

// env is what an expression sees while it runs. It is reused from row to row.
type env struct {
	value    value
	it       value
	index    int
	instead  bool // the rule gave a default, or what clearing sends: no cell's value
	row      *record.Row
	rows     []record.Row
	rowList  value          // rows as a list, once an expression named it
	doc      *record.Object // an export's record
	element  *record.Object // an export's element of `each`
	cells    []record.Value // an output's own columns
	pointers []value        // elements that predicates stand at, the innermost last
	places   []int
	locals   []value
	steps    int // elements gone through, of maxSteps
}

// names is what an expression may name.
type names struct {
	scope  *Scope
	header *record.Header // nil with sheet set: columns are not judged
	sheet  bool           // row[...] exists
	groups bool           // rows exists
	value  *static        // value exists
	it     *static        // it and index exist
	object *catalogue.Object
	each   string // an export's `each`, "" for none
	cells  []record.Column
	uses   func(path string) // told the catalogue path of every field that is read
}

// expression is a compiled expression.
type expression struct {
	term
	text      string
	usesValue bool
}

type compiler struct {
	report  *reporter
	scalar  job.Scalar
	names   *names
	source  []rune
	locals  []local
	pointer []static
	used    bool // `value` was named
	failed  bool
}

type local struct {
	name string
	static
}

// compileExpression compiles an expression; nil means that its diagnostics were reported.
func compileExpression(report *reporter, scalar job.Scalar, names *names) *expression {
	c := &compiler{report: report, scalar: scalar, names: names, source: []rune(scalar.Text)}
	if strings.TrimSpace(scalar.Text) == "" {
		report.at("expr", scalar, "the expression is empty")
		return nil
	}
	config := conf.CreateNew()
	config.MaxNodes = maxNodes
	tree, err := parser.ParseWithConfig(scalar.Text, config)
	if err != nil {
		var found *file.Error
		if !errors.As(err, &found) {
			report.at("expr", scalar, "%s", err)
			return nil
		}
		c.fail(found.Location, "%s", strings.ReplaceAll(found.Message, "EOF", "the end of the expression"))
		return nil
	}
	t := c.compile(tree.Node)
	if c.failed {
		return nil
	}
	return &expression{term: t, text: scalar.Text, usesValue: c.used}
}

// fail reports at a place inside the expression.
func (c *compiler) fail(at file.Location, format string, args ...any) term {
	c.failed = true
	pos := c.report.inside(c.scalar, at.From)
	length := max(1, min(at.To, len(c.source))-at.From)
	if strings.Contains(c.scalar.Text, "\n") {
		length = 1
	}
	c.report.add("expr", pos, length, format, args...)
	return term{static: static{kind: kindBad}}
}

func (c *compiler) compile(node ast.Node) term {
	switch n := node.(type) {
	case *ast.NilNode:
		return constant(value{}, static{kind: kindNull})
	case *ast.BoolNode:
		return constant(boolValue(n.Value), static{kind: kindBool})
	case *ast.StringNode:
		return constant(textValue(n.Value), static{kind: kindText})
	case *ast.IntegerNode:
		return constant(numberValue(decimal.NewFromInt(int64(n.Value))), static{kind: kindNumber})
	case *ast.FloatNode:
		return c.float(n)
	case *ast.IdentifierNode:
		return c.identifier(n)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.ChainNode:
		return c.compile(n.Node)
	case *ast.SliceNode:
		return c.slice(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.ArrayNode:
		return c.array(n)
	case *ast.PointerNode:
		return c.pointerTo(n)
	case *ast.VariableDeclaratorNode:
		return c.declare(n)
	case *ast.BuiltinNode:
		return c.call(n, n.Name, n.Arguments)
	case *ast.CallNode:
		callee, ok := n.Callee.(*ast.IdentifierNode)
		if !ok {
			return c.fail(n.Location(), "only functions can be called: %s", functionNames())
		}
		return c.call(n, callee.Value, n.Arguments)
	}
	return c.fail(node.Location(), "this is not part of the expressions of a job")
}

func constant(v value, s static) term {
	return term{static: s, constant: true, run: func(*env) (value, *record.Problem) { return v, nil }}
}

// float takes the number from the source: 0.1 stays 0.1, whatever a float64 makes of it.
func (c *compiler) float(n *ast.FloatNode) term {
	at := n.Location()
	from, to := at.From, at.From
	for to < len(c.source) && strings.ContainsRune("0123456789._eE", c.source[to]) {
		to++
	}
	digits, ok := storedDigits(strings.ReplaceAll(string(c.source[from:to]), "_", ""))
	if !ok {
		return c.fail(at, "%q is not a number", string(c.source[from:to]))
	}
	d, err := decimal.NewFromString(digits)
	if err != nil {
		return c.fail(at, "%q is not a number", digits)
	}
	return constant(numberValue(d), static{kind: kindNumber})
}

func (c *compiler) conditional(n *ast.ConditionalNode) term {
	cond, yes, no := c.compile(n.Cond), c.compile(n.Exp1), c.compile(n.Exp2)
	if !c.want(n.Cond, cond, kindBool, "the condition") {
		return bad()
	}
	joined, ok := common(yes.static, no.static)
	if !ok {
		return c.fail(n.Exp2.Location(), "one branch is a %s, the other a %s", yes, no)
	}
	return term{static: joined, constant: cond.constant && yes.constant && no.constant, run: func(e *env) (value, *record.Problem) {
		v, p := cond.run(e)
		if p != nil {
			return value{}, p
		}
		if v.truth {
			return yes.run(e)
		}
		return no.run(e)
	}}
}

func (c *compiler) array(n *ast.ArrayNode) term {
	terms := make([]term, len(n.Nodes))
	joined := static{kind: kindNull}
	for i, node := range n.Nodes {
		terms[i] = c.compile(node)
		next, ok := common(joined, terms[i].static)
		if !ok {
			return c.fail(node.Location(), "a list holds one type: this is a %s, those before are %ss", terms[i], joined)
		}
		joined = next
	}
	out := static{kind: kindList}
	if joined.kind != kindNull {
		out.elem = &joined
	}
	build := func(e *env) (value, *record.Problem) {
		items := make([]value, len(terms))
		for i, t := range terms {
			v, p := t.run(e)
			if p != nil {
				return value{}, p
			}
			items[i] = v
		}
		return listValue(items), nil
	}
	if !c.failed && !slices.ContainsFunc(terms, func(t term) bool { return !t.constant }) {
		if v, p := build(nil); p == nil {
			return constant(v, out)
		}
	}
	return term{static: out, run: build}
}

func (c *compiler) declare(n *ast.VariableDeclaratorNode) term {
	given := c.compile(n.Value)
	depth := len(c.locals)
	c.locals = append(c.locals, local{n.Name, given.static})
	body := c.compile(n.Expr)
	c.locals = c.locals[:depth]
	if c.failed {
		return bad()
	}
	return term{static: body.static, run: func(e *env) (value, *record.Problem) {
		v, p := given.run(e)
		if p != nil {
			return value{}, p
		}
		e.locals = append(e.locals[:depth], v)
		return body.run(e)
	}}
}

func bad() term { return term{static: static{kind: kindBad}} }

// want checks a part's type and reports what was found, with what would help.
func (c *compiler) want(node ast.Node, t term, k kind, what string) bool {
	switch {
	case t.kind == kindBad:
		return false
	case t.kind == k || t.kind == kindNull:
		return true
	}
	text := c.text(node)
	hint := ""
	switch {
	case k == kindNumber && t.kind == kindText:
		hint = "; write decimal(" + text + ")"
	case k == kindText && t.kind != kindList && t.kind != kindObject && t.kind != kindRow:
		hint = "; write text(" + text + ")"
	case k == kindDate && t.kind == kindText:
		hint = "; write date(" + text + ")"
	case k == kindBool && t.kind == kindText:
		hint = `; compare it, such as ` + text + ` == "yes"`
	}
	c.fail(c.span(node), "%s must be a %s, this is a %s%s", what, k, t.static, hint)
	return false
}

// common is the type of what is one or the other.
func common(a, b static) (static, bool) {
	switch {
	case a.kind == kindBad || b.kind == kindBad:
		return static{kind: kindBad}, true
	case a.kind == kindNull:
		return b, true
	case b.kind == kindNull:
		return a, true
	case a.kind != b.kind:
		return static{}, false
	case a.kind == kindList && a.elem == nil:
		return b, true
	case a.kind == kindList && b.elem != nil && a.elem.kind != b.elem.kind:
		return static{}, false
	case a.kind == kindObject && a.prefix != b.prefix:
		return static{}, false
	}
	return a, true
}

// span is the whole of a node: the parser places operators and members at their sign.
func (c *compiler) span(node ast.Node) file.Location {
	at := node.Location()
	switch n := node.(type) {
	case *ast.MemberNode:
		at.From = c.span(n.Node).From
		at.To = max(at.To, n.Property.Location().To)
		if _, dotted := n.Property.(*ast.StringNode); dotted && at.To < len(c.source) && c.source[at.To] == ']' {
			at.To++
		}
	case *ast.BinaryNode:
		at.From, at.To = c.span(n.Left).From, c.span(n.Right).To
	case *ast.UnaryNode:
		at.To = c.span(n.Node).To
	case *ast.CallNode, *ast.BuiltinNode:
		depth := 0
		for i := at.From; i < len(c.source); i++ {
			switch c.source[i] {
			case '(':
				depth++
			case ')':
				if depth--; depth == 0 {
					return file.Location{From: at.From, To: i + 1}
				}
			}
		}
	}
	return at
}

// text is a node as it stands in the source.
func (c *compiler) text(node ast.Node) string {
	at := c.span(node)
	from, to := max(0, min(at.From, len(c.source))), min(at.To, len(c.source))
	return string(c.source[from:max(from, to)])
}
