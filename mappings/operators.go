package mappings

import (
	"regexp"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/shopspring/decimal"

	"bcetl/internal/record"
)

// divisionPlaces is how many places a division that does not end is rounded to, half away from zero.
const divisionPlaces = 16

// unary compiles -x, +x, !x and not x.
func (c *compiler) unary(n *ast.UnaryNode) term {
	of := c.compile(n.Node)
	switch n.Operator {
	case "!", "not":
		if !c.want(n.Node, of, kindBool, "what `"+n.Operator+"` turns round") {
			return bad()
		}
		return apply1(kindBool, of, func(v value) (value, *record.Problem) { return boolValue(!v.truth), nil })
	case "-", "+":
		if !c.want(n.Node, of, kindNumber, "what stands behind `"+n.Operator+"`") {
			return bad()
		}
		if n.Operator == "+" {
			return of
		}
		return c.number1(n.Node, of, decimal.Decimal.Neg)
	}
	return c.fail(n.Location(), "there is no operator %q", n.Operator)
}

func (c *compiler) binary(n *ast.BinaryNode) term {
	left, right := c.compile(n.Left), c.compile(n.Right)
	if left.kind == kindBad || right.kind == kindBad {
		return bad()
	}
	switch n.Operator {
	case "and", "&&", "or", "||":
		if !c.want(n.Left, left, kindBool, "the left of `"+n.Operator+"`") || !c.want(n.Right, right, kindBool, "the right of `"+n.Operator+"`") {
			return bad()
		}
		stop := n.Operator == "or" || n.Operator == "||"
		return term{static: static{kind: kindBool}, run: func(e *env) (value, *record.Problem) {
			v, p := left.run(e)
			if p != nil || v.truth == stop {
				return boolValue(v.truth), p
			}
			return right.run(e)
		}}
	case "??":
		return c.coalesce([]ast.Node{n.Left, n.Right}, []term{left, right})
	case "==", "!=":
		return c.equality(n, left, right)
	case "<", "<=", ">", ">=":
		return c.order(n, left, right)
	case "in":
		return c.in(n, left, right)
	case "matches":
		return c.matches(n, left, right)
	case "contains", "startsWith", "endsWith":
		if n.Operator == "contains" && left.kind == kindList {
			return c.in(&ast.BinaryNode{Operator: "in", Left: n.Right, Right: n.Left}, right, left)
		}
		if !c.want(n.Left, left, kindText, "the left of `"+n.Operator+"`") || !c.want(n.Right, right, kindText, "the right of `"+n.Operator+"`") {
			return bad()
		}
		test := map[string]func(string, string) bool{"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix}[n.Operator]
		return apply2(kindBool, left, right, func(a, b value) (value, *record.Problem) { return boolValue(test(a.text, b.text)), nil })
	case "+", "-", "*", "/", "%":
		return c.arithmetic(n, left, right)
	}
	return c.fail(n.Location(), "there is no operator %q", n.Operator)
}

func (c *compiler) arithmetic(n *ast.BinaryNode, left, right term) term {
	if n.Operator == "+" && left.kind == kindText && right.kind == kindText {
		return apply2(kindText, left, right, func(a, b value) (value, *record.Problem) { return limited(a.text + b.text) })
	}
	if n.Operator == "+" && (left.kind == kindText || right.kind == kindText) && (left.kind == kindNumber || right.kind == kindNumber) {
		number, text := n.Left, n.Right
		if left.kind == kindText {
			number, text = text, number
		}
		return c.fail(c.span(n), "`+` adds two numbers or joins two texts; write text(%s) to join, decimal(%s) to add", c.text(number), c.text(text))
	}
	if !c.want(n.Left, left, kindNumber, "the left of `"+n.Operator+"`") || !c.want(n.Right, right, kindNumber, "the right of `"+n.Operator+"`") {
		return bad()
	}
	leftText, rightText := c.text(n.Left), c.text(n.Right)
	operate := map[string]func(a, b decimal.Decimal) decimal.Decimal{
		"+": decimal.Decimal.Add, "-": decimal.Decimal.Sub, "*": decimal.Decimal.Mul, "%": decimal.Decimal.Mod,
		"/": func(a, b decimal.Decimal) decimal.Decimal { return a.DivRound(b, divisionPlaces) },
	}[n.Operator]
	divides := n.Operator == "/" || n.Operator == "%"
	return apply2(kindNumber, left, right, func(a, b value) (value, *record.Problem) {
		if a.kind == kindNull {
			return value{}, emptyOperand(leftText)
		}
		if b.kind == kindNull {
			return value{}, emptyOperand(rightText)
		}
		y := b.decimal()
		if divides && y.IsZero() {
			return value{}, problem(CodeExprFailed, "division by zero: %s is 0", rightText)
		}
		return numberValue(operate(a.decimal(), y)), nil
	})
}

func emptyOperand(text string) *record.Problem {
	return problem(CodeExprFailed, "%s is empty; write coalesce(%s, 0) to count it as 0", text, text)
}

// equality compares two values of one type. Nothing equals nothing and the empty text.
func (c *compiler) equality(n *ast.BinaryNode, left, right term) term {
	if !c.comparable(n, left, right) {
		return bad()
	}
	equal := n.Operator == "=="
	return apply2(kindBool, left, right, func(a, b value) (value, *record.Problem) {
		return boolValue(same(a, b) == equal), unclear(a, b, same)
	})
}

func (c *compiler) comparable(n *ast.BinaryNode, left, right term) bool {
	if _, ok := common(left.static, right.static); ok {
		return true
	}
	hint := ""
	switch {
	case left.kind == kindText && right.kind == kindNumber:
		hint = "; write decimal(" + c.text(n.Left) + ")"
	case left.kind == kindNumber && right.kind == kindText:
		hint = "; write decimal(" + c.text(n.Right) + ")"
	case left.kind == kindDate && right.kind == kindText:
		hint = "; write date(" + c.text(n.Right) + ")"
	case left.kind == kindText && right.kind == kindDate:
		hint = "; write date(" + c.text(n.Left) + ")"
	}
	c.fail(c.span(n), "`%s` compares two values of one type, not a %s with a %s%s", n.Operator, left.static, right.static, hint)
	return false
}

func same(a, b value) bool {
	if a.empty() || b.empty() {
		return a.empty() && b.empty()
	}
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case kindText:
		return a.text == b.text
	case kindNumber:
		return a.decimal().Equal(b.decimal())
	case kindBool:
		return a.truth == b.truth
	case kindDate:
		return a.date().Equal(b.date())
	case kindList:
		x, y := a.list(), b.list()
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if !same(x[i], y[i]) {
				return false
			}
		}
		return true
	}
	return a.more == b.more
}

