package mappings

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-strftime"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// FuzzPlainDigits: what is taken as a plain number is a JSON number of the same value, and has no more places than were written.
func FuzzPlainDigits(f *testing.F) {
	for _, text := range []string{"", "0", "-0", "+1.50", "00.10", ".5", "5.", "1e5", "-", "1.2.3", "--1", "٣", "1_000", " 1"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		digits, ok := plainDigits(text)
		if !ok {
			return
		}
		if !json.Valid([]byte(digits)) {
			t.Fatalf("%q gave %q, which is no JSON number", text, digits)
		}
		want, err := decimal.NewFromString(text)
		if err != nil {
			t.Fatalf("%q is no decimal: %s", text, err)
		}
		got := decimal.RequireFromString(digits)
		if !got.Equal(want) || got.Exponent() != want.Exponent() {
			t.Fatalf("%q gave %q", text, digits)
		}
	})
}

// FuzzNumberLayout: no layout and no text make it panic, and what is read in a layout has the digits of the text in order.
func FuzzNumberLayout(f *testing.F) {
	for _, layout := range []string{"1.234,56 €", "1,234.56", "1 234,56", "1'234.50", "1.234", "1234", "(1,5)", "$1", "12,34,567.8", "kr 1.234,5"} {
		f.Add(layout, "1.234,50")
		f.Add(layout, "-(1)")
		f.Add(layout, "EUR 1 234,-")
	}
	f.Fuzz(func(t *testing.T, example, text string) {
		layout, err := parseNumberLayout(example)
		if err != nil {
			return
		}
		if _, ok := layout.parse(example); !ok {
			t.Fatalf("the layout %q does not read its own example", example)
		}
		digits, ok := layout.parse(text)
		if !ok {
			return
		}
		if !json.Valid([]byte(digits)) {
			t.Fatalf("%q in %q gave %q, which is no JSON number", text, example, digits)
		}
		keep := func(s string) string {
			s = strings.Map(func(c rune) rune {
				if c >= '0' && c <= '9' {
					return c
				}
				return -1
			}, s)
			return strings.TrimLeft(s, "0")
		}
		if keep(digits) != keep(text) {
			t.Fatalf("%q in %q gave %q", text, example, digits)
		}
	})
}

// TestNumberLayoutInverse writes numbers as the example does and reads them back.
func TestNumberLayoutInverse(t *testing.T) {
	for _, test := range []struct{ example, point, group string }{
		{"1.234,56 €", ",", "."}, {"1,234.56", ".", ","}, {"1 234,56", ",", "\u00a0"}, {"1'234.50", ".", "’"}, {"1234,5", ",", ""}, {"CHF 1’234.50", ".", "'"}, {"1.234.567", "", "."},
	} {
		layout, err := parseNumberLayout(test.example)
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) {
			whole := rapid.StringMatching(`0|[1-9][0-9]{0,11}`).Draw(t, "whole")
			places := ""
			if test.point != "" {
				places = rapid.StringMatching(`[0-9]{0,4}`).Draw(t, "places")
			}
			negative := whole != "0" && rapid.Bool().Draw(t, "negative")
			want, text := whole, ""
			for i, c := range whole {
				if i > 0 && (len(whole)-i)%3 == 0 {
					text += test.group
				}
				text += string(c)
			}
			if places != "" {
				want, text = want+"."+places, text+test.point+places
			}
			if !negative {
				text = strings.Replace(rapid.SampledFrom([]string{"%", "% €", "$%", "EUR %", "+%", "\u00a0% "}).Draw(t, "around"), "%", text, 1)
			} else {
				want, text = "-"+want, rapid.SampledFrom([]string{"-" + text, text + "-", "(" + text + ")", "€ -" + text, "− " + text + " EUR"}).Draw(t, "sign")
			}
			got, ok := layout.parse(text)
			if !ok || got != want {
				t.Fatalf("%q in %q gave %q, %v; want %q", text, test.example, got, ok, want)
			}
		})
	}
}

