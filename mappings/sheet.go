package mappings

import (
	"sync"

	"github.com/ncruces/go-strftime"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// Sheet makes rows of another sheet out of rows. It is safe for concurrent use.
type Sheet struct {
	rules   []*rule
	columns []record.Column
	where   *expression
	envs    sync.Pool
}

// CompileSheet compiles the mapping of rows with that header to the columns of another sheet. A nil header is a check without the file,
// as in CompileImport.
func CompileSheet(file string, out *job.Output, header *record.Header, s Scope) (*Sheet, []job.Diagnostic) {
	c := &ruleCompiler{reporter: newReporter(file, &s), header: header, scope: &s}
	p := &Sheet{}
	p.envs.New = func() any { return new(env) }
	seen := newColumnNames(c.reporter)
	for i := range out.Mapping {
		m := &out.Mapping[i]
		seen.add(m.Target)
		c.storeOnly(&m.Rule)
		r := c.rule(m, nil)
		column := record.Column{Name: m.Target.Text, Type: columnType(r.sheetKind(&m.Rule)), Format: m.Rule.Format.Text, Style: m.Rule.Style.Text}
		if column.Type == record.ColumnDecimal && (m.Rule.Type.Text == "int" && r.expr == nil || r.take == takeCount) {
			column.Type = record.ColumnInt
		}
		c.format(&m.Rule, column.Type)
		separator, offset := r.takeJoin, column.Format == "" && out.Sink.CSV.Set
		r.check = func(v value) (record.Value, *record.Problem) {
			if v.kind == kindList {
				text, p := joined(v.list(), separator)
				return record.TextValue(text), p
			}
			return sheetCell(v), v.unclear(func(first, second value) bool {
				return offset || strftime.Format(column.Format, first.date()) != strftime.Format(column.Format, second.date())
			})
		}
		p.rules = append(p.rules, r)
		p.columns = append(p.columns, column)
	}
	if out.Where.Set && len(c.found) == 0 {
		p.where = c.condition(out.Where, &names{scope: &s, cells: p.columns})
	}
	if len(c.found) > 0 {
		return nil, c.found
	}
	return p, nil
}

// storeOnly reports the steps of a rule that only make sense for a field of a store.
func (c *ruleCompiler) storeOnly(j *job.Rule) {
	for _, s := range []job.Scalar{j.Only, j.List} {
		if s.Set {
			c.at("rule", s, "only and list are for fields of a store, this is a column of a sheet")
		}
	}
	if j.Blank.Text == "clear" {
		c.at("rule", j.Blank, "a cell of a new sheet has nothing to clear; leave blank out")
	}
	if j.Pairs != nil {
		c.add("rule", j.Pairs.Pos, 1, "pairs fill a list of a store, this is a column of a sheet")
	}
	if len(j.Fields) > 0 {
		c.add("rule", j.Pos, 1, "fields fill an object of a store, this is a column of a sheet")
	}
}

// sheetKind is the kind of a column's values.
func (r *rule) sheetKind(j *job.Rule) kind {
	switch {
	case r.expr != nil:
		return r.expr.kind
	case r.take == takeCount:
		return kindNumber
	case r.list:
		return kindText
	}
	return map[string]kind{"int": kindNumber, "decimal": kindNumber, "bool": kindBool, "date": kindDate}[j.Type.Text]
}

// columnType is how values of a kind are written to a sheet.
func columnType(k kind) record.ColumnType {
	switch k {
	case kindNumber:
		return record.ColumnDecimal
	case kindBool:
		return record.ColumnBool
	case kindDate:
		return record.ColumnDate
	}
	return record.ColumnText
}

func sheetCell(v value) record.Value {
	if v.kind == kindNull {
		return record.Value{}
	}
	return v.record()
}

// Columns lists the sheet's columns in order.
func (p *Sheet) Columns() []record.Column { return p.columns }

// Map makes the cells of one row, or of the rows of one group, in the order of Columns; an empty cell is a missing value. keep is
// false where the output's `where` leaves the row out.
func (p *Sheet) Map(rows []record.Row) (cells []record.Value, keep bool, found *record.Problem) {
	cells = make([]record.Value, len(p.rules))
	if len(rows) == 0 {
		return cells, true, nil
	}
	for i := range rows {
		if rows[i].Problem != nil {
			return nil, false, rows[i].Problem
		}
	}
	e := p.envs.Get().(*env)
	defer p.envs.Put(e)
	e.begin(rows)
	for i, r := range p.rules {
		v, has, problem := r.run(e, rows)
		if problem != nil {
			return nil, false, problem
		}
		if has {
			cells[i] = v
		}
	}
	if p.where == nil {
		return cells, true, nil
	}
	e.cells = cells
	holds, problem := p.where.run(e)
	return cells, holds.truth, problem
}
