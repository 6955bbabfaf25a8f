package mappings

import (
	"cmp"
	"fmt"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

// Unpacker takes apart a cell that packs several rows of a small table.
type Unpacker struct {
	// Columns are the names of the table's columns.
	Columns []string
	// Rows gives the table that a row's cell holds, with a text for each column. An error says what of the cell is not understood.
	Rows func(row *record.Row) ([][]string, error)
}

// unpacked compiles where the packed cell is. From here on rules name the columns of what it holds; back ends that.
func (l *children) unpacked(c *ruleCompiler, each *job.Each, take job.Scalar) (back func()) {
	l.splitCell(c, each, take)
	l.unpacker = c.scope.Unpack[each.Unpack]
	l.inner = record.NewHeader(l.unpacker.Columns)
	outer := c.header
	c.header = l.inner
	return func() { c.header = outer }
}

// splitCell compiles which cell is taken apart.
func (l *children) splitCell(c *ruleCompiler, each *job.Each, take job.Scalar) {
	l.split = each.Split.Text
	l.cell = &rule{target: l.name, trim: true, asText: true}
	c.source(l.cell, &job.Rule{Pos: each.Pos, From: each.From, Take: take})
	if l.cell.take >= takeMin {
		c.at("rule", take, "the cell that is split is taken from the rows with same, first or last")
	}
}

// unpack calls with each row that the packed cell holds.
func (l *children) unpack(e *env, chosen, rows []record.Row, call func([]record.Row) *record.Problem) *record.Problem {
	cell, found := l.cell.pick(e, chosen)
	if found != nil {
		return l.cell.blame(inRow(found, cell.row, rows), cell.column)
	}
	if cell.text == "" {
		return nil
	}
	from := cell.row
	if from == nil {
		from = &chosen[0]
	}
	table, err := l.unpacker.Rows(from)
	if err != nil {
		return l.cell.blame(inRow(problem(CodeBadPacked, "%s", err), from, rows), cell.column)
	}
	for i, texts := range table {
		row := record.Row{Header: l.inner, Cells: make([]record.Cell, len(texts)), Origin: from.Origin}
		for k, text := range texts {
			row.Cells[k].Text = text
		}
		if found := call([]record.Row{row}); found != nil {
			found.Message = fmt.Sprintf("%s, element %d: %s", cmp.Or(found.Column, l.name), i+1, found.Message)
			found.Column = cell.column.name
			return inRow(found, from, rows)
		}
	}
	return nil
}
