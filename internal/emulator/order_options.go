package emulator

import (
	"net/http"
	"slices"
)

func optionsV2() *reply {
	return failV2(http.StatusBadRequest, "The options of one or more products are invalid.", "")
}

// choose finds the variant that a line sells, by its id (0: by the options), and gives its options as lines carry them. A product with variants needs the variant's id or a
// value for each option, and every required modifier needs a value. File uploads and pick lists are not supported (orders.v2.oas2.yml).
func (w *orderWrite) choose(p *product, id int, options any) (*variant, []any, *reply) {
	var v *variant
	if id != 0 {
		if v = p.variant(id); v == nil {
			return nil, nil, invalidV2("variant_id", "the product "+textInt(p.id)+" has no variant "+textInt(id))
		}
	}
	given, err := items(options)
	if err != nil {
		return nil, nil, invalidV2("product_options", "must be a list of objects")
	}
	chosen, texts := []choice{}, []any{}
	seen := map[int]bool{}
	for _, item := range given {
		id, _ := wholeNumber(item["id"])
		value, ok := numberText(item["value"])
		if !ok || seen[id] {
			return nil, nil, optionsV2()
		}
		seen[id] = true
		if option := p.option(id); option != nil {
			c := choice{id, number(value)}
			if p.label(c) == textEmpty {
				return nil, nil, optionsV2()
			}
			chosen = append(chosen, c)
			continue
		}
		at := p.modifierAt(id)
		if at < 0 {
			return nil, nil, optionsV2()
		}
		text, ok := w.modified(p.modifiers[at], value)
		if !ok {
			return nil, nil, optionsV2()
		}
		texts = append(texts, w.named(text, item))
	}
	for _, m := range p.modifiers {
		if modifierFields.get(m.f, "required") == textTrue && !seen[number(m.f[0])] {
			return nil, nil, optionsV2()
		}
	}
	if v == nil {
		at := slices.IndexFunc(p.allVariants(), func(v *variant) bool { return sameChoices(v.values, chosen) })
		if at < 0 {
			return nil, nil, optionsV2()
		}
		v = p.allVariants()[at]
	} else if slices.ContainsFunc(chosen, func(c choice) bool { return !slices.Contains(v.values, c) }) {
		return nil, nil, optionsV2()
	}
	var list []any
	for _, c := range v.values {
		option := p.option(c.option)
		at := slices.IndexFunc(given, func(item map[string]any) bool { id, _ := wholeNumber(item["id"]); return id == c.option })
		text := lineOption(c.option, optionFields.str(option, "display_name"), optionFields.str(option, "type"), unquote(p.label(c)), textInt(c.value))
		if at >= 0 {
			text = w.named(text, given[at])
		}
		list = append(list, text)
	}
	return v, append(list, texts...), nil
}

// modified is the value of a modifier as a line carries it; false if the modifier does not take it.
func (w *orderWrite) modified(m *modifier, value string) (map[string]any, bool) {
	kind, label := modifierFields.str(m.f, "type"), value
	switch kind {
	case "file", "product_list", "product_list_with_images":
		return nil, false
	case "date":
		at, ok := parseTime(value)
		if !ok {
			return nil, false
		}
		value = textInt(int(at.Unix()))
	case "numbers_only_text":
		if _, ok := parseDecimal(value); !ok {
			return nil, false
		}
	case "text", "multi_line_text":
		if value == "" {
			return nil, false
		}
	default:
		r := findRow(m.values, number(value))
		if r == nil {
			return nil, false
		}
		label = modifierValueFields.str(r, "label")
	}
	return lineOption(number(m.f[0]), modifierFields.str(m.f, "display_name"), kind, label, value), true
}

// optionTypes are the names that lines of orders have for the types of options and modifiers.
var optionTypes = map[string]string{
	"swatch": "Swatch", "checkbox": "Checkbox", "date": "Date field", "text": "Text field", "numbers_only_text": "Text field",
	"multi_line_text": "Multi-line text field",
}

var optionStyles = map[string]string{"radio_buttons": "Radio buttons", "rectangles": "Rectangle", "dropdown": "Dropdown"}

func lineOption(id int, name, kind, label, value string) map[string]any {
	shown := optionTypes[kind]
	if shown == "" {
		shown = "Multiple choice"
	}
	return map[string]any{
		"option_id": id, "product_option_id": id, "display_name": name, "display_name_customer": name, "display_name_merchant": name,
		"display_value": label, "display_value_customer": label, "display_value_merchant": label, "value": value,
		"type": shown, "name": name, "display_style": optionStyles[kind],
	}
}

// named writes over an option the names that the body has for it; display_name and display_name_customer are one, as are the values.
func (w *orderWrite) named(option, item map[string]any) map[string]any {
	for _, stem := range []string{"display_name", "display_value"} {
		for _, end := range []string{"", "_customer"} {
			if text, _ := item[stem+end].(string); text != "" {
				option[stem], option[stem+"_customer"] = text, text
			}
		}
		if text, _ := item[stem+"_merchant"].(string); text != "" {
			option[stem+"_merchant"] = text
		}
	}
	return option
}
