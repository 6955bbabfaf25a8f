package job

import "strings"

// Within is the place in the file of a character of a scalar's text, offset counting characters from 0: for errors
// inside expressions. It goes through quotes, escapes and folded lines; where text and file do not agree, as after
// Resolve has replaced a placeholder, it is the place where the scalar begins.
func (j *Job) Within(s Scalar, offset int) Pos {
	w := walker{lines: sourceLines(j.Source), line: s.Line - 1}
	if s.Line < 1 || s.Line > len(w.lines) {
		return s.Pos
	}
	w.rest = fromColumn(w.lines[w.line], s.Column)
	if strings.HasPrefix(w.rest, "&") { // an anchor belongs to the scalar's place
		_, w.rest, _ = strings.Cut(w.rest, " ")
		w.skipBlanks()
	}
	if w.rest == "" {
		return s.Pos
	}
	if s.Quoted {
		switch w.rest[0] {
		case '"', '\'':
			w.quote = w.rest[0]
			w.rest = w.rest[1:]
		case '|', '>':
			w.rest = ""
		}
	}
	at := w.place()
	for i, r := range []rune(s.Text) {
		if strings.ContainsRune(" \t\n", r) && !w.escaped() {
			// Blanks may have been folded: they are where the text before them ends.
			if i == offset {
				return clamp(w.lines, at)
			}
			at.Column++
			continue
		}
		w.skipBlanks()
		at = w.place()
		if i == offset {
			return clamp(w.lines, at)
		}
		if !w.take(r) {
			return s.Pos
		}
		at = w.place()
	}
	return clamp(w.lines, at)
}

// walker goes over the written form of a scalar.
type walker struct {
	lines []string
	line  int
	rest  string // of the line
	quote byte   // 0 outside of quotes
}

func (w *walker) place() Pos { return Pos{w.line + 1, runes(w.lines[w.line]) - runes(w.rest) + 1} }

// escaped says whether an escape of a double-quoted text comes next.
func (w *walker) escaped() bool {
	return w.quote == '"' && len(w.rest) > 1 && w.rest[0] == '\\'
}

func (w *walker) skipBlanks() {
	w.rest = strings.TrimLeft(w.rest, " \t")
	for (w.rest == "" || w.quote == '"' && w.rest == `\`) && w.line+1 < len(w.lines) {
		w.line++
		w.rest = strings.TrimLeft(w.lines[w.line], " \t")
	}
}

// take goes over the written form of one character.
func (w *walker) take(r rune) bool {
	switch {
	case w.escaped():
		length := 2
		switch w.rest[1] {
		case 'x':
			length = 4
		case 'u':
			length = 6
		case 'U':
			length = 10
		}
		w.rest = w.rest[min(length, len(w.rest)):]
		return true
	case w.quote == '\'' && r == '\'':
		after, found := strings.CutPrefix(w.rest, "''")
		w.rest = after
		return found
	}
	after, found := strings.CutPrefix(w.rest, string(r))
	w.rest = after
	return found
}
