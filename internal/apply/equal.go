package apply

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/record"
)

// storedPlaces is how many decimal places a store keeps of prices, weights and sizes (API facts 4.3, "price precision").
const storedPlaces = 4

// equal tells whether the store already has the wanted value, after both are brought to the form in which the store keeps it. Texts
// are equal only when they are the same to the letter: HTML is never rewritten to compare it.
func equal(field *catalogue.Field, want, have record.Value) bool {
	if want.IsMissing() || want.Kind() == record.Null {
		return have.IsMissing() || have.Kind() == record.Null
	}
	switch field.Type {
	case catalogue.Decimal:
		return equalDecimals(want, have)
	case catalogue.Int:
		return equalDecimals(want, have)
	case catalogue.Date:
		return equalDates(want, have)
	case catalogue.IntList:
		return equalSets(want.List(), have.List())
	case catalogue.TextList:
		if field.Unordered {
			return equalSets(want.List(), have.List())
		}
		return slices.EqualFunc(want.List(), have.List(), func(a, b record.Value) bool { return a.String() == b.String() })
	default:
		if field.Clear == catalogue.ClearText && want.Kind() == record.Text && want.String() == "" && have.Kind() == record.Null {
			return true // what is emptied with "" and shown as null is empty already
		}
		return have.Kind() != record.Null && !have.IsMissing() && want.String() == have.String()
	}
}

func equalDecimals(want, have record.Value) bool {
	a, errWant := want.Decimal()
	b, errHave := have.Decimal()
	return errWant == nil && errHave == nil && roundStored(a).Equal(roundStored(b))
}

func roundStored(d decimal.Decimal) decimal.Decimal { return d.Round(storedPlaces) }

// dateLayouts are the forms in which stores write dates: V3 and V2, where the day may have one digit.
var dateLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05-0700", "Mon, 2 Jan 2006 15:04:05 -0700", "2006-01-02T15:04:05", time.DateOnly}

func parseDate(v record.Value) (time.Time, bool) {
	if v.Kind() == record.Time {
		return v.Time(), true
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, v.String()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func equalDates(want, have record.Value) bool {
	if want.IsEmpty() {
		return have.IsEmpty() // V2 writes no moment as an empty text
	}
	a, okWant := parseDate(want)
	b, okHave := parseDate(have)
	// A store keeps whole seconds.
	return okWant && okHave && a.Truncate(time.Second).Equal(b.Truncate(time.Second))
}

// equalSets compares lists of ids, whose order means nothing.
func equalSets(want, have []record.Value) bool {
	return slices.Equal(sortedTexts(want), sortedTexts(have))
}

func sortedTexts(values []record.Value) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.String()
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}