// TestNumberLayouts states what an example teaches.
func TestNumberLayouts(t *testing.T) {
	for _, test := range []struct{ example, text, want string }{
		{"1,234", "12,345", "12345"},
		{"1,234", "12.5", ""},
		{"1,5", "12,345", "12.345"},
		{"1.234,56", "1.234", "1234"},
		{"1.234,56", "1234,5", "1234.5"},
		{"1.234,56", "12.34", ""},
		{"1.234,56", "1,234.56", ""},
		{"1.234,56", "1.234,", ""},
		{"1.234,56", ",5", "0.5"},
		{"1.234,56", "", ""},
		{"1.234,56", "12 pcs", ""},
		{"1.234,56 kr", "12 KR", "12"},
		{"1.234,56", "12 USD", "12"},
		{"1.234,56", "12%", ""},
		{"1.234,56", "--1", ""},
		{"1.234,56", "(-1)", ""},
		{"1.234,56", "(1", ""},
		{"1.234,56", "1.2345,6", ""},
		{"1 234", "1 23", ""},
	} {
		layout, err := parseNumberLayout(test.example)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := layout.parse(test.text)
		if got != test.want || ok != (test.want != "") {
			t.Errorf("%q in %q: got %q, %v, want %q", test.text, test.example, got, ok, test.want)
		}
	}
	for _, example := range []string{"", "abc", "€", "1,2.3,4.5", "1.23.456", "1..5", "1;5"} {
		if layout, err := parseNumberLayout(example); err == nil {
			t.Errorf("%q is taken as a layout: %+v", example, layout)
		}
	}
}

// FuzzDateLayout: a text that is read in a layout, written in that layout, is read as the same day.
func FuzzDateLayout(f *testing.F) {
	for _, layout := range []string{"%d/%m/%Y", "%Y%m%d", "%d.%m.%y %H:%M", "%b %d, %Y", "%m-%d-%Y %I:%M %p", "%%d", "%", "%d%m"} {
		for _, text := range []string{"01/02/2026", "1/2/2026", "20260231", "31.12.99 23:59", "Mar 3, 2026", "02-29-2025 12:00 AM"} {
			f.Add(layout, text)
		}
	}
	f.Fuzz(func(t *testing.T, layout, text string) {
		golang, err := parseDateLayout(layout)
		if err != nil {
			return
		}
		read, p := readDate(text, nil, golang, layout, time.UTC)
		date := read.date()
		if p != nil || date.Year() > 9999 || date.Year() < 1000 || strings.Contains(layout, "%z") || strings.Contains(layout, "%Z") || strings.Contains(layout, "%:z") {
			return
		}
		again, p := readDate(strftime.Format(layout, date), nil, golang, layout, time.UTC)
		if p != nil {
			return // layouts that name a part twice, or digits of their own, need not read back
		}
		if again.date().YearDay() != date.YearDay() && strings.Count(layout, "%") <= 3 {
			t.Fatalf("%q in %q is %s, written and read again %s", text, layout, date, again.date())
		}
	})
}

// TestDateLayouts states what layouts take.
func TestDateLayouts(t *testing.T) {
	for _, test := range []struct{ layout, text, want string }{
		{"%d/%m/%Y", "01/02/2026", "2026-02-01"},
		{"%d/%m/%Y", "1/2/2026", "2026-02-01"},
		{"%d/%m/%Y", "13/13/2026", ""},
		{"%d/%m/%Y", "29/02/2026", ""},
		{"%d/%m/%Y", "01/02/26", ""},
		{"%d/%m/%y", "01/02/26", "2026-02-01"},
		{"%Y%m%d", "20260201", "2026-02-01"},
		{"%Y%m%d", "2026021", ""},
		{"%d %b %Y", "1 Feb 2026", "2026-02-01"},
		{"%d.%m.%Y %H:%M", "01.02.2026 14:30", "2026-02-01T14:30:00Z"},
		{"%m/%d/%Y %I:%M %p", "2/1/2026 2:30 PM", "2026-02-01T14:30:00Z"},
		{"", "2026-02-01", "2026-02-01"},
		{"", "2026-02-01 14:30", "2026-02-01T14:30:00Z"},
		{"", "2026-02-01T14:30:00Z", "2026-02-01T14:30:00Z"},
		{"", "2026-02-01T14:30:00+01:00", "2026-02-01T14:30:00+01:00"},
		{"", "2026-02-31", ""},
		{"", "2026-2-1", ""},
		{"", "20260201", ""},
	} {
		golang := ""
		if test.layout != "" {
			var err error
			if golang, err = parseDateLayout(test.layout); err != nil {
				t.Fatal(err)
			}
		}
		date, p := readDate(test.text, nil, golang, test.layout, time.UTC)
		got := ""
		if p == nil {
			got = date.String()
		}
		if got != test.want {
			t.Errorf("%q in %q: got %q, want %q", test.text, test.layout, got, test.want)
		}
	}
}

