package mappings

import (
	"strings"
	"testing"
	"time"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

const gadget = `{
	"id": 7, "code": "00123", "title": "Tea", "story": " <p>a</p> ", "price": 12.5000, "offset": null, "stock": 3, "visible": true,
	"state": "New", "released": "2018-05-08T22:06:12+00:00", "made": "Tue, 08 May 2018 15:06:12 +0000", "categories": [3, 4], "words": ["a", "b"],
	"brand_id": 2, "link": {"url": "/tea/", "custom": false},
	"extras": [{"id": 1, "name": "Size", "value": "XL"}, {"id": 2, "name": "Note", "value": "x=y"}],
	"parts": [{"id": 1, "sku": "P1", "qty": 2, "price": 1.50, "tags": ["t", "u"]}, {"id": 2, "sku": "P2", "qty": 0, "price": null, "tags": []}]
}`

func documentOf(t testing.TB, text string) *record.Object {
	t.Helper()
	v, err := record.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v.Object()
}

func compileExport(t testing.TB, mapping, each, where string, s Scope) *Export {
	t.Helper()
	_, ms := mappingOf(t, mapping)
	scalar := func(text string) job.Scalar {
		return job.Scalar{Text: text, Set: text != "", Pos: job.Pos{Line: 1, Column: 1}}
	}
	p, diagnostics := CompileExport("job.yaml", ms, scalar(each), scalar(where), &gadgets, s)
	for _, d := range diagnostics {
		t.Error(d.Error())
	}
	if p == nil {
		t.FailNow()
	}
	return p
}

// cellText shows a cell with its kind where it is not a text.
func cellText(v record.Value) string {
	switch v.Kind() {
	case record.Missing:
		return "-"
	case record.Text:
		return v.String()
	}
	return v.Kind().String() + ":" + v.String()
}

func TestExportRules(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	scope := Scope{Location: berlin, Names: map[string]map[string]string{
		"category": {"3": `Shop/Salt\/Pepper`, "4": "Shop/Tea"}, "brand": {"2": "Acme/Co"},
	}}
	for _, test := range []struct {
		name, rule string
		column     record.ColumnType
		want       string
	}{
		{"int", `X: id`, record.ColumnInt, "number:7"},
		{"a code is text", `X: code`, record.ColumnText, "00123"},
		{"html verbatim", `X: story`, record.ColumnText, " <p>a</p> "},
		{"decimal keeps its digits", `X: price`, record.ColumnDecimal, "number:12.5000"},
		{"null is an empty cell", `X: offset`, record.ColumnDecimal, "-"},
		{"default", `X: { from: offset, default: "0" }`, record.ColumnDecimal, "number:0"},
		{"first not empty", `X: { from: [offset, price] }`, record.ColumnDecimal, "number:12.5000"},
		{"bool", `X: visible`, record.ColumnBool, "bool:true"},
		{"bool in words", `X: { from: visible, type: bool, when_true: [Ja], when_false: [Nein] }`, record.ColumnText, "Ja"},
		{"ISO date in the timezone", `X: released`, record.ColumnDate, "date:2018-05-09T00:06:12+02:00"},
		{"RFC 2822 date", `X: { from: made, format: "%Y-%m-%d %H:%M" }`, record.ColumnDate, "date:2018-05-08T17:06:12+02:00"},
		{"date as text", `X: { from: released, type: text }`, record.ColumnText, "2018-05-09T00:06:12+02:00"},
		{"number as text", `X: { from: id, type: text }`, record.ColumnText, "7"},
		{"decimal as int", `X: { from: price, type: int }`, record.ColumnInt, "bad_number: column \"X\": \"12.5000\" is not a whole number"},
		{"text as decimal", `X: { from: code, type: decimal }`, record.ColumnDecimal, "number:123"},
		{"text that is no decimal", `X: { from: title, type: decimal }`, record.ColumnDecimal, "bad_number: column \"X\": \"Tea\" is not a plain number such as 1234.50"},
		{"nested", `X: link.url`, record.ColumnText, "/tea/"},
		{"list", `X: words`, record.ColumnText, "a, b"},
		{"list joined", `X: { from: "categories[]", join: ";" }`, record.ColumnText, "3;4"},
		{"field of a list", `X: { from: "extras[].name", join: "|" }`, record.ColumnText, "Size|Note"},
		{"numbers of a list", `X: "parts[].price"`, record.ColumnText, "1.50, "},
		{"list in a list", `X: "parts[].tags"`, record.ColumnText, "t, u"},
		{"pairs", `X: { from: extras, pairs: { item: "; ", key: "=" } }`, record.ColumnText, "Size=XL; Note=x=y"},
		{"table", `X: { from: state, table: { New: neu, Used: alt } }`, record.ColumnText, "neu"},
		{"table of numbers", `X: { from: state, table: { New: 1 }, type: int }`, record.ColumnInt, "number:1"},
		{"table of a bool", `X: { from: visible, table: { "true": shown }, else: hidden }`, record.ColumnText, "shown"},
		{"table does not know", `X: { from: state, table: { Used: alt } }`, record.ColumnText, "not_in_table: column \"X\": the table does not have \"New\"; it has Used"},
		{"brand", `X: { from: brand_id, lookup: brand }`, record.ColumnText, "Acme/Co"},
		{"categories", `X: { from: categories, lookup: category, join: ";" }`, record.ColumnText, `Shop/Salt\/Pepper;Shop/Tea`},
		{"categories with a separator", `X: { from: categories, lookup: category, separator: " > ", join: ";" }`, record.ColumnText, `Shop > Salt/Pepper;Shop > Tea`},
		{"constant", `X: { value: EU }`, record.ColumnText, "EU"},
		{"typed constant", `X: { value: 1.50, type: decimal }`, record.ColumnDecimal, "number:1.50"},
		{"expression", `X: { from: price, type: decimal, expr: "round(value * 2, 1)", format: "0.00" }`, record.ColumnDecimal, "number:25"},
		{"expression over fields", `X: { expr: 'code + "/" + link.url' }`, record.ColumnText, "00123//tea/"},
		{"expression over a list", `X: { expr: "sum(parts, .qty)" }`, record.ColumnDecimal, "number:2"},
		{"expression of an empty field is not asked", `X: { from: offset, expr: "1 / value" }`, record.ColumnDecimal, "-"},
		{"the default goes through the expression", `X: { from: offset, default: "2", expr: "value * 2" }`, record.ColumnDecimal, "number:4"},
		{"the default of an expression without a result", `X: { expr: "offset", default: "2" }`, record.ColumnDecimal, "number:2"},
		{"the default of a list", `X: { from: "parts[].id", default: none }`, record.ColumnText, "1, 2"},
		{"the default of an empty list", `X: { from: [offset], type: text, default: none }`, record.ColumnText, "none"},
		{"expression on a null", `X: { expr: "offset > 1 ? 'big' : 'small'" }`, record.ColumnText, "small"},
		{"expression fails", `X: { expr: "1 / offset" }`, record.ColumnDecimal, "expr_failed: column \"X\": offset is empty; write coalesce(offset, 0) to count it as 0"},
		{"required", `X: { from: offset, required: true }`, record.ColumnDecimal, "blank_required: column \"X\": the field is empty, but the column needs a value"},
		{"assert", `X: { from: stock, assert: "value > 5" }`, record.ColumnInt, "assert_failed: column \"X\": X 3: value > 5 does not hold"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := compileExport(t, test.rule, "", "", scope)
			if got := p.Columns()[0].Type; got != test.column {
				t.Errorf("column type %d, want %d", got, test.column)
			}
			rows, problem := p.Rows(documentOf(t, gadget))
			got := ""
			if problem != nil {
				got = problem.Code + ": " + problem.Error()
			} else {
				got = cellText(rows[0][0])
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestExportEach makes a row of each element, in which the record's own fields stay reachable.
func TestExportEach(t *testing.T) {
	mapping := "Code: code\nSku: parts.sku\nAll: \"parts[].sku\"\nPlace: { expr: index }\nDouble: { expr: \"parts.qty * 2 + stock\" }"
	for _, test := range []struct{ where, want string }{
		{"", "00123 P1 P1, P2 number:0 number:7\n00123 P2 P1, P2 number:1 number:3"},
		{"parts.qty > 0", "00123 P1 P1, P2 number:0 number:7"},
		{`row["Double"] < 5 and visible`, "00123 P2 P1, P2 number:1 number:3"},
		{"it.sku == 'P2'", "00123 P2 P1, P2 number:1 number:3"},
		{"stock > 5", ""},
	} {
		p := compileExport(t, mapping, "parts", test.where, Scope{})
		rows, problem := p.Rows(documentOf(t, gadget))
		if problem != nil {
			t.Fatal(problem)
		}
		var lines []string
		for _, row := range rows {
			var texts []string
			for _, cell := range row {
				texts = append(texts, cellText(cell))
			}
			lines = append(lines, strings.Join(texts, " "))
		}
		if got := strings.Join(lines, "\n"); got != test.want {
			t.Errorf("where %q: got\n%s\nwant\n%s", test.where, got, test.want)
		}
	}
}

// TestExportPaths names exactly what must be fetched.
func TestExportPaths(t *testing.T) {
	for _, test := range []struct{ mapping, each, where, want string }{
		{"A: code\nB: price\nC: code", "", "", "code price"},
		{"A: \"parts[].sku\"", "", "stock > 1", "parts[].sku stock"},
		{"A: parts.sku\nB: code", "parts", "parts.qty > 1", "code parts[].id parts[].qty parts[].sku"},
		{"A: code", "parts", "", "code parts[].id"},
		{"A: { expr: \"len(parts)\" }", "", "", "parts"},
		{"A: { expr: \"sum(parts, .qty)\" }", "", "", "parts[].qty"},
		{"A: { expr: \"link.url\" }\nB: words", "", "", "link.url words"},
		{"A: { from: extras, pairs: { item: ',', key: '=' } }", "", "", "extras[].name extras[].value"},
		{"A: code", "", "row['A'] != 'x'", "code"},
	} {
		var texts []string
		for _, path := range compileExport(t, test.mapping, test.each, test.where, Scope{}).Paths() {
			texts = append(texts, path.String())
		}
		if got := strings.Join(texts, " "); got != test.want {
			t.Errorf("%s: got %s, want %s", test.mapping, got, test.want)
		}
	}
}

// TestExportLookups takes names that were loaded after compiling, and says which id has none.
func TestExportLookups(t *testing.T) {
	names := map[string]map[string]string{"brand": {}}
	p := compileExport(t, "A: { from: brand_id, lookup: brand }\nB: { from: brand_id, lookup: brand, else: '?' }\nC: { from: categories, lookup: category, else: none }", "", "", Scope{Names: names})
	if got := strings.Join(p.LookupsOut(), " "); got != "brand category" {
		t.Errorf("look-ups %q", got)
	}
	_, problem := p.Rows(documentOf(t, gadget))
	if want := `column "A": the store has no brand with the id 2; write else: to give another text`; problem == nil || problem.Error() != want {
		t.Errorf("got %v, want %s", problem, want)
	}
	names["brand"]["2"] = "Acme"
	rows, problem := p.Rows(documentOf(t, gadget))
	if problem != nil || cellText(rows[0][0]) != "Acme" || cellText(rows[0][2]) != "none, none" {
		t.Errorf("got %v, %v", rows, problem)
	}
	rows, problem = p.Rows(documentOf(t, `{"brand_id": 0, "categories": []}`))
	if problem != nil || cellText(rows[0][0]) != "-" || cellText(rows[0][1]) != "-" || cellText(rows[0][2]) != "-" {
		t.Errorf("without brand: %v, %v", rows, problem)
	}
}

// TestUndocumentedAnswer does not compute with what is not of the field's type.
func TestUndocumentedAnswer(t *testing.T) {
	p := compileExport(t, `A: { from: price, type: decimal, expr: "value * 2" }`, "", "", Scope{})
	_, problem := p.Rows(documentOf(t, `{"price": "abc"}`))
	if want := `column "A": price is "abc" in the store, which is no number`; problem == nil || problem.Error() != want {
		t.Errorf("got %v, want %s", problem, want)
	}
}

// TestLenientAnswers shows what a store sends beside its documentation instead of dropping it.
func TestLenientAnswers(t *testing.T) {
	p := compileExport(t, "A: price\nB: released\nC: visible\nD: words\nE: made\nF: link.url", "", "", Scope{})
	rows, problem := p.Rows(documentOf(t, `{"price": "361.9500", "released": "0000-00-00", "visible": 1, "words": "x", "made": "", "link": []}`))
	if problem != nil {
		t.Fatal(problem)
	}
	var texts []string
	for _, cell := range rows[0] {
		texts = append(texts, cellText(cell))
	}
	if got, want := strings.Join(texts, " "), "number:361.9500 0000-00-00 bool:true - - -"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
