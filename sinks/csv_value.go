package sinks

import (
	"fmt"
	"strings"
	"time"

	"github.com/ncruces/go-strftime"

	"bcetl/internal/record"
)

// fixedPlaces reads a number column's format: "0.00" are two places, "" and any format of another column are -1.
func fixedPlaces(column record.Column) (int, error) {
	if column.Format == "" || column.Type != record.ColumnDecimal && column.Type != record.ColumnInt {
		return -1, nil
	}
	whole, fraction, point := strings.Cut(column.Format, ".")
	if whole != "0" || strings.Trim(fraction, "0") != "" || point && fraction == "" {
		return 0, fmt.Errorf("column %q: the format %q of a number is not of the form 0.00", column.Name, column.Format)
	}
	return len(fraction), nil
}

// cellText is a value as it stands in a cell: a text itself; a number by its own digits, or with fixed places, rounded half away
// from zero; a date by the column's format, else RFC 3339; true or false; lists and objects as JSON; empty for what is not there.
func cellText(value record.Value, column *record.Column, places int) (string, error) {
	switch value.Kind() {
	case record.Number:
		if places < 0 {
			return value.String(), nil
		}
		number, err := value.Decimal()
		if err != nil {
			return "", fmt.Errorf("%q is not a number: %w", value.String(), err)
		}
		return number.StringFixed(int32(places)), nil
	case record.Time:
		if column.Format != "" && column.Type == record.ColumnDate {
			return strftime.Format(column.Format, value.Time()), nil
		}
		return value.Time().Format(time.RFC3339), nil
	default:
		return value.String(), nil
	}
}
