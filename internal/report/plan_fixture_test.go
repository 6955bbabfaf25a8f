package report

import (
	"strings"
	"time"

	"bcetl/internal/record"
)

func numberValue(text string) record.Value { return record.NumberValue(text) }

func textsValue(texts ...string) record.Value {
	var list []record.Value
	for _, text := range texts {
		list = append(list, record.TextValue(text))
	}
	return record.ListValue(list)
}

// pricesPlan is a plan of one step with something of everything.
func pricesPlan() *Plan {
	return &Plan{
		Schema: 1, Job: "spring-prices", Connection: "catalog-team", Store: "abcd1234", Created: time.Date(2024, 3, 1, 9, 30, 0, 0, time.UTC),
		Steps: []PlanStep{{
			Object: "products", Mode: "upsert", Match: "sku", Rows: 5000, Records: 4998,
			Create: 12, Update: 340, Delete: 1, Unchanged: 4640, Filtered: 2, Rejected: 3,
			NewNames: []string{"brand Müller & Söhne", "category Shop/Tea/Green", "category Shop/Tea/Black"}, Names: 3,
			Columns: []PlanColumn{
				{Target: "sku", From: "SKU", Blank: "error"},
				{Target: "name", From: "Title", Blank: "keep"},
				{Target: "price", From: "Net price, expr round(value * 1.2, 2)", Blank: "keep"},
				{Target: "sale_price", From: "Promo", Blank: "clear"},
				{Target: "categories", From: "Category path", Blank: "keep", List: "add", Lookup: "category, creates what is missing"},
				{Target: "brand_id", From: "Brand", Blank: "keep", Lookup: "brand, creates what is missing"},
				{Target: "weight", From: "Weight", Default: "0.5"},
				{Target: "condition", From: `"New"`, Blank: "keep", Only: "create"},
				{Target: "custom_fields[]", From: "Attributes", Blank: "keep", List: "add", Only: "unset"},
			},
			Guards: []PlanGuard{
				{Name: "price", Message: "31 price moves of more than 50% (row 17: price 10.00 becomes 25.00; row 18: price 8.00 becomes 1.00; and 29 more), max_changes.price is 50%"},
				{Name: "delete", Message: "1 record deleted, max_changes.delete is 0"},
				{Name: "new_names", Message: "12 new names, max_changes.new_names is 10", Accepted: true},
			},
			Effects: []string{"5 products change their URL; the store makes a redirect for each", "7 sale prices are cleared"},
			LookUps: 34, Requests: map[string]int64{"products.update": 34, "products.create": 12, "brands.create": 1, "categories.create": 0},
			Least: 3*time.Minute + 20*time.Second, Scopes: []string{"Products: modify", "Information & settings: read-only"},
		}},
	}
}

func customURL(url, extra string) record.Value {
	o := record.NewObject(3)
	o.Set("url", record.TextValue(url))
	o.Set("is_customized", record.BoolValue(true))
	if extra != "" {
		o.Set("extra", record.TextValue(extra))
	}
	return record.ObjectValue(o)
}

const longDescription = `<p>Our <b>green tea</b> comes from the hills above Uji, where the mornings are cool and the mist stays until noon.</p>
<p>Every leaf is picked by hand in April, steamed within the hour and rolled while it is warm. It keeps for a year in its tin.</p>
<ul><li>Origin: Uji, Japan</li><li>Harvest: first flush</li><li>Steep: 70 degrees for one minute</li></ul>`

