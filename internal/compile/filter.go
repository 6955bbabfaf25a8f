package compile

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/job"
	"bcetl/internal/record"
	"bcetl/mappings"
)

// filterValue gives the value as the API wants it, or a message that says what it takes.
func filterValue(filter *catalogue.Filter, text string) (value, message string) {
	if len(filter.Enum) > 0 {
		if slices.Contains(filter.Enum, strings.ToLower(text)) {
			return strings.ToLower(text), ""
		}
		return "", fmt.Sprintf("%s takes %s, not %q", filter.Name, strings.Join(filter.Enum, ", "), text)
	}
	switch filter.Type {
	case catalogue.Int:
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return "", fmt.Sprintf("%s takes a whole number, not %q", filter.Name, text)
		}
	case catalogue.Decimal:
		if _, err := decimal.NewFromString(text); err != nil {
			return "", fmt.Sprintf("%s takes a number, not %q", filter.Name, text)
		}
	case catalogue.Bool:
		return filterBool(filter, text)
	case catalogue.Date:
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return "", fmt.Sprintf("%s takes a date with time and zone, such as 2026-03-01T00:00:00+01:00, not %q: a store adds the present time to a bare date", filter.Name, text)
		}
		return moment.Format(time.RFC3339), ""
	}
	if strings.Contains(text, ",") && filter.Many {
		return "", fmt.Sprintf("%s takes a list, so %q cannot be one of its values: it holds a comma", filter.Name, text)
	}
	return text, ""
}

func filterBool(filter *catalogue.Filter, text string) (value, message string) {
	truth, err := strconv.ParseBool(strings.ToLower(text))
	if err != nil {
		return "", fmt.Sprintf("%s takes true or false, not %q", filter.Name, text)
	}
	if !filter.OneZero {
		return strconv.FormatBool(truth), ""
	}
	if truth {
		return "1", ""
	}
	return "0", ""
}

// periodFilter adds `period`: days or a range of them in the job's timezone, the last one whole.
func periodFilter(f *File, object *catalogue.Object, s *job.Source, query url.Values) []job.Diagnostic {
	var diagnostics []job.Diagnostic
	for _, entry := range s.Period {
		least, most, ok := periodNames(object, entry.Name.Text)
		if !ok {
			diagnostics = append(diagnostics, f.Diagnostic(entry.Name, "filter", noPeriod(object, entry.Name.Text)))
			continue
		}
		from, to, err := parsePeriod(entry.Value.Text, f.Location)
		if err != nil {
			diagnostics = append(diagnostics, f.Diagnostic(entry.Value, "period", err.Error()))
			continue
		}
		if !from.IsZero() {
			query.Set(least, from.Format(time.RFC3339))
		}
		if !to.IsZero() {
			query.Set(most, to.Format(time.RFC3339))
		}
	}
	return diagnostics
}

// periodNames are the filters that bound a date: "created:min" and "created:max" in V3, "min_date_created" and "max_date_created" in V2.
func periodNames(object *catalogue.Object, field string) (least, most string, ok bool) {
	for _, names := range [][2]string{{field + ":min", field + ":max"}, {"min_" + field, "max_" + field}} {
		filter, hasMin := object.FilterNamed(names[0])
		_, hasMax := object.FilterNamed(names[1])
		if hasMin && hasMax && filter.Type == catalogue.Date {
			return names[0], names[1], true
		}
	}
	return "", "", false
}

// noPeriod says by which dates an object can be read.
func noPeriod(object *catalogue.Object, field string) string {
	var dates []string
	for i := range object.Filters {
		name := strings.TrimPrefix(strings.TrimSuffix(object.Filters[i].Name, ":min"), "min_")
		if _, _, ok := periodNames(object, name); ok && !slices.Contains(dates, name) {
			dates = append(dates, name)
		}
	}
	if len(dates) == 0 {
		return object.Name + " cannot be read by a period"
	}
	return fmt.Sprintf("%s cannot be read by a period of %q; by %s they can", object.Name, field, strings.Join(dates, " or "))
}

