package catalogue

// Brands are the brands of products, brands_catalog.v3.yml: at most 30,000 in a store, created one at a time. Their list sorts
// by name only. A bulk delete goes by name alone, so brands are deleted singly.
var Brands = Object{
	Name: "brands", Singular: "brand", IDField: "id",
	Version: "v3", ListPath: "/catalog/brands", MaxLimit: 250,
	Keys: []Key{
		{Field: "id", Finding: Bulk, Query: "id", BulkName: "id:in", MaxBulk: 250},
		{Field: "name", Finding: Single, Query: "name", FoldCase: true},
	},
	Fields: nameable(
		readable("id", Int),
		text("name", 255).least(1).required().clears(NoClear).note("unique in the store, ignoring case"),
		text("page_title", 255),
		list("meta_keywords", TextList),
		text("meta_description", 65535),
		text("search_keywords", 65535),
		text("image_url", 255),
		readable("custom_url", Struct),
		text("custom_url.url", 1024).least(1).clears(NoClear).form(`(\/([A-Za-z0-9\-_.]{1,256}))*\/?`, "paths such as /shoes of letters, digits, -, _ and .").effect("changes the brand page's address"),
		flag("custom_url.is_customized").clears(NoClear),
	),
	Filters: append(idFilters("id", "id:in", "id:not_in", "id:min", "id:max", "id:greater", "id:less"),
		Filter{Name: "name", Type: Text, Mutable: true},
		Filter{Name: "name:like", Type: Text, Mutable: true},
		Filter{Name: "page_title", Type: Text, Mutable: true},
	),
	Create: Operation{Kind: "brands.create", Method: "POST", Path: "/catalog/brands", Batch: 1},
	Update: Operation{Kind: "brands.update", Method: "PUT", Path: "/catalog/brands/{id}", Batch: 1},
	Delete: Operation{Kind: "brands.delete", Method: "DELETE", Path: "/catalog/brands/{id}", Batch: 1},

	ReadScope: "store_v2_products_read_only", WriteScope: "store_v2_products", Scope: "Products",
	SpecFile: "catalog/brands_catalog.v3.yml",
}
