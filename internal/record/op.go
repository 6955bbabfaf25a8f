package record

// OpState is how far an op has come. It is written to the ledger before and after each request.
type OpState string

// The states of an op.
const (
	OpPlanned OpState = "planned"
	OpSent    OpState = "sent"
	OpDone    OpState = "done"
	OpFailed  OpState = "failed"
	OpInDoubt OpState = "in_doubt"
)

// Op is one element of one request: plain data, never a closure, so that the ledger, a saved plan, resume and undo all hold the
// same thing. Batches are formed per Kind from the ops of many items.
type Op struct {
	ID     int64   `json:"id"`               // unique within the run, from 1
	Item   int64   `json:"item"`             // the item's Seq; 0 for what several items need, such as a new category
	N      int     `json:"n"`                // the place among the item's ops; the first decides between rejected and partial
	Kind   string  `json:"kind"`             // "products.create", "products.update", "variants.update", "brands.create", ...
	Target int64   `json:"target,omitempty"` // id of the record that is changed, 0 for a create
	Key    string  `json:"key,omitempty"`    // natural key by which a lost create is looked up again
	Body   *Object `json:"body,omitempty"`   // what is sent, without the target's id; references may stand in it
	Before *Object `json:"before,omitempty"` // the values that the fields of Body had, for plan, conflict check and undo
	Needs  []int64 `json:"needs,omitempty"`  // ops that must be done first
	State  OpState `json:"state"`
}
