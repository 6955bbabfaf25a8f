package emulator

import (
	"cmp"
	"strings"

	"github.com/shopspring/decimal"
)

// getSummary answers the totals of the store; lowest_variant_price is a string, as the
// documentation has it.
func getSummary(c *call) *reply {
	var value, high, low, sum decimal.Decimal
	stock, variants := 0, 0
	oldest, newest := "", ""
	categories := map[int]int{}
	for _, p := range c.s.st.products {
		day, _, _ := strings.Cut(unquote(p.f[pCreated]), "T")
		if oldest == "" || day < oldest {
			oldest = day
		}
		newest = max(newest, day)
		for _, id := range ints(p.f[pCategories]) {
			categories[id]++
		}
		for _, v := range p.allVariants() {
			text := v.f[vPrice]
			if text == textNull {
				text = p.f[pPrice]
			}
			price, _ := parseDecimal(text)
			level := number(v.f[vInventory])
			stock += level
			value = value.Add(price.Mul(decimalInt(int64(level))))
			sum = sum.Add(price)
			if variants++; variants == 1 {
				high, low = price, price
			}
			high, low = decimal.Max(high, price), decimal.Min(low, price)
		}
	}
	average := decimal.Zero
	if variants > 0 {
		average = sum.DivRound(decimalInt(int64(variants)), 8)
	}
	primary, name := 0, ""
	for _, r := range c.s.st.categories {
		if id := number(r[0]); cmp.Compare(categories[id], categories[primary]) > 0 || primary == 0 {
			primary, name = id, categoryFields.str(r, "name")
		}
	}
	return single([]byte(`{"inventory_count":` + textInt(stock) + `,"variant_count":` + textInt(variants) +
		`,"inventory_value":` + value.String() + `,"highest_variant_price":` + high.String() +
		`,"average_variant_price":` + average.String() + `,"lowest_variant_price":` + quote(low.String()) +
		`,"oldest_variant_date":` + quote(oldest) + `,"newest_variant_date":` + quote(newest) +
		`,"primary_category_id":` + textInt(primary) + `,"primary_category_name":` + quote(name) + `}`))
}
