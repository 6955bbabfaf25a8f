package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bcetl/internal/report"
)

// magentoJob takes the price rules of a Magento shop, as its sample data lists them, for coupons. What a coupon cannot say is handed back
// with the reason: a rule that needs no code, products given away, conditions on anything but the cart's total and one product.
const magentoJob = `version: 1
name: magento-rules
connection: emulator
source:
  csv: rules.csv
  columns:
    Minimum: 'row["conditions_serialized"] contains "\"base_subtotal\"" ? split(split(row["conditions_serialized"], "\"base_subtotal\",\"operator\":\">=\",\"value\":\"")[1], "\"")[0] : ""'
    Product: 'row["actions_serialized"] contains "\"sku\"" ? split(split(row["actions_serialized"], "\"sku\",\"operator\":\"==\",\"value\":\"")[1], "\"")[0] : ""'
  assert:
    - { that: 'row["coupon_code"] != ""', else: a rule without a code is no coupon; its counterpart is an automatic promotion }
    - { that: 'row["simple_action"] != "buy_x_get_y"', else: buy_x_get_y has no type of coupon in BigCommerce }
    - that: 'not (replace(row["conditions_serialized"], "\"attribute\":\"base_subtotal\",\"operator\":\">=\"", "") contains "\"attribute\":\"")'
      else: a coupon has no condition but the least total of the order
    - that: 'not (replace(row["actions_serialized"], "\"attribute\":\"sku\",\"operator\":\"==\"", "") contains "\"attribute\":\"")'
      else: a coupon cannot leave out some products, only name those that it is for
mapping:
  code: coupon_code
  name: name
  type: { from: simple_action, table: { by_percent: percentage_discount, by_fixed: per_item_discount, cart_fixed: per_total_discount } }
  amount: { from: discount_amount, type: decimal }
  min_purchase: Minimum
  enabled: is_active
  max_uses_per_customer: uses_per_customer
  applies_to.ids: { from: Product, lookup: product }
sink: { bigcommerce: coupons, mode: upsert, match: code }
limits: { concurrency: 1 } # so that ids follow the sheet
`

// magentoProducts makes the product that a rule is for, and magentoOut shows what came of the rules.
const (
	magentoProducts = `version: 1
name: products
connection: emulator
source: { csv: products.csv }
mapping: { sku: sku, name: name, price: price, type: { value: physical }, weight: { value: 1 } }
sink: { bigcommerce: products, mode: create, match: sku }
`
	magentoOut = `version: 1
name: coupons
connection: emulator
source: { bigcommerce: coupons, filter: { min_id: 26 } }
mapping:
  Code: code
  Name: name
  Type: type
  Amount: amount
  Minimum: min_purchase
  On: enabled
  Each: max_uses_per_customer
  For: applies_to.entity
  SKU: { from: applies_to.ids, lookup: product }
sink: { csv: coupons.csv }
`
)

// rulesCase is a sheet of rules with what must come of it: reasons are those of its rejected rows, in their order.
type rulesCase struct {
	first, again report.Tally
	reasons      []string
	coupons      string
}

const (
	noCode     = "a rule without a code is no coupon; its counterpart is an automatic promotion"
	couponHead = "Code,Name,Type,Amount,Minimum,On,Each,For,SKU\n"
)

func TestMagentoRules(t *testing.T) {
	rules, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "csv", "magento_sales_rules.csv"))
	if err != nil {
		t.Skipf("the shop's rules are not here (%v); TestMagentoRulesFixture covers their ground", err)
	}
	(&rulesCase{
		first: report.Tally{Read: 4, Created: 1, Rejected: 3}, again: report.Tally{Read: 4, Unchanged: 1, Rejected: 3},
		reasons: []string{noCode, noCode, noCode},
		coupons: couponHead + "H20,$4 Luma water bottle (save 70%),percentage_discount,70.0000,0.0000,true,1,products,24-UG06\n",
	}).run(t, string(rules))
}

