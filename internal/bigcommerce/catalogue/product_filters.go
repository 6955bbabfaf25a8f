package catalogue

import "slices"

// productFilters are the filters of GET /catalog/products, section 4.2 of the API facts. All but those on the id are mutable:
// a write may change whether a product matches.
func productFilters() []Filter {
	mutable := []Filter{
		{Name: "channel_id:in", Type: Int, Many: true},
		{Name: "categories", Type: Int},
		{Name: "categories:in", Type: Int, Many: true},
		{Name: "name", Type: Text},
		{Name: "sku", Type: Text},
		{Name: "sku:in", Type: Text, Many: true},
		{Name: "mpn", Type: Text},
		{Name: "upc", Type: Text},
		{Name: "price", Type: Decimal},
		{Name: "weight", Type: Decimal},
		{Name: "condition", Type: Text, Enum: []string{"new", "used", "refurbished"}},
		{Name: "brand_id", Type: Int},
		{Name: "date_modified", Type: Date},
		{Name: "date_modified:min", Type: Date},
		{Name: "date_modified:max", Type: Date},
		{Name: "date_last_imported", Type: Date},
		{Name: "date_last_imported:not", Type: Date},
		{Name: "date_last_imported:min", Type: Date},
		{Name: "date_last_imported:max", Type: Date},
		{Name: "is_visible", Type: Bool},
		{Name: "is_featured", Type: Bool, OneZero: true},
		{Name: "is_free_shipping", Type: Bool, OneZero: true},
		{Name: "inventory_level", Type: Int},
		{Name: "inventory_level:in", Type: Int, Many: true},
		{Name: "inventory_level:not_in", Type: Int, Many: true},
		{Name: "inventory_level:min", Type: Int},
		{Name: "inventory_level:max", Type: Int},
		{Name: "inventory_level:greater", Type: Int},
		{Name: "inventory_level:less", Type: Int},
		{Name: "inventory_low", Type: Bool, OneZero: true},
		{Name: "out_of_stock", Type: Bool, OneZero: true},
		{Name: "total_sold", Type: Int},
		{Name: "type", Type: Text, Enum: []string{"physical", "digital"}},
		{Name: "keyword", Type: Text},
		{Name: "keyword_context", Type: Text, Enum: []string{"shopper", "merchant"}},
		{Name: "availability", Type: Text, Enum: []string{"available", "disabled", "preorder"}},
	}
	for i := range mutable {
		mutable[i].Mutable = true
	}
	return slices.Concat(idFilters("id", "id:in", "id:not_in", "id:min", "id:max", "id:greater", "id:less"), mutable)
}
