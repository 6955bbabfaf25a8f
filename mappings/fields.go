package mappings

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// findField finds the catalogue's entry of a path; nil when it has none.
func findField(object *catalogue.Object, path string) *catalogue.Field {
	if object == nil {
		return nil
	}
	for i := range object.Fields {
		if object.Fields[i].Path == path {
			return &object.Fields[i]
		}
	}
	return nil
}

func hasField(object *catalogue.Object, prefix, name string) bool {
	return findField(object, prefix+name) != nil
}

// fieldsBelow lists the names right below a prefix such as "custom_url." or "variants[].".
func fieldsBelow(object *catalogue.Object, prefix string) []string {
	var all []string
	for _, f := range object.Fields {
		if name, ok := strings.CutPrefix(f.Path, prefix); ok && !strings.Contains(name, ".") {
			all = append(all, name)
		}
	}
	return all
}

// writableBelow lists the names below a prefix that may be written.
func writableBelow(object *catalogue.Object, prefix string) []string {
	var all []string
	for _, f := range object.Fields {
		if name, ok := strings.CutPrefix(f.Path, prefix); ok && (f.Writable || f.CreateOnly) {
			all = append(all, name)
		}
	}
	return all
}

// columnError says what is wrong with a column's name, with the nearest ones of the header.
func columnError(err error, name string, header *record.Header) string {
	var unknown *record.UnknownColumnError
	if !errors.As(err, &unknown) {
		return err.Error()
	}
	var all []string
	for _, known := range header.Names() {
		if known != "" {
			all = append(all, known)
		}
	}
	if hint := suggest(name, all); hint != "" {
		return err.Error() + hint
	}
	return fmt.Sprintf("%s; the sheet has %s", err, listSome(all))
}

// fromRecord brings a value of that type into an expression.
func fromRecord(v record.Value, k kind) value {
	switch {
	case v.Kind() == record.Missing || v.Kind() == record.Null:
		return value{}
	case k == kindText:
		return textValue(v.String())
	case k == kindNumber:
		if digits, ok := storedDigits(v.String()); ok {
			return digitsValue(digits)
		}
	case k == kindBool:
		switch v.String() {
		case "true", "1":
			return boolValue(true)
		case "false", "0":
			return boolValue(false)
		}
	case k == kindDate && v.Kind() == record.Time:
		return dateValue(v.Time())
	}
	return value{}
}

// fromStore brings a store's value into an expression. What is not of the field's type counts as nothing: answers are decoded
// leniently.
func fromStore(v record.Value, s static, location *time.Location) value {
	switch s.kind {
	case kindDate:
		if v.Kind() == record.Time {
			return dateValue(v.Time().In(location))
		}
		if t, ok := parseStoreDate(v.String(), location); ok {
			return dateValue(t)
		}
		return value{}
	case kindList:
		if v.Kind() != record.List {
			return value{}
		}
		items := make([]value, 0, len(v.List()))
		for _, item := range v.List() {
			items = append(items, fromStore(item, *s.elem, location))
		}
		return listValue(items)
	case kindObject:
		if v.Object() == nil {
			return value{}
		}
		return objectValue(v.Object())
	}
	return fromRecord(v, s.kind)
}
