package sources

import (
	"strconv"
	"strings"
)

// excelDigits is how many significant digits of a number a spreadsheet keeps and shows.
const excelDigits = 15

// digits is a number as decimal digits: 0.d1d2d3… × 10^point, without leading or trailing zeros; zero has none. It holds at most
// 15, so that the noise of binary fractions (0.30000000000000004) is rounded off once, where the number is read.
type digits struct {
	negative bool
	d        string
	point    int
}

func digitsOf(f float64) digits {
	var buffer [32]byte
	text := strconv.AppendFloat(buffer[:0], f, 'e', excelDigits-1, 64)
	var x digits
	if text[0] == '-' {
		x.negative, text = true, text[1:]
	}
	mantissa, exponent, _ := strings.Cut(string(text), "e")
	power, _ := strconv.Atoi(exponent) // AppendFloat writes an exponent of a few digits
	x.d = strings.TrimRight(mantissa[:1]+mantissa[2:], "0")
	if x.d == "" {
		return digits{}
	}
	x.point = power + 1
	return x
}

// plain writes the number without an exponent, and only the digits it needs.
func (x digits) plain() string {
	if x.d == "" {
		return "0"
	}
	sign := ""
	if x.negative {
		sign = "-"
	}
	switch {
	case x.point <= 0:
		return sign + "0." + strings.Repeat("0", -x.point) + x.d
	case x.point >= len(x.d):
		return sign + x.d + strings.Repeat("0", x.point-len(x.d))
	}
	return sign + x.d[:x.point] + "." + x.d[x.point:]
}

func (x digits) isZero() bool { return x.d == "" }

// isWhole tells whether there are no digits after the point.
func (x digits) isWhole() bool { return x.point >= len(x.d) }

// round keeps that many places after the point, half away from zero; exact is false when digits were lost.
func (x digits) round(places int) (rounded digits, exact bool) {
	keep := x.point + places
	if keep >= len(x.d) {
		return x, true
	}
	if keep < 0 {
		return digits{negative: x.negative}, false
	}
	up := x.d[keep] >= '5'
	kept := []byte(x.d[:keep])
	if up {
		i := keep - 1
		for ; i >= 0 && kept[i] == '9'; i-- {
			kept[i] = '0'
		}
		if i < 0 {
			kept = append([]byte{'1'}, kept...)
			x.point++
		} else {
			kept[i]++
		}
	}
	x.d = strings.TrimRight(string(kept), "0")
	if x.d == "" {
		x.point = 0
	}
	return x, false
}

// split gives the digits before and after the point, without leading zeros before and trailing ones after it.
func (x digits) split() (whole, fraction string) {
	switch {
	case x.d == "":
		return "", ""
	case x.point <= 0:
		return "", strings.Repeat("0", -x.point) + x.d
	case x.point >= len(x.d):
		return x.d + strings.Repeat("0", x.point-len(x.d)), ""
	}
	return x.d[:x.point], x.d[x.point:]
}

// losesDigits tells whether the stored text says more than 15 digits can: a whole number of 16 digits or more, or a fraction
// that is another number once it is rounded. The seventeen digits that spreadsheet programs write for 1.16 are no such case.
func (x digits) losesDigits(stored string, f float64) bool {
	if x.isWhole() && x.point > excelDigits {
		return true
	}
	mantissa, _, _ := strings.Cut(strings.ToLower(strings.TrimLeft(stored, "+-")), "e")
	mantissa = strings.TrimLeft(strings.Replace(mantissa, ".", "", 1), "0")
	if len(mantissa) <= excelDigits {
		return false
	}
	back, err := strconv.ParseFloat(x.plain(), 64)
	return err != nil || back != f
}
