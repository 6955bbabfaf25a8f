package emulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// mailTime is the layout of every V2 date: RFC 2822, in UTC.
const mailTime = "Mon, 02 Jan 2006 15:04:05 +0000"

const (
	textZeroMoney = `"0.0000"`
	textOneRate   = `"1.0000000000"`
)

func textMail(t time.Time) string { return `"` + t.UTC().Format(mailTime) + `"` }

func textMoney(d decimal.Decimal) string { return `"` + d.StringFixed(4) + `"` }

// money reads a money string or number of a row; what is no number counts as zero.
func money(text string) decimal.Decimal {
	d, _ := parseDecimal(strings.Trim(text, `"`))
	return d
}

// acceptMoney takes a decimal as a string or a number.
func (f *field) acceptMoney(v any, p *problems) (string, bool) {
	s, ok := numberText(v)
	if !ok {
		p.add(&p.typed, f.name, f.name+" must be a decimal string")
		return "", false
	}
	d, ok := parseDecimal(s)
	if !ok {
		p.add(&p.invalid, f.name, f.name+" must be a number")
		return "", false
	}
	if d.LessThan(decimalInt(f.min)) || f.max > 0 && d.GreaterThan(decimalInt(f.max)) {
		p.add(&p.invalid, f.name, fmt.Sprintf("%s must be at least %d", f.name, f.min))
		return "", false
	}
	if f.kind == kindRate {
		return `"` + d.StringFixed(10) + `"`, true
	}
	return textMoney(d), true
}

// acceptMail takes a date as RFC 2822, or the empty string for none.
func (f *field) acceptMail(v any, p *problems) (string, bool) {
	s, ok := v.(string)
	if !ok {
		p.add(&p.typed, f.name, f.name+" must be a string")
		return "", false
	}
	if s == "" {
		return textEmpty, true
	}
	t, ok := parseMail(s)
	if !ok {
		p.add(&p.invalid, f.name, f.name+" must be a date as RFC 2822")
		return "", false
	}
	return textMail(t), true
}

// parseMail reads a date as RFC 2822; the weekday and the seconds may be left out.
func parseMail(s string) (time.Time, bool) {
	if at := strings.LastIndexByte(s, ' '); at > 0 {
		switch s[at+1:] {
		case "GMT", "UT", "UTC", "Z":
			s = s[:at] + " +0000"
		}
	}
	for _, layout := range []string{
		"Mon, 2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04 -0700", "2 Jan 2006 15:04 -0700",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// parseEither reads the dates of V2 filters: RFC 2822 or ISO 8601.
func parseEither(s string) (time.Time, bool) {
	if t, ok := parseMail(s); ok {
		return t, true
	}
	return parseTime(s)
}

// number4 is an amount as a JSON number of at most four places.
func number4(d decimal.Decimal) json.Number { return json.Number(d.Round(4).String()) }
