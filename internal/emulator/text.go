package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Every value of the store is kept as the JSON text that answers carry, so that a page is
// encoded by copying and a price never passes through a float.

const (
	textNull  = "null"
	textTrue  = "true"
	textFalse = "false"
	textEmpty = `""`
)

// wireTime is the layout of every V3 timestamp: whole seconds in UTC, written with an offset.
const wireTime = "2006-01-02T15:04:05+00:00"

func formatTime(t time.Time) string { return t.UTC().Format(wireTime) }

func textTime(t time.Time) string { return `"` + formatTime(t) + `"` }

func textInt(n int) string { return strconv.Itoa(n) }

func textBool(b bool) string {
	if b {
		return textTrue
	}
	return textFalse
}

// quote gives s as a JSON string.
func quote(s string) string {
	if s == "" {
		return textEmpty
	}
	return string(appendQuoted(make([]byte, 0, len(s)+2), s))
}

const hexDigits = "0123456789abcdef"

// appendQuoted appends s as a JSON string; invalid UTF-8 becomes U+FFFD.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(append(dst, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += n
			continue
		}
		if c >= 0x20 && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

// unquote gives the string behind a JSON text; null and absent are empty.
func unquote(text string) string {
	if len(text) < 2 || text[0] != '"' {
		return ""
	}
	if inner := text[1 : len(text)-1]; !strings.Contains(inner, `\`) {
		return inner
	}
	var s string
	if json.Unmarshal([]byte(text), &s) != nil {
		return ""
	}
	return s
}

// number gives the integer behind a JSON text; null and absent are 0.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

// maxNumberText bounds the text of a number, so that no exponent makes the store work hard.
const maxNumberText = 40

// parseDecimal reads a JSON number or its text.
func parseDecimal(s string) (decimal.Decimal, bool) {
	if s == "" || len(s) > maxNumberText {
		return decimal.Zero, false
	}
	d, err := decimal.NewFromString(s)
	if err != nil || d.Exponent() > 20 || d.Exponent() < -maxNumberText {
		return decimal.Zero, false
	}
	return d, true
}

// ints reads a JSON array of whole numbers that this package wrote.
func ints(text string) []int {
	text = strings.Trim(text, "[]")
	if text == "" || text == textNull {
		return nil
	}
	list := make([]int, 0, strings.Count(text, ",")+1)
	for part := range strings.SplitSeq(text, ",") {
		list = append(list, number(part))
	}
	return list
}

func textInts(list []int) string {
	dst := []byte{'['}
	for i, n := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	return string(append(dst, ']'))
}

// fold is the form in which names and SKUs are unique: letter case does not count.
func fold(s string) string { return strings.ToLower(s) }

// decode reads one JSON value with exact numbers and refuses anything after it.
func decode(body []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return v, nil
}

// encode writes a decoded value back; it keeps the numbers' own text.
func encode(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return textNull
	}
	return strings.TrimSuffix(b.String(), "\n")
}
