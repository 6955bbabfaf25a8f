package mappings

import (
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
)

// unknown reports a target that the object does not have.
func (c *ruleCompiler) unknown(target job.Scalar, path string) {
	var all []string
	for _, f := range c.object.Fields {
		if f.Writable || f.CreateOnly {
			all = append(all, f.Path)
		}
	}
	hint := suggestField(path, all)
	if hint == "" {
		hint = "; `bcetl fields " + c.object.Name + "` lists them"
	}
	c.at("field", target, "%s have no field %q%s", c.object.Name, path, hint)
}

// everydayWords are what people call a field that no likeness of letters leads to.
var everydayWords = map[string]string{
	"postcode": "zip", "postal_code": "zip", "postalcode": "zip", "qty": "quantity", "order_number": "external_order_id", "order_no": "external_order_id",
	"street": "street_1", "address_1": "street_1", "address1": "street_1", "address_2": "street_2", "address2": "street_2", "province": "state",
	"carrier": "tracking_carrier", "notes": "staff_notes",
}

// suggestField names the fields that a target may have meant.
func suggestField(path string, all []string) string {
	at := strings.LastIndex(path, ".") + 1
	if field, ok := everydayWords[strings.ToLower(path[at:])]; ok && slices.Contains(all, path[:at]+field) {
		return "; did you mean " + path[:at] + field + "?"
	}
	return suggest(path, all)
}

// readOnly reports a target that cannot be written, and why: the store sets it, or this program does not write it.
func (c *ruleCompiler) readOnly(target job.Scalar, field *catalogue.Field) {
	for _, key := range c.object.Keys {
		if key.Field == field.Path {
			c.at("field", target, "%s is read-only: the store sets it; it can only be matched by, with match: %s", field.Path, field.Path)
			return
		}
	}
	root, _, _ := strings.Cut(field.Path, "[]")
	child := field.Type == catalogue.StructList || field.Include != "" || strings.Contains(field.Path, "[]")
	switch {
	case child && !c.writes(root):
		c.at("field", target, "writing %s of %s is not supported by this version%s", root, c.object.Name, c.insteadOf(root, field.Path))
		return
	case child:
		c.at("field", target, "%s of %s can be read, not written", field.Path, c.object.Name)
		return
	}
	c.at("field", target, "%s is read-only: the store sets it%s", field.Path, c.insteadOfReadOnly(field.Path))
}

// insteadOfReadOnly names the field by which what the store sets can be written, "" where none is near: status_id for status.
func (c *ruleCompiler) insteadOfReadOnly(path string) string {
	var all []string
	for _, f := range c.object.Fields {
		if (f.Writable || f.CreateOnly) && !strings.Contains(f.Path, "[]") {
			all = append(all, f.Path)
		}
	}
	if slices.Contains(all, path+"_id") {
		return "; did you mean " + path + "_id?"
	}
	return suggest(path, all)
}

// readOnlyChild reports a field of a list's elements that cannot be written, with those that can.
func (c *ruleCompiler) readOnlyChild(target job.Scalar, list string, field *catalogue.Field) {
	sub := strings.TrimPrefix(field.Path, list+"[].")
	near := suggest(sub, writableBelow(c.object, list+"[]."))
	if near == "" {
		near = "; fields that can be written are " + listSome(writableBelow(c.object, list+"[]."))
	}
	c.at("field", target, "%s of %s can be read, not written%s", field.Path, c.object.Name, near)
}

// writes tells whether anything of a list or object of the record can be written.
func (c *ruleCompiler) writes(root string) bool {
	return slices.ContainsFunc(c.object.Fields, func(f catalogue.Field) bool {
		below := f.Path == root || strings.HasPrefix(f.Path, root+"[].") || strings.HasPrefix(f.Path, root+".")
		return below && (f.Writable || f.CreateOnly)
	})
}

// insteadOf says which object of the store takes what cannot be written here.
func (c *ruleCompiler) insteadOf(root, path string) string {
	if shipments := &catalogue.Shipments; c.object.Name == catalogue.Orders.Name && root == shipments.Name {
		return "; a step with `bigcommerce: " + shipments.Name + "` does that"
	}
	variants := &catalogue.Variants
	if c.object.Name != variants.Within || root != variants.WithinField {
		return ""
	}
	if sub, below := strings.CutPrefix(path, root+"[]."); below {
		if field, known := variants.Field(sub); !known || !field.Writable {
			return ""
		}
	}
	return "; a step with `bigcommerce: " + variants.Name + "` updates them"
}

// example names one field below a prefix that may be written, "" where there is none.
func example(object *catalogue.Object, prefix string) string {
	for _, f := range object.Fields {
		if strings.HasPrefix(f.Path, prefix) && f.Writable {
			return f.Path
		}
	}
	return ""
}
