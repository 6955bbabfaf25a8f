package mappings

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// fieldKinds gives a field's kind, and of a list that of its elements.
func fieldKinds(field *catalogue.Field) (out, elem kind) {
	s := fieldStatic(field)
	if s.kind == kindList {
		return kindList, s.elem.kind
	}
	return s.kind, kindNull
}

// asRead is a field with the bounds that rows are held to as they are read. Others are judged where a value would be sent: a row may name what
// the store holds, however it came there, and give what is not sent this time.
func asRead(field *catalogue.Field) *catalogue.Field {
	if !field.JudgedSent {
		return field
	}
	unbound := *field
	unbound.Min, unbound.Max, unbound.MinLength, unbound.MaxLength, unbound.Form = "", "", 0, 0, ""
	return &unbound
}

// fieldChecker validates values of an object's field. Dates are written as the object's version has them.
func fieldChecker(field *catalogue.Field, object *catalogue.Object) checker {
	switch field.Type {
	case catalogue.Int:
		inside := checkRange(field)
		return func(v value) (record.Value, *record.Problem) { return checkInt(v, inside) }
	case catalogue.Decimal:
		inside := checkRange(field)
		return func(v value) (record.Value, *record.Problem) {
			if v.kind == kindRef {
				return v.record(), nil
			}
			digits := v.digits()
			return record.NumberValue(digits), inside(digits)
		}
	case catalogue.Bool:
		return func(v value) (record.Value, *record.Problem) { return record.BoolValue(v.truth), nil }
	case catalogue.Date:
		return func(v value) (record.Value, *record.Problem) {
			date := record.TextValue(storeDate(v.date(), object.Version))
			if t, twice := v.more.(record.Twice); twice {
				return record.RefValue(t.Ref(date)), nil
			}
			return date, nil
		}
	case catalogue.IntList, catalogue.TextList:
		return listChecker(field)
	case catalogue.StructList:
		return func(v value) (record.Value, *record.Problem) { return v.record(), tooMany(field, len(v.list())) }
	}
	if _, key := object.KeyNamed(field.Path); key {
		anyForm := *field
		anyForm.Form = ""
		field = &anyForm
	}
	return textChecker(field)
}

func textChecker(field *catalogue.Field) checker {
	form := formChecker(field)
	return func(v value) (record.Value, *record.Problem) {
		text, p := v.inText()
		if p != nil {
			return record.Value{}, p
		}
		if len(field.Enum) > 0 {
			for _, one := range field.Enum {
				if strings.EqualFold(one, text) {
					return record.TextValue(one), nil
				}
			}
			return record.Value{}, problem(CodeNotInEnum, "%s is none of %s%s", quote(text), strings.Join(field.Enum, ", "), suggest(text, field.Enum))
		}
		if field.MaxLength > 0 && len(text) > field.MaxLength {
			if n := utf8.RuneCountInString(text); n > field.MaxLength {
				return record.Value{}, problem(CodeTooLong, "%s has %d characters, at most %d are allowed", quote(text), n, field.MaxLength)
			}
		}
		if field.MinLength > 1 && utf8.RuneCountInString(text) < field.MinLength {
			return record.Value{}, problem(CodeTooShort, "%s is too short, %d characters or more are needed", quote(text), field.MinLength)
		}
		return form(text)
	}
}

// formChecker judges the form of a text that is not empty; empty ones are judged by their length. That of keys is judged where one is
// written: a store may hold what it takes no longer, and rows may name it.
func formChecker(field *catalogue.Field) func(text string) (record.Value, *record.Problem) {
	if field.Form == "" {
		return func(text string) (record.Value, *record.Problem) { return record.TextValue(text), nil }
	}
	form := regexp.MustCompile(`^(?:` + field.Form + `)$`)
	return func(text string) (record.Value, *record.Problem) {
		capitals := strings.ToUpper(text)
		switch {
		case text == "" || form.MatchString(text):
			return record.TextValue(text), nil
		case field.Capitals && form.MatchString(capitals):
			return record.TextValue(capitals), nil
		}
		return record.Value{}, problem(CodeBadForm, "%s is refused by stores: they take %s", quote(text), field.FormNote)
	}
}

