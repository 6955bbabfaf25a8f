package report

import (
	"strings"

	"github.com/rivo/uniseg"

	"bcetl/internal/record"
)

const (
	fieldIndent    = 6
	widestField    = 28 // columns that the names of fields may take at most
	widestBefore   = 24 // old values up to this width are aligned, so that new ones stand below each other
	mostValueLines = 4  // lines that the difference of one field may take
)

// fields prints the fields of a change, names and new values each below each other.
func (t *PlanText) fields(c PlanChange, code string) {
	name, before := 0, 0
	fields := leaves(c.Fields)
	for _, f := range fields {
		name = max(name, uniseg.StringWidth(visible(f.Field)))
		if from, _ := shownPair(f.Before, f.After); !oneSided(c.Action) && uniseg.StringWidth(from) <= widestBefore {
			before = max(before, uniseg.StringWidth(from))
		}
	}
	name = min(name, widestField)
	for _, f := range fields {
		label := strings.Repeat(" ", fieldIndent) + padded((spans{{"", visible(f.Field)}}).cut(name).paint(false), name) + "  "
		indent := strings.Repeat(" ", fieldIndent+name+2)
		for i, line := range t.value(f, c.Action, code, before, t.style.Width-len(indent)) {
			if i > 0 {
				label = indent
			}
			t.line(append(spans{{"", label}}, line...))
		}
	}
}

// oneSided tells whether an action's fields have only new or only old values.
func oneSided(action string) bool { return action == "create" || action == "delete" }

// value is one field's change in lines of the width.
func (t *PlanText) value(f PlanField, action, code string, pad, width int) []spans {
	switch action {
	case "create":
		return []spans{single(f.After, code, width)}
	case "delete":
		return []spans{single(f.Before, code, width)}
	}
	from, to := shownPair(f.Before, f.After)
	line := spans{{red, from}, {"", strings.Repeat(" ", max(0, pad-uniseg.StringWidth(from))) + " -> "}, {green, to}}
	if move := priceMove(f); move != "" {
		line = append(line, span{dim, "  " + move})
	}
	if line.width() <= width {
		return []spans{line}
	}
	if difference := differenceOf(f); difference != nil {
		lines := difference.wrap(width)
		if len(lines) > mostValueLines {
			lines = lines[:mostValueLines]
			last := &lines[mostValueLines-1]
			*last = append(last.cut(width-2), span{dim, " …"})
		}
		return lines
	}
	return []spans{
		append(spans{{red, "- "}}, single(f.Before, red, width-2)...),
		append(spans{{green, "+ "}}, single(f.After, green, width-2)...),
	}
}

// single is a value alone; of a long text its beginning and its length.
func single(v record.Value, code string, width int) spans {
	line := spans{{code, shown(v)}}
	if line.width() <= width {
		return line
	}
	note := "  (" + Counted(int64(uniseg.GraphemeClusterCount(v.String())), "character") + ")"
	if v.Kind() == record.List {
		note = "  (" + Counted(int64(len(v.List())), "element") + ")"
	}
	if len(note)+12 > width {
		return line.cut(width)
	}
	return append(line.cut(width-len(note)), span{dim, note})
}
