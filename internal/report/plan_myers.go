package report

import (
	"slices"
	"strings"
)

// difference turns one sequence into another with the fewest pieces taken and given (E. W. Myers, "An O(ND) Difference Algorithm",
// 1986). Sequences more than mostEdits apart give their common ends, and all between as replaced, so that work and memory are
// bounded by the length and by mostEdits squared.
func difference(before, after []string) []edit {
	head := 0
	for head < len(before) && head < len(after) && before[head] == after[head] {
		head++
	}
	tail := 0
	for tail < len(before)-head && tail < len(after)-head && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	var edits []edit
	add := func(kind byte, pieces []string) {
		for _, piece := range pieces {
			edits = append(edits, edit{kind, piece})
		}
	}
	add(' ', before[:head])
	a, b := before[head:len(before)-tail], after[head:len(after)-tail]
	if middle, ok := shortest(a, b); ok {
		edits = append(edits, middle...)
	} else {
		add('-', a)
		add('+', b)
	}
	add(' ', before[len(before)-tail:])
	return edits
}

// shortest is the shortest script of edits, false when it has more than mostEdits.
func shortest(a, b []string) ([]edit, bool) {
	furthest := make([]int, 2*mostEdits+3) // by diagonal, how far into a
	const middle = mostEdits + 1
	var trace [][]int
	for d := range mostEdits + 1 {
		trace = append(trace, slices.Clone(furthest[middle-d-1:middle+d+2]))
		for k := -d; k <= d; k += 2 {
			x := furthest[middle+k-1] + 1
			if k == -d || k != d && furthest[middle+k-1] < furthest[middle+k+1] {
				x = furthest[middle+k+1]
			}
			y := x - k
			for x < len(a) && y < len(b) && a[x] == b[y] {
				x, y = x+1, y+1
			}
			furthest[middle+k] = x
			if x >= len(a) && y >= len(b) {
				return script(a, b, trace), true
			}
		}
	}
	return nil, false
}

// script walks the trace back from the ends of both sequences.
func script(a, b []string, trace [][]int) []edit {
	var edits []edit
	x, y := len(a), len(b)
	for d := len(trace) - 1; d >= 0; d-- {
		at := func(k int) int { return trace[d][k+d+1] }
		k := x - y
		previous := k - 1
		if k == -d || k != d && at(k-1) < at(k+1) {
			previous = k + 1
		}
		fromX := at(previous)
		fromY := fromX - previous
		for x > fromX && y > fromY && x > 0 && y > 0 {
			x, y = x-1, y-1
			edits = append(edits, edit{' ', a[x]})
		}
		switch {
		case d == 0:
		case x == fromX:
			y--
			edits = append(edits, edit{'+', b[y]})
		default:
			x--
			edits = append(edits, edit{'-', a[x]})
		}
	}
	slices.Reverse(edits)
	return edits
}

// joinEdits makes neighbouring pieces of one kind one, what goes before what comes. Blanks alone between two changes are part of
// them: "[-green tea-]{+black coffee+}" is read more easily than two changes.
func joinEdits(edits []edit) []edit {
	var out []edit
	var gone, come strings.Builder
	flush := func() {
		if gone.Len() > 0 {
			out = append(out, edit{'-', gone.String()})
		}
		if come.Len() > 0 {
			out = append(out, edit{'+', come.String()})
		}
		gone.Reset()
		come.Reset()
	}
	for i := 0; i < len(edits); i++ {
		switch e := edits[i]; e.kind {
		case '-':
			gone.WriteString(e.text)
		case '+':
			come.WriteString(e.text)
		default:
			end := i
			var same strings.Builder
			for end < len(edits) && edits[end].kind == ' ' {
				same.WriteString(edits[end].text)
				end++
			}
			inside := gone.Len()+come.Len() > 0 && end < len(edits)
			if inside && strings.TrimSpace(same.String()) == "" {
				gone.WriteString(same.String())
				come.WriteString(same.String())
			} else {
				flush()
				out = append(out, edit{' ', same.String()})
			}
			i = end - 1
		}
	}
	flush()
	return out
}