// TestMagentoRulesFixture holds own rules of the same form, with codes that the shop's do not have.
func TestMagentoRulesFixture(t *testing.T) {
	const (
		all     = `"{""type"":""Combine"",""attribute"":null,""value"":""1""}"`
		least   = `"{""type"":""Combine"",""attribute"":null,""conditions"":[{""type"":""Address"",""attribute"":""base_subtotal"",""operator"":"">="",""value"":""80""}]}"`
		bottle  = `"{""type"":""Combine"",""attribute"":null,""conditions"":[{""type"":""Product"",""attribute"":""sku"",""operator"":""=="",""value"":""24-UG06"",""is_value_processed"":false}]}"`
		shelf   = `"{""type"":""Combine"",""attribute"":null,""conditions"":[{""type"":""Product"",""attribute"":""category_ids"",""operator"":""()"",""value"":%url_key=hats%}]}"`
		columns = "name,simple_action,discount_amount,is_active,coupon_code,uses_per_customer,conditions_serialized,actions_serialized\n"
	)
	(&rulesCase{
		first: report.Tally{Read: 7, Created: 2, Rejected: 5}, again: report.Tally{Read: 7, Unchanged: 2, Rejected: 5},
		reasons: []string{
			noCode,
			"buy_x_get_y has no type of coupon in BigCommerce",
			"a coupon has no condition but the least total of the order",
			"a coupon cannot leave out some products, only name those that it is for",
			`the table does not have "to_fixed"`,
		},
		coupons: couponHead + "FIVER,\"Five off, from 80\",per_item_discount,5.0000,80.0000,false,0,products,24-UG06\n" +
			"h2o,Bottle,percentage_discount,70.0000,0.0000,true,1,products,24-UG06\n",
	}).run(t, columns+
		"No code,by_percent,20,1,,,"+all+","+all+"\n"+
		"Fourth free,buy_x_get_y,1,1,FOURTH,,"+all+","+bottle+"\n"+
		"Hats,by_percent,10,1,HATS,,"+shelf+","+bottle+"\n"+
		"Not hats,by_percent,10,1,NOHATS,,"+all+","+shelf+"\n"+
		"To,to_fixed,10,1,TO,,"+all+","+bottle+"\n"+
		"\"Five off, from 80\",by_fixed,5,0,FIVER,0,"+least+","+bottle+"\n"+
		"Bottle,by_percent,70,1,h2o,1,"+all+","+bottle+"\n")
}

func (c *rulesCase) run(t *testing.T, rules string) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"rules.csv": rules, "job.yaml": magentoJob, "products.yaml": magentoProducts, "out.yaml": magentoOut,
		"products.csv": "sku,name,price\n24-UG06,Bottle of steel,13.30\n",
	})
	t.Chdir(dir)
	for _, job := range []string{"products.yaml", "job.yaml", "out.yaml", "job.yaml"} {
		ran := runIn(t, dir, nil, "", "run", "--json", job)
		var done report.Report
		if err := json.Unmarshal([]byte(ran.stdout), &done); err != nil {
			t.Fatalf("%s: exit %d: %v:\n%s%s", job, ran.code, err, ran.stdout, ran.stderr)
		}
		switch {
		case job != "job.yaml":
			if ran.code != exitOK {
				t.Fatalf("%s: exit %d:\n%s", job, ran.code, ran.stderr)
			}
			continue
		case ran.code != exitRows:
			t.Fatalf("%s: exit %d, want %d:\n%s", job, ran.code, exitRows, ran.stderr)
		}
		if diff := cmp.Diff(c.first, done.Rows); diff != "" {
			t.Errorf("rows (-want +got):\n%s%s", diff, ran.stderr)
		}
		c.first = c.again
		c.wantsReasons(t, ran.stderr)
	}
	got, err := os.ReadFile("coupons.csv")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c.coupons, string(got)); diff != "" {
		t.Errorf("coupons (-want +got):\n%s", diff)
	}
}

// wantsReasons holds that each rejected row is told its reason, in the order of the sheet.
func (c *rulesCase) wantsReasons(t *testing.T, stderr string) {
	t.Helper()
	rest := stderr
	for _, reason := range c.reasons {
		_, after, found := strings.Cut(rest, reason)
		if !found {
			t.Errorf("%q is not said, or not in its turn, in:\n%s", reason, stderr)
		}
		rest = after
	}
}
