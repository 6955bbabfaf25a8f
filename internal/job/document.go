package job

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Bounds of a job file: far above what people write, and low enough that a hostile file stays cheap.
const (
	maxFileSize    = 1 << 20
	maxDepth       = 40
	maxDiagnostics = 500
	maxLine        = 20_000  // bytes; looking up columns in a line costs its length
	maxExpansion   = 100_000 // values read, those behind an alias once for each use
)

// parser carries what reading one file needs: its lines for messages, and everything found wrong so far.
type parser struct {
	file   string
	lines  []string
	found  []Diagnostic
	visits int
	open   []*yaml.Node // nodes being read, to see an alias inside its own anchor
	key    Scalar       // the key whose value is read
	last   struct {     // where rest ended
		at   Pos
		rest string
	}
	job *Job
}

func (p *parser) report(at Pos, length int, rule, format string, args ...any) {
	if len(p.found) >= maxDiagnostics {
		return
	}
	if len(p.found) == maxDiagnostics-1 {
		rule, format, args = "yaml", "too many errors; those from here on are not listed", nil
	}
	p.found = append(p.found, Diagnostic{
		File: p.file, Pos: clamp(p.lines, at), Length: max(1, length), Message: fmt.Sprintf(format, args...), Rule: rule,
	})
}

func (p *parser) reportNode(n *yaml.Node, rule, format string, args ...any) {
	length := 1
	if len(p.found) >= maxDiagnostics {
		return
	}
	if n.Kind == yaml.ScalarNode {
		length = extent(p.lines, position(n), n.Value, quoted(n))
	}
	p.report(position(n), length, rule, format, args...)
}

func (p *parser) reportScalar(s Scalar, rule, format string, args ...any) {
	p.report(s.Pos, extent(p.lines, s.Pos, s.Text, s.Quoted), rule, format, args...)
}

func position(n *yaml.Node) Pos { return Pos{Line: n.Line, Column: n.Column} }

func quoted(n *yaml.Node) bool {
	return n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// document reads the one YAML document of a file and reports what no job file may hold at any depth. It gives nil
// where there is nothing to go on with.
func (p *parser) document(source []byte) *yaml.Node {
	if len(source) > maxFileSize {
		p.report(Pos{1, 1}, 1, "yaml", "the file has %d bytes; a job file has at most %d", len(source), maxFileSize)
		return nil
	}
	for i, line := range p.lines {
		if len(line) > maxLine {
			p.report(Pos{i + 1, 1}, 1, "yaml", "the line has %d bytes; a line of a job file has at most %d", len(line), maxLine)
			return nil
		}
	}
	if !utf8.Valid(source) {
		p.report(p.firstInvalid(source), 1, "yaml", "the file is not UTF-8 from here on; save it as UTF-8")
		return nil
	}
	var root yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(source))
	if err := decode(decoder, &root); errors.Is(err, io.EOF) {
		p.report(Pos{1, 1}, 1, "yaml", "the file is empty; a job file has at least version, name, source, mapping and sink")
		return nil
	} else if err != nil {
		p.syntaxError(err)
		return nil
	}
	var second yaml.Node
	if err := decode(decoder, &second); err == nil {
		p.report(position(&second), 1, "yaml", "a second document begins here; a job file holds one, several steps go under `steps`")
	} else if !errors.Is(err, io.EOF) {
		p.syntaxError(err)
	}
	if len(root.Content) == 0 {
		return nil
	}
	p.survey(&root)
	return root.Content[0]
}

// decode shields us from the parser's own panics, which it lets escape on some malformed input.
func decode(d *yaml.Decoder, into *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: the text cannot be read: %v", r)
		}
	}()
	return d.Decode(into)
}

