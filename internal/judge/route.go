package judge

import (
	"regexp"
	"strings"
)

// node is one segment of the tree of paths. A literal segment wins over a parameter; where a literal leads nowhere the parameter
// is tried (/catalog/products/metafields beside /catalog/products/{product_id}).
type node struct {
	literal    map[string]*node
	parameter  *node
	operations map[string]*matched // by method
}

// matched is an operation with the names of the parameters on its path, in order: files name the same segment differently.
type matched struct {
	op    *operation
	names []string
}

// insert adds an operation; false when the path has that method already.
func (n *node) insert(path, method string, op *operation) bool {
	var names []string
	for segment := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if strings.HasPrefix(segment, "{") {
			names = append(names, strings.Trim(segment, "{}"))
			if n.parameter == nil {
				n.parameter = &node{}
			}
			n = n.parameter
			continue
		}
		if n.literal == nil {
			n.literal = map[string]*node{}
		}
		if n.literal[segment] == nil {
			n.literal[segment] = &node{}
		}
		n = n.literal[segment]
	}
	if n.operations == nil {
		n.operations = map[string]*matched{}
	}
	if n.operations[method] != nil {
		return false
	}
	n.operations[method] = &matched{op: op, names: names}
	return true
}

// find gives the node of a path and the values of its parameters; nil where no path matches.
func (n *node) find(segments []string) (*node, []string) {
	if len(segments) == 0 {
		if n.operations == nil {
			return nil, nil
		}
		return n, nil
	}
	if next := n.literal[segments[0]]; next != nil {
		if found, values := next.find(segments[1:]); found != nil {
			return found, values
		}
	}
	if n.parameter != nil && segments[0] != "" {
		if found, values := n.parameter.find(segments[1:]); found != nil {
			return found, append([]string{segments[0]}, values...)
		}
	}
	return nil, nil
}

var storePath = regexp.MustCompile(`^(?:/.*)?/stores/[^/]+(/v[23]/.*)$`)

// versioned gives the part of a URL path from the version on, /v3/catalog/products. Hosts and prefixes differ (the real API, an
// emulator on a loopback port), the part from /stores/ on does not.
func versioned(path string) (string, bool) {
	found := storePath.FindStringSubmatch(path)
	if found == nil {
		return path, false
	}
	return found[1], true
}
