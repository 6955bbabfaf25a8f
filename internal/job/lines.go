package job

import (
	"strings"
	"unicode/utf8"
)

// sourceLines splits a file where YAML does (LF, CRLF, CR, NEL, LS, PS), so that line numbers agree with the
// parser's; a byte order mark is not a character of the first line. Lines are without their ends.
func sourceLines(source []byte) []string {
	text := strings.TrimPrefix(string(source), "\ufeff")
	var lines []string
	start := 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch r {
		case '\r':
			lines = append(lines, text[start:i])
			if i+1 < len(text) && text[i+1] == '\n' {
				size = 2
			}
			start = i + size
		case '\n', '\u0085', '\u2028', '\u2029':
			lines = append(lines, text[start:i])
			start = i + size
		}
		i += size
	}
	if start < len(text) || len(lines) == 0 {
		lines = append(lines, text[start:])
	}
	return lines
}

// fromColumn is the rest of a line from a column, which counts characters from 1.
func fromColumn(line string, column int) string {
	for i := range line {
		if column <= 1 {
			return line[i:]
		}
		column--
	}
	return ""
}

func runes(s string) int { return utf8.RuneCountInString(s) }

// clamp moves a place into the file: the parser places some tokens just behind the last line.
func clamp(lines []string, at Pos) Pos {
	if at.Line < 1 {
		at.Line = 1
	}
	if at.Line > len(lines) {
		at.Line = len(lines)
		at.Column = runes(lines[at.Line-1]) + 1
	}
	at.Column = max(1, min(at.Column, runes(lines[at.Line-1])+1))
	return at
}

// extent is the number of characters that a scalar written at a place takes on its first line.
func extent(lines []string, at Pos, text string, quoted bool) int {
	if at.Line < 1 || at.Line > len(lines) {
		return 1
	}
	rest := fromColumn(lines[at.Line-1], at.Column)
	if rest == "" {
		return 1
	}
	if !quoted {
		first, _, _ := strings.Cut(text, "\n")
		if strings.HasPrefix(rest, first) {
			return max(1, runes(first))
		}
		return 1
	}
	switch quote := rest[0]; quote {
	case '"', '\'':
		if end := closingQuote(rest, 1, quote); end >= 0 {
			return runes(rest[:end+1])
		}
		return runes(strings.TrimRight(rest, " \t"))
	}
	return 1
}

// closingQuote is the index of the quote that ends text begun before start, or -1 when it is not on this line.
func closingQuote(s string, start int, quote byte) int {
	for i := start; i < len(s); i++ {
		switch {
		case quote == '"' && s[i] == '\\':
			i++
		case s[i] == quote && quote == '\'' && i+1 < len(s) && s[i+1] == '\'':
			i++
		case s[i] == quote:
			return i
		}
	}
	return -1
}
