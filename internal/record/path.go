package record

import (
	"fmt"
	"strings"
)

// Step is one part of a Path.
type Step struct {
	Name string
	Each bool // `name[]`: every element of the list
}

// Path names a field of a tree: "billing_address.email", "products[].sku".
type Path []Step

// ParsePath reads a path. Names are ASCII letters, digits, underscores and hyphens, joined by dots; `[]` may follow a name.
func ParsePath(text string) (Path, error) {
	var path Path
	for part := range strings.SplitSeq(text, ".") {
		name, each := strings.CutSuffix(part, "[]")
		if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
			return nil, fmt.Errorf("%q is not a field path such as custom_url.url or products[].sku", text)
		}
		path = append(path, Step{Name: name, Each: each})
	}
	return path, nil
}

func (p Path) String() string {
	var b strings.Builder
	for i, step := range p {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(step.Name)
		if step.Each {
			b.WriteString("[]")
		}
	}
	return b.String()
}

// Lookup follows the path through the value. Where a step has Each the result is a List of what lies below every element, the
// lists of nested Each steps joined into one; an element that lacks what is below gives Missing in its place, and what is no list has
// no elements. Without Each a list step yields the list itself. A path without Each that leads nowhere gives Missing.
func (p Path) Lookup(v Value) Value {
	for i, step := range p {
		v = v.Object().Get(step.Name)
		if !step.Each {
			continue
		}
		rest := p[i+1:]
		out := make([]Value, 0, len(v.List()))
		for _, element := range v.List() {
			if len(rest) == 0 {
				out = append(out, element)
				continue
			}
			found := rest.Lookup(element)
			if rest.hasEach() {
				out = append(out, found.List()...)
			} else {
				out = append(out, found)
			}
		}
		return ListValue(out)
	}
	return v
}

func (p Path) hasEach() bool {
	for _, step := range p {
		if step.Each {
			return true
		}
	}
	return false
}
