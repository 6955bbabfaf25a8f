package job

import (
	"fmt"
	"regexp"
	"strings"
)

// trap is a place that YAML reads otherwise than it looks, and how to write it.
type trap struct {
	Pos     Pos
	Length  int
	Message string
}

// trapFinder goes over a file that YAML refused, with just as much of YAML's grammar as it takes to tell keys, values,
// quotes and brackets apart. YAML's own error names the first line that no longer fits, often far behind the cause, and
// never says what to write instead.
type trapFinder struct {
	lines []string
	traps []trap

	open  []opened // brackets not closed yet
	quote byte     // quote that the line before left open
	begun Pos      // where it opened
	block int      // indentation of the line that began a block scalar; -1 outside
}

type opened struct {
	bracket byte
	at      Pos
	indent  int
}

// maxTraps is enough to show; behind many of them the finder has most likely lost its way.
const maxTraps = 50

func findTraps(lines []string) []trap {
	f := trapFinder{lines: lines, block: -1}
	for i := range lines {
		if len(f.traps) > maxTraps || len(f.open) > maxDepth {
			break
		}
		f.line(i)
	}
	if f.quote != 0 {
		f.add(f.begun, 1, "this %c is never closed", f.quote)
	}
	for _, o := range f.open[:min(len(f.open), maxDepth)] {
		f.add(o.at, 1, "this %c is never closed", o.bracket)
	}
	return f.traps
}

func (f *trapFinder) add(at Pos, length int, format string, args ...any) {
	f.traps = append(f.traps, trap{Pos: at, Length: max(1, length), Message: fmt.Sprintf(format, args...)})
}

var (
	blockHeader = regexp.MustCompile(`^[|>][-+0-9]{0,2}[ \t]*([ \t]#.*)?$`)
	keyOfLine   = regexp.MustCompile(`^[A-Za-z_][\w \[\].-]*:([ \t]|$)`)
)

func (f *trapFinder) line(i int) {
	text := f.lines[i]
	trimmed := strings.TrimLeft(text, " ")
	indent := len(text) - len(trimmed)
	if f.block >= 0 {
		if strings.TrimSpace(text) == "" || indent > f.block {
			return
		}
		f.block = -1
	}
	if f.quote != 0 {
		end := closingQuote(text, 0, f.quote)
		if end < 0 {
			return
		}
		f.quote = 0
		f.rest(i, end+1)
		return
	}
	if strings.TrimSpace(text) == "" || strings.HasPrefix(strings.TrimSpace(text), "#") {
		return
	}
	if len(f.open) > 0 {
		if last := f.open[len(f.open)-1]; indent <= last.indent && keyOfLine.MatchString(trimmed) {
			f.add(last.at, 1, "this %c is not closed before line %d", last.bracket, i+1)
			f.open = nil
		} else {
			f.flow(i, indent)
			return
		}
	}
	if trimmed[0] == '\t' {
		f.add(Pos{i + 1, indent + 1}, 1, "a tab indents this line; YAML takes blanks only")
		return
	}
	start := indent
	for strings.HasPrefix(text[start:], "- ") {
		start++
		for start < len(text) && text[start] == ' ' {
			start++
		}
	}
	if start >= len(text) || text[start:] == "-" || text[start:] == "---" || text[start:] == "..." {
		return
	}
	f.block = -1
	value := f.key(i, start)
	if value >= 0 {
		f.value(i, value, indent)
	}
}

