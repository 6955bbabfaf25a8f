package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// AppendJSON appends the value as JSON: numbers by their own text, times as RFC 3339, a reference as {"$ref": {...}}, a missing
// value as null.
func (v Value) AppendJSON(b []byte) []byte {
	switch v.kind {
	case Text:
		return appendString(b, v.text)
	case Number, Bool:
		return append(b, v.text...)
	case Time:
		return appendString(b, v.Time().Format(time.RFC3339Nano))
	case List:
		b = append(b, '[')
		for i, item := range v.List() {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.AppendJSON(b)
		}
		return append(b, ']')
	case Objects:
		return v.Object().AppendJSON(b)
	case Reference:
		ref, _ := v.Ref()
		encoded, err := json.Marshal(ref)
		if err != nil { // a Ref holds strings, a bool and a Value that always encodes
			panic("record: encode reference: " + err.Error())
		}
		return append(append(append(b, `{"$ref":`...), encoded...), '}')
	default:
		return append(b, "null"...)
	}
}

// AppendJSON appends the object as JSON, its fields in order.
func (o *Object) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	for i, f := range o.Fields() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, f.Name), ':')
		b = f.Value.AppendJSON(b)
	}
	return append(b, '}')
}

// appendString writes a JSON string without HTML escaping: descriptions stay readable in the ledger and on the wire.
func appendString(b []byte, s string) []byte {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= 0x20 && s[i] != '"' && s[i] != '\\' && s[i] < 0x80
	}
	if plain {
		return append(append(append(b, '"'), s...), '"')
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil { // a string always encodes
		panic("record: encode string: " + err.Error())
	}
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte{'\n'})...)
}

// MarshalJSON writes the value as AppendJSON does.
func (v Value) MarshalJSON() ([]byte, error) { return v.AppendJSON(nil), nil }

// MarshalJSON writes the object as AppendJSON does.
func (o *Object) MarshalJSON() ([]byte, error) { return o.AppendJSON(nil), nil }

// UnmarshalJSON reads what MarshalJSON wrote. Times come back as texts and missing values as null: JSON has neither.
func (v *Value) UnmarshalJSON(data []byte) error {
	read, err := ParseJSON(data)
	if err != nil {
		return err
	}
	*v = read
	return nil
}

// UnmarshalJSON reads an object; anything else is an error.
func (o *Object) UnmarshalJSON(data []byte) error {
	var v Value
	if err := v.UnmarshalJSON(data); err != nil {
		return err
	}
	if v.kind != Objects {
		return fmt.Errorf("decode object: found a %s", v.kind)
	}
	*o = *v.Object()
	return nil
}

// maxDepth bounds how deep lists and objects of a document may lie within each other; a store's lie in fewer than ten.
const maxDepth = 1000

// ParseJSON reads one JSON document; text after it is an error, and so is one that is nested deeper than 1,000 levels. A name that
// stands twice in an object has its last value. An object that holds nothing but "$ref", itself an object, is a reference.
func ParseJSON(data []byte) (Value, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	v, err := decodeValue(decoder, maxDepth)
	if errors.Is(err, io.EOF) {
		err = errors.New("the document ends too early") // io.EOF would pass for the end of a stream
	}
	if err != nil {
		return Value{}, fmt.Errorf("decode json: %w", err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Value{}, errors.New("decode json: text after the document")
	}
	return v, nil
}

func decodeValue(decoder *json.Decoder, depth int) (Value, error) {
	token, err := decoder.Token()
	if err != nil {
		return Value{}, err
	}
	switch t := token.(type) {
	case string:
		return TextValue(t), nil
	case json.Number:
		return NumberValue(t.String()), nil
	case bool:
		return BoolValue(t), nil
	case nil:
		return NullValue(), nil
	case json.Delim:
		if depth == 0 {
			return Value{}, fmt.Errorf("nested deeper than %d levels", maxDepth)
		}
		if t == '[' {
			return decodeList(decoder, depth-1)
		}
		return decodeObject(decoder, depth-1)
	}
	return Value{}, fmt.Errorf("unexpected token %v", token)
}

func decodeList(decoder *json.Decoder, depth int) (Value, error) {
	items := []Value{}
	for decoder.More() {
		item, err := decodeValue(decoder, depth)
		if err != nil {
			return Value{}, err
		}
		items = append(items, item)
	}
	_, err := decoder.Token()
	return ListValue(items), err
}

func decodeObject(decoder *json.Decoder, depth int) (Value, error) {
	object := NewObject(8)
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return Value{}, err
		}
		value, err := decodeValue(decoder, depth)
		if err != nil {
			return Value{}, err
		}
		object.Set(name.(string), value)
	}
	if _, err := decoder.Token(); err != nil {
		return Value{}, err
	}
	if inner := object.Get("$ref"); inner.Kind() == Objects && object.Len() == 1 {
		var ref Ref
		if err := json.Unmarshal(inner.AppendJSON(nil), &ref); err != nil {
			return Value{}, fmt.Errorf("decode reference: %w", err)
		}
		return RefValue(ref), nil
	}
	return ObjectValue(object), nil
}
