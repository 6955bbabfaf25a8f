package dialects

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/mappings"
)

func TestProductDetails(t *testing.T) {
	for _, tc := range []struct {
		name, cell string
		want       []Line
		error      string
	}{
		{"empty", "  ", nil, ""},
		{
			"the panel's own",
			"Product ID: 84, Product Qty: 2, Product SKU: A 1-07, Product Name: Wedge, large, Product Weight: 21.2100, Product Variation Details: Size: L - 5&#039; 9&quot; to 6&#039;, Reason: Pain, Product Unit Price: 96.00, Product Total Price: 192.00",
			[]Line{{"84", "2", "A 1-07", "Wedge, large", "21.2100", "Size: L - 5&#039; 9&quot; to 6&#039;, Reason: Pain", "96.00", "192.00"}},
			"",
		},
		{
			"short",
			"Product ID: 1, Product Name: Cap, Product SKU: C, Product Unit Price: 5, Product Total Price: 5|Product ID: 2, Product Name: Bag, Product SKU: B, Product Unit Price: 7, Product Total Price: 14",
			[]Line{{ID: "1", Name: "Cap", SKU: "C", UnitPrice: "5", TotalPrice: "5"}, {ID: "2", Name: "Bag", SKU: "B", UnitPrice: "7", TotalPrice: "14"}},
			"",
		},
		{
			"bars and line breaks in names, parts of other templates",
			"Product ID: 0, Product Qty: 1, Product SKU: , Product Name: Knife | Boning\nblade, Product Variation Details: , Product Unit Price: 46.99, Product Unit Cost: 0.00, Product Index: 1, Product Weight: 5.0000, Product Total Price: 46.99, Product Total Cost: 0.00, Peachtree General Ledger Account: , Peachtree Tax Type: 1| Product ID: 167, Product Qty: 1, Product SKU: S, Product Name: Cap (M, L & XL), Product Unit Price: 9.95, Product Total Price: 9.95",
			[]Line{
				{"0", "1", "", "Knife | Boning\nblade", "5.0000", "", "46.99", "46.99"},
				{ID: "167", Quantity: "1", SKU: "S", Name: "Cap (M, L & XL)", UnitPrice: "9.95", TotalPrice: "9.95"},
			},
			"",
		},
		{"no labels", "2 x Cap", nil, "line 1 of Product Details: expected `Product ID: …, Product Qty: …`, found \"2 x Cap\""},
		{"a label in a name", "Product ID: 1, Product Name: Sticker, Product SKU: x, Product SKU: S", nil, "line 1 of Product Details: Product SKU stands there twice, so it cannot be told where a value ends"},
		{"text before the first label", "Product ID: 1|1 Product ID: 2, Product Name: A, Product Name: B", nil, "line 1 of Product Details: Product Name stands there twice, so it cannot be told where a value ends"},
	} {
		got, err := ProductDetails(tc.cell)
		if message := fmt.Sprint(err); err != nil && message != tc.error || err == nil && tc.error != "" {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.error)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}

// What an export writes is read back, whatever names and SKUs hold, as long as they hold no label.
func TestProductDetailsAreReadAsWritten(t *testing.T) {
	j, _ := expanded(t, "source: { bigcommerce: orders }\nsink: { csv: a.csv, dialect: bigcommerce-orders }\n")
	var cell []job.Mapping
	for _, m := range j.Steps[0].Outputs[0].Mapping {
		if m.Target.Text == "Product Details" {
			cell = append(cell, m)
		}
	}
	program, found := mappings.CompileExport("job.yaml", cell, job.Scalar{}, job.Scalar{}, &catalogue.Orders, mappings.Scope{})
	if len(found) > 0 {
		t.Fatal(found)
	}
	isLabel := regexp.MustCompile(`(Product|Peachtree) [A-Z]`)
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-Za-z0-9,:|"'=()&é玉♥ .\n/-]{0,30}`)
		plain := func(name string) string {
			text := strings.TrimSpace(word.Draw(t, name))
			if isLabel.MatchString(text) {
				t.Skip("a label")
			}
			return text
		}
		amount := rapid.StringMatching(`[0-9]{1,4}\.[0-9]{2}([0-9]{0,1}[1-9])?`)
		inc := rapid.Bool().Draw(t, "entered with tax")
		var want []Line
		var products []record.Value
		for range rapid.IntRange(0, 4).Draw(t, "lines") {
			quantity := fmt.Sprint(rapid.IntRange(1, 99).Draw(t, "quantity"))
			line := Line{
				ID: fmt.Sprint(rapid.IntRange(0, 9999).Draw(t, "id")), Quantity: quantity, SKU: plain("sku"), Name: plain("name"), Weight: "0.5000",
				UnitPrice: amount.Draw(t, "unit"), TotalPrice: amount.Draw(t, "total"),
			}
			name, choice := plain("option"), plain("choice")
			line.Variation = strings.TrimSpace(name + ": " + choice)
			want = append(want, line)
			tax, other := "ex", "inc"
			if inc {
				tax, other = other, tax
			}
			product := record.NewObject(0)
			for _, field := range [][2]string{
				{"sku", line.SKU},
				{"name", line.Name},
				{"weight", line.Weight},
				{"price_" + tax + "_tax", line.UnitPrice},
				{"total_" + tax + "_tax", line.TotalPrice},
				{"price_" + other + "_tax", "1"},
				{"total_" + other + "_tax", "1"},
			} {
				product.Set(field[0], record.TextValue(field[1]))
			}
			product.Set("product_id", record.NumberValue(line.ID))
			product.Set("quantity", record.NumberValue(line.Quantity))
			option := record.NewObject(0)
			option.Set("display_name", record.TextValue(name))
			option.Set("display_value", record.TextValue(choice))
			product.Set("product_options", record.ListValue([]record.Value{record.ObjectValue(option)}))
			products = append(products, record.ObjectValue(product))
		}
		doc := record.NewObject(0)
		doc.Set("is_tax_inclusive_pricing", record.BoolValue(inc))
		doc.Set("products", record.ListValue(products))
		rows, problem := program.Rows(doc)
		if problem != nil {
			t.Fatal(problem)
		}
		packed := rows[0][0].String()
		got, err := ProductDetails(packed)
		if err != nil {
			t.Fatalf("%v\n%s", err, packed)
		}
		for i := range got {
			got[i].UnitPrice, want[i].UnitPrice = number(t, got[i].UnitPrice), number(t, want[i].UnitPrice)
			got[i].TotalPrice, want[i].TotalPrice = number(t, got[i].TotalPrice), number(t, want[i].TotalPrice)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\n%s", packed, diff)
		}
	})
}

