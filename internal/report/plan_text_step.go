package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/rivo/uniseg"
)

// columns prints the policy of every column as a table.
func (t *PlanText) columns(columns []PlanColumn) {
	if len(columns) == 0 {
		return
	}
	rows := [][]string{{"field", "from", "empty cell", "and"}}
	for _, c := range columns {
		rows = append(rows, []string{visible(c.Target), visible(c.From), visible(emptyCell(c)), visible(strings.Join(policies(c), "; "))})
	}
	widths := tableWidths(rows, t.style.Width-2)
	for i, row := range rows {
		code := ""
		if i == 0 {
			code = dim
		}
		t.row(row, widths, code)
	}
}

// emptyCell says what an empty cell does.
func emptyCell(c PlanColumn) string {
	if c.Default != "" {
		return "default " + c.Default
	}
	return c.Blank
}

// policies says what else is done with a column.
func policies(c PlanColumn) []string {
	var out []string
	if c.List != "" {
		out = append(out, "list "+c.List)
	}
	if c.Lookup != "" {
		out = append(out, "look up "+c.Lookup)
	}
	switch c.Only {
	case "":
	case "unset":
		out = append(out, "only where the store has none")
	default:
		out = append(out, "only on "+c.Only)
	}
	return out
}

const columnGap = 2

// tableWidths gives each column of a table the width of its widest cell; when that is too much the widest columns give way first.
func tableWidths(rows [][]string, width int) []int {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	if last := len(widths) - 1; slices.IndexFunc(rows[1:], func(row []string) bool { return row[last] != "" }) < 0 {
		widths[last] = 0
	}
	sum := columnGap * (len(widths) - 1)
	for _, w := range widths {
		sum += w
	}
	const least = 8
	for ; sum > width; sum-- {
		widest := slices.Index(widths, slices.Max(widths))
		if widths[widest] <= least {
			break
		}
		widths[widest]--
	}
	return widths
}

// row prints a row of a table, its cells wrapped inside their columns.
func (t *PlanText) row(cells []string, widths []int, code string) {
	wrapped := make([][]spans, len(cells))
	height := 0
	for i, cell := range cells {
		if widths[i] == 0 {
			continue
		}
		wrapped[i] = spans{{code, cell}}.wrap(widths[i])
		height = max(height, len(wrapped[i]))
	}
	for n := range height {
		line := spans{{"", "  "}}
		gap := 0
		for i := range cells {
			if n < len(wrapped[i]) && wrapped[i][n].width() > 0 {
				line = append(append(line, span{"", strings.Repeat(" ", gap)}), wrapped[i][n]...)
				gap = -wrapped[i][n].width()
			}
			gap += widths[i] + columnGap
		}
		t.line(line)
	}
}

// End prints the step's summary: what would become of its records, the guards, what else would happen and what it costs.
func (t *PlanText) End(s *PlanStep) error {
	t.more()
	if t.shown+t.bad > 0 {
		t.line(nil)
	}
	t.wrapped("", "  ", t.headline(s))
	label := func(name string, text spans) {
		t.wrapped("  "+padded(name, 11), strings.Repeat(" ", 13), text)
	}
	label("input", spans{{"", Counted(s.Rows, "row") + ", " + Counted(s.Records, "record")}})
	t.guards(s, label)
	for _, effect := range s.Effects {
		label("also", spans{{yellow, visible(effect)}})
	}
	if len(s.NewNames) > 0 || s.Names > 0 {
		label("new names", spans{{"", newNames(s)}})
	}
	label("requests", spans{{"", requests(s)}})
	if s.Least > 0 {
		label("time", spans{{"", "at least " + brief(s.Least) + " under the store's quota"}})
	}
	if len(s.Scopes) > 0 {
		label("scopes", spans{{"", visible(strings.Join(s.Scopes, ", "))}})
	}
	return t.err
}

// more says what was left out.
func (t *PlanText) more() {
	var parts []string
	total := int64(0)
	for _, action := range []string{"create", "update", "delete", "reject", "unchanged", "filtered"} {
		if n := t.hidden[action]; n > 0 {
			total += n
			parts = append(parts, grouped(n)+" "+planWords[action])
		}
	}
	if total > 0 {
		t.wrapped("  ", "    ", spans{{dim, "… and " + grouped(total) + " more not shown: " + strings.Join(parts, ", ")}})
	}
}

var planWords = map[string]string{
	"create": "to create", "update": "to update", "delete": "to delete", "reject": "rejected", "unchanged": "unchanged", "filtered": "filtered",
}

// headline is "Plan: 12 to create, 340 to update, 4,640 unchanged, 3 rejected".
func (t *PlanText) headline(s *PlanStep) spans {
	name := "Plan"
	if s.Name != "" {
		name += " of step " + visible(s.Name)
	}
	line := spans{{bold, name + ":"}}
	if s.Create+s.Update+s.Delete == 0 {
		line = append(line, span{"", " nothing to do"})
	}
	for _, part := range []struct {
		n      int64
		action string
	}{{s.Create, "create"}, {s.Update, "update"}, {s.Delete, "delete"}, {s.Unchanged, "unchanged"}, {s.Filtered, "filtered"}, {s.Rejected, "reject"}} {
		if part.n == 0 {
			continue
		}
		comma := ", "
		if len(line) == 1 {
			comma = " "
		}
		code := planMarks[part.action].code
		if code == dim {
			code = ""
		}
		line = append(line, span{"", comma}, span{code, grouped(part.n) + " " + planWords[part.action]})
	}
	return line
}

// guards prints the guards that the run would pass, and how to accept those that would stop it.
func (t *PlanText) guards(s *PlanStep, label func(string, spans)) {
	var stopping []string
	for _, g := range s.Guards {
		if g.Accepted {
			label("guard", spans{{dim, visible(g.Name) + ", accepted: " + visible(g.Message)}})
			continue
		}
		stopping = append(stopping, visible(g.Name))
		label("guard", spans{{red, visible(g.Name) + " stops the run: " + visible(g.Message)}})
	}
	if len(stopping) > 0 {
		label("", spans{{"", "to accept: --yes=" + strings.Join(stopping, ",")}})
	}
}

// shownNames is how many new names are listed.
const shownNames = 10

func newNames(s *PlanStep) string {
	names := s.NewNames[:min(len(s.NewNames), shownNames)]
	all := max(s.Names, int64(len(s.NewNames)))
	text := grouped(all) + ": " + visible(strings.Join(names, ", "))
	if rest := all - int64(len(names)); rest > 0 {
		text += ", and " + grouped(rest) + " more"
	}
	return text
}

// requests is "12 made to look up; 37 to write (brands.create 2, products.update 35)", or "12 made to look up; 5 to read just before
// writing, 5 to write (coupons.update 5)".
func requests(s *PlanStep) string {
	var writes int64
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(s.Requests)) {
		if n := s.Requests[kind]; n > 0 {
			writes += n
			parts = append(parts, visible(kind)+" "+grouped(n))
		}
	}
	text := grouped(s.LookUps) + " made to look up; "
	if writes == 0 {
		return text + "none to write"
	}
	var reads int64
	for _, n := range s.Reads {
		reads += n
	}
	if reads > 0 {
		text += grouped(reads) + " to read just before writing, "
	}
	return text + grouped(writes) + " to write (" + strings.Join(parts, ", ") + ")"
}
