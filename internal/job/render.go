package job

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Sort gives the diagnostics in the order of their files and places, each once.
func Sort(ds []Diagnostic) []Diagnostic {
	sorted := slices.Clone(ds)
	slices.SortStableFunc(sorted, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Message, b.Message), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.CompactFunc(sorted, func(a, b Diagnostic) bool {
		return a.File == b.File && a.Pos == b.Pos && a.Message == b.Message && a.Rule == b.Rule
	})
}

// Columns of a terminal that a snippet takes; of longer lines the part around the place is shown.
const (
	snippetWidth = 100
	tabWidth     = 4
)

// Render writes diagnostics in the order of their files and places, each once: a line `file:line:column: message [rule]`,
// and, where sources has the file's text, the line itself with a mark under the place. color adds ANSI colours. The
// only error is w's.
func Render(w io.Writer, ds []Diagnostic, sources map[string][]byte, color bool) error {
	out := bufio.NewWriter(w)
	lines := map[string][]string{}
	for _, d := range Sort(ds) {
		fmt.Fprintln(out, headline(d, color))
		source, have := sources[d.File]
		if !have || d.Pos.Line < 1 {
			continue
		}
		if _, split := lines[d.File]; !split {
			lines[d.File] = sourceLines(source)
		}
		if d.Pos.Line > len(lines[d.File]) {
			continue
		}
		text, marks := snippet(lines[d.File][d.Pos.Line-1], d.Pos.Column, max(1, d.Length))
		number := fmt.Sprintf("%4d | ", d.Pos.Line)
		blank := strings.Repeat(" ", len(number)-2) + "| "
		if color {
			number, blank, marks = "\x1b[2m"+number+"\x1b[0m", "\x1b[2m"+blank+"\x1b[0m", "\x1b[31m"+marks+"\x1b[0m"
		}
		fmt.Fprintf(out, "%s%s\n%s%s\n", number, text, blank, marks)
	}
	return out.Flush()
}

func headline(d Diagnostic, color bool) string {
	place := d.File
	if d.Pos.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", d.File, d.Pos.Line, d.Pos.Column)
	}
	message := printable(d.Message)
	if color {
		return fmt.Sprintf("\x1b[1m%s:\x1b[0m %s \x1b[2m[%s]\x1b[0m", printable(place), message, d.Rule)
	}
	return fmt.Sprintf("%s: %s [%s]", printable(place), message, d.Rule)
}

// printable keeps control characters of a file from acting on a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '\ufffd'
		}
		return r
	}, s)
}

// cell is a character with what it takes on a terminal.
type cell struct {
	text  string
	width int
}

// snippet gives a line and the marks under length characters from a column, which counts characters from 1. Tabs become
// blanks, wide characters count two columns and combining ones none.
func snippet(line string, column, length int) (text, marks string) {
	var cells []cell
	for _, r := range line {
		switch {
		case r == '\t':
			cells = append(cells, cell{strings.Repeat(" ", tabWidth), tabWidth})
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			cells = append(cells, cell{string(r), 0})
		case unicode.IsControl(r):
			cells = append(cells, cell{"\ufffd", 1})
		default:
			columns := 1
			if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
				columns = 2
			}
			cells = append(cells, cell{string(r), columns})
		}
	}
	start := max(0, min(column-1, len(cells)))
	end := max(start, min(start+length, len(cells)))
	first, last := window(cells, start, end)
	var shown, below strings.Builder
	if first > 0 {
		shown.WriteString("…")
		below.WriteString(" ")
	}
	marked := 0
	for i := first; i < last; i++ {
		shown.WriteString(cells[i].text)
		if i < start {
			below.WriteString(strings.Repeat(" ", cells[i].width))
		} else if i < end {
			marked += cells[i].width
		}
	}
	if last < len(cells) {
		shown.WriteString("…")
	}
	below.WriteString("^" + strings.Repeat("~", max(0, marked-1)))
	return strings.TrimRight(shown.String(), " "), below.String()
}

// window picks the part of a line that is shown: all of a short one, else what stands around the place.
func window(cells []cell, start, end int) (first, last int) {
	total := 0
	for _, c := range cells {
		total += c.width
	}
	if total <= snippetWidth {
		return 0, len(cells)
	}
	used := 0
	first, last = start, start
	for last < len(cells) && last < end && used+cells[last].width <= snippetWidth*2/3 {
		used += cells[last].width
		last++
	}
	// A third of what is left goes before the place, the rest behind it.
	before := (snippetWidth - used) / 3
	for first > 0 && before >= cells[first-1].width {
		first--
		before -= cells[first].width
		used += cells[first].width
	}
	for last < len(cells) && used+cells[last].width <= snippetWidth {
		used += cells[last].width
		last++
	}
	for first > 0 && used+cells[first-1].width <= snippetWidth {
		first--
		used += cells[first].width
	}
	// A combining character does not stand alone.
	for first > 0 && cells[first].width == 0 {
		first--
	}
	return first, last
}
