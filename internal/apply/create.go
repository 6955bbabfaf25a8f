package apply

import (
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// createBody gives what is sent to create the record. A field that a create must have and the row did not give is a problem that
// names all of them.
func (t *Target) createBody(h *handling, doc *record.Object) (*record.Object, *record.Problem) {
	body := record.NewObject(doc.Len() + 1)
	for _, f := range doc.Fields() {
		if v, sent := t.forCreate(f.Name, f.Value); sent {
			body.Set(f.Name, v)
		}
	}
	if h.complete != nil {
		if problem := h.complete(t, body); problem != nil {
			return nil, problem
		}
	}
	problem := judgeKeyForms(t.Object, body)
	if problem == nil {
		problem = judgeBounds(t.Object, body, func(string) bool { return true })
	}
	if problem != nil {
		return nil, problem
	}
	var missing []string
	for i := range t.Object.Fields {
		field := &t.Object.Fields[i]
		if field.Required && !strings.Contains(field.Path, "[]") && body.At(strings.Split(field.Path, ".")...).IsEmpty() {
			missing = append(missing, field.Path)
		}
	}
	if len(missing) > 0 {
		field, advice := missing[0], "map them, or use mode: update"
		if at := slices.IndexFunc(missing, func(name string) bool { return slices.Contains(t.Fields, name) }); at >= 0 {
			field, advice = missing[at], "fill in what the row leaves empty, or use mode: update"
		}
		return nil, &record.Problem{
			Code: "missing_required", Field: field,
			Message: fmt.Sprintf("a new %s needs %s; %s", t.Object.Singular, strings.Join(missing, ", "), advice),
		}
	}
	return body, nil
}

// forCreate gives a field's value as a new record gets it. Nothing is cleared on a record that does not exist yet, and nothing is
// removed from its lists.
func (t *Target) forCreate(path string, v record.Value) (out record.Value, sent bool) {
	if t.Only[path] == "update" || v.Kind() == record.Null {
		return v, false
	}
	if field, ok := t.Object.Field(path); ok && field.WriteOnly && strings.Contains(path, ".") {
		return v, false // an order about a change, such as custom_url.create_redirect
	}
	switch v.Kind() {
	case record.List:
		if t.Lists[path] == "remove" {
			return v, false
		}
		if field, ok := t.Object.Field(path); !ok || field.Type != catalogue.StructList {
			v = mergeLists(path, "add", v, record.Value{}) // each value once; two elements may be equal, such as two lines of one product
		}
		return v, len(v.List()) > 0
	case record.Objects:
		inner := record.NewObject(v.Object().Len())
		for _, f := range v.Object().Fields() {
			if part, ok := t.forCreate(path+"."+f.Name, f.Value); ok {
				inner.Set(f.Name, part)
			}
		}
		return record.ObjectValue(inner), inner.Len() > 0 && t.isWhole(path, inner)
	}
	return v, true
}

// isWhole tells whether an object has the parts without which a store takes none of it, such as the url of custom_url.
func (t *Target) isWhole(path string, o *record.Object) bool {
	for _, part := range wholeParts(t.Object, path) {
		// Without a part that a create requires, the row is told so.
		if field, _ := t.Object.Field(path + "." + part); !field.Required && o.Get(part).IsEmpty() {
			return false
		}
	}
	return true
}

// wholeParts lists the parts without which a store takes none of an object.
func wholeParts(object *catalogue.Object, path string) []string {
	var parts []string
	for i := range object.Fields {
		part, ok := strings.CutPrefix(object.Fields[i].Path, path+".")
		if ok && object.Fields[i].Writable && (object.Fields[i].MinLength > 0 || object.Fields[i].Required) && !strings.Contains(part, ".") {
			parts = append(parts, part)
		}
	}
	return parts
}
