package sources

import (
	"context"
	"fmt"

	"bcetl/internal/record"
)

// slabCells is how many cells are allocated at once: 28 KiB, the most but one that the runtime takes from its small size classes,
// and few enough that a row kept for long does not hold many others.
const slabCells = 512

// batch gives the next rows; io.EOF, perhaps with rows, at the end of the file.
func (f *csvFile) batch(context.Context) ([]record.Row, error) {
	rows := make([]record.Row, 0, csvBatch)
	for bytes := 0; len(rows) < csvBatch && bytes < csvBatchBytes; {
		scanned, err := f.scanner.next()
		if err != nil {
			return rows, err
		}
		if scanned.blank() {
			f.blanks++
			continue
		}
		bytes += len(scanned.text)
		rows = append(rows, f.row(scanned))
	}
	return rows, nil
}

func (f *csvFile) row(scanned *csvRow) record.Row {
	columns, count := f.header.Len(), scanned.count()
	row := record.Row{Header: f.header, Cells: f.cells(columns), Origin: record.Origin{File: f.path, Line: f.scanner.line}}
	for i := range min(columns, count) {
		text := scanned.cell(i)
		if text != "" && text[0] == '\'' {
			text = f.plain(text)
		}
		row.Cells[i].Text = text
	}
	if count > columns {
		row.Extra = f.extra(scanned, columns)
		row.Problem = raggedProblem(columns, row.Extra)
	}
	if scanned.fault != nil {
		row.Problem = scanned.fault.problem(f.header)
	}
	return row
}

// extra gives the cells right of the last column up to the last that has text.
func (f *csvFile) extra(scanned *csvRow, columns int) []record.Cell {
	count := scanned.count()
	for count > columns && scanned.cell(count-1) == "" {
		count--
	}
	if count == columns {
		return nil
	}
	cells := make([]record.Cell, count-columns)
	for i := range cells {
		cells[i].Text = f.plain(scanned.cell(columns + i))
	}
	return cells
}

// cells gives n empty cells.
func (f *csvFile) cells(n int) []record.Cell {
	if len(f.spare) < n {
		f.spare = make([]record.Cell, max(n, slabCells/max(1, n)*n))
	}
	cells := f.spare[:n:n]
	f.spare = f.spare[n:]
	return cells
}

// notes say what was detected and what was left out.
func (f *csvFile) notes() []string {
	columns := fmt.Sprintf("%d columns", f.header.Len())
	if f.header.Len() == 1 {
		columns = "1 column"
	}
	notes := []string{fmt.Sprintf("%s: %s separated, %s, %s", f.path, delimiterName(f.scanner.delimiter), f.encoding, columns)}
	if f.blanks > 0 {
		notes = append(notes, fmt.Sprintf("%s: %d blank rows left out", f.path, f.blanks))
	}
	if f.escapes > 0 {
		notes = append(notes, fmt.Sprintf("%s: the leading ' of %d cells taken off, which marks a text that looks like a formula", f.path, f.escapes))
	}
	return notes
}
