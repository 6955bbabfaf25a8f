package sources

import (
	"strconv"
	"strings"
)

// numberFormat is a compiled number format code. Texts are shown as an English (US) program shows them: sheets do not say in
// which language they were seen, and `type` reads the value itself.
type numberFormat struct {
	code     string // "" for General
	sections []formatSection
}

// formatSection is one of the parts between semicolons.
type formatSection struct {
	parts     []formatPart
	condition string // "", or one of < > <= >= = <>
	limit     float64
	isDate    bool // it shows days, months, years or the time of day
	hasDay    bool // it shows days, months or years
	elapsed   bool // it shows hours, minutes or seconds beyond a day
	meridiem  bool // it shows AM or PM
	subSecond int  // places of a second
	general   bool
	number    numberShape
}

type partKind uint8

const (
	partLiteral  partKind = iota
	partDigit             // 0 # ?
	partPoint             // decimal point
	partExponent          // E+ or E-
	partSlash             // of a fraction
	partText              // @
	partGeneral           // General
	partDate              // y m d h s, elapsed ones in text "[h]", minutes as "n", fractions of a second as ".0", AM/PM as "am"
)

type formatPart struct {
	kind partKind
	text string
}

// maxFormatCode is four times what programs allow; a longer code is no one's wish, and its numbers are shown as General.
const maxFormatCode = 1024

// compileFormat reads a format code. What is not understood is shown as it stands: no code is an error.
func compileFormat(code string) *numberFormat {
	format := &numberFormat{code: code}
	if strings.EqualFold(code, "General") {
		format.code = ""
	}
	if format.code == "" || len(code) > maxFormatCode {
		format.sections = []formatSection{{general: true, parts: []formatPart{{kind: partGeneral}}}}
		return format
	}
	for _, text := range splitSections(code) {
		section := formatSection{}
		section.parse(text)
		section.finish()
		format.sections = append(format.sections, section)
	}
	return format
}

// splitSections cuts at the semicolons that are neither quoted nor escaped.
func splitSections(code string) []string {
	var sections []string
	start := 0
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '\\', '_', '*':
			i++
		case '"':
			if end := strings.IndexByte(code[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case ';':
			sections = append(sections, code[start:i])
			start = i + 1
		}
	}
	return append(sections, code[start:])
}

func (s *formatSection) add(kind partKind, text string) {
	s.parts = append(s.parts, formatPart{kind, text})
}

func (s *formatSection) parse(text string) {
	for len(text) > 0 {
		text = text[s.parseOne(text):]
	}
}

// parseOne reads what begins the text and says how many bytes it took.
func (s *formatSection) parseOne(text string) int {
	lower := strings.ToLower(text[:min(len(text), 7)])
	switch c := text[0]; {
	case c == '"':
		end := strings.IndexByte(text[1:], '"')
		if end < 0 {
			s.add(partLiteral, text[1:])
			return len(text)
		}
		s.add(partLiteral, text[1:1+end])
		return end + 2
	case c == '\\':
		n := runeLength(text[1:])
		s.add(partLiteral, text[1:1+n])
		return 1 + n
	case c == '_':
		s.add(partLiteral, " ")
		return 1 + runeLength(text[1:])
	case c == '*':
		return 1 + runeLength(text[1:])
	case c == '[':
		if end := strings.IndexByte(text, ']'); end > 0 {
			s.bracket(text[1:end])
			return end + 1
		}
	case lower == "general":
		s.general = true
		s.add(partGeneral, "")
		return len("general")
	case strings.HasPrefix(lower, "am/pm"):
		s.meridiem = true
		s.add(partDate, "am")
		return len("am/pm")
	case strings.HasPrefix(lower, "a/p"):
		s.meridiem = true
		s.add(partDate, "a")
		return len("a/p")
	case strings.HasPrefix(lower, "e+"), strings.HasPrefix(lower, "e-"):
		s.add(partExponent, text[:2])
		return 2
	case strings.IndexByte("ymdhse", lower[0]) >= 0:
		n := 1
		for n < len(text) && text[n]|0x20 == lower[0] {
			n++
		}
		letters := strings.ToLower(text[:n])
		if lower[0] == 'e' {
			letters = "yyyy"
		}
		s.add(partDate, letters)
		return n
	case c == '0' || c == '#' || c == '?':
		s.add(partDigit, text[:1])
		return 1
	case c == '.':
		s.add(partPoint, ".")
		return 1
	case c == ',':
		s.add(partDigit, ",")
		return 1
	case c == '/':
		s.add(partSlash, "/")
		return 1
	case c == '@':
		s.add(partText, "@")
		return 1
	}
	n := runeLength(text)
	s.add(partLiteral, text[:n])
	return n
}

