package report

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"bcetl/internal/record"
)

// edit is a piece of a difference.
type edit struct {
	kind byte // ' ' on both sides, '-' before, '+' after
	text string
}

const (
	// mostEdits bounds the work of a difference: texts that are further apart than this many words are shown as replaced.
	mostEdits = 200
	// contextWidth is how many columns of what stays are shown on either side of what changes.
	contextWidth = 20
	// editWidth is how many columns of one piece that comes or goes are shown.
	editWidth = 60
)

// differenceOf is the difference of two long texts or lists in one line, "fresh [-green-]{+black+} tea", with … for what stays;
// nil when they have nothing in common or are no texts and no lists.
func differenceOf(f PlanField) spans {
	var before, after []string
	switch {
	case f.Before.Kind() == record.Text && f.After.Kind() == record.Text:
		before, after = wordsOf(f.Before.String()), wordsOf(f.After.String())
	case f.Before.Kind() == record.List && f.After.Kind() == record.List:
		before, after = shownList(f.Before), shownList(f.After)
	default:
		return nil
	}
	edits := joinEdits(difference(before, after))
	if !slices.ContainsFunc(edits, func(e edit) bool { return e.kind == ' ' && strings.ContainsFunc(e.text, wordRune) }) {
		return nil
	}
	var line spans
	for i, e := range edits {
		switch text := visible(e.text); e.kind {
		case ' ':
			line = append(line, span{"", shortened(text, i > 0, i < len(edits)-1)})
		case '-':
			line = append(line, span{red, "[-" + middleCut(text, editWidth) + "-]"})
		case '+':
			line = append(line, span{green, "{+" + middleCut(text, editWidth) + "+}"})
		}
	}
	return line
}

// shortened is what stays: only what stands next to a change before or behind it, cut at a word where there is one near.
func shortened(text string, before, behind bool) string {
	keep := 3 // what would be won must be more than what … takes
	if before {
		keep += contextWidth
	}
	if behind {
		keep += contextWidth
	}
	if uniseg.StringWidth(text) <= keep {
		return text
	}
	short := "…"
	if before {
		head := headOf(text, contextWidth)
		if i := strings.LastIndexByte(head, ' '); i > len(head)/2 {
			head = head[:i+1]
		}
		short = head + short
	}
	if behind {
		tail := tailOf(text, contextWidth)
		if i := strings.IndexByte(tail, ' '); i >= 0 && i < len(tail)/2 {
			tail = tail[i:]
		}
		short += tail
	}
	return short
}

func middleCut(text string, width int) string {
	if uniseg.StringWidth(text) <= width {
		return text
	}
	tail := width / 4
	return headOf(text, width-tail-1) + "…" + tailOf(text, tail)
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// wordsOf takes a text apart into words, runs of blanks, HTML tags and single characters; joined they are the text.
func wordsOf(text string) []string {
	var out []string
	for text != "" {
		n := wordEnd(text)
		out = append(out, text[:n])
		text = text[n:]
	}
	return out
}

func wordEnd(text string) int {
	first, size := utf8.DecodeRuneInString(text)
	end := func(in func(rune) bool) int {
		if i := strings.IndexFunc(text[size:], func(r rune) bool { return !in(r) }); i >= 0 {
			return size + i
		}
		return len(text)
	}
	switch {
	case wordRune(first):
		return end(func(r rune) bool { return wordRune(r) || unicode.IsMark(r) })
	case unicode.IsSpace(first):
		return end(unicode.IsSpace)
	case first == '<':
		const longestTag = 200
		if i := strings.IndexAny(text[1:], "<>"); i >= 0 && i < longestTag && text[1+i] == '>' {
			return i + 2
		}
	}
	return len(firstCluster(text))
}
