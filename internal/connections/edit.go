package connections

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// put sets an entry of the file to lines, or removes it for no lines. It works on the text, with the places that the YAML parser gives, because
// writing the parsed tree back would lose blank lines and rearrange comments.
func put(content []byte, name string, lines []string) ([]byte, error) {
	text := document{lines: strings.SplitAfter(string(content), "\n"), end: "\n"}
	if last := len(text.lines) - 1; text.lines[last] == "" {
		text.lines = text.lines[:last]
	} else {
		text.lines[last] += "\n"
	}
	if bytes.Contains(content, []byte("\r\n")) {
		text.end = "\r\n"
	}
	key, list, err := connectionsNode(content)
	if err != nil {
		return nil, err
	}
	switch {
	case key == nil: // no list yet
		text.insert(len(text.lines), "", append([]string{"connections:"}, indented(lines, 2)...))
	case list.Kind != yaml.MappingNode || len(list.Content) == 0: // connections: {} or with nothing behind it
		text.lines[key.Line-1] = emptied.ReplaceAllString(text.lines[key.Line-1], "$1")
		text.insert(key.Line, "", indented(lines, 2))
	case list.Style&yaml.FlowStyle != 0:
		return nil, errors.New("the connections stand in braces { }; please give each its own lines first")
	default:
		text.entry(key, list, name, lines)
	}
	return []byte(strings.Join(text.lines, "")), nil
}

// connectionsNode finds the key connections at the top of the file; nil without it.
func connectionsNode(content []byte) (key, list *yaml.Node, err error) {
	var root yaml.Node
	if err := yaml.Unmarshal(bytes.TrimPrefix(content, []byte("\ufeff")), &root); err != nil {
		return nil, nil, err
	}
	if len(root.Content) == 0 {
		return nil, nil, nil
	}
	top := root.Content[0]
	if top.Style&yaml.FlowStyle != 0 && len(top.Content) > 0 {
		return nil, nil, errors.New("the file is written in braces { }; please give each key its own line first")
	}
	for i := 0; i+1 < len(top.Content); i += 2 {
		if top.Content[i].Value == "connections" {
			return top.Content[i], top.Content[i+1], nil
		}
	}
	return nil, nil, nil
}

// emptied is a list without entries: connections: {}, null or ~. A comment behind it stays.
var emptied = regexp.MustCompile(`^(connections[ \t]*:)[ \t]*(?:\{[ \t]*\}|null|~)`)

type document struct {
	lines []string // each with its line end
	end   string   // line end of the file
}

// insert puts lines before the place given.
func (d *document) insert(at int, indent string, lines []string) {
	var added []string
	for _, line := range lines {
		added = append(added, indent+line+d.end)
	}
	d.lines = append(d.lines[:at:at], append(added, d.lines[at:]...)...)
}

// entry replaces, removes or appends one entry of the list.
func (d *document) entry(key, list *yaml.Node, name string, lines []string) {
	column := list.Content[0].Column
	indent := strings.Repeat(" ", column-1)
	for i := 0; i < len(list.Content); i += 2 {
		if list.Content[i].Value != name {
			continue
		}
		first := list.Content[i].Line - 1
		last := d.endOf(list.Content[i+1], column)
		if lines == nil {
			first = d.comments(first, column)
		}
		d.lines = append(d.lines[:first:first], d.lines[last:]...)
		d.insert(first, indent, lines)
		if lines == nil && len(list.Content) == 2 {
			d.lines[key.Line-1] = "connections: {}" + d.end
		}
		return
	}
	d.insert(d.endOf(list.Content[len(list.Content)-1], column), indent, lines)
}

// endOf is the number of lines up to the end of an entry's value. A node tells where it begins; the lines behind it that are indented deeper
// than the entry's key, such as a folded text or a comment, are its own as well.
func (d *document) endOf(value *yaml.Node, column int) int {
	last := lastLine(value)
	for next := last; next < len(d.lines); next++ {
		line := strings.TrimRight(d.lines[next], "\r\n")
		content := strings.TrimLeft(line, " ")
		if content == "" {
			continue
		}
		if len(line)-len(content) < column {
			break
		}
		last = next + 1
	}
	return last
}

func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, child := range n.Content {
		last = max(last, lastLine(child))
	}
	return last
}

// comments moves the start of an entry up over the comment lines that stand right above it, with its indentation.
func (d *document) comments(first, column int) int {
	for first > 0 {
		line := d.lines[first-1]
		if content := strings.TrimLeft(line, " "); !strings.HasPrefix(content, "#") || len(line)-len(content) != column-1 {
			break
		}
		first--
	}
	return first
}

func indented(lines []string, by int) []string {
	moved := make([]string, len(lines))
	for i, line := range lines {
		moved[i] = strings.Repeat(" ", by) + line
	}
	return moved
}

// quoteName writes a name as a key: plain unless YAML would take it for something else (12, no, 1.5).
func quoteName(name string) string {
	if plain := strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"); plain == "" && isWord(name) {
		return name
	}
	return quote(name)
}

func isWord(name string) bool {
	var node yaml.Node
	return yaml.Unmarshal([]byte(name), &node) == nil && len(node.Content) == 1 && node.Content[0].Tag == "!!str"
}

// quote writes a text as a value: plain where it can only be read as that text.
func quote(text string) string {
	if text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./~:") == "" && isWord(text) && !strings.HasSuffix(text, ":") {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// replaceFile writes a file of mode 0600 aside and renames it: a reader sees the old one or the new one.
func replaceFile(path string, content []byte) (err error) {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	aside, err := os.CreateTemp(folder, "."+filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = aside.Close()
			_ = os.Remove(aside.Name())
		}
	}()
	if _, err := aside.Write(content); err != nil {
		return err
	}
	if err := aside.Sync(); err != nil {
		return err
	}
	if err := aside.Close(); err != nil {
		return err
	}
	if err := os.Rename(aside.Name(), path); err != nil {
		return fmt.Errorf("put %s in place: %w", path, err)
	}
	return nil
}
