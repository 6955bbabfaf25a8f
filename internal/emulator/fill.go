package emulator

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// fill writes body into a row past the rules of requests: read-only fields too, no limits.
// Unknown names and values of the wrong kind are errors.
func (t *table) fill(r row, body map[string]any) error {
	for name, v := range body {
		i, ok := t.index[name]
		if !ok {
			return fmt.Errorf("unknown field %q", name)
		}
		text, ok := t.fields[i].plain(v)
		if !ok {
			return fmt.Errorf("field %q: %v does not fit", name, v)
		}
		r[i] = text
	}
	return nil
}

// plain gives the stored text of a value as it is.
func (f *field) plain(v any) (string, bool) {
	if v == nil {
		return textNull, true
	}
	switch f.kind {
	case kindMail, kindTime:
		return f.plainTime(v)
	case kindInt, kindDecimal, kindMoney, kindRate:
		return f.plainNumber(v)
	case kindBool:
		b, ok := v.(bool)
		return textBool(b), ok
	case kindString:
		s, ok := v.(string)
		return quote(s), ok
	default:
		text, err := json.Marshal(v)
		if err != nil {
			return "", false
		}
		decoded, err := decode(text)
		return encode(decoded), err == nil
	}
}

func (f *field) plainTime(v any) (string, bool) {
	t, ok := v.(time.Time)
	if s, isText := v.(string); isText {
		if s == "" {
			return textEmpty, true
		}
		t, ok = parseEither(s)
	}
	if f.kind == kindMail {
		return textMail(t), ok
	}
	return textTime(t), ok
}

func (f *field) plainNumber(v any) (string, bool) {
	d, ok := v.(decimal.Decimal)
	if !ok {
		s, isNumber := numberText(v)
		if !isNumber {
			return "", false
		}
		if d, ok = parseDecimal(s); !ok {
			return "", false
		}
	}
	switch f.kind {
	case kindInt:
		return d.String(), d.IsInteger()
	case kindMoney:
		return textMoney(d), true
	case kindRate:
		return `"` + d.StringFixed(10) + `"`, true
	default:
		return d.String(), true
	}
}

// items reads a list of objects of a direct call.
func items(v any) ([]map[string]any, error) {
	switch list := v.(type) {
	case nil:
		return nil, nil
	case []map[string]any:
		return list, nil
	case []any:
		objects := make([]map[string]any, 0, len(list))
		for _, item := range list {
			o, ok := item.(map[string]any)
			if !ok {
				return nil, fmt.Errorf("%v is not an object", item)
			}
			objects = append(objects, o)
		}
		return objects, nil
	}
	return nil, fmt.Errorf("%v is not a list of objects", v)
}
