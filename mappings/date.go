package mappings

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/ncruces/go-strftime"

	"bcetl/internal/record"
)

// isoWall is a time as clocks show it, without the offset that would make it a moment.
const isoWall = "2006-01-02T15:04:05"

// isoLayouts are read without a `layout`: ISO 8601, with and without time and zone. A date without a zone is of the job's.
var isoLayouts = []string{
	"2006-01-02",
	"2006-01-02T15:04:05Z07:00",
	"2006-01-02T15:04:05-0700",
	isoWall,
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02 15:04",
}

// rfc2822 is how a moment is written to the V2 API.
const rfc2822 = "Mon, 02 Jan 2006 15:04:05 -0700"

// readRFC2822 are the ways in which that form may be written; sheets made of the API's answers have it, so it needs no `layout` either.
var readRFC2822 = []string{"Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 GMT", "2 Jan 2006 15:04:05 -0700"}

// parseDateLayout turns a strftime layout into a Go one. Days and months between separators may be written with one digit:
// "%d/%m/%Y" reads 1/2/2026 as well as 01/02/2026.
func parseDateLayout(layout string) (string, error) {
	if !strings.Contains(layout, "%") {
		return "", fmt.Errorf("%q is not a date layout such as \"%%d/%%m/%%Y\"", layout)
	}
	golang, err := strftime.Layout(withoutPadding(layout))
	if err != nil {
		return "", fmt.Errorf("%q is not a date layout: %w", layout, err)
	}
	return golang, nil
}

// withoutPadding lets %d, %m and %I that touch no other number be of one digit.
func withoutPadding(layout string) string {
	var b strings.Builder
	for i := 0; i < len(layout); i++ {
		b.WriteByte(layout[i])
		if layout[i] != '%' || i+1 == len(layout) {
			continue
		}
		i++
		touches := i >= 3 && layout[i-3] == '%' || i+1 < len(layout) && layout[i+1] == '%'
		if strings.IndexByte("dmI", layout[i]) >= 0 && !touches {
			b.WriteByte('-')
		}
		b.WriteByte(layout[i])
	}
	return b.String()
}

// parseISO reads a date in one of isoLayouts, and tells in which.
func parseISO(text string, location *time.Location) (t time.Time, layout string, ok bool) {
	if len(text) < len("2006-01-02") || text[4] != '-' {
		return t, "", false
	}
	for _, layout := range isoLayouts {
		if t, err := time.ParseInLocation(layout, text, location); err == nil {
			return t, layout, true
		}
	}
	return t, "", false
}

// parseRFC2822 reads a moment as the V2 API writes it.
func parseRFC2822(text string) (time.Time, bool) {
	for _, layout := range readRFC2822 {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// readDate gives the date of a cell or text. goLayout is "" for ISO 8601 and RFC 2822; layout is its strftime form, for messages. A moment of
// ISO 8601 with its offset is read whatever the layout is: it cannot mean anything else, and tells of a time that exists twice which it is.
func readDate(text string, cell *record.Cell, goLayout, layout string, location *time.Location) (value, *record.Problem) {
	if cell != nil && cell.Kind == record.CellDate && cell.Raw != "" {
		if t, iso, ok := parseISO(cell.Raw, location); ok {
			return clockTime(t, iso, cell.Raw, text)
		}
	}
	text = strings.TrimSpace(text)
	if goLayout == "" {
		if t, iso, ok := parseISO(text, location); ok {
			return clockTime(t, iso, text, text)
		}
		if t, ok := parseRFC2822(text); ok {
			return dateValue(t.In(location)), nil
		}
		p := problem(CodeBadDate, "%s is not a date such as 2026-03-31 or 2026-03-31T14:30:00+01:00", quote(text))
		if layouts := suggestDateLayouts(text); len(layouts) > 0 {
			p.Message += "; say how dates are written with layout: " + strings.Join(layouts, " or ")
		}
		return value{}, p
	}
	t, err := time.ParseInLocation(goLayout, text, location)
	if err != nil && strings.Contains(goLayout, "PM") { // which is read in capitals only
		if upper, upperErr := time.ParseInLocation(goLayout, strings.ToUpper(text), location); upperErr == nil {
			t, err, text = upper, nil, strings.ToUpper(text)
		}
	}
	if err != nil {
		if t, iso, ok := parseISO(text, location); ok && showsZone(iso) {
			return dateValue(t), nil
		}
		return value{}, problem(CodeBadDate, "%s is not a date written like %q", quote(text), layout)
	}
	if zone, offset := t.Zone(); strings.Contains(goLayout, "MST") && offset == 0 && zone != "UTC" && zone != "GMT" && t.Location() != location {
		return value{}, problem(CodeBadDate, "what %q in %s means is not known: %s has no such zone; write an offset such as +01:00, which %%z reads", zone, quote(text), location)
	}
	return clockTime(t, goLayout, text, text)
}

// suggestedDates and suggestedTimes are what a message proposes to read a date by, in the order in which it names them.
var (
	suggestedDates = []string{"%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y"}
	suggestedTimes = []string{"", " %H:%M", " %H:%M:%S", " %I:%M %p"}
)

// suggestDateLayouts gives the layouts, quoted as a job writes them, in which the text is a date. There are two where day and month
// could be either: only a person knows.
func suggestDateLayouts(text string) []string {
	if len(text) > 40 || !strings.ContainsAny(text, "0123456789") {
		return nil
	}
	var found []string
	for _, clock := range suggestedTimes {
		for _, date := range suggestedDates {
			golang, err := parseDateLayout(date + clock)
			if err != nil {
				continue
			}
			if _, err := time.Parse(golang, text); err == nil {
				found = append(found, strconv.Quote(date+clock))
			}
		}
	}
	return found[:min(2, len(found))]
}

// parseStoreDate reads a moment as either API version writes it; "" is none.
func parseStoreDate(text string, location *time.Location) (time.Time, bool) {
	if t, _, ok := parseISO(text, time.UTC); ok {
		return t.In(location), true
	}
	if t, ok := parseRFC2822(text); ok {
		return t.In(location), true
	}
	return time.Time{}, false
}

// storeDate writes a moment as the API's version does, in UTC.
func storeDate(t time.Time, version string) string {
	if version == "v2" {
		return t.UTC().Format(rfc2822)
	}
	return t.UTC().Format("2006-01-02T15:04:05+00:00")
}

// isoDate is a date as a cell shows it without a format: the day alone where there is no time of day.
func isoDate(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0 {
		return t.Format("2006-01-02")
	}
	return t.Format(time.RFC3339)
}
