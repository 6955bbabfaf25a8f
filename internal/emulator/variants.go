package emulator

import (
	"net/http"
	"slices"
	"strings"
)

const (
	maxVariants     = 600 // SKUs of one product
	maxVariantBatch = 50
)

// variantFields are the fields of a variant in the order of a live store's answers. Numbers may
// be null: the product's value then stands. Source: catalog/product-variants_catalog.v3.yml.
var variantFields = newTable(
	field{name: "id", kind: kindInt, access: readOnly},
	field{name: "product_id", kind: kindInt, access: readOnly},
	field{name: "sku", kind: kindString, def: textEmpty, max: 255},
	field{name: "sku_id", kind: kindInt, def: textNull, access: readOnly},
	field{name: "price", kind: kindDecimal, def: textNull, null: true},
	field{name: "calculated_price", kind: kindDecimal, def: textNull, access: readOnly},
	field{name: "sale_price", kind: kindDecimal, def: textNull, null: true},
	field{name: "retail_price", kind: kindDecimal, def: textNull, null: true},
	field{name: "map_price", kind: kindDecimal, def: textNull, null: true, min: -maxMeasure},
	field{name: "weight", kind: kindDecimal, def: textNull, null: true, max: maxMeasure},
	field{name: "calculated_weight", kind: kindDecimal, def: textNull, access: readOnly},
	field{name: "width", kind: kindDecimal, def: textNull, null: true, max: maxMeasure},
	field{name: "height", kind: kindDecimal, def: textNull, null: true, max: maxMeasure},
	field{name: "depth", kind: kindDecimal, def: textNull, null: true, max: maxMeasure},
	field{name: "is_free_shipping", kind: kindBool, def: textFalse},
	field{name: "fixed_cost_shipping_price", kind: kindDecimal, def: textNull, null: true},
	field{name: "purchasing_disabled", kind: kindBool, def: textFalse},
	field{name: "purchasing_disabled_message", kind: kindString, def: textEmpty, max: 255},
	field{name: "image_url", kind: kindString, def: textEmpty},
	field{name: "cost_price", kind: kindDecimal, def: textNull, null: true},
	field{name: "upc", kind: kindString, def: textEmpty, max: 14, null: true},
	field{name: "mpn", kind: kindString, def: textEmpty, null: true},
	field{name: "gtin", kind: kindString, def: textEmpty, max: 14, null: true},
	field{name: "inventory_level", kind: kindInt, def: "0", min: -maxMeasure, max: maxInt32, null: true, clamp: true},
	field{name: "inventory_warning_level", kind: kindInt, def: "0", max: maxInt32, null: true, clamp: true},
	field{name: "bin_picking_number", kind: kindString, def: textEmpty, max: 255, null: true},
)

var (
	vID         = variantFields.index["id"]
	vProduct    = variantFields.index["product_id"]
	vSKU        = variantFields.index["sku"]
	vSKUID      = variantFields.index["sku_id"]
	vPrice      = variantFields.index["price"]
	vSale       = variantFields.index["sale_price"]
	vWeight     = variantFields.index["weight"]
	vCalculated = variantFields.index["calculated_price"]
	vCalcWeight = variantFields.index["calculated_weight"]
	vInventory  = variantFields.index["inventory_level"]
	pWeight     = productFields.index["weight"]
)

// mirrored are the fields that a simple product and its base variant share.
var mirrored = []string{
	"sku", "price", "sale_price", "retail_price", "map_price", "cost_price", "weight", "width", "height", "depth",
	"is_free_shipping", "fixed_cost_shipping_price", "upc", "mpn", "gtin",
	"inventory_level", "inventory_warning_level", "bin_picking_number",
}

// variant is one purchasable combination of option values.
type variant struct {
	id     int
	f      row
	values []choice
}

// choice is the value a variant has for an option.
type choice struct{ option, value int }

// allVariants gives the variants, or the base variant of a simple product.
func (p *product) allVariants() []*variant {
	if !p.simple() {
		return p.variants
	}
	f := slices.Clone(p.base)
	if f == nil {
		f = variantFields.new()
	}
	for _, name := range mirrored {
		variantFields.set(f, name, productFields.get(p.f, name))
	}
	f[vID], f[vProduct] = textInt(p.baseID), textInt(p.id)
	f[vSKUID] = textNull
	if f[vSKU] != textEmpty {
		f[vSKUID] = textInt(p.baseID)
	}
	return []*variant{{id: p.baseID, f: f}}
}

// variant gives one variant by id.
func (p *product) variant(id int) *variant {
	for _, v := range p.allVariants() {
		if v.id == id {
			return v
		}
	}
	return nil
}

