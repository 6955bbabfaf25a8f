package dialects

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"bcetl/internal/record"
)

// ProductDetailsName is the name under which a job's rules have ProductRows.
const ProductDetailsName = "bigcommerce-orders: Product Details"

// ProductColumns are the columns of the table that a cell of Product Details packs: its parts, and the unit price without and with tax.
var ProductColumns = []string{
	"Product ID", "Product Qty", "Product SKU", "Product Name", "Product Weight", "Product Variation Details", "Product Unit Price",
	"Product Total Price", "Unit Price (ex tax)", "Unit Price (inc tax)",
}

// pricePlaces is how many places the store keeps of a price.
const pricePlaces = 4

// pricedLine is a line with its numbers.
type pricedLine struct {
	Line
	unit, total decimal.Decimal
}

// ProductRows gives the lines of a row's Product Details, a text for each of ProductColumns.
//
// A quantity that is not written is the total price by the unit price, where that is a whole number. The panel writes prices with tax or
// without, as the store shows them: the one of the order's two subtotals that they add up to, to a cent a line, tells which they are.
// The other price is taken from it by the subtotals' own ratio, which is exact where all lines are taxed alike.
func ProductRows(row *record.Row) ([][]string, error) {
	lines, err := ProductDetails(text(row, "Product Details"))
	if err != nil {
		return nil, err
	}
	priced := make([]pricedLine, len(lines))
	for i, line := range lines {
		if priced[i], err = price(line); err != nil {
			return nil, fmt.Errorf("line %d of Product Details: %w", i+1, err)
		}
	}
	withTax, err := taxes(row, priced)
	if err != nil {
		return nil, err
	}
	rows := make([][]string, len(priced))
	for i, line := range priced {
		ex, inc := withTax(line.unit)
		rows[i] = []string{
			line.ID, line.Quantity, line.SKU, line.Name, line.Weight, line.Variation, line.UnitPrice, line.TotalPrice, ex.String(), inc.String(),
		}
	}
	return rows, nil
}

// text is a row's cell of that column, "" without it.
func text(row *record.Row, column string) string {
	place, err := row.Header.Find(column)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(row.Text(place))
}

// amount is a row's number of that column, of a workbook the one that the cell stores. It is not known where the sheet has none.
func amount(row *record.Row, column string) (number decimal.Decimal, known bool, err error) {
	written := text(row, column)
	if place, err := row.Header.Find(column); err == nil && place < len(row.Cells) && row.Cells[place].Kind == record.CellNumber && row.Cells[place].Raw != "" {
		written = row.Cells[place].Raw
	}
	if written == "" {
		return number, false, nil
	}
	if number, err = decimal.NewFromString(written); err != nil {
		return number, false, fmt.Errorf("%s, which tells whether the prices of the lines are with tax, is no number: %q", column, shortened(written))
	}
	return number, true, nil
}

// price reads a line's numbers, and works out the one of three that is not written.
func price(line Line) (pricedLine, error) {
	p := pricedLine{Line: line}
	quantity, unit, total := decimal.Decimal{}, decimal.Decimal{}, decimal.Decimal{}
	for _, number := range []struct {
		name, text string
		into       *decimal.Decimal
	}{
		{"Product Qty", line.Quantity, &quantity}, {"Product Unit Price", line.UnitPrice, &unit}, {"Product Total Price", line.TotalPrice, &total},
	} {
		if number.text == "" {
			continue
		}
		read, err := decimal.NewFromString(number.text)
		if err != nil {
			return p, fmt.Errorf("%s is no number: %q", number.name, shortened(number.text))
		}
		*number.into = read
	}
	switch {
	case line.Quantity == "" && !unit.IsZero() && total.Mod(unit).IsZero() && total.Div(unit).IsPositive():
		quantity = total.Div(unit)
		p.Quantity = quantity.String()
	case line.Quantity == "":
		return p, fmt.Errorf("Product Qty is not there, and the prices do not tell it")
	}
	switch {
	case line.UnitPrice == "" && line.TotalPrice == "":
		return p, fmt.Errorf("there is neither a Product Unit Price nor a Product Total Price")
	case line.UnitPrice == "" && quantity.IsZero():
		return p, fmt.Errorf("Product Unit Price is not there, and a quantity of 0 does not tell it")
	case line.UnitPrice == "":
		unit = total.DivRound(quantity, pricePlaces)
	case line.TotalPrice == "":
		total = unit.Mul(quantity)
	}
	p.unit, p.total = unit, total
	return p, nil
}

// taxes gives what makes the prices without and with tax of a price as it is written.
func taxes(row *record.Row, lines []pricedLine) (func(decimal.Decimal) (ex, inc decimal.Decimal), error) {
	same := func(unit decimal.Decimal) (ex, inc decimal.Decimal) { return unit, unit }
	ex, known1, err1 := amount(row, "Subtotal (ex tax)")
	inc, known2, err2 := amount(row, "Subtotal (inc tax)")
	if err := cmp.Or(err1, err2); err != nil {
		return nil, err
	}
	if len(lines) == 0 || !known1 || !known2 || ex.Equal(inc) {
		return same, nil
	}
	var sum decimal.Decimal
	for _, line := range lines {
		sum = sum.Add(line.total)
	}
	offEx, offInc := sum.Sub(ex).Abs(), sum.Sub(inc).Abs()
	cents := decimal.New(int64(len(lines)), -2)
	switch {
	case offEx.GreaterThan(cents) && offInc.GreaterThan(cents):
		return nil, fmt.Errorf("the lines of Product Details add up to %s, neither to the subtotal without tax (%s) nor to that with it (%s), so it cannot be told which their prices are", sum, ex, inc)
	case offEx.LessThanOrEqual(offInc) && !ex.IsZero():
		return func(unit decimal.Decimal) (decimal.Decimal, decimal.Decimal) {
			return unit, unit.Mul(inc).DivRound(ex, pricePlaces)
		}, nil
	case !inc.IsZero():
		return func(unit decimal.Decimal) (decimal.Decimal, decimal.Decimal) {
			return unit.Mul(ex).DivRound(inc, pricePlaces), unit
		}, nil
	}
	return same, nil
}
