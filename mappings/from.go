package mappings

import (
	"regexp"
	"strings"

	"bcetl/internal/record"
)

// take says how the cells of a group's rows become one.
type take uint8

const (
	takeSame take = iota
	takeFirst
	takeLast
	takeMin
	takeMax
	takeSum
	takeCount
	takeJoin
)

var takes = map[string]take{
	"same": takeSame, "first": takeFirst, "last": takeLast, "min": takeMin, "max": takeMax, "sum": takeSum, "count": takeCount, "join": takeJoin,
}

// picked is what steps 1 to 3 found: a text with its cell, or a finished value where `take` computes.
type picked struct {
	text   string
	cell   *record.Cell
	column *column
	row    *record.Row
	value  value
	done   bool
}

// pick takes the rule's cell out of the rows.
func (r *rule) pick(e *env, rows []record.Row) (picked, *record.Problem) {
	if len(rows) == 1 && r.when == nil && r.take <= takeLast {
		return r.cell(&rows[0])
	}
	var found []picked
	none := picked{column: &r.from[0]}
	kept := e.row
	defer func() { e.row = kept }()
	for i := range rows {
		if r.when != nil {
			e.row = &rows[i]
			holds, p := r.when.run(e)
			if p != nil {
				return none, p
			}
			if !holds.truth {
				continue
			}
		}
		one, p := r.cell(&rows[i])
		if p != nil {
			return one, p
		}
		if one.text != "" {
			found = append(found, one)
		}
	}
	if r.take == takeCount {
		return picked{value: intValue(len(found)), done: true, column: none.column}, nil
	}
	if len(found) == 0 {
		return none, nil
	}
	switch r.take {
	case takeFirst:
		return found[0], nil
	case takeLast:
		return found[len(found)-1], nil
	case takeJoin:
		texts := make([]string, len(found))
		for i, one := range found {
			texts[i] = one.text
		}
		return picked{text: strings.Join(texts, r.takeJoin), column: none.column}, nil
	case takeMin, takeMax, takeSum:
		return r.compute(found)
	}
	for _, other := range found[1:] {
		if other.text != found[0].text {
			return picked{column: other.column}, problem(CodeGroupDiffers, "the rows of the group disagree: %s in row %d and %s in row %d; say which one with take",
				quote(found[0].text), found[0].row.Origin.Line, quote(other.text), other.row.Origin.Line)
		}
	}
	return found[0], nil
}

// compute folds the typed cells of a group.
func (r *rule) compute(found []picked) (picked, *record.Problem) {
	var best value
	for _, one := range found {
		v, p := r.piece(one.text, one.cell, one.column.name)
		if p != nil {
			return one, p
		}
		switch {
		case best.kind == kindNull:
			best = v
		case r.take == takeSum:
			best = numberValue(best.decimal().Add(v.decimal()))
		case r.take == takeMin && compare(v, best) < 0, r.take == takeMax && compare(v, best) > 0:
			best = v
		}
	}
	return picked{value: best, done: true, column: found[0].column}, nil
}

// cell takes the first of the rule's columns that is not empty in a row.
func (r *rule) cell(row *record.Row) (picked, *record.Problem) {
	for i := range r.from {
		at := &r.from[i]
		if at.place < 0 || at.place >= len(row.Cells) {
			continue
		}
		cell := &row.Cells[at.place]
		if cell.Kind == record.CellFailed {
			return picked{column: at, row: row}, notComputed(row, at.place)
		}
		if cell.Text == "" {
			continue
		}
		text := strings.TrimSpace(cell.Text)
		switch {
		case text == "" && !r.spaces:
			continue
		case !r.trim:
			text = cell.Text
		}
		one := picked{text: text, cell: cell, column: at, row: row}
		if cell.Kind == record.CellError {
			return one, problem(CodeBadText, "the cell holds the error %s", text)
		}
		if r.isKey && (cell.Lossy || roundedNumber.MatchString(text)) {
			return one, problem(CodeLossyKey, "%s comes from a number that may have lost digits; format the column as text and write the key again", quote(text))
		}
		if r.asText && cell.Lossy && isLongCode(cell) {
			return one, problem(CodeLossyNumber, "%s is a number of more than 15 digits, of which a spreadsheet keeps 15; format the column as text and write the code again", quote(text))
		}
		return one, nil
	}
	return picked{column: &r.from[0]}, nil
}

// roundedNumber is how a spreadsheet program writes a number of 12 digits and more into a CSV file: 1.23457E+11. What was a tracking number
// or an order's number is none any more.
var roundedNumber = regexp.MustCompile(`^[0-9](\.[0-9]+)?E\+(1[1-9]|[2-9][0-9])$`)

// isLongCode tells whether a cell holds a whole number of more digits than a spreadsheet keeps: as a text it would be another code.
func isLongCode(cell *record.Cell) bool {
	const kept = 15
	return cell.Kind == record.CellNumber && len(strings.TrimPrefix(cell.Raw, "-")) > kept && !strings.Contains(cell.Raw, ".")
}
