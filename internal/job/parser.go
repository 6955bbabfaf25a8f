package job

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// A reader reads one value of a job file into the tree.
type reader func(n *yaml.Node)

// key is one key that a part of a job may have.
type key struct {
	name string
	read reader
	need bool // must be written
}

// enter follows an alias and counts the value. It gives nil where the value was reported before (a null), stands
// inside itself, or the file unfolds to too much.
func (p *parser) enter(n *yaml.Node) *yaml.Node {
	p.visits++
	if p.visits > maxExpansion {
		if p.visits == maxExpansion+1 {
			p.reportNode(n, "yaml", "aliases unfold this file to more than %d values", maxExpansion)
		}
		return nil
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n == nil || isNull(n) {
		return nil
	}
	if slices.Contains(p.open, n) {
		p.reportNode(n, "yaml", "this value holds an alias of itself")
		return nil
	}
	return n
}

// object reads a mapping with known keys. Keys of later are in the contract and not built: they are refused as such.
// It says whether n is a mapping at all.
func (p *parser) object(n *yaml.Node, what string, keys []key, later ...string) bool {
	n = p.enter(n)
	if n == nil {
		return false
	}
	if n.Kind != yaml.MappingNode {
		p.reportNode(n, "type", "%s must be a mapping (key: value), not %s", what, kind(n))
		return false
	}
	p.open = append(p.open, n)
	defer func() { p.open = p.open[:len(p.open)-1] }()
	written := map[string]bool{}
	for _, e := range p.entries(n) {
		name := e.key.Value
		i := slices.IndexFunc(keys, func(k key) bool { return k.name == name })
		switch {
		case i >= 0:
			if !written[name] {
				written[name] = true
				p.key = scalarOf(e.key)
				keys[i].read(e.value)
			}
		case slices.Contains(later, name):
			p.reportNode(e.key, "unsupported", "`%s` is not supported by this version", name)
		case len(p.found) < maxDiagnostics: // looking for alternatives costs more than a report that is dropped is worth
			names := make([]string, len(keys))
			for i, k := range keys {
				names[i] = k.name
			}
			p.reportNode(e.key, "key", "unknown key %s in %s%s", quote(name), what, Alternatives(name, names))
		}
	}
	for _, k := range keys {
		if k.need && !written[k.name] {
			p.reportNode(n, "required", "%s needs `%s`", what, k.name)
		}
	}
	return true
}

// entry is one key of a mapping with its value.
type entry struct{ key, value *yaml.Node }

// entries gives a mapping's keys in order, those of its merges (`<<`) where no key of its own says otherwise. A key
// that is written twice is there twice.
func (p *parser) entries(n *yaml.Node) []entry {
	var all []entry
	has := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Kind != yaml.ScalarNode || isNull(k) {
			continue // reported by survey
		}
		if k.Tag != "!!merge" {
			all = append(all, entry{k, v})
			has[k.Value] = true
		}
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Tag != "!!merge" {
			continue
		}
		for _, from := range p.mergeSources(n.Content[i+1]) {
			p.open = append(p.open, from)
			for _, e := range p.entries(from) {
				if !has[e.key.Value] {
					all = append(all, e)
					has[e.key.Value] = true
				}
			}
			p.open = p.open[:len(p.open)-1]
		}
	}
	return all
}

func (p *parser) mergeSources(n *yaml.Node) []*yaml.Node {
	n = p.enter(n)
	if n == nil {
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		return []*yaml.Node{n}
	case yaml.SequenceNode:
		var all []*yaml.Node
		for _, child := range n.Content {
			if m := p.enter(child); m != nil && m.Kind == yaml.MappingNode {
				all = append(all, m)
			} else if m != nil {
				p.reportNode(m, "type", "<< takes mappings, not %s", kind(m))
			}
		}
		return all
	}
	p.reportNode(n, "type", "<< takes a mapping, not %s; a key named << must be quoted", kind(n))
	return nil
}

func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		if n.Style&yaml.FlowStyle != 0 && len(n.Content) == 2 {
			return "a mapping (a text with `: ` in it must be quoted)"
		}
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	return "the text " + quote(shorten(n.Value))
}

