package dialects

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Line is one product of an order as a cell of Product Details packs it. A part that is not written is the empty text.
type Line struct {
	ID, Quantity, SKU, Name, Weight, Variation, UnitPrice, TotalPrice string
}

// lineLabels are the parts of a line in the panel's order. Exports of other templates leave some out, write them in another order, and
// have more of them.
var lineLabels = []struct {
	name string
	part func(*Line) *string // nil of one that says nothing about what was bought
}{
	{"Product ID", func(l *Line) *string { return &l.ID }},
	{"Product Qty", func(l *Line) *string { return &l.Quantity }},
	{"Product SKU", func(l *Line) *string { return &l.SKU }},
	{"Product Name", func(l *Line) *string { return &l.Name }},
	{"Product Weight", func(l *Line) *string { return &l.Weight }},
	{"Product Variation Details", func(l *Line) *string { return &l.Variation }},
	{"Product Unit Price", func(l *Line) *string { return &l.UnitPrice }},
	{"Product Total Price", func(l *Line) *string { return &l.TotalPrice }},
	{"Product Unit Cost", nil},
	{"Product Total Cost", nil},
	{"Product Index", nil},
	{"Peachtree General Ledger Account", nil},
	{"Peachtree Tax Type", nil},
}

var (
	// A name may hold bars, so a line begins only where its first label follows one.
	lineBegins = regexp.MustCompile(`\|\s*Product ID:`)
	// A label stands at the beginning or behind a comma: a name may hold commas and colons.
	labelBegins = regexp.MustCompile(`(?:^|,)\s*(` + labelPattern() + `):`)
)

func labelPattern() string {
	var names []string
	for _, label := range lineLabels {
		names = append(names, regexp.QuoteMeta(label.name))
	}
	return strings.Join(names, "|")
}

// ProductDetails takes a cell of Product Details apart. Names may hold commas, bars and line breaks; what could be read in two ways,
// such as a name that holds another label, is an error. An empty cell has no lines.
func ProductDetails(cell string) ([]Line, error) {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return nil, nil
	}
	var lines []Line
	for number, text := range linesOf(cell) {
		line, err := lineOf(text)
		if err != nil {
			return nil, fmt.Errorf("line %d of Product Details: %w", number+1, err)
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func linesOf(cell string) []string {
	var texts []string
	from := 0
	for _, begin := range lineBegins.FindAllStringIndex(cell, -1) {
		texts = append(texts, cell[from:begin[0]])
		from = begin[0] + 1
	}
	return append(texts, cell[from:])
}

func lineOf(text string) (Line, error) {
	text = strings.TrimSpace(text)
	var line Line
	var seen []string
	labels := labelBegins.FindAllStringSubmatchIndex(text, -1)
	if len(labels) == 0 || labels[0][0] != 0 {
		return Line{}, fmt.Errorf("expected `Product ID: …, Product Qty: …`, found %q", shortened(text))
	}
	for i, at := range labels {
		name, end := text[at[2]:at[3]], len(text)
		if i+1 < len(labels) {
			end = labels[i+1][0]
		}
		if slices.Contains(seen, name) {
			return Line{}, fmt.Errorf("%s stands there twice, so it cannot be told where a value ends", name)
		}
		seen = append(seen, name)
		for _, label := range lineLabels {
			if label.name == name && label.part != nil {
				*label.part(&line) = strings.TrimSpace(text[at[1]:end])
			}
		}
	}
	return line, nil
}

func shortened(text string) string {
	letters := []rune(text)
	if len(letters) <= 40 {
		return text
	}
	return string(letters[:40]) + "…"
}
