package emulator

import (
	"net/http"
	"slices"
	"strconv"
)

const maxTreeBatch = 50

func treeRoutes() []routeEntry {
	return []routeEntry{
		at("v3/catalog/trees", map[string]*endpoint{
			"GET":    {run: listTrees, query: names(pageNames, []string{"id:in", "channel_id:in"})},
			"PUT":    {run: upsertTrees},
			"DELETE": {run: deleteTrees, query: []string{"id:in"}},
		}),
		at("v3/catalog/trees/{}/categories", map[string]*endpoint{
			"GET": {run: getTree, query: []string{"depth"}},
		}),
	}
}

func (st *state) tree(id int) *tree {
	for _, t := range st.trees {
		if t.id == id {
			return t
		}
	}
	return nil
}

func (t *tree) append(dst []byte) []byte {
	dst = strconv.AppendInt(append(dst, `{"id":`...), int64(t.id), 10)
	dst = appendQuoted(append(dst, `,"name":`...), t.name)
	return append(dst, `,"channels":`+textInts(t.channels)+`}`...)
}

func listTrees(c *call) *reply {
	ids, ok := intList(c.list("id:in"))
	channels, ok2 := intList(c.list("channel_id:in"))
	if !ok || !ok2 {
		return badFilter("id:in").reply()
	}
	var found []*tree
	for _, t := range c.s.st.trees {
		if len(ids) > 0 && !slices.Contains(ids, t.id) {
			continue
		}
		if len(channels) > 0 && !slices.ContainsFunc(t.channels, func(id int) bool { return slices.Contains(channels, id) }) {
			continue
		}
		found = append(found, t)
	}
	w, r := c.window()
	if r != nil {
		return r
	}
	from, to := w.bounds(len(found))
	data := []byte{'['}
	for i, t := range found[from:to] {
		if i > 0 {
			data = append(data, ',')
		}
		data = t.append(data)
	}
	return c.listed(append(data, ']'), to-from, len(found), w)
}

// upsertTrees changes trees by id and creates those without; a channel shows one tree only.
func upsertTrees(c *call) *reply {
	items, r := c.array()
	if r != nil {
		return r
	}
	if len(items) > maxTreeBatch {
		return tooMany("50").reply()
	}
	trees := slices.Clone(c.s.st.trees)
	var done []*tree
	problem := map[string]string{}
	for i, item := range items {
		o, ok := item.(map[string]any)
		if !ok {
			return wrongJSON("error.expected.jsobject").reply()
		}
		prefix := strconv.Itoa(i) + "."
		t := &tree{}
		if id, ok := wholeNumber(o["id"]); ok {
			at := slices.IndexFunc(trees, func(t *tree) bool { return t.id == id })
			if at < 0 {
				problem[prefix+"tree_id"] = "Tree does not exist."
				continue
			}
			*t = *trees[at]
			trees[at] = t
		} else {
			t.id = c.s.st.next("tree")
			trees = append(trees, t)
		}
		if name, ok := o["name"].(string); ok {
			t.name = name
		}
		if n := len([]rune(t.name)); n < 1 || n > 255 {
			problem[prefix+"name"] = "name must have a length between 1 and 255"
		}
		if list, ok := o["channels"].([]any); ok {
			t.channels = nil
			for _, v := range list {
				id, ok := wholeNumber(v)
				if !ok || findRow(c.s.st.channels, id) == nil {
					problem[prefix+"channels"] = "Channel does not exist."
					continue
				}
				t.channels = append(t.channels, id)
			}
		}
		for _, other := range trees {
			if other != t && slices.ContainsFunc(t.channels, func(id int) bool { return slices.Contains(other.channels, id) }) {
				problem[prefix+"channels"] = "Channel is assigned to another tree."
			}
		}
		done = append(done, t)
	}
	if len(problem) > 0 {
		return invalidItems(problem).reply()
	}
	c.s.st.trees = trees
	data := []byte{'['}
	for i, t := range done {
		if i > 0 {
			data = append(data, ',')
		}
		data = t.append(data)
	}
	return single(append(data, ']'))
}

// invalidItems is the 422 of array bodies; keys are "<index>.<field>".
func invalidItems(errors map[string]string) *failure {
	return &failure{
		status: http.StatusUnprocessableEntity, errors: errors,
		title: "Please verify if all required fields are present in the request body and are filled with values correctly.",
	}
}

func deleteTrees(c *call) *reply {
	ids, ok := intList(c.list("id:in"))
	if !ok || len(ids) == 0 {
		return failField(http.StatusUnprocessableEntity, "id:in", "id:in is required to delete trees").reply()
	}
	for _, id := range ids {
		c.s.st.trees = slices.DeleteFunc(c.s.st.trees, func(t *tree) bool { return t.id == id })
		c.s.st.dropCategories(func(r row) bool { return categoryFields.int(r, "tree_id") == id })
	}
	return noContent()
}

// getTree answers the nested view of a tree; depth bounds the levels.
func getTree(c *call) *reply {
	t := c.s.st.tree(c.ids[0])
	if t == nil {
		f := fail(http.StatusNotFound, "Entity with id tree ["+strconv.Itoa(c.ids[0])+"] was not found ")
		f.errors = map[string]string{}
		return f.reply()
	}
	depth := maxLevels
	if text := c.param("depth"); text != "" {
		n, ok := wholeText(text)
		if !ok {
			return badFilter("depth").reply()
		}
		depth = n
	}
	children := map[int][]row{}
	for _, r := range c.s.st.categories {
		if categoryFields.int(r, "tree_id") == t.id {
			parent := categoryFields.int(r, "parent_id")
			children[parent] = append(children[parent], r)
		}
	}
	return single(appendBranch(nil, children, 0, nil, depth))
}

func appendBranch(dst []byte, children map[int][]row, parent int, path []int, depth int) []byte {
	dst = append(dst, '[')
	list := children[parent]
	if len(path) > depth {
		list = nil
	}
	for i, r := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		id := number(r[0])
		url, _ := decode([]byte(categoryFields.get(r, "url")))
		page, _ := walkString(url, "path")
		dst = append(dst, `{"id":`+r[0]+`,"parent_id":`+textInt(parent)+`,"depth":`+textInt(len(path))+`,"path":`+textInts(path)+
			`,"name":`+categoryFields.get(r, "name")+`,"is_visible":`+categoryFields.get(r, "is_visible")+`,"url":`+quote(page)+`,"children":`...)
		dst = appendBranch(dst, children, id, append(slices.Clone(path), id), depth)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func walkString(v any, key string) (string, bool) {
	o, _ := v.(map[string]any)
	s, ok := o[key].(string)
	return s, ok
}