func checkInt(v value, inside func(string) *record.Problem) (record.Value, *record.Problem) {
	if v.kind == kindRef {
		return v.record(), nil
	}
	digits, ok := wholeDigits(v.digits())
	if !ok {
		return record.Value{}, problem(CodeBadNumber, "%s is not a whole number", v.digits())
	}
	return record.NumberValue(digits), inside(digits)
}

func listChecker(field *catalogue.Field) checker {
	element := textChecker(field)
	if field.Type == catalogue.IntList {
		inside := checkRange(field)
		element = func(v value) (record.Value, *record.Problem) { return checkInt(v, inside) }
	}
	return func(v value) (record.Value, *record.Problem) {
		items := v.list()
		if v.kind != kindList {
			items = []value{v}
		}
		if p := tooMany(field, len(items)); p != nil {
			return record.Value{}, p
		}
		out := make([]record.Value, 0, len(items))
		for _, item := range items {
			if item.empty() {
				continue
			}
			one, p := element(item)
			if p != nil {
				return record.Value{}, p
			}
			out = append(out, one)
		}
		return record.ListValue(out), nil
	}
}

func tooMany(field *catalogue.Field, n int) *record.Problem {
	if field.MaxItems > 0 && n > field.MaxItems {
		return problem(CodeTooMany, "%d elements, at most %d are allowed", n, field.MaxItems)
	}
	return nil
}

// maxWhole is the largest whole number that every JSON reader keeps: 2^53.
const maxWhole = 1 << 53

// checkRange compares digits with the field's bounds.
func checkRange(field *catalogue.Field) func(digits string) *record.Problem {
	low, high := field.Min, field.Max
	if field.Type == catalogue.Int || field.Type == catalogue.IntList {
		if low == "" {
			low = strconv.Itoa(-maxWhole)
		}
		if high == "" {
			high = strconv.Itoa(maxWhole)
		}
	}
	var minimum, maximum *decimal.Decimal
	for _, bound := range []struct {
		text string
		to   **decimal.Decimal
	}{{low, &minimum}, {high, &maximum}} {
		if d, err := decimal.NewFromString(bound.text); err == nil {
			*bound.to = &d
		}
	}
	expected := "at least " + low
	switch {
	case minimum == nil:
		expected = "at most " + high
	case maximum != nil:
		expected = "from " + low + " to " + high
	}
	tooLow := expected
	if field.Min != "" && field.Max == "" {
		tooLow = "at least " + field.Min
	}
	positive := minimum != nil && minimum.IsZero()
	return func(digits string) *record.Problem {
		if minimum == nil && maximum == nil {
			return nil
		}
		negative := digits[0] == '-'
		if positive && !negative && (maximum == nil || shorter(digits, high)) {
			return nil
		}
		d, err := decimal.NewFromString(digits)
		switch {
		case err == nil && minimum != nil && d.LessThan(*minimum):
			return problem(CodeOutOfRange, "%s is out of range, expected %s", digits, tooLow)
		case err != nil || maximum != nil && d.GreaterThan(*maximum):
			return problem(CodeOutOfRange, "%s is out of range, expected %s", digits, expected)
		}
		return nil
	}
}

// shorter tells without arithmetic that a number is below a whole bound: it has fewer digits before its dot.
func shorter(digits, bound string) bool {
	whole := strings.IndexByte(digits, '.')
	if whole < 0 {
		whole = len(digits)
	}
	return whole < len(bound) && !strings.Contains(bound, ".")
}

// fits tells whether a value of one type can fill a field of another: numbers and dates may become texts, one element a list.
func fits(from static, out, elem kind) bool {
	switch {
	case from.kind == kindBad || from.kind == kindNull || from.kind == out:
		return from.kind != kindList || from.elem == nil || fits(*from.elem, elem, kindNull)
	case out == kindText:
		return from.kind == kindNumber || from.kind == kindDate
	case out == kindList:
		return fits(from, elem, kindNull)
	case from.kind == kindRef:
		return out == kindNumber
	}
	return false
}

// clearValue is what the catalogue sends for an emptied field.
func clearValue(clear catalogue.Clear) (record.Value, bool) {
	if clear == catalogue.NoClear {
		return record.Value{}, false
	}
	v, err := record.ParseJSON([]byte(clear))
	return v, err == nil
}
