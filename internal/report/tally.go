package report

import (
	"fmt"

	"bcetl/internal/record"
)

// Tally is how many rows, or records, were read and what came of them. Its JSON is the `rows` and `records` of report.json.
type Tally struct {
	Read         int64 `json:"read"`
	Filtered     int64 `json:"filtered"`
	Created      int64 `json:"created"`
	Updated      int64 `json:"updated"`
	Unchanged    int64 `json:"unchanged"`
	Deleted      int64 `json:"deleted"`
	Exported     int64 `json:"exported"`
	Partial      int64 `json:"partial"`
	Rejected     int64 `json:"rejected"`
	InDoubt      int64 `json:"in_doubt"`
	NotAttempted int64 `json:"not_attempted"`
}

// TallyOf pairs what was read with its outcomes. The two are counted apart, at the two ends of the pipeline, so that Check can
// tell when something was lost between them.
func TallyOf(read int64, c record.Counts) Tally {
	t := Tally{Read: read}
	for _, o := range record.Outcomes() {
		*t.place(o) = c.Of(o)
	}
	return t
}

// Of is the count of one outcome.
func (t Tally) Of(o record.Outcome) int64 { return *t.place(o) }

// Settled is the sum over all outcomes.
func (t Tally) Settled() (sum int64) {
	for _, o := range record.Outcomes() {
		sum += t.Of(o)
	}
	return sum
}

// Unsettled is how many keep a run from status succeeded: rejected, partial, in doubt or not attempted.
func (t Tally) Unsettled() int64 { return t.Rejected + t.Partial + t.InDoubt + t.NotAttempted }

// Merge adds the other's counts.
func (t *Tally) Merge(other Tally) {
	t.Read += other.Read
	for _, o := range record.Outcomes() {
		*t.place(o) += other.Of(o)
	}
}

// check gives an error when read is not the sum of all outcomes.
func (t Tally) check(of string) error {
	if sum := t.Settled(); sum != t.Read {
		return fmt.Errorf("%s: %d were read but %d have an outcome", of, t.Read, sum)
	}
	return nil
}

// place is where an outcome is counted; it panics for one that the report has no place for, which its test rules out.
func (t *Tally) place(o record.Outcome) *int64 {
	switch o {
	case record.InDoubt:
		return &t.InDoubt
	case record.Created:
		return &t.Created
	case record.Updated:
		return &t.Updated
	case record.Unchanged:
		return &t.Unchanged
	case record.Deleted:
		return &t.Deleted
	case record.Exported:
		return &t.Exported
	case record.Filtered:
		return &t.Filtered
	case record.Partial:
		return &t.Partial
	case record.Rejected:
		return &t.Rejected
	case record.NotAttempted:
		return &t.NotAttempted
	}
	panic("report has no place for outcome " + o.String())
}
