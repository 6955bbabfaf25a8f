package cli

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"bcetl/internal/report"
)

// pharmacyJob loads a list whose header stands in the fourth row, under the parameters of the program that wrote it. Its codes begin
// with zeros, and some of its prices are 0.
const pharmacyJob = `version: 1
name: pharmacy
connection: emulator
params: { above: -1 }
source:
  xlsx: list.xlsx
  header_row: 4
  where: 'decimal(row["Precio Costo"]) > decimal(params.above)'
mapping:
  sku: Código
  name: Artículo
  price: { from: Precio Costo, type: decimal }
  brand_id: { from: Laboratorio, lookup: brand, create_missing: true }
  type: { value: physical, only: create }
  weight: { value: 0, only: create }
sink: { bigcommerce: products, mode: upsert, match: sku }
`

// pharmacyRise is a price load alone: products that the store does not have are handed back.
const pharmacyRise = `version: 1
name: pharmacy-rise
connection: emulator
source: { xlsx: list.xlsx, header_row: 4 }
mapping:
  sku: Código
  price: { from: Precio Costo, type: decimal, expr: "round(value * 1.2, 2)" }
sink: { bigcommerce: products, mode: update, match: sku }
`

// bundlesJob loads a list made to be printed: bundles with a title, subtotals, blank rows, footnotes, prices with a currency and formulas.
const bundlesJob = `version: 1
name: bundles
connection: emulator
source:
  xlsx: list.xlsx
  sheet: "40495396"
  headers: { A: Artikel, C: Preis, D: Monat }
  where: 'row["Preis"] != "" and row["Artikel"] != "Summe"'
mapping:
  name: Artikel
  price: { from: Preis, type: decimal }
  type: { value: physical, only: create }
  weight: { value: 0, only: create }
sink: { bigcommerce: products, mode: upsert, match: name }
`

// allPrices shows what came of a load.
const allPrices = `version: 1
name: prices
connection: emulator
timezone: UTC
source: { bigcommerce: products, filter: { "id:greater": 300 } }
mapping: { SKU: sku, Name: name, Price: price }
sink: { csv: prices.csv }
`

// load is one command line over a supplier's list, and what must come of it.
type load struct {
	args []string
	code int
	rows report.Tally
}

// supplierCase is a supplier's list with the loads that follow each other, and what then stands in the store beside the demo products.
type supplierCase struct {
	jobs     map[string]string
	loads    []load
	products int
	sum      string // of their prices
	prices   map[string]string
}

func TestSuppliersPriceLists(t *testing.T) {
	lists := filepath.Join("..", "..", "..", "shared", "data", "xlsx", "suppliers")
	for file, c := range map[string]supplierCase{
		"ar_pharmacy_leading_zero_codes.xlsx": {
			jobs: map[string]string{"job.yaml": pharmacyJob, "rise.yaml": pharmacyRise},
			loads: []load{
				// 14 articles cost nothing and 72 laboratories are new: both stop the run before it writes anything.
				{[]string{"job.yaml"}, exitGuarded, report.Tally{Read: 499, NotAttempted: 499}},
				{[]string{"job.yaml", "--param", "above=0"}, exitGuarded, report.Tally{Read: 499, Filtered: 14, NotAttempted: 485}},
				{[]string{"job.yaml", "--param", "above=0", "--yes=new_names"}, exitOK, report.Tally{Read: 499, Filtered: 14, Created: 485}},
				{[]string{"job.yaml", "--param", "above=0"}, exitOK, report.Tally{Read: 499, Filtered: 14, Unchanged: 485}},
				// 0.01 and a fifth is 0.01.
				{[]string{"rise.yaml"}, exitRows, report.Tally{Read: 499, Updated: 484, Unchanged: 1, Rejected: 14}},
				{[]string{"job.yaml", "--param", "above=0"}, exitOK, report.Tally{Read: 499, Filtered: 14, Updated: 484, Unchanged: 1}},
			},
			products: 485, sum: "7464337.75",
		},
		"de_dell_bundles.xlsx": {
			jobs: map[string]string{"job.yaml": bundlesJob},
			loads: []load{
				// 27 rows are titles, subtotals and footnotes; 6 articles stand in several bundles, in 19 rows.
				{[]string{"job.yaml"}, exitRows, report.Tally{Read: 88, Filtered: 27, Created: 42, Rejected: 19}},
				{[]string{"job.yaml"}, exitRows, report.Tally{Read: 88, Filtered: 27, Unchanged: 42, Rejected: 19}},
			},
			products: 42, sum: "30645.0315",
		},
	} {
		t.Run(file, func(t *testing.T) {
			content, err := os.ReadFile(filepath.Join(lists, file))
			if err != nil {
				t.Skipf("the suppliers' lists are not here (%v); TestSuppliersFixtures covers their ground", err)
			}
			c.run(t, content)
		})
	}
}

