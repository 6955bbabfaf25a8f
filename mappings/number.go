package mappings

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"

	"bcetl/internal/record"
)

// maxExponent bounds numbers written with an exponent: 1e9999999 would be ten megabytes of digits.
const maxExponent = 40

// maxDigits bounds the length of a number: beyond it arithmetic would cost more than any price, weight or id is worth.
const maxDigits = 64

// plainDigits gives the digits of a number written plainly: an optional sign, digits, at most one dot with digits after it. The
// result is a JSON number without redundant zeros in front and keeps the places behind the dot.
func plainDigits(text string) (digits string, ok bool) {
	if len(text) > maxDigits {
		return "", false
	}
	body, negative := text, false
	if body != "" && (body[0] == '-' || body[0] == '+') {
		negative = body[0] == '-'
		body = body[1:]
	}
	dot := -1
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c >= '0' && c <= '9':
		case c == '.' && dot < 0:
			dot = i
		default:
			return "", false
		}
	}
	if body == "" || dot == len(body)-1 {
		return "", false
	}
	whole := body
	if dot >= 0 {
		whole = body[:dot]
	}
	lead := 0
	for lead < len(whole)-1 && whole[lead] == '0' {
		lead++
	}
	body = body[lead:]
	if dot == 0 {
		body = "0" + body
	}
	switch {
	case negative && strings.Trim(body, "0.") != "":
		if text[0] == '-' && len(body) == len(text)-1 {
			return text, true
		}
		return "-" + body, true
	default:
		return body, true
	}
}

// storedDigits reads the number that a spreadsheet stored, which may be written with an exponent.
func storedDigits(raw string) (string, bool) {
	if digits, ok := plainDigits(raw); ok {
		return digits, true
	}
	mantissa, exponent, found := strings.Cut(strings.ToUpper(raw), "E")
	if !found || len(exponent) > 4 {
		return "", false
	}
	if _, ok := plainDigits(mantissa); !ok {
		return "", false
	}
	d, err := decimal.NewFromString(raw)
	if err != nil || d.Exponent() > maxExponent || d.Exponent() < -maxExponent-20 {
		return "", false
	}
	return d.String(), true
}

// numberLayout says how numbers are written, learnt from an example such as "1.234,56 €".
type numberLayout struct {
	example string
	point   rune   // 0: whole numbers
	group   rune   // 0: none; ' ' stands for every kind of space
	words   string // letters around the example's number; currency signs and three-letter codes are always taken
}

// parseNumberLayout learns from an example. The last of "." and "," that stands once is the decimal mark, the other groups
// thousands; a single mark with exactly three digits after it ("1,234") groups thousands, with another count it is the decimal
// mark. Spaces between digits, apostrophes and underscores group.
func parseNumberLayout(example string) (*numberLayout, error) {
	l := &numberLayout{example: example}
	body, words, _, ok := stripAround(example)
	if !ok || strings.Trim(body, "0123456789.,'’_ \u00a0\u202f\u2009") != "" {
		return nil, fmt.Errorf("%q is not a number by example such as \"1.234,56 €\"", example)
	}
	l.words = words
	var marks []rune
	for _, c := range body {
		if c = plainMark(c); c < '0' || c > '9' {
			marks = append(marks, c)
		}
	}
	if len(marks) == 0 {
		return l, nil
	}
	last := marks[len(marks)-1]
	isPoint := last == '.' || last == ','
	for _, c := range marks[:len(marks)-1] {
		if c == last {
			isPoint = false
		}
	}
	if isPoint && len(marks) == 1 {
		after := body[strings.LastIndexAny(body, ".,")+1:]
		isPoint = len(after) != 3
	}
	if isPoint {
		l.point = last
		marks = marks[:len(marks)-1]
	}
	for _, c := range marks {
		if l.group != 0 && l.group != c || c == l.point {
			return nil, fmt.Errorf("%q has more than one mark that groups thousands", example)
		}
		l.group = c
	}
	if _, ok := l.parse(example); !ok {
		return nil, fmt.Errorf("%q does not group its digits by thousands", example)
	}
	return l, nil
}

