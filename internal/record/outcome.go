package record

// Outcome is what came of one item. The zero value is InDoubt: what nobody settled is never taken for done.
type Outcome uint8

// The outcomes; the names are those of report.json and results.csv.
const (
	InDoubt Outcome = iota
	Created
	Updated
	Unchanged
	Deleted
	Exported
	Filtered
	Partial
	Rejected
	NotAttempted
	outcomes
)

var outcomeNames = [outcomes]string{
	"in_doubt", "created", "updated", "unchanged", "deleted", "exported", "filtered", "partial", "rejected", "not_attempted",
}

func (o Outcome) String() string { return outcomeNames[o] }

// Outcomes lists all of them.
func Outcomes() []Outcome {
	all := make([]Outcome, outcomes)
	for i := range all {
		all[i] = Outcome(i)
	}
	return all
}

// Counts is the number of rows or records by outcome.
type Counts [outcomes]int64

// Add counts n for the outcome.
func (c *Counts) Add(o Outcome, n int64) { c[o] += n }

// Of is the count of one outcome.
func (c *Counts) Of(o Outcome) int64 { return c[o] }

// Total is the sum over all outcomes; it must equal what was read.
func (c *Counts) Total() (sum int64) {
	for _, n := range c {
		sum += n
	}
	return sum
}

// Merge adds the other's counts.
func (c *Counts) Merge(other Counts) {
	for i, n := range other {
		c[i] += n
	}
}

// Item is what the engine moves: one record to be written or exported, with the rows that it came from.
type Item struct {
	Seq      int64    // position in the input, from 1, unique within a step
	Key      string   // the natural key as the sheet wrote it, "" when it has none
	Rows     []Row    // the sheet's rows it came from; empty for a store's record
	Doc      *Object  // what the mapping made of them; nil when Problem is set
	Only     OnlyWhen // conditions of single fields of Doc; nil where those of the target hold for every item, as for sheets
	Problem  *Problem // set: rejected before anything was asked or sent
	Filtered bool     // left out by `where`
}

// RowCount is how many rows the item's outcome counts for: at least one.
func (i *Item) RowCount() int64 { return int64(max(1, len(i.Rows))) }

// OnlyWhen says by a field's path when it is sent: "create" and "update" only then, "unset" only where the store has no value. What
// it does not name is always sent.
type OnlyWhen map[string]string

// Settled is an item's outcome with what is said about it in results and rejects.
type Settled struct {
	Seq     int64
	Outcome Outcome
	StoreID int64    // the store's id, 0 when unknown
	Changed []string // fields that were written, sorted
	Problem *Problem // of rejected, partial, in doubt and not attempted
}
