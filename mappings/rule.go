package mappings

import (
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// rule is a compiled mapping rule of an import or a sheet: the steps of the contract in their order, each nil or zero where the
// rule does not have it.
type rule struct {
	target string
	names  []string         // where the value goes in the document; one name for a sheet's column
	field  *catalogue.Field // nil for a sheet's column
	asText bool             // a cell's text is taken, not its number
	isKey  bool

	from     []column // 1
	constant *value   // 1: `value`, with steps 5 and 6 done
	when     *expression
	take     take
	takeJoin string
	trim     bool // 3
	spaces   bool // 3: `trim: false` is written, so that blanks alone are a text
	blank    blank
	instead  value  // 4: what default gives, with steps 5 and 6 done
	final    *value // 4: the default as the field has it, for an expression without a result; nil where it is no such value
	cleared  record.Value
	split    string
	pairs    *pairs
	table    *table
	convert  converter
	lookup   lookup
	list     bool // steps 5 and 6 make a list
	expr     *expression
	assert   *expression
	out      kind // the field's kind, kindList of outElem
	outElem  kind
	check    checker
	// checkConstant judges constants of the job: by all bounds of the field, for they stand there to be sent.
	checkConstant checker

	only       string
	listPolicy string
}

// column is a column that a rule reads.
type column struct {
	name  string
	place int // -1 without a header
}

// converter types one piece of a cell; cell is nil for a piece of a split and for constants.
type converter func(text string, cell *record.Cell) (value, *record.Problem)

// lookup turns a typed piece into what the look-up says.
type lookup func(v value, column string) (value, *record.Problem)

// checker validates a value against the field and gives it the form in which it is written.
type checker func(value) (record.Value, *record.Problem)

// run works the rule on the rows of one item. set is false where the field is to be left alone.
func (r *rule) run(e *env, rows []record.Row) (out record.Value, set bool, p *record.Problem) {
	var v value
	var at *column
	var row *record.Row // that the cell stands in
	defer func() { p = inRow(p, row, rows) }()
	switch {
	case r.constant != nil:
		v = *r.constant
	case len(r.from) > 0:
		picked, p := r.pick(e, rows)
		at, row = picked.column, picked.row
		if p != nil {
			return out, false, r.blame(p, at)
		}
		switch {
		case picked.done:
			v = picked.value
		case picked.text == "":
			e.instead = true
			if r.blank != blankDefault {
				return r.empty(at)
			}
			v = r.instead
		default:
			if v, p = r.work(picked); p != nil {
				return out, false, r.blame(p, at)
			}
		}
	}
	if r.expr != nil {
		e.value = v
		if v, p = r.expr.run(e); p != nil {
			return out, false, r.blame(p, at)
		}
	}
	if v.empty() && (r.constant == nil || r.expr != nil) {
		e.instead = true
		switch {
		case r.blank != blankDefault || r.expr != nil && r.final == nil:
			return r.empty(at)
		case r.expr != nil:
			v = *r.final
		default:
			v = r.instead
		}
	}
	if r.assert != nil {
		e.value = v
		holds, p := r.assert.run(e)
		if p == nil && !holds.truth {
			p = assertFailed(r.target, v, r.assert)
		}
		if p != nil {
			return out, false, r.blame(p, at)
		}
	}
	if out, p = r.check(v); p != nil {
		return out, false, r.blame(p, at)
	}
	return out, true, nil
}

// work does steps 5 and 6 on a cell that is not empty.
func (r *rule) work(from picked) (value, *record.Problem) {
	switch {
	case r.pairs != nil:
		return r.pairs.read(from.text)
	case !r.list:
		return r.piece(from.text, from.cell, from.column.name)
	case r.split == "":
		v, p := r.piece(from.text, from.cell, from.column.name)
		return listValue([]value{v}), p
	}
	parts := pieces(from.text, r.split)
	items := make([]value, 0, len(parts))
	for _, part := range parts {
		v, p := r.piece(part, nil, from.column.name)
		if p != nil {
			return value{}, p
		}
		items = append(items, v)
	}
	return listValue(items), nil
}

func (r *rule) piece(text string, cell *record.Cell, name string) (v value, p *record.Problem) {
	if r.table != nil {
		v, p = r.table.find(text)
	} else {
		v, p = r.convert(text, cell)
	}
	if p == nil && r.lookup != nil {
		return r.lookup(v, name)
	}
	return v, p
}

// blame names the column and the field of a problem.
func (r *rule) blame(p *record.Problem, at *column) *record.Problem {
	if at != nil && p.Column == "" {
		p.Column = at.name
	}
	if p.Field == "" {
		p.Field = r.target
	}
	return p
}
