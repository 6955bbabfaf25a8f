package record

import (
	"strings"

	"github.com/shopspring/decimal"
)

// Places says how many digits a number is written with behind its point: at least Least, and no more than Most, to which it is
// rounded half away from zero.
type Places struct{ Least, Most int32 }

// ParsePlaces reads a number's format: "0" has no digits behind the point, "0.00" two, and "0.00##" two to four, the last ones only
// where the number has them. ok is false for anything else.
func ParsePlaces(format string) (places Places, ok bool) {
	whole, behind, point := strings.Cut(format, ".")
	always := strings.TrimRight(behind, "#")
	if whole != "0" || point && behind == "" || strings.Trim(always, "0") != "" {
		return Places{}, false
	}
	return Places{Least: int32(len(always)), Most: int32(len(behind))}, true
}

// Text writes a number.
func (p Places) Text(number decimal.Decimal) string {
	text := number.StringFixed(p.Most)
	for spare := p.Most - p.Least; spare > 0 && strings.HasSuffix(text, "0"); spare-- {
		text = text[:len(text)-1]
	}
	return strings.TrimSuffix(text, ".")
}