// order compares numbers, texts and dates. Where one side is nothing no order holds.
func (c *compiler) order(n *ast.BinaryNode, left, right term) term {
	if !c.comparable(n, left, right) {
		return bad()
	}
	for _, side := range []struct {
		node ast.Node
		term
	}{{n.Left, left}, {n.Right, right}} {
		switch side.kind {
		case kindNumber, kindText, kindDate, kindNull:
		default:
			return c.fail(c.span(side.node), "a %s has no order", side.static)
		}
	}
	operator := n.Operator
	return apply2(kindBool, left, right, func(a, b value) (value, *record.Problem) {
		if a.kind == kindNull || b.kind == kindNull {
			return boolValue(false), nil
		}
		holds := func(a, b value) bool { return ordered(operator, compare(a, b)) }
		return boolValue(holds(a, b)), unclear(a, b, holds)
	})
}

func ordered(operator string, sign int) bool {
	switch operator {
	case "<":
		return sign < 0
	case "<=":
		return sign <= 0
	case ">":
		return sign > 0
	default:
		return sign >= 0
	}
}

// unclear is the problem of a comparison that holds for one of the moments that a date may be and not for the other. Two such dates are
// compared as clocks show them.
func unclear(a, b value, holds func(a, b value) bool) *record.Problem {
	_, left := a.more.(record.Twice)
	if _, right := b.more.(record.Twice); left && right {
		return nil
	}
	if p := a.unclear(func(first, second value) bool { return holds(first, b) != holds(second, b) }); p != nil {
		return p
	}
	return b.unclear(func(first, second value) bool { return holds(a, first) != holds(a, second) })
}

