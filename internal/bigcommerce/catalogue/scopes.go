package catalogue

import (
	"slices"
	"strings"
)

// Scope is an entry of the list of scopes that the control panel shows for an API account: Settings > Store-level API accounts. Each
// is given for nothing, for reading, or for changing. Source: section 3 of the API facts.
type Scope struct {
	Name     string // in the control panel, "Products"
	Modify   string // in the API, "store_v2_products"
	ReadOnly string // its twin for GET and HEAD alone
	// Probe is a cheap list that needs the scope, with its version; {order} stands for the id of an order.
	Probe string
	Or    string   // the name of another scope that opens the same, so that reads do not tell them apart; "" = none
	paths []string // beginnings of the paths that it opens
}

// The names of scopes that are no object's own.
const (
	ScopeInformation = "Information & Settings"
	ScopeCustomers   = "Customers"
)

// scopes are in the order of the control panel's importance to jobs. Metafields, which is for writing alone, cannot be probed.
var scopes = []Scope{
	twins("Products", "store_v2_products", "/v3/catalog/summary", "/v3/catalog/"),
	twins("Orders", "store_v2_orders", "/v2/orders?limit=1", "/v2/order", "/v3/orders"),
	twins("Order Transactions", "store_v2_transactions", "/v3/orders/{order}/transactions"),
	twins("Marketing", "store_v2_marketing", "/v2/coupons?limit=1", "/v2/coupons", "/v3/promotions"),
	twins(ScopeCustomers, "store_v2_customers", "/v3/customers?limit=1", "/v3/customers", "/v2/customer"),
	twins(ScopeInformation, "store_v2_information", "/v2/store", "/v2/store", "/v2/time"),
	twins("Content", "store_v2_content", "/v3/storefront/redirects?limit=1", "/v3/storefront/redirects"),
	twins("Store Inventory", "store_inventory", "/v3/inventory/items?limit=1", "/v3/inventory/"),
	twins("Store Locations", "store_locations", "/v3/inventory/locations/metafields?limit=1"),
	{
		Name: "Channel Settings", Or: "Channel Listings", Modify: "store_channel_settings", ReadOnly: "store_channel_settings_read_only",
		Probe: "/v3/channels?limit=1", paths: []string{"/v3/channels"},
	},
}

func twins(name, modify, probe string, paths ...string) Scope {
	return Scope{Name: name, Modify: modify, ReadOnly: modify + "_read_only", Probe: probe, paths: paths}
}

// Label names the scope, and the other one that opens the same.
func (s Scope) Label() string {
	if s.Or == "" {
		return s.Name
	}
	return s.Name + " or " + s.Or
}

// AllScopes lists the scopes that a token's reads can tell of.
func AllScopes() []Scope { return slices.Clone(scopes) }

// ScopeOfPath names the scope that a request needs, of a path with its version: "/v3/orders/5/transactions" needs Order Transactions.
// It is "" of paths that are not known.
func ScopeOfPath(path string) string {
	if strings.HasPrefix(path, "/v3/orders/") && strings.HasSuffix(path, "/transactions") {
		return "Order Transactions"
	}
	for i := range scopes {
		for _, beginning := range scopes[i].paths {
			if strings.HasPrefix(path, beginning) {
				return scopes[i].Name
			}
		}
	}
	return ""
}