// parsePeriod reads a day, or from..to, either of which may be left out. A day is whole, daylight saving included: the end is the last
// second before the next one. A moment with time and zone stands for itself.
func parsePeriod(text string, location *time.Location) (from, to time.Time, err error) {
	first, last, isRange := strings.Cut(text, "..")
	if !isRange {
		last = first
	}
	first, last = strings.TrimSpace(first), strings.TrimSpace(last)
	if first == "" && last == "" {
		return from, to, fmt.Errorf("a period is a day (2026-03-01) or a range (2026-03-01..2026-03-31), not %q", text)
	}
	if first != "" {
		if from, _, err = parseDayOrMoment(first, location); err != nil {
			return from, to, err
		}
	}
	if last != "" {
		day, whole, err := parseDayOrMoment(last, location)
		if err != nil {
			return from, to, err
		}
		if to = day; whole {
			to = nextDay(day, location).Add(-time.Second)
		}
	}
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		return from, to, fmt.Errorf("the period %q ends before it begins", text)
	}
	return from, to, nil
}

func parseDayOrMoment(text string, location *time.Location) (moment time.Time, day bool, err error) {
	if wall, err := time.Parse(time.DateOnly, text); err == nil {
		start, ok := mappings.StartOfDay(wall, location)
		if !ok {
			return moment, true, fmt.Errorf("there was no %s in %s", text, location)
		}
		return start, true, nil
	}
	if moment, err = time.Parse(time.RFC3339, text); err == nil {
		return moment, false, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if wall, err := time.Parse(layout, text); err == nil {
			moment, err = oneMoment(wall, location)
			return moment, false, err
		}
	}
	return moment, false, fmt.Errorf("%q is neither a day such as 2026-03-01 nor a moment such as 2026-03-01T09:30:00+01:00", text)
}

// oneMoment is when clocks of the zone show that; there may be no such moment, or two.
func oneMoment(wall time.Time, location *time.Location) (time.Time, error) {
	switch moments := mappings.Moments(wall, location); len(moments) {
	case 0:
		return time.Time{}, fmt.Errorf("%s does not exist in %s: clocks were put forward over it", wall.Format("2006-01-02 15:04:05"), location)
	case 1:
		return moments[0], nil
	default:
		return time.Time{}, errors.New(record.Twice{First: moments[0], Second: moments[1], Zone: location.String()}.Problem().Message)
	}
}

// nextDay is when the day after that one begins.
func nextDay(day time.Time, location *time.Location) time.Time {
	for days := 1; ; days++ {
		if start, ok := mappings.StartOfDay(time.Date(day.Year(), day.Month(), day.Day()+days, 0, 0, 0, 0, time.UTC), location); ok {
			return start
		}
	}
}

// storeFilter turns the job's filter and period into query values, each checked against the catalogue: a misspelt name would list
// the whole store.
func storeFilter(f *File, object *catalogue.Object, s *job.Source) (url.Values, []job.Diagnostic) {
	query := url.Values{}
	var diagnostics []job.Diagnostic
	names := make([]string, len(object.Filters))
	for i := range object.Filters {
		names[i] = object.Filters[i].Name
	}
	for _, entry := range s.Filter {
		filter, ok := object.FilterNamed(entry.Name.Text)
		if !ok {
			diagnostics = append(diagnostics, f.Diagnostic(entry.Name, "filter",
				fmt.Sprintf("%s have no filter %q%s", object.Name, entry.Name.Text, job.DidYouMean(entry.Name.Text, names))))
			continue
		}
		values := make([]string, 0, len(entry.Values))
		for _, value := range entry.Values {
			text, message := filterValue(filter, value.Text)
			if message != "" {
				diagnostics = append(diagnostics, f.Diagnostic(value, "filter", message))
			}
			values = append(values, text)
		}
		if len(values) > 1 && !filter.Many {
			diagnostics = append(diagnostics, f.Diagnostic(entry.Values[1], "filter", filter.Name+" takes one value"))
		}
		query.Set(filter.Name, strings.Join(values, ","))
	}
	for i := range object.Filters {
		if name := object.Filters[i].Name; object.Filters[i].Needed && query.Get(name) == "" {
			diagnostics = append(diagnostics, f.Diagnostic(s.Object, "filter",
				fmt.Sprintf("%s have no list but by %s: add `filter: { %s: [...] }`", object.Name, name, name)))
		}
	}
	more := periodFilter(f, object, s, query)
	return query, append(diagnostics, more...)
}

// checkAlso reports `also` where nothing is left out that it could bring.
func checkAlso(f *File, object *catalogue.Object, s *job.Source) []job.Diagnostic {
	if len(s.Also) == 0 || object == &catalogue.Orders || object.Within == catalogue.Orders.Name {
		return nil
	}
	return []job.Diagnostic{f.Diagnostic(s.Also[0], "filter", "also is for orders and their transactions; of "+object.Name+" nothing is left out")}
}
