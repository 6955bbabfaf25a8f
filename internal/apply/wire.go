package apply

import (
	"time"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// mailDate is how V2 writes moments: RFC 2822, in UTC as its answers do (API facts, trap 2).
const mailDate = time.RFC1123Z

// onWire brings the fields of a document of V2 into the form in which its endpoint takes them: amounts that are texts, and moments. A
// text at a moment's place is empty, for there is none, or has that form.
func onWire(object *catalogue.Object, within string, doc *record.Object) *record.Object {
	out := record.NewObject(doc.Len())
	for _, f := range doc.Fields() {
		out.Set(f.Name, valueOnWire(object, within+f.Name, f.Value))
	}
	return out
}

func valueOnWire(object *catalogue.Object, path string, v record.Value) record.Value {
	switch v.Kind() {
	case record.Objects:
		return record.ObjectValue(onWire(object, path+".", v.Object()))
	case record.List:
		items := make([]record.Value, len(v.List()))
		for i, item := range v.List() {
			items[i] = item
			if item.Kind() == record.Objects {
				items[i] = record.ObjectValue(onWire(object, path+"[].", item.Object()))
			}
		}
		return record.ListValue(items)
	case record.Number:
		if field, ok := object.Field(path); ok && field.Quoted {
			return record.TextValue(v.String())
		}
	case record.Time:
		return record.TextValue(v.Time().UTC().Format(mailDate))
	}
	return v
}
