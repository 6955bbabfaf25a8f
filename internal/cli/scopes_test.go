package cli

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/compile"
	"bcetl/internal/emulator"
)

// TestStatedScopesAreLeast runs every job of the examples with a token of exactly the scopes that check states: the store refuses nothing.
// With any one of them taken away, or turned from modify into read-only, the store refuses something, and the run says which scope is missing.
func TestStatedScopesAreLeast(t *testing.T) {
	jobs, err := filepath.Glob(filepath.Join(examplesDir, "*", "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	more := t.TempDir()
	writeFiles(t, more, scopesJobs)
	for name := range scopesJobs {
		if filepath.Ext(name) == ".yaml" {
			jobs = append(jobs, filepath.Join(more, name))
		}
	}
	proved := map[string]bool{}
	for _, path := range jobs {
		name := filepath.Join(filepath.Base(filepath.Dir(path)), filepath.Base(path))
		if filepath.Base(path) == "connections.yaml" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			needed, err := newApp().needsOfJob(t.Context(), path, "shop")
			if err != nil {
				t.Fatal(err)
			}
			if len(needed) == 0 {
				t.Skip("the job asks no store")
			}
			if code, refused, stderr := runWithScopes(t, path, apiScopes(t, needed)); code != exitOK && code != exitRows || refused > 0 {
				t.Fatalf("with %s: exit %d, %d refused:\n%s", needed, code, refused, stderr)
			}
			for i, one := range needed {
				proved[one.String()] = true
				less := slices.Delete(slices.Clone(needed), i, i+1)
				if one.Modify {
					less = less.With(compile.Need{Scope: one.Scope})
				}
				code, refused, stderr := runWithScopes(t, path, apiScopes(t, less))
				if code != exitFailed && code != exitWrong || refused == 0 || !strings.Contains(stderr, "lacks the scope "+one.String()) {
					t.Errorf("without %s: exit %d, %d refused:\n%s", one, code, refused, stderr)
				}
			}
		})
	}
	for _, stated := range []string{
		"Products: modify", "Products: read-only", "Orders: read-only", "Order Transactions: read-only", "Marketing: read-only", "Marketing: modify", "Orders: modify",
		"Customers: read-only", "Information & Settings: read-only",
	} {
		if !proved[stated] {
			t.Errorf("no example needs %s, so nothing was proved of it", stated)
		}
	}
}

// scopesJobs need what no example needs. The first reads payments through their orders, and deals in days, for which it must know the store's
// timezone.
var scopesJobs = map[string]string{
	"payments.yaml": `version: 1
name: payments
connection: shop
source: { bigcommerce: transactions }
mapping: { Order: order_id, Day: { from: order.date_created, type: date, format: "%Y-%m-%d" }, Amount: amount }
sink: { csv: payments.csv }
`,
	"orders.yaml": `version: 1
name: orders
connection: shop
timezone: Europe/Brussels
source: { csv: orders.csv }
mapping:
  external_order_id: Order
  status_id: { from: Status, lookup: order_status }
  customer_id: { from: Email, lookup: customer, else: 0 }
  billing_address:
    fields: { first_name: First, last_name: Last, street_1: Street, city: City, zip: Zip, country_iso2: Country, email: Email }
  products:
    each: rows
    fields: { product_id: { from: SKU, lookup: product }, quantity: { value: 1, type: int } }
sink: { bigcommerce: orders, mode: upsert }
`,
	"orders.csv": "Order,Status,Email,First,Last,Street,City,Zip,Country,SKU\nS-1,Completed,customer01@example.com,Ada,Li,Korenlei 1,Gent,9000,BE,TEA-00001\n",
	"parcels.yaml": `version: 1
name: parcels
connection: shop
source: { csv: parcels.csv }
mapping: { order_id: { from: Order, type: int }, tracking_number: Tracking }
sink: { bigcommerce: shipments, mode: upsert }
`,
	"parcels.csv": "Order,Tracking\n359,1Z003\n",
	"batches.yaml": `version: 1
name: batches
connection: shop
source: { csv: batches.csv }
mapping: { promotion_id: { from: Promotion, lookup: promotion }, prefix: Prefix, count: { from: Count, type: int }, max_uses: { value: "1", type: int } }
sink: { bigcommerce: code_batches, mode: upsert }
`,
	"batches.csv": "Promotion,Prefix,Count\nPromotion 3 – Bulk codes,SCOPE,5\n",
}

// scopesDay is the store's day: the demo orders are those of the months before it.
var scopesDay = time.Date(2026, time.November, 25, 9, 0, 0, 0, time.UTC)

// apiScopes are the scopes' names in the API.
func apiScopes(t *testing.T, needed compile.Needs) []string {
	t.Helper()
	names := []string{"store_none"} // so that no needs at all are not taken for all scopes
	for _, scope := range catalogue.AllScopes() {
		switch one, ok := needed.Of(scope.Name); {
		case ok && one.Modify:
			names = append(names, scope.Modify)
		case ok:
			names = append(names, scope.ReadOnly)
		}
	}
	if len(names) != len(needed)+1 {
		t.Fatalf("%s: a name is not one of the control panel's", needed)
	}
	return names
}

// runWithScopes runs a job in a copy of its folder against a new store with demo data, and counts the requests that the store refused.
func runWithScopes(t *testing.T, path string, scopes []string) (code, refused int, stderr string) {
	t.Helper()
	dir := t.TempDir()
	if err := copyExample(filepath.Dir(path), dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "got"), 0o700); err != nil {
		t.Fatal(err)
	}
	store := emulator.New(emulator.Options{Hash: "demo", Tokens: map[string][]string{secretToken: scopes}, Strict: true, Clock: func() time.Time { return scopesDay }})
	store.Seed(emulator.Demo{})
	server := httptest.NewServer(store)
	defer server.Close()
	writeFiles(t, dir, map[string]string{
		"shop.yaml": fmt.Sprintf("connections:\n  shop: { store_hash: demo, access_token: \"${env:SHOP_TOKEN}\", access: write, api_url: %q }\n", server.URL),
	})
	ran := runIn(t, dir, map[string]string{"SHOP_TOKEN": secretToken}, "",
		"run", "--yes", "--connections", filepath.Join(dir, "shop.yaml"), "--connection", "shop", filepath.Join(dir, filepath.Base(path)))
	mustNotShow(t, dir, ran)
	for _, entry := range store.Log() {
		if entry.Status == http.StatusForbidden || entry.Status == http.StatusUnauthorized {
			refused++
		}
	}
	return ran.code, refused, ran.stderr
}
