package job

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// quote writes a text so that YAML reads exactly it: in double quotes, or in single ones where it holds double quotes
// or backslashes and nothing that must be escaped.
func quote(s string) string {
	escape := false
	for _, r := range s {
		escape = escape || !unicode.IsPrint(r)
	}
	if !escape && strings.ContainsAny(s, `"\`) {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\t':
			out.WriteString(`\t`)
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case unicode.IsPrint(r):
			out.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&out, `\U%08x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// rest is what stands in the file from a place to the end of its line. Places are mostly asked for in the order of the
// file, so a search goes on where the one before it ended: a long line is not gone over once for each of its values.
func (p *parser) rest(at Pos) string {
	if at.Line < 1 || at.Line > len(p.lines) {
		return ""
	}
	if at.Line != p.last.at.Line || at.Column < p.last.at.Column {
		p.last.at, p.last.rest = Pos{at.Line, 1}, p.lines[at.Line-1]
	}
	at.Column = max(1, at.Column)
	p.last.rest = fromColumn(p.last.rest, at.Column-p.last.at.Column+1)
	p.last.at.Column = at.Column
	return p.last.rest
}

// commentTrap reports a plain text that YAML cut at ` #name`. A comment of the ordinary kind has two blanks before the
// sign or one behind it.
func (p *parser) commentTrap(n *yaml.Node) {
	if n.Style != 0 || n.Value == "" || n.Line < 1 || n.Line > len(p.lines) {
		return
	}
	// Folding changes blanks only, so the characters of the text are found in order.
	line := n.Line - 1
	rest := p.rest(position(n))
	if n.Anchor != "" {
		rest = strings.TrimPrefix(rest, "&"+n.Anchor)
	}
	for _, r := range n.Value {
		if r == ' ' || r == '\t' || r == '\n' {
			continue
		}
		rest = strings.TrimLeft(rest, " \t")
		for rest == "" && line+1 < len(p.lines) {
			line++
			rest = strings.TrimLeft(p.lines[line], " \t")
		}
		after, found := strings.CutPrefix(rest, string(r))
		if !found {
			return
		}
		rest = after
	}
	comment, found := strings.CutPrefix(rest, " #")
	if !found || comment == "" || comment[0] == ' ' || comment[0] == '\t' || comment[0] == '#' {
		return
	}
	whole := n.Value + " #" + strings.TrimSpace(comment)
	p.report(Pos{line + 1, runes(p.lines[line]) - runes(comment)}, runes(comment)+1, "yaml",
		"YAML cuts a text at a blank and #: quote it: %s; for a comment put a blank behind the #", quote(whole))
}

// Blanks that YAML takes for letters, and characters without any width.
const invisible = `\x{00a0}\x{2007}\x{202f}\x{200b}\x{2060}\x{feff}`

var misplacedInvisible = regexp.MustCompile(`^[` + invisible + `]|[` + invisible + `]$|:[` + invisible + `]`)

// invisibleTrap reports a plain text with a blank that is none for YAML at an end or behind a colon, as pasting from a
// web page or a spreadsheet leaves them.
func (p *parser) invisibleTrap(n *yaml.Node) {
	if n.Style != 0 {
		return
	}
	found := misplacedInvisible.FindString(n.Value)
	if found == "" {
		return
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimPrefix(found, ":"))
	p.reportNode(n, "yaml", "an invisible character (U+%04X), which is no blank for YAML, stands in this text; delete it, or quote the text: %s", r, quote(n.Value))
}
