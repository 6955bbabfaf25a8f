package mappings

import (
	"strings"
	"sync"
	"testing"
	"time"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// TestRules works one rule on one row: header and cells of the row stand in columns, the result is the document as JSON or the
// problem as code: message.
func TestRules(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	scope := Scope{
		Location: berlin,
		Store:    StoreFacts{Currency: "EUR", Timezone: "Europe/Berlin", WeightUnits: "KGS"},
		Params: map[string]Param{
			"factor": {"decimal", record.NumberValue("1.2")}, "label": {"text", record.TextValue("acme")},
			"on": {"bool", record.TextValue("yes")}, "since": {"date", record.TextValue("2026-02-01")}, "rate": {"decimal", record.TextValue("0.5")}, "until": {"date", record.TimeValue(time.Date(2026, 3, 1, 0, 0, 0, 0, berlin))},
		},
	}
	for _, test := range []struct {
		name, rule, cells string // cells: header|text pairs, separated by ;;
		want              string
	}{
		{"text is its written text", `title: A`, `A|00123`, `{"title":"00123"}`},
		{"text is trimmed", `title: A`, "A| x\u00a0", `{"title":"x"}`},
		{"trim off keeps blanks", `title: { from: A, trim: false }`, `A| x `, `{"title":" x "}`},
		{"long texts are kept to the last blank", `story: A`, `A| <p>x</p> `, `{"story":" <p>x</p> "}`},
		{"a long text of blanks is empty", `story: { from: A, blank: clear }`, `A|   `, `{"story":""}`},
		{"first not empty of a list", `title: { from: [A, B] }`, `A|  ;;B|b`, `{"title":"b"}`},
		{"column alone", `title: { column: "A #1" }`, `A #1|x`, `{"title":"x"}`},
		{"columns match ignoring case and blanks", `title: net  PRICE`, `Net Price|x`, `{"title":"x"}`},

		{"empty keeps", `title: A`, `A|`, `{}`},
		{"empty clears a text", `story: { from: A, blank: clear }`, `A|`, `{"story":""}`},
		{"empty clears to null", `offset: { from: A, blank: clear }`, `A|`, `{"offset":null}`},
		{"empty clears a list", `words: { from: A, split: ",", blank: clear }`, `A|`, `{"words":[]}`},
		{"empty is an error", `title: { from: A, blank: error }`, `A|`, `blank_required: column "A": the cell is empty, but title needs a value`},
		{"required", `title: { from: A, required: true }`, `A| `, `blank_required: column "A": the cell is empty, but title needs a value`},
		{"default", `stock: { from: A, default: "7" }`, `A|`, `{"stock":7}`},
		{"default goes through the expression", `stock: { from: A, default: "7", expr: value + 1 }`, `A|`, `{"stock":8}`},
		{"default is written plainly", `price: { from: A, type: decimal, layout: "1.234,56", default: "9.50" }`, `A|`, `{"price":9.50}`},
		{"a cell in its layout beside a plain default", `price: { from: A, type: decimal, layout: "1.234,56", default: "9.50" }`, `A|9,5`, `{"price":9.5}`},

		{"split", `words: { from: A, split: "," }`, `A|a, b,, c `, `{"words":["a","b","c"]}`},
		{"a list without split has one element", `words: A`, `A|a, b`, `{"words":["a, b"]}`},
		{"split of separators alone is empty", `words: { from: A, split: ",", blank: clear }`, `A|, ,`, `{"words":[]}`},
		{"split of numbers", `categories: { from: A, split: ";" }`, `A|3; 04`, `{"categories":[3,4]}`},
		{"too many", `categories: { from: A, split: ";" }`, `A|1;2;3;4`, `too_many: column "A": 4 elements, at most 3 are allowed`},
		{"pairs", `"extras[]": { from: A, pairs: { item: ";", key: "=" } }`, `A|Size = XL; Note=a=b;`, `{"extras":[{"name":"Size","value":"XL"},{"name":"Note","value":"a=b"}]}`},
		{"bad pair", `"extras[]": { from: A, pairs: { item: ";", key: "=" } }`, `A|Size`, `bad_pair: column "A": "Size" is not a pair such as name=value`},
		{"long name of a pair", `"extras[]": { from: A, pairs: { item: ";", key: "=" } }`, `A|ABCDEFGHIJK=1`, `too_long: column "A": the name of a pair: "ABCDEFGHIJK" has 11 characters, at most 10 are allowed`},
		{"table", `stock: { from: A, table: { STD: 1, RED: 2 } }`, `A|RED`, `{"stock":2}`},
		{"table does not know", `stock: { from: A, table: { STD: 1, RED: 2 } }`, `A|red`, `not_in_table: column "A": the table does not have "red"; it has RED, STD`},
		{"table else", `stock: { from: A, table: { STD: 1 }, else: 0 }`, `A|x`, `{"stock":0}`},
		{"table of a list", `categories: { from: A, split: ",", table: { a: 1, b: 2 } }`, `A|b,a`, `{"categories":[2,1]}`},

		{"decimal keeps its digits", `price: A`, `A|0012.50`, `{"price":12.50}`},
		{"decimal with a plus", `price: A`, `A|+.5`, `{"price":0.5}`},
		{"minus nothing is nothing", `price: A`, `A|-0.00`, `{"price":0.00}`},
		{"decimal with thousands", `price: A`, `A|1,234.50`, `bad_number: column "A": "1,234.50" is not a plain number such as 1234.50; say how numbers are written with layout: "1,234.56"`},
		{"decimal comma", `price: A`, `A|12,50 €`, `bad_number: column "A": "12,50 €" is not a plain number such as 1234.50; say how numbers are written with layout: "1.234,56"`},
		{"no exponents", `price: A`, `A|1e5`, `bad_number: column "A": "1e5" is not a plain number such as 1234.50`},
		{"no words", `price: A`, `A|NaN`, `bad_number: column "A": "NaN" is not a plain number such as 1234.50`},
		{"layout german", `price: { from: A, type: decimal, layout: "1.234,56 €" }`, "A|1.234.567,8\u00a0€", `{"price":1234567.8}`},
		{"layout with spaces", `price: { from: A, type: decimal, layout: "1 234,56" }`, "A|1\u202f234,50 EUR", `{"price":1234.50}`},
		{"layout refuses a group of two", `price: { from: A, type: decimal, layout: "1.234,56" }`, "A|1.50", `bad_number: column "A": "1.50" is not a number written like "1.234,56"`},
		{"negative in parentheses", `offset: { from: A, type: decimal, layout: "1,234.56" }`, "A|($1,234.50)", `{"offset":-1234.50}`},
		{"out of range", `price: A`, `A|-1`, `out_of_range: column "A": -1 is out of range, expected from 0 to 9999999999`},
		{"above the range", `price: A`, `A|10000000000`, `out_of_range: column "A": 10000000000 is out of range, expected from 0 to 9999999999`},
		{"int", `stock: A`, `A|5.00`, `{"stock":5}`},
		{"no int", `stock: A`, `A|5.5`, `bad_number: column "A": 5.5 is not a whole number`},
		{"type int", `price: { from: A, type: int }`, `A|5.5`, `bad_number: column "A": "5.5" is not a whole number`},
		{"bool words", `visible: A`, `A|YES`, `{"visible":true}`},
		{"bool digit", `visible: A`, `A|0`, `{"visible":false}`},
		{"bad bool", `visible: A`, `A|on`, `bad_bool: column "A": "on" is neither yes nor no; expected true/false, yes/no, y/n or 1/0, or your own words in when_true and when_false`},
		{"own bool words", `visible: { from: A, type: bool, when_true: [Ja, X], when_false: [Nein] }`, `A|x`, `{"visible":true}`},
		{"own words come instead", `visible: { from: A, type: bool, when_true: [Ja, X], when_false: [Nein] }`, `A|yes`, `bad_bool: column "A": "yes" is neither yes nor no; expected one of ja, x for yes, nein for no`},
		{"date is of the timezone", `released: A`, `A|2026-07-01`, `{"released":"2026-06-30T22:00:00+00:00"}`},
		{"date with a zone", `released: A`, `A|2026-07-01T12:00:00-0500`, `{"released":"2026-07-01T17:00:00+00:00"}`},
		{"date as the V2 API writes it", `released: A`, `A|Tue, 3 Mar 2026 23:30:00 -0500`, `{"released":"2026-03-04T04:30:00+00:00"}`},
		{"date as mail writes it", `released: A`, `A|Tue, 03 Mar 2026 23:30:00 GMT`, `{"released":"2026-03-03T23:30:00+00:00"}`},
		{"an hour that clocks skip", `released: A`, `A|2026-03-29 02:30`, `bad_date: column "A": "2026-03-29 02:30" does not exist in Europe/Berlin: clocks were put forward over it`},
		{"afternoon in small letters", `released: { from: A, type: date, layout: "%m/%d/%Y %I:%M %p" }`, `A|3/5/2026 11:30 pm`, `{"released":"2026-03-05T22:30:00+00:00"}`},
		{"date with a known zone", `released: { from: A, type: date, layout: "%Y-%m-%d %H:%M %Z" }`, `A|2026-07-01 00:30 CEST`, `{"released":"2026-06-30T22:30:00+00:00"}`},
		{"date with a zone of elsewhere", `released: { from: A, type: date, layout: "%Y-%m-%d %H:%M %Z" }`, `A|2026-07-01 00:30 PDT`, `bad_date: column "A": what "PDT" in "2026-07-01 00:30 PDT" means is not known: Europe/Berlin has no such zone; write an offset such as +01:00, which %z reads`},
		{"date layout", `released: { from: A, type: date, layout: "%d/%m/%Y" }`, `A|01/02/2026`, `{"released":"2026-01-31T23:00:00+00:00"}`},
		{"no such day", `released: { from: A, type: date, layout: "%d/%m/%Y" }`, `A|31/02/2026`, `bad_date: column "A": "31/02/2026" is not a date written like "%d/%m/%Y"`},
		{"bad date", `released: A`, `A|1/2/2026`, `bad_date: column "A": "1/2/2026" is not a date such as 2026-03-31 or 2026-03-31T14:30:00+01:00; say how dates are written with layout: "%d/%m/%Y" or "%m/%d/%Y"`},
		{"number as text", `title: { from: A, type: decimal }`, `A|01.50`, `{"title":"1.50"}`},

		{"enum in the store's spelling", `state: A`, `A|used`, `{"state":"Used"}`},
		{"not in enum", `state: A`, `A|Usd`, `not_in_enum: column "A": "Usd" is none of New, Used; did you mean Used?`},
		{"length in characters", `title: A`, `A|ÄÖÜäöüßÄÖÜ`, `{"title":"ÄÖÜäöüßÄÖÜ"}`},
		{"too long", `title: A`, `A|12345678901`, `too_long: column "A": "12345678901" has 11 characters, at most 10 are allowed`},

		{"category", `categories: { from: A, split: ";", lookup: category }`, `A|Shop / Tea; Shop/Salt \/ Pepper`, `{"categories":[{"$ref":{"kind":"category","key":"Shop/Tea","column":"A"}},{"$ref":{"kind":"category","key":"Shop/Salt \\/ Pepper","column":"A"}}]}`},
		{"category with a separator", `categories: { from: A, lookup: category, separator: ">", create_missing: true }`, `A|Shop > Salt/Pepper`, `{"categories":[{"$ref":{"kind":"category","key":"Shop/Salt\\/Pepper","create":true,"column":"A"}}]}`},
		{"brand", `brand_id: { from: A, lookup: brand, else: 0 }`, `A|Acme/Co`, `{"brand_id":{"$ref":{"kind":"brand","key":"Acme/Co","else":0,"column":"A"}}}`},
		{"an empty look-up", `brand_id: { from: A, lookup: brand, blank: clear }`, `A|`, `{"brand_id":0}`},
		{"a constant look-up", `categories: { value: [Shop/Tea, Sale], lookup: category }`, `A|`, `{"categories":[{"$ref":{"kind":"category","key":"Shop/Tea","column":"Shop/Tea"}},{"$ref":{"kind":"category","key":"Sale","column":"Sale"}}]}`},
		{"an id without look-up", `brand_id: A`, `A|17`, `{"brand_id":17}`},

		{"constant", `state: { value: new }`, `A|`, `{"state":"New"}`},
		{"constant number", `price: { value: 1.10 }`, `A|`, `{"price":1.10}`},
		{"constant list", `words: { value: [a, NO] }`, `A|`, `{"words":["a","NO"]}`},
		{"nested target", `link.url: A`, `A|/x/`, `{"link":{"url":"/x/"}}`},
		{"nested fields", `link: { fields: { url: A, custom: { value: yes } } }`, `A|/x/`, `{"link":{"url":"/x/","custom":true}}`},

		{"expr rounds half away from zero", `price: { from: A, expr: "round(value * 1.15, 2)" }`, `A|1.1`, `{"price":1.27}`},
		{"expr half away", `offset: { from: A, expr: "round(value, 2)" }`, `A|-2.345`, `{"offset":-2.35}`},
		{"expr is exact", `price: { from: A, expr: "value * 3 - 0.3" }`, `A|0.1`, `{"price":0}`},
		{"expr sees other columns", `title: { expr: 'row["A"] + "-" + upper(row["b"])' }`, `A|x;;B|y`, `{"title":"x-Y"}`},
		{"expr sees parameters", `price: { from: A, expr: "value * params.factor" }`, `A|10`, `{"price":12}`},
		{"expr sees the store", `price: { from: A, expr: 'convert(value, "g", store.weight_units)' }`, `A|250`, `{"price":0.25}`},
		{"expr of an empty cell is not asked", `price: { from: A, expr: "1 / value" }`, `A|`, `{}`},
		{"division by zero", `price: { from: A, expr: "1 / value" }`, `A|0`, `expr_failed: column "A": division by zero: value is 0`},
		{"an empty operand", `price: { expr: 'decimal(row["A"]) * 2' }`, `A|`, `expr_failed: field price: decimal(row["A"]) is empty; write coalesce(decimal(row["A"]), 0) to count it as 0`},
		{"an empty operand with coalesce", `price: { expr: 'coalesce(decimal(row["A"]), 0) + 2' }`, `A|`, `{"price":2}`},
		{"an empty result is an empty cell", `story: { expr: 'trim(row["A"])', blank: clear }`, `A| `, `{"story":""}`},
		{"an empty result takes the default", `title: { expr: 'trim(row["A"])', default: x }`, `A| `, `{"title":"x"}`},
		{"the default goes through the expression as a text", `price: { from: A, type: text, default: "2,5", expr: 'decimal(replace(value, ",", "."))' }`, `A|`, `{"price":2.5}`},
		{"the default of an expression without a result", `price: { from: A, type: text, default: "7.50", expr: 'decimal(replace(value, "-", ""))' }`, `A|-`, `{"price":7.50}`},
		{"a default that is no result", `price: { from: A, type: text, default: x, expr: 'decimal(replace(value, "-", ""))' }`, `A|-`, `{}`},
		{"a constant whose expression has no result", `price: { value: "5", expr: 'row["A"] == "" ? nil : value' }`, `A|`, `{}`},
		{"expr into a whole number", `stock: { from: A, type: decimal, expr: "value * 2" }`, `A|1.5`, `{"stock":3}`},
		{"expr that is not whole", `stock: { from: A, type: decimal, expr: "value * 3" }`, `A|1.5`, `bad_number: column "A": 4.5 is not a whole number`},
		{"expr over a split", `title: { from: A, split: ",", expr: "value[1]" }`, `A|a,b`, `{"title":"b"}`},
		{"expr over a list", `words: { from: A, split: ",", expr: "map(value, upper(#))" }`, `A|a,b`, `{"words":["A","B"]}`},
		{"expr fits the type again", `price: { from: A, type: text, expr: 'decimal(replace(value, ",", "."))' }`, `A|1,5`, `{"price":1.5}`},
		{"conditional", `visible: { from: A, type: decimal, expr: "value > 0 ? true : false" }`, `A|1`, `{"visible":true}`},
		{"dates compare", `visible: { from: A, type: date, expr: "value < params.until" }`, `A|2026-02-28`, `{"visible":true}`},
		{"parameters given as texts", `stock: { expr: 'params.on and params.since < params.until ? 4 * params.rate : 0' }`, `A|`, `{"stock":2}`},
		{"strftime", `title: { from: A, type: date, expr: 'strftime(value, "%d.%m.%y")' }`, `A|2026-02-28`, `{"title":"28.02.26"}`},
		{"assert holds", `price: { from: A, assert: "value > 0" }`, `A|1`, `{"price":1}`},
		{"assert of a text", `title: { from: A, assert: "len(value) > 3" }`, `A|abc`, `assert_failed: column "A": title "abc": len(value) > 3 does not hold`},
		{"assert of a value that no column holds", `price: { expr: 'decimal(row["A"]) - 1', assert: "value > 0" }`, `A|1`, `assert_failed: field price: price 0: value > 0 does not hold`},
		{"layout without type, of a number", `price: { from: A, layout: "1.234,56" }`, `A|1.234,50`, `{"price":1234.50}`},
		{"layout without type, of a date", `released: { from: A, layout: "%d.%m.%Y" }`, `A|31.3.2026`, `{"released":"2026-03-30T22:00:00+00:00"}`},
		{"layout without type, of a list of numbers", `categories: { from: A, split: ";", layout: "1.234" }`, `A|1.234;5`, `{"categories":[1234,5]}`},
		{"assert is judged after expr", `price: { from: A, expr: "value - 1", assert: "value > 0" }`, `A|1`, `assert_failed: column "A": price 0: value > 0 does not hold`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var header, texts []string
			for part := range strings.SplitSeq(test.cells, ";;") {
				name, text, _ := strings.Cut(part, "|")
				header, texts = append(header, name), append(texts, text)
			}
			p := compileImport(t, test.rule, header, scope)
			doc, _, _, problem := p.Map([]record.Row{rowOf(header, texts...)})
			if got := outcome(doc, problem); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// shownCell is a number of a workbook that a format shows.
func shownCell(text, raw string) record.Cell {
	return record.Cell{Text: text, Raw: raw, Kind: record.CellNumber, Format: "#,##0.00"}
}

func outcome(doc *record.Object, problem *record.Problem) string {
	if problem != nil {
		return problem.Code + ": " + problem.Error()
	}
	return string(doc.AppendJSON(nil))
}

// TestSpreadsheetCells types what a workbook stored, not what it shows.
func TestSpreadsheetCells(t *testing.T) {
	header := []string{"A"}
	for _, test := range []struct {
		name, rule string
		cell       record.Cell
		want       string
	}{
		{"text is what a person sees", `title: A`, record.Cell{Text: "007", Raw: "7", Kind: record.CellNumber}, `{"title":"007"}`},
		{"decimal is the stored number", `price: A`, record.Cell{Text: "1.234,50 €", Raw: "1234.5", Kind: record.CellNumber}, `{"price":1234.5}`},
		{"decimal whatever the layout", `price: { from: A, type: decimal, layout: "1.234,56" }`, record.Cell{Text: "1,235", Raw: "1234.5", Kind: record.CellNumber}, `{"price":1234.5}`},
		{"a stored exponent", `price: A`, record.Cell{Text: "0", Raw: "1.5E-05", Kind: record.CellNumber}, `{"price":0.000015}`},
		{"a number typed as text", `price: { from: A, type: decimal, layout: "1.234,56" }`, record.Cell{Text: "1.234,5"}, `{"price":1234.5}`},
		{"date", `released: { from: A, type: date, layout: "%d/%m/%y" }`, record.Cell{Text: "3/1/24", Raw: "2024-03-01T10:30:00", Kind: record.CellDate}, `{"released":"2024-03-01T10:30:00+00:00"}`},
		{"bool", `visible: { from: A, type: bool, when_true: [Ja], when_false: [Nein] }`, record.Cell{Text: "WAHR", Raw: "true", Kind: record.CellBool}, `{"visible":true}`},
		{"decimal() takes the stored number", `price: { expr: 'round(decimal(row["A"]) / 2, 2)' }`, shownCell("1,659.93", "1659.93"), `{"price":829.97}`},
		{"decimal() whatever the format rounds", `price: { expr: 'decimal(row["A"])' }`, shownCell("1.7K", "1659.93"), `{"price":1659.93}`},
		{"decimal(value)", `price: { from: A, type: text, expr: "decimal(value)" }`, shownCell("$1,659.93", "1659.93"), `{"price":1659.93}`},
		{"decimal() of what was trimmed or chosen", `price: { expr: 'decimal(trim(coalesce("", row["A"])))' }`, shownCell(" 1,659.93 ", "1659.93"), `{"price":1659.93}`},
		{"decimal() of rows", `price: { expr: 'sum(rows, decimal(#["A"]))' }`, shownCell("1,659.93", "1659.93"), `{"price":1659.93}`},
		{"decimal() of a changed text", `price: { expr: 'decimal(replace(row["A"], ",", ""))' }`, shownCell("1,659.9", "1659.93"), `{"price":1659.9}`},
		{"decimal() of a number that shows nothing", `price: { expr: 'coalesce(decimal(row["A"]), 1)' }`, shownCell("", "1659.93"), `{"price":1}`},
		{"decimal() of a date", `price: { expr: 'decimal(row["A"])' }`, record.Cell{Text: "3/1/24", Raw: "2024-03-01", Kind: record.CellDate}, `expr_failed: field price: decimal() takes a plain number such as 1234.50, found "3/1/24"`},
		{"decimal() in an assert", `price: { from: A, assert: 'decimal(row["A"]) > 1659' }`, shownCell("1,659.93", "1659.93"), `{"price":1659.93}`},
		{"int() takes the stored number", `stock: { expr: 'int(row["A"])' }`, shownCell("1,660", "1660"), `{"stock":1660}`},
		{"int() of a number shown without its decimals", `stock: { expr: 'int(row["A"])' }`, shownCell("1,660", "1659.93"), `expr_failed: field stock: int() takes a whole number, found 1659.93; round(), floor() or ceil() it`},
		{"date() takes the stored date", `released: { expr: 'date(row["A"])' }`, record.Cell{Text: "3/1/24", Raw: "2024-03-01", Kind: record.CellDate}, `{"released":"2024-03-01T00:00:00+00:00"}`},
		{"date() whatever the layout", `released: { expr: 'date(row["A"], "%d.%m.%Y")' }`, record.Cell{Text: "3/1/24", Raw: "2024-03-01", Kind: record.CellDate}, `{"released":"2024-03-01T00:00:00+00:00"}`},
		{"text() is what a person sees", `story: { expr: 'text(row["A"]) + "!"' }`, shownCell("1,659.93", "1659.93"), `{"story":"1,659.93!"}`},
		{"an expression of a cell is its text", `story: { expr: 'row["A"]' }`, shownCell("1,659.93", "1659.93"), `{"story":"1,659.93"}`},
		{"texts compare as a person sees them", `visible: { expr: 'row["A"] == "1,659.93"' }`, shownCell("1,659.93", "1659.93"), `{"visible":true}`},
		{"a column that could not be computed", `title: A`, record.Cell{Kind: record.CellFailed}, `expr_failed: column "A": the computed column "A" has no value in this row`},
		{"an expression of a column that could not be computed", `title: { expr: 'row["A"]' }`, record.Cell{Kind: record.CellFailed}, `expr_failed: field title: the computed column "A" has no value in this row`},
		{"error cell", `title: A`, record.Cell{Text: "#N/A", Kind: record.CellError}, `bad_text: column "A": the cell holds the error #N/A`},
		{"lossy key", `code: A`, record.Cell{Text: "1.23457E+15", Raw: "1234567890123450", Kind: record.CellNumber, Lossy: true}, `lossy_key: column "A": "1.23457E+15" comes from a number that may have lost digits; format the column as text and write the key again`},
		{"lossy key of CSV", `code: A`, record.Cell{Text: "1.23457E+15"}, `lossy_key: column "A": "1.23457E+15" comes from a number that may have lost digits; format the column as text and write the key again`},
		{"a key that only looks like a number", `code: A`, record.Cell{Text: "1E+5"}, `{"code":"1E+5"}`},
		{"lossy elsewhere", `title: A`, record.Cell{Text: "1.2E+15", Raw: "1234567890123450", Kind: record.CellNumber, Lossy: true}, `lossy_number: column "A": "1.2E+15" is a number of more than 15 digits, of which a spreadsheet keeps 15; format the column as text and write the code again`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := compileImport(t, test.rule, header, Scope{})
			row := record.Row{Header: record.NewHeader(header), Cells: []record.Cell{test.cell}}
			doc, _, _, problem := p.Map([]record.Row{row})
			if got := outcome(doc, problem); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestGroups maps several rows to one document.
func TestGroups(t *testing.T) {
	header := []string{"Code", "Kind", "Name", "Qty", "Price"}
	rows := [][]string{
		{"K1", "head", "Kit", "", "10"},
		{"K1", "part", "", "2", "3.50"},
		{"K1", "part", "", "10", "4"},
	}
	for _, test := range []struct{ name, rule, want string }{
		{"same skips empty cells", `title: Name`, `{"code":"K1","title":"Kit"}`},
		{"same differs", `price: Price`, `group_differs: column "Price": the rows of the group disagree: "10" in row 2 and "3.50" in row 3; say which one with take`},
		{"first", `price: { from: Price, take: first }`, `{"code":"K1","price":10}`},
		{"last", `price: { from: Price, take: last }`, `{"code":"K1","price":4}`},
		{"sum", `price: { from: Price, take: sum }`, `{"code":"K1","price":17.5}`},
		{"min of numbers", `stock: { from: Qty, take: min }`, `{"code":"K1","stock":2}`},
		{"max of numbers", `stock: { from: Qty, take: max }`, `{"code":"K1","stock":10}`},
		{"count", `stock: { from: Qty, take: count }`, `{"code":"K1","stock":2}`},
		{"join", `title: { from: Qty, take: join, join: "+" }`, `{"code":"K1","title":"2+10"}`},
		{"joined and split", `words: { from: Kind, take: join, join: ";", split: ";" }`, `{"code":"K1","words":["head","part","part"]}`},
		{"when", `price: { from: Price, when: 'row["Kind"] == "head"' }`, `{"code":"K1","price":10}`},
		{"when holds for none", `price: { from: Price, when: 'row["Kind"] == "x"', default: 0 }`, `{"code":"K1","price":0}`},
		{"rows in expressions", `price: { expr: 'sum(filter(rows, #["Kind"] == "part"), decimal(#["Price"]) * decimal(#["Qty"]))' }`, `{"code":"K1","price":47}`},
		{"children", `"parts[].sku": Kind`, `{"code":"K1","parts":[{"sku":"head"},{"sku":"part"},{"sku":"part"}]}`},
		{"children of two targets", "\"parts[].price\": Price\n\"parts[].qty\": Qty", `{"code":"K1","parts":[{"price":10},{"price":3.50,"qty":2},{"price":4,"qty":10}]}`},
		{"rows that fill nothing make nothing", `"parts[].qty": Qty`, `{"code":"K1","parts":[{"qty":2},{"qty":10}]}`},
		{"nested", `parts: { each: rows, when: 'row["Kind"] == "part"', fields: { qty: Qty, sku: { expr: 'row["Code"] + "/" + row["Qty"]' } } }`, `{"code":"K1","parts":[{"qty":2,"sku":"K1/2"},{"qty":10,"sku":"K1/10"}]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := compileImport(t, "code: Code\n"+test.rule, header, Scope{})
			var group []record.Row
			for i, texts := range rows {
				row := rowOf(header, texts...)
				row.Origin.Line += i
				group = append(group, row)
			}
			doc, key, _, problem := p.Map(group)
			if got := outcome(doc, problem); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if key != "K1" {
				t.Errorf("key %q", key)
			}
		})
	}
}

// TestKeys states what becomes of the key by mode and field.
func TestKeys(t *testing.T) {
	header := []string{"Id", "Code", "Title", "Price"}
	full := "code: Code\ntitle: Title\nprice: Price"
	for _, test := range []struct{ name, mapping, key, mode, code, wantKey, want string }{
		{"key in the document", full, "code", "upsert", " a1 ", "a1", `{"code":"a1","title":"T","price":1}`},
		{"empty key", full, "code", "upsert", "", "", `empty_key: column "Code": the key code is empty`},
		{"empty key in a create", full, "code", "create", "", "", `{"title":"T","price":1}`},
		{"a read-only key stays out of the document", "id: Id\ntitle: Title", "id", "update", "x", "7", `{"title":"T"}`},
		{"delete needs the key alone", full, "code", "delete", "a1", "a1", `{}`},
		{"a key with a problem elsewhere", "code: Code\nprice: { from: Title }", "code", "update", "a1", "a1", `bad_number: column "Title": "T" is not a plain number such as 1234.50`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, ms := mappingOf(t, test.mapping)
			p, diagnostics := CompileImport("job.yaml", ms, record.NewHeader(header), &gadgets, test.key, test.mode, Scope{})
			if p == nil {
				t.Fatal(diagnostics)
			}
			doc, key, _, problem := p.Map([]record.Row{rowOf(header, "7", test.code, "T", "1")})
			if got := outcome(doc, problem); got != test.want || key != test.wantKey {
				t.Errorf("key %q\ngot  %s\nwant %s", key, got, test.want)
			}
		})
	}
}

// TestPolicies states what a plan is told about a mapping.
func TestPolicies(t *testing.T) {
	mapping := `
code: Code
price: { from: [Net, Price], blank: clear }
state: { value: New, only: create }
born: Code
words: { from: Tags, split: ",", list: replace }
categories: { from: Path, lookup: category, create_missing: true }
`
	header := []string{"Code", "Net", "Price", "Tags", "Path"}
	_, ms := mappingOf(t, mapping)
	p, diagnostics := CompileImport("job.yaml", ms, record.NewHeader(header), &gadgets, "code", "upsert", Scope{})
	if p == nil {
		t.Fatal(diagnostics)
	}
	_, _, only, _ := p.Map([]record.Row{rowOf(header, "x")})
	if len(only) != 2 || only["state"] != "create" || only["born"] != "create" {
		t.Errorf("only %v", only)
	}
	for target, want := range map[string]string{"words": "replace", "categories": "add", "price": ""} {
		if got := p.ListPolicy(target); got != want {
			t.Errorf("list policy of %s is %q, want %q", target, got, want)
		}
	}
	if got := strings.Join(p.MissingForCreate(), " "); got != "title" {
		t.Errorf("missing for create: %q", got)
	}
	if got := strings.Join(p.Refs(), " "); got != "category" {
		t.Errorf("refs: %q", got)
	}
	if c := p.Columns()[1]; c.Target != "price" || strings.Join(c.From, "+") != "Net+Price" || c.Blank != "clear" || c.Type != "decimal" {
		t.Errorf("policy of price: %+v", c)
	}
	if c := p.Columns()[0]; !c.Key || c.Blank != "keep" {
		t.Errorf("policy of code: %+v", c)
	}
}

// TestLookupFile replaces texts by what a file says, and judges nothing without the file.
func TestLookupFile(t *testing.T) {
	header := []string{"A"}
	_, ms := mappingOf(t, `stock: { from: A, lookup: { file: tax.csv, key: Code, value: Id } }`)
	compile := func(tables map[*job.LookupFile]map[string]string) *Import {
		p, diagnostics := CompileImport("job.yaml", ms, record.NewHeader(header), &gadgets, "", "update", Scope{Tables: tables})
		if p == nil {
			t.Fatal(diagnostics)
		}
		return p
	}
	p := compile(map[*job.LookupFile]map[string]string{ms[0].Rule.LookupFile: {"STD": "1", "BAD": "x"}})
	for text, want := range map[string]string{
		"STD": `{"stock":1}`,
		"RED": `not_in_table: column "A": tax.csv does not have "RED"`,
		"BAD": `bad_number: column "A": "x" is not a plain number such as 1234.50`,
	} {
		doc, _, _, problem := p.Map([]record.Row{rowOf(header, text)})
		if got := outcome(doc, problem); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	compile(nil)
}

// TestRowProblem passes the reader's own problem on, with the key for the results.
func TestRowProblem(t *testing.T) {
	p := compileImport(t, "code: A", []string{"A"}, Scope{})
	row := rowOf([]string{"A"}, "k")
	row.Problem = problem("ragged", "too many cells")
	_, key, _, found := p.Map([]record.Row{row})
	if found != row.Problem || key != "k" {
		t.Errorf("key %q, problem %v", key, found)
	}
}

// TestConcurrent shares one program between goroutines; the race detector is the judge.
func TestConcurrent(t *testing.T) {
	header := []string{"A", "N"}
	p := compileImport(t, "code: A\ntitle: { expr: 'let a = row[\"A\"]; join(map([a, a], upper(#)), \"-\")' }\nstock: { from: N, expr: \"value + len(rows)\" }", header, Scope{})
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			name := string(rune('a' + worker))
			want := `{"code":"` + name + `","title":"` + strings.ToUpper(name+"-"+name) + `","stock":8}`
			for range 500 {
				doc, _, _, problem := p.Map([]record.Row{rowOf(header, name, "7")})
				if got := outcome(doc, problem); got != want {
					t.Errorf("got %s, want %s", got, want)
					return
				}
			}
		})
	}
	group.Wait()
}
