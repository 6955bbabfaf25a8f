package catalogue

// Variants are the variants of products, section 4.3 of the API facts and product-variants_catalog.v3.yml. A simple product has
// one, its base variant. Their own list knows neither a sort nor filters on the id, so they are read whole through their
// products; a null number means that the variant takes the product's.
//
// The batch update's schema leaves out sku, mpn, gtin, image_url and map_price, which the schemas of a single variant and of a
// product's variants have; the facts list them as written.
var Variants = Object{
	Name: "variants", Singular: "variant", IDField: "id",
	Version: "v3", ListPath: "/catalog/variants", MaxLimit: 250, Within: "products", WithinField: "variants",
	Keys: []Key{
		{Field: "id", Finding: Single, Query: "id"},
		{Field: "sku", Finding: Single, Query: "sku", FoldCase: true},
	},
	Fields: variantFields(),
	Filters: []Filter{
		{Name: "id", Type: Int},
		{Name: "sku", Type: Text, Mutable: true},
		{Name: "upc", Type: Text, Mutable: true},
		{Name: "product_id:in", Type: Int, Many: true},
	},
	Update: Operation{Kind: "variants.update", Method: "PUT", Path: "/catalog/variants", Batch: 50, Array: true},

	ReadScope: "store_v2_products_read_only", WriteScope: "store_v2_products", Scope: "Products",
	SpecFile: "catalog/product-variants_catalog.v3.yml",
}

func variantFields() []Field {
	return nameable(
		readable("id", Int),
		readable("product_id", Int).ref("product"),
		text("sku", 255).least(1).clears(NoClear).note("unique among products and variants, ignoring case"),
		readable("sku_id", Int),
		money("price").nullable().note("empty takes the product's"),
		money("cost_price").nullable(),
		money("sale_price").nullable(),
		money("retail_price").nullable(),
		Field{Path: "map_price", Type: Decimal, Writable: true}.nullable(),
		readable("calculated_price", Decimal),
		money("weight").nullable().note("in the store's unit of weight; empty takes the product's"),
		money("width").nullable(),
		money("height").nullable(),
		money("depth").nullable(),
		readable("calculated_weight", Decimal),
		flag("is_free_shipping"),
		money("fixed_cost_shipping_price").nullable(),
		flag("purchasing_disabled").effect("stops or starts the sale of the variant"),
		text("purchasing_disabled_message", 255),
		text("image_url", 255).note("a public address, fetched by the store"),
		text("upc", 14).mayBeNull(),
		text("mpn", 0).mayBeNull(),
		text("gtin", 14).mayBeNull(),
		whole("inventory_level", "0", maxInt).note("takes effect where the product's inventory_tracking is variant").mayBeNull(),
		whole("inventory_warning_level", "0", maxInt).mayBeNull(),
		text("bin_picking_number", 255).mayBeNull(),
		readable("option_values", StructList),
		readable("option_values[].id", Int),
		readable("option_values[].label", Text),
		readable("option_values[].option_id", Int),
		readable("option_values[].option_display_name", Text),
	)
}
