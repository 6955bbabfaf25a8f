package emulator

import (
	"math"

	"github.com/shopspring/decimal"
)

const (
	maxMeasure = 9_999_999_999
	maxText    = 65_535
	maxInt32   = math.MaxInt32
	minInt32   = math.MinInt32
)

func decimalInt(n int64) decimal.Decimal { return decimal.NewFromInt(n) }

// productFields are the fields of a product itself, in the order of a live store's answers.
// Source: catalog/products_catalog.v3.yml, product_Base_POST, product_Base_PUT, product_Full.
var productFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "name", kind: kindString, min: 1, max: 250, required: true},
	field{name: "type", kind: kindString, enum: []string{"physical", "digital"}, required: true},
	field{name: "sku", kind: kindString, def: textEmpty, max: 255},
	field{name: "description", kind: kindString, def: textEmpty},
	field{name: "weight", kind: kindDecimal, def: "0", max: maxMeasure, required: true},
	field{name: "width", kind: kindDecimal, def: "0", max: maxMeasure},
	field{name: "depth", kind: kindDecimal, def: "0", max: maxMeasure},
	field{name: "height", kind: kindDecimal, def: "0", max: maxMeasure},
	field{name: "price", kind: kindDecimal, required: true},
	field{name: "cost_price", kind: kindDecimal, def: "0"},
	field{name: "retail_price", kind: kindDecimal, def: "0"},
	field{name: "sale_price", kind: kindDecimal, def: "0"},
	field{name: "map_price", kind: kindDecimal, def: "0", min: -maxMeasure},
	field{name: "tax_class_id", kind: kindInt, def: "0", max: 255},
	field{name: "product_tax_code", kind: kindString, def: textEmpty, max: 255},
	field{name: "calculated_price", kind: kindDecimal, access: readOnly},
	field{name: "categories", kind: kindInts, def: "[]", max: 1000},
	field{name: "brand_id", kind: kindInt, def: "0", max: 1_000_000_000},
	field{name: "brand_name", kind: kindString, access: writeOnly},
	field{name: "option_set_id", kind: kindInt, def: textNull, access: readOnly},
	field{name: "option_set_display", kind: kindString, def: `"right"`, access: readOnly},
	field{name: "inventory_level", kind: kindInt, def: "0", min: -maxMeasure, max: maxInt32, clamp: true},
	field{name: "inventory_warning_level", kind: kindInt, def: "0", max: maxInt32, clamp: true},
	field{name: "inventory_tracking", kind: kindString, def: `"none"`, enum: []string{"none", "product", "variant"}},
	field{name: "reviews_rating_sum", kind: kindInt, def: "0", access: tolerated},
	field{name: "reviews_count", kind: kindInt, def: "0", access: tolerated},
	field{name: "total_sold", kind: kindInt, def: "0", access: tolerated},
	field{name: "fixed_cost_shipping_price", kind: kindDecimal, def: "0"},
	field{name: "is_free_shipping", kind: kindBool, def: textFalse},
	field{name: "is_visible", kind: kindBool, def: textTrue},
	field{name: "is_featured", kind: kindBool, def: textFalse},
	field{name: "related_products", kind: kindInts, def: "[-1]", max: 50},
	field{name: "warranty", kind: kindString, def: textEmpty, max: maxText},
	field{name: "bin_picking_number", kind: kindString, def: textEmpty, max: 255},
	field{name: "layout_file", kind: kindString, def: textEmpty, max: 500},
	field{name: "upc", kind: kindString, def: textEmpty, max: 14},
	field{name: "mpn", kind: kindString, def: textEmpty},
	field{name: "gtin", kind: kindString, def: textEmpty, max: 14},
	field{name: "date_last_imported", kind: kindString, def: textEmpty},
	field{name: "search_keywords", kind: kindString, def: textEmpty, max: maxText},
	field{name: "availability", kind: kindString, def: `"available"`, enum: []string{"available", "disabled", "preorder"}},
	field{name: "availability_description", kind: kindString, def: textEmpty, max: 255},
	field{name: "gift_wrapping_options_type", kind: kindString, def: `"any"`, enum: []string{"any", "none", "list"}},
	field{name: "gift_wrapping_options_list", kind: kindInts, def: "[]"},
	field{name: "sort_order", kind: kindInt, def: "0", min: minInt32, max: maxInt32},
	field{name: "condition", kind: kindString, def: `"New"`, enum: []string{"New", "Used", "Refurbished"}},
	field{name: "is_condition_shown", kind: kindBool, def: textFalse},
	field{name: "order_quantity_minimum", kind: kindInt, def: "0", max: 1_000_000_000},
	field{name: "order_quantity_maximum", kind: kindInt, def: "0", max: 1_000_000_000},
	field{name: "page_title", kind: kindString, def: textEmpty, max: 255},
	field{name: "meta_keywords", kind: kindStrings, def: "[]"},
	field{name: "meta_description", kind: kindString, def: textEmpty, max: maxText},
	field{name: "date_created", kind: kindTime, access: readOnly},
	field{name: "date_modified", kind: kindTime, access: readOnly},
	field{name: "view_count", kind: kindInt, def: "0", access: tolerated},
	field{name: "preorder_release_date", kind: kindTime, def: textNull, null: true},
	field{name: "preorder_message", kind: kindString, def: textEmpty, max: 255},
	field{name: "is_preorder_only", kind: kindBool, def: textFalse},
	field{name: "is_price_hidden", kind: kindBool, def: textFalse},
	field{name: "price_hidden_label", kind: kindString, def: textEmpty, max: 200},
	field{name: "custom_url", kind: kindObject, access: readOnly}, // written by setURL
	field{name: "base_variant_id", kind: kindInt, access: readOnly},
	field{name: "open_graph_type", kind: kindString, def: `"product"`, enum: []string{
		"product", "album", "book", "drink", "food", "game", "movie", "song", "tv_show",
	}},
	field{name: "open_graph_title", kind: kindString, def: textEmpty},
	field{name: "open_graph_description", kind: kindString, def: textEmpty},
	field{name: "open_graph_use_meta_description", kind: kindBool, def: textTrue},
	field{name: "open_graph_use_product_name", kind: kindBool, def: textTrue},
	field{name: "open_graph_use_image", kind: kindBool, def: textTrue},
)

// Positions of the fields that filters, sorting and the rules of products read.
var (
	pID          = productFields.index["id"]
	pName        = productFields.index["name"]
	pSKU         = productFields.index["sku"]
	pPrice       = productFields.index["price"]
	pSalePrice   = productFields.index["sale_price"]
	pCalculated  = productFields.index["calculated_price"]
	pCategories  = productFields.index["categories"]
	pBrand       = productFields.index["brand_id"]
	pInventory   = productFields.index["inventory_level"]
	pWarning     = productFields.index["inventory_warning_level"]
	pTracking    = productFields.index["inventory_tracking"]
	pModified    = productFields.index["date_modified"]
	pCreated     = productFields.index["date_created"]
	pURL         = productFields.index["custom_url"]
	pBaseVariant = productFields.index["base_variant_id"]
)

// productParts are the keys of a product's body that stand for sub-resources or need more than
// a table entry.
var productParts = []string{"custom_url", "custom_fields", "bulk_pricing_rules", "images", "videos", "variants"}

// includes are the sub-resources that ?include= may name.
var includes = []string{
	"bulk_pricing_rules", "channels", "custom_fields", "images", "modifiers", "options",
	"parent_relations", "primary_image", "reviews", "variants", "videos",
}
