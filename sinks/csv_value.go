package sinks

import (
	"fmt"
	"time"

	"github.com/ncruces/go-strftime"

	"bcetl/internal/record"
)

// numberPlaces reads a number column's format; nil, for no format and for that of another column, keeps a number's own digits.
func numberPlaces(column record.Column) (*record.Places, error) {
	if column.Format == "" || column.Type != record.ColumnDecimal && column.Type != record.ColumnInt {
		return nil, nil
	}
	places, ok := record.ParsePlaces(column.Format)
	if !ok {
		return nil, fmt.Errorf("column %q: the format %q of a number is not of the form 0.00 or 0.00##", column.Name, column.Format)
	}
	return &places, nil
}

// cellText is a value as it stands in a cell: a text itself; a number by its own digits, or with the places of its column; a date by the column's format, else RFC 3339; true or false; lists and objects as JSON; empty for what is not there.
func cellText(value record.Value, column *record.Column, places *record.Places) (string, error) {
	switch value.Kind() {
	case record.Number:
		if places == nil {
			return value.String(), nil
		}
		number, err := value.Decimal()
		if err != nil {
			return "", fmt.Errorf("%q is not a number: %w", value.String(), err)
		}
		return places.Text(number), nil
	case record.Time:
		if column.Format != "" && column.Type == record.ColumnDate {
			return strftime.Format(column.Format, value.Time()), nil
		}
		return value.Time().Format(time.RFC3339), nil
	default:
		return value.String(), nil
	}
}
