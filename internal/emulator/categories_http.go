package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	maxLevels        = 8
	maxStoreCategory = 16_000
)

func categoryRoutes() []routeEntry {
	list := names(pageNames, fieldNames, []string{
		"category_id:in", "category_id:not_in", "tree_id:in", "tree_id:not_in", "parent_id:in", "parent_id:not_in",
		"category_uuid:in", "category_uuid:not_in", "name", "name:like", "page_title", "page_title:like", "keyword", "is_visible",
	})
	return []routeEntry{
		at("v3/catalog/trees/categories", map[string]*endpoint{
			"GET":    {run: listCategories, query: list},
			"POST":   {run: createCategories},
			"PUT":    {run: updateCategories},
			"DELETE": {run: deleteCategories, query: []string{"category_id:in", "tree_id:in", "parent_id:in", "category_uuid:in"}},
		}),
		at("v3/catalog/categories", map[string]*endpoint{
			"GET": {run: listLegacyCategories, query: names(pageNames, fieldNames, idFilterNames, []string{
				"name", "name:like", "parent_id", "parent_id:in", "parent_id:min", "parent_id:max", "parent_id:greater", "parent_id:less",
				"page_title", "page_title:like", "keyword", "is_visible", "sort",
			})},
		}),
		at("v3/catalog/categories/{}", map[string]*endpoint{
			"GET": {run: getLegacyCategory, query: fieldNames},
		}),
	}
}

// categoryTests compiles the filters that both category lists share.
func (c *call) categoryTests(id string) ([]rowTest, *failure) {
	var tests []rowTest
	for name, at := range map[string]int{
		id: 0, "tree_id": categoryFields.index["tree_id"], "parent_id": categoryFields.index["parent_id"],
	} {
		more, f := c.idTests(name, at)
		if f != nil {
			return nil, f
		}
		tests = append(tests, more...)
	}
	tests = slices.Concat(tests, c.textTests(categoryFields, "name"), c.textTests(categoryFields, "page_title"))
	uuid := categoryFields.index["category_uuid"]
	if list := c.list("category_uuid:in"); len(list) > 0 {
		tests = append(tests, func(r row) bool { return slices.Contains(list, unquote(r[uuid])) })
	}
	if list := c.list("category_uuid:not_in"); len(list) > 0 {
		tests = append(tests, func(r row) bool { return !slices.Contains(list, unquote(r[uuid])) })
	}
	if want := fold(c.param("keyword")); want != "" {
		tests = append(tests, func(r row) bool {
			return strings.Contains(fold(categoryFields.str(r, "name")+" "+categoryFields.str(r, "description")), want)
		})
	}
	if text := c.param("is_visible"); text != "" {
		want, err := strconv.ParseBool(text)
		if err != nil {
			return nil, badFilter("is_visible")
		}
		tests = append(tests, func(r row) bool { return categoryFields.get(r, "is_visible") == textBool(want) })
	}
	return tests, nil
}

func listCategories(c *call) *reply {
	tests, f := c.categoryTests("category_id")
	if f != nil {
		return f.reply()
	}
	return c.rowList(categoryFields, filterRows(c.s.st.categories, tests), "category_id")
}

// putCategory prepares a category of a POST (id 0) or PUT item and says what is wrong with it.
func (c *call) putCategory(body map[string]any, id int) (row, map[string]string) {
	st := &c.s.st
	r, m := categoryFields.new(), creating
	if id != 0 {
		old := st.category(id)
		if old == nil {
			return nil, map[string]string{"category_id": "Category does not exist."}
		}
		r, m = slices.Clone(old), updating
	}
	var pr problems
	categoryFields.patch(r, body, m, &pr, "category_id", "category_uuid")
	bad := map[string]string{}
	if f := c.strictFields(&pr); f != nil {
		maps.Copy(bad, f.errors)
	}
	for _, set := range []map[string]string{pr.missing, pr.typed, pr.invalid} {
		maps.Copy(bad, set)
	}
	if len(bad) > 0 {
		return nil, bad
	}
	parent := categoryFields.int(r, "parent_id")
	if parent != 0 {
		p := st.category(parent)
		if p == nil {
			return nil, map[string]string{"parent_id": "Parent category does not exist."}
		}
		if _, ok := body["tree_id"]; !ok {
			categoryFields.set(r, "tree_id", categoryFields.get(p, "tree_id"))
		}
	}
	switch tree := categoryFields.int(r, "tree_id"); {
	case tree == 0:
		return nil, map[string]string{"tree_id": "Tree Id is required and can't be empty"}
	case st.tree(tree) == nil:
		return nil, map[string]string{"tree_id": "Tree does not exist."}
	}
	if levels := st.levels(parent, id); levels < 0 || levels >= maxLevels {
		return nil, map[string]string{"parent_id": fmt.Sprintf("Categories can be nested %d levels deep at most.", maxLevels)}
	}
	name := fold(categoryFields.str(r, "name"))
	for _, other := range st.categories {
		if number(other[0]) != id && categoryFields.int(other, "parent_id") == parent &&
			categoryFields.get(other, "tree_id") == categoryFields.get(r, "tree_id") && fold(categoryFields.str(other, "name")) == name {
			return nil, map[string]string{"name": "The category name is a duplicate among its siblings."}
		}
	}
	if id == 0 && len(st.categories) >= maxStoreCategory {
		return nil, map[string]string{"name": "The store has the maximum of 16000 categories."}
	}
	return r, nil
}

