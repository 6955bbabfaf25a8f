package report

import (
	"io"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"

	"bcetl/internal/record"
)

// PlanStyle says how PlanText prints a plan.
type PlanStyle struct {
	Color bool
	Width int   // columns; 0 is 80
	All   bool  // records that are unchanged or filtered too
	Most  int64 // changes that are shown of a step, and as many rejected records; the rest are counted. 0 shows all
}

// The widths between which a plan is laid out: narrower than 40 columns nothing would stay readable.
const narrowestPlan = 40

// PlanText prints a plan for a person, changes as they come, in memory that does not grow with them. The order of calls is Begin,
// then for each step Step, its Changes and End. After a failure to write, nothing more is written, and Change and End return it.
type PlanText struct {
	out    io.Writer
	style  PlanStyle
	color  painter
	step   *PlanStep
	source record.Origin // the file and sheet of the last change that was shown
	shown  int64         // changes of the step, but for rejected ones
	bad    int64         // rejected records of the step that were shown
	hidden map[string]int64
	err    error
}

// NewPlanText prints to w. It never looks at the environment: colour is the style's alone.
func NewPlanText(w io.Writer, style PlanStyle) *PlanText {
	if style.Width == 0 {
		style.Width = defaultWidth
	}
	style.Width = max(style.Width, narrowestPlan)
	return &PlanText{out: w, style: style, color: painter(style.Color)}
}

// Begin prints what the plan is of.
func (t *PlanText) Begin(p *Plan) {
	t.line(spans{{bold, "Plan of " + visible(p.Job)}})
	head := "store " + visible(p.Store)
	if p.Connection != "" {
		head += ", connection " + visible(p.Connection)
	}
	if !p.Created.IsZero() {
		head += ", " + p.Created.UTC().Format("2006-01-02 15:04 UTC")
	}
	t.wrapped("  ", "  ", spans{{dim, head}})
	for _, f := range p.Findings {
		t.wrapped("  ", "  ", spans{{yellow, visible(f.Message)}})
	}
}

// Step prints what a step does and its policy of every column. The numbers of the step are read by End alone.
func (t *PlanText) Step(s *PlanStep) {
	t.step, t.source, t.shown, t.bad, t.hidden = s, record.Origin{}, 0, 0, map[string]int64{}
	title := s.Mode + " " + s.Object
	if s.Match != "" {
		title += " by " + s.Match
	}
	if s.Name != "" {
		title = "Step " + s.Name + ": " + title
	}
	t.line(nil)
	t.wrapped("", "  ", spans{{bold, visible(title)}})
	t.columns(s.Columns)
	t.line(nil)
}

// Marks and colours of what becomes of a record.
var planMarks = map[string]span{
	"create": {green, "+"}, "update": {yellow, "~"}, "delete": {red, "-"}, "reject": {magenta, "!"}, "unchanged": {dim, "="}, "filtered": {dim, "."},
}

// Change prints one record's change, or only counts it where the style has it so.
func (t *PlanText) Change(c PlanChange) error {
	if t.err != nil || !t.wants(c.Action) {
		return t.err
	}
	if c.Origin.File != t.source.File || c.Origin.Sheet != t.source.Sheet {
		t.source = c.Origin
		if where := t.sourceName(c.Origin); where != "" {
			t.wrapped("  ", "    ", spans{{dim, where}})
		}
	}
	mark, known := planMarks[c.Action]
	if !known {
		mark = span{"", "?"}
	}
	key := shownText(c.Key)
	if c.Key == "" {
		key = "(no key)"
	}
	var place []string
	if c.Object != "" && t.step != nil && c.Object != t.step.Object {
		place = append(place, c.Object)
	}
	if c.Origin.Line > 0 {
		place = append(place, "row "+strconv.Itoa(c.Origin.Line))
	}
	if c.StoreID != 0 {
		place = append(place, "id "+strconv.FormatInt(c.StoreID, 10))
	}
	if c.Action == "unchanged" || c.Action == "filtered" {
		place = append(place, c.Action)
	}
	head := spans{{mark.code, mark.text + " "}, {mark.code, key}}
	if len(place) > 0 {
		head = append(head, span{dim, "  " + visible(strings.Join(place, ", "))})
	}
	t.wrapped("  ", "      ", head)
	if c.Problem != nil {
		t.wrapped("      ", "      ", spans{{mark.code, visible(c.Problem.Error())}})
	}
	t.fields(c, mark.code)
	return t.err
}

// wants tells whether a change is shown, and counts it.
func (t *PlanText) wants(action string) bool {
	count := &t.shown
	switch action {
	case "unchanged", "filtered":
		if !t.style.All {
			return false
		}
	case "reject":
		count = &t.bad
	}
	if t.style.Most > 0 && *count >= t.style.Most {
		if t.hidden == nil {
			t.hidden = map[string]int64{}
		}
		t.hidden[action]++
		return false
	}
	*count++
	return true
}

func (t *PlanText) sourceName(o record.Origin) string {
	name := visible(o.File)
	if o.File == "-" {
		name = "standard input"
	}
	if o.Sheet != "" {
		name += ", sheet " + visible(o.Sheet)
	}
	return name
}

// line prints one line, cut to the width.
func (t *PlanText) line(s spans) {
	if t.err != nil {
		return
	}
	_, t.err = io.WriteString(t.out, s.cut(t.style.Width).paint(t.color)+"\n")
}

// wrapped prints a text in as many lines as it needs, the first and the later ones behind their own indents.
func (t *PlanText) wrapped(first, later string, s spans) {
	for i, line := range s.wrap(t.style.Width - max(uniseg.StringWidth(first), uniseg.StringWidth(later))) {
		indent := later
		if i == 0 {
			indent = first
		}
		t.line(append(spans{{"", indent}}, line...))
	}
}
