package mappings

import (
	"strings"
	"testing"
	"time"

	"bcetl/internal/job"
	"bcetl/internal/record"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return location
}

// Zones whose clocks change by half an hour, an hour or two, at night or at midnight, over the date line, or never.
var zones = []string{
	"Europe/Berlin", "Europe/London", "Atlantic/Azores", "Australia/Lord_Howe", "Australia/Sydney", "Antarctica/Troll", "America/St_Johns",
	"America/Santiago", "America/Havana", "Asia/Beirut", "Asia/Tehran", "Asia/Gaza", "Africa/Casablanca", "Pacific/Apia", "Pacific/Norfolk", "Asia/Kolkata", "UTC",
}

// What clocks showed at a moment is that moment again: it is among those of the wall time, which are all that show it.
func TestMomentsOfAWallTime(t *testing.T) {
	for _, name := range zones {
		location := zoneOf(t, name)
		doubled, skipped := 0, 0
		for _, change := range changesOf(location) {
			_, before := change.Add(-time.Second).Zone()
			for at := change.Add(-27 * time.Hour); at.Before(change.Add(27 * time.Hour)); at = at.Add(15 * time.Minute) {
				wall := onClocks(at.In(location), time.UTC)
				moments := Moments(wall, location)
				found := 0
				for i, moment := range moments {
					if !onClocks(moment, time.UTC).Equal(wall) || i > 0 && !moments[i-1].Before(moment) {
						t.Fatalf("%s shows %s at %v", name, wall, moments)
					}
					if moment.Equal(at) {
						found++
					}
				}
				if found != 1 || len(moments) > 2 {
					t.Fatalf("%s shows %s at %v, and so it did at %s", name, wall, moments, at)
				}
				if len(moments) == 2 {
					doubled++
				}
				if unchanged := at.UTC().Add(time.Duration(before) * time.Second); len(Moments(unchanged, location)) == 0 {
					skipped++ // what clocks would show had they not been put forward
				}
			}
		}
		if changes := len(changesOf(location)) > 0; changes != (doubled > 0) || changes != (skipped > 0) {
			t.Errorf("%s: %d moments of doubled times, %d skipped times", name, doubled, skipped)
		}
	}
}

// changesOf lists when the zone's clocks were changed from 2005 to 2025.
func changesOf(location *time.Location) (changes []time.Time) {
	for _, at := time.Date(2005, 1, 1, 0, 0, 0, 0, location).ZoneBounds(); !at.IsZero() && at.Year() < 2026; _, at = at.ZoneBounds() {
		changes = append(changes, at)
	}
	return changes
}

func TestStartOfDay(t *testing.T) {
	for _, test := range []struct{ zone, day, want string }{
		{"Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z"},
		{"Atlantic/Azores", "2025-10-26", "2025-10-26T00:00:00Z"},
		{"America/Havana", "2025-11-02", "2025-11-02T04:00:00Z"},
		{"America/Santiago", "2024-09-08", "2024-09-08T04:00:00Z"},
		{"Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00Z"},
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
		{"Pacific/Apia", "2011-12-30", ""},
	} {
		day, err := time.Parse(time.DateOnly, test.day)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if start, ok := StartOfDay(day, zoneOf(t, test.zone)); ok {
			got = start.UTC().Format(time.RFC3339)
		}
		if got != test.want {
			t.Errorf("%s begins in %s at %q, want %q", test.day, test.zone, got, test.want)
		}
	}
}

