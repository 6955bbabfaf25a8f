package job

import "strings"

func (f *trapFinder) flowFrom(i, start, indent int) {
	f.open = append(f.open, opened{f.lines[i][start], f.at(i, start), indent})
	f.flow(i, start+1)
}

// flow looks at the inside of [ ] and { }, from an index of a line to its end or to where the last bracket closes.
func (f *trapFinder) flow(i, from int) {
	text := f.lines[i]
	for at := from; at < len(text) && len(f.traps) <= maxTraps && len(f.open) <= maxDepth; {
		switch c := text[at]; c {
		case ' ', '\t', ',', ':':
			at++
		case '#':
			return
		case '[', '{':
			f.open = append(f.open, opened{c, f.at(i, at), f.open[len(f.open)-1].indent})
			at++
		case ']', '}':
			last := f.open[len(f.open)-1]
			if (c == ']') != (last.bracket == '[') {
				f.add(f.at(i, at), 1, "%c closes the %c of line %d, column %d", c, last.bracket, last.at.Line, last.at.Column)
			}
			f.open = f.open[:len(f.open)-1]
			at++
			if len(f.open) == 0 {
				f.rest(i, at)
				return
			}
		case '"', '\'':
			end := closingQuote(text, at+1, c)
			if end < 0 {
				f.quote, f.begun = c, f.at(i, at)
				return
			}
			at = end + 1
			if next := f.skipBlanks(i, at); next >= 0 && !strings.ContainsRune(",]}:#", rune(text[next])) {
				f.add(f.at(i, next), 1, "nothing may follow a closing quote; put the whole value in single quotes, and write '' for each single quote in it")
				at = flowEnd(text, next)
			}
		default:
			at = f.flowText(i, at)
		}
	}
}

// flowText looks at unquoted text inside brackets and gives the index behind it.
func (f *trapFinder) flowText(i, start int) int {
	text := f.lines[i]
	end := flowEnd(text, start)
	whole := strings.TrimRight(text[start:end], " \t")
	bracket := strings.IndexAny(whole, "[{")
	hash := strings.Index(whole, " #")
	switch c := whole[0]; {
	case hash >= 0 && (bracket < 0 || hash < bracket):
		f.add(f.at(i, start+hash+1), runes(whole[hash+1:]), "YAML cuts a text at a blank and #; quote it: %s", quote(whole))
	case bracket >= 0:
		f.add(f.at(i, start), runes(whole), "inside { } and [ ] a text that holds brackets must be quoted: %s", quote(whole))
	case strings.IndexByte("*&%@`!|>", c) >= 0 && c != '&' && c != '*' && c != '!':
		f.add(f.at(i, start), runes(whole), "a text that starts with %c must be quoted: %s", c, quote(whole))
	}
	return max(end, start+1)
}

// flowEnd is the index at which an unquoted text inside brackets ends for a human reader, who takes `a[0]`, `${x|y}` and
// `row["A, B"]` as one: brackets that it opens belong to it.
func flowEnd(text string, start int) int {
	depth := 0
	for i := start; i < len(text); i++ {
		switch c := text[i]; c {
		case '[', '{', '(':
			depth++
		case ']', '}':
			if depth == 0 {
				return i
			}
			depth--
		case ')':
			depth = max(0, depth-1)
		case '"':
			if depth > 0 {
				if end := closingQuote(text, i+1, c); end >= 0 {
					i = end
				}
			}
		case ',':
			if depth == 0 {
				return i
			}
		case ':':
			if depth == 0 && (i+1 == len(text) || strings.IndexByte(" \t,]}", text[i+1]) >= 0) {
				return i
			}
		}
	}
	return len(text)
}