// appendVariant appends a variant with what is derived from its product. The row is copied
// field by field, so the stored one stays as it is.
func (s *Store) appendVariant(dst []byte, p *product, v *variant, m mask) []byte {
	f := slices.Clone(s.seen(p, v.id, vInventory, v.f))
	f[vCalculated] = p.f[pPrice]
	sale := f[vSale]
	if f[vPrice] != textNull {
		f[vCalculated] = f[vPrice]
	} else if sale == textNull {
		sale = p.f[pSalePrice]
	}
	if positive(sale) {
		f[vCalculated] = sale
	}
	if f[vCalcWeight] = f[vWeight]; f[vWeight] == textNull {
		f[vCalcWeight] = p.f[pWeight]
	}
	dst = variantFields.open(dst, f, m)
	if m.wants(variantFields) {
		dst = p.appendChoices(append(dst, `,"option_values":[`...), v)
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

func (p *product) appendChoices(dst []byte, v *variant) []byte {
	for i, c := range v.values {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"id":`+textInt(c.value)+`,"label":`+p.label(c)+`,"option_id":`+textInt(c.option)+
			`,"option_display_name":`+p.optionName(c.option)+`}`...)
	}
	return dst
}

// setVariant writes a body into a variant of p, which the caller owns. side says what was not saved.
func (s *Store) setVariant(p *product, v *variant, body map[string]any, m mode, pr *problems) (side, f *failure) {
	before := v.f[vInventory]
	variantFields.patch(v.f, body, m, pr, "option_values", "id", "product_id", "sku_id")
	if f := pr.failure(); f != nil {
		return nil, f
	}
	if v.f[vSKU] == textEmpty && (!p.simple() || m == creating) {
		f := failField(http.StatusUnprocessableEntity, "sku", "Variant sku cannot be empty")
		f.code = 22004
		return nil, f
	}
	if url := variantFields.str(v.f, "image_url"); url != "" && s.imageFails(url) {
		return nil, badImage()
	}
	if level := v.f[vInventory]; level[0] == '-' {
		v.f[vInventory] = before
		if s.opts.NegativeStock422 {
			return nil, failField(http.StatusUnprocessableEntity, "inventory_level", "inventory_level must not be negative")
		}
		side = failField(http.StatusMultiStatus, "inventory_level", "The inventory of one or more variants could not be updated")
	}
	v.f[vSKUID] = textNull
	if v.f[vSKU] != textEmpty {
		v.f[vSKUID] = textInt(v.id)
	}
	return side, nil
}

// addVariant creates a variant of p, which the caller owns, and the options it needs if build is
// set. The base variant of a simple product gives way to the first one.
func (s *Store) addVariant(p *product, body map[string]any, build bool, pr *problems) (v *variant, side, f *failure) {
	if len(p.variants) >= maxVariants {
		return nil, nil, failField(http.StatusUnprocessableEntity, "variants", "A product can have at most 600 variants")
	}
	v = &variant{id: s.st.next("variant"), f: variantFields.new()}
	v.f[vID], v.f[vProduct] = textInt(v.id), textInt(p.id)
	if side, f = s.setVariant(p, v, body, creating, pr); f != nil {
		return nil, nil, f
	}
	if v.values, f = s.choices(p, body["option_values"], build); f != nil {
		return nil, nil, f
	}
	for _, other := range p.variants {
		if sameChoices(other.values, v.values) {
			f := failField(http.StatusConflict, "option_values", "Variant with the same option values set exists")
			f.code = 22010
			return nil, nil, f
		}
	}
	p.variants = append(p.variants, v)
	p.base = nil
	return v, side, nil
}

func sameChoices(a, b []choice) bool {
	if len(a) != len(b) {
		return false
	}
	for _, c := range a {
		if !slices.Contains(b, c) {
			return false
		}
	}
	return true
}

// choices resolves option_values by id or by name and label; build makes what is missing.
func (s *Store) choices(p *product, v any, build bool) ([]choice, *failure) {
	list, ok := v.([]any)
	if !ok || len(list) == 0 {
		return nil, failField(http.StatusUnprocessableEntity, "option_values", "Variant option values are required")
	}
	var found []choice
	for _, item := range list {
		o, ok := item.(map[string]any)
		if !ok {
			return nil, wrongJSON("error.expected.jsobject")
		}
		c, ok := s.choice(p, o, build)
		if !ok || slices.ContainsFunc(found, func(other choice) bool { return other.option == c.option }) {
			return nil, failField(http.StatusUnprocessableEntity, "option_values", "One or more option values are invalid")
		}
		found = append(found, c)
	}
	if len(found) < len(p.options) {
		return nil, failField(http.StatusUnprocessableEntity, "option_values", "A variant needs a value for every option of the product")
	}
	return found, nil
}

func (s *Store) choice(p *product, o map[string]any, build bool) (choice, bool) {
	option, _ := wholeNumber(o["option_id"])
	value, _ := wholeNumber(o["id"])
	name, _ := o["option_display_name"].(string)
	label, _ := o["label"].(string)
	for _, opt := range p.options {
		id := number(opt[0])
		if option != 0 && option != id || option == 0 && !strings.EqualFold(optionFields.str(opt, "display_name"), name) {
			continue
		}
		for _, val := range p.values[id] {
			if value != 0 && value == number(val[0]) || value == 0 && strings.EqualFold(valueFields.str(val, "label"), label) {
				return choice{id, number(val[0])}, true
			}
		}
		if !build || label == "" {
			return choice{}, false
		}
		return choice{id, s.addValue(p, id, label)}, true
	}
	if !build || name == "" || label == "" {
		return choice{}, false
	}
	id := s.addOption(p, name, "radio_buttons")
	return choice{id, s.addValue(p, id, label)}, true
}