// levels counts the ancestors of a category under parent; -1 if self is among them.
func (st *state) levels(parent, self int) int {
	n := 0
	for ; parent != 0 && n <= maxLevels; n++ {
		if parent == self {
			return -1
		}
		r := st.category(parent)
		if r == nil {
			break
		}
		parent = categoryFields.int(r, "parent_id")
	}
	return n
}

// addCategory stores a prepared new category.
func (st *state) addCategory(r row) int {
	id := st.next("category")
	r[0] = textInt(id)
	categoryFields.set(r, "category_uuid", quote(fmt.Sprintf("00000000-0000-4000-8000-%012d", id)))
	if categoryFields.get(r, "url") == "" {
		parent := ""
		if p := st.category(categoryFields.int(r, "parent_id")); p != nil {
			v, _ := decode([]byte(categoryFields.get(p, "url")))
			parent, _ = walkString(v, "path")
		}
		path := "/" + strings.Trim(parent, "/") + "/" + slug(categoryFields.str(r, "name")) + "/"
		path = strings.ReplaceAll(path, "//", "/")
		categoryFields.set(r, "url", `{"path":`+quote(path)+`,"is_customized":false}`)
	}
	st.categories = append(st.categories, r)
	return id
}

func createCategories(c *call) *reply { return c.writeCategories(false) }

func updateCategories(c *call) *reply { return c.writeCategories(true) }

// writeCategories saves what can be saved: 207 if some items are bad, 422 if all are.
func (c *call) writeCategories(update bool) *reply {
	items, refused := c.array()
	if refused != nil {
		return refused
	}
	if limit := c.s.opts.batchLimit(); len(items) > limit {
		return tooMany(textInt(limit)).reply()
	}
	problem := map[string]string{}
	data := []byte{'['}
	done := 0
	for i, item := range items {
		body, ok := item.(map[string]any)
		if !ok {
			return wrongJSON("error.expected.jsobject").reply()
		}
		id := 0
		if update {
			if id, _ = wholeNumber(body["category_id"]); id == 0 {
				id = -1
			}
		}
		r, bad := c.putCategory(body, id)
		if bad != nil {
			for name, message := range bad {
				problem[strconv.Itoa(i)+"."+name] = message
			}
			continue
		}
		if update {
			at, _ := rowAt(c.s.st.categories, id)
			c.s.st.categories[at] = r
		} else {
			c.s.st.addCategory(r)
		}
		if done++; done > 1 {
			data = append(data, ',')
		}
		data = categoryFields.append(data, r, nil)
	}
	data = append(data, ']')
	meta := `"meta":{"total":` + textInt(len(items)) + `,"success":` + textInt(done) + `,"failed":` + textInt(len(items)-done) + `}`
	if len(problem) > 0 && done == 0 {
		return invalidItems(problem).reply()
	}
	b := []byte{'{'}
	if !update {
		b = append(append(append(b, `"data":`...), data...), ',')
	}
	status := http.StatusOK
	if !update {
		status = http.StatusCreated
	}
	if len(problem) > 0 {
		status = http.StatusMultiStatus
		f := invalidItems(problem)
		f.status = status
		b = append(append(append(b, `"errors":`...), f.body()...), ',')
	}
	return &reply{status: status, body: append(append(b, meta...), '}')}
}