func (p *parser) firstInvalid(source []byte) Pos {
	valid := 0
	for valid < len(source) {
		r, size := utf8.DecodeRune(source[valid:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		valid += size
	}
	before := sourceLines(append(bytes.Clone(source[:valid]), 'x'))
	return Pos{Line: len(before), Column: runes(before[len(before)-1])}
}

var (
	lineOfError   = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)
	unknownAnchor = regexp.MustCompile(`unknown anchor '(.*)' referenced`)
)

// plainWords says what the YAML parser's commonest errors mean.
var plainWords = map[string]string{
	"did not find expected key":             "a `key: value` is expected here; its indentation must be that of the keys above",
	"did not find expected '-' indicator":   "an element of a list (- ...) is expected here; its indentation must be that of the elements above",
	"could not find expected ':'":           "a key without a colon; a colon and a blank stand between key and value",
	"mapping values are not allowed in":     "a colon ends a key here, but no key can stand here; check the indentation, or quote the value above",
	"found character that cannot start":     "no value can start here; a tab, or a text that starts with @, ` or %, must be quoted",
	"found a tab character that violates":   "a tab indents this line; YAML takes blanks only",
	"did not find expected <document start": "the text goes on behind the end of the document; a % or --- at the beginning of a line must be quoted",
}

// syntaxError turns the YAML parser's error into diagnostics: the traps that explain it, else its own words at its line.
func (p *parser) syntaxError(err error) {
	if found := unknownAnchor.FindStringSubmatch(err.Error()); found != nil {
		alias := "*" + found[1]
		for i, line := range p.lines {
			if at := strings.Index(line, alias); at >= 0 {
				p.report(Pos{i + 1, runes(line[:at]) + 1}, runes(alias), "yaml",
					"%s is an alias of YAML and no anchor &%s is defined before it; a text that starts with * must be quoted: %s", alias, found[1], quote(alias))
				return
			}
		}
	}
	if traps := findTraps(p.lines); len(traps) > 0 {
		for _, t := range traps {
			p.report(t.Pos, t.Length, "yaml", "%s", t.Message)
		}
		return
	}
	line, message := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if found := lineOfError.FindStringSubmatch(err.Error()); found != nil {
		line, _ = strconv.Atoi(found[1])
		message = found[2]
		// The parser, unlike its scanner, counts these lines from 0.
		if strings.HasPrefix(message, "did not find expected") && !strings.Contains(message, "comment or line break") {
			line++
		}
	}
	for raw, plain := range plainWords {
		if strings.HasPrefix(message, raw) {
			message = plain
			break
		}
	}
	line = min(max(line, 1), len(p.lines))
	text := p.lines[line-1]
	start := runes(text) - runes(strings.TrimLeft(text, " \t"))
	p.report(Pos{line, start + 1}, runes(strings.TrimSpace(text)), "yaml", "not valid YAML: %s", message)
}

// survey reports what is wrong wherever it stands: nulls, duplicate keys, keys that are not text, tags, anchors that
// nobody uses, too deep nesting. It does not follow aliases, so each place is looked at once.
func (p *parser) survey(root *yaml.Node) {
	used := map[*yaml.Node]bool{}
	var collect func(n *yaml.Node, depth int)
	collect = func(n *yaml.Node, depth int) {
		if n.Kind == yaml.AliasNode {
			used[n.Alias] = true
		}
		if depth <= maxDepth {
			for _, child := range n.Content {
				collect(child, depth+1)
			}
		}
	}
	collect(root, 0)
	var look func(n *yaml.Node, depth int, inFlow bool)
	look = func(n *yaml.Node, depth int, inFlow bool) {
		if depth > maxDepth {
			p.reportNode(n, "yaml", "nested more than %d levels deep", maxDepth)
			return
		}
		if p.tagged(n) {
			p.report(position(n), 1, "yaml", "tags of YAML are not used in job files; a text that starts with ! must be quoted")
		}
		if n.Kind == yaml.ScalarNode && n.Anchor != "" && !used[n] && n.Style == 0 {
			text := "&" + n.Anchor
			if n.Value != "" {
				text += " " + n.Value
			}
			p.report(position(n), runes(n.Anchor)+1, "yaml", "&%s is an anchor of YAML that nothing uses; a text that starts with & must be quoted: %s", n.Anchor, quote(text))
		} else if isNull(n) {
			p.reportNull(n, inFlow)
		} else if n.Kind == yaml.ScalarNode {
			p.invisibleTrap(n)
		}
		if n.Kind == yaml.MappingNode {
			p.surveyKeys(n)
			for i, child := range n.Content {
				if i%2 == 1 || child.Kind != yaml.ScalarNode {
					look(child, depth+1, n.Style&yaml.FlowStyle != 0)
				}
			}
			return
		}
		for _, child := range n.Content {
			look(child, depth+1, false)
		}
	}
	look(root, 0, false)
}

// tagged says whether a tag stands before a value; a lone ! leaves no other trace.
func (p *parser) tagged(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode && n.Style&yaml.FlowStyle == 0 {
		return n.Style&yaml.TaggedStyle != 0 // in block style the rest of the line is the first key's
	}
	rest := p.rest(position(n))
	if n.Anchor != "" {
		rest = strings.TrimLeft(strings.TrimPrefix(rest, "&"+n.Anchor), " \t")
	}
	return n.Style&yaml.TaggedStyle != 0 || strings.HasPrefix(rest, "!")
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func (p *parser) reportNull(n *yaml.Node, inFlow bool) {
	if len(p.found) >= maxDiagnostics {
		return
	}
	switch {
	case n.Value != "":
		p.reportNode(n, "null", "%s is YAML's null; quote it where the text is meant: %s, else leave the key out", n.Value, quote(n.Value))
	case inFlow:
		p.reportNode(n, "null", "a value is missing; in { } a comma ends a value, so a text with a comma must be quoted")
	case strings.HasPrefix(strings.TrimLeft(p.rest(position(n)), " \t"), "#"):
		p.reportNode(n, "null", "a value is missing: what follows # is a comment; quote a text that holds a #, or leave the key out")
	default:
		p.reportNode(n, "null", "a value is missing; leave the key out, or write \"\" for an empty text")
	}
}

func (p *parser) surveyKeys(n *yaml.Node) {
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind == yaml.AliasNode:
			p.report(position(key), runes(key.Value)+1, "yaml", "a key that starts with * must be quoted: %s", quote("*"+key.Value))
		case key.Kind != yaml.ScalarNode:
			p.report(position(key), 1, "yaml", "a key must be a text; one that starts with [ or { must be quoted")
		case key.Anchor != "":
			p.report(position(key), runes(key.Anchor)+1, "yaml", "a key that starts with & must be quoted: %s", quote(strings.TrimSpace("&"+key.Anchor+" "+key.Value)))
		case p.tagged(key):
			p.report(position(key), 1, "yaml", "a key that starts with ! must be quoted")
		case isNull(key):
			p.reportNode(key, "null", "%s as a key is YAML's null; quote it: %s", orEmpty(key.Value), quote(key.Value))
		case seen[key.Value] != nil && key.Tag != "!!merge":
			p.reportNode(key, "duplicate", "%s is written twice; the first is on line %d", quote(key.Value), seen[key.Value].Line)
		default:
			seen[key.Value] = key
			p.commentTrap(key)
			p.invisibleTrap(key)
		}
	}
}

func orEmpty(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
