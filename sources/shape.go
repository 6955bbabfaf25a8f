package sources

import (
	"context"
	"fmt"
	"io"
	"strings"

	"bcetl/internal/record"
)

// Sheet is what the shaping reads: a CSV or XLSX source.
type Sheet interface {
	// Next gives the next rows, io.EOF after the last; the caller owns them.
	Next(ctx context.Context) ([]record.Row, error)
}

// Shaping is what is done to rows before they are mapped, in the order of its fields. The functions are compiled elsewhere; a nil one
// does nothing.
type Shaping struct {
	Empty   []string                                       // cell texts that mean an empty cell
	Compute func(record.Row) (record.Row, *record.Problem) // adds the computed columns
	Fill    []string                                       // columns in which an empty cell takes the one above
	Keep    func(*record.Row) (bool, *record.Problem)      // false: the row is left out and counted
	Assert  func(*record.Row) *record.Problem              // rows for which a condition does not hold are rejected
	GroupBy []string                                       // columns by which neighbouring rows are one record
	// Reshape gives the shaping for rows of a further file, whose columns may stand in another order; nil means that all files
	// have one header.
	Reshape func(*record.Header) (Shaping, error)
	First   int64 // sequence number of the first item; 0 means 1
	Limit   int64 // stop after so many rows; 0 is no limit
}

// Shaped reads items from a sheet: one a row, or one a group of neighbouring rows.
type Shaped struct {
	sheet   Sheet
	shaping Shaping
	header  *record.Header // of the file that is being read
	next    int64
	rows    int64
	above   map[string]record.Cell // what Fill copies down
	group   *record.Item           // the group that is still open
	key     string
	ended   bool
}

// Shape reads the sheet through the shaping.
func Shape(sheet Sheet, s Shaping) *Shaped {
	return &Shaped{sheet: sheet, shaping: s, next: max(1, s.First), above: map[string]record.Cell{}}
}

// Rows is how many rows were read so far.
func (s *Shaped) Rows() int64 { return s.rows }

// Item is an item with the key of its group, "" without grouping.
type Item struct {
	record.Item
	Group string
}

// Next gives the next items, io.EOF after the last.
func (s *Shaped) Next(ctx context.Context) ([]Item, error) {
	for {
		if s.ended {
			return nil, io.EOF
		}
		rows, err := s.sheet.Next(ctx)
		if err != nil && err != io.EOF { //nolint:errorlint // the readers of this package return io.EOF bare
			return nil, err
		}
		if left := s.shaping.Limit - s.rows; s.shaping.Limit > 0 && int64(len(rows)) >= left {
			rows, s.ended = rows[:left], true
		}
		s.ended = s.ended || err == io.EOF //nolint:errorlint // see above
		s.rows += int64(len(rows))
		items := make([]Item, 0, len(rows))
		for i := range rows {
			if items, err = s.take(items, &rows[i]); err != nil {
				return nil, err
			}
		}
		if s.ended {
			items = s.closeGroup(items)
		}
		if len(items) > 0 {
			return items, nil
		}
	}
}

// take shapes one row and appends the items that it completes.
func (s *Shaped) take(items []Item, row *record.Row) ([]Item, error) {
	if row.Header != s.header {
		items = s.closeGroup(items) // a group does not reach from one file into the next
		if err := s.reshape(row.Header); err != nil {
			return nil, err
		}
	}
	keep, problem, err := s.shape(row)
	if err != nil {
		return nil, err
	}
	if len(s.shaping.GroupBy) == 0 || !keep {
		item := Item{Item: record.Item{Rows: []record.Row{*row}, Problem: problem, Filtered: !keep && problem == nil}}
		if len(s.shaping.GroupBy) > 0 {
			// A row that is left out does not close the group around it, but it keeps its place in the order.
			items = s.closeGroupBefore(items, row)
		}
		return s.number(items, item), nil
	}
	key, err := s.groupKey(row)
	if err != nil {
		return nil, err
	}
	if s.group == nil || key != s.key || key == "" {
		items = s.closeGroup(items)
		s.group, s.key = &record.Item{}, key
	}
	s.group.Rows = append(s.group.Rows, *row)
	if problem != nil && s.group.Problem == nil {
		s.group.Problem = problem
	}
	return items, nil
}

// reshape takes the shaping for the rows of another file.
func (s *Shaped) reshape(header *record.Header) error {
	first := s.header == nil
	s.header = header
	if first || s.shaping.Reshape == nil {
		return nil
	}
	shaping, err := s.shaping.Reshape(header)
	if err != nil {
		return err
	}
	shaping.Reshape, shaping.Limit = s.shaping.Reshape, s.shaping.Limit
	s.shaping = shaping
	return nil
}

// shape runs the steps that come before grouping.
func (s *Shaped) shape(row *record.Row) (keep bool, problem *record.Problem, err error) {
	if row.Problem != nil {
		return true, row.Problem, nil
	}
	s.emptyCells(row)
	if s.shaping.Compute != nil {
		extended, problem := s.shaping.Compute(*row)
		if problem != nil {
			return true, problem, nil
		}
		*row = extended
	}
	if err := s.fill(row); err != nil {
		return false, nil, err
	}
	if s.shaping.Keep != nil {
		kept, problem := s.shaping.Keep(row)
		if problem != nil || !kept {
			return problem != nil, problem, nil
		}
	}
	if s.shaping.Assert != nil {
		return true, s.shaping.Assert(row), nil
	}
	return true, nil, nil
}

func (s *Shaped) emptyCells(row *record.Row) {
	for i := range row.Cells {
		text := strings.TrimSpace(row.Cells[i].Text)
		for _, empty := range s.shaping.Empty {
			if strings.EqualFold(text, empty) {
				row.Cells[i] = record.Cell{}
			}
		}
	}
}

func (s *Shaped) fill(row *record.Row) error {
	for _, name := range s.shaping.Fill {
		place, err := row.Header.Find(name)
		if err != nil {
			return fmt.Errorf("%s: fill: %w", row.Origin, err)
		}
		if strings.TrimSpace(row.Cells[place].Text) == "" {
			row.Cells[place] = s.above[name]
			continue
		}
		s.above[name] = row.Cells[place]
	}
	return nil
}

func (s *Shaped) groupKey(row *record.Row) (string, error) {
	parts := make([]string, len(s.shaping.GroupBy))
	empty := true
	for i, name := range s.shaping.GroupBy {
		place, err := row.Header.Find(name)
		if err != nil {
			return "", fmt.Errorf("%s: group_by: %w", row.Origin, err)
		}
		parts[i] = strings.TrimSpace(row.Cells[place].Text)
		empty = empty && parts[i] == ""
	}
	if empty {
		return "", nil // a row without a key is a group of its own
	}
	return strings.Join(parts, " / "), nil
}

func (s *Shaped) closeGroup(items []Item) []Item {
	if s.group == nil {
		return items
	}
	item := Item{Item: *s.group, Group: s.key}
	s.group = nil
	return s.number(items, item)
}

// closeGroupBefore closes the open group only when the row that is left out belongs to another one.
func (s *Shaped) closeGroupBefore(items []Item, row *record.Row) []Item {
	if key, err := s.groupKey(row); err == nil && s.group != nil && key != s.key {
		return s.closeGroup(items)
	}
	return items
}

func (s *Shaped) number(items []Item, item Item) []Item {
	item.Seq = s.next
	s.next++
	return append(items, item)
}
