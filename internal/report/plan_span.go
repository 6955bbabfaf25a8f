package report

import (
	"strings"

	"github.com/rivo/uniseg"
)

// span is a piece of a line with its colour, "" for none. Lines are measured, cut and wrapped as spans and painted last, so that
// colour never changes a width or a word.
type span struct{ code, text string }

// spans is a line.
type spans []span

func (s spans) width() (n int) {
	for _, one := range s {
		n += uniseg.StringWidth(one.text)
	}
	return n
}

func (s spans) paint(p painter) string {
	var b strings.Builder
	for _, one := range s {
		if one.code == "" || one.text == "" {
			b.WriteString(one.text)
		} else {
			b.WriteString(p.paint(one.code, one.text))
		}
	}
	return b.String()
}

// cut shortens the line to a width, ending it in … where something was left out.
func (s spans) cut(width int) spans {
	if s.width() <= width {
		return s
	}
	var out spans
	left := max(width-1, 0)
	for _, one := range s {
		head := headOf(one.text, left)
		out = append(out, span{one.code, head})
		left -= uniseg.StringWidth(head)
		if head != one.text {
			return append(out, span{one.code, "…"})
		}
	}
	return out
}

// wrap breaks the line at blanks into lines of at most the width; what has no blank is broken where it must be.
func (s spans) wrap(width int) []spans {
	width = max(width, 1)
	var lines []spans
	var line spans
	used := 0
	end := func() {
		for i := len(line) - 1; i >= 0; i-- { // a blank at which the line was broken is not shown
			line[i].text = strings.TrimRight(line[i].text, " ")
			if line[i].text != "" {
				break
			}
			line = line[:i]
		}
		lines, line, used = append(lines, line), nil, 0
	}
	for _, one := range s {
		for rest := one.text; rest != ""; {
			piece := rest[:pieceEnd(rest)]
			bare := uniseg.StringWidth(strings.TrimRight(piece, " "))
			if used > 0 && used+bare > width {
				end()
			}
			if bare > width {
				piece = headOf(piece, width)
				if piece == "" {
					piece = rest[:len(firstCluster(rest))]
				}
			}
			line = append(line, span{one.code, piece})
			used += uniseg.StringWidth(piece)
			rest = rest[len(piece):]
		}
	}
	end()
	return lines
}

// pieceEnd is where a word and the blanks behind it end.
func pieceEnd(text string) int {
	i := 0
	for i < len(text) && text[i] != ' ' {
		i++
	}
	for i < len(text) && text[i] == ' ' {
		i++
	}
	return i
}

func firstCluster(text string) string {
	cluster, _, _, _ := uniseg.FirstGraphemeClusterInString(text, -1)
	return cluster
}

// headOf is as much of the beginning as the width holds, never half a character.
func headOf(text string, width int) string {
	at, state := 0, -1
	for rest := text; rest != ""; {
		var cluster string
		var columns int
		cluster, rest, columns, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if width -= columns; width < 0 {
			return text[:at]
		}
		at += len(cluster)
	}
	return text
}

// tailOf is as much of the end as the width holds.
func tailOf(text string, width int) string {
	skip, at, state := uniseg.StringWidth(text)-width, 0, -1
	for rest := text; rest != "" && skip > 0; {
		var cluster string
		var columns int
		cluster, rest, columns, state = uniseg.FirstGraphemeClusterInString(rest, state)
		skip -= columns
		at += len(cluster)
	}
	return text[at:]
}

// padded fills a text with blanks to a width in columns.
func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-uniseg.StringWidth(text)))
}