// compare gives the order of two values of one kind.
func compare(a, b value) int {
	switch a.kind {
	case kindNumber:
		return a.decimal().Cmp(b.decimal())
	case kindDate:
		return a.date().Compare(b.date())
	default:
		return strings.Compare(a.text, b.text)
	}
}

func (c *compiler) in(n *ast.BinaryNode, left, right term) term {
	if right.kind != kindList {
		return c.fail(c.span(n.Right), "the right of `in` must be a list such as [\"a\", \"b\"], this is a %s", right.static)
	}
	if right.elem != nil {
		if _, ok := common(left.static, *right.elem); !ok {
			return c.fail(c.span(n.Left), "a %s is never in a %s", left.static, right.static)
		}
	}
	return apply2(kindBool, left, right, func(a, b value) (value, *record.Problem) {
		for _, item := range b.list() {
			if same(a, item) {
				return boolValue(true), nil
			}
		}
		return boolValue(false), nil
	})
}

// matches takes a pattern that is written in the expression, so that it is compiled once. Go's patterns run in linear time.
func (c *compiler) matches(n *ast.BinaryNode, left, right term) term {
	pattern, literal := n.Right.(*ast.StringNode)
	if !literal {
		return c.fail(c.span(n.Right), "the pattern of `matches` must be a literal text")
	}
	if !c.want(n.Left, left, kindText, "the left of `matches`") {
		return bad()
	}
	compiled, err := regexp.Compile(pattern.Value)
	if err != nil {
		return c.fail(pattern.Location(), "%s", err)
	}
	return apply1(kindBool, left, func(v value) (value, *record.Problem) { return boolValue(compiled.MatchString(v.text)), nil })
}

// apply1 makes a term that computes with one value; constants are computed at once.
func apply1(out kind, of term, do func(value) (value, *record.Problem)) term {
	t := term{static: static{kind: out}, run: func(e *env) (value, *record.Problem) {
		v, p := of.run(e)
		if p != nil {
			return value{}, p
		}
		return do(v)
	}}
	return folded(t, of)
}

// apply2 makes a term that computes with two values.
func apply2(out kind, left, right term, do func(a, b value) (value, *record.Problem)) term {
	t := term{static: static{kind: out}, run: func(e *env) (value, *record.Problem) {
		a, p := left.run(e)
		if p != nil {
			return value{}, p
		}
		b, p := right.run(e)
		if p != nil {
			return value{}, p
		}
		return do(a, b)
	}}
	return folded(t, left, right)
}

// folded computes a term of constants once. One that has no result keeps its problem for the row.
func folded(t term, of ...term) term {
	for _, part := range of {
		if !part.constant {
			return t
		}
	}
	v, p := t.run(nil)
	if p != nil {
		return t
	}
	return constant(v, t.static)
}

// number1 makes a term that computes with one number.
func (c *compiler) number1(node ast.Node, of term, do func(decimal.Decimal) decimal.Decimal) term {
	text := c.text(node)
	return apply1(kindNumber, of, func(v value) (value, *record.Problem) {
		if v.kind == kindNull {
			return value{}, emptyOperand(text)
		}
		return numberValue(do(v.decimal())), nil
	})
}

// whole is a number that must be whole, such as a place in a list.
func whole(v value) (int, *record.Problem) {
	if v.kind != kindNumber {
		return 0, problem(CodeExprFailed, "a place is empty")
	}
	d := v.decimal()
	if !d.IsInteger() || d.Abs().GreaterThan(decimal.NewFromInt(1_000_000_000)) {
		return 0, problem(CodeExprFailed, "%s is not a whole number", v.digits())
	}
	return int(d.IntPart()), nil
}

// maxText bounds the texts that an expression can build.
const maxText = 4 << 20

func limited(text string) (value, *record.Problem) {
	if len(text) > maxText {
		return value{}, problem(CodeExprFailed, "the text is longer than %d bytes", maxText)
	}
	return textValue(text), nil
}
