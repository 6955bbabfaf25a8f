package emulator

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// kind is the JSON form of a field.
type kind uint8

const (
	kindString kind = iota
	kindInt
	kindDecimal // exact, rounded to four places
	kindBool
	kindTime // ISO 8601 in, wireTime out
	kindInts
	kindStrings
	kindObject
)

// access says who may write a field.
type access uint8

const (
	readWrite access = iota
	readOnly         // refused in strict mode, else ignored
	tolerated        // in the write schema of the API, yet without effect
	writeOnly        // acted upon, never returned
)

// field describes one field of a resource: its form, limits and default.
type field struct {
	name     string
	kind     kind
	def      string // JSON text of the default; "" leaves the field out of answers
	min, max int64  // value of numbers, length of strings in characters, items of lists
	enum     []string
	null     bool
	access   access
	required bool // on creation
	clamp    bool // above max becomes max instead of an error
}

// table is the ordered set of fields of a resource.
type table struct {
	fields []field
	index  map[string]int
	prefix []string // `,"name":`, ready to copy
	blank  row
}

// row holds the JSON text of every field of its table, in the table's order. Rows that are
// reachable from the store are never changed: a change is made on a clone that replaces them.
type row []string

func newTable(fields ...field) *table {
	t := &table{fields: fields, index: make(map[string]int, len(fields))}
	for i, f := range fields {
		t.index[f.name] = i
		t.prefix = append(t.prefix, `,"`+f.name+`":`)
		t.blank = append(t.blank, f.def)
	}
	return t
}

func (t *table) new() row { return slices.Clone(t.blank) }

func (t *table) get(r row, name string) string { return r[t.index[name]] }

func (t *table) set(r row, name, text string) { r[t.index[name]] = text }

func (t *table) str(r row, name string) string { return unquote(r[t.index[name]]) }

func (t *table) int(r row, name string) int { return number(r[t.index[name]]) }

// mask selects fields; nil selects all.
type mask []bool

// mask builds the selection that include_fields and exclude_fields ask for. Fields in always
// cannot be dropped.
func (t *table) mask(include, exclude []string, always ...string) mask {
	if len(include) == 0 && len(exclude) == 0 {
		return nil
	}
	m := make(mask, len(t.fields))
	for i := range m {
		m[i] = len(include) == 0
	}
	for _, name := range include {
		if i, ok := t.index[name]; ok {
			m[i] = true
		}
	}
	for _, name := range exclude {
		if i, ok := t.index[name]; ok {
			m[i] = false
		}
	}
	for _, name := range always {
		if i, ok := t.index[name]; ok {
			m[i] = true
		}
	}
	return m
}

// open appends the object without its closing brace, so that sub-resources can follow.
func (t *table) open(dst []byte, r row, m mask) []byte {
	first := len(dst)
	for i, text := range r {
		if text == "" || m != nil && !m[i] {
			continue
		}
		dst = append(append(dst, t.prefix[i]...), text...)
	}
	if len(dst) == first {
		return append(dst, '{')
	}
	dst[first] = '{' // the comma before the first field
	return dst
}

// append appends the whole object.
func (t *table) append(dst []byte, r row, m mask) []byte { return append(t.open(dst, r, m), '}') }

// problems collects what is wrong with a body, by field.
type problems struct {
	missing map[string]string // required fields that are absent
	typed   map[string]string // values of the wrong JSON type
	invalid map[string]string // values out of their limits
	unknown []string          // unknown or read-only fields (they count in strict mode only)
}

func (p *problems) add(set *map[string]string, name, message string) {
	if *set == nil {
		*set = map[string]string{}
	}
	(*set)[name] = message
}

func (p *problems) ok() bool { return len(p.missing)+len(p.typed)+len(p.invalid) == 0 }

// mode tells patch whether required fields must be there.
type mode uint8

const (
	creating mode = iota
	updating
)

// patch writes the fields of body that the table knows into r, which the caller owns. extra
// names keys that the caller handles itself.
func (t *table) patch(r row, body map[string]any, m mode, p *problems, extra ...string) {
	for name, v := range body {
		i, ok := t.index[name]
		if !ok {
			if !slices.Contains(extra, name) {
				p.unknown = append(p.unknown, name)
			}
			continue
		}
		f := &t.fields[i]
		switch f.access {
		case readOnly:
			if !slices.Contains(extra, name) {
				p.unknown = append(p.unknown, name)
			}
			continue
		case tolerated, writeOnly:
			continue
		}
		if text, ok := f.accept(v, p); ok {
			r[i] = text
		}
	}
	if m == updating {
		return
	}
	for i := range t.fields {
		if f := &t.fields[i]; f.required {
			if _, ok := body[f.name]; !ok {
				p.add(&p.missing, f.name, "Please provide a "+f.name+".")
			}
		}
	}
}

