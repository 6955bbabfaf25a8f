package mappings

import (
	"slices"
	"strings"
	"sync"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// Export makes rows of a sheet out of a store's records. It is safe for concurrent use.
type Export struct {
	cells   []*cellRule
	columns []record.Column
	each    string
	where   *expression
	paths   []record.Path
	lookups []string
	envs    sync.Pool
}

// exportCompiler compiles the rules of one export.
type exportCompiler struct {
	*ruleCompiler
	each  string
	used  map[string]bool
	names *names
}

// CompileExport compiles the mapping of an object's records to columns. each names the list of the record of which every element
// is a row, an unset scalar makes one row a record. where is the output's own condition: it sees the record's fields, and its
// columns as row["Name"].
func CompileExport(file string, ms []job.Mapping, each, where job.Scalar, object *catalogue.Object, s Scope) (*Export, []job.Diagnostic) {
	c := &exportCompiler{ruleCompiler: &ruleCompiler{reporter: newReporter(file, &s), object: object, scope: &s}, used: map[string]bool{}}
	p := &Export{}
	p.envs.New = func() any { return new(env) }
	if each.Set {
		p.each = c.compileEach(each)
		c.each = p.each
	}
	c.names = &names{scope: &s, object: object, each: c.each, uses: func(path string) { c.used[path] = true }}
	if c.each != "" {
		c.names.it = &static{kind: kindObject, prefix: c.each + "[]."}
	}
	seen := newColumnNames(c.reporter)
	for i := range ms {
		seen.add(ms[i].Target)
		cell := c.cell(&ms[i])
		if cell.lookupKind != "" {
			p.lookups = append(p.lookups, cell.lookupKind)
		}
		p.cells, p.columns = append(p.cells, cell), append(p.columns, cell.column)
	}
	if where.Set {
		n := *c.names
		n.cells = p.columns
		p.where = c.condition(where, &n)
	}
	if len(c.found) > 0 {
		return nil, c.found
	}
	p.lookups = sortedKinds(p.lookups)
	p.paths = c.paths()
	return p, nil
}

func (c *exportCompiler) compileEach(each job.Scalar) string {
	list := strings.TrimSuffix(each.Text, "[]")
	field := findField(c.object, list)
	var all []string
	for _, f := range c.object.Fields {
		if f.Type == catalogue.StructList && !strings.Contains(f.Path, ".") {
			all = append(all, f.Path)
		}
	}
	switch {
	case field == nil:
		c.at("field", each, "%s have no list %q%s", c.object.Name, list, job.Alternatives(list, all))
	case field.Type != catalogue.StructList || strings.Contains(list, "."):
		c.at("field", each, "%s is not a list of records%s", list, job.Alternatives(list, all))
	default:
		if findField(c.object, list+"[].id") != nil {
			c.used[list+"[].id"] = true
		} else {
			c.used[list] = true
		}
	}
	return list
}

// paths lists what was used, sorted, without lists and objects of which something deeper is used.
func (c *exportCompiler) paths() []record.Path {
	var texts []string
	for path := range c.used {
		deeper := func(other string) bool {
			return strings.HasPrefix(other, path+".") || strings.HasPrefix(other, path+"[]")
		}
		below := false
		for other := range c.used {
			below = below || deeper(other)
		}
		if !below {
			texts = append(texts, path)
		}
	}
	slices.Sort(texts)
	paths := make([]record.Path, 0, len(texts))
	for _, text := range texts {
		if path, err := record.ParsePath(text); err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

// Paths lists the fields that must be fetched for the columns, conditions and `each`, sorted, each once. The path of a list of
// records or of an object without a step below it means the whole of it.
func (p *Export) Paths() []record.Path { return p.paths }

// Columns lists the columns in order.
func (p *Export) Columns() []record.Column { return p.columns }

// LookupsOut lists the kinds whose ids are exported by name, sorted: their names must stand in Scope.Names.
func (p *Export) LookupsOut() []string { return p.lookups }

// Rows makes the rows of one record: one, or one per element of `each`, without those that `where` leaves out. The cells are in
// the order of Columns, an empty one is a missing value; dates are times in the job's timezone, lists joined texts. A problem
// refuses the whole record.
func (p *Export) Rows(doc *record.Object) ([][]record.Value, *record.Problem) {
	e := p.envs.Get().(*env)
	defer p.envs.Put(e)
	*e = env{doc: doc, pointers: e.pointers[:0], places: e.places[:0], locals: e.locals[:0]}
	if p.each == "" {
		cells, keep, problem := p.row(e)
		if problem != nil || !keep {
			return nil, problem
		}
		return [][]record.Value{cells}, nil
	}
	elements := doc.Get(p.each).List()
	rows := make([][]record.Value, 0, len(elements))
	for i, element := range elements {
		e.element, e.index, e.it = element.Object(), i, objectValue(element.Object())
		cells, keep, problem := p.row(e)
		if problem != nil {
			return nil, problem
		}
		if keep {
			rows = append(rows, cells)
		}
	}
	return rows, nil
}

func (p *Export) row(e *env) (cells []record.Value, keep bool, problem *record.Problem) {
	cells = make([]record.Value, len(p.cells))
	for i, cell := range p.cells {
		if cells[i], problem = cell.run(e); problem != nil {
			if problem.Column == "" {
				problem.Column = cell.column.Name
			}
			return nil, false, problem
		}
	}
	if p.where == nil {
		return cells, true, nil
	}
	e.cells = cells
	holds, problem := p.where.run(e)
	return cells, holds.truth, problem
}
