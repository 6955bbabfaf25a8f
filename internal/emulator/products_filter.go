package emulator

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// productTest lets a product through a filter.
type productTest func(*product) bool

// productFilters are the query names of the product list that are not answered by an index.
// Source: catalog/products_catalog.v3.yml, GET /catalog/products.
var productFilters = map[string]func(c *call, value string) (productTest, bool){
	"id:not_in":              notInFilter("id"),
	"channel_id:in":          channelFilter,
	"categories":             onlyCategoryFilter,
	"categories:in":          anyCategoryFilter,
	"mpn":                    textFilter("mpn"),
	"upc":                    textFilter("upc"),
	"price":                  decimalFilter("price"),
	"weight":                 decimalFilter("weight"),
	"condition":              textFilter("condition"),
	"type":                   textFilter("type"),
	"availability":           textFilter("availability"),
	"brand_id":               decimalFilter("brand_id"),
	"total_sold":             decimalFilter("total_sold"),
	"is_visible":             boolFilter("is_visible", "true", "false"),
	"is_featured":            boolFilter("is_featured", "1", "0"),
	"is_free_shipping":       boolFilter("is_free_shipping", "1", "0"),
	"inventory_level":        decimalFilter("inventory_level"),
	"inventory_level:in":     inFilter("inventory_level"),
	"inventory_level:not_in": notInFilter("inventory_level"),
	"inventory_level:min":    boundFilter("inventory_level", func(order int) bool { return order >= 0 }),
	"inventory_level:max":    boundFilter("inventory_level", func(order int) bool { return order <= 0 }),
	"inventory_level:greater": boundFilter("inventory_level", func(order int) bool {
		return order > 0
	}),
	"inventory_level:less":   boundFilter("inventory_level", func(order int) bool { return order < 0 }),
	"inventory_low":          lowFilter,
	"out_of_stock":           outFilter,
	"keyword":                keywordFilter,
	"date_modified":          dayFilter("date_modified", true),
	"date_modified:min":      dateFilter("date_modified", func(order int) bool { return order >= 0 }),
	"date_modified:max":      dateFilter("date_modified", func(order int) bool { return order <= 0 }),
	"date_last_imported":     dayFilter("date_last_imported", true),
	"date_last_imported:not": dayFilter("date_last_imported", false),
	"date_last_imported:min": dateFilter("date_last_imported", func(order int) bool { return order >= 0 }),
	"date_last_imported:max": dateFilter("date_last_imported", func(order int) bool { return order <= 0 }),
}

// productTests compiles the filters of the request.
func (c *call) productTests() ([]productTest, *failure) {
	var tests []productTest
	for name := range c.query {
		build, ok := productFilters[name]
		if !ok {
			continue
		}
		test, ok := build(c, c.param(name))
		if !ok {
			return nil, badFilter(name)
		}
		tests = append(tests, test)
	}
	return tests, nil
}

func wholeText(s string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	return n, err == nil
}

func intList(parts []string) ([]int, bool) {
	list := make([]int, 0, len(parts))
	for _, part := range parts {
		n, ok := wholeText(part)
		if !ok {
			return nil, false
		}
		list = append(list, n)
	}
	return list, true
}

func textFilter(name string) func(*call, string) (productTest, bool) {
	i := productFields.index[name]
	return func(_ *call, value string) (productTest, bool) {
		want := fold(value)
		return func(p *product) bool { return fold(unquote(p.f[i])) == want }, true
	}
}

func decimalFilter(name string) func(*call, string) (productTest, bool) {
	return boundFilter(name, func(order int) bool { return order == 0 })
}

func boundFilter(name string, keep func(order int) bool) func(*call, string) (productTest, bool) {
	i := productFields.index[name]
	return func(_ *call, value string) (productTest, bool) {
		want, ok := parseDecimal(value)
		return func(p *product) bool {
			have, _ := parseDecimal(p.f[i])
			return keep(have.Cmp(want))
		}, ok
	}
}

func inFilter(name string) func(*call, string) (productTest, bool) {
	i := productFields.index[name]
	return func(_ *call, value string) (productTest, bool) {
		list, ok := intList(strings.Split(value, ","))
		return func(p *product) bool { return slices.Contains(list, number(p.f[i])) }, ok
	}
}

func notInFilter(name string) func(*call, string) (productTest, bool) {
	in := inFilter(name)
	return func(c *call, value string) (productTest, bool) {
		test, ok := in(c, value)
		return func(p *product) bool { return !test(p) }, ok
	}
}

