package apply

import (
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// judgeKeyForms refuses to write a key that the store would not take. Mapping leaves that to planning: one that is not written may have any
// form, for a store may hold what it takes no longer.
func judgeKeyForms(object *catalogue.Object, body *record.Object) *record.Problem {
	for i := range object.Keys {
		field, ok := object.Field(object.Keys[i].Field)
		if !ok {
			continue
		}
		if problem := judgeForm(field, body.Get(field.Path).String()); problem != nil {
			problem.Field = field.Path
			return problem
		}
	}
	return nil
}
