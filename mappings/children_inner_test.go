package mappings

import (
	"strings"
	"testing"
)

// TestInnerLists makes lists within the elements of a list, out of the rows of which the element is made.
func TestInnerLists(t *testing.T) {
	header := []string{"SKU", "Lines", "Choices", "A1", "A2", "B1", "B2"}
	for _, test := range []struct {
		name, rules string
		rows        [][]string
		want        string
	}{
		{
			"one of each row", "\"parts[].sku\": SKU\n\"parts[].choices[].id\": A1\n\"parts[].choices[].value\": A2",
			[][]string{{"s", "", "", "1", "x"}, {"t"}, {"", "", "", "2"}},
			`{"parts":[{"sku":"s","choices":[{"id":1,"value":"x"}]},{"sku":"t"},{"choices":[{"id":2}]}]}`,
		},
		{
			"columns beside each other of each row", `parts: { each: rows, fields: { sku: SKU, choices: { each: [1, 2], fields: { id: { value: "${it}" }, value: "A${it}" } } } }`,
			[][]string{{"s", "", "", "x", "y"}, {"t", "", "", "", "z"}},
			`{"parts":[{"sku":"s","choices":[{"id":1,"value":"x"},{"id":2,"value":"y"}]},{"sku":"t","choices":[{"id":2,"value":"z"}]}]}`,
		},
		{
			"pieces of a cell within columns beside each other",
			`parts: { each: [A, B], fields: { sku: "${it}1", choices: { each: { from: "${it}2", split: "|" }, fields: { id: { expr: "int(it)" }, value: { expr: 'text(index)' } } } } }`,
			[][]string{{"", "", "", "s", "1|2", "t", "3"}},
			`{"parts":[{"sku":"s","choices":[{"id":1,"value":"0"},{"id":2,"value":"1"}]},{"sku":"t","choices":[{"id":3,"value":"0"}]}]}`,
		},
		{
			"what an element is made of is the same after its list",
			`parts: { each: { from: Lines, split: "|" }, fields: { choices: { each: { from: Choices, split: "," }, fields: { id: { expr: "int(it)" } } }, sku: { expr: it } } }`,
			[][]string{{"", "s|t", "1,2"}},
			`{"parts":[{"sku":"s","choices":[{"id":1},{"id":2}]},{"sku":"t","choices":[{"id":1},{"id":2}]}]}`,
		},
		{
			"rows of which an element is made, each with a condition", `parts: { each: rows, fields: { sku: SKU, choices: { each: rows, when: 'row["A1"] != "0"', fields: { id: A1 } } } }`,
			[][]string{{"s", "", "", "0"}, {"t", "", "", "5"}},
			`{"parts":[{"sku":"s"},{"sku":"t","choices":[{"id":5}]}]}`,
		},
		{
			"what an element needs", "\"parts[].sku\": SKU\n\"parts[].choices[].id\": A1\n\"parts[].choices[].value\": A2",
			[][]string{{"s", "", "", "1", "x"}, {"t", "", "", "", "y"}},
			`missing_required: field parts[].choices[].id: row 3: parts[].choices[].id needs a value`,
		},
		{
			"too many", `parts: { each: rows, fields: { choices: { each: { from: Choices, split: "," }, fields: { id: { expr: "int(it)" } } } } }`,
			[][]string{{"", "", "1,2,3"}},
			`too_many: field parts[].choices: 3 elements, at most 2 are allowed`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := childrenOf(t, test.rules, header, test.rows...); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestInnerListMistakes are said once, however many literals the outer list has.
func TestInnerListMistakes(t *testing.T) {
	for _, test := range []struct{ rules, want string }{
		{`"parts[].choices[].value": A`, `every element of parts[].choices needs parts[].choices[].id, which the mapping does not give`},
		{`"parts[].choices[].idd": A`, "every element of parts[].choices needs parts[].choices[].id, which the mapping does not give\nparts[].choices[] has no field \"idd\"; did you mean id?"},
		{`"parts[].chioces[].id": A`, `parts[] has no field "chioces"; did you mean choices?`},
		{`"parts[].sku[].id": A`, `parts[].sku is of type text and has no fields`},
		{`"parts[].choices": A`, `parts[].choices holds objects; map their fields, such as "parts[].choices[].id"`},
		{`parts: { each: rows, fields: { choices: { each: rows, list: replace, fields: { id: A } } } }`, `elements of parts are sent whole; write list: replace beside ` + "`each`" + ` of the list`},
		{`parts: { each: rows, fields: { choices: { fields: { id: A } } } }`, `say what the elements of parts[].choices are made of: each: rows, a cell that is split, or a list of literals`},
		{"parts: { each: rows, fields: { choices: { each: rows, fields: { id: A } } } }\n\"parts[].choices[].id\": B", `parts[].choices[].id is mapped twice, first in line 6`},
	} {
		_, got := checked(t, &gadgets, "", "update", test.rules)
		if !strings.HasPrefix(got, test.want) || strings.Count(got, "\n") != strings.Count(test.want, "\n") {
			t.Errorf("%s\ngot  %s\nwant %s", test.rules, got, test.want)
		}
	}
}
