package mappings

import (
	"slices"
	"time"

	"bcetl/internal/record"
)

// Moments gives the moments at which the clocks of a zone show what wall does, whose own zone counts for nothing: one, or none where
// clocks are put forward over it, or two, in their order, where they are put back over it.
func Moments(wall time.Time, location *time.Location) []time.Time {
	guess := onClocks(wall, location)
	start, end := guess.ZoneBounds()
	sides := []time.Time{guess}
	if !start.IsZero() {
		sides = append(sides, start.Add(-1))
	}
	if !end.IsZero() {
		sides = append(sides, end)
	}
	utc := onClocks(wall, time.UTC)
	var moments []time.Time
	for _, side := range sides {
		_, offset := side.Zone()
		moment := utc.Add(-time.Duration(offset) * time.Second).In(location)
		if _, there := moment.Zone(); there == offset && !slices.ContainsFunc(moments, moment.Equal) {
			moments = append(moments, moment)
		}
	}
	slices.SortFunc(moments, time.Time.Compare)
	return moments
}

// StartOfDay gives the first moment of a day in a zone: the first of two midnights, or when its clocks begin where they are put
// forward over midnight. ok is false for a day that the zone never had, as when it moved over the date line.
func StartOfDay(day time.Time, location *time.Location) (start time.Time, ok bool) {
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	if moments := Moments(midnight, location); len(moments) > 0 {
		return moments[0], true
	}
	guess := onClocks(midnight, location)
	before, after := guess.ZoneBounds()
	start = before
	if before.IsZero() || !after.IsZero() && after.Sub(guess) < guess.Sub(before) {
		start = after
	}
	return start, start.Day() == day.Day()
}

func onClocks(wall time.Time, location *time.Location) time.Time {
	return time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), location)
}

// nearChange is further than any zone's clocks were ever put forward or back: over the date line it was a day.
const nearChange = 25 * time.Hour

// isNearChange tells whether the clocks of t's zone are changed so near to it that what they show may not be one moment.
func isNearChange(t time.Time) bool {
	start, end := t.ZoneBounds()
	return !start.IsZero() && t.Sub(start) < nearChange || !end.IsZero() && end.Sub(t) < nearChange
}

// shows tells whether a Go layout writes what the two times differ in.
func shows(layout string, a, b time.Time) bool { return a.Format(layout) != b.Format(layout) }

// showsZone tells whether the layout names a zone or an offset, so that what it reads is one moment.
func showsZone(layout string) bool {
	wall := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("A", 3600))
	return shows(layout, wall, onClocks(wall, time.FixedZone("B", 7200)))
}

// showsTime tells whether the layout has a time of day.
func showsTime(layout string) bool {
	day := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	return shows(layout, day, day.Add(13*time.Hour))
}

// clockTime gives the date that was read from a text by a Go layout as t, a time in its zone. A wall time may be none there, or two.
func clockTime(t time.Time, goLayout, text, shown string) (value, *record.Problem) {
	if !isNearChange(t) || showsZone(goLayout) {
		return dateValue(t), nil
	}
	wall, err := time.Parse(goLayout, text)
	if err != nil { // never of a text that the layout has read in another zone
		return value{}, problem(CodeBadDate, "%s is not a date: %v", quote(shown), err)
	}
	location := t.Location()
	moments := Moments(wall, location)
	switch len(moments) {
	case 1:
		return dateValue(moments[0]), nil
	case 2:
		return twiceValue(record.Twice{First: moments[0], Second: moments[1], Zone: location.String(), Day: !showsTime(goLayout)}), nil
	}
	if wall.Hour() == 0 && wall.Minute() == 0 && wall.Second() == 0 {
		if start, ok := StartOfDay(wall, location); ok {
			return dateValue(start), nil
		}
	}
	return value{}, problem(CodeBadDate, "%s does not exist in %s: clocks were put forward over it", quote(shown), location)
}

// unclear is the problem of what is not the same for both of the moments that a date may be; nil where it is, for a date that is one
// moment, and for a day alone.
func (v value) unclear(differs func(first, second value) bool) *record.Problem {
	t, ok := v.more.(record.Twice)
	if !ok || t.Day || !differs(dateValue(t.First), dateValue(t.Second)) {
		return nil
	}
	return t.Problem()
}

// inText is the value as a text holds it, a time of day with its offset. A time that exists twice has none of its own, so that two
// moments would become one text.
func (v value) inText() (string, *record.Problem) {
	if v.kind != kindDate {
		return v.String(), nil
	}
	return isoDate(v.date()), v.unclear(func(first, second value) bool { return first.String() != second.String() })
}
