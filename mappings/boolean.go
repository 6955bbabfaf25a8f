package mappings

import (
	"strings"

	"bcetl/internal/record"
)

// booleans are the words of yes and no, in lower case.
type booleans map[string]bool

var plainBooleans = booleans{"true": true, "false": false, "yes": true, "no": false, "y": true, "n": false, "1": true, "0": false}

// readBool gives the truth value of a cell or text. Words of the rule come instead of the usual ones, but a spreadsheet's own
// truth value always counts.
func (words booleans) readBool(text string, cell *record.Cell) (bool, *record.Problem) {
	if cell != nil && cell.Kind == record.CellBool && cell.Raw != "" {
		return strings.EqualFold(cell.Raw, "true") || cell.Raw == "1", nil
	}
	found, ok := words[strings.ToLower(strings.TrimSpace(text))]
	if !ok {
		return false, problem(CodeBadBool, "%s is neither yes nor no; expected %s", quote(text), words.expected())
	}
	return found, nil
}

func (words booleans) expected() string {
	if len(words) == len(plainBooleans) && words["yes"] {
		return "true/false, yes/no, y/n or 1/0, or your own words in when_true and when_false"
	}
	var yes, no []string
	for word, truth := range words {
		if truth {
			yes = append(yes, word)
		} else {
			no = append(no, word)
		}
	}
	return "one of " + joinSorted(yes) + " for yes, " + joinSorted(no) + " for no"
}
