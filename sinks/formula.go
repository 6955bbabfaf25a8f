package sinks

import "strings"

// Policies for texts that a spreadsheet program would calculate when it opens a CSV file.
const (
	FormulasEscape = "escape" // a `'` goes before the text; the CSV source takes it off again
	FormulasRefuse = "refuse" // such a text is an error; a `'` that would be taken off is doubled all the same
	FormulasRaw    = "raw"    // texts are written as they are; the CSV source has to be told, or it makes =x of '=x
)

// looksLikeFormula tells a text that begins with = + - @ tab or carriage return and is no number.
func looksLikeFormula(text string) bool {
	return text != "" && beginsFormula(text[0]) && !isPlainNumber(text)
}

func beginsFormula(c byte) bool {
	switch c {
	case '=', '+', '-', '@', '\t', '\r':
		return true
	}
	return false
}

// escapeFormula puts a `'` before what looks like a formula, and also before one or several `'` that stand before a formula
// character, number or not. A reader that takes one `'` off wherever such a row of them stands before a formula character gets
// every text back as it was.
func escapeFormula(text string) string {
	if text == "" || text[0] != '\'' && !beginsFormula(text[0]) {
		return text
	}
	behind := strings.TrimLeft(text, "'")
	if behind == "" || !beginsFormula(behind[0]) || len(behind) == len(text) && isPlainNumber(text) {
		return text
	}
	return "'" + text
}

// isPlainNumber tells a sign, if any, then ASCII digits with at most one point or comma before, among or after them, then, if any,
// an exponent: -5, +3.2e1, -,5, -12,50. A telephone number with blanks is none, nor is -5% or -1.234,50.
func isPlainNumber(text string) bool {
	if text != "" && (text[0] == '+' || text[0] == '-') {
		text = text[1:]
	}
	whole := skipDigits(text)
	digits := len(text) - len(whole)
	if whole != "" && (whole[0] == '.' || whole[0] == ',') {
		fraction := whole[1:]
		whole = skipDigits(fraction)
		digits += len(fraction) - len(whole)
	}
	if digits == 0 {
		return false
	}
	if whole == "" {
		return true
	}
	if whole[0] != 'e' && whole[0] != 'E' {
		return false
	}
	exponent := whole[1:]
	if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
		exponent = exponent[1:]
	}
	return exponent != "" && skipDigits(exponent) == ""
}

func skipDigits(text string) string { return strings.TrimLeft(text, "0123456789") }
