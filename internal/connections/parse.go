package connections

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"bcetl/internal/job"
)

// maxSize bounds a connections file; forty stores take under 20 KB.
const maxSize = 1 << 20

// parser collects all that is wrong with one file.
type parser struct {
	path  string
	found []job.Diagnostic
}

// Parse reads a connections file without fetching a secret or looking at the environment. All faults are given at once, in the order of
// their places; with any, the file is nil. path is named in them, and its folder is where relative token files start.
func Parse(path string, content []byte) (*File, []job.Diagnostic) {
	p := &parser{path: path}
	file := p.file(content)
	if len(p.found) > 0 {
		return nil, job.Sort(p.found)
	}
	return file, nil
}

func (p *parser) report(at job.Pos, length int, rule, format string, args ...any) {
	p.found = append(p.found, job.Diagnostic{File: p.path, Pos: at, Length: max(1, length), Message: fmt.Sprintf(format, args...), Rule: rule})
}

func (p *parser) reportNode(n *yaml.Node, rule, format string, args ...any) {
	p.report(place(n), length(n), rule, format, args...)
}

func place(n *yaml.Node) job.Pos { return job.Pos{Line: n.Line, Column: n.Column} }

func length(n *yaml.Node) int {
	if n.Kind != yaml.ScalarNode {
		return 1
	}
	quotes := 0
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		quotes = 2
	}
	return utf8.RuneCountInString(n.Value) + quotes
}

var topKeys = []string{"defaults", "connections"}

var errorLine = regexp.MustCompile(`line (\d+): `)

func (p *parser) file(content []byte) *File {
	file := &File{Path: p.path}
	top := job.Pos{Line: 1, Column: 1}
	if len(content) > maxSize {
		p.report(top, 1, "yaml", "the file has more than 1 MB")
		return nil
	}
	if !utf8.Valid(content) {
		p.report(top, 1, "yaml", "the file is not in UTF-8")
		return nil
	}
	var document, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return file // an empty file, or comments only
	} else if err != nil {
		message := strings.TrimPrefix(err.Error(), "yaml: ")
		if line := errorLine.FindStringSubmatch(message); line != nil {
			top.Line, _ = strconv.Atoi(line[1])
			message = strings.Replace(message, line[0], "", 1)
		}
		p.report(top, 1, "yaml", "%s", message)
		return nil
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		p.report(job.Pos{Line: max(1, second.Line), Column: 1}, 3, "yaml", "the file holds a second document; only one is read")
		return nil
	}
	if n := document.Content[0]; n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return file
	}
	var defaults map[string]setting
	var entries []pair
	for _, part := range p.mapping(document.Content[0], "the file", topKeys) {
		switch part.key.Value {
		case "defaults":
			defaults = p.settings(part.value, "defaults")
		case "connections":
			entries = p.mapping(part.value, "connections", nil)
		}
	}
	folder := filepath.Dir(p.path)
	for _, entry := range entries {
		if c := p.connection(entry, defaults, folder); c != nil {
			file.entries = append(file.entries, c)
		}
	}
	return file
}

// pair is a key and its value in a mapping.
type pair struct{ key, value *yaml.Node }

// mapping gives the entries of a mapping. Duplicates, nulls, aliases, merges and keys that are not among keys are reported; with no keys
// any name will do.
func (p *parser) mapping(n *yaml.Node, what string, keys []string) []pair {
	if n.Kind != yaml.MappingNode {
		p.reportNode(n, "type", "%s must be a mapping of keys to values, not %s", what, kind(n))
		return nil
	}
	var pairs []pair
	seen := map[string]job.Pos{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case key.Kind == yaml.AliasNode || key.Tag == "!!merge" || value.Kind == yaml.AliasNode || value.Anchor != "":
			p.reportNode(key, "yaml", "anchors, aliases and merges (& * <<) are not accepted here; use defaults")
			continue
		case key.Kind != yaml.ScalarNode || key.Tag == "!!null":
			p.reportNode(key, "key", "a key must be a word, not %s", kind(key))
			continue
		case keys != nil && !slices.Contains(keys, key.Value):
			p.reportNode(key, "key", "unknown key %q in %s%s", key.Value, what, job.Alternatives(key.Value, keys))
			continue
		}
		if first, again := seen[key.Value]; again {
			p.reportNode(key, "duplicate", "%s is given twice, first in line %d", key.Value, first.Line)
			continue
		}
		seen[key.Value] = place(key)
		if value.Kind == yaml.ScalarNode && value.Tag == "!!null" {
			// an empty connections: or defaults: is as good as none
			if slices.Equal(keys, topKeys) {
				continue
			}
			p.reportNode(key, "null", "%s has no value; leave the key out, or quote it if the word %q is meant", key.Value, "null")
			continue
		}
		pairs = append(pairs, pair{key, value})
	}
	return pairs
}

