package bigcommerce

import (
	"fmt"
	"strings"

	"github.com/valyala/fastjson"

	"bcetl/internal/record"
)

// want is the part of a document that is pulled from its bytes: all of it, or the named fields.
type want struct {
	name string
	all  bool
	sub  []*want
}

// wantOf makes one tree of the paths; nil paths want everything. Lists need no step of their own: below a list every element is
// pulled.
func wantOf(paths []record.Path) *want {
	root := &want{all: paths == nil}
	for _, path := range paths {
		at := root
		for _, step := range path {
			at = at.child(step.Name)
		}
		at.all = true
	}
	return root
}

func (w *want) child(name string) *want {
	if c := w.get(name); c != nil {
		return c
	}
	c := &want{name: name}
	w.sub = append(w.sub, c)
	return c
}

func (w *want) get(name string) *want {
	for _, c := range w.sub {
		if c.name == name {
			return c
		}
	}
	return nil
}

// parsers are reused: each keeps the memory of the largest tree that it made.
var parsers fastjson.ParserPool

// puller takes the wanted parts out of one document. Texts are copied into chunks of their own, so that neither the document's
// bytes nor the parser's trees stay in memory with the records.
type puller struct{ chunk *strings.Builder }

const chunkSize = 32 << 10

func (p *puller) text(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > chunkSize/4 {
		return string(b)
	}
	if p.chunk == nil || p.chunk.Len()+len(b) > p.chunk.Cap() {
		p.chunk = &strings.Builder{}
		p.chunk.Grow(chunkSize)
	}
	start := p.chunk.Len()
	p.chunk.Write(b)
	return p.chunk.String()[start:]
}

// value pulls what is wanted of v.
func (p *puller) value(v *fastjson.Value, w *want) (record.Value, error) {
	switch v.Type() {
	case fastjson.TypeString:
		text, _ := v.StringBytes()
		return record.TextValue(p.text(text)), nil
	case fastjson.TypeNumber:
		var scratch [32]byte
		text := v.MarshalTo(scratch[:0])
		if !isNumber(text) {
			return record.Value{}, fmt.Errorf("%q is not a number", text)
		}
		return record.NumberValue(p.text(text)), nil
	case fastjson.TypeTrue:
		return record.BoolValue(true), nil
	case fastjson.TypeFalse:
		return record.BoolValue(false), nil
	case fastjson.TypeArray:
		elements, _ := v.Array()
		items := make([]record.Value, len(elements))
		for i, element := range elements {
			item, err := p.value(element, w)
			if err != nil {
				return record.Value{}, err
			}
			items[i] = item
		}
		return record.ListValue(items), nil
	case fastjson.TypeObject:
		object, err := p.object(v, w)
		return record.ObjectValue(object), err
	}
	return record.NullValue(), nil
}

var everything = &want{all: true}

// object pulls the wanted fields in the document's order when all are wanted, else in the order of the paths.
func (p *puller) object(v *fastjson.Value, w *want) (*record.Object, error) {
	fields, err := v.Object()
	if err != nil {
		return nil, err
	}
	if w.all {
		object := record.NewObject(fields.Len())
		fields.Visit(func(name []byte, field *fastjson.Value) {
			if err != nil {
				return
			}
			var value record.Value
			if value, err = p.value(field, everything); err == nil {
				object.Set(p.text(name), value)
			}
		})
		return object, err
	}
	object := record.NewObject(len(w.sub))
	for _, c := range w.sub {
		field := fields.Get(c.name)
		if field == nil {
			continue
		}
		value, err := p.value(field, c)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		object.Set(c.name, value)
	}
	return object, nil
}

// isNumber tells whether the text is a number of JSON: the parser lets others through.
func isNumber(b []byte) bool {
	i := 0
	digits := func() bool {
		start := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		return i > start
	}
	if i < len(b) && b[i] == '-' {
		i++
	}
	start := i
	if !digits() || (b[start] == '0' && i > start+1) {
		return false
	}
	if i < len(b) && b[i] == '.' {
		i++
		if !digits() {
			return false
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if !digits() {
			return false
		}
	}
	return i == len(b)
}