// TestSuppliersFixtures holds small lists of the same two forms.
func TestSuppliersFixtures(t *testing.T) {
	for name, c := range map[string]struct {
		sheet string
		rows  [][]string
		supplierCase
	}{
		"codes with zeros below the parameters of a program": {
			sheet: "Sheet1",
			rows: [][]string{
				{},
				{"Solo Activos", "true"},
				{},
				{"Código", "Artículo", "Laboratorio", "Precio Costo"},
				{"000024345", "GASA 10X10 - 000024345", "JAYOR      ", "n:0.01"},
				{"01720000", "VENDA\t - 01720000", " SKINTACT", "n:1234.5678"},
				{"999", "ALGODÓN - 999", "", "n:10"},
				{"000000999", "ALGODÓN GRANDE - 000000999", "JAYOR", "n:0"},
			},
			supplierCase: supplierCase{
				jobs: map[string]string{"job.yaml": pharmacyJob, "rise.yaml": pharmacyRise},
				loads: []load{
					{[]string{"job.yaml"}, exitGuarded, report.Tally{Read: 4, NotAttempted: 4}},
					{[]string{"job.yaml", "--param", "above=0"}, exitOK, report.Tally{Read: 4, Filtered: 1, Created: 3}},
					{[]string{"rise.yaml"}, exitRows, report.Tally{Read: 4, Updated: 2, Unchanged: 1, Rejected: 1}},
				},
				products: 3, sum: "1493.49",
				prices: map[string]string{"000024345": "0.01", "01720000": "1481.48", "999": "12"},
			},
		},
		"bundles with titles, subtotals and footnotes": {
			sheet: "40495396",
			rows: [][]string{
				{"Aktuelles Preisblatt Stand 16.08.2023*", "", "Preis (VK)", "Preis / Monat (48)"},
				{},
				{"Bundle 1"},
				{" Notebook ", "", "n:1379.7|#,##0.00 \"€\"", "n:28.74"},
				{"Maus", "", "n:25.200000000000003|#,##0.00 \"€\"", "n:0.5"},
				{"Summe", "", "n:1404.9|#,##0.00 \"€\"", ""},
				{},
				{"Bundle 2"},
				{"Tasche", "", "n:22.0395|#,##0.00 \"€\"", ""},
				{"Maus", "", "n:25.200000000000003|#,##0.00 \"€\"", ""},
				{"Summe", "", "n:47.2395|#,##0.00 \"€\"", ""},
				{},
				{"* Preise freibleibend"},
			},
			supplierCase: supplierCase{
				jobs: map[string]string{"job.yaml": bundlesJob},
				loads: []load{
					{[]string{"job.yaml"}, exitRows, report.Tally{Read: 9, Filtered: 5, Created: 2, Rejected: 2}},
					{[]string{"job.yaml"}, exitRows, report.Tally{Read: 9, Filtered: 5, Unchanged: 2, Rejected: 2}},
				},
				products: 2, sum: "1401.7395",
				prices: map[string]string{"Notebook": "1379.7", "Tasche": "22.0395"},
			},
		},
	} {
		t.Run(name, func(t *testing.T) { c.run(t, listWorkbook(t, c.sheet, c.rows)) })
	}
}

// listWorkbook makes a workbook of one sheet; see workbookCommand for the forms of cells.
func listWorkbook(t *testing.T, sheet string, rows [][]string) []byte {
	t.Helper()
	book := excelize.NewFile()
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		t.Fatal(err)
	}
	for r, row := range rows {
		for c, text := range row {
			if text == "" {
				continue
			}
			if err := setCell(book, sheet, c+1, r+1, text); err != nil {
				t.Fatal(err)
			}
		}
	}
	buffer, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func (c *supplierCase) run(t *testing.T, list []byte) {
	dir := t.TempDir()
	writeFiles(t, dir, c.jobs)
	writeFiles(t, dir, map[string]string{"list.xlsx": string(list), "prices.yaml": allPrices})
	t.Chdir(dir)
	for _, l := range c.loads {
		ran := runIn(t, dir, nil, "", append([]string{"run", "--json"}, l.args...)...)
		if ran.code != l.code {
			t.Fatalf("%v: exit %d, want %d:\n%s", l.args, ran.code, l.code, ran.stderr)
		}
		var done report.Report
		if err := json.Unmarshal([]byte(ran.stdout), &done); err != nil {
			t.Fatalf("%v: %v:\n%s", l.args, err, ran.stdout)
		}
		if diff := cmp.Diff(l.rows, done.Rows); diff != "" {
			t.Errorf("%v: rows (-want +got):\n%s%s", l.args, diff, ran.stderr)
		}
	}
	if ran := runIn(t, dir, nil, "", "run", "-q", "prices.yaml"); ran.code != exitOK {
		t.Fatalf("exit %d:\n%s", ran.code, ran.stderr)
	}
	file, err := os.ReadFile("prices.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(file))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	sum := decimal.Decimal{}
	prices := map[string]string{}
	for _, row := range rows[1:] {
		key := row[0]
		if key == "" {
			key = row[1]
		}
		prices[key] = row[2]
		sum = sum.Add(decimal.RequireFromString(row[2]))
	}
	if len(prices) != c.products || sum.String() != c.sum {
		t.Errorf("the store has %d products at %s in all, want %d at %s", len(prices), sum, c.products, c.sum)
	}
	if c.prices != nil {
		if diff := cmp.Diff(c.prices, prices); diff != "" {
			t.Errorf("prices (-want +got):\n%s", diff)
		}
	}
}
