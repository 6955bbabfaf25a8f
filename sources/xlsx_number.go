package sources

import (
	"math"
	"strconv"
	"strings"
)

// numberShape is what a number section asks of a number's digits.
type numberShape struct {
	places    int  // digit placeholders after the point
	thousands bool // groups of three
	scale     int  // thousands to divide by
	percent   int  // times to multiply by a hundred
	wholes    int  // digit placeholders before the point
	exponent  bool
	fraction  bool
	digits    bool // there is any placeholder at all
}

// numberShapeOf reads the shape and blanks the commas, which are instructions and not text, as those of groups and scale.
func numberShapeOf(parts []formatPart) numberShape {
	var shape numberShape
	afterPoint, commas := false, 0
	for i := range parts {
		part := &parts[i]
		switch part.kind {
		case partPoint:
			afterPoint = true
			shape.scale += commas
			commas = 0
		case partDigit:
			if part.text == "," {
				if shape.digits && !shape.exponent {
					commas++
				}
				part.kind, part.text = partLiteral, ""
				continue
			}
			if commas > 0 && !afterPoint {
				shape.thousands = true
			}
			commas = 0
			shape.digits = true
			switch {
			case shape.exponent:
			case afterPoint:
				shape.places++
			default:
				shape.wholes++
			}
		case partExponent:
			shape.exponent = true
		case partSlash:
			shape.fraction = shape.fraction || shape.digits
		case partLiteral:
			shape.percent += strings.Count(part.text, "%")
		}
	}
	shape.scale += commas
	return shape
}

// show writes the number; exact is false where the text says less than the number.
func (s *formatSection) show(x digits, minus bool) (text string, exact bool) {
	switch {
	case !s.number.digits:
		return s.showPlain(x, minus)
	case s.number.fraction:
		return s.showFraction(x, minus), false
	case s.number.exponent:
		return s.showExponent(x, minus)
	}
	if !x.isZero() {
		x.point += 2*s.number.percent - 3*s.number.scale
	}
	x, exact = x.round(s.number.places)
	whole, fraction := x.split()
	return signed(s.fill(whole, fraction, ""), minus), exact
}

func signed(text string, minus bool) string {
	if minus {
		return "-" + strings.TrimSpace(text)
	}
	return strings.TrimSpace(text)
}

// showPlain is for sections without placeholders: General, text alone, or nothing, which hides the number.
func (s *formatSection) showPlain(x digits, minus bool) (string, bool) {
	var b strings.Builder
	shown := false
	for _, part := range s.parts {
		switch part.kind {
		case partGeneral, partText:
			x.negative = false
			b.WriteString(x.plain())
			shown = true
		case partLiteral, partPoint, partSlash:
			b.WriteString(part.text)
		}
	}
	return signed(b.String(), minus && shown), shown
}

// fill puts the digits into the placeholders. More digits before the point than placeholders all go to the first one.
func (s *formatSection) fill(whole, fraction, exponent string) string {
	var b strings.Builder
	left, place := s.number.wholes, 0
	shown, afterPoint, inExponent := 0, false, false
	total := max(len(whole), s.zeros())
	for _, part := range s.parts {
		switch {
		case part.kind == partPoint:
			if !afterPoint && s.number.wholes == 0 {
				b.WriteString(whole)
			}
			afterPoint = true
			b.WriteByte('.')
		case part.kind == partExponent:
			inExponent = true
			b.WriteString(exponent)
		case part.kind != partDigit:
			b.WriteString(part.text)
		case inExponent: // the exponent is written whole
		case afterPoint:
			if place < len(fraction) {
				b.WriteByte(fraction[place])
			} else if part.text == "0" {
				b.WriteByte('0')
			}
			place++
		default:
			from := left
			if shown == 0 && left == s.number.wholes {
				from = max(left, total)
			}
			left--
			for at := from; at > left; at-- { // at counts places from the point
				digit := byte(0)
				switch {
				case at <= len(whole):
					digit = whole[len(whole)-at]
				case part.text == "0" || shown > 0:
					digit = '0'
				}
				if digit == 0 {
					continue
				}
				b.WriteByte(digit)
				shown++
				if s.number.thousands && at > 1 && (at-1)%3 == 0 {
					b.WriteByte(',')
				}
			}
		}
	}
	return b.String()
}