// A time that exists twice leaves a rule as both of its moments; one with an offset is that moment.
func TestTimesThatExistTwice(t *testing.T) {
	const berlin = `{"released":{"$ref":{"kind":"moment","key":"2026-10-25T02:30:00+02:00 2026-10-25T02:30:00+01:00 Europe/Berlin"}}}`
	const german = `released: { from: A, layout: "%d.%m.%Y %H:%M" }`
	const ambiguous = `ambiguous_time: column "A": 2026-10-25 02:30:00 exists twice in Europe/Berlin, where clocks are put back over it; write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00`
	for _, test := range []struct{ zone, rule, cell, want string }{
		{"Europe/Berlin", "released: A", "2026-10-25 02:30", berlin},
		{"Europe/Berlin", "released: A", "2026-10-25T02:30:00", berlin},
		{"Europe/Berlin", german, "25.10.2026 02:30", berlin},
		{"Europe/Berlin", german, "25.10.2026 2:30", berlin},
		{"Europe/Berlin", `released: { from: A, layout: "%d/%m/%Y %I:%M %p" }`, "25/10/2026 2:30 am", berlin},
		{"Europe/Berlin", `released: { value: 2026-10-25 02:30 }`, "", berlin},
		{"Europe/Berlin", `released: { from: A, type: text, expr: 'date(value, "%d.%m.%Y %H:%M")' }`, "25.10.2026 02:30", berlin},
		{"Europe/Berlin", `released: { from: A, assert: 'value > date("2026-01-01") and value != date("2026-10-25 01:30")' }`, "2026-10-25 02:30", berlin},
		{"Europe/Berlin", `released: { from: A, assert: 'value == date(row["A"])' }`, "2026-10-25 02:30", berlin},
		{"Europe/Berlin", "released: A", "2026-10-25 01:59:59", `{"released":"2026-10-24T23:59:59+00:00"}`},
		{"Europe/Berlin", "released: A", "2026-10-25 03:00", `{"released":"2026-10-25T02:00:00+00:00"}`},
		{"Europe/Berlin", "released: A", "2026-10-25", `{"released":"2026-10-24T22:00:00+00:00"}`},
		{"Europe/Berlin", "released: A", "2026-10-25T02:30:00+02:00", `{"released":"2026-10-25T00:30:00+00:00"}`},
		{"Europe/Berlin", "released: A", "2026-10-25T02:30+01:00", `{"released":"2026-10-25T01:30:00+00:00"}`},
		{"Europe/Berlin", "released: A", "Sun, 25 Oct 2026 02:30:00 +0100", `{"released":"2026-10-25T01:30:00+00:00"}`},
		{"Europe/Berlin", german, "2026-10-25T02:30:00+01:00", `{"released":"2026-10-25T01:30:00+00:00"}`},
		{"Europe/Berlin", german, "2026-10-25T02:30:00", `bad_date: column "A": "2026-10-25T02:30:00" is not a date written like "%d.%m.%Y %H:%M"`},
		{"Europe/Berlin", `released: { from: A, layout: "%d.%m.%Y %H:%M %z" }`, "25.10.2026 02:30 +0100", `{"released":"2026-10-25T01:30:00+00:00"}`},
		{"Europe/Berlin", `released: { from: A, layout: "%d.%m.%Y %H:%M %Z" }`, "25.10.2026 02:30 CEST", `{"released":"2026-10-25T00:30:00+00:00"}`},
		{"Europe/London", "released: A", "2026-10-25 01:30", `{"released":{"$ref":{"kind":"moment","key":"2026-10-25T01:30:00+01:00 2026-10-25T01:30:00Z Europe/London"}}}`},
		{"Australia/Lord_Howe", "released: A", "2026-04-05 01:45", `{"released":{"$ref":{"kind":"moment","key":"2026-04-05T01:45:00+11:00 2026-04-05T01:45:00+10:30 Australia/Lord_Howe"}}}`},
		{"Australia/Lord_Howe", "released: A", "2026-04-05 01:15", `{"released":"2026-04-04T14:15:00+00:00"}`},
		{"Australia/Lord_Howe", "released: A", "2026-10-04 02:15", `bad_date: column "A": "2026-10-04 02:15" does not exist in Australia/Lord_Howe: clocks were put forward over it`},
		{"Atlantic/Azores", "released: A", "2026-10-25", `{"released":{"$ref":{"kind":"moment","key":"2026-10-25T00:00:00Z 2026-10-25T00:00:00-01:00 Atlantic/Azores","else":"2026-10-25T00:00:00+00:00"}}}`},
		{"Atlantic/Azores", "released: A", "2026-10-25 00:00", `{"released":{"$ref":{"kind":"moment","key":"2026-10-25T00:00:00Z 2026-10-25T00:00:00-01:00 Atlantic/Azores"}}}`},
		{"UTC", "released: A", "2026-10-25 02:30", `{"released":"2026-10-25T02:30:00+00:00"}`},

		// What is the same for both moments is told, and what is not is refused.
		{"Europe/Berlin", `story: { from: A, type: date }`, "2026-10-25 02:30", ambiguous},
		{"Europe/Berlin", `story: { from: A, type: date }`, "2026-10-25T02:30:00+01:00", `{"story":"2026-10-25T02:30:00+01:00"}`},
		{"Europe/Berlin", `story: { from: A, type: date }`, "2026-10-25", `{"story":"2026-10-25"}`},
		{"Atlantic/Azores", `story: { from: A, type: date }`, "2026-10-25", `{"story":"2026-10-25"}`},
		{"Europe/Berlin", `story: A`, "2026-10-25 02:30", `{"story":"2026-10-25 02:30"}`},
		{"Europe/Berlin", `story: { from: A, type: date, expr: 'text(value)' }`, "2026-10-25 02:30", ambiguous},
		{"Europe/Berlin", `story: { from: A, type: date, expr: 'join([value, value])' }`, "2026-10-25 02:30", ambiguous},
		{"Europe/Berlin", `story: { from: A, type: date, expr: 'join([value, value])' }`, "2026-10-25 03:30", `{"story":"2026-10-25T03:30:00+01:00, 2026-10-25T03:30:00+01:00"}`},
		{"Europe/Berlin", `story: { from: A, type: date, expr: '"at " + text(value)' }`, "2026-10-25 02:30", ambiguous},
		{"Europe/Berlin", `story: { from: A, type: date, expr: 'strftime(value, "%H:%M")' }`, "2026-10-25 02:30", `{"story":"02:30"}`},
		{"Europe/Berlin", `story: { from: A, type: date, expr: 'strftime(value, "%H:%M %z")' }`, "2026-10-25 02:30", ambiguous},
		{"Europe/Berlin", `visible: { from: A, type: date, expr: 'value == date("2026-10-25T02:30:00+01:00")' }`, "2026-10-25 02:30", ambiguous},
		{"Europe/Berlin", `visible: { from: A, type: date, expr: 'date("2026-10-25T02:45:00+02:00") < value' }`, "2026-10-25 02:30", ambiguous},
		{"Europe/Berlin", `visible: { from: A, type: date, expr: 'value <= date("2026-10-25T02:30:00+01:00")' }`, "2026-10-25 02:30", `{"visible":true}`},
	} {
		p := compileImport(t, test.rule, []string{"A"}, Scope{Location: zoneOf(t, test.zone)})
		doc, _, _, problem := p.Map([]record.Row{rowOf([]string{"A"}, test.cell)})
		if got := outcome(doc, problem); got != test.want {
			t.Errorf("%s of %q in %s:\ngot  %s\nwant %s", test.rule, test.cell, test.zone, got, test.want)
		}
	}
}

