package mappings

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// childrenOf compiles rules as a run does, with placeholders replaced, and maps one group whose first row is row 2.
func childrenOf(t *testing.T, rules string, header []string, rows ...[]string) string {
	t.Helper()
	j, _ := mappingOf(t, rules)
	resolved, diagnostics := j.Resolve(job.Environment{})
	program, more := CompileImport("job.yaml", resolved.Steps[0].Outputs[0].Mapping, record.NewHeader(header), &gadgets, "", "update", Scope{Within: j.Within})
	for _, d := range append(diagnostics, more...) {
		t.Fatal(d.Error())
	}
	var group []record.Row
	for i, texts := range rows {
		row := rowOf(header, texts...)
		row.Origin.Line += i
		group = append(group, row)
	}
	doc, _, _, problem := program.Map(group)
	return outcome(doc, problem)
}

// TestChildren makes elements of a list out of rows, the pieces of a cell, and sibling columns.
func TestChildren(t *testing.T) {
	header := []string{"Kind", "SKU", "Qty", "Lines", "P1 Name", "P1 Qty", "P2 Name", "P2 Qty"}
	for _, test := range []struct {
		name, rules string
		rows        [][]string
		want        string
	}{
		{"a single row is one element", `"parts[].sku": SKU`, [][]string{{"a", "S1"}}, `{"parts":[{"sku":"S1"}]}`},
		{"an empty row makes none", "\"parts[].sku\": SKU\n\"parts[].qty\": Qty", [][]string{{"a", ""}, {"b", " ", "2"}, {"c"}}, `{"parts":[{"qty":2}]}`},
		{
			"constants and defaults alone make none", "\"parts[].sku\": SKU\n\"parts[].qty\": { from: Qty, default: 1 }\n\"parts[].price\": { value: 5 }",
			[][]string{{"a"}, {"b", "S1"}},
			`{"parts":[{"sku":"S1","qty":1,"price":5}]}`,
		},
		{"clearing alone makes none", `parts: { each: rows, fields: { price: { from: SKU, blank: clear } } }`, [][]string{{"a"}}, `{}`},
		{"no element at all leaves the list alone", "\"parts[].sku\": SKU\ntitle: Kind", [][]string{{"a"}}, `{"title":"a"}`},
		{"lists within an element", `"parts[].tags": { from: Lines, split: "|" }`, [][]string{{"", "", "", "a|b"}, {"", "", "", "c"}}, `{"parts":[{"tags":["a","b"]},{"tags":["c"]}]}`},
		{
			"pieces of a cell", `parts: { each: { from: Lines, split: "|" }, fields: { sku: { expr: 'split(it, "x")[0]' }, qty: { expr: 'int(split(it, "x")[1])' }, price: { expr: index } } }`,
			[][]string{{"", "", "", "S1x2 | |S2x1|"}},
			`{"parts":[{"sku":"S1","qty":2,"price":0},{"sku":"S2","qty":1,"price":1}]}`,
		},
		{
			"pieces of a group are its rows' own cell once", `parts: { each: { from: Lines, split: "|" }, fields: { sku: { expr: it } } }`,
			[][]string{{"", "", "", "a|b"}, {"", "", "", ""}, {"", "", "", "a|b"}},
			`{"parts":[{"sku":"a"},{"sku":"b"}]}`,
		},
		{
			"pieces that differ between rows", `parts: { each: { from: Lines, split: "|" }, fields: { sku: { expr: it } } }`,
			[][]string{{"", "", "", "a|b"}, {"", "", "", "a"}},
			`group_differs: column "Lines": the rows of the group disagree: "a|b" in row 2 and "a" in row 3; say which one with take`,
		},
		{
			"pieces of the first row", `parts: { each: { from: Lines, split: "|" }, take: first, fields: { sku: { expr: it } } }`,
			[][]string{{"", "", "", "a|b"}, {"", "", "", "a"}},
			`{"parts":[{"sku":"a"},{"sku":"b"}]}`,
		},
		{
			"pieces of the rows that hold", `parts: { each: { from: Lines, split: "|" }, when: 'row["Kind"] == "x"', fields: { sku: { expr: it }, qty: Qty } }`,
			[][]string{{"", "", "1", "a|b"}, {"x", "", "7", "c"}},
			`{"parts":[{"sku":"c","qty":7}]}`,
		},
		{
			"no rows hold", `parts: { each: { from: Lines, split: "|" }, when: 'row["Kind"] == "x"', fields: { sku: { expr: it } } }`,
			[][]string{{"", "", "1", "a|b"}},
			`{}`,
		},
		{
			"sibling columns", `parts: { each: [1, 2], fields: { sku: "P${it} Name", qty: "P${it} Qty", price: { expr: "decimal(it) * 10 + index" } } }`,
			[][]string{{"", "", "", "", "one", "1", "two", "2"}},
			`{"parts":[{"sku":"one","qty":1,"price":10},{"sku":"two","qty":2,"price":21}]}`,
		},
		{
			"sibling columns that are empty", `parts: { each: [1, 2], fields: { sku: "P${it} Name", qty: "P${it} Qty" } }`,
			[][]string{{"", "", "", "", "", "", "two", ""}},
			`{"parts":[{"sku":"two"}]}`,
		},
		{
			"sibling columns of a group agree", `parts: { each: [1, 2], fields: { sku: "P${it} Name" } }`,
			[][]string{{"", "", "", "", "one"}, {"", "", "", "", "one", "", "two"}},
			`{"parts":[{"sku":"one"},{"sku":"two"}]}`,
		},
		{
			"the row at fault", "\"parts[].sku\": SKU\n\"parts[].qty\": Qty",
			[][]string{{"", "S1", "1"}, {"", "S2", "two"}},
			`bad_number: column "Qty": row 3: "two" is not a plain number such as 1234.50`,
		},
		{
			"the one row that holds", `parts: { each: { from: Lines, split: "|" }, when: 'row["Kind"] == "x"', fields: { sku: { expr: it }, qty: Qty } }`,
			[][]string{{"", "", "1", "a"}, {"x", "", "many", "c"}},
			`bad_number: column "Qty": row 3: "many" is not a plain number such as 1234.50`,
		},
		{"a single row is not named twice", `"parts[].qty": Qty`, [][]string{{"", "", "-1"}}, `out_of_range: column "Qty": -1 is out of range, expected at least 0`},
		{"the row of a single field", `stock: { from: Qty, take: last }`, [][]string{{"", "", "1"}, {"", "", "x"}}, `bad_number: column "Qty": row 3: "x" is not a plain number such as 1234.50`},
		{"more than the list takes", `"extras[].name": SKU`, [][]string{{"", "1"}, {"", "2"}, {"", "3"}, {"", "4"}}, `too_many: field extras: 4 elements, at most 3 are allowed`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := childrenOf(t, test.rules, header, test.rows...); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestChildrenPolicies says when a list is sent and what becomes of its elements.
func TestChildrenPolicies(t *testing.T) {
	p := compileImport(t, `parts: { each: rows, only: create, list: replace, fields: { sku: A } }`, []string{"A"}, Scope{})
	if got := p.Children(); len(got) != 1 || got[0].Target != "parts" || got[0].List != "replace" || got[0].Only != "create" {
		t.Errorf("children %+v", got)
	}
	if got := p.Columns(); len(got) != 1 || got[0].Target != "parts[].sku" || got[0].Only != "create" {
		t.Errorf("columns %+v", got)
	}
}

// TestEachRowIsAnElement: whatever rows a group has, each with a value gives one element, in the rows' order, and no other does.
func TestEachRowIsAnElement(t *testing.T) {
	header := []string{"SKU", "Qty"}
	p := compileImport(t, "\"parts[].sku\": SKU\n\"parts[].qty\": { from: Qty, default: 9 }", header, Scope{})
	rapid.Check(t, func(t *rapid.T) {
		var rows []record.Row
		var want []string
		for i := range rapid.IntRange(1, 8).Draw(t, "rows") {
			sku := rapid.SampledFrom([]string{"", "  ", "a", "b", " c "}).Draw(t, "sku")
			qty := rapid.SampledFrom([]string{"", "1", "20"}).Draw(t, "qty")
			row := rowOf(header, sku, qty)
			row.Origin.Line += i
			rows = append(rows, row)
			if name := strings.TrimSpace(sku); name != "" || qty != "" {
				element := `{"qty":` + cmp.Or(qty, "9") + `}`
				if name != "" {
					element = `{"sku":"` + name + `","qty":` + cmp.Or(qty, "9") + `}`
				}
				want = append(want, element)
			}
		}
		doc, _, _, problem := p.Map(rows)
		var got []string
		for _, element := range doc.Get("parts").List() {
			got = append(got, element.String())
		}
		if problem != nil || !slices.Equal(got, want) {
			t.Fatalf("got %v, %v, want %v", got, problem, want)
		}
	})
}
