package record

import (
	"testing"

	"github.com/shopspring/decimal"
)

func TestPlaces(t *testing.T) {
	for _, tc := range []struct{ format, number, want string }{
		{"0", "12.5", "13"},
		{"0", "-12.5", "-13"},
		{"0.00", "12.345", "12.35"},
		{"0.00", "7", "7.00"},
		{"0.00##", "265.5000", "265.50"},
		{"0.00##", "45.4545", "45.4545"},
		{"0.00##", "45.454", "45.454"},
		{"0.00##", "0.00005", "0.0001"},
		{"0.00##", "-0.00004", "0.00"},
		{"0.##", "5", "5"},
		{"0.##", "100", "100"},
		{"0.#", "0.25", "0.3"},
	} {
		places, ok := ParsePlaces(tc.format)
		if !ok {
			t.Errorf("%q is no format", tc.format)
			continue
		}
		if got := places.Text(decimal.RequireFromString(tc.number)); got != tc.want {
			t.Errorf("%s as %q: %q, want %q", tc.number, tc.format, got, tc.want)
		}
	}
	for _, format := range []string{"", "0.", "00.0", "#.##", "0.0#0", "0,00", "0.00 €", "%d"} {
		if places, ok := ParsePlaces(format); ok {
			t.Errorf("%q was read as %+v", format, places)
		}
	}
}
