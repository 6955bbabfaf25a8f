package mappings

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/ncruces/go-strftime"
	"github.com/shopspring/decimal"

	"bcetl/internal/record"
)

// function is one function of the expressions. Its arguments have been compiled and counted.
type function struct {
	usage    string
	min, max int // arguments; max -1: any number
	compile  func(*compiler, call) term
}

type call struct {
	node  ast.Node
	name  string
	nodes []ast.Node
	terms []term
}

// functions is the table of them; `all`, `any` and the others that take a predicate are in predicates.go. It is made when asked
// for, since some of its entries use the table in their messages.
func functions() map[string]function {
	text := func(usage string, do func(string) string) function {
		return function{usage, 1, 1, func(c *compiler, k call) term {
			if !k.want(c, 0, kindText) {
				return bad()
			}
			return apply1(kindText, k.terms[0], func(v value) (value, *record.Problem) { return textValue(do(v.text)), nil })
		}}
	}
	number := func(usage string, do func(decimal.Decimal) decimal.Decimal) function {
		return function{usage, 1, 1, func(c *compiler, k call) term {
			if !k.want(c, 0, kindNumber) {
				return bad()
			}
			return c.number1(k.nodes[0], k.terms[0], do)
		}}
	}
	return map[string]function{
		"upper":    text("upper(text)", strings.ToUpper),
		"lower":    text("lower(text)", strings.ToLower),
		"trim":     {"trim(text)", 1, 1, compileTrim},
		"abs":      number("abs(number)", decimal.Decimal.Abs),
		"floor":    number("floor(number)", decimal.Decimal.Floor),
		"ceil":     number("ceil(number)", decimal.Decimal.Ceil),
		"round":    {"round(number, places)", 1, 2, compileRound},
		"decimal":  {"decimal(text)", 1, 1, compileDecimal},
		"int":      {"int(number or text)", 1, 1, compileInt},
		"text":     {"text(value)", 1, 1, compileText},
		"date":     {"date(text, layout)", 1, 2, compileDate},
		"strftime": {`strftime(date, "%Y-%m-%d")`, 2, 2, compileStrftime},
		"format":   {`format(number, "0.00")`, 2, 2, compileFormat},
		"replace":  {"replace(text, old, new)", 3, 3, compileReplace},
		"split":    {"split(text, separator)", 2, 2, compileSplit},
		"join":     {"join(list, separator)", 1, 2, compileJoin},
		"len":      {"len(text or list)", 1, 1, compileLen},
		"coalesce": {"coalesce(a, b, ...)", 1, -1, func(c *compiler, k call) term { return c.coalesce(k.nodes, k.terms) }},
		"min":      {"min(a, b, ...) or min(list)", 1, -1, func(c *compiler, k call) term { return c.extreme(k, -1) }},
		"max":      {"max(a, b, ...) or max(list)", 1, -1, func(c *compiler, k call) term { return c.extreme(k, 1) }},
		"convert":  {`convert(number, "g", "lb")`, 3, 3, compileConvert},
	}
}

func functionNames() string {
	return strings.Join(slices.Sorted(maps.Keys(functions())), ", ")
}

// call compiles a function call.
func (c *compiler) call(n ast.Node, name string, arguments []ast.Node) term {
	if isPredicate(name) {
		return c.predicate(n, name, arguments)
	}
	f, ok := functions()[name]
	if !ok {
		all := slices.Sorted(maps.Keys(functions()))
		hint := suggest(name, append(all, predicateNames...))
		if hint == "" {
			hint = "; the functions are " + strings.Join(all, ", ")
		}
		return c.fail(n.Location(), "there is no function %q%s", name, hint)
	}
	k := call{node: n, name: name, nodes: arguments}
	for _, argument := range arguments {
		k.terms = append(k.terms, c.compile(argument))
	}
	if len(arguments) < f.min || f.max >= 0 && len(arguments) > f.max {
		return c.fail(n.Location(), "%s has another number of arguments: %s", name, f.usage)
	}
	for _, t := range k.terms {
		if t.kind == kindBad {
			return bad()
		}
	}
	return f.compile(c, k)
}

func (k call) want(c *compiler, i int, want kind) bool {
	return c.want(k.nodes[i], k.terms[i], want, "what "+k.name+"() takes")
}

func compileRound(c *compiler, k call) term {
	if !k.want(c, 0, kindNumber) {
		return bad()
	}
	if len(k.terms) == 1 {
		return c.number1(k.nodes[0], k.terms[0], func(d decimal.Decimal) decimal.Decimal { return d.Round(0) })
	}
	if !k.want(c, 1, kindNumber) {
		return bad()
	}
	text := c.text(k.nodes[0])
	return apply2(kindNumber, k.terms[0], k.terms[1], func(v, places value) (value, *record.Problem) {
		if v.kind == kindNull {
			return value{}, emptyOperand(text)
		}
		n, p := whole(places)
		if p == nil && (n < -maxExponent || n > maxExponent) {
			p = problem(CodeExprFailed, "round() goes to at most %d places", maxExponent)
		}
		if p != nil {
			return value{}, p
		}
		// Round goes half away from zero.
		return numberValue(v.decimal().Round(int32(n))), nil
	})
}

