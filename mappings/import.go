package mappings

import (
	"slices"
	"strings"
	"sync"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// Import makes documents of a store's object out of rows. It is safe for concurrent use.
type Import struct {
	object   *catalogue.Object
	mode     string
	keyField string
	rules    []*rule
	children []*children
	pairs    []partners
	key      *rule
	owner    *rule // of the record that this one belongs to; without it the key says nothing
	only     record.OnlyWhen
	lists    map[string]string
	columns  []ColumnPolicy
	refs     []string
	missing  []string
	envs     sync.Pool
}

// ColumnPolicy is what a plan prints about one target.
type ColumnPolicy struct {
	Target  string
	From    []string // the columns, as the sheet writes them
	Value   string   // a constant, as the job writes it
	Expr    string
	Type    string // the field's type in the catalogue
	Blank   string // keep, clear, default or error
	Default string
	List    string // add, replace or remove; "" for a field that is no list
	Lookup  string // the kind, or the file
	Create  bool   // a look-up creates what the store does not have
	Only    string // create, update, unset or ""
	Key     bool
	Effect  string // what else a write of the field does
}

// CompileImport compiles the mapping of rows with that header to documents of the object. A nil header is a check without the
// file: columns are not judged, and the program must not be run. mode is create, update, upsert or delete; keyField is the field
// of the natural key, "" for none. The program is nil when there are diagnostics.
func CompileImport(file string, ms []job.Mapping, header *record.Header, object *catalogue.Object, keyField, mode string, s Scope) (*Import, []job.Diagnostic) {
	c := &ruleCompiler{reporter: newReporter(file, &s), header: header, object: object, scope: &s}
	p := &Import{object: object, mode: mode, keyField: keyField, only: record.OnlyWhen{}, lists: map[string]string{}}
	for i := range ms {
		p.target(c, &ms[i])
	}
	for _, list := range p.children {
		if list.isOnlyCreated() {
			p.onlyCreated(c, list)
		}
	}
	p.exclusive(c)
	p.partners(c)
	p.orders(c)
	p.coupons(c, ms)
	p.judgeKey(c, ms)
	p.required(c, ms)
	if len(c.found) > 0 {
		return nil, c.found
	}
	p.refs = sortedKinds(p.refs)
	p.envs.New = func() any { return new(env) }
	return p, nil
}

// target compiles one entry: a field, the fields of an object, or what elements of a list are made of.
func (p *Import) target(c *ruleCompiler, m *job.Mapping) {
	if !c.note(m.Target) {
		return
	}
	switch list, sub, element := strings.Cut(m.Target.Text, "[]."); {
	case len(m.Rule.Fields) > 0:
		p.nested(c, m)
	case element:
		p.element(c, list, sub, m)
	default:
		p.field(c, m)
	}
}

// field compiles a target that is a field of the object.
func (p *Import) field(c *ruleCompiler, m *job.Mapping) {
	path := strings.TrimSuffix(m.Target.Text, "[]")
	field := findField(c.object, path)
	if field == nil {
		c.unknown(m.Target, path)
		c.rule(m, nil)
		return
	}
	isKey, isOwner := path == p.keyField, path == c.object.OfField
	switch {
	case field.Type == catalogue.Struct && example(c.object, path+".") != "":
		c.at("field", m.Target, "%s is an object; map its fields, such as %s", path, example(c.object, path+"."))
		return
	case !field.Writable && !field.CreateOnly && !isKey:
		c.readOnly(m.Target, field)
		if field.Type == catalogue.StructList || field.Type == catalogue.Struct {
			return
		}
	case field.CreateOnly && !isKey && !isOwner && p.mode == "update":
		c.at("field", m.Target, "%s can only be set when the %s is created", path, c.object.Singular)
	case path != m.Target.Text && field.Type != catalogue.StructList && field.Type != catalogue.IntList && field.Type != catalogue.TextList:
		c.at("field", m.Target, "%s is no list; write %s", path, path)
	case field.Type == catalogue.StructList && m.Rule.Pairs == nil:
		c.at("field", m.Target, "%s is a list of objects; map the fields of its elements, such as %q, or use pairs", path, example(c.object, path+"[]."))
		return
	}
	r := c.rule(m, field)
	r.target, r.names, r.isKey = path, strings.Split(path, "."), isKey
	if isKey {
		p.key = r
	}
	if isOwner {
		p.owner = r
	}
	p.policies(c, m, r)
	p.rules = append(p.rules, r)
}

// policies compiles step 8 and notes what the plan prints.
func (p *Import) policies(c *ruleCompiler, m *job.Mapping, r *rule) {
	j := &m.Rule
	for _, s := range []job.Scalar{j.Format, j.Style} {
		if s.Set {
			c.at("rule", s, "format and style are for columns of a sheet")
		}
	}
	isList := r.out == kindList
	policy := ColumnPolicy{Target: r.target, Value: j.Value.String(), Expr: j.Expr.Text, Type: r.field.Type.String(), Blank: r.blank.String(), Default: j.Default.String(), Key: r.isKey, Effect: r.field.Effect}
	for _, at := range r.from {
		policy.From = append(policy.From, at.name)
	}
	if len(j.Values) > 0 {
		texts := make([]string, len(j.Values))
		for i, v := range j.Values {
			texts[i] = v.String()
		}
		policy.Value = strings.Join(texts, ", ")
	}
	if isList {
		r.listPolicy, policy.List = "add", "add"
	}
	if j.List.Set {
		switch {
		case !slices.Contains([]string{"add", "replace", "remove"}, j.List.Text):
			c.at("rule", j.List, "list is one of add, replace, remove%s", suggest(j.List.Text, []string{"add", "replace", "remove"}))
		case !isList:
			c.at("rule", j.List, "%s is no list", r.target)
		default:
			r.listPolicy, policy.List = j.List.Text, j.List.Text
		}
	}
	if r.field.CreateOnly && !r.field.Writable && !r.isKey && r.target != c.object.OfField {
		r.only = "create"
	}
	if j.Only.Set {
		switch {
		case !slices.Contains([]string{"create", "update", "unset"}, j.Only.Text):
			c.at("rule", j.Only, "only is one of create, update, unset%s", suggest(j.Only.Text, []string{"create", "update", "unset"}))
		case r.isKey:
			c.at("rule", j.Only, "%s is the key, which every row needs", r.target)
		case r.only == "create" && j.Only.Text != "create":
			c.at("rule", j.Only, "%s can only be set when the %s is created", r.target, c.object.Singular)
		}
		r.only = j.Only.Text
	}
	if r.only != "" {
		p.only[r.target], policy.Only = r.only, r.only
	}
	if r.listPolicy != "" {
		p.lists[r.target] = r.listPolicy
	}
	switch {
	case j.Lookup.Set:
		p.refs = append(p.refs, j.Lookup.Text)
		policy.Lookup, policy.Create = j.Lookup.Text, c.flag(j.CreateMissing, "create_missing")
	case j.LookupFile != nil:
		policy.Lookup = j.LookupFile.File.Text
	}
	p.columns = append(p.columns, policy)
}

// exclusives are fields that say the same thing in two ways: the API wants one of them.
var exclusives = [][2]string{{"brand_id", "brand_name"}}

func (p *Import) exclusive(c *ruleCompiler) {
	for _, pair := range exclusives {
		_, first := c.mapped(pair[0])
		if second, both := c.mapped(pair[1]); both && first {
			c.at("field", second, "map %s or %s, not both", pair[0], pair[1])
		}
	}
}

// Columns lists the policy of every target in the order of the job.
func (p *Import) Columns() []ColumnPolicy { return p.columns }

// Refs lists the kinds of look-ups in a store that documents may hold references of, sorted.
func (p *Import) Refs() []string { return p.refs }

// MissingForCreate lists the fields that a create must have and the mapping never gives: an upsert can then only update.
func (p *Import) MissingForCreate() []string { return p.missing }

// Children lists the lists whose elements the mapping makes, with when they are sent.
func (p *Import) Children() []ColumnPolicy {
	var all []ColumnPolicy
	for _, list := range p.children {
		all = append(all, ColumnPolicy{Target: list.name, List: p.lists[list.name], Only: list.only})
	}
	return all
}

// ListPolicy is add, replace or remove for a field that is a list, "" for any other.
func (p *Import) ListPolicy(target string) string { return p.lists[target] }
