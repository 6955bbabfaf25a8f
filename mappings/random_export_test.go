package mappings

import (
	"testing"

	"pgregory.net/rapid"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// TestRandomExports builds rules of exports at random, also senseless ones. What compiles must run on any record, and gives cells
// of the columns' types; only what the store sends beside its documentation is a text instead.
func TestRandomExports(t *testing.T) {
	paths := []string{"id", "title", "price", "offset", "stock", "visible", "state", "released", "categories", "words", "brand_id", "link.url", "extras", "parts.qty", "parts.price", "parts[].qty", "parts[].tags", "parts.tags"}
	exprs := []string{
		"value", "value * 2", "upper(value)", "value[0]", "len(value)", "nil", "price", "parts.qty", "sum(parts, .price)", "it.sku", "index", "text(value)",
		"coalesce(value, nil)", "map(extras, .name)", "offset + 1", "any(categories, # > 3)", "strftime(value, '%Y')", "parts", "released < made", "join(value)",
	}
	words := []string{"", "x", "1", "1.50", "yes", "2026-01-31", "New", "true"}
	docs := []*record.Object{
		documentOf(t, gadget),
		documentOf(t, `{}`),
		documentOf(t, `{"id": null, "title": null, "price": null, "visible": null, "released": null, "categories": null, "words": null, "link": null, "parts": [null, {}]}`),
		documentOf(t, `{"id": "7", "title": 5, "price": "abc", "visible": 1, "released": 0, "categories": ["3"], "words": [1], "link": "x", "parts": [{"qty": "2"}]}`),
	}
	maybe := func(t *rapid.T, name string, from ...string) job.Scalar {
		if rapid.IntRange(0, 2).Draw(t, name+"?") > 0 {
			return job.Scalar{}
		}
		return job.Scalar{Text: rapid.SampledFrom(from).Draw(t, name), Set: true}
	}
	kinds := map[record.ColumnType]record.Kind{record.ColumnText: record.Text, record.ColumnInt: record.Number, record.ColumnDecimal: record.Number, record.ColumnBool: record.Bool, record.ColumnDate: record.Time}
	compiled := 0
	rapid.Check(t, func(t *rapid.T) {
		rule := job.Rule{
			Type: maybe(t, "type", "text", "int", "decimal", "bool", "date", "list"), Expr: maybe(t, "expr", exprs...), Default: maybe(t, "default", words...),
			Join: maybe(t, "join", ";"), Assert: maybe(t, "assert", "value != nil"), Lookup: maybe(t, "lookup", "category", "brand"),
		}
		if rapid.IntRange(0, 3).Draw(t, "constant") == 0 {
			rule.Value = maybe(t, "value", words...)
		} else {
			rule.From = []job.Scalar{{Text: rapid.SampledFrom(paths).Draw(t, "path"), Set: true}}
		}
		if rapid.IntRange(0, 4).Draw(t, "table") == 0 {
			rule.Table = []job.Named{{Name: job.Scalar{Text: "New"}, Value: job.Scalar{Text: rapid.SampledFrom(words).Draw(t, "entry"), Set: true}}}
		}
		if rule.Table != nil || rule.Lookup.Set {
			rule.Else = maybe(t, "else", words...)
		}
		if rapid.IntRange(0, 4).Draw(t, "pairs") == 0 {
			rule.Pairs = &job.Pairs{Item: job.Scalar{Text: ";"}, Key: job.Scalar{Text: "="}}
		}
		each := maybe(t, "each", "parts")
		p, diagnostics := CompileExport("job.yaml", []job.Mapping{{Target: job.Scalar{Text: "X", Set: true}, Rule: rule}}, each, maybe(t, "where", `row["X"] != nil`, "stock > 1"), &gadgets, Scope{})
		if p == nil {
			if len(diagnostics) == 0 {
				t.Fatal("neither program nor diagnostic")
			}
			return
		}
		compiled++
		rows, problem := p.Rows(rapid.SampledFrom(docs).Draw(t, "record"))
		if problem != nil {
			if problem.Code == "" || problem.Message == "" || problem.Column == "" {
				t.Fatalf("problem %+v", problem)
			}
			return
		}
		for _, row := range rows {
			cell := row[0]
			if cell.Kind() != record.Missing && cell.Kind() != kinds[p.Columns()[0].Type] && cell.Kind() != record.Text {
				t.Fatalf("a column of type %d holds %s %s", p.Columns()[0].Type, cell.Kind(), cell)
			}
		}
	})
	if compiled == 0 {
		t.Error("no rule compiled")
	}
}