// zeros is how many digits stand before the point at least.
func (s *formatSection) zeros() int {
	n, left := 0, s.number.wholes
	for _, part := range s.parts {
		if part.kind == partPoint || part.kind == partExponent {
			break
		}
		if part.kind == partDigit {
			if part.text == "0" {
				n = max(n, left)
			}
			left--
		}
	}
	return n
}

// showExponent is scientific notation; with several placeholders before the point the exponent is a multiple of their number.
func (s *formatSection) showExponent(x digits, minus bool) (string, bool) {
	step := max(1, s.number.wholes)
	power := 0
	exact := true
	if !x.isZero() {
		power = int(math.Floor(float64(x.point-1)/float64(step))) * step
		x.point -= power
		before := x.point
		x, exact = x.round(s.number.places)
		if x.point > before && x.point > step { // 9.99 became 10.0
			x.point -= step
			power += step
		}
	}
	exponent, width := "E", 0
	after := false
	for _, part := range s.parts {
		if part.kind == partExponent {
			after = true
			switch {
			case power < 0:
				exponent += "-"
			case part.text[1] == '+':
				exponent += "+"
			}
		} else if after && part.kind == partDigit {
			width++
		}
	}
	number := strconv.Itoa(max(power, -power))
	exponent += strings.Repeat("0", max(0, width-len(number))) + number
	whole, fraction := x.split()
	text := signed(s.fill(whole, fraction, exponent), minus)
	return text, exact && len(x.d) <= excelDigits && power == 0
}

// showFraction writes 1.25 as 1 1/4 with a denominator that is given or has at most as many digits as placeholders.
func (s *formatSection) showFraction(x digits, minus bool) string {
	slash := 0
	for s.parts[slash].kind != partSlash {
		slash++
	}
	width, fixed := 0, ""
	for _, part := range s.parts[slash+1:] {
		switch {
		case part.kind == partDigit && (part.text != "0" || fixed == ""):
			width++
		case part.kind == partDigit, part.kind == partLiteral && len(part.text) == 1 && part.text[0] >= '1' && part.text[0] <= '9':
			fixed += part.text
		}
	}
	mixed, seenDigit, gap := false, false, false
	for _, part := range s.parts[:slash] {
		if part.kind == partDigit {
			mixed = mixed || gap
			seenDigit = true
		} else if seenDigit {
			gap = true
		}
	}
	x.negative = false
	value, _ := strconv.ParseFloat(x.plain(), 64) // 15 digits always parse
	whole, rest := 0.0, value
	if mixed {
		whole, rest = math.Modf(value)
	}
	numerator, denominator := nearestFraction(rest, fixed, min(width, 4))
	if mixed && numerator == denominator {
		whole, numerator = whole+1, 0
	}
	var out []string
	if mixed && (whole > 0 || numerator == 0) {
		out = append(out, strconv.FormatFloat(whole, 'f', 0, 64))
	}
	if numerator > 0 || !mixed {
		out = append(out, strconv.FormatFloat(numerator, 'f', 0, 64)+"/"+strconv.Itoa(int(denominator)))
	}
	return signed(strings.Join(out, " "), minus)
}

func nearestFraction(value float64, fixed string, width int) (numerator, denominator float64) {
	if n, err := strconv.Atoi(fixed); err == nil && n > 0 {
		return math.Round(value * float64(n)), float64(n)
	}
	best := math.Inf(1)
	limit := math.Pow10(max(1, width)) - 1
	for d := 1.0; d <= limit; d++ {
		n := math.Round(value * d)
		if off := math.Abs(value - n/d); off < best-1e-12 {
			best, numerator, denominator = off, n, d
		}
	}
	return numerator, denominator
}