func number(t *rapid.T, text string) string {
	n, err := record.NumberValue(text).Decimal()
	if err != nil {
		t.Fatalf("%q is no number", text)
	}
	return n.String()
}

func TestProductRows(t *testing.T) {
	const one = "Product ID: 1, Product Qty: 3, Product SKU: A, Product Name: N, Product Unit Price: 10.00, Product Total Price: 30.00"
	for _, tc := range []struct {
		name, cell, ex, inc string
		want                string // quantity, price without, price with tax
		error               string
	}{
		{"no tax", one, "30.00", "30.00", "3 10 10", ""},
		{"without tax", one, "30.00", "36.00", "3 10 12", ""},
		{"with tax", one, "25.00", "30.00", "3 8.3333 10", ""},
		{"a cent off", one, "25.00", "30.01", "3 8.3306 10", ""},
		{"a subtotal that is no number", one, "30,00", "36,00", "", `Subtotal (ex tax), which tells whether the prices of the lines are with tax, is no number: "30,00"`},
		{"no subtotals", one, "", "", "3 10 10", ""},
		{"neither", one, "20.00", "24.00", "", "the lines of Product Details add up to 30, neither to the subtotal without tax (20) nor to that with it (24), so it cannot be told which their prices are"},
		{"a quantity that the prices tell", strings.Replace(one, "Product Qty: 3, ", "", 1), "30", "30", "3 10 10", ""},
		{"one that they do not", strings.Replace(strings.Replace(one, "Product Qty: 3, ", "", 1), "30.00", "25.00", 1), "25", "25", "", "line 1 of Product Details: Product Qty is not there, and the prices do not tell it"},
		{"of nothing", strings.Replace(strings.Replace(strings.Replace(one, "Product Qty: 3, ", "", 1), "30.00", "0.00", 1), "10.00", "0.00", 1), "0", "0", "", "line 1 of Product Details: Product Qty is not there, and the prices do not tell it"},
		{"no unit price", strings.Replace(one, "Product Unit Price: 10.00, ", "", 1), "30", "30", "3 10 10", ""},
		{"no price", strings.Split(one, ", Product Unit")[0], "30", "30", "", "line 1 of Product Details: there is neither a Product Unit Price nor a Product Total Price"},
		{"no number", strings.Replace(one, "10.00", "10.00 EUR", 1), "30", "30", "", `line 1 of Product Details: Product Unit Price is no number: "10.00 EUR"`},
		{"free", strings.Replace(strings.Replace(one, "10.00", "0.00", 1), "30.00", "0.00", 1), "0", "0", "3 0 0", ""},
		{"two lines", one + "|" + strings.Replace(one, "10.00", "1.005", 1), "60.00", "72.00", "3 10 12; 3 1.005 1.206", ""},
	} {
		header := record.NewHeader([]string{"product details", "Subtotal (ex tax)", "Subtotal (inc tax)"})
		row := record.Row{Header: header, Cells: []record.Cell{{Text: tc.cell}, {Text: tc.ex}, {Text: tc.inc}}}
		rows, err := ProductRows(&row)
		var got []string
		for _, texts := range rows {
			if len(texts) != len(ProductColumns) {
				t.Fatalf("%d texts for %d columns", len(texts), len(ProductColumns))
			}
			got = append(got, texts[1]+" "+texts[8]+" "+texts[9])
		}
		if strings.Join(got, "; ") != tc.want || fmt.Sprint(err) != cmpOr(tc.error) {
			t.Errorf("%s: %q, %v", tc.name, got, err)
		}
	}
}

