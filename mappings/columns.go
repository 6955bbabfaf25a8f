package mappings

import (
	"strings"
	"sync"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// Columns are the computed columns of a source. They are safe for concurrent use.
type Columns struct {
	header *record.Header
	first  int
	names  []string
	exprs  []*expression
	envs   sync.Pool
}

// CompileColumns compiles `columns: {Name: 'expression'}`. Each sees the sheet's own columns and the computed ones before it. The
// extended header is header with the new columns behind; a name that the sheet has already is a diagnostic. A nil header is a
// check without the file: columns are not judged, and Header is nil.
func CompileColumns(file string, columns []job.Named, header *record.Header, s Scope) (*Columns, []job.Diagnostic) {
	report := newReporter(file, &s)
	p := &Columns{header: header}
	p.envs.New = func() any { return new(env) }
	if header != nil {
		p.first = header.Len()
	}
	seen := newColumnNames(report)
	for _, column := range columns {
		seen.add(column.Name)
		if header != nil {
			if place, err := header.Find(column.Name.Text); err == nil && place < p.first {
				report.at("column", column.Name, "the sheet has a column %q already", header.Names()[place])
				continue
			}
		}
		e := compileExpression(report, column.Value, &names{scope: &s, header: p.header, sheet: true})
		if e != nil && (e.kind == kindObject || e.kind == kindRow || e.kind == kindList) {
			report.at("expr", column.Value, "a cell cannot hold a %s; join() a list", e.static)
		}
		p.names, p.exprs = append(p.names, column.Name.Text), append(p.exprs, e)
		if header != nil {
			names := append(append([]string{}, header.Names()...), p.names...)
			p.header = record.NewHeader(names)
		}
	}
	if len(report.found) > 0 {
		return nil, report.found
	}
	return p, nil
}

// Header is the extended header; nil without one.
func (p *Columns) Header() *record.Header { return p.header }

// Extend gives the row with the computed cells behind its own. The row that was given is not changed. A column whose expression has
// no result is a record.CellFailed, as are those that read it; the problem is of the first. The row is extended all the same, so that
// a condition on other columns can still be judged.
func (p *Columns) Extend(row record.Row) (record.Row, *record.Problem) {
	e := p.envs.Get().(*env)
	defer p.envs.Put(e)
	cells := make([]record.Cell, p.first, p.first+len(p.exprs))
	copy(cells, row.Cells)
	out := row
	out.Header, out.Cells = p.header, cells
	var first *record.Problem
	for i, expr := range p.exprs {
		*e = env{row: &out}
		v, problem := expr.run(e)
		cell := computedCell(v)
		if problem != nil {
			cell = record.Cell{Kind: record.CellFailed}
			if first == nil {
				problem.Column, first = p.names[i], problem
			}
		}
		out.Cells = append(out.Cells, cell)
	}
	return out, first
}

// computedCell is a cell as a spreadsheet would store the value, so that a rule's type takes it as it is. The text of another cell
// brings along what that one stores.
func computedCell(v value) record.Cell {
	cell := record.Cell{Text: v.String()}
	switch v.kind {
	case kindText:
		if of := v.cell(); of != nil {
			cell = *of
			cell.Text = v.text
		}
	case kindNumber:
		cell.Kind, cell.Raw = record.CellNumber, cell.Text
	case kindBool:
		cell.Kind, cell.Raw = record.CellBool, cell.Text
	case kindDate:
		cell.Kind, cell.Raw = record.CellDate, v.date().Format("2006-01-02T15:04:05Z07:00")
		if _, twice := v.more.(record.Twice); twice { // what is read again is no clearer than what was read
			cell.Raw = cell.Text
		}
	}
	return cell
}

// columnNames finds columns of one sheet that a reader of its header could not tell apart.
type columnNames struct {
	report *reporter
	seen   map[string]job.Scalar
}

func newColumnNames(report *reporter) *columnNames {
	return &columnNames{report, map[string]job.Scalar{}}
}

func (n *columnNames) add(name job.Scalar) {
	folded := record.FoldName(name.Text)
	if folded == "" {
		n.report.at("column", name, "a column needs a name")
		return
	}
	if first, twice := n.seen[folded]; twice && !strings.Contains(name.Text, "\n") {
		n.report.at("column", name, "the column %q stands twice, first in line %d", name.Text, first.Line)
	}
	n.seen[folded] = name
}
