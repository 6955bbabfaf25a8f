package dialects

import (
	"slices"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/mappings"
)

// The panel's own columns in their order.
const ordersColumns = "Order ID, Customer ID, Customer Name, Customer Email, Customer Phone, Order Date, Order Status, Subtotal (inc tax), " +
	"Subtotal (ex tax), Tax Total, Shipping Cost (inc tax), Shipping Cost (ex tax), Ship Method, Handling Cost (inc tax), " +
	"Handling Cost (ex tax), Store Credit Redeemed, Gift Certificate Amount Redeemed, Gift Certificate Code, " +
	"Gift Certificate Expiration Date, Coupon Details, Order Total (inc tax), Order Total (ex tax), Payment Method, Total Quantity, " +
	"Total Shipped, Date Shipped, Order Currency Code, Exchange Rate, Order Notes, Customer Message, Billing First Name, " +
	"Billing Last Name, Billing Company, Billing Street 1, Billing Street 2, Billing Suburb, Billing State, Billing Zip, " +
	"Billing Country, Billing Phone, Billing Email, Shipping First Name, Shipping Last Name, Shipping Company, Shipping Street 1, " +
	"Shipping Street 2, Shipping Suburb, Shipping State, Shipping Zip, Shipping Country, Shipping Phone, Shipping Email, " +
	"Product Details, Refund Amount, Channel ID, Channel Name"

func expanded(t *testing.T, text string) (*job.Job, []job.Diagnostic) {
	t.Helper()
	j, found := job.Parse("job.yaml", []byte("version: 1\nname: n\nconnection: c\n"+text))
	if len(found) > 0 {
		t.Fatalf("parse: %v", found)
	}
	return Expand(j)
}

func targets(mapping []job.Mapping) []string {
	var names []string
	for _, m := range mapping {
		names = append(names, m.Target.Text)
	}
	return names
}

func TestOrdersAreWrittenAsThePanelWritesThem(t *testing.T) {
	j, found := expanded(t, "source: { bigcommerce: orders }\nsink: { csv: a.csv, dialect: bigcommerce-orders }\n")
	if len(found) > 0 {
		t.Fatal(found)
	}
	mapping := j.Steps[0].Outputs[0].Mapping
	want := strings.Split(ordersColumns, ", ")
	if got := targets(mapping); !slices.Equal(got, want) || len(got) != 56 {
		t.Errorf("%d columns: %q", len(got), got)
	}
	if _, found := mappings.CompileExport("job.yaml", mapping, job.Scalar{}, job.Scalar{}, &catalogue.Orders, mappings.Scope{}); len(found) > 0 {
		t.Errorf("a column of the dialect does not compile: %v", found)
	}
	for _, m := range mapping {
		if !m.Rule.Native || m.Target.Line != 5 || m.Target.Column != 30 {
			t.Errorf("%s stands at %v", m.Target.Text, m.Target.Pos)
		}
	}
}

// What a job maps beside a dialect.
func TestReplacements(t *testing.T) {
	const written = "source: { bigcommerce: orders }\nsink: { csv: a.csv, dialect: bigcommerce-orders }\n"
	read := func(mode string) string {
		return "source: { csv: a.csv, dialect: bigcommerce-orders }\nsink: { bigcommerce: orders, " + mode + " }\n"
	}
	for _, tc := range []struct {
		name, job, mapping string
		want               []string // targets that must be there in this order
		gone               []string
		error              string
	}{
		{"a column keeps its place and name", written, `{ "order  date": date_modified }`, []string{"Customer Phone", "Order Date", "Order Status"}, []string{"order  date"}, ""},
		{"a column is left out", written, `{ Order Date: { skip: true } }`, []string{"Customer Phone", "Order Status"}, []string{"Order Date"}, ""},
		{"a new column stands behind", written, `{ Cart: cart_id }`, []string{"Channel ID", "Channel Name", "Cart"}, nil, ""},
		{"an unknown one cannot be left out", written, `{ Order Dat: { skip: true } }`, nil, nil, `bigcommerce-orders maps no "Order Dat" that could be left out; did you mean Order Date, Order ID or Order Status?`},
		{"create", read("mode: create"), "", []string{"external_order_id", "status_id", "date_created", "customer_id", "products"}, []string{"id"}, ""},
		{"update by id", read("mode: update, match: id"), "", []string{"id", "status_id", "payment_method"}, []string{"external_order_id", "date_created", "customer_id", "products"}, ""},
		{"upsert", read("mode: upsert, match: external_order_id"), "", []string{"external_order_id", "products"}, []string{"id"}, ""},
		{"archive", read("mode: delete, match: id"), "", []string{"id"}, []string{"status_id", "external_order_id", "billing_address.zip"}, ""},
		{
			"the lines are one field", read("mode: create"), `{ "products[].name": Item, "products[].quantity": Qty }`,
			[]string{"shipping_addresses[].shipping_method", "products[].name", "products[].quantity"},
			[]string{"products"},
			"",
		},
		{
			"one field of an address", read("mode: create"), `{ "shipping_addresses[].phone": Mobile }`,
			[]string{"shipping_addresses[].country", "shipping_addresses[].phone", "shipping_addresses[].email"},
			nil, "",
		},
		{
			"an address as a whole", read("mode: create"), `{ "shipping_addresses": { skip: true }, billing_address: { fields: { zip: PLZ } } }`,
			[]string{"total_ex_tax", "products", "billing_address"},
			[]string{"shipping_addresses[].phone", "billing_address.zip"},
			"",
		},
	} {
		text := tc.job
		if tc.mapping != "" {
			text += "mapping: " + tc.mapping + "\n"
		}
		j, found := expanded(t, text)
		if tc.error != "" {
			if len(found) != 1 || found[0].Message != tc.error || found[0].Pos.Line != 6 {
				t.Errorf("%s: %v", tc.name, found)
			}
			continue
		}
		got := targets(j.Steps[0].Outputs[0].Mapping)
		at := -1
		for _, want := range tc.want {
			next := slices.Index(got, want)
			if next <= at {
				t.Errorf("%s: %s is not behind the one before: %q", tc.name, want, got)
			}
			at = next
		}
		for _, gone := range tc.gone {
			if slices.Contains(got, gone) {
				t.Errorf("%s: %s is still there", tc.name, gone)
			}
		}
		if len(found) > 0 {
			t.Errorf("%s: %v", tc.name, found)
		}
	}
}