// parse reads a number in the layout. The decimals are optional, the grouping too, but where groups are written they must be of
// three digits: "1.5" is not 15 in the layout "1.234,56".
func (l *numberLayout) parse(text string) (digits string, ok bool) {
	body, words, negative, ok := stripAround(text)
	if !ok || words != "" && !isCurrencyCode(words) && !strings.EqualFold(words, l.words) {
		return "", false
	}
	var b strings.Builder
	b.Grow(len(body) + 1)
	if negative {
		b.WriteByte('-')
	}
	count, since, grouped, pointed := 0, 0, false, false
	for _, c := range body {
		c = plainMark(c)
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
			count++
			since++
		case c == l.point && l.point != 0 && !pointed:
			if grouped && since != 3 {
				return "", false
			}
			pointed = true
			b.WriteByte('.')
			since = 0
		case c == l.group && l.group != 0 && !pointed:
			if grouped && since != 3 || !grouped && (count == 0 || count > 3) {
				return "", false
			}
			grouped = true
			since = 0
		default:
			return "", false
		}
	}
	if count == 0 || pointed && since == 0 || !pointed && grouped && since != 3 {
		return "", false
	}
	return plainDigits(b.String())
}

// stripAround takes sign, currency and spaces off a number: "€ -1,50", "(1.50)" and "1.50-" are negative. words are the letters
// around it, "EUR" or "kr"; ok is false for anything else around it.
func stripAround(text string) (body, words string, negative, ok bool) {
	first, last := strings.IndexAny(text, "0123456789"), strings.LastIndexAny(text, "0123456789")
	if first < 0 {
		return "", "", false, false
	}
	if first > 0 && (text[first-1] == '.' || text[first-1] == ',') {
		first--
	}
	before, after := text[:first], text[last+1:]
	signs := 0
	var b strings.Builder
	for _, c := range before + after {
		switch {
		case unicode.IsSpace(c) || unicode.Is(unicode.Sc, c):
		case c == '-' || c == '−' || c == '+':
			signs++
			negative = c != '+'
		case c == '(' || c == ')':
		case unicode.IsLetter(c) || c == '.':
			b.WriteRune(c)
		default:
			return "", "", false, false
		}
	}
	if open := strings.Count(before, "("); open > 0 || strings.ContainsAny(before+after, "()") {
		if open != 1 || strings.Count(after, ")") != 1 || strings.Count(before+after, "(") != 1 || strings.Count(before+after, ")") != 1 {
			return "", "", false, false
		}
		signs++
		negative = true
	}
	return text[first : last+1], b.String(), negative, signs <= 1
}

// isCurrencyCode tells "EUR" from other words.
func isCurrencyCode(words string) bool {
	return len(words) == 3 && strings.Trim(words, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// plainMark maps the kinds of spaces and apostrophes that group digits to one of each.
func plainMark(c rune) rune {
	switch c {
	case '\u00a0', '\u202f', '\u2009':
		return ' '
	case '’':
		return '\''
	}
	return c
}

// readNumber gives the digits of a cell or text.
func readNumber(text string, cell *record.Cell, layout *numberLayout) (string, *record.Problem) {
	if cell != nil && cell.Kind == record.CellNumber && cell.Raw != "" {
		if digits, ok := storedDigits(cell.Raw); ok {
			return digits, nil
		}
	}
	text = strings.TrimSpace(text)
	if layout != nil {
		if digits, ok := layout.parse(text); ok {
			return digits, nil
		}
		return "", problem(CodeBadNumber, "%s is not a number written like %q", quote(text), layout.example)
	}
	if digits, ok := plainDigits(text); ok {
		return digits, nil
	}
	p := problem(CodeBadNumber, "%s is not a plain number such as 1234.50", quote(text))
	if examples := suggestLayouts(text); len(examples) > 0 {
		p.Message += "; say how numbers are written with layout: " + strings.Join(examples, " or ")
	}
	return "", p
}

// suggestedLayouts are the examples that a message proposes.
var suggestedLayouts = []string{"1,234.56", "1.234,56", "1 234,56", "1 234.56", "1'234.56"}

// suggestLayouts gives an example, quoted as a job writes it, in whose layout the text is a number: two where they make different
// numbers of it, as of 1,234, and only a person knows; none where no layout helps, as with a text without digits. Words around a
// number are a unit only if they are short and stand together.
func suggestLayouts(text string) []string {
	_, words, _, ok := stripAround(text)
	if !ok || len(words) > 6 || !strings.Contains(text, words) {
		return nil
	}
	var found []string
	var first string
	for _, example := range suggestedLayouts {
		if words != "" && !isCurrencyCode(words) {
			example += " " + words
		}
		if layout, err := parseNumberLayout(example); err == nil {
			digits, fits := layout.parse(text)
			switch {
			case !fits || digits == first:
			case len(found) == 0:
				first, found = digits, []string{strconv.Quote(example)}
			default:
				return append(found, strconv.Quote(example))
			}
		}
	}
	return found
}

// wholeDigits tells whether the digits are a whole number, and gives it without its zeros behind the dot.
func wholeDigits(digits string) (string, bool) {
	whole, rest, _ := strings.Cut(digits, ".")
	return whole, strings.Trim(rest, "0") == ""
}
