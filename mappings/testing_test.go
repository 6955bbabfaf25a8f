package mappings

import (
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// gadgets is an object with a field of every type and limit, so that the tests do not move with the store's catalogue.
var gadgets = catalogue.Object{
	Name: "gadgets", Singular: "gadget", IDField: "id", Version: "v3",
	Keys: []catalogue.Key{{Field: "id"}, {Field: "code"}},
	Fields: []catalogue.Field{
		{Path: "id", Type: catalogue.Int},
		{Path: "code", Type: catalogue.Text, MaxLength: 20, Writable: true, Clear: catalogue.ClearText},
		{Path: "title", Type: catalogue.Text, MinLength: 1, MaxLength: 10, Writable: true, Required: true},
		{Path: "story", Type: catalogue.HTML, Writable: true, Clear: catalogue.ClearText},
		{Path: "price", Type: catalogue.Decimal, Min: "0", Max: "9999999999", Writable: true, Required: true, Clear: catalogue.ClearZero},
		{Path: "offset", Type: catalogue.Decimal, Writable: true, Nullable: true, Clear: catalogue.ClearNull},
		{Path: "stock", Type: catalogue.Int, Min: "0", Max: "2147483647", Writable: true, Clear: catalogue.ClearZero},
		{Path: "visible", Type: catalogue.Bool, Writable: true, Clear: catalogue.ClearFalse},
		{Path: "state", Type: catalogue.Text, Enum: []string{"New", "Used"}, Writable: true},
		{Path: "released", Type: catalogue.Date, Writable: true, Nullable: true, Clear: catalogue.ClearNull},
		{Path: "made", Type: catalogue.Date},
		{Path: "born", Type: catalogue.Text, MaxLength: 30, CreateOnly: true},
		{Path: "categories", Type: catalogue.IntList, MaxItems: 3, Writable: true, Clear: catalogue.ClearList, Ref: "category"},
		{Path: "words", Type: catalogue.TextList, Writable: true, Clear: catalogue.ClearList},
		{Path: "brand_id", Type: catalogue.Int, Min: "0", Max: "1000000000", Writable: true, Clear: catalogue.ClearZero, Ref: "brand"},
		{Path: "brand_name", Type: catalogue.Text, Writable: true, WriteOnly: true},
		{Path: "link", Type: catalogue.Struct},
		{Path: "link.url", Type: catalogue.Text, MaxLength: 255, Writable: true},
		{Path: "link.custom", Type: catalogue.Bool, Writable: true},
		{Path: "extras", Type: catalogue.StructList, MaxItems: 3, Writable: true, Clear: catalogue.ClearList},
		{Path: "extras[].id", Type: catalogue.Int},
		{Path: "extras[].name", Type: catalogue.Text, MinLength: 1, MaxLength: 10, Writable: true},
		{Path: "extras[].value", Type: catalogue.Text, MinLength: 1, MaxLength: 20, Writable: true},
		{Path: "parts", Type: catalogue.StructList, Writable: true},
		{Path: "parts[].id", Type: catalogue.Int},
		{Path: "parts[].sku", Type: catalogue.Text, MaxLength: 20, Writable: true},
		{Path: "parts[].qty", Type: catalogue.Int, Min: "0", Writable: true},
		{Path: "parts[].price", Type: catalogue.Decimal, Writable: true, Nullable: true, Clear: catalogue.ClearNull},
		{Path: "parts[].tags", Type: catalogue.TextList, Writable: true},
		{Path: "parts[].choices", Type: catalogue.StructList, MaxItems: 2, Writable: true},
		{Path: "parts[].choices[].id", Type: catalogue.Int, Writable: true, Required: true},
		{Path: "parts[].choices[].value", Type: catalogue.Text, Writable: true},
	},
}

// parseJob parses a job of which the mapping, or whatever stands in it, is given indented by two blanks.
func parseJob(t testing.TB, text string) *job.Job {
	t.Helper()
	j, diagnostics := job.Parse("job.yaml", []byte(text))
	for _, d := range diagnostics {
		t.Errorf("job: %s", d.Error())
	}
	if t.Failed() {
		t.FailNow()
	}
	return j
}

// mappingOf parses the rules of a mapping.
func mappingOf(t testing.TB, mapping string) (*job.Job, []job.Mapping) {
	t.Helper()
	var b strings.Builder
	b.WriteString("version: 1\nname: test\nconnection: emulator\nsource: { csv: in.csv }\nmapping:\n")
	for line := range strings.Lines(strings.TrimSpace(mapping) + "\n") {
		b.WriteString("  " + line)
	}
	b.WriteString("sink: { bigcommerce: products, mode: update, match: sku }\n")
	j := parseJob(t, b.String())
	return j, j.Steps[0].Outputs[0].Mapping
}

// compileImport compiles rules for gadgets; mode update, key code, unless the rules lack the code.
func compileImport(t testing.TB, mapping string, header []string, s Scope) *Import {
	t.Helper()
	p, diagnostics := tryImport(t, mapping, header, s)
	for _, d := range diagnostics {
		t.Errorf("compile: %s", d.Error())
	}
	if p == nil {
		t.FailNow()
	}
	return p
}

func tryImport(t testing.TB, mapping string, header []string, s Scope) (*Import, []job.Diagnostic) {
	t.Helper()
	j, ms := mappingOf(t, mapping)
	s.Within = j.Within
	key := ""
	for _, m := range ms {
		if m.Target.Text == "code" {
			key = "code"
		}
	}
	return CompileImport("job.yaml", ms, record.NewHeader(header), &gadgets, key, "update", s)
}

// rowOf makes a row of texts, as from a CSV file.
func rowOf(header []string, texts ...string) record.Row {
	row := record.Row{Header: record.NewHeader(header), Cells: make([]record.Cell, len(header)), Origin: record.Origin{File: "in.csv", Line: 2}}
	for i, text := range texts {
		row.Cells[i].Text = text
	}
	return row
}