// compileTrim keeps the cell that the text is shown in: it stores what it did.
func compileTrim(c *compiler, k call) term {
	if !k.want(c, 0, kindText) {
		return bad()
	}
	return apply1(kindText, k.terms[0], func(v value) (value, *record.Problem) {
		v.kind, v.text = kindText, strings.TrimSpace(v.text)
		return v, nil
	})
}

// compileDecimal takes the number that a cell stores, else the text.
func compileDecimal(c *compiler, k call) term {
	if k.terms[0].kind == kindNumber {
		return k.terms[0]
	}
	if !k.want(c, 0, kindText) {
		return bad()
	}
	return apply1(kindNumber, k.terms[0], func(v value) (value, *record.Problem) {
		text := strings.TrimSpace(v.text)
		if text == "" {
			return value{}, nil
		}
		if cell := v.cell(); cell != nil && cell.Kind == record.CellNumber {
			if digits, ok := storedDigits(cell.Raw); ok {
				return digitsValue(digits), nil
			}
		}
		digits, ok := plainDigits(text)
		if !ok {
			return value{}, problem(CodeExprFailed, "decimal() takes a plain number such as 1234.50, found %s", quote(text))
		}
		return digitsValue(digits), nil
	})
}

func compileInt(c *compiler, k call) term {
	t := compileDecimal(c, k)
	if t.kind == kindBad {
		return t
	}
	return apply1(kindNumber, t, func(v value) (value, *record.Problem) {
		if v.kind == kindNull {
			return v, nil
		}
		digits, ok := wholeDigits(v.digits())
		if !ok {
			return value{}, problem(CodeExprFailed, "int() takes a whole number, found %s; round(), floor() or ceil() it", v.digits())
		}
		return digitsValue(digits), nil
	})
}

func compileText(c *compiler, k call) term {
	switch k.terms[0].kind {
	case kindObject, kindRow, kindList:
		return c.fail(c.span(k.nodes[0]), "a %s has no text of its own; join() a list", k.terms[0].static)
	}
	return apply1(kindText, k.terms[0], func(v value) (value, *record.Problem) {
		text, p := v.inText()
		return textValue(text), p
	})
}

func compileDate(c *compiler, k call) term {
	if k.terms[0].kind == kindDate {
		return k.terms[0]
	}
	if !k.want(c, 0, kindText) {
		return bad()
	}
	golang, layout := "", ""
	if len(k.terms) == 2 {
		literal, ok := k.nodes[1].(*ast.StringNode)
		if !ok {
			return c.fail(c.span(k.nodes[1]), `the layout must be a literal text such as "%%d/%%m/%%Y"`)
		}
		var err error
		if golang, err = parseDateLayout(literal.Value); err != nil {
			return c.fail(literal.Location(), "%s", err)
		}
		layout = literal.Value
	}
	location := c.names.scope.location()
	return apply1(kindDate, k.terms[0], func(v value) (value, *record.Problem) {
		if strings.TrimSpace(v.text) == "" {
			return value{}, nil
		}
		date, p := readDate(v.text, v.cell(), golang, layout, location)
		if p != nil {
			p.Code = CodeExprFailed
			return value{}, p
		}
		return date, nil
	})
}

func compileStrftime(c *compiler, k call) term {
	if !k.want(c, 0, kindDate) {
		return bad()
	}
	literal, ok := k.nodes[1].(*ast.StringNode)
	if !ok {
		return c.fail(c.span(k.nodes[1]), `the layout must be a literal text such as "%%Y-%%m-%%d"`)
	}
	return apply1(kindText, k.terms[0], func(v value) (value, *record.Problem) {
		if v.kind == kindNull {
			return textValue(""), nil
		}
		text := func(date value) string { return strftime.Format(literal.Value, date.date()) }
		return textValue(text(v)), v.unclear(func(first, second value) bool { return text(first) != text(second) })
	})
}

// compileFormat writes a number as a column's format would.
func compileFormat(c *compiler, k call) term {
	if !k.want(c, 0, kindNumber) {
		return bad()
	}
	literal, ok := k.nodes[1].(*ast.StringNode)
	if !ok {
		return c.fail(c.span(k.nodes[1]), `the format must be a literal text such as "0.00"`)
	}
	places, ok := record.ParsePlaces(literal.Value)
	if !ok {
		return c.fail(literal.Location(), `%q is not a number format such as "0.00" or "0.00##"`, literal.Value)
	}
	return apply1(kindText, k.terms[0], func(v value) (value, *record.Problem) {
		if v.kind == kindNull {
			return textValue(""), nil
		}
		return textValue(places.Text(v.decimal())), nil
	})
}

