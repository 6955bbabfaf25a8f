package mappings

import (
	"time"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// Scope is what rules and expressions may see besides the row. It is read only, while compiling and while running.
type Scope struct {
	Params   map[string]Param
	Location *time.Location // the job's; nil is UTC
	Store    StoreFacts
	// Tables holds the look-up files, key to value, by the rule's own `lookup`. A file that is not there (a static check) has
	// no entry, and is then not judged.
	Tables map[*job.LookupFile]map[string]string
	// Names gives, per look-up kind ("category", "brand"), the names of ids for exports. It is asked while rows are made, so its
	// inner maps may be filled between compiling and running.
	Names map[string]map[string]string
	// Within gives the place in the job file of a character of a scalar's text: job.Job's own method. Without it places inside
	// expressions are counted from their start.
	Within func(job.Scalar, int) job.Pos
}

// Param is a parameter with its type: text, int, decimal, bool or date. Value may be missing in a static check.
type Param struct {
	Type  string
	Value record.Value
}

// StoreFacts are the facts of the store that expressions see as store.currency, store.timezone and store.weight_units.
type StoreFacts struct {
	Currency, Timezone string
	WeightUnits        string // as /v2/store has it: "LBS", "Ounces", "KGS", "Grams", "Tonnes"
}

func (s *Scope) location() *time.Location {
	if s.Location == nil {
		return time.UTC
	}
	return s.Location
}

// Params types the values of a job's parameters, as job.Job gives them: name to text and name to type. A value that is not of
// its type, or not known in a static check, is missing.
func Params(values, types map[string]string, location *time.Location) map[string]Param {
	kinds := map[string]kind{"int": kindNumber, "decimal": kindNumber, "bool": kindBool, "date": kindDate}
	if location == nil {
		location = time.UTC
	}
	params := make(map[string]Param, len(types))
	for name, of := range types {
		param := Param{Type: of}
		if text, ok := values[name]; ok {
			t := &typed{kind: kindText, words: plainBooleans, location: location}
			if k, ok := kinds[of]; ok {
				t.kind = k
			}
			if v, p := t.read(text, nil); p == nil {
				param.Value = v.record()
			}
		}
		params[name] = param
	}
	return params
}