func TestAnotherObjectIsRefused(t *testing.T) {
	j, found := expanded(t, "source: { bigcommerce: products }\nsink: { csv: a.csv, dialect: bigcommerce-orders }\n")
	if len(found) != 1 || found[0].Message != "a sheet of bigcommerce-orders holds orders, not products" || found[0].Length != len("bigcommerce-orders") {
		t.Errorf("%v", found)
	}
	if len(j.Steps[0].Outputs) > 0 {
		t.Error("the products were given a mapping of orders")
	}
}

// A sheet of an older template lacks columns: what it has is read, and nobody is told to add some.
func TestFit(t *testing.T) {
	j, _ := expanded(t, "source: { csv: a.csv, dialect: bigcommerce-orders }\nmapping: { staff_notes: Memo }\nsink: { bigcommerce: orders, mode: update, match: id }\n")
	mapping := j.Steps[0].Outputs[0].Mapping
	header := record.NewHeader([]string{" order id", "ORDER STATUS", "Subtotal (inc tax)", "Order Total (inc tax)", "Order Total (ex tax)", "Billing Zip"})
	fitting, left := Fit(mapping, header)
	if got := strings.Join(targets(fitting), " "); got != "id status_id staff_notes total_inc_tax total_ex_tax billing_address.zip" {
		t.Errorf("kept %s", got)
	}
	for _, target := range []string{"subtotal_inc_tax", "subtotal_ex_tax", "payment_method"} {
		if !slices.Contains(left, target) {
			t.Errorf("%s is not told of: %v", target, left)
		}
	}
	if len(fitting)+len(left) != len(mapping) {
		t.Errorf("%d kept and %d left of %d", len(fitting), len(left), len(mapping))
	}
	if fitting, _ := Fit(mapping, record.NewHeader([]string{"Status"})); fitting[0].Target.Text != "id" {
		t.Error("the key was left out of a sheet without it")
	}
	if _, left := Fit(mapping, record.NewHeader([]string{"Order ID", "Order Status", "Order status"})); slices.Contains(left, "status_id") {
		t.Error("a column that stands twice was taken for none")
	}
}

func TestUnknownColumns(t *testing.T) {
	header := record.NewHeader(append(strings.Split(ordersColumns, ", "), "order  time", "# Unique Products in Order", "", "Delivery slot"))
	if got := Unknown("bigcommerce-orders", header); !slices.Equal(got, []string{"Delivery slot"}) {
		t.Errorf("unknown: %q", got)
	}
	if got := Unknown("", header); got != nil {
		t.Errorf("without a dialect: %q", got)
	}
}

// The fields of the dialect compile for a sheet with the panel's columns, in every mode.
func TestReadCompiles(t *testing.T) {
	header := record.NewHeader(strings.Split(ordersColumns, ", "))
	scope := mappings.Scope{Unpack: map[string]mappings.Unpacker{ProductDetailsName: {Columns: ProductColumns, Rows: ProductRows}}}
	for _, sink := range []struct{ mode, match string }{
		{"create", "external_order_id"}, {"upsert", "external_order_id"}, {"update", "id"}, {"update", "external_order_id"}, {"delete", "id"}, {"delete", "external_order_id"},
	} {
		j, found := expanded(t, "source: { csv: a.csv, dialect: bigcommerce-orders }\nsink: { bigcommerce: orders, mode: "+sink.mode+", match: "+sink.match+" }\n")
		if len(found) > 0 {
			t.Fatal(found)
		}
		mapping, left := Fit(j.Steps[0].Outputs[0].Mapping, header)
		if len(left) > 0 {
			t.Errorf("%v: no columns for %v", sink, left)
		}
		if _, found := mappings.CompileImport("job.yaml", mapping, header, &catalogue.Orders, sink.match, sink.mode, scope); len(found) > 0 {
			t.Errorf("%v: %v", sink, found)
		}
	}
}
