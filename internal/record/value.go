package record

import (
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// Kind is the kind of a Value. The zero kind is Missing: unset, null, empty and zero are four different things.
type Kind uint8

// The kinds of values.
const (
	Missing Kind = iota
	Null
	Text
	Number
	Bool
	Time
	List
	Objects // an *Object
	Reference
)

func (k Kind) String() string {
	return [...]string{"missing", "null", "text", "number", "bool", "date", "list", "object", "reference"}[k]
}

// Value is one immutable value of a document. A number keeps its own text, so that money passes from the wire to a cell and back
// without a float.
type Value struct {
	text string // of Text, Number and Bool
	more any    // time.Time, []Value, *Object or Ref
	kind Kind
}

// NullValue is JSON null.
func NullValue() Value { return Value{kind: Null} }

// TextValue is a text.
func TextValue(s string) Value { return Value{kind: Text, text: s} }

// NumberValue is a number by its JSON text, such as "12.50". The caller answers for its form.
func NumberValue(text string) Value { return Value{kind: Number, text: text} }

// IntValue is a whole number.
func IntValue(n int64) Value { return Value{kind: Number, text: strconv.FormatInt(n, 10)} }

// DecimalValue is a decimal number, written without an exponent.
func DecimalValue(d decimal.Decimal) Value { return Value{kind: Number, text: d.String()} }

// BoolValue is a truth value.
func BoolValue(b bool) Value {
	if b {
		return Value{kind: Bool, text: "true"}
	}
	return Value{kind: Bool, text: "false"}
}

// TimeValue is a moment; its location is the one in which a person reads it.
func TimeValue(t time.Time) Value { return Value{kind: Time, more: t} }

// ListValue is a list; it owns the slice.
func ListValue(items []Value) Value { return Value{kind: List, more: items} }

// ObjectValue is a tree; it owns the object.
func ObjectValue(o *Object) Value { return Value{kind: Objects, more: o} }

// RefValue is a reference that a store resolves.
func RefValue(r Ref) Value { return Value{kind: Reference, more: r} }

// Kind of the value.
func (v Value) Kind() Kind { return v.kind }

// IsMissing tells whether nothing is there at all.
func (v Value) IsMissing() bool { return v.kind == Missing }

// IsEmpty tells whether a person would see an empty cell: missing, null, an empty text or list.
func (v Value) IsEmpty() bool {
	switch v.kind {
	case Missing, Null:
		return true
	case Text:
		return v.text == ""
	case List:
		return len(v.List()) == 0
	default:
		return false
	}
}

// String is the value as plain text: a text itself, a number's own digits, true or false, a time as RFC 3339; lists and objects
// as JSON; "" for missing and null.
func (v Value) String() string {
	switch v.kind {
	case Text, Number, Bool:
		return v.text
	case Time:
		return v.Time().Format(time.RFC3339)
	case List, Objects, Reference:
		return string(v.AppendJSON(nil))
	default:
		return ""
	}
}

// Decimal reads a number, or a text that is one.
func (v Value) Decimal() (decimal.Decimal, error) { return decimal.NewFromString(v.text) }

// Int reads a whole number.
func (v Value) Int() (int64, error) { return strconv.ParseInt(v.text, 10, 64) }

// Bool of a Bool value.
func (v Value) Bool() bool { return v.kind == Bool && v.text == "true" }

// Time of a Time value, else the zero time.
func (v Value) Time() time.Time { t, _ := v.more.(time.Time); return t }

// List of a List value, else nil. The caller must not change it.
func (v Value) List() []Value { l, _ := v.more.([]Value); return l }

// Object of an object value, else nil.
func (v Value) Object() *Object { o, _ := v.more.(*Object); return o }

// Ref of a reference.
func (v Value) Ref() (Ref, bool) { r, ok := v.more.(Ref); return r, ok }

// Ref is what a look-up rule yields: the name of a record whose id only the store knows. See Twice for what else only the store knows.
type Ref struct {
	Kind   string `json:"kind"`             // "category", "brand", ...
	Key    string `json:"key"`              // "Shop/Tea"; the parts of a path are joined by "/", a slash in a part is written "\/"
	Create bool   `json:"create,omitempty"` // create it when the store has none
	Else   *Value `json:"else,omitempty"`   // the value to take when the store has none; never null, which JSON does not tell from nil
	Column string `json:"column,omitempty"` // where the key came from, for messages
}
