package catalogue

import "slices"

// Products are the products of the catalogue, section 4 of the API facts and products_catalog.v3.yml. Options, modifiers,
// images, variants and the other children are read with their product; they are written through endpoints of their own.
var Products = Object{
	Name: "products", Singular: "product", IDField: "id",
	Version: "v3", ListPath: "/catalog/products", MaxLimit: 250, SortedByID: true,
	IncludeCap: map[string]int{"options": 10, "modifiers": 10},
	Keys: []Key{
		{Field: "id", Finding: Bulk, Query: "id", BulkName: "id:in", MaxBulk: 250},
		{Field: "sku", Finding: Bulk, Query: "sku", BulkName: "sku:in", MaxBulk: 250, FoldCase: true},
		{Field: "name", Finding: Single, Query: "name", FoldCase: true},
	},
	Fields:  slices.Concat(productFields(), productChildren()),
	Filters: productFilters(),
	Create:  Operation{Kind: "products.create", Method: "POST", Path: "/catalog/products", Batch: 1},
	Update:  Operation{Kind: "products.update", Method: "PUT", Path: "/catalog/products", Batch: 10, Array: true},
	Delete:  Operation{Kind: "products.delete", Method: "DELETE", Path: "/catalog/products", Batch: 250, ByIDs: "id:in"},

	ReadScope: "store_v2_products_read_only", WriteScope: "store_v2_products", Scope: "Products",
	SpecFile: "catalog/products_catalog.v3.yml",
}

const (
	maxInt      = "2147483647"
	minInt      = "-2147483648"
	maxQuantity = "1000000000"
)

func productFields() []Field {
	named := nameable(
		text("name", 250).least(1).required().clears(NoClear).unique().note("unique in the store, ignoring case"),
		choice("type", "physical", "digital").required(),
		text("sku", 255).unique().note("unique among products and variants, ignoring case"),
		html("description", 0),
		size("weight").required().note("in the store's unit of weight; 0 for digital products"),
		size("width"),
		size("depth"),
		size("height"),
		money("price").required().clears(NoClear).note("in the store's currency, rounded to 4 places"),
		money("cost_price"),
		money("retail_price"),
		money("sale_price").note("0 is no sale price; any other replaces the price"),
		Field{Path: "map_price", Type: Decimal, Writable: true, Clear: ClearZero},
		whole("tax_class_id", "0", "255").note("ignored where tax is automatic"),
		text("product_tax_code", 255).note("one code, case counts"),
		readable("calculated_price", Decimal),
		list("categories", IntList).atMost(1000).ref("category"),
		whole("brand_id", "0", maxQuantity).ref("brand").note("0 is no brand"),
		readable("option_set_id", Int),
		readable("option_set_display", Text),
		whole("inventory_level", "0", maxInt).note("takes effect where inventory_tracking is product; of the default location"),
		whole("inventory_warning_level", "0", maxInt),
		choice("inventory_tracking", "none", "product", "variant"),
		readable("reviews_rating_sum", Int),
		readable("reviews_count", Int),
		readable("total_sold", Int),
		money("fixed_cost_shipping_price"),
		flag("is_free_shipping"),
		flag("is_visible").effect("shows or hides the product in the storefront"),
		flag("is_featured"),
		list("related_products", IntList).atMost(50).ref("product").note("[-1] is the store's own choice"),
		html("warranty", 65535),
		text("bin_picking_number", 255),
		text("layout_file", 500).note("themes of the Blueprint kind only"),
		text("upc", 14),
		text("mpn", 0),
		text("gtin", 14),
		Field{Path: "date_last_imported", Type: Date, Writable: true},
		text("search_keywords", 65535),
		choice("availability", "available", "disabled", "preorder").effect("may stop or start the sale of the product"),
		text("availability_description", 255),
		choice("condition", "New", "Used", "Refurbished"),
		flag("is_condition_shown"),
		whole("order_quantity_minimum", "0", maxQuantity).note("0 is no limit"),
		whole("order_quantity_maximum", "0", maxQuantity).note("0 is no limit"),
		text("page_title", 255),
		list("meta_keywords", TextList),
		text("meta_description", 65535),
		readable("date_created", Date),
		readable("date_modified", Date),
		readable("view_count", Int),
		Field{Path: "preorder_release_date", Type: Date, Writable: true}.nullable(),
		text("preorder_message", 255),
		flag("is_preorder_only"),
		flag("is_price_hidden").note("true only where availability is disabled"),
		text("price_hidden_label", 200).note("only where availability is disabled"),
		readable("custom_url", Struct),
		text("custom_url.url", 255).least(1).clears(NoClear).effect("changes the page's address; custom_url.create_redirect adds a 301 redirect"),
		flag("custom_url.is_customized").clears(NoClear),
		flag("custom_url.create_redirect").clears(NoClear).writeOnly().effect("adds a 301 redirect from the old address"),
		readable("base_variant_id", Int),
		choice("open_graph_type", "product", "album", "book", "drink", "food", "game", "movie", "song", "tv_show"),
		text("open_graph_title", 0),
		text("open_graph_description", 0),
		flag("open_graph_use_meta_description"),
		flag("open_graph_use_product_name"),
		flag("open_graph_use_image"),
	)
	unnamed := []Field{
		text("brand_name", 0).clears(NoClear).writeOnly().effect("creates the brand when the store has none of that name").
			note("brand_id with `lookup: brand` can be compared, this cannot"),
		choice("gift_wrapping_options_type", "any", "none", "list"),
		list("gift_wrapping_options_list", IntList),
		whole("sort_order", minInt, maxInt),
	}
	return slices.Concat([]Field{readable("id", Int)}, named, unnamed)
}
