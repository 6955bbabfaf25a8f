package emulator

import "slices"

// modifierFields are the fields of a modifier; source: catalog/product-modifiers_catalog.v3.yml.
var modifierFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "product_id", kind: kindInt, access: readOnly},
	field{name: "name", kind: kindString, access: readOnly},
	field{name: "display_name", kind: kindString, min: 1, max: 255, required: true},
	field{name: "type", kind: kindString, required: true, enum: append(slices.Clone(variantOptionTypes),
		"date", "checkbox", "file", "text", "multi_line_text", "numbers_only_text")},
	field{name: "required", kind: kindBool, required: true},
	field{name: "sort_order", kind: kindInt, def: "0", min: minInt32, max: maxInt32},
	field{name: "config", kind: kindObject, def: "{}"},
)

// modifierValueFields are the fields of a modifier's value.
var modifierValueFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "option_id", kind: kindInt, access: readOnly},
	field{name: "label", kind: kindString, def: textEmpty, min: 1, max: 255, required: true},
	field{name: "sort_order", kind: kindInt, def: "0", min: minInt32, max: maxInt32},
	field{name: "value_data", kind: kindObject, def: textNull, null: true},
	field{name: "is_default", kind: kindBool, def: textFalse},
	field{name: "adjusters", kind: kindObject, def: `{"price":{},"weight":{},"image_url":"",` +
		`"purchasing_disabled":{"status":false,"message":""}}`},
)

// modifier is an option that makes no variants.
type modifier struct {
	f      row
	values []row
}

func (m *modifier) append(dst []byte, sel mask) []byte {
	dst = modifierFields.open(dst, m.f, sel)
	if sel.wants(modifierFields) {
		dst = appendRows(append(dst, `,"option_values":`...), modifierValueFields, m.values)
	}
	return append(dst, '}')
}