func runeLength(text string) int {
	for i := range text {
		if i > 0 {
			return i
		}
	}
	return len(text)
}

// bracket reads what stands in [ ]: elapsed time, a currency sign, a condition; colours and number systems are not text.
func (s *formatSection) bracket(inner string) {
	lower := strings.ToLower(inner)
	switch {
	case inner == "":
	case strings.Trim(lower, "h") == "", strings.Trim(lower, "m") == "", strings.Trim(lower, "s") == "":
		s.elapsed = true
		s.add(partDate, "["+lower+"]")
	case inner[0] == '$':
		symbol, _, _ := strings.Cut(inner[1:], "-")
		s.add(partLiteral, symbol)
	case strings.IndexByte("<>=", inner[0]) >= 0:
		operator := inner[:1]
		if len(inner) > 1 && strings.IndexByte("=>", inner[1]) >= 0 {
			operator = inner[:2]
		}
		limit, err := strconv.ParseFloat(strings.TrimSpace(inner[len(operator):]), 64)
		if err == nil {
			s.condition, s.limit = operator, limit
		}
	}
}

// finish decides what the section is: a date when it has date letters, else a number, and settles what depends on neighbours.
func (s *formatSection) finish() {
	for _, part := range s.parts {
		s.isDate = s.isDate || part.kind == partDate
	}
	if !s.isDate {
		s.number = numberShapeOf(s.parts)
		return
	}
	s.finishDate()
}

// section chooses by the value: by condition where there are conditions, else positive; negative; zero. minus tells whether the
// sign must be written; a section of its own for negative numbers writes what it likes.
func (f *numberFormat) section(value float64) (section *formatSection, minus bool) {
	sections := f.sections
	if len(sections) > 3 {
		sections = sections[:3]
	}
	if len(sections) > 1 && sections[len(sections)-1].isText() {
		sections = sections[:len(sections)-1]
	}
	if sections[0].condition != "" || len(sections) > 1 && sections[1].condition != "" {
		return conditional(sections, value)
	}
	switch {
	case value < 0 && len(sections) > 1:
		return &sections[1], false
	case value == 0 && len(sections) > 2:
		return &sections[2], false
	}
	return &sections[0], value < 0
}

func conditional(sections []formatSection, value float64) (*formatSection, bool) {
	for i := range sections {
		section := &sections[i]
		holds := true
		switch section.condition {
		case "<":
			holds = value < section.limit
		case "<=":
			holds = value <= section.limit
		case ">":
			holds = value > section.limit
		case ">=":
			holds = value >= section.limit
		case "=":
			holds = value == section.limit
		case "<>":
			holds = value != section.limit
		default:
			if i == 0 && len(sections) > 1 { // a first section without a condition is for positive numbers
				holds = value > 0
			}
		}
		if holds {
			onlyNegative := strings.HasPrefix(section.condition, "<") && section.condition != "<>" && section.limit <= 0
			return section, value < 0 && !onlyNegative
		}
	}
	return &sections[len(sections)-1], value < 0
}

// isText tells whether the section is for texts alone.
func (s *formatSection) isText() bool {
	for _, part := range s.parts {
		if part.kind == partText {
			return true
		}
	}
	return false
}
