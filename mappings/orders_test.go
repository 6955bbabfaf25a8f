package mappings

import (
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

const orderBasics = `external_order_id: A
billing_address.zip: A
billing_address.country: E
`

// checked compiles rules for an object of the catalogue and gives what is wrong, without places.
func checked(t *testing.T, object *catalogue.Object, key, mode, rules string) (*Import, string) {
	t.Helper()
	j, ms := mappingOf(t, rules)
	p, diagnostics := CompileImport("job.yaml", ms, record.NewHeader([]string{"A", "B", "C", "D", "E"}), object, key, mode, Scope{Within: j.Within})
	var messages []string
	for _, d := range job.Sort(diagnostics) {
		messages = append(messages, d.Message)
	}
	return p, strings.Join(messages, "\n")
}

// TestOrderRules says what is wrong with a mapping of orders before a row is read.
func TestOrderRules(t *testing.T) {
	const custom = `"products[].name": A` + "\n" + `"products[].quantity": A` + "\n" + `"products[].price_ex_tax": A` + "\n" + `"products[].price_inc_tax": A` + "\n"
	const catalogued = `"products[].product_id": { from: A, lookup: product }` + "\n" + `"products[].quantity": A` + "\n"
	for _, test := range []struct{ name, mode, rules, want string }{
		{"custom lines", "create", orderBasics + custom, ""},
		{"catalogue lines", "upsert", orderBasics + catalogued, ""},
		{"both kinds of lines", "create", orderBasics + custom + `"products[].product_id": { from: A, lookup: product, else: custom }`, ""},
		{
			"another else", "create", orderBasics + custom + `"products[].product_id": { from: A, lookup: product, else: none }`,
			`"none" is not a plain number such as 1234.50; else is an id, or custom, for a line that is not in the catalogue`,
		},
		{
			"no country", "create", "external_order_id: A\nbilling_address.zip: A\n" + custom,
			"a new order needs billing_address.country or billing_address.country_iso2, which the mapping does not give",
		},
		{
			"no key", "create", "billing_address.zip: A\nbilling_address.country_iso2: A\n" + custom,
			"the key external_order_id is not mapped; every row needs it (match: external_order_id); a create that cannot be looked up could be made twice",
		},
		{"no key of an update", "update", "staff_notes: A", "the key external_order_id is not mapped; every row needs it (match: external_order_id)"},
		{"what a new order needs", "create", "external_order_id: A", "a new order needs billing_address.zip, products, which the mapping does not give"},
		{
			"what a new order of an upsert needs", "upsert", "external_order_id: A\nstatus_id: B",
			"a new order needs billing_address.zip, products, which the mapping does not give; map them, or write mode: update",
		},
		{"an update needs none of it", "update", "external_order_id: A\nstatus_id: B", ""},
		{
			"a custom line's fields", "create", orderBasics + `products: { each: rows, fields: { quantity: B } }`,
			"a line without products[].product_id is not in the catalogue and needs products[].name, products[].price_ex_tax, products[].price_inc_tax",
		},
		{"a custom line's name by another name", "create", orderBasics + strings.Replace(custom, "[].name", "[].name_merchant", 1), ""},
		{
			"what else: custom needs", "create", orderBasics + strings.Replace(catalogued, "product }", "product, else: custom }", 1),
			"`else: custom` makes lines that are not in the catalogue, and such a line needs products[].name, products[].price_ex_tax, products[].price_inc_tax",
		},
		{
			"fields of the catalogue's lines only", "create", orderBasics + custom + `"products[].variant_id": B`,
			"products[].variant_id goes with products[].product_id: a line without it is not in the catalogue",
		},
		{
			"lines of constants alone", "create", orderBasics + `products: { each: rows, fields: { name: { value: Tea }, quantity: { value: 1 }, price_ex_tax: { value: 1 }, price_inc_tax: { value: 1 } } }`,
			"no element of products is ever made: its fields are all constants; take one from a column, or compute it with expr",
		},
		{"no quantity", "create", orderBasics + `"products[].product_id": { from: A, lookup: product }`, "every element of products needs products[].quantity, which the mapping does not give"},
		{"lines of an update", "update", "external_order_id: A\n" + catalogued, "products are sent only when the order is created; mode: update leaves them alone"},
		{"an amount alone", "update", "external_order_id: A\ntotal_ex_tax: B", "total_ex_tax is mapped without total_inc_tax: the store takes both or neither"},
		{
			"a line's price alone", "create", orderBasics + catalogued + `"products[].price_inc_tax": B`,
			"products[].price_inc_tax is mapped without products[].price_ex_tax: the store takes both or neither",
		},
		{
			"subtotals alone", "update", "external_order_id: A\nsubtotal_ex_tax: B\nsubtotal_inc_tax: B",
			"subtotal_ex_tax is mapped without total_ex_tax, which the store does not compute anew\nsubtotal_inc_tax is mapped without total_inc_tax, which the store does not compute anew",
		},
		{"two of three amounts of a fee", "create", orderBasics + catalogued + "\"fees[].display_name_merchant\": B\n\"fees[].cost_ex_tax\": B\n\"fees[].cost_tax\": C", ""},
		{
			"one amount of a fee", "create", orderBasics + catalogued + "\"fees[].cost_ex_tax\": B",
			"a fee needs fees[].display_name_customer or fees[].display_name_merchant\na fee needs two of fees[].cost_ex_tax, fees[].cost_inc_tax and fees[].cost_tax",
		},
		{"the status by its name", "update", "external_order_id: A\nstatus: B", "status is read-only: the store sets it; did you mean status_id?"},
		{"the status looked up as something else", "update", "external_order_id: A\nstatus_id: { from: B, lookup: customer }", "status_id takes lookup: order_status"},
		{
			"a look-up that makes none", "update", "external_order_id: A\ncustomer_id: { from: B, lookup: customer, create_missing: true }",
			"a look-up of kind customer finds what there is; only category and brand can be created",
		},
		{"a part that is an object of its own", "update", `external_order_id: A` + "\n" + `"shipments[].tracking_number": B`, "writing shipments of orders is not supported by this version; a step with `bigcommerce: shipments` does that"},
		{"an everyday word", "update", `external_order_id: A` + "\n" + `billing_address.postcode: B`, `orders have no field "billing_address.postcode"; did you mean billing_address.zip?`},
		{"an everyday word of a child", "update", `external_order_id: A` + "\n" + `"shipping_addresses[].street": B`, `shipping_addresses[] has no field "street"; did you mean street_1?`},
		{"a part that is only read", "update", `external_order_id: A` + "\n" + `"coupons[].code": B`, "writing coupons of orders is not supported by this version"},
		{
			"a field of a line that is only read", "create", orderBasics + catalogued + `"products[].weight": B`,
			"products[].weight of orders can be read, not written; fields that can be written are product_id, variant_id, name, name_customer, name_merchant, sku, upc, quantity, price_ex_tax, price_inc_tax, wrapping_id, wrapping_name, …",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, got := checked(t, &catalogue.Orders, "external_order_id", test.mode, test.rules); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestCouponRules(t *testing.T) {
	for _, test := range []struct{ rules, want string }{
		{"applies_to.entity: { value: products }\n" + `applies_to.ids: { from: B, split: ";", lookup: product }`, ""},
		{"applies_to.entity: { value: products }\n" + `"applies_to.ids[]": { from: B, split: ";", lookup: category }`, "applies_to.entity is products, so the ids take lookup: product"},
		{`applies_to: { fields: { entity: { value: categories }, ids: { from: B, lookup: product } } }`, "applies_to.entity is categories, so the ids take lookup: category"},
		{"applies_to.entity: B\n" + `applies_to.ids: { from: B, lookup: category }`, ""},
		{"applies_to.entity: { value: products }\n" + `applies_to.ids: { from: B, lookup: brand }`, "applies_to.ids takes lookup: category or product"},
		{`restricted_to.countries: { from: B, split: "," }`, ""},
	} {
		if _, got := checked(t, &catalogue.Coupons, "code", "update", "code: A\n"+test.rules); got != test.want {
			t.Errorf("%s\ngot  %s\nwant %s", test.rules, got, test.want)
		}
	}
}

// TestOrderDocuments makes orders of the rows of a group.
func TestOrderDocuments(t *testing.T) {
	const rules = orderBasics + `status_id: { from: E, lookup: order_status }
products: { each: rows, fields: { product_id: { from: B, lookup: product, else: custom }, name: C, quantity: D, price_ex_tax: { from: E, type: decimal }, price_inc_tax: { from: E, type: decimal } } }
shipping_addresses: { each: rows, fields: { street_1: A, city: { value: Ghent } } }
`
	p, wrong := checked(t, &catalogue.Orders, "external_order_id", "create", rules)
	if wrong != "" {
		t.Fatal(wrong)
	}
	for _, test := range []struct {
		name string
		rows [][]string
		want string
	}{
		{
			"lines and one address",
			[][]string{{"O1", "S1", "Tea", "2", "3.50"}, {"O1", "", "Cup", "1", "3.50"}},
			`{"external_order_id":"O1","billing_address":{"zip":"O1","country":"3.50"},"status_id":{"$ref":{"kind":"order_status","key":"3.50","column":"E"}},` +
				`"products":[{"product_id":{"$ref":{"kind":"product","key":"S1","else":0,"column":"B"}},"name":"Tea","quantity":2,"price_ex_tax":3.50,"price_inc_tax":3.50},` +
				`{"name":"Cup","quantity":1,"price_ex_tax":3.50,"price_inc_tax":3.50}],"shipping_addresses":[{"street_1":"O1","city":"Ghent"}]}`,
		},
		{"a custom line without a price", [][]string{{"O1", "", "Tea", "2", ""}}, `missing_required: field products[].price_ex_tax: a line without a product of the catalogue needs products[].price_ex_tax`},
		{"a line without its quantity", [][]string{{"O1", "S1", "Tea", "2", "1"}, {"O1", "S2", "Tea", "", "1"}}, `missing_required: field products[].quantity: row 3: products[].quantity needs a value`},
		{"no key", [][]string{{"", "S1", "Tea", "2", "1"}}, `empty_key: column "A": the key external_order_id is empty`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var group []record.Row
			for i, texts := range test.rows {
				row := rowOf([]string{"A", "B", "C", "D", "E"}, texts...)
				row.Origin.Line += i
				group = append(group, row)
			}
			doc, _, _, problem := p.Map(group)
			if got := outcome(doc, problem); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// TestPartners rejects a row that fills one of two amounts.
func TestPartners(t *testing.T) {
	p, wrong := checked(t, &catalogue.Orders, "external_order_id", "update", "external_order_id: A\ntotal_inc_tax: B\ntotal_ex_tax: C")
	if wrong != "" {
		t.Fatal(wrong)
	}
	for _, test := range []struct {
		cells []string
		want  string
	}{
		{[]string{"O1", "", ""}, `{"external_order_id":"O1"}`},
		{[]string{"O1", "2", "1"}, `{"external_order_id":"O1","total_inc_tax":2,"total_ex_tax":1}`},
		{[]string{"O1", "2", ""}, `missing_partner: column "C": total_ex_tax has no value and total_inc_tax has: the store takes both or neither`},
		{[]string{"O1", "", "1"}, `missing_partner: column "B": total_inc_tax has no value and total_ex_tax has: the store takes both or neither`},
	} {
		doc, _, _, problem := p.Map([]record.Row{rowOf([]string{"A", "B", "C"}, test.cells...)})
		if got := outcome(doc, problem); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// TestOwner: what belongs to another record is told apart only together with it, in every mode.
func TestOwner(t *testing.T) {
	_, wrong := checked(t, &catalogue.Shipments, "tracking_number", "delete", "tracking_number: A")
	if want := "order_id is not mapped; tracking_number tells shipments apart only together with it"; wrong != want {
		t.Errorf("got %s", wrong)
	}
	for _, mode := range []string{"upsert", "update", "delete"} {
		p, wrong := checked(t, &catalogue.Shipments, "tracking_number", mode, "tracking_number: A\norder_id: { from: B, lookup: order }")
		if wrong != "" {
			t.Fatal(wrong)
		}
		for _, test := range []struct{ order, want string }{
			{"X7", `{"order_id":{"$ref":{"kind":"order","key":"X7","column":"B"}},"tracking_number":"T1"}`},
			{"", `empty_key: column "B": the key order_id is empty`},
		} {
			doc, key, _, problem := p.Map([]record.Row{rowOf([]string{"A", "B"}, "T1", test.order)})
			want := test.want
			if mode == "delete" {
				want = strings.Replace(want, `,"tracking_number":"T1"`, "", 1)
			}
			if got := outcome(doc, problem); got != want || key != "T1" {
				t.Errorf("%s: got %s, key %q\nwant %s", mode, got, key, want)
			}
		}
	}
}

// TestLookupOfNone: 0 beside a look-up is the id 0, which no record has: a guest, or all products.
func TestLookupOfNone(t *testing.T) {
	for _, test := range []struct {
		object    *catalogue.Object
		key, rule string
		want      string
	}{
		{&catalogue.Coupons, "code", `applies_to.ids: { from: B, lookup: category, split: ";", default: 0 }`, `{"code":"K","applies_to":{"ids":[0]}}`},
		{&catalogue.Orders, "external_order_id", `customer_id: { from: B, lookup: customer, default: 0 }`, `{"external_order_id":"K","customer_id":0}`},
		{&catalogue.Products, "sku", `categories: { from: B, lookup: category, default: 0 }`, `{"sku":"K","categories":[{"$ref":{"kind":"category","key":"0","column":"0"}}]}`},
	} {
		p, wrong := checked(t, test.object, test.key, "update", test.key+": A\n"+test.rule)
		if wrong != "" {
			t.Fatal(wrong)
		}
		doc, _, _, problem := p.Map([]record.Row{rowOf([]string{"A", "B"}, "K", "")})
		if got := outcome(doc, problem); got != test.want {
			t.Errorf("%s: got %s, want %s", test.rule, got, test.want)
		}
	}
}
