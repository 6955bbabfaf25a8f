package sources

import (
	"context"
	"fmt"
	"strings"

	"bcetl/internal/record"
)

// batch gives some rows, with io.EOF once there are no more.
func (t *xlsxTable) batch(ctx context.Context) ([]record.Row, error) {
	rows := make([]record.Row, 0, xlsxBatch)
	for bytes := 0; len(rows) < xlsxBatch && bytes < xlsxBatchBytes; {
		var row tableRow
		var err error
		if len(t.ahead) > 0 {
			row, t.ahead = t.ahead[0], t.ahead[1:]
		} else if row, err = t.nextRow(ctx, t.within); err != nil {
			return rows, err
		}
		if made, used := t.row(row); used {
			rows = append(rows, made)
			for i := range made.Cells {
				bytes += len(made.Cells[i].Text)
			}
		}
	}
	return rows, nil
}

// row lays the cells out under the header; used is false when none of them stands under it.
func (t *xlsxTable) row(from tableRow) (row record.Row, used bool) {
	row = record.Row{
		Header: t.header, Cells: make([]record.Cell, t.header.Len()), Problem: from.problem,
		Origin: record.Origin{File: t.book.path, Sheet: t.sheet.name, Line: from.line},
	}
	for _, c := range from.cells {
		switch {
		case c.column < len(row.Cells):
			row.Cells[c.column] = c.cell
			used = true
		case t.options.HeaderRow == NoHeader:
			for len(row.Extra) < c.column-len(row.Cells) {
				row.Extra = append(row.Extra, record.Cell{})
			}
			row.Extra = append(row.Extra, c.cell)
			used = true
		default:
			t.beside.add(c, from.line)
		}
	}
	if len(row.Extra) > 0 && row.Problem == nil {
		row.Problem = &record.Problem{Code: "ragged_row", Message: fmt.Sprintf(
			"there are cells up to column %s, but the rows before it end at column %s",
			record.ColumnLetter(len(row.Cells)+len(row.Extra)-1), record.ColumnLetter(len(row.Cells)-1))}
	}
	return row, used
}

func (b *besideTable) add(c tableCell, line int) {
	if b.cells == 0 {
		b.first, b.last = c.column, c.column
		b.firstLine, b.firstContent = line, c.cell.Text
	}
	b.first, b.last = min(b.first, c.column), max(b.last, c.column)
	b.cells++
}

// notes are what opening said and what was left out so far.
func (t *xlsxTable) notes() []string {
	notes := t.said
	where := fmt.Sprintf("%s, sheet %s", t.book.path, t.sheet.name)
	if b := t.beside; b.cells > 0 {
		columns := "column " + record.ColumnLetter(b.first)
		if b.last > b.first {
			columns = "columns " + record.ColumnLetter(b.first) + " to " + record.ColumnLetter(b.last)
		}
		notes = append(notes[:len(notes):len(notes)], fmt.Sprintf("%s: %d cells in %s have no header and are left out (the first in row %d: %q)",
			where, b.cells, columns, b.firstLine, shorten(b.firstContent)))
	}
	if t.hidden > 0 {
		notes = append(notes[:len(notes):len(notes)], fmt.Sprintf("%s: %d rows are hidden in the sheet and are read like the others", where, t.hidden))
	}
	if u := t.unknown; u.cells > 0 {
		notes = append(notes[:len(notes):len(notes)], fmt.Sprintf("%s: %d formulas have no stored result (the first in %s); open the file in a spreadsheet program and save it",
			where, u.cells, u.first))
	}
	return notes
}

func shorten(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	if runes := []rune(text); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}
