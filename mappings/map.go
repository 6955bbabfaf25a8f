package mappings

import (
	"bcetl/internal/record"
)

// Map makes the document of one row, or of the rows of one group. Fields that are to be left alone are not in it; the key is in
// it where it is writable. The key is given also with a problem, as far as it could be read. The OnlyWhen is shared between
// calls and must not be changed. In mode delete the document is empty but for the record that this one belongs to.
func (p *Import) Map(rows []record.Row) (doc *record.Object, key string, only record.OnlyWhen, found *record.Problem) {
	for i := range rows {
		if rows[i].Problem != nil {
			found = rows[i].Problem
			break
		}
	}
	if len(rows) == 0 {
		return record.NewObject(0), "", p.only, nil
	}
	e := p.envs.Get().(*env)
	defer p.envs.Put(e)
	e.begin(rows)
	var keyValue record.Value
	var keySet bool
	if p.key != nil {
		v, set, problem := p.key.run(e, rows)
		switch {
		case problem != nil:
			if found == nil {
				found = problem
			}
		case set && !v.IsEmpty():
			keyValue, keySet, key = v, true, v.String()
		case p.keyNeeded() && found == nil:
			found = p.key.blame(emptyKey(p.keyField), p.key.firstColumn())
		}
	}
	doc = record.NewObject(len(p.rules) + len(p.children))
	if found == nil {
		found = p.mapOwner(e, doc, rows)
	}
	if found != nil {
		return nil, key, p.only, found
	}
	if p.mode == "delete" {
		return doc, key, p.only, nil
	}
	for _, r := range p.rules {
		if r == p.key {
			if keySet && (r.field.Writable || r.field.CreateOnly) {
				set(doc, r.names, keyValue)
			}
			continue
		}
		if r == p.owner {
			continue
		}
		v, has, problem := r.run(e, rows)
		if problem != nil {
			return nil, key, p.only, problem
		}
		if has {
			set(doc, r.names, v)
		}
	}
	if problem := unpaired(doc, p.pairs); problem != nil {
		return nil, key, p.only, problem
	}
	for _, list := range p.children {
		elements, problem := list.run(e, rows)
		if problem != nil {
			return nil, key, p.only, problem
		}
		if len(elements) > 0 {
			doc.Set(list.name, record.ListValue(elements))
		}
	}
	return doc, key, p.only, nil
}

// mapOwner sets the record that this one belongs to, without which its key says nothing.
func (p *Import) mapOwner(e *env, doc *record.Object, rows []record.Row) *record.Problem {
	if p.owner == nil || p.owner == p.key {
		return nil
	}
	v, has, problem := p.owner.run(e, rows)
	switch {
	case problem != nil:
		return problem
	case has && !v.IsEmpty():
		set(doc, p.owner.names, v)
	default:
		return p.owner.blame(emptyKey(p.owner.target), p.owner.firstColumn())
	}
	return nil
}

func emptyKey(field string) *record.Problem {
	return problem(CodeEmptyKey, "the key %s is empty", field)
}

func (r *rule) firstColumn() *column {
	if len(r.from) == 0 {
		return nil
	}
	return &r.from[0]
}

// begin readies the environment for the rows of one item.
func (e *env) begin(rows []record.Row) {
	*e = env{rows: rows, row: &rows[0], pointers: e.pointers[:0], places: e.places[:0], locals: e.locals[:0]}
}

// set sets a value below nested objects.
func set(doc *record.Object, names []string, v record.Value) {
	for _, name := range names[:len(names)-1] {
		inner := doc.Get(name).Object()
		if inner == nil {
			inner = record.NewObject(4)
			doc.Set(name, record.ObjectValue(inner))
		}
		doc = inner
	}
	doc.Set(names[len(names)-1], v)
}
