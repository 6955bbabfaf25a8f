package sources

import (
	"fmt"
	"strings"

	"bcetl/internal/record"
)

// problem is the fault as the row's problem.
func (f *csvFault) problem(header *record.Header) *record.Problem {
	return &record.Problem{Code: f.code, Column: columnName(header, f.column), Message: f.text}
}

// columnName is a column's name, or its letter where it has none.
func columnName(header *record.Header, place int) string {
	if place < header.Len() {
		if name := strings.TrimSpace(header.Names()[place]); name != "" {
			return name
		}
	}
	return record.ColumnLetter(place)
}

// raggedProblem names the first cell that stands right of the header's last column.
func raggedProblem(columns int, extra []record.Cell) *record.Problem {
	for i := range extra {
		if extra[i].Text == "" {
			continue
		}
		return &record.Problem{Code: "ragged_row", Message: fmt.Sprintf(
			"the row has %d cells, the header has %d columns; %.40q stands in column %s, right of the last one",
			columns+len(extra), columns, extra[i].Text, record.ColumnLetter(columns+i))}
	}
	return nil
}
