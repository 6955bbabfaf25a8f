package mappings

import (
	"time"

	"github.com/shopspring/decimal"

	"bcetl/internal/record"
)

// kind is the type of a value while a rule works on it.
type kind uint8

const (
	kindNull kind = iota // empty: a null, a missing field, an empty number
	kindText
	kindNumber
	kindBool
	kindDate
	kindList
	kindObject
	kindRow
	kindRef
	kindBad // of an expression that has been reported already
)

func (k kind) String() string {
	return [...]string{"nothing", "text", "number", "truth value", "date", "list", "object", "row", "reference", "unknown"}[k]
}

// value is one value on its way through a rule. A number that was read and never computed with keeps its own digits in text, so
// that the common path makes no decimal at all.
type value struct {
	kind    kind
	truth   bool
	text    string // of a text, a number's digits when not yet computed with
	number  decimal.Decimal
	counted bool // number is set
	more    any  // time.Time or record.Twice, []value, *record.Object, *record.Row or record.Ref; of a text the *record.Cell that shows it, if that stores more
}

func textValue(s string) value            { return value{kind: kindText, text: s} }
func digitsValue(s string) value          { return value{kind: kindNumber, text: s} }
func numberValue(d decimal.Decimal) value { return value{kind: kindNumber, number: d, counted: true} }
func intValue(n int) value                { return numberValue(decimal.NewFromInt(int64(n))) }
func boolValue(b bool) value              { return value{kind: kindBool, truth: b} }
func dateValue(t time.Time) value         { return value{kind: kindDate, more: t} }
func twiceValue(t record.Twice) value     { return value{kind: kindDate, more: t} }
func listValue(items []value) value       { return value{kind: kindList, more: items} }
func objectValue(o *record.Object) value  { return value{kind: kindObject, more: o} }
func refValue(r record.Ref) value         { return value{kind: kindRef, more: r} }
func (v value) list() []value             { l, _ := v.more.([]value); return l }
func (v value) object() *record.Object    { o, _ := v.more.(*record.Object); return o }
func (v value) row() *record.Row          { r, _ := v.more.(*record.Row); return r }
func (v value) cell() *record.Cell        { c, _ := v.more.(*record.Cell); return c }

// date is the moment of a date, the first of two.
func (v value) date() time.Time {
	if t, ok := v.more.(record.Twice); ok {
		return t.First
	}
	t, _ := v.more.(time.Time)
	return t
}

// shown is the text of a cell. The cell stays with it where it stores more than a person sees, for the conversions that ask for
// its value: decimal(), int() and date().
func shown(text string, cell *record.Cell) value {
	v := textValue(text)
	if cell != nil && cell.Raw != "" {
		v.more = cell
	}
	return v
}

// decimal of a number. Digits are checked where they are read, so that they always parse.
func (v value) decimal() decimal.Decimal {
	if v.counted {
		return v.number
	}
	d, err := decimal.NewFromString(v.text)
	if err != nil {
		panic("mappings: unchecked digits " + v.text)
	}
	return d
}

// digits of a number, without an exponent.
func (v value) digits() string {
	if v.counted {
		return v.number.String()
	}
	return v.text
}

// empty tells whether a person would see an empty cell.
func (v value) empty() bool {
	switch v.kind {
	case kindNull:
		return true
	case kindText:
		return v.text == ""
	case kindList:
		return len(v.list()) == 0
	default:
		return false
	}
}

// String is the value as a cell shows it.
func (v value) String() string {
	switch v.kind {
	case kindText:
		return v.text
	case kindNumber:
		return v.digits()
	case kindBool:
		if v.truth {
			return "true"
		}
		return "false"
	case kindDate:
		if t, ok := v.more.(record.Twice); ok && !t.Day {
			return t.First.Format(isoWall)
		}
		return isoDate(v.date())
	case kindList, kindObject:
		return v.record().String()
	default:
		return ""
	}
}

// record is the value as it leaves the rule; a date stays a time.
func (v value) record() record.Value {
	switch v.kind {
	case kindText:
		return record.TextValue(v.text)
	case kindNumber:
		return record.NumberValue(v.digits())
	case kindBool:
		return record.BoolValue(v.truth)
	case kindDate:
		return record.TimeValue(v.date())
	case kindList:
		items := make([]record.Value, len(v.list()))
		for i, item := range v.list() {
			items[i] = item.record()
		}
		return record.ListValue(items)
	case kindObject:
		return record.ObjectValue(v.object())
	case kindRef:
		ref, _ := v.more.(record.Ref)
		return record.RefValue(ref)
	default:
		return record.NullValue()
	}
}
