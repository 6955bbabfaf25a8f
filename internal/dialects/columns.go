package dialects

import (
	"slices"

	"bcetl/internal/record"
)

// ordersKnown are columns that exports of orders may have beside the 56 of the panel's own template.
var ordersKnown = []string{
	"Order Time", "Coupon Value", "Tax Rate", "Tax Name", "Combined Product Weight", "# Unique Products in Order", "Todays Date",
	"Merchant-defined Order Status", "Billing Name", "Billing State Abbreviation", "Billing Suburb + State + Zip", "Shipping Name",
	"Shipping State Abbreviation", "Shipping Suburb + State + Zip", "Fee Details",
}

// Unknown lists the columns of a sheet that its dialect does not know, in their order.
func Unknown(name string, header *record.Header) []string {
	form, ok := all[name]
	if !ok {
		return nil
	}
	var unknown []string
	for _, column := range header.Names() {
		fold := record.FoldName(column)
		same := func(other string) bool { return record.FoldName(other) == fold }
		if column != "" && !slices.ContainsFunc(form.columns(), same) && !slices.ContainsFunc(form.known, same) {
			unknown = append(unknown, column)
		}
	}
	return unknown
}

// columns are the names of the columns that the dialect writes.
func (d *dialect) columns() []string {
	var names []string
	for _, mapping := range d.written() {
		names = append(names, mapping.Target.Text)
	}
	return names
}
