package apply

import "bcetl/internal/record"

// settleMoments decides in the document about times that exist twice, none of which is ever picked: where the store's record has one of the
// two, the sheet says what the store has; a day alone begins at the first; for any other, somebody has to tell which is meant. stored
// is nil for a record that is to be made; only says when fields are sent.
func settleMoments(doc, stored *record.Object, only map[string]string) *record.Problem {
	for _, f := range doc.Fields() {
		ref, _ := f.Value.Ref()
		twice, ok := ref.Twice()
		if !ok {
			continue
		}
		have := stored.Get(f.Name)
		kept := only[f.Name] == "unset" && !isUnset(have)
		switch {
		case kept, equalDates(record.TimeValue(twice.First), have), equalDates(record.TimeValue(twice.Second), have):
			doc.Set(f.Name, have)
		case twice.Day:
			doc.Set(f.Name, *ref.Else)
		default:
			problem := twice.Problem()
			problem.Field = f.Name
			return problem
		}
	}
	return nil
}
