package apply

import (
	"fmt"
	"regexp"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// keyForms are the forms of keys, compiled, by the pattern of the catalogue.
var keyForms = func() map[string]*regexp.Regexp {
	forms := map[string]*regexp.Regexp{}
	for _, object := range catalogue.All() {
		for _, field := range formedKeys(object) {
			forms[field.Form] = regexp.MustCompile(`^(?:` + field.Form + `)$`)
		}
	}
	return forms
}()

func formedKeys(object *catalogue.Object) []*catalogue.Field {
	var fields []*catalogue.Field
	for i := range object.Keys {
		if field, ok := object.Field(object.Keys[i].Field); ok && field.Form != "" {
			fields = append(fields, field)
		}
	}
	return fields
}

// judgeKeyForms refuses to write a key that the store would not take. Mapping leaves that to planning: one that is not written may have any
// form, for a store may hold what it takes no longer.
func judgeKeyForms(object *catalogue.Object, body *record.Object) *record.Problem {
	for _, field := range formedKeys(object) {
		text := body.Get(field.Path).String()
		if strings.TrimSpace(text) != "" && !keyForms[field.Form].MatchString(text) {
			return &record.Problem{
				Code: "bad_form", Field: field.Path, Message: fmt.Sprintf("%q is refused by stores: they take %s", text, field.FormNote),
			}
		}
	}
	return nil
}