// key looks at what stands at the beginning of a line and gives the index of the value behind it, or -1.
func (f *trapFinder) key(i, start int) int {
	text := f.lines[i]
	switch c := text[start]; c {
	case '"', '\'':
		end := closingQuote(text, start+1, c)
		if end >= 0 {
			after := strings.TrimLeft(text[end+1:], " \t")
			if strings.HasPrefix(after, ":") {
				return f.skipBlanks(i, len(text)-len(after)+1)
			}
		}
		return start
	case '[', '{', '|', '>':
		return start
	}
	colon := colonAt(text, start)
	if colon < 0 {
		return start
	}
	written := text[start:colon]
	at := f.at(i, start)
	if cut := strings.Index(written, " #"); cut >= 0 {
		f.add(f.at(i, start+cut+1), runes(written[cut+1:]), "YAML cuts a text at a blank and #; quote the key: %s", quote(written)+":")
		return -1
	}
	switch c := text[start]; c {
	case '*', '&', '%', '@', '`', '!':
		f.add(at, runes(written), "a key that starts with %c must be quoted: %s", c, quote(written)+":")
	case ',', ']', '}':
		f.add(at, 1, "a %c without anything open before it; a key that starts with it must be quoted", c)
		return -1
	}
	return f.skipBlanks(i, colon+1)
}

// colonAt is the index of the colon that ends a key begun at start: one with a blank or nothing behind it.
func colonAt(text string, start int) int {
	for i := start; i < len(text); i++ {
		if text[i] == ':' && (i+1 == len(text) || text[i+1] == ' ' || text[i+1] == '\t') {
			return i
		}
	}
	return -1
}

func (f *trapFinder) skipBlanks(i, from int) int {
	text := f.lines[i]
	for from < len(text) && (text[from] == ' ' || text[from] == '\t') {
		from++
	}
	if from == len(text) {
		return -1
	}
	return from
}

// value looks at a value outside of brackets.
func (f *trapFinder) value(i, start, indent int) {
	text := f.lines[i]
	rest := text[start:]
	at := f.at(i, start)
	whole := plainText(rest)
	switch c := rest[0]; c {
	case '#':
		return
	case '"', '\'':
		end := closingQuote(text, start+1, c)
		if end < 0 {
			f.quote, f.begun = c, at
			return
		}
		f.rest(i, end+1)
		return
	case '[', '{':
		f.flowFrom(i, start, indent)
		return
	case '|', '>':
		if blockHeader.MatchString(rest) {
			f.block = indent
			return
		}
		f.add(at, runes(whole), "a value that starts with %c must be quoted: %s", c, quote(whole))
		return
	case '&', '!':
		// An anchor or a tag; what follows it is a value of its own.
		if blank := strings.IndexByte(rest, ' '); blank > 0 {
			if next := f.skipBlanks(i, start+blank); next >= 0 {
				f.value(i, next, indent)
			}
		}
		return
	case '*':
		return
	case '%', '@', '`', ',', ']', '}':
		f.add(at, runes(whole), "a value that starts with %c must be quoted: %s", c, quote(whole))
		return
	case '-', '?':
		if len(rest) == 1 || rest[1] == ' ' {
			f.add(at, runes(whole), "a value that starts with %c and a blank must be quoted: %s; a list begins on the next line", c, quote(whole))
			return
		}
	}
	if colon := colonAt(whole, 0); colon >= 0 {
		f.add(f.at(i, start+colon), 1, "a colon with a blank behind it ends a key in YAML; quote the whole value: %s", quote(whole))
	}
}

// plainText is an unquoted value without the comment behind it.
func plainText(s string) string {
	if cut := strings.Index(s, " #"); cut >= 0 {
		s = s[:cut]
	}
	return strings.TrimRight(s, " \t")
}

// rest looks at what stands behind a closing quote or bracket.
func (f *trapFinder) rest(i, from int) {
	if len(f.open) > 0 {
		f.flow(i, from)
		return
	}
	next := f.skipBlanks(i, from)
	if next < 0 || f.lines[i][next] == '#' || f.lines[i][next] == ':' {
		return
	}
	f.add(f.at(i, next), runes(f.lines[i][next:]), "nothing may follow a closing quote or bracket; put the whole value in single quotes, and write '' for each single quote in it")
}

func (f *trapFinder) at(i, index int) Pos { return Pos{i + 1, runes(f.lines[i][:index]) + 1} }
