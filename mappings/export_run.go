package mappings

import "bcetl/internal/record"

// run makes the cell.
func (r *cellRule) run(e *env) (record.Value, *record.Problem) {
	v, p := r.value(e)
	if p != nil {
		return record.Value{}, p
	}
	if r.expr != nil && (!v.empty() || len(r.from) == 0) {
		e.value = v
		if v, p = r.expr.run(e); p != nil {
			return record.Value{}, p
		}
	}
	if v.empty() && r.final != nil {
		v = *r.final
	}
	if v.empty() && r.required {
		return record.Value{}, problem(CodeBlank, "the field is empty, but the column needs a value")
	}
	if r.assert != nil {
		e.value = v
		holds, p := r.assert.run(e)
		if p != nil || !holds.truth {
			if p == nil {
				p = assertFailed(r.column.Name, v, r.assert)
			}
			return record.Value{}, p
		}
	}
	switch v.kind {
	case kindNull:
		return record.Value{}, nil
	case kindBool:
		if r.truths != nil {
			return record.TextValue(r.truths[v.truth]), nil
		}
	case kindList:
		if len(v.list()) == 0 {
			return record.Value{}, nil
		}
		text, p := joined(v.list(), r.join)
		return record.TextValue(text), p
	case kindObject:
		return record.TextValue(v.String()), nil
	}
	return v.record(), nil
}

// value does the steps from `from` to `lookup`.
func (r *cellRule) value(e *env) (value, *record.Problem) {
	if r.constant != nil {
		return *r.constant, nil
	}
	var v value
	for _, s := range r.from {
		var p *record.Problem
		if v, p = s.read(e, r.scope, r.expr != nil || r.assert != nil); p != nil {
			return value{}, p
		}
		if !v.empty() {
			break
		}
	}
	switch {
	case v.empty():
		if r.instead != nil {
			return *r.instead, nil
		}
		return value{}, nil
	case r.pairs != nil:
		return textValue(r.pairs.write(v.record().List())), nil
	case r.table == nil && r.convert == nil && r.lookup == nil:
		return v, nil
	case v.kind != kindList:
		return r.piece(v)
	}
	items := make([]value, 0, len(v.list()))
	for _, item := range v.list() {
		one, p := r.piece(item)
		if p != nil {
			return value{}, p
		}
		if !one.empty() || r.lookup == nil { // places of a list stay those of its other columns
			items = append(items, one)
		}
	}
	return listValue(items), nil
}

func (r *cellRule) piece(v value) (value, *record.Problem) {
	if v.empty() {
		return value{}, nil
	}
	var p *record.Problem
	switch {
	case r.table != nil:
		v, p = r.table.find(v.String())
	case r.convert != nil:
		v, p = r.convert(v)
	}
	if p == nil && r.lookup != nil {
		return r.lookup(v)
	}
	return v, p
}