// accept gives the text that a written value is stored as.
func (f *field) accept(v any, p *problems) (string, bool) {
	if v == nil {
		if f.null {
			return textNull, true
		}
		p.add(&p.typed, f.name, "error.expected."+f.expected())
		return "", false
	}
	switch f.kind {
	case kindString:
		return f.acceptString(v, p)
	case kindInt, kindDecimal:
		return f.acceptNumber(v, p)
	case kindBool:
		if b, ok := v.(bool); ok {
			return textBool(b), true
		}
	case kindTime:
		if s, ok := v.(string); ok {
			if t, ok := parseTime(s); ok {
				return textTime(t), true
			}
			p.add(&p.invalid, f.name, f.name+" must be a valid date in ISO 8601")
			return "", false
		}
	case kindInts, kindStrings:
		return f.acceptList(v, p)
	case kindObject:
		if o, ok := v.(map[string]any); ok {
			return encode(o), true
		}
	}
	p.add(&p.typed, f.name, "error.expected."+f.expected())
	return "", false
}

func (f *field) expected() string {
	switch f.kind {
	case kindInt, kindDecimal:
		return "jsnumber"
	case kindBool:
		return "jsboolean"
	case kindInts, kindStrings:
		return "jsarray"
	case kindObject:
		return "jsobject"
	default:
		return "jsstring"
	}
}

func (f *field) acceptString(v any, p *problems) (string, bool) {
	s, ok := v.(string)
	if !ok {
		p.add(&p.typed, f.name, "error.expected.jsstring")
		return "", false
	}
	if f.enum != nil && !slices.Contains(f.enum, s) {
		p.add(&p.invalid, f.name, f.name+" must be one of: "+strings.Join(f.enum, ", "))
		return "", false
	}
	if n := int64(utf8.RuneCountInString(s)); f.max > 0 && n > f.max || n < f.min {
		p.add(&p.invalid, f.name, fmt.Sprintf("%s must have a length between %d and %d", f.name, f.min, f.max))
		return "", false
	}
	return quote(s), true
}

// acceptNumber takes a number or, as guides send it, its text.
func (f *field) acceptNumber(v any, p *problems) (string, bool) {
	s, ok := numberText(v)
	if !ok {
		p.add(&p.typed, f.name, "error.expected.jsnumber")
		return "", false
	}
	d, ok := parseDecimal(s)
	if !ok {
		p.add(&p.invalid, f.name, f.name+" must be a number")
		return "", false
	}
	if f.kind == kindInt && !d.IsInteger() {
		p.add(&p.typed, f.name, "error.expected.int")
		return "", false
	}
	if f.kind == kindDecimal {
		d = d.Round(4)
	}
	low, high := decimalInt(f.min), decimalInt(f.max)
	if f.clamp && d.GreaterThan(high) {
		d = high
	}
	if d.LessThan(low) || f.max > 0 && d.GreaterThan(high) {
		p.add(&p.invalid, f.name, fmt.Sprintf("%s must be between %d and %d", f.name, f.min, f.max))
		return "", false
	}
	return d.String(), true
}

func numberText(v any) (string, bool) {
	switch n := v.(type) {
	case json.Number:
		return n.String(), true
	case string:
		return strings.TrimSpace(n), true
	case int:
		return strconv.Itoa(n), true
	case int64:
		return strconv.FormatInt(n, 10), true
	}
	return "", false
}

func (f *field) acceptList(v any, p *problems) (string, bool) {
	list, ok := v.([]any)
	if !ok {
		switch typed := v.(type) { // direct calls from Go
		case []int:
			for _, n := range typed {
				list = append(list, n)
			}
		case []string:
			for _, s := range typed {
				list = append(list, s)
			}
		default:
			p.add(&p.typed, f.name, "error.expected.jsarray")
			return "", false
		}
	}
	if f.max > 0 && int64(len(list)) > f.max {
		p.add(&p.invalid, f.name, fmt.Sprintf("%s must have at most %d items", f.name, f.max))
		return "", false
	}
	dst := []byte{'['}
	for i, item := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		if f.kind == kindStrings {
			s, ok := item.(string)
			if !ok {
				p.add(&p.typed, f.name, "error.expected.jsstring")
				return "", false
			}
			dst = appendQuoted(dst, s)
			continue
		}
		n, ok := wholeNumber(item)
		if !ok {
			p.add(&p.typed, f.name, "error.expected.jsnumber")
			return "", false
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	return string(append(dst, ']')), true
}

// wholeNumber reads an id or another integer of a decoded body.
func wholeNumber(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case json.Number:
		i, err := strconv.ParseInt(n.String(), 10, 64)
		if err == nil {
			return int(i), true
		}
		d, ok := parseDecimal(n.String())
		if !ok || !d.IsInteger() || d.Abs().GreaterThan(decimalInt(math.MaxInt32)) {
			return 0, false
		}
		return int(d.IntPart()), true
	}
	return 0, false
}

// parseTime reads the date forms that bodies and filters may carry; the date alone is midnight.
func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly, time.RFC1123Z,
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
