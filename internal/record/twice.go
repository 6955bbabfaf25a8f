package record

import (
	"fmt"
	"strings"
	"time"
)

// Twice is a wall time that the clocks of a zone show two times over, as 02:30 of the night in which summer time ends. Which of the two
// a sheet means is not written there: a record that has one of them is as the sheet says, and for anything else somebody has to tell.
type Twice struct {
	First, Second time.Time
	Zone          string // its name, such as Europe/Berlin
	Day           bool   // a day alone, which begins at the first
}

// momentRef is the kind of reference as which a document holds a Twice: the store's record says which moment it is.
const momentRef = "moment"

// Ref is the reference to what the store's record has of the two; instead is what a day alone is where it has neither.
func (t Twice) Ref(instead Value) Ref {
	ref := Ref{Kind: momentRef, Key: t.First.Format(time.RFC3339) + " " + t.Second.Format(time.RFC3339) + " " + t.Zone}
	if t.Day {
		ref.Else = &instead
	}
	return ref
}

// Twice is the reverse of Twice.Ref; ok is false for a reference to anything else.
func (r Ref) Twice() (t Twice, ok bool) {
	parts := strings.SplitN(r.Key, " ", 3)
	if r.Kind != momentRef || len(parts) != 3 {
		return t, false
	}
	first, err := time.Parse(time.RFC3339, parts[0])
	if err != nil {
		return t, false
	}
	second, err := time.Parse(time.RFC3339, parts[1])
	return Twice{First: first, Second: second, Zone: parts[2], Day: r.Else != nil}, err == nil
}

// Problem says that somebody has to tell which of the two is meant, and how.
func (t Twice) Problem() *Problem {
	return &Problem{Code: "ambiguous_time", Message: fmt.Sprintf("%s exists twice in %s, where clocks are put back over it; write %s or %s",
		t.First.Format("2006-01-02 15:04:05"), t.Zone, t.First.Format(time.RFC3339), t.Second.Format(time.RFC3339))}
}
