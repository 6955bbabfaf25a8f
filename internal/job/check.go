package job

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// A check looks at the text of a scalar and says what is wrong with it, or "". Texts with placeholders are looked at
// when the placeholders have their values.
type check struct {
	rule string
	look func(text, shown string) string // shown stands for the text in messages
}

// pending is a check that waits for a placeholder's value.
type pending struct {
	what  string
	check check
}

func (p *parser) check(s Scalar, what string, checks ...check) {
	for _, c := range checks {
		if hasPlaceholder(s.Text) {
			p.job.pending[s.Pos] = append(p.job.pending[s.Pos], pending{what, c})
			continue
		}
		if message := c.look(s.Text, quote(shorten(s.Text))); message != "" {
			p.reportScalar(s, c.rule, "%s: %s", what, message)
			return
		}
	}
}

// oneOf takes only the words given.
func oneOf(words ...string) check {
	return check{"value", func(text, shown string) string {
		if slices.Contains(words, text) {
			return ""
		}
		return "unknown value " + shown + "; expected " + joinOr(words)
	}}
}

var isBool = check{"type", func(text, shown string) string {
	switch text {
	case "true", "false":
		return ""
	}
	return shown + " is neither true nor false"
}}

var notEmpty = check{"value", func(text, _ string) string {
	if strings.TrimSpace(text) == "" {
		return "the text is empty"
	}
	return ""
}}

// wholeNumber takes decimal digits between two bounds.
func wholeNumber(least, most int64) check {
	return check{"type", func(text, shown string) string {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || !digits.MatchString(text) {
			return shown + " is not a whole number"
		}
		if n < least || n > most {
			return shown + " is not between " + strconv.FormatInt(least, 10) + " and " + strconv.FormatInt(most, 10)
		}
		return ""
	}}
}

var digits = regexp.MustCompile(`^[0-9]+$`)

var headerRow = check{"type", func(text, shown string) string {
	if text == "none" || wholeNumber(1, 1_048_576).look(text, shown) == "" {
		return ""
	}
	return shown + " is neither a row number from 1 nor none"
}}

var isDelimiter = check{"value", func(text, shown string) string {
	if text == "tab" || runes(text) == 1 && !strings.ContainsAny(text, "\"\r\n") {
		return ""
	}
	return shown + " is not a delimiter; expected one character, or tab"
}}

// isEncoding takes the names of encodings that text on the web may have, and utf-8-bom.
var isEncoding = check{"value", func(text, shown string) string {
	if text == "utf-8-bom" {
		return ""
	}
	if found, err := htmlindex.Get(text); err != nil || found == encoding.Replacement {
		return "unknown encoding " + shown + "; usual ones are utf-8, utf-16, windows-1252, iso-8859-2"
	}
	return ""
}}

func isBound(percentOnly bool) check {
	return check{"limit", func(text, shown string) string {
		b, err := ParseBound(text)
		switch {
		case err != nil && percentOnly, percentOnly && !b.IsPercent:
			return shown + " is not a percentage such as 20%"
		case err != nil:
			return shown + " is neither a number such as 100 nor a percentage such as 5%"
		}
		return ""
	}}
}