// Of a workbook the number counts that the cell stores, however it is shown.
func TestSubtotalsOfAWorkbook(t *testing.T) {
	header := record.NewHeader([]string{"Product Details", "Subtotal (ex tax)", "Subtotal (inc tax)"})
	row := record.Row{Header: header, Cells: []record.Cell{
		{Text: "Product ID: 1, Product Qty: 1, Product Unit Price: 1000.00"},
		{Text: "$1,000.00", Raw: "1000", Kind: record.CellNumber},
		{Text: "$1,200", Raw: "1200", Kind: record.CellNumber},
	}}
	rows, err := ProductRows(&row)
	if err != nil || rows[0][8] != "1000" || rows[0][9] != "1200" {
		t.Errorf("%q, %v", rows, err)
	}
}

func cmpOr(text string) string {
	if text == "" {
		return "<nil>"
	}
	return text
}

func FuzzProductDetails(f *testing.F) {
	f.Add("Product ID: 1, Product Qty: 3, Product SKU: A, Product Name: N|M, Product Unit Price: 10.00|Product ID: 2, Product Name: b")
	f.Add("|Product ID:, Product Name:|")
	f.Fuzz(func(t *testing.T, cell string) {
		lines, err := ProductDetails(cell)
		if err != nil {
			return
		}
		for _, line := range lines {
			for _, part := range []string{line.ID, line.Quantity, line.SKU, line.Name, line.Weight, line.Variation, line.UnitPrice, line.TotalPrice} {
				if !strings.Contains(cell, part) || part != strings.TrimSpace(part) {
					t.Errorf("%q is not of %q", part, cell)
				}
			}
		}
	})
}
