package report

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// summaryWidths are the widths of the columns of "Summary" in characters.
var summaryWidths = [...]int{24, 60, 40, 50}

// summaryRows writes the rows of the sheet "Summary", one below the other; the first error is kept.
type summaryRows struct {
	x      *PlanXLSX
	stream *excelize.StreamWriter
	row    int
	err    error
}

// summary writes the sheet "Summary".
func (x *PlanXLSX) summary(p *Plan) error {
	if _, err := x.file.NewSheet(summarySheet); err != nil {
		return err
	}
	stream, err := x.newStream(summarySheet)
	if err != nil {
		return err
	}
	for i, width := range summaryWidths {
		if err := stream.SetColWidth(i+1, i+1, float64(width)); err != nil {
			return err
		}
	}
	s := &summaryRows{x: x, stream: stream}
	s.add(planCell{bold: true}, textCell("Plan of "+p.Job))
	s.pair("", "Store", textCell(p.Store))
	s.pair("", "Connection", textCell(p.Connection))
	if !p.Created.IsZero() {
		s.pair("", "Created", textCell(p.Created.UTC().Format("2006-01-02 15:04:05 UTC")))
	}
	for _, f := range p.Findings {
		s.pair(beforeFill, "Finding", textCell(f.Message))
	}
	for i := range p.Steps {
		s.step(&p.Steps[i])
	}
	if s.err != nil {
		return s.err
	}
	return stream.Flush()
}

// add writes a row of cells that look alike.
func (s *summaryRows) add(look planCell, cells ...cellValue) {
	s.row++
	row := make([]any, len(cells))
	lines := 1
	for i, cell := range cells {
		if text, ok := cell.value.(string); ok && look.wrap {
			lines = max(lines, len((spans{{"", text}}).wrap(summaryWidths[i]-3)))
		}
		one := look
		one.format = cell.format
		id, err := s.x.styles.id(one)
		if err != nil && s.err == nil {
			s.err = err
		}
		row[i] = excelize.Cell{StyleID: id, Value: cell.value}
	}
	if s.err == nil {
		const lineHeight, highest = 15, 400 // points; not every program finds the height of wrapped text itself
		var options excelize.RowOpts
		if lines > 1 {
			options.Height = float64(min(lines*lineHeight, highest))
		}
		s.err = s.stream.SetRow("A"+strconv.Itoa(s.row), row, options)
	}
}

func (s *summaryRows) pair(fill, label string, value cellValue) {
	s.add(planCell{fill: fill, wrap: true}, textCell(label), value)
}

func (s *summaryRows) head(names ...string) {
	s.row++ // a free line above
	cells := make([]cellValue, len(names))
	for i, name := range names {
		cells[i] = textCell(name)
	}
	s.add(planCell{fill: headerFill, bold: true}, cells...)
}

func (s *summaryRows) step(step *PlanStep) {
	title := step.Mode + " " + step.Object
	if step.Match != "" {
		title += " by " + step.Match
	}
	name := "Step"
	if step.Name != "" {
		name += " " + step.Name
	}
	s.head(name, title)
	count := func(fill, label string, n int64) { s.pair(fill, label, cellValue{value: n, format: "#,##0"}) }
	count("", "Rows", step.Rows)
	count("", "Records", step.Records)
	count(createFill, "To create", step.Create)
	count(updateFill, "To update", step.Update)
	count(deleteFill, "To delete", step.Delete)
	count("", "Unchanged", step.Unchanged)
	count("", "Filtered", step.Filtered)
	count(greyFill, "Rejected", step.Rejected)

	if len(step.Guards) > 0 {
		s.head("Guard", "What it found", "State")
	}
	for _, g := range step.Guards {
		state, fill := "stops the run; to accept: --yes="+g.Name, beforeFill
		if g.Accepted {
			state, fill = "accepted", ""
		}
		s.add(planCell{fill: fill, wrap: true}, textCell(g.Name), textCell(g.Message), textCell(state))
	}
	if len(step.Effects) > 0 {
		s.head("Also", "What else the writes do")
	}
	for _, effect := range step.Effects {
		s.pair("", "", textCell(effect))
	}
	if names := max(step.Names, int64(len(step.NewNames))); names > 0 {
		s.head("New names", Counted(names, "name")+" would be created")
		for _, name := range step.NewNames {
			s.pair("", "", textCell(name))
		}
		if rest := names - int64(len(step.NewNames)); rest > 0 {
			s.pair("", "", textCell("and "+grouped(rest)+" more"))
		}
	}
	s.head("Requests", "Number")
	count("", "made to look up", step.LookUps)
	for _, kind := range slices.Sorted(maps.Keys(step.Reads)) {
		count("", kind+", read just before", step.Reads[kind])
	}
	for _, kind := range slices.Sorted(maps.Keys(step.Requests)) {
		count("", kind, step.Requests[kind])
	}
	if step.Least > 0 {
		s.pair("", "Least time", textCell(brief(step.Least)+" under the store's quota"))
	}
	if len(step.Scopes) > 0 {
		s.pair("", "Scopes", textCell(strings.Join(step.Scopes, ", ")))
	}
	if len(step.Columns) > 0 {
		s.head("Field", "From", "Empty cell", "And")
	}
	for _, c := range step.Columns {
		s.add(planCell{wrap: true}, textCell(c.Target), textCell(c.From), textCell(emptyCell(c)), textCell(strings.Join(policies(c), "; ")))
	}
}
