package emulator

import "slices"

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
	kindArray // any array
	kindMoney // V2: a string of four places
	kindRate  // V2: a string of ten places
	kindMail  // V2: a date as RFC 2822, "" for none
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
