package emulator

import (
	"slices"
	"unicode/utf8"
)

// billing judges the billing address of a body: on creation it is required, with a postcode of two characters or more and a country
// by name or code; a PUT changes the fields that it has (orders.v2.oas2.yml: sub-resources of a PUT behave like PATCH).
func (w *orderWrite) billing(old string) (string, *reply) {
	v, said := w.body["billing_address"]
	if !said {
		if w.m == creating {
			return "", requiredV2("billing_address")
		}
		return old, nil
	}
	text, refused := w.c.mergeAddress(old, v)
	if refused != nil {
		return "", refused
	}
	given, _ := v.(map[string]any)
	if _, said := given["zip"]; said || w.m == creating {
		if zip, _ := given["zip"].(string); utf8.RuneCountInString(zip) < 2 {
			return "", invalidV2("billing_address", "zip must have two or more characters")
		}
	}
	if w.m == creating && given["country"] == nil && given["country_iso2"] == nil {
		return "", invalidV2("billing_address", "country or country_iso2 must be given")
	}
	return text, nil
}

// mergeAddress writes the given fields over an address, as a PATCH does.
func (c *call) mergeAddress(old string, change any) (string, *reply) {
	fields, ok := change.(map[string]any)
	if !ok {
		return "", invalidV2("billing_address", "must be an object")
	}
	merged, _ := decode([]byte(old))
	address, ok := merged.(map[string]any)
	if !ok {
		address = map[string]any{}
	}
	for name, v := range fields {
		_, isText := v.(string)
		switch {
		case name == "form_fields":
		case !slices.Contains(addressNames, name):
			return "", c.unsupportedV2(name)
		case !isText:
			return "", invalidV2("billing_address", "the field '"+name+"' must be a string")
		}
		address[name] = v
	}
	return addressText(address), nil
}

// addressText writes an address with all its fields, in the order of a live store's answers.
func addressText(address map[string]any) string {
	dst := []byte{'{'}
	for _, name := range addressNames {
		text, _ := address[name].(string)
		dst = appendQuoted(append(appendQuoted(dst, name), ':'), text)
		dst = append(dst, ',')
	}
	forms := "[]"
	if list, ok := address["form_fields"].([]any); ok {
		forms = encode(list)
	}
	return string(append(dst, `"form_fields":`+forms+`}`...))
}

// shipTo judges one shipping address and writes it into r, a row of the caller's own.
func (w *orderWrite) shipTo(r row, body map[string]any, extra ...string) *reply {
	var p problems
	orderAddressFields.patch(r, body, updating, &p, extra...)
	return w.c.refusedV2(&p, orderAddressFields)
}
