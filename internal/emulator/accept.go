package emulator

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// accept gives the text that a written value is stored as.
func (f *field) accept(v any, p *problems) (string, bool) {
	if v == nil {
		if f.null {
			return textNull, true
		}
		p.add(&p.typed, f.name, "error.expected."+f.expected())
		return "", false
	}
	switch f.kind {
	case kindString:
		return f.acceptString(v, p)
	case kindInt, kindDecimal:
		return f.acceptNumber(v, p)
	case kindBool:
		if b, ok := v.(bool); ok {
			return textBool(b), true
		}
	case kindTime:
		if s, ok := v.(string); ok {
			if t, ok := parseTime(s); ok {
				return textTime(t), true
			}
			p.add(&p.invalid, f.name, f.name+" must be a valid date in ISO 8601")
			return "", false
		}
	case kindInts, kindStrings:
		return f.acceptList(v, p)
	case kindObject:
		if o, ok := v.(map[string]any); ok {
			return encode(o), true
		}
	case kindArray:
		if list, ok := v.([]any); ok {
			return encode(list), true
		}
	case kindMoney, kindRate:
		return f.acceptMoney(v, p)
	case kindMail:
		return f.acceptMail(v, p)
	}
	p.add(&p.typed, f.name, "error.expected."+f.expected())
	return "", false
}

func (f *field) expected() string {
	switch f.kind {
	case kindInt, kindDecimal:
		return "jsnumber"
	case kindBool:
		return "jsboolean"
	case kindInts, kindStrings, kindArray:
		return "jsarray"
	case kindObject:
		return "jsobject"
	default:
		return "jsstring"
	}
}

func (f *field) acceptString(v any, p *problems) (string, bool) {
	s, ok := v.(string)
	if !ok {
		p.add(&p.typed, f.name, "error.expected.jsstring")
		return "", false
	}
	if f.enum != nil && !slices.Contains(f.enum, s) {
		p.add(&p.invalid, f.name, f.name+" must be one of: "+strings.Join(f.enum, ", "))
		return "", false
	}
	if n := int64(utf8.RuneCountInString(s)); f.max > 0 && n > f.max || n < f.min {
		p.add(&p.invalid, f.name, fmt.Sprintf("%s must have a length between %d and %d", f.name, f.min, f.max))
		return "", false
	}
	return quote(s), true
}

// acceptNumber takes a number or, as guides send it, its text.
func (f *field) acceptNumber(v any, p *problems) (string, bool) {
	s, ok := numberText(v)
	if !ok {
		p.add(&p.typed, f.name, "error.expected.jsnumber")
		return "", false
	}
	d, ok := parseDecimal(s)
	if !ok {
		p.add(&p.invalid, f.name, f.name+" must be a number")
		return "", false
	}
	if f.kind == kindInt && !d.IsInteger() {
		p.add(&p.typed, f.name, "error.expected.int")
		return "", false
	}
	if f.kind == kindDecimal {
		d = d.Round(4)
	}
	low, high := decimalInt(f.min), decimalInt(f.max)
	if f.clamp && d.GreaterThan(high) {
		d = high
	}
	if d.LessThan(low) || f.max > 0 && d.GreaterThan(high) {
		p.add(&p.invalid, f.name, fmt.Sprintf("%s must be between %d and %d", f.name, f.min, f.max))
		return "", false
	}
	return d.String(), true
}

func numberText(v any) (string, bool) {
	switch n := v.(type) {
	case json.Number:
		return n.String(), true
	case string:
		return strings.TrimSpace(n), true
	case int:
		return strconv.Itoa(n), true
	case int64:
		return strconv.FormatInt(n, 10), true
	}
	return "", false
}

func (f *field) acceptList(v any, p *problems) (string, bool) {
	list, ok := v.([]any)
	if !ok {
		switch typed := v.(type) { // direct calls from Go
		case []int:
			for _, n := range typed {
				list = append(list, n)
			}
		case []string:
			for _, s := range typed {
				list = append(list, s)
			}
		default:
			p.add(&p.typed, f.name, "error.expected.jsarray")
			return "", false
		}
	}
	if f.max > 0 && int64(len(list)) > f.max {
		p.add(&p.invalid, f.name, fmt.Sprintf("%s must have at most %d items", f.name, f.max))
		return "", false
	}
	dst := []byte{'['}
	for i, item := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		if f.kind == kindStrings {
			s, ok := item.(string)
			if !ok {
				p.add(&p.typed, f.name, "error.expected.jsstring")
				return "", false
			}
			dst = appendQuoted(dst, s)
			continue
		}
		n, ok := wholeNumber(item)
		if !ok {
			p.add(&p.typed, f.name, "error.expected.jsnumber")
			return "", false
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	return string(append(dst, ']')), true
}

// wholeNumber reads an id or another integer of a decoded body.
func wholeNumber(v any) (int, bool) {
	switch n := v.(type) {
	case int:
		return n, true
	case json.Number:
		i, err := strconv.ParseInt(n.String(), 10, 64)
		if err == nil {
			return int(i), true
		}
		d, ok := parseDecimal(n.String())
		if !ok || !d.IsInteger() || d.Abs().GreaterThan(decimalInt(math.MaxInt32)) {
			return 0, false
		}
		return int(d.IntPart()), true
	}
	return 0, false
}

// parseTime reads the date forms that bodies and filters may carry; the date alone is midnight.
func parseTime(s string) (time.Time, bool) {
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly, time.RFC1123Z,
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
