package apply

import (
	"slices"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// sameElements tells whether each wanted element of a list of objects is among those that are there: by its id where it has one, else one
// that has all its values. No two wanted ones are taken for one that is there.
func sameElements(object *catalogue.Object, path string, wanted, have []record.Value) bool {
	have = slices.Clone(have)
	for _, want := range wanted {
		at := slices.IndexFunc(have, func(there record.Value) bool {
			return sameElement(object, path+"[].", want.Object(), there.Object())
		})
		if at < 0 {
			return false
		}
		have = slices.Delete(have, at, at+1)
	}
	return true
}

// sameElement is sameFields for an element, of which the store shows all fields: one that it does not show is not there.
func sameElement(object *catalogue.Object, within string, want, have *record.Object) bool {
	for _, f := range want.Fields() {
		if _, known := object.Field(within + f.Name); known && have.Get(f.Name).IsMissing() {
			return false
		}
	}
	return sameFields(object, within, want, have)
}
