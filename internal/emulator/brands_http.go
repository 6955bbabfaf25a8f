package emulator

import (
	"net/http"
	"slices"
	"strings"
)

func brandRoutes() []routeEntry {
	return []routeEntry{
		at("v3/catalog/brands", map[string]*endpoint{
			"GET": {run: listBrands, query: names(pageNames, fieldNames, idFilterNames,
				[]string{"name", "name:like", "page_title", "sort", "direction"})},
			"POST":   {run: createBrand},
			"DELETE": {run: deleteBrands, query: []string{"name", "page_title"}},
		}),
		at("v3/catalog/brands/{}", map[string]*endpoint{
			"GET":    {run: getBrand, query: fieldNames},
			"PUT":    {run: updateBrand},
			"DELETE": {run: deleteBrand},
		}),
	}
}

var idFilterNames = []string{"id", "id:in", "id:not_in", "id:min", "id:max", "id:greater", "id:less"}

// rowTest lets a row through a filter.
type rowTest func(row) bool

// idTests compiles the id filters of a request on a table whose first field is the id, or the
// same filters under another name.
func (c *call) idTests(name string, at int) ([]rowTest, *failure) {
	var tests []rowTest
	for _, f := range []struct {
		suffix string
		keep   func(have int, want []int) bool
	}{
		{"", func(have int, want []int) bool { return have == want[0] }},
		{":in", func(have int, want []int) bool { return slices.Contains(want, have) }},
		{":not_in", func(have int, want []int) bool { return !slices.Contains(want, have) }},
		{":min", func(have int, want []int) bool { return have >= want[0] }},
		{":max", func(have int, want []int) bool { return have <= want[0] }},
		{":greater", func(have int, want []int) bool { return have > want[0] }},
		{":less", func(have int, want []int) bool { return have < want[0] }},
	} {
		key := name + f.suffix
		if c.param(key) == "" || !slices.Contains(c.names, key) {
			continue
		}
		want, ok := intList(c.list(key))
		if !ok {
			return nil, badFilter(key)
		}
		tests = append(tests, func(r row) bool { return f.keep(number(r[at]), want) })
	}
	return tests, nil
}

// textTests compiles name= and name:like= filters of one field.
func (c *call) textTests(t *table, name string) []rowTest {
	var tests []rowTest
	i := t.index[name]
	if want := fold(c.param(name)); want != "" {
		tests = append(tests, func(r row) bool { return fold(unquote(r[i])) == want })
	}
	if want := fold(c.param(name + ":like")); want != "" {
		want = strings.Trim(want, "%")
		tests = append(tests, func(r row) bool { return strings.Contains(fold(unquote(r[i])), want) })
	}
	return tests
}

func filterRows(rows []row, tests []rowTest) []row {
	if len(tests) == 0 {
		return rows
	}
	var kept []row
	for _, r := range rows {
		if !slices.ContainsFunc(tests, func(pass rowTest) bool { return !pass(r) }) {
			kept = append(kept, r)
		}
	}
	return kept
}

func listBrands(c *call) *reply {
	tests, f := c.idTests("id", 0)
	if f != nil {
		return f.reply()
	}
	tests = slices.Concat(tests, c.textTests(brandFields, "name"), c.textTests(brandFields, "page_title"))
	rows := filterRows(c.s.st.brands, tests)
	if c.param("sort") == "name" {
		i := brandFields.index["name"]
		rows = slices.Clone(rows)
		slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(fold(a[i]), fold(b[i])) })
	}
	if c.param("direction") == "desc" {
		rows = slices.Clone(rows)
		slices.Reverse(rows)
	}
	return c.rowList(brandFields, rows, "id")
}

func getBrand(c *call) *reply {
	b := c.s.st.brand(c.ids[0])
	if b == nil {
		return notFound("brand", c.ids[0]).reply()
	}
	return single(brandFields.append(nil, b, c.mask(brandFields, "id")))
}

func createBrand(c *call) *reply { return c.writeBrand(brandFields.new(), creating) }

func updateBrand(c *call) *reply {
	b := c.s.st.brand(c.ids[0])
	if b == nil {
		return notFound("brand", c.ids[0]).reply()
	}
	return c.writeBrand(slices.Clone(b), updating)
}

func (c *call) writeBrand(b row, m mode) *reply {
	body, r := c.object()
	if r != nil {
		return r
	}
	var pr problems
	brandFields.patch(b, body, m, &pr, "id")
	if r := c.strictBody(&pr); r != nil {
		return r
	}
	if f := pr.failure(); f != nil {
		return f.reply()
	}
	name := brandFields.str(b, "name")
	if id := c.s.st.brandNamed(name); id != 0 && textInt(id) != b[0] {
		return failField(http.StatusConflict, "name", "The brand name is a duplicate").reply()
	}
	if brandFields.get(b, "custom_url") == "" {
		brandFields.set(b, "custom_url", urlText("/"+slug(name)+"/", false))
	}
	if m == creating {
		b[0] = textInt(c.s.st.next("brand"))
		c.s.st.brands = append(c.s.st.brands, b)
	} else {
		at, _ := rowAt(c.s.st.brands, number(b[0]))
		c.s.st.brands[at] = b
		c.s.st.rev++ // the keyword filter looks at brands' names
	}
	return single(brandFields.append(nil, b, nil))
}

func deleteBrand(c *call) *reply {
	if c.s.st.brand(c.ids[0]) == nil {
		return notFound("brand", c.ids[0]).reply()
	}
	c.s.st.dropBrand(c.ids[0])
	return noContent()
}

// deleteBrands deletes by name; the name is mandatory.
func deleteBrands(c *call) *reply {
	name := c.param("name")
	if name == "" {
		return failField(http.StatusUnprocessableEntity, "name", "A name is required to delete brands").reply()
	}
	if id := c.s.st.brandNamed(name); id != 0 {
		c.s.st.dropBrand(id)
	}
	return noContent()
}

// dropBrand removes a brand and takes it off its products.
func (st *state) dropBrand(id int) {
	at, _ := rowAt(st.brands, id)
	st.brands = slices.Delete(st.brands, at, at+1)
	st.metafields.dropResource("brand", id)
	for i, p := range st.products {
		if p.f[pBrand] == textInt(id) {
			p = p.clone()
			p.f[pBrand] = "0"
			st.products[i] = p
			st.rev++
		}
	}
}
