package job

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// ofKind are keys that go with some kinds of a source or sink only.
type ofKind struct{ keys, kinds []string }

// placing holds the keys that were written, with their places.
type placing map[string]Scalar

func (w placing) noting(p *parser, keys []key) []key {
	for i, k := range keys {
		keys[i].read = func(n *yaml.Node) {
			w[k.name] = p.key
			k.read(n)
		}
	}
	return keys
}

// readKind reads the keys of a source or sink, which is one of csv, xlsx and bigcommerce, and reports those that go with another kind.
// The kind is "" where the node is something else, or does not say exactly one: that is reported, and nothing more can be said of it.
func (p *parser) readKind(n *yaml.Node, what string, at *Pos, keys []key, later []string, only []ofKind) (placed placing, kind string) {
	placed = placing{}
	if !p.object(n, what, placed.noting(p, keys), later...) {
		return placed, ""
	}
	*at = p.placeOf(n)
	var kinds []string
	for _, kind := range []string{"csv", "xlsx", "bigcommerce"} {
		if placed[kind].Set {
			kinds = append(kinds, kind)
		}
	}
	switch len(kinds) {
	case 0:
		p.report(*at, 1, "required", "%s needs one of csv, xlsx or bigcommerce", what)
		return placed, ""
	case 1:
	default:
		p.reportScalar(placed[kinds[1]], "conflict", "%s has %s and %s; it can be one of them only", what, kinds[0], kinds[1])
		return placed, ""
	}
	kind = kinds[0]
	for _, o := range only {
		if slices.Contains(o.kinds, kind) {
			continue
		}
		for _, name := range o.keys {
			if at := placed[name]; at.Set {
				p.reportScalar(at, "conflict", "%s goes with %s only, not with %s", name, joinOr(o.kinds), kind)
			}
		}
	}
	return placed, kind
}

func (p *parser) placeOf(n *yaml.Node) Pos {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return position(n)
}
