package judge

import (
	"fmt"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
)

// shape knows the property names that a schema allows, through allOf, anyOf and oneOf. It is built as documents reach into it, because
// some schemas contain themselves (a category's children).
type shape struct {
	shapes  *shapes
	schemas []*openapi3.Schema

	once       sync.Once
	open       bool // any property is welcome
	properties map[string]*shape
	readOnly   map[string]bool
	items      *shape
}

// shapes keeps one shape for each schema of a file.
type shapes struct {
	mu  sync.Mutex
	one map[*openapi3.Schema]*shape
}

func newShapes() *shapes { return &shapes{one: map[*openapi3.Schema]*shape{}} }

func (s *shapes) of(schemas ...*openapi3.Schema) *shape {
	if len(schemas) != 1 {
		return &shape{shapes: s, schemas: schemas}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.one[schemas[0]] == nil {
		s.one[schemas[0]] = &shape{shapes: s, schemas: schemas}
	}
	return s.one[schemas[0]]
}

func (s *shape) build() {
	s.once.Do(func() {
		properties := map[string][]*openapi3.Schema{}
		var items []*openapi3.Schema
		writable := map[string]bool{}
		seen := map[*openapi3.Schema]bool{}
		var visit func(schema *openapi3.Schema)
		visit = func(schema *openapi3.Schema) {
			if schema == nil || seen[schema] {
				return
			}
			seen[schema] = true
			for name, property := range schema.Properties {
				properties[name] = append(properties[name], property.Value)
				if !property.Value.ReadOnly {
					writable[name] = true
				}
			}
			if extra := schema.AdditionalProperties; extra.Schema != nil || extra.Has != nil && *extra.Has {
				s.open = true
			}
			if schema.Items != nil {
				items = append(items, schema.Items.Value)
			}
			for _, group := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
				for _, ref := range group {
					visit(ref.Value)
				}
			}
		}
		for _, schema := range s.schemas {
			visit(schema)
		}
		if len(properties) == 0 {
			s.open = true // a bare "type: object" or an empty schema promises nothing
		}
		s.properties, s.readOnly = map[string]*shape{}, map[string]bool{}
		for name, schemas := range properties {
			s.properties[name] = s.shapes.of(schemas...)
			s.readOnly[name] = !writable[name]
		}
		if len(items) > 0 {
			s.items = s.shapes.of(items...)
		}
	})
}

// property is the shape of a property, nil where the schema does not name it.
func (s *shape) property(name string) *shape {
	if s == nil {
		return nil
	}
	s.build()
	return s.properties[name]
}

// element is the shape of a list's elements, nil where it is unknown.
func (s *shape) element() *shape {
	if s == nil {
		return nil
	}
	s.build()
	return s.items
}

// stranger is a field that a shape does not know, or knows as read-only.
type stranger struct {
	pointer  string
	readOnly bool
	value    any
}

// strangers walks a decoded body. answers, which may be nil, is the shape of what the same operation answers: a field that only it
// knows is read-only rather than unknown. In the answers themselves read-only fields are welcome, so readOnly is false there.
func (s *shape) strangers(value any, answers *shape, readOnly bool, pointer string, found []stranger) []stranger {
	if s == nil {
		return found
	}
	s.build()
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			at := pointer + "/" + name
			known := s.properties[name]
			switch {
			case known != nil && readOnly && s.readOnly[name]:
				found = append(found, stranger{at, true, inner})
			case known != nil:
				found = known.strangers(inner, answers.property(name), readOnly, at, found)
			case !s.open:
				found = append(found, stranger{at, readOnly && answers.property(name) != nil, inner})
			}
		}
	case []any:
		for i, inner := range value {
			found = s.element().strangers(inner, answers.element(), readOnly, fmt.Sprintf("%s/%d", pointer, i), found)
		}
	}
	return found
}
