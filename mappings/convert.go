package mappings

import (
	"strings"
	"time"

	"bcetl/internal/record"
)

// typed is a rule's type with everything that reading needs.
type typed struct {
	kind     kind
	whole    bool // of a number
	layout   string
	number   *numberLayout
	date     string // a Go layout
	words    booleans
	location *time.Location
}

// read types one piece of a cell.
func (t *typed) read(text string, cell *record.Cell) (value, *record.Problem) {
	switch t.kind {
	case kindNumber:
		digits, p := readNumber(text, cell, t.number)
		if p == nil && t.whole {
			digits, p = wholeNumber(digits, text)
		}
		return digitsValue(digits), p
	case kindBool:
		truth, p := t.words.readBool(text, cell)
		return boolValue(truth), p
	case kindDate:
		return readDate(text, cell, t.date, t.layout, t.location)
	default:
		return shown(text, cell), nil
	}
}

func wholeNumber(digits, text string) (string, *record.Problem) {
	whole, ok := wholeDigits(digits)
	if !ok {
		return "", problem(CodeBadNumber, "%s is not a whole number", quote(text))
	}
	return whole, nil
}

// constants reads texts of the job file: they are written plainly whatever the sheet's layout is, and the usual words of yes and
// no count beside the rule's own.
func (t *typed) constants() converter {
	plain := *t
	plain.number, plain.date, plain.layout, plain.words = nil, "", "", plainBooleans
	return func(text string, _ *record.Cell) (value, *record.Problem) {
		if t.kind == kindBool {
			if truth, ok := t.words[strings.ToLower(text)]; ok {
				return boolValue(truth), nil
			}
		}
		v, p := plain.read(text, nil)
		if p != nil { // a constant is written plainly: no layout would help
			p.Message, _, _ = strings.Cut(p.Message, "; say how")
		}
		return v, p
	}
}
