package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// call is one request on its way through a handler.
type call struct {
	s      *Store
	method string
	path   string // relative to the store, e.g. /v3/catalog/products
	raw    string // raw query
	ids    []int  // numbers in the path, in order
	query  url.Values
	header http.Header
	body   []byte
	names  []string // query names that the endpoint documents
	base   string   // start of V2 links, such as https://host/stores/hash/v2

	encodeRow func(dst []byte, r row) []byte // items of a list; nil = all selected fields
}

func (c *call) v2() bool { return strings.HasPrefix(c.path, "/v2/") }

// param gives the last value of a query name.
func (c *call) param(name string) string {
	if list := c.query[name]; len(list) > 0 {
		return list[len(list)-1]
	}
	return ""
}

func (c *call) has(name string) bool { return len(c.query[name]) > 0 }

// list gives the comma-separated values of a query name.
func (c *call) list(name string) []string {
	v := c.param(name)
	if v == "" {
		return nil
	}
	return strings.Split(v, ",")
}

func (c *call) mask(t *table, always ...string) mask {
	return t.mask(c.list("include_fields"), c.list("exclude_fields"), always...)
}

// maskWith is a mask over a table and one more place for a sub-resource of that name.
func (c *call) maskWith(t *table, sub string, always ...string) mask {
	m := c.mask(t, always...)
	include := c.list("include_fields")
	if m != nil && !slices.Contains(c.list("exclude_fields"), sub) && (len(include) == 0 || slices.Contains(include, sub)) {
		m = append(m, true)
	}
	return m
}

// wants reports whether the sub-resource of maskWith is selected.
func (m mask) wants(t *table) bool { return m == nil || len(m) > len(t.fields) }

// includes gives the sub-resources asked for, or def if the request names none.
func (c *call) includes(def ...string) []string {
	if !c.has("include") {
		return def
	}
	var list []string
	for _, name := range c.list("include") {
		if slices.Contains(includes, name) && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// object decodes the body as an object.
func (c *call) object() (map[string]any, *reply) {
	v, err := decode(c.body)
	if err != nil {
		return nil, c.malformed()
	}
	o, ok := v.(map[string]any)
	if !ok {
		return nil, c.wrongJSON("error.expected.jsobject")
	}
	return o, nil
}

// array decodes the body as an array.
func (c *call) array() ([]any, *reply) {
	v, err := decode(c.body)
	if err != nil {
		return nil, c.malformed()
	}
	list, ok := v.([]any)
	if !ok {
		return nil, c.wrongJSON("error.expected.jsarray")
	}
	return list, nil
}

func (c *call) wrongJSON(message string) *reply {
	if c.v2() {
		return failV2(http.StatusBadRequest, "The request body is not valid JSON.", "")
	}
	return wrongJSON(message).reply()
}

func wrongJSON(message string) *failure {
	return &failure{
		status: http.StatusUnprocessableEntity, title: "JSON data is missing or invalid",
		errors: map[string]string{"": message},
	}
}

func (c *call) malformed() *reply {
	if c.v2() {
		return failV2(http.StatusBadRequest, "The request body is not valid JSON.", "")
	}
	f := fail(http.StatusBadRequest, "Input is invalid")
	f.detail = "Syntax error"
	return f.reply()
}

// violate notes a request that a careful client does not send.
func (c *call) violate(what string) {
	c.s.log.violate(c.method + " " + c.path + ": " + what)
}

// strictFields refuses unknown and read-only body fields in strict mode.
func (c *call) strictFields(p *problems) *failure {
	if !c.s.opts.Strict || len(p.unknown) == 0 {
		return nil
	}
	slices.Sort(p.unknown)
	f := &failure{status: http.StatusUnprocessableEntity, errors: map[string]string{}}
	for _, name := range p.unknown {
		c.violate("unknown or read-only field " + quote(name))
		f.errors[name] = "The field '" + name + "' cannot be written to."
	}
	f.title = "Invalid field(s): " + strings.Join(p.unknown, ", ")
	return f
}

func (c *call) strictBody(p *problems) *reply {
	if f := c.strictFields(p); f != nil {
		return f.reply()
	}
	return nil
}

// strictQuery refuses query names and inclusions that the endpoint does not document, in strict mode.
func (c *call) strictQuery() *reply {
	if !c.s.opts.Strict && !c.s.opts.QueriesRefused {
		return nil
	}
	var bad []string
	for name := range c.query {
		if !slices.Contains(c.names, name) {
			bad = append(bad, name)
		}
	}
	for _, name := range c.list("include") {
		if slices.Contains(c.names, "include") && strings.HasPrefix(c.path, "/v3/catalog/products") && !slices.Contains(includes, name) {
			bad = append(bad, "include="+name)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	slices.Sort(bad)
	for _, name := range bad {
		c.violate("unknown query name " + quote(name))
	}
	if c.v2() {
		return failV2(http.StatusBadRequest, "The field '"+bad[0]+"' is not supported by this resource.", "")
	}
	return fail(http.StatusUnprocessableEntity, "The filter(s): "+strings.Join(bad, ", ")+" are not valid filter parameter(s).").reply()
}
