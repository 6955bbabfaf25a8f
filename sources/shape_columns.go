package sources

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"bcetl/internal/record"
)

// places are where the columns of a shaping stand under one header, so that no row looks its columns up by name; -1 where there is
// no such column.
type places struct{ fill, group []int }

// absent is a column that rows without their computed columns do not have.
const absent = -1

// find gives the places under the row's header. Only a row that has the file's own header, because the reader could not make sense
// of it, may lack some.
func (s *Shaped) find(row *record.Row) (*places, error) {
	if found := s.places[row.Header]; found != nil {
		return found, nil
	}
	incomplete := s.shaping.Compute != nil && row.Header == s.header
	placesOf := func(names []string, part string) ([]int, error) {
		found := make([]int, len(names))
		for i, name := range names {
			place, err := row.Header.Find(name)
			if unknown := (*record.UnknownColumnError)(nil); incomplete && errors.As(err, &unknown) {
				place, err = absent, nil
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", row.Origin, part, err)
			}
			found[i] = place
		}
		return found, nil
	}
	fill, err := placesOf(s.shaping.Fill, "fill")
	if err != nil {
		return nil, err
	}
	group, err := placesOf(s.shaping.GroupBy, "group_by")
	if err != nil {
		return nil, err
	}
	found := &places{fill: fill, group: group}
	s.places[row.Header] = found
	return found, nil
}

func trimmed(texts []string) []string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = strings.TrimSpace(text)
	}
	return all
}

func (s *Shaped) emptyCells(row *record.Row) {
	if len(s.shaping.Empty) == 0 {
		return
	}
	for i := range row.Cells {
		text := strings.TrimSpace(row.Cells[i].Text)
		for _, empty := range s.shaping.Empty {
			if strings.EqualFold(text, empty) {
				row.Cells[i] = record.Cell{}
				break
			}
		}
	}
}

// above is the last cell of a column that was not empty.
type above struct {
	cell record.Cell
	line int
	bad  *record.Problem // the reader could not make sense of its row, so that the cell may belong to another column, or it has no value
}

// fill copies down. Where the cell above could not be computed or is of a row that could not be read, the cell stays empty and that
// is a problem. failed is what could not be computed of the row.
func (s *Shaped) fill(row *record.Row, failed *record.Problem) (*record.Problem, error) {
	if len(s.shaping.Fill) == 0 {
		return nil, nil
	}
	at, err := s.find(row)
	if err != nil {
		return nil, err
	}
	var problem *record.Problem
	for i, place := range at.fill {
		if place == absent {
			continue
		}
		last := &s.above[i]
		if row.Cells[place].Kind == record.CellFailed {
			*last = above{line: row.Origin.Line, bad: failed}
			continue
		}
		if strings.TrimSpace(row.Cells[place].Text) != "" {
			*last = above{cell: row.Cells[place], line: row.Origin.Line, bad: row.Problem}
			continue
		}
		if last.bad == nil {
			row.Cells[place] = last.cell
		} else if problem == nil {
			problem = &record.Problem{
				Code: last.bad.Code, Column: s.shaping.Fill[i],
				Message: fmt.Sprintf("the cell is empty, and the one above it stands in row %d, which is wrong itself", last.line),
			}
		}
	}
	return problem, nil
}

// groupKey is the row's key, "" where all its columns are empty: such a row is a group of its own. It is not known of a row that
// lacks a computed column of the key.
func (s *Shaped) groupKey(row *record.Row) (key string, known bool, err error) {
	at, err := s.find(row)
	if err != nil {
		return "", false, err
	}
	for _, place := range at.group {
		if place == absent || row.Cells[place].Kind == record.CellFailed {
			return "", false, nil
		}
	}
	if len(at.group) == 1 {
		return strings.TrimSpace(row.Cells[at.group[0]].Text), true, nil
	}
	parts := make([]string, len(at.group))
	empty := true
	for i, place := range at.group {
		text := strings.TrimSpace(row.Cells[place].Text)
		empty = empty && text == ""
		if strings.ContainsAny(text, `/"`) {
			text = strconv.Quote(text) // or two keys could be joined to one text
		}
		parts[i] = text
	}
	if empty {
		return "", true, nil
	}
	return strings.Join(parts, " / "), true, nil
}

// besideLost is the problem of a group that begins behind a row that may be part of it.
func besideLost(line int) *record.Problem {
	return &record.Problem{Code: "group_unknown", Message: fmt.Sprintf(
		"row %d above may belong to these rows, but the column by which rows are grouped could not be computed there", line)}
}
