package job

import (
	"slices"
	"strings"
	"unicode"
)

// Nearest gives up to n of the candidates that word may have been meant to be, nearest first. Case, blanks and
// the signs _ - . count little. A candidate further away than about a third of its length is not named.
func Nearest(word string, candidates []string, n int) []string {
	type scored struct {
		text     string
		distance int
	}
	folded := fold(word)
	var near []scored
	for _, candidate := range candidates {
		other := fold(candidate)
		bound := max(1, (max(len(folded), len(other))+1)/3)
		// The cheap bound first: a length that differs too much cannot be near.
		if abs(len(folded)-len(other)) > bound && !strings.Contains(string(other), string(folded)) {
			continue
		}
		distance := editDistance(folded, other)
		if distance > bound {
			// `price` is a fair guess for `net_price` and the reverse, though many edits apart.
			if len(folded) < 3 || len(other) < 3 ||
				!strings.Contains(string(other), string(folded)) && !strings.Contains(string(folded), string(other)) {
				continue
			}
			distance = bound + 1
		}
		near = append(near, scored{candidate, distance})
	}
	slices.SortStableFunc(near, func(a, b scored) int { return a.distance - b.distance })
	var words []string
	for _, s := range near {
		if len(words) == n {
			break
		}
		if !slices.Contains(words, s.text) {
			words = append(words, s.text)
		}
	}
	return words
}

// Alternatives is the end of a message about an unknown word: the nearest candidates, or all of a short list, or nothing.
func Alternatives(word string, candidates []string) string {
	if near := Nearest(word, candidates, 3); len(near) > 0 {
		return "; did you mean " + joinOr(near) + "?"
	}
	if len(candidates) > 0 && len(candidates) <= 12 {
		return "; expected " + joinOr(candidates)
	}
	return ""
}

// DidYouMean is the end of a message about an unknown word that has named all candidates already: the nearest one, or nothing.
func DidYouMean(word string, candidates []string) string {
	near := Nearest(word, candidates, 1)
	if len(near) == 0 {
		return ""
	}
	return "; did you mean " + near[0] + "?"
}

func joinOr(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// fold keeps at most 64 characters: longer words are not misspellings of anything, and the distance is quadratic.
func fold(s string) []rune {
	var folded []rune
	for _, r := range s {
		if len(folded) == 64 {
			break
		}
		if r == '_' || r == '-' || r == '.' || unicode.IsSpace(r) {
			continue
		}
		folded = append(folded, unicode.ToLower(r))
	}
	return folded
}

// editDistance counts insertions, deletions, replacements and swaps of neighbours.
func editDistance(a, b []rune) int {
	before := make([]int, len(b)+1)
	last := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
