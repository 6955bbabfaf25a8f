package mappings

import (
	"fmt"
	"slices"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
)

// children makes the elements of a list. An element of which no cell fills a field is not made: a row that is empty there gives none.
type children struct {
	name     string
	mapped   job.Scalar // where the list is mapped first
	field    *catalogue.Field
	nested   bool // by a nested mapping, not field by field
	each     eachKind
	when     *expression // of the rows
	whenText string
	cell     *rule // of eachPiece: what is split
	split    string
	literals []value  // of eachLiteral
	unpacker Unpacker // of eachUnpacked
	inner    *record.Header
	rules    [][]*rule     // of an element: one set, of literals one for each
	lists    [][]*children // within an element, such as the options of an order's line; sets as of rules
	again    bool          // compiled before, for another literal of the list that this one lies in
	pairs    [][]partners
	needed   []string // fields of an element that each must have
	only     string
	distinct bool                                 // equal elements are one
	complete func(*record.Object) *record.Problem // further conditions of an element; nil: none
}

// eachKind says what elements are made of.
type eachKind uint8

const (
	eachRow      eachKind = iota // each row of the group
	eachPiece                    // each piece of a cell that all rows have in common
	eachLiteral                  // each literal of the job, which names sibling columns
	eachUnpacked                 // each row of a table that a cell packs
)

// run makes the elements for the rows of one item.
func (l *children) run(e *env, rows []record.Row) ([]record.Value, *record.Problem) {
	kept := *e
	defer func() { e.row, e.it, e.index = kept.row, kept.it, kept.index }()
	chosen, problem := l.rowsOf(e, rows)
	if problem != nil || len(chosen) == 0 {
		return nil, problem
	}
	var elements []record.Value
	add := func(set int, rows []record.Row) *record.Problem {
		e.row = &rows[0]
		element, problem := l.elementOf(e, set, rows)
		if problem != nil || element == nil {
			return problem
		}
		v := record.ObjectValue(element)
		if !l.distinct || !slices.ContainsFunc(elements, func(other record.Value) bool { return other.String() == v.String() }) {
			elements = append(elements, v)
		}
		return l.judge(element, set)
	}
	switch l.each {
	case eachRow:
		for i := range chosen {
			if problem := add(0, chosen[i:i+1]); problem != nil {
				return nil, inRow(problem, &chosen[i], rows)
			}
		}
	case eachPiece:
		cell, problem := l.cell.pick(e, chosen)
		if problem != nil {
			return nil, l.cell.blame(inRow(problem, cell.row, rows), cell.column)
		}
		for i, piece := range pieces(cell.text, l.split) {
			e.it, e.index = textValue(piece), i
			if problem := add(0, chosen); problem != nil {
				return nil, l.cell.blame(onlyRow(problem, chosen, rows), cell.column)
			}
		}
	case eachUnpacked:
		add := func(rows []record.Row) *record.Problem { return add(0, rows) }
		if problem := l.unpack(e, chosen, rows, add); problem != nil {
			return nil, problem
		}
	case eachLiteral:
		for i := range l.rules {
			e.it, e.index = l.literals[i], i
			if problem := add(i, chosen); problem != nil {
				return nil, onlyRow(problem, chosen, rows)
			}
		}
	}
	if problem := tooMany(l.field, len(elements)); problem != nil {
		problem.Field = l.name
		return nil, problem
	}
	return elements, nil
}

// judge checks what is known of an element once all its fields are.
func (l *children) judge(element *record.Object, set int) *record.Problem {
	for _, name := range l.needed {
		if element.At(strings.Split(name, ".")...).IsMissing() {
			p := problem(CodeMissingRequired, "%s needs a value", l.name+"[]."+name)
			p.Field = l.name + "[]." + name
			return p
		}
	}
	if p := unpaired(element, l.pairs[set]); p != nil || l.complete == nil {
		return p
	}
	return l.complete(element)
}

// rowsOf gives the rows for which the condition holds.
func (l *children) rowsOf(e *env, rows []record.Row) ([]record.Row, *record.Problem) {
	if l.when == nil {
		return rows, nil
	}
	var chosen []record.Row
	for i := range rows {
		e.row = &rows[i]
		holds, problem := l.when.run(e)
		if problem != nil {
			return nil, inRow(problem, &rows[i], rows)
		}
		if holds.truth {
			chosen = append(chosen, rows[i])
		}
	}
	return chosen, nil
}

// elementOf makes one element; nil where no cell gives it a value. Constants and defaults alone make none.
func (l *children) elementOf(e *env, place int, rows []record.Row) (*record.Object, *record.Problem) {
	object, filled := record.NewObject(len(l.rules[place])), false
	for _, r := range l.rules[place] {
		e.instead = false
		v, has, problem := r.run(e, rows)
		if problem != nil {
			return nil, problem
		}
		if has {
			set(object, r.names, v)
			filled = filled || !e.instead && (len(r.from) > 0 || r.expr != nil)
		}
	}
	for _, list := range l.lists[place] {
		elements, problem := list.run(e, rows)
		if problem != nil {
			return nil, problem
		}
		if len(elements) > 0 {
			set(object, strings.Split(strings.TrimPrefix(list.name, l.name+"[]."), "."), record.ListValue(elements))
			filled = true
		}
	}
	if !filled {
		return nil, nil
	}
	return object, nil
}

// onlyRow names the row at fault where the condition has left one of several.
func onlyRow(p *record.Problem, chosen, rows []record.Row) *record.Problem {
	if len(chosen) == 1 {
		return inRow(p, &chosen[0], rows)
	}
	return p
}

// inRow names the row at fault where the item has several.
func inRow(p *record.Problem, row *record.Row, rows []record.Row) *record.Problem {
	if p != nil && row != nil && len(rows) > 1 {
		p.Message = fmt.Sprintf("row %d: %s", row.Origin.Line, p.Message)
	}
	return p
}
