package record

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestValueKinds(t *testing.T) {
	sydney := time.FixedZone("AEST", 10*3600)
	moment := time.Date(2026, 3, 1, 23, 30, 0, 5, sydney)
	object := NewObject(1)
	object.Set("a", NumberValue("1.10"))
	other := IntValue(0)
	for _, test := range []struct {
		value      Value
		kind       string
		text, json string
		empty      bool
	}{
		{Value{}, "missing", "", "null", true},
		{NullValue(), "null", "", "null", true},
		{TextValue(""), "text", "", `""`, true},
		{TextValue(" "), "text", " ", `" "`, false},
		{TextValue("<b>Ä & \"B\"\n</b>\u2028"), "text", "<b>Ä & \"B\"\n</b>\u2028", `"<b>Ä & \"B\"\n</b>\u2028"`, false},
		{NumberValue("12.50"), "number", "12.50", "12.50", false},
		{NumberValue("0"), "number", "0", "0", false},
		{NumberValue("1E+2"), "number", "1E+2", "1E+2", false},
		{IntValue(math.MinInt64), "number", "-9223372036854775808", "-9223372036854775808", false},
		{DecimalValue(decimal.RequireFromString("1e3")), "number", "1000", "1000", false},
		{DecimalValue(decimal.RequireFromString("0.10")), "number", "0.1", "0.1", false},
		{BoolValue(true), "bool", "true", "true", false},
		{BoolValue(false), "bool", "false", "false", false},
		{TimeValue(moment), "date", "2026-03-01T23:30:00+10:00", `"2026-03-01T23:30:00.000000005+10:00"`, false},
		{ListValue(nil), "list", "[]", "[]", true},
		{ListValue([]Value{{}}), "list", "[null]", "[null]", false},
		{ObjectValue(object), "object", `{"a":1.10}`, `{"a":1.10}`, false},
		{ObjectValue(NewObject(0)), "object", "{}", "{}", false},
		{
			RefValue(Ref{Kind: "category", Key: "Shop/Tea", Create: true, Else: &other, Column: "Path"}), "reference",
			`{"$ref":{"kind":"category","key":"Shop/Tea","create":true,"else":0,"column":"Path"}}`,
			`{"$ref":{"kind":"category","key":"Shop/Tea","create":true,"else":0,"column":"Path"}}`, false,
		},
	} {
		v := test.value
		if v.Kind().String() != test.kind || v.String() != test.text || v.IsEmpty() != test.empty || v.IsMissing() != (test.kind == "missing") {
			t.Errorf("%s %q: kind %s, empty %v", test.kind, v, v.Kind(), v.IsEmpty())
		}
		if got := string(v.AppendJSON([]byte("x"))); got != "x"+test.json {
			t.Errorf("%s %q is %s, want %s", test.kind, v, got, test.json)
		}
		if _, isRef := v.Ref(); isRef != (test.kind == "reference") || (v.Object() != nil) != (test.kind == "object") || v.Bool() != (test.text == "true") {
			t.Errorf("%s %q is taken for another kind", test.kind, v)
		}
	}
	if !TimeValue(moment).Time().Equal(moment) || !TextValue("2026").Time().IsZero() || BoolValue(true).List() != nil || TextValue("true").Bool() {
		t.Error("a value of one kind was read as another")
	}
}

func TestNumbers(t *testing.T) {
	for _, test := range []struct {
		value   Value
		decimal string // "" is an error
		whole   bool
	}{
		{NumberValue("12.50"), "12.5", false},
		{NumberValue("-7"), "-7", true},
		{NumberValue("9223372036854775808"), "9223372036854775808", false},
		{TextValue("0.1"), "0.1", false},
		{TextValue("00123"), "123", true},
		{TextValue("1,5"), "", false},
		{TextValue(""), "", false},
		{BoolValue(true), "", false},
		{Value{}, "", false},
		{ListValue(nil), "", false},
	} {
		d, err := test.value.Decimal()
		if (err == nil) != (test.decimal != "") || err == nil && d.String() != test.decimal {
			t.Errorf("%q is %s, %v", test.value, d, err)
		}
		if _, err := test.value.Int(); (err == nil) != test.whole {
			t.Errorf("%q: %v", test.value, err)
		}
	}
}

// anyValue draws values of every kind that JSON keeps.
func anyValue(depth int) *rapid.Generator[Value] {
	kinds := []*rapid.Generator[Value]{
		rapid.Map(rapid.String(), func(s string) Value { return TextValue(strings.ToValidUTF8(s, "?")) }),
		rapid.Map(rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?`), NumberValue),
		rapid.Map(rapid.Int64(), IntValue),
		rapid.Map(rapid.Bool(), BoolValue),
		rapid.Just(NullValue()),
	}
	if depth > 0 {
		inner := rapid.Deferred(func() *rapid.Generator[Value] { return anyValue(depth - 1) })
		kinds = append(kinds, rapid.Map(rapid.SliceOfN(inner, 0, 4), ListValue))
		kinds = append(kinds, rapid.Custom(func(t *rapid.T) Value {
			o := NewObject(0)
			for range rapid.IntRange(0, 4).Draw(t, "fields") {
				o.Set(strings.ToValidUTF8(rapid.StringN(0, 4, -1).Draw(t, "name"), "?"), inner.Draw(t, "value"))
			}
			return ObjectValue(o)
		}), rapid.Custom(func(t *rapid.T) Value {
			ref := Ref{
				Kind: rapid.SampledFrom([]string{"category", "brand"}).Draw(t, "kind"), Key: rapid.StringMatching(`[ -~äß<>&]{0,8}`).Draw(t, "key"),
				Create: rapid.Bool().Draw(t, "create"), Column: rapid.StringMatching(`[a-z "]{0,5}`).Draw(t, "column"),
			}
			if other := inner.Draw(t, "else"); other.Kind() != Null && rapid.Bool().Draw(t, "has else") {
				ref.Else = &other
			}
			return RefValue(ref)
		}))
	}
	return rapid.OneOf(kinds...)
}

