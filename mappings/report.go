package mappings

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// reporter collects the diagnostics of one compilation.
type reporter struct {
	file   string
	within func(job.Scalar, int) job.Pos // nil: counted from the scalar's start
	found  []job.Diagnostic
}

func newReporter(file string, s *Scope) *reporter { return &reporter{file: file, within: s.Within} }

// inside is the place of a character of a scalar's text.
func (r *reporter) inside(s job.Scalar, offset int) job.Pos {
	if r.within != nil {
		return r.within(s, offset)
	}
	pos := s.Pos
	if !strings.Contains(s.Text, "\n") {
		pos.Column += offset
		if s.Quoted {
			pos.Column++
		}
	}
	return pos
}

func (r *reporter) add(rule string, pos job.Pos, length int, format string, args ...any) {
	r.found = append(r.found, job.Diagnostic{File: r.file, Pos: pos, Length: max(1, length), Message: fmt.Sprintf(format, args...), Rule: rule})
}

// at reports about a scalar of the job. One whose text is not complete, in a check without parameters, is not judged.
func (r *reporter) at(rule string, s job.Scalar, format string, args ...any) {
	if s.Unknown {
		return
	}
	length := utf8.RuneCountInString(s.Text)
	if s.Quoted {
		length += 2
	}
	if strings.Contains(s.Text, "\n") {
		length = 1
	}
	r.add(rule, s.Pos, length, format, args...)
}

// problem makes a row's problem; column and field are filled in by the rule.
func problem(code, format string, args ...any) *record.Problem {
	return &record.Problem{Code: code, Message: fmt.Sprintf(format, args...)}
}

// quote shows what a cell held, cut where it is long.
func quote(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// assertFailed names what was asserted of which value: it may be one that stands in no cell.
func assertFailed(target string, v value, assert *expression) *record.Problem {
	shown := v.String()
	if v.kind != kindNumber {
		shown = quote(shown)
	}
	return problem(CodeAssertFailed, "%s %s: %s does not hold", target, shown, strings.Join(strings.Fields(assert.text), " "))
}

// suggest names the nearest alternatives, "" when none is near.
func suggest(name string, all []string) string {
	near := job.Nearest(name, all, 3)
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(near, " or ") + "?"
}

func joinSorted(words []string) string {
	slices.Sort(words)
	return strings.Join(words, ", ")
}

// listSome shows the first of the names.
func listSome(names []string) string {
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}
