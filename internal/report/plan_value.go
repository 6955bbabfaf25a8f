package report

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"bcetl/internal/record"
)

// visible makes a text one line in which nothing is hidden and nothing steers a terminal: a line break is ⏎, other control
// characters, and those that show as nothing or turn the direction of writing, are their escapes. The joiner of emoji is left.
func visible(text string) string {
	if !strings.ContainsFunc(text, hiddenRune) && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r == '\n':
			b.WriteString("⏎")
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case !hiddenRune(r):
			b.WriteString(text[i : i+size])
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += size
	}
	return b.String()
}

func hiddenRune(r rune) bool {
	const joiner, nonJoiner = '\u200d', '\u200c'
	switch {
	case r >= ' ' && r < 0x7f:
		return false
	case r == joiner, r == nonJoiner:
		return false
	}
	return unicode.Is(unicode.C, r) || unicode.Is(unicode.Z, r)
}

// shown is a value in words: a text as it is, but quoted where it could be taken for something else. Unset, null, empty and zero
// are four different things.
func shown(v record.Value) string {
	if v.Kind() == record.Text {
		return shownText(v.String())
	}
	return shownInner(v)
}

func shownText(text string) string {
	seen := visible(text)
	switch {
	case text == "", strings.HasPrefix(seen, " "), strings.HasSuffix(seen, " "), seen == "(none)", seen == "(unset)", seen == "(empty list)":
		return `"` + seen + `"`
	}
	return seen
}

// shownInner is a value that is no text of its own: an element of a list or a field of a tree.
func shownInner(v record.Value) string {
	switch v.Kind() {
	case record.Missing:
		return "(unset)"
	case record.Null:
		return "(none)"
	case record.List:
		if len(v.List()) == 0 {
			return "(empty list)"
		}
		return strings.Join(shownList(v), "")
	case record.Objects:
		fields := make([]string, 0, v.Object().Len())
		for _, f := range v.Object().Fields() {
			value := shown(f.Value)
			if f.Value.Kind() == record.List {
				value = "[" + value + "]"
			}
			fields = append(fields, visible(f.Name)+": "+value)
		}
		return "{" + strings.Join(fields, ", ") + "}"
	case record.Reference:
		ref, _ := v.Ref()
		words := visible(ref.Kind + " " + ref.Key)
		if ref.Create {
			return "new " + words
		}
		return words
	default:
		return visible(v.String())
	}
}

// shownList are the elements of a list as the pieces of a line, commas between them.
func shownList(v record.Value) []string {
	pieces := make([]string, 0, 2*len(v.List()))
	for i, element := range v.List() {
		if i > 0 {
			pieces = append(pieces, ", ")
		}
		pieces = append(pieces, shown(element))
	}
	return pieces
}

// shownPair shows both sides of a change. Where they would look alike, a text 10 and a number 10, texts are quoted.
func shownPair(before, after record.Value) (string, string) {
	from, to := shown(before), shown(after)
	if from != to {
		return from, to
	}
	quoted := func(v record.Value, text string) string {
		if v.Kind() == record.Text && !strings.HasPrefix(text, `"`) {
			return `"` + text + `"`
		}
		return text
	}
	return quoted(before, from), quoted(after, to)
}

// priceMove is "+25%" for a price that moves from a value other than 0, else "".
func priceMove(f PlanField) string {
	name := f.Field
	if f.Before.Kind() != record.Number || f.After.Kind() != record.Number || !strings.Contains(name, "price") && !strings.Contains(name, "cost") {
		return ""
	}
	from, err := f.Before.Decimal()
	if err != nil || from.IsZero() {
		return ""
	}
	to, err := f.After.Decimal()
	if err != nil || to.Equal(from) {
		return ""
	}
	percent := to.Sub(from).Mul(decimal.NewFromInt(100)).DivRound(from.Abs(), 1)
	sign := "+"
	if to.LessThan(from) {
		sign = ""
	}
	return sign + percent.String() + "%"
}

// leaves puts the fields of a tree that differ in the tree's place: custom_url.url instead of custom_url as a whole.
func leaves(fields []PlanField) []PlanField {
	var out []PlanField
	for _, f := range fields {
		if parts := parts(f); len(parts) > 0 {
			out = append(out, leaves(parts)...)
		} else {
			out = append(out, f)
		}
	}
	return out
}

// parts are the fields that differ between two trees, none unless both sides are trees.
func parts(f PlanField) []PlanField {
	if f.Before.Kind() != record.Objects || f.After.Kind() != record.Objects {
		return nil
	}
	var out []PlanField
	add := func(name string) {
		part := PlanField{Field: f.Field + "." + name, Before: f.Before.Object().Get(name), After: f.After.Object().Get(name)}
		if part.Before.Kind() != part.After.Kind() || !bytes.Equal(part.Before.AppendJSON(nil), part.After.AppendJSON(nil)) {
			out = append(out, part)
		}
	}
	for _, field := range f.After.Object().Fields() {
		add(field.Name)
	}
	for _, field := range f.Before.Object().Fields() {
		if f.After.Object().Get(field.Name).IsMissing() {
			add(field.Name)
		}
	}
	return out
}
