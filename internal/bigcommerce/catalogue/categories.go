package catalogue

// Categories are the categories of all trees, category-trees_catalog.v3.yml: at most 16,000 in a store and 8 levels deep, names
// unique among siblings. Their id is category_id; the list has neither a sort nor a range of ids. How many one request may
// create or change is not documented; 50 is our choice. The text says that a create needs the tree or the parent, the schema both;
// both always serves.
var Categories = Object{
	Name: "categories", Singular: "category", IDField: "category_id",
	Version: "v3", ListPath: "/catalog/trees/categories", MaxLimit: 250,
	Keys: []Key{
		{Field: "category_id", Finding: Bulk, Query: "category_id:in", BulkName: "category_id:in", MaxBulk: 250},
	},
	Fields: nameable(
		readable("category_id", Int),
		readable("category_uuid", Text),
		text("name", 50).least(1).required().clears(NoClear).note("unique among its siblings"),
		whole("tree_id", "", "").required().clears(NoClear).ref("tree"),
		whole("parent_id", "", "").required().ref("category").note("0 is the top level"),
		html("description", 65535),
		whole("views", "", "").clears(NoClear),
		whole("sort_order", minInt, maxInt),
		text("page_title", 0),
		list("meta_keywords", TextList),
		text("meta_description", 65535),
		text("layout_file", 50),
		text("image_url", 0),
		flag("is_visible").effect("shows or hides the category in the storefront"),
		text("search_keywords", 255),
		choice("default_product_sort", "use_store_settings", "featured", "newest", "best_selling", "alpha_asc", "alpha_desc",
			"avg_customer_review", "price_asc", "price_desc"),
		readable("url", Struct),
		text("url.path", 255).least(1).clears(NoClear).effect("changes the category page's address"),
		flag("url.is_customized").clears(NoClear),
	),
	Filters: []Filter{
		{Name: "category_id:in", Type: Int, Many: true},
		{Name: "category_id:not_in", Type: Int, Many: true},
		{Name: "category_uuid:in", Type: Text, Many: true},
		{Name: "category_uuid:not_in", Type: Text, Many: true},
		{Name: "tree_id:in", Type: Int, Many: true, Mutable: true},
		{Name: "tree_id:not_in", Type: Int, Many: true, Mutable: true},
		{Name: "parent_id:in", Type: Int, Many: true, Mutable: true},
		{Name: "parent_id:not_in", Type: Int, Many: true, Mutable: true},
		{Name: "name", Type: Text, Mutable: true},
		{Name: "name:like", Type: Text, Mutable: true},
		{Name: "page_title", Type: Text, Mutable: true},
		{Name: "page_title:like", Type: Text, Mutable: true},
		{Name: "keyword", Type: Text, Mutable: true},
		{Name: "is_visible", Type: Bool, Mutable: true},
	},
	Create: Operation{Kind: "categories.create", Method: "POST", Path: "/catalog/trees/categories", Batch: 50, Array: true},
	Update: Operation{Kind: "categories.update", Method: "PUT", Path: "/catalog/trees/categories", Batch: 50, Array: true},
	Delete: Operation{Kind: "categories.delete", Method: "DELETE", Path: "/catalog/trees/categories", Batch: 100, ByIDs: "category_id:in"},

	ReadScope: "store_v2_products_read_only", WriteScope: "store_v2_products", Scope: "Products",
	SpecFile: "catalog/category-trees_catalog.v3.yml",
}

// Trees are the category trees, one for each storefront. Their list comes whole: it takes no page.
var Trees = Object{
	Name: "trees", Singular: "category tree", IDField: "id",
	Version: "v3", ListPath: "/catalog/trees", MaxLimit: 0,
	Keys: []Key{{Field: "id", Finding: Bulk, Query: "id:in", BulkName: "id:in", MaxBulk: 250}},
	Fields: []Field{
		readable("id", Int), readable("name", Text), readable("channels", IntList),
	},
	Filters: []Filter{
		{Name: "id:in", Type: Int, Many: true},
		{Name: "channel_id:in", Type: Int, Many: true, Mutable: true},
	},

	ReadScope: "store_v2_products_read_only", WriteScope: "store_v2_products", Scope: "Products",
	SpecFile: "catalog/category-trees_catalog.v3.yml",
}
