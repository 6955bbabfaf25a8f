package emulator

// categoryFields are the fields of a category in a tree, with tree_id and the parent first.
// Source: catalog/category-trees_catalog.v3.yml.
var categoryFields = newTable(
	field{name: "category_id", kind: kindInt, access: readOnly},
	field{name: "category_uuid", kind: kindString, access: readOnly},
	field{name: "parent_id", kind: kindInt, def: "0", max: maxInt32},
	field{name: "tree_id", kind: kindInt, max: maxInt32},
	field{name: "name", kind: kindString, min: 1, max: 50, required: true},
	field{name: "description", kind: kindString, def: textEmpty, max: maxText},
	field{name: "views", kind: kindInt, def: "0", access: tolerated},
	field{name: "sort_order", kind: kindInt, def: "0", min: minInt32, max: maxInt32},
	field{name: "page_title", kind: kindString, def: textEmpty, max: 255},
	field{name: "search_keywords", kind: kindString, def: textEmpty, max: 255},
	field{name: "meta_keywords", kind: kindStrings, def: "[]"},
	field{name: "meta_description", kind: kindString, def: textEmpty, max: maxText},
	field{name: "layout_file", kind: kindString, def: textEmpty, max: 50},
	field{name: "is_visible", kind: kindBool, def: textTrue},
	field{name: "default_product_sort", kind: kindString, def: `"use_store_settings"`, enum: []string{
		"use_store_settings", "featured", "newest", "best_selling", "alpha_asc", "alpha_desc",
		"avg_customer_review", "price_asc", "price_desc",
	}},
	field{name: "url", kind: kindObject},
	field{name: "image_url", kind: kindString, def: textEmpty},
)

// tree is a category tree and the channels that show it.
type tree struct {
	id       int
	name     string
	channels []int
}

func (st *state) category(id int) row { return findRow(st.categories, id) }
