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
	// Unpack has what takes packed cells apart, by the name that a job.Each has it under.
	Unpack map[string]Unpacker
	// Within gives the place in the job file of a character of a scalar's text: job.Job's own method. Without it places inside
	// expressions are counted from their start.
	Within func(job.Scalar, int) job.Pos
}

// Param is a parameter with its type: text, int, decimal, bool or date. Value is of that type, or its text as a job writes it;
// it may be missing in a static check.
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