func planChanges() []PlanChange {
	at := func(line int) record.Origin {
		return record.Origin{File: "data/acme-prices.xlsx", Sheet: "Prices", Line: line}
	}
	custom := func(name, value string) record.Value {
		o := record.NewObject(2)
		o.Set("name", record.TextValue(name))
		o.Set("value", record.TextValue(value))
		return record.ObjectValue(o)
	}
	described := strings.NewReplacer("in April", "in late March", "70 degrees for one minute", "75 degrees for two minutes").Replace(longDescription)
	return []PlanChange{
		{Origin: at(4), Key: "00123", Action: "create", Object: "products", Fields: []PlanField{
			{Field: "sku", After: record.TextValue("00123")},
			{Field: "name", After: record.TextValue("抹茶セット 京都 — ceremonial matcha")},
			{Field: "price", After: numberValue("1234567.50")},
			{Field: "description", After: record.TextValue(longDescription)},
			{Field: "is_visible", After: record.BoolValue(false)},
			{Field: "brand_id", After: record.RefValue(record.Ref{Kind: "brand", Key: "Müller & Söhne", Create: true})},
			{Field: "custom_fields", After: record.ListValue([]record.Value{custom("Colour", "Red"), custom("Size", "")})},
		}},
		{Origin: at(17), Key: "TEA-GREEN-100", Action: "update", Object: "products", StoreID: 1234567, Fields: []PlanField{
			{Field: "price", Before: numberValue("10.00"), After: numberValue("25.00")},
			{Field: "sale_price", Before: numberValue("8.5"), After: record.NullValue()},
			{Field: "inventory_level", Before: numberValue("0"), After: numberValue("12")},
			{Field: "name", Before: record.TextValue("Green tea, Uji, first flush, 100 g tin"), After: record.TextValue("Green tea, Uji, second flush, 100 g tin with spoon")},
			{Field: "description", Before: record.TextValue(longDescription), After: record.TextValue(described)},
			{Field: "categories", Before: record.ListValue([]record.Value{record.IntValue(23), record.IntValue(24)}), After: record.ListValue([]record.Value{record.IntValue(23), record.IntValue(24), record.RefValue(record.Ref{Kind: "category", Key: "Shop/Tea/Green", Create: true})})},
			{Field: "search_keywords", Before: textsValue("green", "tea", "japan", "uji", "sencha", "steamed", "first flush", "tin", "gift", "loose leaf"), After: textsValue("green", "tea", "japan", "uji", "sencha", "steamed", "second flush", "tin", "gift", "loose leaf", "organic")},
			{Field: "custom_url", Before: customURL("/green-tea/", "seo"), After: customURL("/uji-green-tea/", "")},
			{Field: "mpn", Before: record.TextValue(""), After: record.TextValue("10")},
			{Field: "upc", Before: record.TextValue("10"), After: numberValue("10")},
			{Field: "page_title", Before: record.TextValue("The finest green tea that money can buy in Japan"), After: record.TextValue("Sencha | 送料無料 | Müller und Söhne, gegründet achtzehnhundertvierundachtzig")},
		}},
		{Origin: at(18), Key: "BAD\x1b[31mKEY\u202e\u00a0", Action: "update", Object: "variants", StoreID: 78, Fields: []PlanField{
			{Field: "price", Before: numberValue("8.00"), After: numberValue("1.00")},
			{Field: "warranty", Before: record.TextValue("two\r\nyears\t"), After: record.TextValue("two years ")},
			{Field: "preorder_message", Before: record.Value{}, After: record.TextValue("👩‍🌾 farm-fresh 茶")},
		}},
		{Origin: at(19), Key: "OLD-1", Action: "delete", Object: "products", StoreID: 99, Fields: []PlanField{
			{Field: "name", Before: record.TextValue("Last year's calendar")}, {Field: "price", Before: numberValue("4.99")},
		}},
		{Origin: at(20), Key: "TEA-404", Action: "reject", Object: "products", Problem: &record.Problem{Code: "type.decimal", Column: "Net price", Message: `"12,5O" is not a number: 12,5O ends in a letter, not in a digit`}},
		{Origin: record.Origin{File: "data/more.csv", Line: 2}, Action: "reject", Object: "products", Problem: &record.Problem{Code: "key.empty", Message: "the key is empty"}},
		{Origin: record.Origin{File: "data/more.csv", Line: 3}, Key: "TEA-MOVED", Action: "reject", Object: "products", StoreID: 5, Problem: &record.Problem{Code: "moved", Field: "price", Message: "changed since the plan was made"}, Fields: []PlanField{{Field: "price", Before: numberValue("10.00"), After: numberValue("11.00")}}},
		{Origin: record.Origin{File: "data/more.csv", Line: 4}, Key: "SAME", Action: "unchanged", Object: "products", StoreID: 6},
		{Origin: record.Origin{File: "data/more.csv", Line: 5}, Action: "filtered"},
	}
}
