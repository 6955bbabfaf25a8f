package sources

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// unescapeXLSX turns _xHHHH_ into the character: so a workbook writes those that XML forbids, and an underscore that would begin
// such a sequence by itself (_x005F_). Pairs of surrogates become one character; a lone one stays as written.
func unescapeXLSX(text string) string {
	at := strings.Index(text, "_x")
	if at < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for at >= 0 {
		b.WriteString(text[:at])
		text = text[at:]
		r, size := escapedRune(text)
		if size == 0 {
			b.WriteString("_x")
			text = text[2:]
		} else {
			b.WriteRune(r)
			text = text[size:]
		}
		at = strings.Index(text, "_x")
	}
	b.WriteString(text)
	return b.String()
}

// escapedRune reads one escape, or two that are a surrogate pair, at the start of the text; size 0 says there is none.
func escapedRune(text string) (r rune, size int) {
	unit, ok := escapedUnit(text)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(unit) {
		return unit, 7
	}
	if low, ok := escapedUnit(text[7:]); ok {
		if r := utf16.DecodeRune(unit, low); r != utf8.RuneError {
			return r, 14
		}
	}
	return 0, 0
}

func escapedUnit(text string) (rune, bool) {
	if len(text) < 7 || text[:2] != "_x" || text[6] != '_' {
		return 0, false
	}
	unit, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(unit), err == nil
}

// richText reads the text of a shared string or an inline one up to the end of its element: the runs joined, the phonetic
// readings that East Asian sheets carry left out.
func richText(decoder *xml.Decoder, end string, buffer []byte) ([]byte, error) {
	inText, phonetic := false, 0
	for {
		token, err := decoder.RawToken()
		if err != nil {
			return buffer, noEOF(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "t":
				inText = true
			case "rPh":
				phonetic++
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				inText = false
			case "rPh":
				phonetic--
			case end:
				return buffer, nil
			}
		case xml.CharData:
			if inText && phonetic == 0 {
				buffer = append(buffer, t...)
			}
		}
	}
}

// noEOF keeps an end of input inside an element from passing for a proper end.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
