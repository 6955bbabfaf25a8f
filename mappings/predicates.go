package mappings

import (
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/shopspring/decimal"

	"bcetl/internal/record"
)

// predicateNames are the functions that look at every element of a list: any(rows, #["Status"] == "sold out").
var predicateNames = []string{"all", "any", "none", "one", "count", "sum", "filter", "map", "find"}

// maxSteps bounds how many elements the expressions of one item go through: predicates in predicates multiply.
const maxSteps = 2_000_000

func isPredicate(name string) bool { return slices.Contains(predicateNames, name) }

// predicate compiles one of them. sum and count do without a predicate too.
func (c *compiler) predicate(n ast.Node, name string, arguments []ast.Node) term {
	if len(arguments) == 0 {
		return c.fail(n.Location(), "%s() takes a list and a condition, such as %s(rows, #[\"Qty\"] != \"\")", name, name)
	}
	list := c.compile(arguments[0])
	if !c.want(arguments[0], list, kindList, "what "+name+"() goes through") {
		return bad()
	}
	elem := static{kind: kindNull}
	if list.elem != nil {
		elem = *list.elem
	}
	depth := len(c.pointer)
	body := term{static: elem, run: func(e *env) (value, *record.Problem) { return e.pointers[depth], nil }}
	bodyNode := arguments[0]
	if len(arguments) > 1 {
		inner, ok := arguments[1].(*ast.PredicateNode)
		if !ok {
			return c.fail(arguments[1].Location(), "%s() takes a condition on the elements, which are #", name)
		}
		c.pointer = append(c.pointer, elem)
		body = c.compile(inner.Node)
		c.pointer = c.pointer[:depth]
		bodyNode = inner.Node
	}
	if body.kind == kindBad {
		return bad()
	}
	out := static{kind: kindBool}
	switch name {
	case "sum":
		if !c.want(bodyNode, body, kindNumber, "what sum() adds") {
			return bad()
		}
		out = static{kind: kindNumber}
	case "map":
		out = static{kind: kindList, elem: &body.static}
	default:
		if (name != "count" || len(arguments) > 1) && !c.want(bodyNode, body, kindBool, "the condition of "+name+"()") {
			return bad()
		}
		switch name {
		case "filter":
			out = list.static
		case "find":
			out = elem
		case "count":
			out = static{kind: kindNumber}
		}
	}
	fold := folds[name]
	// any, none and find are settled by the first that holds, all by the first that does not.
	stopAt, stops := name != "all", name == "any" || name == "find" || name == "all" || name == "none"
	counts := name == "count" && len(arguments) == 1
	return term{static: out, run: func(e *env) (value, *record.Problem) {
		v, p := list.run(e)
		if p != nil {
			return value{}, p
		}
		items := v.list()
		if counts {
			return intValue(len(items)), nil
		}
		if e.steps += len(items); e.steps > maxSteps {
			return value{}, problem(CodeExprFailed, "the expression goes through more than %d elements", maxSteps)
		}
		results := make([]value, len(items))
		for i, item := range items {
			e.pointers, e.places = append(e.pointers[:depth], item), append(e.places[:depth], i)
			if results[i], p = body.run(e); p != nil {
				return value{}, p
			}
			if results[i].truth == stopAt && stops {
				break
			}
		}
		return fold(items, results), nil
	}}
}

// folds make one value of the elements and what the predicate said of each.
var folds = map[string]func(items, results []value) value{
	"all":    func(items, results []value) value { return boolValue(truths(results) == len(items)) },
	"any":    func(_, results []value) value { return boolValue(truths(results) > 0) },
	"none":   func(_, results []value) value { return boolValue(truths(results) == 0) },
	"one":    func(_, results []value) value { return boolValue(truths(results) == 1) },
	"count":  func(_, results []value) value { return intValue(truths(results)) },
	"map":    func(_, results []value) value { return listValue(results) },
	"filter": func(items, results []value) value { return listValue(chosen(items, results)) },
	"find": func(items, results []value) value {
		if all := chosen(items, results); len(all) > 0 {
			return all[0]
		}
		return value{}
	},
	"sum": func(_, results []value) value {
		total := decimal.Zero
		for _, v := range results {
			if v.kind == kindNumber {
				total = total.Add(v.decimal())
			}
		}
		return numberValue(total)
	},
}

func truths(results []value) (n int) {
	for _, v := range results {
		if v.truth {
			n++
		}
	}
	return n
}

func chosen(items, results []value) []value {
	var all []value
	for i, v := range results {
		if v.truth {
			all = append(all, items[i])
		}
	}
	return all
}
