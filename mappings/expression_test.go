package mappings

import (
	"strings"
	"testing"
	"time"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// evaluate compiles and runs an expression on a row; the result is the value's text with its kind, or what is wrong.
func evaluate(t testing.TB, text string, row record.Row) string {
	t.Helper()
	s := &Scope{
		Params: map[string]Param{"n": {"int", record.NumberValue("3")}, "unset": {"decimal", record.Value{}}},
		Store:  StoreFacts{Currency: "EUR", WeightUnits: "Ounces"},
	}
	report := newReporter("job.yaml", s)
	n := &names{scope: s, header: row.Header, sheet: true, groups: true, value: &static{kind: kindNumber}}
	e := compileExpression(report, job.Scalar{Text: text, Set: true, Pos: job.Pos{Line: 1, Column: 1}}, n)
	if e == nil {
		if len(report.found) == 0 {
			t.Fatalf("%s: no expression and no diagnostic", text)
		}
		return "error: " + report.found[0].Message
	}
	if len(report.found) > 0 {
		t.Errorf("%s: an expression with diagnostics %v", text, report.found)
	}
	rows := []record.Row{row}
	v, p := e.run(&env{row: &row, rows: rows, value: digitsValue("2.50")})
	if p != nil {
		return p.Code + ": " + p.Message
	}
	if v.kind != kindNull && v.kind != e.kind {
		t.Errorf("%s: typed as %s, was %s", text, e.static, v.kind)
	}
	return v.kind.String() + " " + v.String()
}

func TestExpressions(t *testing.T) {
	row := rowOf([]string{"Name", "Qty", "Price", "Empty", "Day"}, "Tea", "3", "1.10", "", "2026-03-01")
	for text, want := range map[string]string{
		`1.10`:                "number 1.1",
		`0.1 + 0.2`:           "number 0.3",
		`1_000 * 2`:           "number 2000",
		`value`:               "number 2.50",
		`-value`:              "number -2.5",
		`+value`:              "number 2.50",
		`2 + 3 * 4`:           "number 14",
		`10 / 4`:              "number 2.5",
		`1 / 3`:               "number 0.3333333333333333",
		`7 % 4`:               "number 3",
		`7.5 % 2`:             "number 1.5",
		`1 / 0`:               "expr_failed: division by zero: 0 is 0",
		`5 % (value - value)`: "expr_failed: division by zero: value - value is 0",
		`2 ** 100`:            `error: there is no operator "**"`,

		`format(2.5, "0.00")`:                   "text 2.50",
		`format(value, "0.##")`:                 "text 2.5",
		`format(265.5000, "0.00##") + " EUR"`:   "text 265.50 EUR",
		`format(decimal(row["Empty"]), "0.00")`: "text ",
		`format(row["Qty"], "0.00")`:            "error: what format() takes must be a number, this is a text; write decimal(row[\"Qty\"])",
		`format(value, row["Name"])`:            `error: the format must be a literal text such as "0.00"`,
		`format(value, "#,##0.00")`:             `error: "#,##0.00" is not a number format such as "0.00" or "0.00##"`,
		`round(2.345, 2)`:                       "number 2.35",
		`round(-2.345, 2)`:                      "number -2.35",
		`round(2.5)`:                            "number 3",
		`round(1234, -2)`:                       "number 1200",
		`round(1, 99)`:                          "expr_failed: round() goes to at most 40 places",
		`round(1, 1.5)`:                         "expr_failed: 1.5 is not a whole number",
		`floor(-1.5)`:                           "number -2",
		`ceil(1.2)`:                             "number 2",
		`abs(-1.5)`:                             "number 1.5",
		`int(3.0)`:                              "number 3",
		`int("4")`:                              "number 4",
		`int(3.5)`:                              "expr_failed: int() takes a whole number, found 3.5; round(), floor() or ceil() it",
		`decimal("12.50")`:                      "number 12.50",
		`decimal("1,5")`:                        `expr_failed: decimal() takes a plain number such as 1234.50, found "1,5"`,
		`decimal(row["Empty"])`:                 "nothing ",
		`min(3, 1.5, 2)`:                        "number 1.5",
		`max(["a", "c", "b"])`:                  "text c",
		`min([])`:                               "nothing ",

		// Operands are typed inside calls too: the trap of overloaded operators.
		`round(row["Price"] * 2, 2)`:   `error: the left of ` + "`*`" + ` must be a number, this is a text; write decimal(row["Price"])`,
		`upper(value)`:                 "error: what upper() takes must be a text, this is a number; write text(value)",
		`decimal(true)`:                "error: what decimal() takes must be a text, this is a truth value; write text(true)",
		`round(decimal(upper(1)), 2)`:  "error: what upper() takes must be a text, this is a number; write text(1)",
		`coalesce(row["Name"], value)`: "error: all of them must be of one type: this is a number, those before are texts",
		`abs("a" + "b")`:               `error: what abs() takes must be a number, this is a text; write decimal("a" + "b")`,
		`len(value)`:                   "error: len() counts a text's characters or a list's elements, this is a number",
		`convert("1", "g", "kg")`:      `error: what convert() takes must be a number, this is a text; write decimal("1")`,
		`map([1, 2], upper(#))`:        "error: what upper() takes must be a text, this is a number; write text(#)",
		`-row["Name"]`:                 "error: what stands behind `-` must be a number, this is a text; write decimal(row[\"Name\"])",
		`not value`:                    "error: what `not` turns round must be a truth value, this is a number",
		`[1, "a"]`:                     "error: a list holds one type: this is a text, those before are numbers",
		`true ? 1 : "a"`:               "error: one branch is a number, the other a text",
		`value == "2.5"`:               "error: `==` compares two values of one type, not a number with a text; write decimal(\"2.5\")",
		`"a" < true`:                   "error: `<` compares two values of one type, not a text with a truth value",
		`true < false`:                 "error: a truth value has no order",
		`"a" in [1]`:                   "error: a text is never in a list of numbers",
		`value in 3`:                   "error: the right of `in` must be a list such as [\"a\", \"b\"], this is a number",
		`value.Exponent()`:             "error: only functions can be called: abs, ceil, coalesce, convert, date, decimal, floor, format, int, join, len, lower, max, min, replace, round, split, strftime, text, trim, upper",
		`value.Exponent`:               "error: a number has no parts",
		`{"a": 1}`:                     "error: this is not part of the expressions of a job",
		`1..3`:                         "error: there is no operator \"..\"",

		`value == 2.5`:                                     "truth value true",
		`value != 2.500`:                                   "truth value false",
		`value >= 2.5 and value < 3`:                       "truth value true",
		`row["Qty"] == "3" or 1 / 0 > 1`:                   "truth value true",
		`row["Name"] > "Tea"`:                              "truth value false",
		`row["Empty"] == ""`:                               "truth value true",
		`row["Empty"] == nil`:                              "truth value true",
		`params.unset > 1`:                                 "truth value false",
		`params.unset == nil`:                              "truth value true",
		`params.n * 2`:                                     "number 6",
		`params.unset * 2`:                                 "expr_failed: params.unset is empty; write coalesce(params.unset, 0) to count it as 0",
		`row["Name"] in ["Tea", "Milk"]`:                   "truth value true",
		`value not in [1, 2.5]`:                            "truth value false",
		`row["Name"] contains "ea"`:                        "truth value true",
		`["a", "b"] contains "b"`:                          "truth value true",
		`row["Name"] startsWith "T"`:                       "truth value true",
		`not (row["Name"] endsWith "a")`:                   "truth value false",
		`row["Name"] matches "^T[a-z]+$"`:                  "truth value true",
		`row["Name"] matches row["Qty"]`:                   "error: the pattern of `matches` must be a literal text",
		`[1, 2.0] == [1.0, 2]`:                             "truth value true",
		`[1] == [1, 2]`:                                    "truth value false",
		`[true] != [false]`:                                "truth value true",
		`[[1]] == [["a"]]`:                                 "truth value false",
		`[1] == ["a"]`:                                     "error: `==` compares two values of one type, not a list of numbers with a list of texts",
		`date(row["Day"]) == date("2026-03-01T00:00:00Z")`: "truth value true",
		`row["Empty"] ?? "none"`:                           "text none",
		`coalesce("", row["Name"], "x")`:                   "text Tea",

		`row["Name"] + " " + text(value)`:         "text Tea 2.50",
		`row["Name"] + value`:                     "error: `+` adds two numbers or joins two texts; write text(value) to join, decimal(row[\"Name\"]) to add",
		`lower(trim("  ÄB "))`:                    "text äb",
		`replace("a-b-c", "-", "")`:               "text abc",
		`split("a, b,,c", ",")[1]`:                "text b",
		`split("a,b", ",")[-1]`:                   "text b",
		`split("a,b", ",")[7]`:                    "nothing ",
		`join(split("a,b", ","), "/")`:            "text a/b",
		`join([1.50, 2])`:                         "text 1.5, 2",
		`len("Äé")`:                               "number 2",
		`len(split("a,b", ","))`:                  "number 2",
		`"Äpfel"[0:2]`:                            "text Äp",
		`"Äpfel"[-3:]`:                            "text fel",
		`row["Name"] | upper() | lower()`:         "text tea",
		`let a = value * 2; a + 1`:                "number 6",
		`if value > 2 { "big" } else { "small" }`: "text big",

		`any(rows, #["Qty"] == "3")`:                                 "truth value true",
		`sum(rows, decimal(#["Price"]) * decimal(#["Qty"]))`:         "number 3.3",
		`count(rows, #["Empty"] != "")`:                              "number 0",
		`len(rows)`:                                                  "number 1",
		`filter([1, 2, 3], # > 1)[0]`:                                "number 2",
		`join(map(split("a,b", ","), upper(#) + text(#index)), ";")`: "text A0;B1",
		`find([1, 2], # > 5)`:                                        "nothing ",
		`all([], # > 5)`:                                             "truth value true",
		`sum([0.1, 0.2])`:                                            "number 0.3",
		`any(map([1, 2], any([3, 4], # > 3)), #)`:                    "truth value true",
		`#`: "error: unexpected token Operator(\"#\")",

		`convert(1000, "g", "kg")`:                      "number 1",
		`convert(1, "kg", "LBS")`:                       "number 2.2046226218487758",
		`convert(value, "lb", store.weight_units)`:      "number 40",
		`convert(1, "inch", "cm")`:                      "number 2.54",
		`convert(1, "g", "g")`:                          "number 1",
		`convert(1, "g", "cm")`:                         "expr_failed: g is a unit of weight, cm of length",
		`convert(1, row["Name"], "g")`:                  `expr_failed: convert() does not know the unit "Tea"`,
		`strftime(date(row["Day"]), "%d.%m.%Y")`:        "text 01.03.2026",
		`date("1/2/26", "%d/%m/%y") < date(row["Day"])`: "truth value true",
		`date("31/02/26", "%d/%m/%y")`:                  `expr_failed: "31/02/26" is not a date written like "%d/%m/%y"`,
		`date(row["Day"]) == "2026-03-01"`:              `error: ` + "`==`" + ` compares two values of one type, not a date with a text; write date("2026-03-01")`,
		`date(row["Empty"])`:                            "nothing ",
		`store.currency`:                                "text EUR",

		`Name`:         `error: unknown name "Name"; a column is row["Name"], a parameter params.Name`,
		`valeu`:        `error: unknown name "valeu"; a column is row["valeu"], a parameter params.valeu; did you mean value?`,
		`row`:          `error: name one of its values, such as row["Header"]`,
		`row.Name`:     "text Tea",
		`env("HOME")`:  `error: there is no function "env"; the functions are abs, ceil, coalesce, convert, date, decimal, floor, format, int, join, len, lower, max, min, replace, round, split, strftime, text, trim, upper`,
		`now()`:        "error: there is no function \"now\"; the functions are abs, ceil, coalesce, convert, date, decimal, floor, format, int, join, len, lower, max, min, replace, round, split, strftime, text, trim, upper",
		`  `:           "error: the expression is empty",
		`1 +`:          "error: unexpected token the end of the expression",
		`"a`:           "error: literal not terminated",
		`round(1.2.3)`: "error: unexpected token Number(\".3\")",
	} {
		if got := evaluate(t, text, row); got != want {
			t.Errorf("%s\n got  %s\n want %s", text, got, want)
		}
	}
}

// TestExpressionLimits refuses what would take memory without bound.
func TestExpressionLimits(t *testing.T) {
	row := rowOf([]string{"A"}, strings.Repeat("a", 100_000))
	long := `row["A"]`
	for range 6 {
		long = "replace(" + long + `, "a", "aaaaaaaaaa")`
	}
	if got, want := evaluate(t, long, row), "expr_failed: the text is longer than 4194304 bytes"; got != want {
		t.Errorf("got %s, want %s", got[:min(len(got), 100)], want)
	}
	if got := evaluate(t, strings.Repeat("1 + ", 2000)+"1", row); !strings.Contains(got, "exceeds maximum allowed nodes") {
		t.Errorf("got %s", got[:min(len(got), 100)])
	}
}

// TestConditions judges rows and records.
func TestConditions(t *testing.T) {
	header := []string{"Status", "Qty"}
	scalar := func(text string) job.Scalar { return job.Scalar{Text: text, Set: true} }
	p, diagnostics := CompileCondition("job.yaml", scalar(`row["Status"] != "discontinued" and decimal(row["Qty"]) / 2 > 1`), record.NewHeader(header), Scope{})
	if p == nil {
		t.Fatal(diagnostics)
	}
	for _, test := range []struct {
		status, qty string
		holds       bool
		problem     string
	}{{"ok", "3", true, ""}, {"discontinued", "x", false, ""}, {"ok", "1", false, ""}, {"ok", "x", false, CodeExprFailed}} {
		row := rowOf(header, test.status, test.qty)
		holds, problem := p.Holds(&row)
		if holds != test.holds || (problem == nil) != (test.problem == "") {
			t.Errorf("%v: %v, %v", test, holds, problem)
		}
	}
	if p, diagnostics = CompileCondition("job.yaml", scalar(`row["Anything"] == "x"`), nil, Scope{}); p == nil {
		t.Errorf("without a header columns are not judged: %v", diagnostics)
	}
	var used []string
	q, diagnostics := CompileRecordCondition("job.yaml", scalar(`visible and any(parts, .qty == 0) and made < date("2020-01-01")`), &gadgets, Scope{}, func(path string) { used = append(used, path) })
	if q == nil {
		t.Fatal(diagnostics)
	}
	if holds, problem := q.HoldsFor(documentOf(t, gadget)); !holds || problem != nil {
		t.Errorf("record: %v, %v", holds, problem)
	}
	if holds, problem := q.HoldsFor(documentOf(t, `{"visible": true}`)); holds || problem != nil {
		t.Errorf("record without fields: %v, %v", holds, problem)
	}
	if got := strings.Join(used, " "); got != "visible parts parts[].qty made" {
		t.Errorf("uses %s", got)
	}
}

// TestColumns adds computed cells that rules take as they are.
func TestColumns(t *testing.T) {
	header := []string{"Price", "Day"}
	j := parseJob(t, `
version: 1
name: test
source:
  csv: in.csv
  columns: { Net: 'decimal(row["Price"]) / 2', Cheap: 'row["Net"] == "1.25"', When: 'date(row["Day"], "%d/%m/%Y")', Label: '"n" + row["Net"]' }
mapping: { A: Price }
sink: { csv: out.csv }
`)
	location := time.FixedZone("", 3600)
	p, diagnostics := CompileColumns("job.yaml", j.Steps[0].Source.Columns, record.NewHeader(header), Scope{Location: location})
	if p == nil {
		t.Fatal(diagnostics)
	}
	row := rowOf(header, "2.50", "01/02/2026")
	out, problem := p.Extend(row)
	if problem != nil {
		t.Fatal(problem)
	}
	if len(row.Cells) != 2 || len(out.Cells) != 6 || out.Header.Len() != 6 {
		t.Fatalf("row has %d cells, extended %d", len(row.Cells), len(out.Cells))
	}
	in := compileImport(t, "price: Net\nvisible: Cheap\nreleased: When\ntitle: Label", out.Header.Names(), Scope{Location: location})
	doc, _, _, problem := in.Map([]record.Row{out})
	if got, want := outcome(doc, problem), `{"price":1.25,"visible":true,"released":"2026-01-31T23:00:00+00:00","title":"n1.25"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, problem = p.Extend(rowOf(header, "x")); problem == nil || problem.Column != "Net" {
		t.Errorf("problem %v", problem)
	}
}

// TestColumnsWithoutValue: a column whose expression has no result is a hole in the row, not the end of it.
func TestColumnsWithoutValue(t *testing.T) {
	header := []string{"Kind", "Net"}
	j := parseJob(t, `version: 1
name: test
source:
  csv: in.csv
  columns: { Gross: 'decimal(row["Net"]) * 2', Label: 'upper(row["Kind"])', Half: 'decimal(row["Gross"]) / 2', Same: 'row["Net"]' }
mapping: { A: Kind }
sink: { csv: out.csv }
`)
	p, diagnostics := CompileColumns("job.yaml", j.Steps[0].Source.Columns, record.NewHeader(header), Scope{})
	if p == nil {
		t.Fatal(diagnostics)
	}
	holds := func(text string, row *record.Row) string {
		condition, diagnostics := CompileCondition("job.yaml", job.Scalar{Text: text, Set: true}, p.Header(), Scope{})
		if condition == nil {
			t.Fatal(diagnostics)
		}
		truth, problem := condition.Holds(row)
		if problem != nil {
			return problem.Code + ": " + problem.Message
		}
		return boolValue(truth).String()
	}
	row, problem := p.Extend(rowOf(header, "footer", "see below"))
	if problem == nil || problem.Column != "Gross" || problem.Code != CodeExprFailed {
		t.Fatalf("problem %v", problem)
	}
	if row.Header != p.Header() || row.Text(3) != "FOOTER" || row.Cells[2].Kind != record.CellFailed || row.Cells[4].Kind != record.CellFailed {
		t.Errorf("cells %+v", row.Cells)
	}
	for text, want := range map[string]string{
		`row["Kind"] != "footer"`:                               "false",
		`row["Kind"] != "footer" and decimal(row["Gross"]) > 1`: "false",
		`row["Kind"] == "footer" and row["Gross"] != ""`:        `expr_failed: the computed column "Gross" has no value in this row`,
		`decimal(row["Half"]) > 1`:                              `expr_failed: the computed column "Half" has no value in this row`,
	} {
		if got := holds(text, &row); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}

	stored := rowOf(header, "item", "")
	stored.Cells[1] = shownCell("1,659.93", "1659.93")
	row, problem = p.Extend(stored)
	if problem != nil {
		t.Fatal(problem)
	}
	if row.Text(2) != "3319.86" || row.Cells[5] != stored.Cells[1] {
		t.Errorf("cells %+v", row.Cells)
	}
}

// TestSheet maps a row to the cells of another sheet.
func TestSheet(t *testing.T) {
	header := []string{"Code", "Price", "Tags"}
	_, ms := mappingOf(t, `
Code: code
Price: { from: Price, type: decimal, layout: "1.234,56", format: "0.00", style: currency }
Tags: { from: Tags, split: ",", join: "|" }
Stock: { value: 5, type: int }
Total: { expr: '2 * 3' }
Empty: { from: Tags, default: none, table: { none: nothing, x: y }, else: other }
`)
	p, diagnostics := CompileSheet("job.yaml", &job.Output{Mapping: ms, Where: job.Scalar{Text: `row["Price"] > 1`, Set: true}}, record.NewHeader(header), Scope{})
	if p == nil {
		t.Fatal(diagnostics)
	}
	types := []record.ColumnType{record.ColumnText, record.ColumnDecimal, record.ColumnText, record.ColumnInt, record.ColumnDecimal, record.ColumnText}
	for i, column := range p.Columns() {
		if column.Type != types[i] {
			t.Errorf("%s has type %d", column.Name, column.Type)
		}
	}
	for _, test := range []struct {
		cells []string
		keep  bool
		want  string
	}{
		{[]string{"007", "1.234,5", "a, b"}, true, "007 number:1234.5 a|b number:5 number:6 other"},
		{[]string{"008", "2", ""}, true, "008 number:2 - number:5 number:6 nothing"},
		{[]string{"009", "1", "x"}, false, "009 number:1 x number:5 number:6 y"},
	} {
		cells, keep, problem := p.Map([]record.Row{rowOf(header, test.cells...)})
		var texts []string
		for _, cell := range cells {
			texts = append(texts, cellText(cell))
		}
		if got := strings.Join(texts, " "); got != test.want || keep != test.keep || problem != nil {
			t.Errorf("got %s, %v, %v; want %s", got, keep, problem, test.want)
		}
	}
	if _, _, problem := p.Map([]record.Row{rowOf(header, "x", "1.50")}); problem == nil || problem.Code != CodeBadNumber {
		t.Errorf("problem %v", problem)
	}
}

// TestStepBudget stops predicates in predicates over a large group.
func TestStepBudget(t *testing.T) {
	rows := make([]record.Row, 3000)
	for i := range rows {
		rows[i] = rowOf([]string{"A"}, "x")
	}
	p := compileImport(t, `stock: { expr: 'count(rows, any(rows, #["A"] == "y"))' }`, []string{"A"}, Scope{})
	_, _, _, problem := p.Map(rows)
	if problem == nil || problem.Message != "the expression goes through more than 2000000 elements" {
		t.Errorf("problem %v", problem)
	}
}
