package sinks

import (
	"unicode/utf16"
	"unicode/utf8"
)

// Excel's own limits.
const (
	maxCellUnits    = 32767 // UTF-16 units of one cell
	maxSheetRows    = 1 << 20
	maxSheetColumns = 1 << 14
	maxSheetName    = 31
)

// cellUnits is the length of a text as Excel counts it.
func cellUnits(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// appendXMLText appends the text as XML character data. What XML forbids is written _xHHHH_, as spreadsheet programs do, and so is
// the underscore of a text that looks like such a sequence by itself. A carriage return is too: XML readers turn a bare one into
// a line feed. Invalid UTF-8 becomes U+FFFD.
func appendXMLText(b []byte, text string) []byte {
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != '&' && c != '<' && c != '>' && c != '_' || c == '\t' || c == '\n' {
			i++
			continue
		}
		size, escape := 1, ""
		switch {
		case c == '&':
			escape = "&amp;"
		case c == '<':
			escape = "&lt;"
		case c == '>':
			escape = "&gt;"
		case c == '_':
			if looksEscaped(text[i:]) {
				escape = "_x005F_"
			}
		case c < 0x20:
			escape = controlEscapes[c]
		default:
			var r rune
			r, size = utf8.DecodeRuneInString(text[i:])
			switch {
			case r == utf8.RuneError && size == 1:
				escape = "\uFFFD"
			case r == 0xFFFE:
				escape = "_xFFFE_"
			case r == 0xFFFF:
				escape = "_xFFFF_"
			}
		}
		if escape != "" {
			b = append(append(b, text[start:i]...), escape...)
			start = i + size
		}
		i += size
	}
	return append(b, text[start:]...)
}

var controlEscapes = func() (escapes [0x20]string) {
	const hex = "0123456789ABCDEF"
	for c := range escapes {
		escapes[c] = "_x00" + string([]byte{hex[c>>4], hex[c&15]}) + "_"
	}
	return escapes
}()

// looksEscaped tells whether the text begins with _xHHHH_.
func looksEscaped(text string) bool {
	if len(text) < 7 || text[1] != 'x' || text[6] != '_' {
		return false
	}
	for _, c := range []byte(text[2:6]) {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return true
}

// needsSpace tells whether XML readers might trim the text.
func needsSpace(text string) bool {
	return text != "" && (text[0] <= ' ' || text[len(text)-1] <= ' ')
}
