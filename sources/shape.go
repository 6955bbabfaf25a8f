package sources

import (
	"context"
	"fmt"
	"io"

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
	Empty   []string                                       // cell texts that mean an empty cell, compared trimmed and in any case
	Compute func(record.Row) (record.Row, *record.Problem) // adds the computed columns, with a problem too; all its rows share one header
	Fill    []string                                       // columns in which an empty cell takes the one above it in the file
	Keep    func(*record.Row) (bool, *record.Problem)      // false: the row is left out and counted, whatever could not be computed of it
	Assert  func(*record.Row) *record.Problem              // rows for which a condition does not hold are rejected
	GroupBy []string                                       // columns by which neighbouring rows are one record
	// Reshape gives the shaping for rows of a further file, whose columns may stand in another order; nil means that all files
	// have one header.
	Reshape func(*record.Header) (Shaping, error)
	First   int64 // sequence number of the first item; 0 means 1
	Limit   int64 // stop after so many rows, or at the end of the group that is open then; 0 is no limit
}

// Shaped reads items from a sheet: one a row, or one a group of neighbouring rows. Sequence numbers rise in the order in which items
// are given. A row that is left out is an item of its own and stands before the group that it was found in, whose rows it does not
// part. A row with a problem rejects its whole group; where its group cannot be told, it rejects the groups on both sides of it.
type Shaped struct {
	sheet   Sheet
	shaping Shaping
	header  *record.Header // of the file that is being read
	places  map[*record.Header]*places
	next    int64
	rows    int64
	above   []above      // what Fill copies down, a column each
	group   *record.Item // the group that is still open
	fault   int          // line of the row that its problem is of, 0 where it is none of its rows
	key     string
	lost    int // line of the last row, when nobody can tell whether it belongs to the group above it or below it; else 0
	ended   bool
}

// Shape reads the sheet through the shaping.
func Shape(sheet Sheet, s Shaping) *Shaped {
	shaped := &Shaped{sheet: sheet, next: max(1, s.First)}
	shaped.use(s)
	return shaped
}

// use takes a shaping for the rows to come: nothing is filled in from rows before them.
func (s *Shaped) use(shaping Shaping) {
	shaping.Empty = trimmed(shaping.Empty)
	s.shaping = shaping
	s.places = make(map[*record.Header]*places, 2)
	s.above = make([]above, len(shaping.Fill))
}

// Rows is how many rows were read so far.
func (s *Shaped) Rows() int64 { return s.rows }

// Item is an item with the key of its group, "" without grouping.
type Item struct {
	record.Item
	Group string
}

// Next gives the next items, io.EOF after the last. The caller owns them; the rows of one call may share memory.
func (s *Shaped) Next(ctx context.Context) ([]Item, error) {
	for {
		if s.ended {
			return nil, io.EOF
		}
		rows, err := s.sheet.Next(ctx)
		if err != nil && err != io.EOF { //nolint:errorlint // the readers of this package return io.EOF bare
			return nil, err
		}
		s.ended = err == io.EOF //nolint:errorlint // see above
		items := make([]Item, 0, len(rows))
		for i := range rows {
			if s.full() && s.group == nil {
				s.ended = true
				break
			}
			if items, err = s.take(items, rows[i:i+1:i+1]); err != nil {
				return nil, err
			}
		}
		if s.ended || s.full() && s.group == nil {
			s.ended = true
			items = s.closeGroup(items)
		}
		if len(items) > 0 {
			return items, nil
		}
	}
}

// full tells whether as many rows were read as may be.
func (s *Shaped) full() bool { return s.shaping.Limit > 0 && s.rows >= s.shaping.Limit }

// take shapes one row, a slice of one, and appends the items that are complete with it. A row beyond the limit that does not belong
// to the open group is not counted and ends the input.
func (s *Shaped) take(items []Item, one []record.Row) ([]Item, error) {
	row := &one[0]
	if row.Header != s.header {
		items = s.closeGroup(items) // a group does not reach from one file into the next
		s.lost = 0
		if s.full() {
			s.ended = true
			return items, nil
		}
		if err := s.reshape(row.Header); err != nil {
			return nil, err
		}
	}
	keep, problem, err := s.shape(row)
	if err != nil {
		return nil, err
	}
	if len(s.shaping.GroupBy) == 0 || !keep {
		s.rows++
		return s.number(items, Item{Item: record.Item{Rows: one, Problem: problem, Filtered: !keep}}), nil
	}
	key, known, err := s.groupKey(row)
	if err != nil {
		return nil, err
	}
	joins := s.group != nil && s.key != "" && (!known || key == s.key)
	if !joins && s.full() {
		s.ended = true
		return s.closeGroup(items), nil
	}
	s.rows++
	if !joins {
		items = s.closeGroup(items)
		s.group, s.key, s.fault = &record.Item{}, key, 0
		if s.lost > 0 && key != "" {
			s.group.Problem = besideLost(s.lost)
		}
	}
	s.lost = 0
	if !known {
		s.lost = row.Origin.Line
	}
	s.group.Rows = append(s.group.Rows, *row)
	if problem != nil && s.group.Problem == nil {
		s.group.Problem, s.fault = problem, row.Origin.Line
	}
	return items, nil
}

// reshape takes the shaping for the rows of another file.
func (s *Shaped) reshape(header *record.Header) error {
	first := s.header == nil
	s.header = header
	if first {
		return nil
	}
	shaping := s.shaping
	if s.shaping.Reshape != nil {
		var err error
		if shaping, err = s.shaping.Reshape(header); err != nil {
			return err
		}
	}
	shaping.Reshape, shaping.Limit = s.shaping.Reshape, s.shaping.Limit
	s.use(shaping)
	return nil
}

// shape runs the steps that come before grouping; where one of them has a problem, those that need its result are left out. A
// column that could not be computed does not keep a row which the condition leaves out without asking for that column.
func (s *Shaped) shape(row *record.Row) (keep bool, problem *record.Problem, err error) {
	s.emptyCells(row)
	problem = row.Problem
	var failed *record.Problem
	if s.shaping.Compute != nil && problem == nil {
		*row, failed = s.shaping.Compute(*row)
	}
	unfilled, err := s.fill(row, failed)
	if err != nil {
		return false, nil, err
	}
	if problem == nil {
		problem = unfilled
	}
	if s.shaping.Keep != nil && problem == nil {
		if keep, problem = s.shaping.Keep(row); !keep && problem == nil {
			return false, nil, nil
		}
	}
	if failed != nil {
		problem = failed
	}
	if s.shaping.Assert != nil && problem == nil {
		problem = s.shaping.Assert(row)
	}
	return true, problem, nil
}

func (s *Shaped) closeGroup(items []Item) []Item {
	if s.group == nil {
		return items
	}
	item := Item{Item: *s.group, Group: s.key}
	if s.fault > 0 && len(item.Rows) > 1 {
		problem := *item.Problem
		problem.Message = fmt.Sprintf("row %d: %s", s.fault, problem.Message)
		item.Problem = &problem
	}
	s.group = nil
	return s.number(items, item)
}

func (s *Shaped) number(items []Item, item Item) []Item {
	item.Seq = s.next
	s.next++
	return append(items, item)
}
