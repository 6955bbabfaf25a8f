package mappings

import "bcetl/internal/record"

// blank says what an empty cell does.
type blank uint8

const (
	blankKeep    blank = iota // the field is left as the store has it
	blankClear                // the field is emptied as the catalogue says
	blankDefault              // the rule's default comes instead
	blankError                // the row is rejected
)

var blanks = map[string]blank{"keep": blankKeep, "clear": blankClear, "default": blankDefault, "error": blankError}

func (b blank) String() string { return [...]string{"keep", "clear", "default", "error"}[b] }

// empty is the outcome of an empty cell that no default replaces.
func (r *rule) empty(at *column) (record.Value, bool, *record.Problem) {
	switch r.blank {
	case blankClear:
		return r.cleared, true, nil
	case blankError:
		return record.Value{}, false, r.blame(problem(CodeBlank, "the cell is empty, but %s needs a value", r.target), at)
	}
	return record.Value{}, false, nil
}
