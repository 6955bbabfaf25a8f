package compile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/apply"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
)

// storeTarget checks what a store sink says against the catalogue.
func storeTarget(f *File, s *job.Sink) (apply.Target, []job.Diagnostic) {
	target := apply.Target{Mode: s.Mode.Text, Match: s.Match.Text}
	if target.Mode == "" {
		target.Mode = "upsert"
	}
	object, diagnostics := findObject(f, s.Object, apply.Writable())
	if object == nil {
		return target, diagnostics
	}
	target.Object = object
	at := s.Mode
	if !at.Set {
		at = s.Object
	}
	modes := Modes(object)
	switch {
	case !slices.Contains(modes, target.Mode) && len(modes) == 1:
		diagnostics = append(diagnostics, f.Diagnostic(at, "mode", fmt.Sprintf("%s can only be updated: write `mode: %s`", object.Name, modes[0])))
	case !slices.Contains(modes, target.Mode):
		diagnostics = append(diagnostics, f.Diagnostic(at, "mode", fmt.Sprintf("%s cannot be written with mode: %s; there are %s", object.Name, target.Mode, strings.Join(modes, ", "))))
	case object.Create.Permanent && target.Mode == "upsert" && target.Match == object.IDField:
		diagnostics = append(diagnostics, f.Diagnostic(s.Match, "match", fmt.Sprintf(
			"ids are the store's to give, so a new %s is found again only by %s: write `match: %s`, or `mode: update`; a create that cannot be looked up could be made twice",
			object.Singular, UsualMatch(object), UsualMatch(object))))
	case target.Match == apply.AnySKU && target.Mode != "update":
		diagnostics = append(diagnostics, f.Diagnostic(at, "mode", "`match: any_sku` never creates or deletes: write `mode: update`"))
	case target.Match == apply.AnySKU && object.Name != catalogue.Products.Name:
		diagnostics = append(diagnostics, f.Diagnostic(s.Match, "match", "`match: any_sku` belongs to `bigcommerce: products`"))
	}
	return target, append(diagnostics, checkMatch(f, s, &target)...)
}

// Readable are the objects that a job can read.
func Readable() []*catalogue.Object {
	return []*catalogue.Object{
		&catalogue.Products, &catalogue.Variants, &catalogue.Orders, &catalogue.Shipments, &catalogue.Refunds, &catalogue.Transactions,
		&catalogue.Coupons, &catalogue.Promotions, &catalogue.PromotionCodes,
	}
}

func findObject(f *File, name job.Scalar, among []*catalogue.Object) (*catalogue.Object, []job.Diagnostic) {
	names := make([]string, len(among))
	for i, object := range among {
		if object.Name == name.Text {
			return object, nil
		}
		names[i] = object.Name
	}
	return nil, []job.Diagnostic{f.Diagnostic(name, "object",
		fmt.Sprintf("%q is not an object that this can be done with; there are %s%s", name.Text, strings.Join(names, " and "), job.DidYouMean(name.Text, names)))}
}

// Modes are the modes in which an object's records can be written. What cannot be changed can still be upserted: a record that is there
// already is left as it is.
func Modes(object *catalogue.Object) []string {
	var modes []string
	if object.Create.Kind != "" {
		modes = append(modes, "create")
	}
	if object.Update.Kind != "" {
		modes = append(modes, "update")
	}
	if object.Create.Kind != "" {
		modes = append(modes, "upsert")
	}
	if object.Delete.Kind != "" {
		modes = append(modes, "delete")
	}
	return modes
}

// usualMatches are the natural keys by which objects are matched unless the job says otherwise.
var usualMatches = map[string]string{
	catalogue.Coupons.Name: "code", catalogue.Orders.Name: "external_order_id", catalogue.Shipments.Name: "tracking_number",
	catalogue.PromotionCodes.Name: "code", catalogue.CodeBatches.Name: "prefix",
}

// UsualMatch is the natural key by which an object is matched unless the job says otherwise.
func UsualMatch(object *catalogue.Object) string { return cmp.Or(usualMatches[object.Name], "sku") }

// checkMatch checks the natural key.
func checkMatch(f *File, s *job.Sink, target *apply.Target) []job.Diagnostic {
	if target.Match == "" {
		target.Match = UsualMatch(target.Object)
	}
	if target.Match == apply.AnySKU {
		return nil
	}
	var names []string
	for _, key := range MatchKeys(target.Object) {
		if key == target.Match {
			return nil
		}
		names = append(names, key)
	}
	return []job.Diagnostic{f.Diagnostic(s.Match, "match",
		fmt.Sprintf("%s cannot be matched by %q; their keys are %s", target.Object.Name, target.Match, strings.Join(names, ", ")))}
}

// MatchKeys are the natural keys that a sink may match by.
func MatchKeys(object *catalogue.Object) []string {
	if object.Name == catalogue.Variants.Name {
		return []string{"sku"}
	}
	keys := make([]string, 0, len(object.Keys)+1)
	for _, key := range object.Keys {
		keys = append(keys, key.Field)
	}
	if object.Name == catalogue.Products.Name {
		keys = append(keys, apply.AnySKU)
	}
	return keys
}
