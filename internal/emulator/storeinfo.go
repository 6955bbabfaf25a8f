package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func infoRoutes() []routeEntry {
	return []routeEntry{
		at("v2/store", map[string]*endpoint{"GET": {run: getStore}}),
		at("v2/time", map[string]*endpoint{"GET": {run: getTime}}),
		at("v3/catalog/summary", map[string]*endpoint{"GET": {run: getSummary}}),
		at("v3/channels", map[string]*endpoint{"GET": {run: listChannels, query: names(pageNames, []string{
			"include", "available", "status:in", "type:in", "platform:in",
			"date_created", "date_created:min", "date_created:max", "date_modified", "date_modified:min", "date_modified:max",
		})}}),
		at("v3/channels/{}", map[string]*endpoint{"GET": {run: getChannel, query: []string{"include"}}}),
		at("v3/storefront/redirects", map[string]*endpoint{"GET": {run: listNothing, query: pageNames}}),
		at("v3/inventory/items", map[string]*endpoint{"GET": {run: listNothing, query: names(pageNames, []string{
			"sku:in", "variant_id:in", "product_id:in", "location_id:in", "location_code:in",
		})}}),
		at("v3/inventory/locations/metafields", map[string]*endpoint{"GET": {run: listNothing, query: pageNames}}),
	}
}

// getStore answers the store's information; source: store_information.v2.yml.
func getStore(c *call) *reply {
	o := &c.s.opts
	raw, dst, saving := offsets(o.Timezone, c.s.now())
	symbol := map[string]string{"USD": "$", "EUR": "€", "GBP": "£", "AUD": "$", "CAD": "$"}[o.Currency]
	host := "store-" + o.Hash + ".example.com"
	body := `{"id":` + quote(o.Hash) + `,"account_uuid":"00000000-0000-4000-8000-000000000001","domain":` + quote(host) +
		`,"secure_url":` + quote("https://"+host) + `,"control_panel_base_url":` + quote("https://"+host) +
		`,"status":"live","name":` + quote(o.Name) + `,"first_name":"Store","last_name":"Owner","address":"1 Example Street",` +
		`"country":"United States","country_code":"US","infrastructure_region":"us-central1","phone":"","admin_email":"owner@example.com",` +
		`"order_email":"orders@example.com","favicon_url":"","timezone":{"name":` + quote(o.Timezone) +
		`,"raw_offset":` + textInt(raw) + `,"dst_offset":` + textInt(dst) + `,"dst_correction":` + textBool(saving) +
		`,"date_format":{"display":"M jS Y","export":"M jS Y","extended_display":"M jS Y @ g:i A"}},"language":"en","currency":` + quote(o.Currency) +
		`,"currency_symbol":` + quote(cmp.Or(symbol, o.Currency)) + `,"decimal_separator":".","thousands_separator":",","decimal_places":2,` +
		`"currency_symbol_location":"left","weight_units":` + quote(o.WeightUnits) + `,"dimension_units":` + quote(o.DimensionUnits) +
		`,"dimension_decimal_places":2,"dimension_decimal_token":".","dimension_thousands_token":",","plan_name":"Emulated","plan_level":"Plus",` +
		`"plan_is_trial":false,"industry":"","logo":[],"is_price_entered_with_tax":` + textBool(o.PricesWithTax) +
		`,"store_id":1,"default_site_id":1,"default_channel_id":1,"active_comparison_modules":[],"features":{"stencil_enabled":true,` +
		`"sitewidehttps_enabled":true,"facebook_catalog_id":"","checkout_type":"optimized","wishlists_enabled":true,` +
		`"graphql_storefront_api_enabled":true,"shopper_consent_tracking_enabled":false,"multi_storefront_enabled":true,` +
		`"storefront_limits":{"active":1,"total_including_inactive":3}}}`
	return &reply{status: http.StatusOK, body: []byte(body)}
}

// offsets gives a zone's seconds east of UTC in winter and in summer, and whether summer is now.
func offsets(name string, now time.Time) (raw, dst int, saving bool) {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return 0, 0, false
	}
	_, january := time.Date(now.Year(), time.January, 1, 0, 0, 0, 0, zone).Zone()
	_, july := time.Date(now.Year(), time.July, 1, 0, 0, 0, 0, zone).Zone()
	return min(january, july), max(january, july), now.In(zone).IsDST()
}

// getTime answers the clock in epoch seconds.
func getTime(c *call) *reply {
	return &reply{status: http.StatusOK, body: []byte(`{"time":` + strconv.FormatInt(c.s.now().Unix(), 10) + `}`)}
}

// listNothing answers for what the store never has: it makes no redirects of its own, its locations have no metafields, and stock is kept
// with products and variants, at no location.
func listNothing(c *call) *reply {
	w, r := c.window()
	if r != nil {
		return r
	}
	return c.listed([]byte("[]"), 0, 0, w)
}

func listChannels(c *call) *reply {
	var tests []rowTest
	for name, at := range map[string]int{
		"status:in": channelFields.index["status"], "type:in": channelFields.index["type"], "platform:in": channelFields.index["platform"],
	} {
		if list := c.list(name); len(list) > 0 {
			tests = append(tests, func(r row) bool { return slices.Contains(list, strings.ToLower(unquote(r[at]))) })
		}
	}
	return c.rowList(channelFields, filterRows(c.s.st.channels, tests), "id")
}

func getChannel(c *call) *reply {
	r := findRow(c.s.st.channels, c.ids[0])
	if r == nil {
		return notFound("channel", c.ids[0]).reply()
	}
	return single(channelFields.append(nil, r, nil))
}
