package sources

import "fmt"

// Policies for a `'` before a character with which a formula begins.
const (
	FormulasEscape = "escape" // one is taken off: the CSV sink wrote it, or a person who wanted the text to be shown
	FormulasRaw    = "raw"    // it is part of the text
)

func checkFormulas(policy string) error {
	switch policy {
	case "", FormulasEscape, FormulasRaw:
		return nil
	}
	return fmt.Errorf("formulas is escape or raw, not %q", policy)
}

// unescapeFormula takes off one `'` where it, or several of them, stand before a character with which a formula begins: what the
// CSV sink put there so that a spreadsheet program shows the text and does not calculate it, and what people put there for the
// same reason. Any other text, `'tis` for example, is left alone.
func unescapeFormula(text string) (plain string, escaped bool) {
	if text == "" || text[0] != '\'' {
		return text, false
	}
	i := 1
	for i < len(text) && text[i] == '\'' {
		i++
	}
	if i == len(text) {
		return text, false
	}
	switch text[i] {
	case '=', '+', '-', '@', '\t', '\r':
		return text[1:], true
	}
	return text, false
}
