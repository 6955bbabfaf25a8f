package mappings

import (
	"maps"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/shopspring/decimal"

	"bcetl/internal/record"
)

// unit is a unit of weight or length, as how many grams or millimetres it is: exact by definition.
type unit struct {
	of     string
	factor decimal.Decimal
}

// units are the units' names in lower case, those that /v2/store gives among them (Ounces, LBS, KGS, Grams, Tonnes, Inches,
// Centimeters).
var units = makeUnits(map[string]map[string][]string{
	"weight": {
		"0.001":        {"mg"},
		"1":            {"g", "gram", "grams"},
		"1000":         {"kg", "kgs", "kilo", "kilos", "kilogram", "kilograms"},
		"1000000":      {"t", "tonne", "tonnes", "metric ton", "metric tons"},
		"28.349523125": {"oz", "ounce", "ounces"},
		"453.59237":    {"lb", "lbs", "pound", "pounds"},
	},
	"length": {
		"1":     {"mm", "millimeter", "millimeters", "millimetre", "millimetres"},
		"10":    {"cm", "centimeter", "centimeters", "centimetre", "centimetres"},
		"1000":  {"m", "meter", "meters", "metre", "metres"},
		"25.4":  {"in", "inch", "inches"},
		"304.8": {"ft", "foot", "feet"},
	},
})

func makeUnits(table map[string]map[string][]string) map[string]unit {
	all := map[string]unit{}
	for of, factors := range table {
		for factor, names := range factors {
			for _, name := range names {
				all[name] = unit{of, decimal.RequireFromString(factor)}
			}
		}
	}
	return all
}

func findUnit(name string) (unit, *record.Problem) {
	u, ok := units[strings.ToLower(strings.TrimSpace(name))]
	if !ok {
		return unit{}, problem(CodeExprFailed, "convert() does not know the unit %s%s", quote(name), suggest(name, slices.Sorted(maps.Keys(units))))
	}
	return u, nil
}

// compileConvert compiles convert(number, from, to). Units written in the expression are checked at once.
func compileConvert(c *compiler, k call) term {
	if !k.want(c, 0, kindNumber) || !k.want(c, 1, kindText) || !k.want(c, 2, kindText) {
		return bad()
	}
	for i, node := range k.nodes[1:] {
		literal, ok := node.(*ast.StringNode)
		if !ok {
			continue
		}
		if _, p := findUnit(literal.Value); p != nil {
			return c.fail(k.nodes[i+1].Location(), "%s", p.Message)
		}
	}
	text := c.text(k.nodes[0])
	pair := apply2(kindList, k.terms[1], k.terms[2], func(a, b value) (value, *record.Problem) { return listValue([]value{a, b}), nil })
	return apply2(kindNumber, k.terms[0], pair, func(v, pair value) (value, *record.Problem) {
		if v.kind == kindNull {
			return value{}, emptyOperand(text)
		}
		from, p := findUnit(pair.list()[0].text)
		if p != nil {
			return value{}, p
		}
		to, p := findUnit(pair.list()[1].text)
		if p != nil {
			return value{}, p
		}
		if from.of != to.of {
			return value{}, problem(CodeExprFailed, "%s is a unit of %s, %s of %s", pair.list()[0].text, from.of, pair.list()[1].text, to.of)
		}
		if from.factor.Equal(to.factor) {
			return v, nil
		}
		return numberValue(v.decimal().Mul(from.factor).DivRound(to.factor, divisionPlaces)), nil
	})
}
