package mappings

import (
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// TestProducts maps a supplier's row to a product of the real catalogue, and a product to a sheet.
func TestProducts(t *testing.T) {
	j, ms := mappingOf(t, `
sku: SKU
name: Title
price: { from: Net price, type: decimal, expr: "round(value * 1.2, 2)", assert: "value > 0" }
sale_price: { from: Promo, type: decimal, blank: clear }
categories: { from: Category path, split: ";", lookup: category, separator: "/", create_missing: true }
brand_id: { from: Brand, lookup: brand, create_missing: true }
is_visible: { from: Active, type: bool }
tax_class_id: { from: Tax code, table: { STD: 1, RED: 2 }, else: 0 }
condition: { value: New, only: create }
weight: { from: Grams, expr: 'convert(value, "g", store.weight_units)' }
type: { value: physical, only: create }
custom_url.url: URL
`)
	header := []string{"SKU", "Title", "Net price", "Promo", "Category path", "Brand", "Active", "Tax code", "Grams", "URL"}
	p, diagnostics := CompileImport("job.yaml", ms, record.NewHeader(header), &catalogue.Products, "sku", "upsert", Scope{Within: j.Within, Store: StoreFacts{WeightUnits: "KGS"}})
	if p == nil {
		t.Fatal(diagnostics)
	}
	if missing := p.MissingForCreate(); len(missing) > 0 {
		t.Errorf("missing for a create: %v", missing)
	}
	doc, key, only, problem := p.Map([]record.Row{rowOf(header, "00123", "Green tea", "10.01", "", "Shop/Tea; Sale", "Acme", "Y", "XXX", "250", "/tea/")})
	want := `{"sku":"00123","name":"Green tea","price":12.01,"sale_price":0,` +
		`"categories":[{"$ref":{"kind":"category","key":"Shop/Tea","create":true,"column":"Category path"}},{"$ref":{"kind":"category","key":"Sale","create":true,"column":"Category path"}}],` +
		`"brand_id":{"$ref":{"kind":"brand","key":"Acme","create":true,"column":"Brand"}},"is_visible":true,"tax_class_id":0,"condition":"New","weight":0.25,"type":"physical","custom_url":{"url":"/tea/"}}`
	if got := outcome(doc, problem); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if key != "00123" || only["condition"] != "create" || only["type"] != "create" {
		t.Errorf("key %q, only %v", key, only)
	}

	_, ms = mappingOf(t, `
Product: name
SKU: variants.sku
Price: { from: [variants.price, price], format: "0.00", style: currency }
Stock: variants.inventory_level
Brand: { from: brand_id, lookup: brand }
`)
	e, diagnostics := CompileExport("job.yaml", ms, job.Scalar{Text: "variants", Set: true}, job.Scalar{}, &catalogue.Products, Scope{Names: map[string]map[string]string{"brand": {"9": "Acme"}}})
	if e == nil {
		t.Fatal(diagnostics)
	}
	rows, problem := e.Rows(documentOf(t, `{"name": "Tea", "price": 5.00, "brand_id": 9, "variants": [{"id": 1, "sku": "T1", "price": null, "inventory_level": 3}, {"id": 2, "sku": "T2", "price": 4.5, "inventory_level": 0}]}`))
	if problem != nil {
		t.Fatal(problem)
	}
	got := ""
	for _, row := range rows {
		for _, cell := range row {
			got += cellText(cell) + " "
		}
	}
	if want := "Tea T1 number:5.00 number:3 Acme Tea T2 number:4.5 number:0 Acme "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestChildrenOfProducts says of what hangs on a product that this version does not write it, once for each target.
func TestChildrenOfProducts(t *testing.T) {
	const variants = "writing variants of products is not supported by this version"
	for _, test := range []struct{ rule, want string }{
		{`"custom_fields[]": { from: A, pairs: { item: ";", key: "=" } }`, "writing custom_fields of products is not supported by this version"},
		{`custom_fields: { each: rows, fields: { name: A, value: A } }`, "writing custom_fields of products is not supported by this version"},
		{`"custom_fields[].name": A`, "writing custom_fields of products is not supported by this version"},
		{`"images[].image_url": A`, "writing images of products is not supported by this version"},
		{`"options[].option_values[].label": A`, "writing options of products is not supported by this version"},
		{`"variants[].price": A`, variants + "; a step with `bigcommerce: variants` updates them"},
		{`variants: { each: rows, fields: { sku: A, price: A } }`, variants + "; a step with `bigcommerce: variants` updates them"},
		{`"variants[].id": A`, variants},
		{`primary_image: { fields: { description: A } }`, "writing primary_image of products is not supported by this version"},
		{`primary_image.description: A`, "writing primary_image.description of products is not supported by this version"},
		{`channels: A`, "writing channels of products is not supported by this version"},
		{`date_created: A`, "date_created is read-only: the store sets it"},
		{`id: A`, "id is read-only: the store sets it; it can only be matched by, with match: id"},
	} {
		j, ms := mappingOf(t, "sku: A\n"+test.rule)
		_, diagnostics := CompileImport("job.yaml", ms, record.NewHeader([]string{"A"}), &catalogue.Products, "sku", "update", Scope{Within: j.Within})
		if len(diagnostics) != 1 || diagnostics[0].Message != test.want {
			t.Errorf("%s: %v", test.rule, diagnostics)
		}
	}
}
