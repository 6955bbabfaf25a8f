package mappings

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// TestRandomRules builds rules at random, also senseless ones. What compiles must run on any cell: the outcome is a problem with
// a code, or a document that is valid JSON and in which the field is of the catalogue's type.
func TestRandomRules(t *testing.T) {
	header := record.NewHeader([]string{"A", "B"})
	targets := []string{"title", "story", "price", "offset", "stock", "visible", "state", "released", "categories", "words", "brand_id", "link.url", "extras[]", "parts[].qty", "parts[].tags"}
	exprs := []string{
		"value", "value * 2", "round(value, 1)", "upper(value)", "decimal(value)", `row["B"]`, `decimal(row["B"])`, "value[0]", "len(value)", "nil",
		`split(value, ",")`, "map(value, #)", `value == "x"`, "text(value)", "date(value)", "coalesce(value, nil)", "min(value)", "filter(value, # != nil)",
		`row["A"] == "" ? nil : value`, "[value]", "value < value", "sum(value)", "int(value)", "1 / value",
	}
	cells := []string{"", " ", "x", "1", "0", "-1.50", "1,5", "1.234,5", "yes", "no", "2026-01-31", "a,b", "a=1;b=2", "New", "1e5", "Shop/Tea", "99999999999999999999", "\u00a0", "#N/A"}
	maybe := func(t *rapid.T, name string, from ...string) job.Scalar {
		if rapid.IntRange(0, 2).Draw(t, name+"?") > 0 {
			return job.Scalar{}
		}
		return job.Scalar{Text: rapid.SampledFrom(from).Draw(t, name), Set: true}
	}
	compiled := 0
	rapid.Check(t, func(t *rapid.T) {
		rule := job.Rule{
			Blank: maybe(t, "blank", "keep", "clear", "error"), Split: maybe(t, "split", ",", ";"), Type: maybe(t, "type", "text", "int", "decimal", "bool", "date", "list"),
			Expr: maybe(t, "expr", exprs...), Assert: maybe(t, "assert", `value != nil`, `row["B"] != "x"`), Take: maybe(t, "take", "first", "last", "min", "max", "sum", "count", "join"),
			Lookup: maybe(t, "lookup", "category", "brand"), Trim: maybe(t, "trim", "true", "false"),
		}
		if rapid.IntRange(0, 3).Draw(t, "constant") == 0 {
			rule.Value = job.Scalar{Text: rapid.SampledFrom(cells).Draw(t, "value"), Set: true}
		} else {
			rule.From = []job.Scalar{{Text: "A", Set: true}, {Text: "B", Set: true}}[:rapid.IntRange(0, 2).Draw(t, "columns")]
		}
		if !rule.Blank.Set {
			rule.Default = maybe(t, "default", cells...)
		}
		if rapid.IntRange(0, 4).Draw(t, "table") == 0 {
			rule.Table = []job.Named{{Name: job.Scalar{Text: "x"}, Value: job.Scalar{Text: rapid.SampledFrom(cells).Draw(t, "entry"), Set: true}}}
			rule.Else = maybe(t, "else", cells...)
		}
		if rapid.IntRange(0, 4).Draw(t, "pairs") == 0 {
			rule.Pairs = &job.Pairs{Item: job.Scalar{Text: ";"}, Key: job.Scalar{Text: "="}}
		}
		target := rapid.SampledFrom(targets).Draw(t, "target")
		p, diagnostics := CompileImport("job.yaml", []job.Mapping{{Target: job.Scalar{Text: target, Set: true}, Rule: rule}}, header, &gadgets, "", "update", Scope{})
		if p == nil {
			if len(diagnostics) == 0 {
				t.Fatal("neither program nor diagnostic")
			}
			return
		}
		compiled++
		var rows []record.Row
		for range rapid.IntRange(1, 3).Draw(t, "rows") {
			rows = append(rows, record.Row{Header: header, Cells: []record.Cell{{Text: rapid.SampledFrom(cells).Draw(t, "a")}, {Text: rapid.SampledFrom(cells).Draw(t, "b")}}})
		}
		doc, _, _, problem := p.Map(rows)
		if problem != nil {
			if problem.Code == "" || problem.Message == "" || problem.Field == "" {
				t.Fatalf("problem %+v", problem)
			}
			return
		}
		if text := doc.AppendJSON(nil); !json.Valid(text) {
			t.Fatalf("no JSON: %s", text)
		}
		for _, f := range doc.Fields() {
			if field := findField(&gadgets, f.Name); field == nil || !plausible(f.Value, field.Type.String()) {
				t.Fatalf("%s is %s", f.Name, f.Value)
			}
		}
	})
	t.Logf("%d rules compiled", compiled)
	if compiled == 0 {
		t.Error("no rule compiled")
	}
}

// plausible tells whether a value is of the field's type on the wire.
func plausible(v record.Value, of string) bool {
	if v.Kind() == record.Null || v.Kind() == record.Reference {
		return true
	}
	want := map[string]record.Kind{
		"text": record.Text, "html": record.Text, "date": record.Text, "int": record.Number, "decimal": record.Number, "bool": record.Bool,
		"int list": record.List, "text list": record.List, "list": record.List, "object": record.Objects,
	}[of]
	if v.Kind() != want {
		return false
	}
	for _, item := range v.List() {
		ok := item.Kind() == record.Reference || item.Kind() == map[string]record.Kind{"int list": record.Number, "text list": record.Text, "list": record.Objects}[of]
		if !ok {
			return false
		}
	}
	return true
}
