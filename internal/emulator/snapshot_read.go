package emulator

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// The decoder has checked the syntax of what these functions cut up, so they only find the ends
// of values. Rows keep pieces of the text as they are, which is what makes a restore fast.

var errShape = errors.New("not of the expected shape")

// members walks the members of an object's text; another value has none.
func members(text string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		i := 1
		if !strings.HasPrefix(text, "{") {
			i = len(text)
		}
		for i = skipSpace(text, i); i < len(text) && text[i] != '}'; {
			end := valueEnd(text, i)
			key := unquote(text[i:end])
			i = skipSpace(text, skipSpace(text, end)+1) // past the colon
			end = valueEnd(text, i)
			if !yield(key, text[i:end]) {
				return
			}
			if i = skipSpace(text, end); i < len(text) && text[i] == ',' {
				i = skipSpace(text, i+1)
			}
		}
	}
}

// elements walks the elements of an array's text; another value has none.
func elements(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		i := 1
		if !strings.HasPrefix(text, "[") {
			i = len(text)
		}
		for i = skipSpace(text, i); i < len(text) && text[i] != ']'; {
			end := valueEnd(text, i)
			if !yield(text[i:end]) {
				return
			}
			if i = skipSpace(text, end); i < len(text) && text[i] == ',' {
				i = skipSpace(text, i+1)
			}
		}
	}
}

func skipSpace(text string, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
		i++
	}
	return i
}

// valueEnd gives the end of the value that starts at i.
func valueEnd(text string, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return i
			}
			if depth == 0 {
				return i + 1
			}
		case ',', ':', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

// readRow reads a row of the table; fields that the table does not know are an error.
func (t *table) readRow(text string) (row, error) {
	if !strings.HasPrefix(text, "{") {
		return nil, errShape
	}
	r := t.new()
	for name, value := range members(text) {
		i, ok := t.index[name]
		if !ok {
			return nil, fmt.Errorf("unknown field %q", name)
		}
		if def := t.fields[i].def; value == def {
			value = def // shares the default's text
		}
		r[i] = value
	}
	return r, nil
}

func (t *table) readRows(text string) ([]row, error) {
	if !strings.HasPrefix(text, "[") {
		return nil, errShape
	}
	var rows []row
	for item := range elements(text) {
		r, err := t.readRow(item)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func readProduct(text string) (*product, error) {
	p := &product{values: map[int][]row{}}
	for name, value := range members(text) {
		var err error
		switch name {
		case "fields":
			if p.f, err = productFields.readRow(value); err == nil {
				p.id = number(p.f[pID])
			}
		case "base_id":
			p.baseID = number(value)
		case "base":
			p.base, err = variantFields.readRow(value)
		case "channels":
			p.channels = ints(value)
		case "variants":
			err = p.readVariants(value)
		case "options":
			err = readPairs(value, optionFields, valueFields, func(o row, values []row) {
				p.options = append(p.options, o)
				p.values[number(o[0])] = values
			})
		case "modifiers":
			err = readPairs(value, modifierFields, modifierValueFields, func(m row, values []row) {
				p.modifiers = append(p.modifiers, &modifier{f: m, values: values})
			})
		default:
			at := slices.IndexFunc(children, func(ch *child) bool { return ch.path == name })
			if at < 0 {
				return nil, fmt.Errorf("unknown part %q", name)
			}
			*children[at].rows(p), err = children[at].table.readRows(value)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if p.id == 0 || p.f == nil {
		return nil, errShape
	}
	return p, nil
}

func (p *product) readVariants(text string) error {
	for item := range elements(text) {
		v := &variant{}
		for name, value := range members(item) {
			switch name {
			case "fields":
				f, err := variantFields.readRow(value)
				if err != nil {
					return err
				}
				v.id, v.f = number(f[vID]), f
			case "choices":
				for pair := range slices.Chunk(ints(value), 2) {
					if len(pair) == 2 {
						v.values = append(v.values, choice{pair[0], pair[1]})
					}
				}
			}
		}
		if v.f == nil {
			return errShape
		}
		p.variants = append(p.variants, v)
	}
	return nil
}

// readPairs reads a list of {fields, values}.
func readPairs(text string, t, values *table, add func(row, []row)) error {
	for item := range elements(text) {
		var f row
		var list []row
		for name, value := range members(item) {
			var err error
			if name == "fields" {
				f, err = t.readRow(value)
			} else {
				list, err = values.readRows(value)
			}
			if err != nil {
				return err
			}
		}
		if f == nil {
			return errShape
		}
		add(f, list)
	}
	return nil
}
