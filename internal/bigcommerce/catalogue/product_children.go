package catalogue

import "slices"

// productChildren are what hangs on a product. An export reads them; none may be sent with the product.
func productChildren() []Field {
	return slices.Concat(
		included("variants", append([]Field{readable("variants", StructList)}, under("variants[]", variantFields())...)...),
		included("images",
			readable("images", StructList), readable("images[].id", Int), readable("images[].product_id", Int),
			readable("images[].is_thumbnail", Bool), readable("images[].sort_order", Int), readable("images[].description", Text),
			readable("images[].image_file", Text), readable("images[].image_url", Text), readable("images[].url_zoom", Text),
			readable("images[].url_standard", Text), readable("images[].url_thumbnail", Text), readable("images[].url_tiny", Text),
			readable("images[].date_modified", Date)),
		included("primary_image",
			readable("primary_image", Struct), readable("primary_image.id", Int), readable("primary_image.product_id", Int),
			readable("primary_image.is_thumbnail", Bool), readable("primary_image.sort_order", Int),
			readable("primary_image.description", Text), readable("primary_image.image_file", Text),
			readable("primary_image.url_zoom", Text), readable("primary_image.url_standard", Text),
			readable("primary_image.url_thumbnail", Text), readable("primary_image.url_tiny", Text),
			readable("primary_image.date_modified", Date)),
		included("custom_fields",
			readable("custom_fields", StructList), readable("custom_fields[].id", Int), readable("custom_fields[].name", Text),
			readable("custom_fields[].value", Text)),
		included("bulk_pricing_rules",
			readable("bulk_pricing_rules", StructList), readable("bulk_pricing_rules[].id", Int),
			readable("bulk_pricing_rules[].quantity_min", Int), readable("bulk_pricing_rules[].quantity_max", Int),
			readable("bulk_pricing_rules[].type", Text).oneOf("price", "percent", "fixed"),
			readable("bulk_pricing_rules[].amount", Decimal)),
		included("videos",
			readable("videos", StructList), readable("videos[].id", Int), readable("videos[].product_id", Int),
			readable("videos[].title", Text), readable("videos[].description", Text), readable("videos[].sort_order", Int),
			readable("videos[].type", Text).oneOf("youtube"), readable("videos[].video_id", Text), readable("videos[].length", Text)),
		included("options",
			readable("options", StructList).note("pages of 10: an export needs 25 times the requests"), readable("options[].id", Int),
			readable("options[].product_id", Int), readable("options[].name", Text), readable("options[].display_name", Text),
			readable("options[].type", Text), readable("options[].sort_order", Int), readable("options[].config", Struct),
			readable("options[].option_values", StructList), readable("options[].option_values[].id", Int),
			readable("options[].option_values[].label", Text), readable("options[].option_values[].sort_order", Int),
			readable("options[].option_values[].is_default", Bool), readable("options[].option_values[].value_data", Struct)),
		included("modifiers",
			readable("modifiers", StructList).note("pages of 10: an export needs 25 times the requests"), readable("modifiers[].id", Int),
			readable("modifiers[].product_id", Int), readable("modifiers[].name", Text), readable("modifiers[].display_name", Text),
			readable("modifiers[].type", Text), readable("modifiers[].required", Bool), readable("modifiers[].sort_order", Int),
			readable("modifiers[].config", Struct), readable("modifiers[].option_values", StructList),
			readable("modifiers[].option_values[].id", Int), readable("modifiers[].option_values[].option_id", Int),
			readable("modifiers[].option_values[].label", Text), readable("modifiers[].option_values[].sort_order", Int),
			readable("modifiers[].option_values[].is_default", Bool), readable("modifiers[].option_values[].value_data", Struct),
			readable("modifiers[].option_values[].adjusters", Struct)),
		included("channels", readable("channels", IntList)),
		included("parent_relations",
			readable("parent_relations", StructList), readable("parent_relations[].type", Text),
			readable("parent_relations[].product_id", Int), readable("parent_relations[].attribute_id", Int)),
		included("reviews",
			readable("reviews", StructList), readable("reviews[].id", Int), readable("reviews[].product_id", Int),
			readable("reviews[].title", Text), readable("reviews[].text", Text), readable("reviews[].status", Text),
			readable("reviews[].rating", Int), readable("reviews[].name", Text), readable("reviews[].email", Text),
			readable("reviews[].date_reviewed", Date), readable("reviews[].date_created", Date),
			readable("reviews[].date_modified", Date)),
	)
}

// under gives the fields as children that are only read: their type and their path below the prefix remain.
func under(prefix string, fields []Field) []Field {
	children := make([]Field, len(fields))
	for i, field := range fields {
		children[i] = Field{Path: prefix + "." + field.Path, Type: field.Type, Enum: field.Enum, Note: field.Note}
	}
	return children
}

// inside moves fields below a prefix as they are, with all that is said of writing them.
func inside(prefix string, fields []Field) []Field {
	children := slices.Clone(fields)
	for i := range children {
		children[i].Path = prefix + "." + children[i].Path
	}
	return children
}