func compileReplace(c *compiler, k call) term {
	if !k.want(c, 0, kindText) || !k.want(c, 1, kindText) || !k.want(c, 2, kindText) {
		return bad()
	}
	pair := apply2(kindList, k.terms[1], k.terms[2], func(a, b value) (value, *record.Problem) { return listValue([]value{a, b}), nil })
	return apply2(kindText, k.terms[0], pair, func(v, pair value) (value, *record.Problem) {
		from, to := pair.list()[0].text, pair.list()[1].text
		if from == "" {
			return v, nil
		}
		if n := strings.Count(v.text, from); n*(len(to)-len(from)) > maxText {
			return value{}, problem(CodeExprFailed, "the text is longer than %d bytes", maxText)
		}
		return textValue(strings.ReplaceAll(v.text, from, to)), nil
	})
}

func compileSplit(c *compiler, k call) term {
	if !k.want(c, 0, kindText) || !k.want(c, 1, kindText) {
		return bad()
	}
	t := apply2(kindList, k.terms[0], k.terms[1], func(v, separator value) (value, *record.Problem) {
		if separator.text == "" {
			return value{}, problem(CodeExprFailed, "split() needs a separator")
		}
		var items []value
		for _, piece := range pieces(v.text, separator.text) {
			items = append(items, textValue(piece))
		}
		return listValue(items), nil
	})
	t.elem = &static{kind: kindText}
	return t
}

func compileJoin(c *compiler, k call) term {
	if !k.want(c, 0, kindList) {
		return bad()
	}
	if e := k.terms[0].elem; e != nil && (e.kind == kindObject || e.kind == kindRow || e.kind == kindList) {
		return c.fail(c.span(k.nodes[0]), "join() takes a list of texts, numbers or dates; map() the %s first", k.terms[0].static)
	}
	separator := constant(textValue(", "), static{kind: kindText})
	if len(k.terms) == 2 {
		if !k.want(c, 1, kindText) {
			return bad()
		}
		separator = k.terms[1]
	}
	return apply2(kindText, k.terms[0], separator, func(v, separator value) (value, *record.Problem) {
		text, p := joined(v.list(), separator.text)
		if p != nil {
			return value{}, p
		}
		return limited(text)
	})
}

func joined(items []value, separator string) (string, *record.Problem) {
	var b strings.Builder
	for i, item := range items {
		if i > 0 {
			b.WriteString(separator)
		}
		text, p := item.inText()
		if p != nil {
			return "", p
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

func compileLen(c *compiler, k call) term {
	switch k.terms[0].kind {
	case kindText, kindList, kindNull:
	default:
		return c.fail(c.span(k.nodes[0]), "len() counts a text's characters or a list's elements, this is a %s", k.terms[0].static)
	}
	return apply1(kindNumber, k.terms[0], func(v value) (value, *record.Problem) {
		if v.kind == kindList {
			return intValue(len(v.list())), nil
		}
		return intValue(utf8.RuneCountInString(v.text)), nil
	})
}

// coalesce gives the first that is not empty.
func (c *compiler) coalesce(nodes []ast.Node, terms []term) term {
	out := static{kind: kindNull}
	for i, t := range terms {
		next, ok := common(out, t.static)
		if !ok {
			return c.fail(c.span(nodes[i]), "all of them must be of one type: this is a %s, those before are %ss", t.static, out)
		}
		out = next
	}
	return term{static: out, run: func(e *env) (value, *record.Problem) {
		for i, t := range terms {
			v, p := t.run(e)
			if p != nil || !v.empty() || i == len(terms)-1 {
				return v, p
			}
		}
		return value{}, nil
	}}
}

// extreme compiles min and max, of arguments or of one list; empty ones do not count.
func (c *compiler) extreme(k call, sign int) term {
	out, list := k.terms[0].static, k.terms[0].kind == kindList
	if list && len(k.terms) > 1 {
		return c.fail(k.node.Location(), "%s() takes one list or several values", k.name)
	}
	if list {
		if out = (static{kind: kindNull}); k.terms[0].elem != nil {
			out = *k.terms[0].elem
		}
	}
	for i, t := range k.terms[1:] {
		next, ok := common(out, t.static)
		if !ok {
			return c.fail(c.span(k.nodes[i+1]), "all of them must be of one type: this is a %s, those before are %ss", t.static, out)
		}
		out = next
	}
	switch out.kind {
	case kindNumber, kindText, kindDate, kindNull:
	default:
		return c.fail(c.span(k.nodes[0]), "a %s has no order", out)
	}
	return term{static: out, run: func(e *env) (value, *record.Problem) {
		var best value
		for _, t := range k.terms {
			v, p := t.run(e)
			if p != nil {
				return value{}, p
			}
			candidates := []value{v}
			if list {
				candidates = v.list()
			}
			for _, candidate := range candidates {
				if !candidate.empty() && (best.empty() || compare(candidate, best)*sign > 0) {
					best = candidate
				}
			}
		}
		return best, nil
	}}
}