// deleteCategories deletes what the filters select, and all below. Products keep their other
// categories.
func deleteCategories(c *call) *reply {
	tests, f := c.categoryTests("category_id")
	if f != nil {
		return f.reply()
	}
	if len(tests) == 0 {
		failed := fail(http.StatusUnprocessableEntity, "At least one filter is required to delete categories")
		failed.errors = map[string]string{}
		body := slices.Concat([]byte(`{"errors":`), failed.body(), []byte(`,"meta":{"total":0,"success":0,"failed":0}}`))
		return &reply{status: http.StatusUnprocessableEntity, body: body}
	}
	if c.s.opts.CategoryDelete409 && c.s.st.holdProducts(filterRows(c.s.st.categories, tests)) {
		return fail(http.StatusConflict, "A category with products cannot be deleted").reply()
	}
	n := c.s.st.dropCategories(func(r row) bool {
		return !slices.ContainsFunc(tests, func(pass rowTest) bool { return !pass(r) })
	})
	if c.s.opts.CategoryDelete204 {
		return noContent()
	}
	count := textInt(n)
	return &reply{status: http.StatusAccepted, body: []byte(`{"meta":{"total":` + count + `,"success":` + count + `,"failed":0}}`)}
}

// holdProducts reports whether a product is in one of the categories.
func (st *state) holdProducts(categories []row) bool {
	return slices.ContainsFunc(st.products, func(p *product) bool {
		return slices.ContainsFunc(ints(p.f[pCategories]), func(id int) bool { return findRow(categories, id) != nil })
	})
}

// dropCategories removes the selected categories with all below them, and gives their number.
func (st *state) dropCategories(doomed func(row) bool) int {
	gone := map[string]bool{}
	parent := categoryFields.index["parent_id"]
	for grew := true; grew; {
		grew = false
		for _, r := range st.categories {
			if !gone[r[0]] && (doomed(r) || gone[r[parent]]) {
				gone[r[0]], grew = true, true
			}
		}
	}
	if len(gone) == 0 {
		return 0
	}
	st.categories = slices.DeleteFunc(st.categories, func(r row) bool { return gone[r[0]] })
	for id := range gone {
		st.metafields.dropResource("category", number(id))
	}
	for i, p := range st.products {
		list := ints(p.f[pCategories])
		kept := slices.DeleteFunc(slices.Clone(list), func(id int) bool { return gone[textInt(id)] })
		if len(kept) == len(list) {
			continue
		}
		p = p.clone()
		p.f[pCategories] = textInts(kept)
		st.products[i] = p
		st.rev++
	}
	return len(gone)
}

// legacyFields are the fields of a category in the deprecated list; source:
// catalog/categories_catalog.v3.yml.
var legacyFields = newTable(
	field{name: "id"}, field{name: "parent_id"}, field{name: "name"}, field{name: "description"}, field{name: "views"},
	field{name: "sort_order"}, field{name: "page_title"}, field{name: "search_keywords"}, field{name: "meta_keywords"},
	field{name: "meta_description"}, field{name: "layout_file"}, field{name: "is_visible"}, field{name: "default_product_sort"},
	field{name: "image_url"}, field{name: "custom_url"},
)

func legacyRow(r row) row {
	out := legacyFields.new()
	for i, f := range legacyFields.fields {
		if j, ok := categoryFields.index[f.name]; ok {
			out[i] = r[j]
		}
	}
	v, _ := decode([]byte(categoryFields.get(r, "url")))
	path, _ := walkString(v, "path")
	o, _ := v.(map[string]any)
	out[0] = r[0]
	legacyFields.set(out, "custom_url", urlText(path, o["is_customized"] == true))
	return out
}

func listLegacyCategories(c *call) *reply {
	tests, f := c.categoryTests("id")
	if f != nil {
		return f.reply()
	}
	var rows []row
	for _, r := range filterRows(c.s.st.categories, tests) {
		rows = append(rows, legacyRow(r))
	}
	switch by := c.param("sort"); by {
	case "", "id":
	case "name":
		slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(fold(a[2]), fold(b[2])) })
	case "parent_id", "sort_order":
		i := legacyFields.index[by]
		slices.SortStableFunc(rows, func(a, b row) int { return number(a[i]) - number(b[i]) })
	default:
		return badFilter("sort").reply()
	}
	return c.rowList(legacyFields, rows, "id")
}

func getLegacyCategory(c *call) *reply {
	r := c.s.st.category(c.ids[0])
	if r == nil {
		return notFound("category", c.ids[0]).reply()
	}
	return single(legacyFields.append(nil, legacyRow(r), c.mask(legacyFields, "id")))
}