func shorten(s string) string {
	if runes(s) <= 40 {
		return s
	}
	return string([]rune(s)[:40]) + "…"
}

// scalar reads a text as it is written; it says whether there is one.
func (p *parser) scalar(n *yaml.Node, what string) (Scalar, bool) {
	n = p.enter(n)
	if n == nil {
		return Scalar{}, false
	}
	if n.Kind != yaml.ScalarNode {
		p.reportNode(n, "type", "%s must be a single value, not %s", what, kind(n))
		return Scalar{}, false
	}
	return scalarOf(n), true
}

func scalarOf(n *yaml.Node) Scalar {
	return Scalar{Pos: position(n), Text: n.Value, Set: true, Quoted: quoted(n)}
}

// text reads a free text. Empty is allowed only where a check does not forbid it.
func (p *parser) text(into *Scalar, what string, checks ...check) reader {
	return func(n *yaml.Node) {
		if s, ok := p.scalar(n, what); ok {
			p.free(n)
			*into = s
			p.check(s, what, checks...)
		}
	}
}

// free looks for comments that cut a free text.
func (p *parser) free(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		p.commentTrap(n)
	}
}

// word reads a value out of a fixed set, a number or the like.
func (p *parser) word(into *Scalar, what string, checks ...check) reader {
	return func(n *yaml.Node) {
		if s, ok := p.scalar(n, what); ok {
			*into = s
			p.check(s, what, checks...)
		}
	}
}

// expression reads an expression; what it means is checked where it is compiled.
func (p *parser) expression(into *Scalar, what string) reader {
	return func(n *yaml.Node) {
		s, ok := p.scalar(n, what)
		if !ok {
			return
		}
		p.free(n)
		*into = s
		p.checkExpression(s, what)
	}
}

func (p *parser) checkExpression(s Scalar, what string) {
	if strings.TrimSpace(s.Text) == "" {
		p.reportScalar(s, "expr", "%s is an empty expression", what)
	}
	for _, name := range placeholderNames(s.Text) {
		p.reportScalar(s, "param", "an expression takes no ${%s}; it says params.%s", name, name)
	}
}

// items gives a list's elements; a single value is a list of one. An empty list is an error.
func (p *parser) items(n *yaml.Node, what string) []*yaml.Node {
	n = p.enter(n)
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		return []*yaml.Node{n}
	}
	if len(n.Content) == 0 {
		p.reportNode(n, "type", "%s is an empty list", what)
	}
	return n.Content
}

// list reads a list of texts, or one.
func (p *parser) list(into *[]Scalar, what string, checks ...check) reader {
	return func(n *yaml.Node) {
		for _, item := range p.items(n, what) {
			var s Scalar
			p.text(&s, "an element of "+what, checks...)(item)
			if s.Set {
				*into = append(*into, s)
			}
		}
	}
}

// named reads a mapping of names to single values, in order.
func (p *parser) named(into *[]Named, what string, each func(name Scalar, n *yaml.Node) (Scalar, bool)) reader {
	return func(n *yaml.Node) {
		p.pairs(n, what, func(name Scalar, value *yaml.Node) {
			if s, ok := each(name, value); ok {
				*into = append(*into, Named{Name: name, Value: s})
			}
		})
	}
}

// pairs goes over a mapping whose keys are free.
func (p *parser) pairs(n *yaml.Node, what string, each func(name Scalar, value *yaml.Node)) {
	m := p.enter(n)
	if m == nil {
		return
	}
	if m.Kind != yaml.MappingNode {
		p.reportNode(m, "type", "%s must be a mapping (key: value), not %s", what, kind(m))
		return
	}
	if len(m.Content) == 0 {
		p.reportNode(m, "type", "%s is empty", what)
	}
	p.open = append(p.open, m)
	defer func() { p.open = p.open[:len(p.open)-1] }()
	seen := map[string]bool{}
	for _, e := range p.entries(m) {
		if !seen[e.key.Value] { // a duplicate is reported by survey
			seen[e.key.Value] = true
			each(scalarOf(e.key), e.value)
		}
	}
}