// FuzzExpression: whatever compiles runs without a panic and gives what its type says.
func FuzzExpression(f *testing.F) {
	for _, text := range []string{
		`round(value * 1.2, 2)`, `row["A"] + "x"`, `sum(rows, decimal(#["A"]))`, `let a = [1, 2]; a[0] / a[1]`, `coalesce(nil, value)`,
		`"abc"[1:2]`, `filter([nil, 1], # == nil)`, `convert(value, row["A"], "g")`, `any([[1]], any(#, # > 0))`, `nil + nil`, `-nil`,
		`round(nil, nil)`, `nil[0]`, `min(nil, nil)`, `join(nil)`, `nil ? nil : nil`, `[1, nil, 2.5] | map(# * 2)`, `len(nil)`, `row?.A`,
	} {
		f.Add(text)
	}
	row := rowOf([]string{"A", "B"}, "1", "x")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 300 {
			return
		}
		evaluate(t, text, row)
	})
}

// FuzzCategoryPath: splitting what was joined gives the parts.
func FuzzCategoryPath(f *testing.F) {
	f.Add("Shop", `Salt/Pepper`, "/")
	f.Add(`a\`, `\/b`, ">")
	f.Add("a > b", "c", " > ")
	f.Fuzz(func(t *testing.T, first, second, separator string) {
		first, second = strings.TrimSpace(first), strings.TrimSpace(second)
		if first == "" || second == "" || separator == "" || strings.Contains(separator, `\`) {
			return
		}
		// A separator that starts or ends with a blank can be torn by trimming.
		if strings.TrimSpace(separator) != separator && (strings.Contains(first+second, strings.TrimSpace(separator)) || strings.TrimSpace(separator) == "") {
			return
		}
		if strings.Contains(separator, separator[:1]+separator[:1]) || strings.Count(separator, separator[:1]) > 1 {
			return
		}
		got := splitPath(joinPath([]string{first, second}, separator), separator)
		if len(got) != 2 || got[0] != first || got[1] != second {
			t.Fatalf("%q, %q with %q gave %q", first, second, separator, got)
		}
	})
}

// BenchmarkMap is the hot path of an import: ten columns, as of a supplier's price list.
func BenchmarkMap(b *testing.B) {
	mapping := `
code: Code
title: Title
price: { from: Price, type: decimal, layout: "1,234.56" }
offset: { from: Net, expr: "round(value * 1.2, 2)", assert: "value > 0" }
stock: Stock
visible: Active
state: { value: New, only: create }
released: { from: Date, type: date, layout: "%d/%m/%Y" }
categories: { from: Path, split: ";", lookup: category }
brand_id: { from: Brand, lookup: brand }
`
	header := []string{"Code", "Title", "Price", "Net", "Stock", "Active", "Date", "Path", "Brand"}
	j, ms := mappingOf(b, mapping)
	p, diagnostics := CompileImport("job.yaml", ms, record.NewHeader(header), &gadgets, "code", "update", Scope{Within: j.Within})
	if p == nil {
		b.Fatal(diagnostics)
	}
	rows := []record.Row{rowOf(header, "AB-00123", "Tea, green", "1,234.50", "12.35", "17", "yes", "01/03/2026", "Shop/Tea;Sale", "Acme")}
	rows[0].Cells[1].Text = "Green tea"
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, problem := p.Map(rows); problem != nil {
			b.Fatal(problem)
		}
	}
}

// BenchmarkExport is the hot path of an export.
func BenchmarkExport(b *testing.B) {
	p := compileExport(b, "A: id\nB: code\nC: title\nD: price\nE: stock\nF: visible\nG: released\nH: words\nI: link.url\nJ: { from: price, type: decimal, expr: \"value * 2\" }", "", "", Scope{})
	doc := documentOf(b, gadget)
	b.ReportAllocs()
	for b.Loop() {
		if _, problem := p.Rows(doc); problem != nil {
			b.Fatal(problem)
		}
	}
}

// BenchmarkExpression is one evaluation.
func BenchmarkExpression(b *testing.B) {
	row := rowOf([]string{"A"}, "1")
	report := newReporter("job.yaml", &Scope{})
	e := compileExpression(report, job.Scalar{Text: `round(value * 1.2, 2) + decimal(row["A"])`, Set: true}, &names{scope: &Scope{}, header: row.Header, sheet: true, value: &static{kind: kindNumber}})
	if e == nil {
		b.Fatal(report.found)
	}
	at := &env{row: &row, value: digitsValue("12.35")}
	b.ReportAllocs()
	for b.Loop() {
		if _, p := e.run(at); p != nil {
			b.Fatal(p)
		}
	}
}