// same compares values, numbers by their own text.
var same = cmp.Comparer(func(a, b Value) bool { return equalValues(a, b) })

func equalValues(a, b Value) bool {
	if a.kind != b.kind || a.text != b.text || len(a.List()) != len(b.List()) || a.Object().Len() != b.Object().Len() {
		return false
	}
	for i, item := range a.List() {
		if !equalValues(item, b.List()[i]) {
			return false
		}
	}
	for i, field := range a.Object().Fields() {
		other := b.Object().Fields()[i]
		if field.Name != other.Name || !equalValues(field.Value, other.Value) {
			return false
		}
	}
	one, _ := a.Ref()
	two, _ := b.Ref()
	if (one.Else == nil) != (two.Else == nil) || one.Else != nil && !equalValues(*one.Else, *two.Else) {
		return false
	}
	one.Else, two.Else = nil, nil
	return one == two
}

// Through JSON, alone and within other structures, a value comes back as it was: numbers with their own text, fields in their order,
// references as references.
func TestJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue(3).Draw(t, "value")
		text := v.AppendJSON(nil)
		if !json.Valid(text) || !utf8.Valid(text) {
			t.Fatalf("%s is not JSON", text)
		}
		got, err := ParseJSON(text)
		if diff := cmp.Diff(v, got, same); err != nil || diff != "" {
			t.Fatalf("%s: %v %s", text, err, diff)
		}
		op := Op{Body: NewObject(1), Before: NewObject(0)}
		op.Body.Set("field", v)
		encoded, err := json.Marshal(op)
		if err != nil {
			t.Fatal(err)
		}
		var again Op
		if err := json.Unmarshal(encoded, &again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(v, again.Body.Get("field"), same); diff != "" || again.Before == nil || again.Before.Len() != 0 {
			t.Fatalf("%s: %s", encoded, diff)
		}
	})
}

func TestParseJSONRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "decode json: the document ends too early",
		" ":                                     "decode json: the document ends too early",
		"[1":                                    "decode json: the document ends too early",
		`{"a":`:                                 "decode json: the document ends too early",
		"1 2":                                   "decode json: text after the document",
		`{"a":1}}`:                              "decode json: text after the document",
		"[1,]":                                  "decode json: invalid character ']' looking for beginning of value",
		"[1 2]":                                 "decode json: invalid character '2' after array element",
		"{1:2}":                                 "decode json: invalid character '1'",
		"01":                                    "decode json: ",
		"nul":                                   "decode json: ",
		`{"$ref":{"kind":1}}`:                   "decode json: decode reference: ",
		strings.Repeat("[", 1001):               "decode json: nested deeper than 1000 levels",
		strings.Repeat(`{"a":`, 100_000) + "1}": "decode json: nested deeper than 1000 levels",
	} {
		v, err := ParseJSON([]byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) || errors.Is(err, io.EOF) {
			t.Errorf("%.40q: %v, %v", text, v, err)
		}
	}
	if _, err := ParseJSON([]byte(strings.Repeat("[", 1000) + strings.Repeat("]", 1000))); err != nil {
		t.Error(err)
	}
	var o Object
	for _, text := range []string{"[]", "1", `{"$ref":{"kind":"brand","key":"x"}}`} {
		if err := json.Unmarshal([]byte(text), &o); err == nil || !strings.HasPrefix(err.Error(), "decode object: found a ") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := json.Unmarshal([]byte(`{"a":1,"a":2,"b":{"$ref":1},"c":{"$ref":{"kind":"brand","key":"x"},"d":1}}`), &o); err != nil ||
		o.text() != `{"a":2,"b":{"$ref":1},"c":{"$ref":{"kind":"brand","key":"x"},"d":1}}` {
		t.Errorf("%s, %v", o.text(), err)
	}
}

// FuzzParseJSON: what is accepted is JSON, and is written so that it is read as the same value.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1.10,"x",null,true,{}]}`, `{"$ref":{"kind":"brand","key":"x","else":1}}`, `"\ud800"`, "[", "1e5", "\"\xff\"", `{"":{"":0}}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := ParseJSON(data)
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("%q was accepted", data)
		}
		text := v.AppendJSON(nil)
		again, err := ParseJSON(text)
		if err != nil || !equalValues(v, again) {
			t.Fatalf("%q became %q became %q: %v", data, text, again, err)
		}
	})
}
