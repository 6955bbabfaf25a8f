package emulator

import (
	"net/http"
	"slices"
	"strings"
)

// allScopes are the scopes of the default token.
var allScopes = []string{
	"store_v2_products", "store_v2_information", "store_channel_settings", "store_channel_listings",
	"store_v2_orders", "store_v2_transactions", "store_v2_marketing", "store_v2_customers", "store_v2_content",
	"store_inventory", "store_locations", "store_metafield_write",
}

// scopesOf gives the modify scopes that open a path; their read-only twins open it for GET and HEAD.
func scopesOf(path string) []string {
	switch {
	case strings.HasPrefix(path, "/v3/orders/") && strings.HasSuffix(path, "/transactions"):
		return []string{"store_v2_transactions"}
	case strings.HasPrefix(path, "/v3/orders/") && strings.Contains(path, "/payment_actions/"):
		return []string{"store_v2_orders", "store_v2_transactions"}
	case strings.HasPrefix(path, "/v2/order"), strings.HasPrefix(path, "/v3/orders"):
		return []string{"store_v2_orders"}
	case strings.HasPrefix(path, "/v2/coupons"), strings.HasPrefix(path, "/v3/promotions"):
		return []string{"store_v2_marketing"}
	case strings.HasPrefix(path, "/v2/customer"), strings.HasPrefix(path, "/v3/customers"):
		return []string{"store_v2_customers"}
	case strings.HasPrefix(path, "/v3/storefront/redirects"):
		return []string{"store_v2_content"}
	case strings.HasPrefix(path, "/v3/inventory/locations") && !strings.HasSuffix(path, "/items"):
		return []string{"store_locations"}
	case strings.HasPrefix(path, "/v3/inventory/"):
		return []string{"store_inventory"}
	case strings.HasPrefix(path, "/v3/catalog/"):
		return []string{"store_v2_products"}
	case strings.HasPrefix(path, "/v3/channels"):
		return []string{"store_channel_settings", "store_channel_listings"}
	case path == "/v2/store", path == "/v2/time":
		return []string{"store_v2_information"}
	}
	return nil
}

// admit checks hash, token and scope; nil means welcome.
func (s *Store) admit(hash string, c *call) *reply {
	token := c.header.Get("X-Auth-Token")
	if token == "" {
		return &reply{status: http.StatusUnauthorized, kind: "text/plain; charset=utf-8", body: []byte("X-Auth-Token header is required")}
	}
	scopes, ok := s.tokens.scopes(token)
	if !ok {
		return s.unauthorized(c)
	}
	if hash != s.opts.Hash {
		return s.forbidden(c)
	}
	wanted := scopesOf(c.path)
	if len(wanted) == 0 {
		return nil
	}
	reading := c.method == http.MethodGet || c.method == http.MethodHead
	for _, scope := range wanted {
		if slices.Contains(scopes, scope) || reading && slices.Contains(scopes, scope+"_read_only") {
			return nil
		}
	}
	return s.forbidden(c)
}

func (s *Store) unauthorized(c *call) *reply {
	switch {
	case s.opts.PlainText401:
		return &reply{status: http.StatusUnauthorized, kind: "text/plain; charset=utf-8", body: []byte("Unauthorized")}
	case c.v2():
		return failV2(http.StatusUnauthorized, "Unauthorized", "")
	}
	return fail(http.StatusUnauthorized, "Unauthorized").reply()
}

func (s *Store) forbidden(c *call) *reply {
	if s.opts.Gateway403 {
		return &reply{status: http.StatusForbidden, body: []byte(`{"error":"You are authorized but your scope does not include this resource."}`)}
	}
	title := "You don't have a required scope to access the endpoint"
	if c.v2() {
		return failV2(http.StatusForbidden, title, "")
	}
	return fail(http.StatusForbidden, title).reply()
}
