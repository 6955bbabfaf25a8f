package apply

import (
	"fmt"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// createBody gives what is sent to create the record. A field that a create must have and the row did not give is a problem that
// names all of them; the weight of a digital product is 0 (API facts, trap 16).
func createBody(object *catalogue.Object, doc *record.Object, only map[string]string) (*record.Object, *record.Problem) {
	body := record.NewObject(doc.Len() + 1)
	for _, f := range doc.Fields() {
		if only[f.Name] == "update" {
			continue
		}
		if f.Value.Kind() == record.Null {
			// Nothing is cleared on a record that does not exist yet.
			continue
		}
		body.Set(f.Name, f.Value)
	}
	if object.Name == catalogue.Products.Name && body.Get("weight").IsMissing() && body.Get("type").String() == "digital" {
		body.Set("weight", record.IntValue(0))
	}
	var missing []string
	for i := range object.Fields {
		field := &object.Fields[i]
		if field.Required && !strings.Contains(field.Path, ".") && body.Get(field.Path).IsEmpty() {
			missing = append(missing, field.Path)
		}
	}
	if len(missing) > 0 {
		return nil, &record.Problem{
			Code:    "missing_required",
			Field:   missing[0],
			Message: fmt.Sprintf("a new %s needs %s; map them, or use mode: update", object.Singular, strings.Join(missing, ", ")),
		}
	}
	return body, nil
}
