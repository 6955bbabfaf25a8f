package emulator

import "strings"

var variantOptionTypes = []string{
	"radio_buttons", "rectangles", "dropdown", "product_list", "product_list_with_images", "swatch",
}

// optionFields are the fields of a variant option; its values are kept beside it.
// Source: catalog/product-variant-options_catalog.v3.yml.
var optionFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "product_id", kind: kindInt, access: readOnly},
	field{name: "name", kind: kindString, access: readOnly},
	field{name: "display_name", kind: kindString, min: 1, max: 255, required: true},
	field{name: "type", kind: kindString, enum: variantOptionTypes, required: true},
	field{name: "config", kind: kindObject, def: "{}"},
	field{name: "sort_order", kind: kindInt, def: "0", min: minInt32, max: maxInt32},
)

// valueFields are the fields of an option's value.
var valueFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "label", kind: kindString, min: 1, max: 255, required: true},
	field{name: "sort_order", kind: kindInt, def: "0", min: minInt32, max: maxInt32},
	field{name: "value_data", kind: kindObject, def: textNull, null: true},
	field{name: "is_default", kind: kindBool, def: textFalse},
)

func (p *product) option(id int) row {
	for _, o := range p.options {
		if number(o[0]) == id {
			return o
		}
	}
	return nil
}

// optionName and label give JSON texts.
func (p *product) optionName(id int) string {
	if o := p.option(id); o != nil {
		return optionFields.get(o, "display_name")
	}
	return textEmpty
}

func (p *product) label(c choice) string {
	for _, v := range p.values[c.option] {
		if number(v[0]) == c.value {
			return valueFields.get(v, "label")
		}
	}
	return textEmpty
}

func (p *product) appendOption(dst []byte, o row, m mask) []byte {
	dst = optionFields.open(dst, o, m)
	if m.wants(optionFields) {
		dst = appendRows(append(dst, `,"option_values":`...), valueFields, p.values[number(o[0])])
	}
	return append(dst, '}')
}

// addOption adds an empty option to p, which the caller owns.
func (s *Store) addOption(p *product, name, kind string) int {
	id := s.st.next("option")
	o := optionFields.new()
	o[0] = textInt(id)
	optionFields.set(o, "product_id", textInt(p.id))
	optionFields.set(o, "display_name", quote(name))
	optionFields.set(o, "type", quote(kind))
	optionFields.set(o, "sort_order", textInt(len(p.options)))
	nameOption(o)
	p.options = append(p.options, o)
	return id
}

// nameOption sets the internal name, which the platform makes of the display name.
func nameOption(o row) {
	optionFields.set(o, "name", quote(optionFields.str(o, "display_name")+strings.Repeat("0", 6)+o[0]))
}

// addValue adds a value to an option of p, which the caller owns.
func (s *Store) addValue(p *product, option int, label string) int {
	id := s.st.next("value")
	v := valueFields.new()
	v[0] = textInt(id)
	valueFields.set(v, "label", quote(label))
	valueFields.set(v, "sort_order", textInt(len(p.values[option])))
	p.values[option] = append(p.values[option], v)
	return id
}
