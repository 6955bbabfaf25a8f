package report

import (
	"time"

	"bcetl/internal/record"
)

// Plan is what a run would do, without the changes themselves: those are streamed, see PlanChange.
type Plan struct {
	Schema     int       `json:"schema"`
	Job        string    `json:"job"`
	Connection string    `json:"connection"`
	Store      string    `json:"store"`   // the store's hash
	Created    time.Time `json:"created"` // UTC
	// Findings are what should be known before the plan is read, such as that a run would go on with another one.
	Findings []Finding  `json:"findings,omitempty"`
	Steps    []PlanStep `json:"steps"`
}

// PlanStep is one step's part of a plan.
type PlanStep struct {
	Name      string           `json:"name"`
	Object    string           `json:"object"` // "products"
	Mode      string           `json:"mode"`   // create, update, upsert, delete
	Match     string           `json:"match"`  // the natural key
	Rows      int64            `json:"rows"`   // of the input
	Records   int64            `json:"records"`
	Create    int64            `json:"create"`
	Update    int64            `json:"update"`
	Delete    int64            `json:"delete"`
	Unchanged int64            `json:"unchanged"`
	Rejected  int64            `json:"rejected"`
	Filtered  int64            `json:"filtered"`
	NewNames  []string         `json:"new_names"` // brands and categories that would be created, the first hundred
	Names     int64            `json:"names"`     // how many they are
	Columns   []PlanColumn     `json:"columns"`
	Guards    []PlanGuard      `json:"guards"`          // those that the run would pass
	Effects   []string         `json:"effects"`         // what else the writes do: redirects, visibility, cleared fields
	LookUps   int64            `json:"lookup_requests"` // that planning made
	Requests  map[string]int64 `json:"write_requests"`  // exact, by kind of op, when none has to be repeated
	Reads     map[string]int64 `json:"read_requests"`   // exact, by kind of op: that read what is written whole, or is counted, just before
	Least     time.Duration    `json:"least_ns"`        // the least time that the writes take under the store's quota; 0 when it has none
	Scopes    []string         `json:"scopes"`          // least scopes, by their names in the control panel
}

// PlanColumn says what is done with one target.
type PlanColumn struct {
	Target  string `json:"target"`
	From    string `json:"from"`  // the columns, the constant or the expression it comes from
	Blank   string `json:"blank"` // what an empty cell does: keep, clear, default or error
	Default string `json:"default,omitempty"`
	List    string `json:"list,omitempty"`   // add, replace or remove
	Lookup  string `json:"lookup,omitempty"` // with "creates what is missing" where it does
	Only    string `json:"only,omitempty"`   // create, update or unset
}

// PlanGuard is a guard that the run would pass.
type PlanGuard struct {
	Name     string `json:"name"`
	Message  string `json:"message"`
	Accepted bool   `json:"accepted"` // by --yes
}

// PlanChange is what would become of one record.
type PlanChange struct {
	Step    string
	Origin  record.Origin // of its first row
	Key     string
	Action  string // create, update, delete, reject, unchanged, filtered
	Object  string // products, variants: what is written
	StoreID int64  // 0 for a create
	Fields  []PlanField
	Problem *record.Problem // why it is rejected
}

// PlanField is one field of a change.
type PlanField struct {
	Field         string
	Before, After record.Value // Before is Missing in a create, After Missing in a delete
}