// A workbook's date holds no offset whatever its format shows, and no time of day at midnight. A computed column hands on what it read.
func TestTwiceInCells(t *testing.T) {
	scope := Scope{Location: zoneOf(t, "Europe/Berlin")}
	const want = `{"released":{"$ref":{"kind":"moment","key":"2026-10-25T02:30:00+02:00 2026-10-25T02:30:00+01:00 Europe/Berlin"}}}`
	header := []string{"A"}
	row := rowOf(header, "25/10/26")
	row.Cells[0].Kind, row.Cells[0].Raw = record.CellDate, "2026-10-25T02:30:00"
	for _, rule := range []string{"released: A", `released: { from: A, layout: "%d/%m/%y" }`} {
		doc, _, _, problem := compileImport(t, rule, header, scope).Map([]record.Row{row})
		if got := outcome(doc, problem); got != want {
			t.Errorf("%s: %s", rule, got)
		}
	}
	j := parseJob(t, `
version: 1
name: test
source: { csv: in.csv, columns: { When: 'date(row["A"], "%d.%m.%Y %H:%M")' } }
mapping: { B: A }
sink: { csv: out.csv }
`)
	columns, diagnostics := CompileColumns("job.yaml", j.Steps[0].Source.Columns, record.NewHeader(header), scope)
	if columns == nil {
		t.Fatal(diagnostics)
	}
	extended, problem := columns.Extend(rowOf(header, "25.10.2026 02:30"))
	if problem != nil {
		t.Fatal(problem)
	}
	doc, _, _, problem := compileImport(t, "released: When", extended.Header.Names(), scope).Map([]record.Row{extended})
	if got := outcome(doc, problem); got != want || extended.Cells[1].Text != "2026-10-25T02:30:00" {
		t.Errorf("%s from %+v", got, extended.Cells[1])
	}
}

// In a sheet made of a sheet such a time is what clocks show, and refused where an offset would be written.
func TestTwiceInSheets(t *testing.T) {
	for _, test := range []struct {
		rule string
		sink job.Sink
		want string // "" is refused
	}{
		{`B: { from: A, type: date, format: "%d.%m.%Y %H:%M" }`, job.Sink{CSV: job.Scalar{Text: "out.csv", Set: true}}, "25.10.2026 02:30"},
		{`B: { from: A, type: date }`, job.Sink{XLSX: job.Scalar{Text: "out.xlsx", Set: true}}, "2026-10-25 02:30"},
		{`B: { from: A, type: date, format: "%H:%M %z" }`, job.Sink{XLSX: job.Scalar{Text: "out.xlsx", Set: true}}, ""},
		{`B: { from: A, type: date }`, job.Sink{CSV: job.Scalar{Text: "out.csv", Set: true}}, ""},
		{`B: A`, job.Sink{CSV: job.Scalar{Text: "out.csv", Set: true}}, "2026-10-25 02:30"},
	} {
		_, ms := mappingOf(t, test.rule)
		p, diagnostics := CompileSheet("job.yaml", &job.Output{Mapping: ms, Sink: test.sink}, record.NewHeader([]string{"A"}), Scope{Location: zoneOf(t, "Europe/Berlin")})
		if p == nil {
			t.Fatal(diagnostics)
		}
		cells, _, problem := p.Map([]record.Row{rowOf([]string{"A"}, "2026-10-25 02:30")})
		if test.want == "" {
			if problem == nil || problem.Code != "ambiguous_time" || problem.Column != "A" {
				t.Errorf("%s: %v, %v", test.rule, cells, problem)
			}
			continue
		}
		if problem != nil {
			t.Errorf("%s: %v", test.rule, problem)
			continue
		}
		got := cells[0].String()
		if moment := cells[0].Time(); !moment.IsZero() {
			got = moment.Format("2006-01-02 15:04")
			if strings.Contains(test.rule, "%d.%m") {
				got = moment.Format("02.01.2006 15:04")
			}
		}
		if got != test.want {
			t.Errorf("%s: %q", test.rule, got)
		}
	}
}
