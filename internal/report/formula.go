package report

import (
	"regexp"
	"strconv"
)

// number is what spreadsheet programs read as a number although it begins with a sign.
var number = regexp.MustCompile(`^[+-](\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$`)

// inert keeps a spreadsheet program from running a sheet's text as a formula when it opens a file of ours: text that begins with
// = + - @ or a tab gets an apostrophe before it, and so does text that has one already, so that taking off exactly one gives the
// text back. Numbers and a lone sign (standard input is "-") are no formulas.
func inert(text string) string {
	if text == "" {
		return text
	}
	switch text[0] {
	case '+', '-':
		if len(text) == 1 || number.MatchString(text) {
			return text
		}
	case '=', '@', '\t', '\r', '\'':
	default:
		return text
	}
	return "'" + text
}

func numberUnlessZero(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