func kind(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Kind == yaml.AliasNode:
		return "an alias"
	case n.Tag == "!!null":
		return "nothing"
	}
	return "a single value"
}

// setting is one key of an entry or of defaults: a text, or the access.
type setting struct {
	value
	access Access
}

func (p *parser) settings(n *yaml.Node, what string) map[string]setting {
	settings := map[string]setting{}
	for _, part := range p.mapping(n, what, entryKeys) {
		key := part.key.Value
		if key == keyAccess {
			if access, ok := p.access(part.value); ok {
				settings[key] = setting{access: access}
			}
			continue
		}
		if part.value.Kind != yaml.ScalarNode {
			p.reportNode(part.value, "type", "%s must be one value, not %s", key, kind(part.value))
			continue
		}
		v := value{text: part.value.Value, pos: place(part.value), len: length(part.value)}
		if err := checkSetting(key, v.text); err != nil {
			p.report(v.pos, v.len, ruleOf(key), "%v", err)
			continue
		}
		if key == keyKeyring && v.text == "false" {
			continue // says that no keyring is used: as good as left out
		}
		settings[key] = setting{value: v}
	}
	p.oneToken(settings, what)
	return settings
}

// oneToken refuses two places of the token in one mapping; an entry's place overrides that of the defaults.
func (p *parser) oneToken(settings map[string]setting, what string) {
	first := ""
	for _, key := range tokenKeys {
		v, has := settings[key]
		switch {
		case !has:
		case first == "":
			first = key
		default:
			p.report(v.pos, v.len, "token", "%s has both %s and %s; the token can come from one place only", what, first, key)
		}
	}
}

func ruleOf(key string) string {
	switch key {
	case keyAPIURL, keyAPIPath, keyStoreHash:
		return "address"
	}
	return "value"
}

// checkSetting judges what can be known of a value without the environment.
func checkSetting(key, text string) error {
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("%s is empty", key)
	}
	if key == keyTokenCommand {
		if len(envNames(text)) > 0 {
			return errors.New("the shell reads the environment itself: write $NAME instead of ${env:NAME}")
		}
		return nil
	}
	if fault := checkPlaceholders(text); fault != "" {
		return errors.New(fault)
	}
	if key == keyKeyring {
		if text != "true" && text != "false" {
			return errors.New("keyring must be true or false")
		}
		return nil
	}
	if placeholder.MatchString(text) {
		return nil // judged when it is resolved
	}
	return checkValue(key, text)
}

// checkValue judges a value that holds no reference any more.
func checkValue(key, text string) error {
	switch key {
	case keyStoreHash:
		return checkStoreHash(text)
	case keyAPIPath:
		_, _, err := parseAPIPath(text)
		return err
	case keyAPIURL:
		return checkAPIURL(text)
	case keyAccessToken:
		return checkToken(text)
	}
	return nil
}

// checkToken refuses what cannot stand in a header. It never repeats the token.
func checkToken(text string) error {
	for _, r := range text {
		if r <= ' ' || r > '~' {
			return errors.New("an access token has no blanks, line breaks or letters outside ASCII")
		}
	}
	return nil
}

func (p *parser) access(n *yaml.Node) (Access, bool) {
	if n.Kind == yaml.ScalarNode {
		switch n.Value {
		case readOnly:
			return Access{}, true
		case write:
			return Access{all: true}, true
		}
		if _, isObject := objects[n.Value]; isObject {
			p.reportNode(n, "access", "objects that may be written are a list: [%s]", n.Value)
		} else {
			p.reportNode(n, "access", "unknown access %q%s", n.Value, job.Alternatives(n.Value, []string{readOnly, write, "a list of objects"}))
		}
		return Access{}, false
	}
	if n.Kind != yaml.SequenceNode {
		p.reportNode(n, "access", "access must be read-only, write or a list of objects, not %s", kind(n))
		return Access{}, false
	}
	if len(n.Content) == 0 {
		p.reportNode(n, "access", "the list of objects is empty; write read-only")
		return Access{}, false
	}
	var access Access
	ok := true
	for _, item := range n.Content {
		_, known := objects[item.Value]
		switch {
		case item.Kind != yaml.ScalarNode || item.Tag == "!!null":
			p.reportNode(item, "access", "an object is a word, not %s", kind(item))
		case !known:
			p.reportNode(item, "access", "unknown object %q%s", item.Value, job.Alternatives(item.Value, objectNames()))
		case slices.Contains(access.objects, item.Value):
			p.reportNode(item, "duplicate", "%s is given twice", item.Value)
		default:
			access.objects = append(access.objects, item.Value)
			continue
		}
		ok = false
	}
	return access, ok
}

func objectNames() []string {
	names := make([]string, 0, len(objects))
	for name := range objects {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
