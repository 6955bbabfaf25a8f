package apply

import (
	"encoding/json"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// blamePartial gives the reason of a 207 to the records that it is about. The store seldom names them (API facts, section 1), so they
// are those of which the answer shows another value than was sent; where none shows, all of the request, for one of them it is.
func blamePartial(ops []record.Op, elements []json.RawMessage, result *bigcommerce.WriteResult) {
	if result.Partial == nil {
		return
	}
	var unlike []int
	for i := range result.Elements {
		if result.Elements[i].Problem != nil {
			return // it names them
		}
		if result.Elements[i].Settled && i < len(elements) && !tookAll(ops[i].Kind, elements[i], result.Elements[i].Doc) {
			unlike = append(unlike, i)
		}
	}
	if len(unlike) == 0 {
		for i := range result.Elements {
			unlike = append(unlike, i)
		}
	}
	for _, i := range unlike {
		problem := result.Partial.Problem()
		result.Elements[i].Problem = &problem
	}
}

// tookAll tells whether the answer shows all values that were sent. What it does not show counts as taken.
func tookAll(kind string, element json.RawMessage, answered *record.Object) bool {
	operation, known := catalogue.OperationNamed(kind)
	object, found := catalogue.Find(operation.Object())
	sent, err := record.ParseJSON(element)
	if !known || !found || err != nil || answered == nil {
		return true
	}
	return sameFields(object, "", sent.Object(), answered)
}

func sameFields(object *catalogue.Object, within string, sent, answered *record.Object) bool {
	for _, f := range sent.Fields() {
		have := answered.Get(f.Name)
		if have.IsMissing() {
			continue
		}
		if f.Value.Kind() == record.Objects {
			if !sameFields(object, within+f.Name+".", f.Value.Object(), have.Object()) {
				return false
			}
			continue
		}
		field, ok := object.Field(within + f.Name)
		switch {
		case !ok:
		case field.Type == catalogue.StructList:
			if !sameElements(object, field.Path, f.Value.List(), have.List()) {
				return false
			}
		case !equal(field, f.Value, have):
			return false
		}
	}
	return true
}