// boolFilter takes any spelling of a truth value; strict mode only the two that are documented.
func boolFilter(name string, documented ...string) func(*call, string) (productTest, bool) {
	i := productFields.index[name]
	return func(c *call, value string) (productTest, bool) {
		want, err := strconv.ParseBool(value)
		if c.s.opts.Strict && !slices.Contains(documented, value) {
			c.violate("query value " + quote(value) + " of " + name)
			return nil, false
		}
		return func(p *product) bool { return p.f[i] == textBool(want) }, err == nil
	}
}

func channelFilter(_ *call, value string) (productTest, bool) {
	list, ok := intList(strings.Split(value, ","))
	return func(p *product) bool {
		return slices.ContainsFunc(p.channels, func(id int) bool { return slices.Contains(list, id) })
	}, ok
}

// onlyCategoryFilter keeps products whose one and only category is the one given: products in
// several categories are not returned.
func onlyCategoryFilter(c *call, value string) (productTest, bool) {
	if c.s.opts.CategoriesAll {
		return allCategoriesFilter(value)
	}
	id, ok := wholeText(value)
	want := textInts([]int{id})
	return func(p *product) bool { return p.f[pCategories] == want }, ok
}

func anyCategoryFilter(c *call, value string) (productTest, bool) {
	if c.s.opts.CategoriesAll {
		return allCategoriesFilter(value)
	}
	list, ok := intList(strings.Split(value, ","))
	return func(p *product) bool {
		return slices.ContainsFunc(ints(p.f[pCategories]), func(id int) bool { return slices.Contains(list, id) })
	}, ok
}

// allCategoriesFilter keeps products that are in every category given, whatever else they are in.
func allCategoriesFilter(value string) (productTest, bool) {
	list, ok := intList(strings.Split(value, ","))
	return func(p *product) bool {
		have := ints(p.f[pCategories])
		return !slices.ContainsFunc(list, func(id int) bool { return !slices.Contains(have, id) })
	}, ok
}

func lowFilter(_ *call, value string) (productTest, bool) {
	return flagFilter(value, func(p *product) bool {
		return p.f[pTracking] != `"none"` && number(p.f[pInventory]) <= number(p.f[pWarning])
	})
}

func outFilter(_ *call, value string) (productTest, bool) {
	return flagFilter(value, func(p *product) bool {
		return p.f[pTracking] != `"none"` && number(p.f[pInventory]) == 0
	})
}

func flagFilter(value string, test productTest) (productTest, bool) {
	want, err := strconv.ParseBool(value)
	return func(p *product) bool { return test(p) == want }, err == nil
}

// keywordFilter looks in name, description, SKU and brand.
func keywordFilter(c *call, value string) (productTest, bool) {
	want := fold(value)
	brands := map[string]bool{}
	for _, b := range c.s.st.brands {
		if strings.Contains(fold(brandFields.str(b, "name")), want) {
			brands[b[0]] = true
		}
	}
	description := productFields.index["description"]
	return func(p *product) bool {
		return brands[p.f[pBrand]] || slices.ContainsFunc([]int{pName, pSKU, description}, func(i int) bool {
			return strings.Contains(fold(unquote(p.f[i])), want)
		})
	}, value != ""
}

// dateFilter compares whole timestamps. A bound without a time of day gets the current time of
// day added, as the platform documents it for products.
func dateFilter(name string, keep func(order int) bool) func(*call, string) (productTest, bool) {
	i := productFields.index[name]
	return func(c *call, value string) (productTest, bool) {
		bound, ok := parseTime(value)
		if _, err := time.Parse(time.DateOnly, value); err == nil && !c.s.opts.DatesAtMidnight {
			now := c.s.now()
			bound = bound.Add(now.Sub(now.Truncate(24 * time.Hour)))
		}
		return func(p *product) bool {
			have, dated := parseTime(unquote(p.f[i]))
			order := have.Truncate(time.Second).Compare(bound.Truncate(time.Second))
			return dated && keep(order) && !(order == 0 && c.s.opts.BoundsExclusive)
		}, ok
	}
}

// dayFilter compares with a day, or with a second if a time is given.
func dayFilter(name string, equal bool) func(*call, string) (productTest, bool) {
	i := productFields.index[name]
	return func(_ *call, value string) (productTest, bool) {
		want, ok := parseTime(value)
		unit := time.Second
		if _, err := time.Parse(time.DateOnly, value); err == nil {
			unit = 24 * time.Hour
		}
		return func(p *product) bool {
			have, dated := parseTime(unquote(p.f[i]))
			return (dated && have.Truncate(unit).Equal(want.Truncate(unit))) == equal
		}, ok
	}
}
