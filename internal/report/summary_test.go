package report

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"bcetl/internal/record"
)

func guardedReport() *Report {
	rows := tally(map[record.Outcome]int64{record.NotAttempted: 1})
	return &Report{
		Job: "spring-prices", Started: start, Finished: start.Add(time.Second), Status: Guarded, Rows: rows, Records: rows,
		Error: &record.Problem{Code: "guard.price", Message: "price would change by more than 50% in 31 of 5,000 records"},
	}
}

func TestSummary(t *testing.T) {
	dry := pricesReport()
	dry.DryRun, dry.Rejects = true, nil
	found := ordersReport()
	found.Findings = failedReport().Findings
	var out strings.Builder
	for _, c := range []struct {
		name   string
		report *Report
	}{
		{"rejects", pricesReport()},
		{"succeeded", ordersReport()},
		{"failed", failedReport()},
		{"guarded", guardedReport()},
		{"dry run", dry},
		{"finding", found},
		{"empty", &Report{Job: "nothing", Status: Succeeded}},
	} {
		for _, s := range []struct {
			name  string
			style Style
		}{
			{"terminal", Style{Mode: ModeTerminal}},
			{"plain", Style{Mode: ModePlain}},
			{"quiet", Style{Mode: ModePlain, Quiet: true}},
			{"json", Style{Mode: ModeJSON}},
			{"quiet json", Style{Mode: ModeJSON, Quiet: true}},
			{"quiet terminal", Style{Mode: ModeTerminal, Quiet: true}},
		} {
			out.WriteString("-- " + c.name + ", " + s.name + " --\n")
			Summary(&out, c.report, s.style)
		}
	}
	golden(t, "summary.txt", out.String())
}

func TestSummaryColorsOnlyATerminal(t *testing.T) {
	for _, r := range []*Report{pricesReport(), ordersReport(), failedReport(), guardedReport()} {
		for _, mode := range []Mode{ModeTerminal, ModePlain, ModeJSON} {
			var plain, colored strings.Builder
			Summary(&plain, r, Style{Mode: mode})
			Summary(&colored, r, Style{Mode: mode, Color: true})
			if strings.Contains(plain.String(), "\x1b") {
				t.Errorf("%s, mode %d: an escape code without colour: %q", r.Job, mode, plain.String())
			}
			if got := strings.Contains(colored.String(), "\x1b"); got != (mode == ModeTerminal) {
				t.Errorf("%s, mode %d: colour is %v", r.Job, mode, got)
			}
			if got := escapes.ReplaceAllString(colored.String(), ""); got != plain.String() {
				t.Errorf("%s, mode %d: colour changes the words: %q", r.Job, mode, got)
			}
		}
	}
}

func TestSummaryJSONLines(t *testing.T) {
	for _, r := range []*Report{pricesReport(), ordersReport(), failedReport(), guardedReport()} {
		var out strings.Builder
		Summary(&out, r, Style{Mode: ModeJSON})
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		var last map[string]any
		for _, line := range lines {
			last = nil
			if err := json.Unmarshal([]byte(line), &last); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
		}
		if last["msg"] != "run finished" || last["status"] != string(r.Status) {
			t.Errorf("last line is %v", last)
		}
	}
}

func TestStyleFor(t *testing.T) {
	terminal, color, pipe := Screen{Terminal: true}, Screen{Terminal: true, Color: true}, Screen{}
	for _, c := range []struct {
		screen      Screen
		quiet, json bool
		want        Style
	}{
		{pipe, false, false, Style{Mode: ModePlain}},
		{pipe, true, false, Style{Mode: ModePlain, Quiet: true}},
		{terminal, false, false, Style{Mode: ModeTerminal}},
		{color, true, false, Style{Mode: ModeTerminal, Quiet: true, Color: true}},
		{color, false, true, Style{Mode: ModeJSON}},
		{pipe, true, true, Style{Mode: ModeJSON, Quiet: true}},
	} {
		if got := StyleFor(c.screen, c.quiet, c.json); got != c.want {
			t.Errorf("%+v: got %+v", c, got)
		}
	}
}

func TestWording(t *testing.T) {
	for n, want := range map[int64]string{0: "0 rows", 1: "1 row", 999: "999 rows", 1000: "1,000 rows", 1234567: "1,234,567 rows", -1234: "-1,234 rows"} {
		if got := Counted(n, "row"); got != want {
			t.Errorf("Counted(%d) = %q, want %q", n, got, want)
		}
	}
	for d, want := range map[time.Duration]string{
		-time.Second: "0ms", 0: "0ms", 999 * time.Millisecond: "999ms", time.Second: "1s", 59*time.Second + 600*time.Millisecond: "1m00s",
		200 * time.Second: "3m20s", time.Hour - time.Millisecond: "1h00m", 65 * time.Minute: "1h05m",
		24*time.Hour - time.Second: "1d00h", 51 * time.Hour: "2d03h",
	} {
		if got := brief(d); got != want {
			t.Errorf("brief(%v) = %q, want %q", d, got, want)
		}
	}
	if got := oneLine("a\r\nb\x1b[2Jc\x7f\u0085d\tż"); got != "a  b[2Jcd ż" {
		t.Errorf("oneLine: %q", got)
	}
}

// Where several rows are one record the summary counts both.
func TestSummaryCountsRecords(t *testing.T) {
	type step struct {
		one, many string
		complete  bool
	}
	created := func(n, filtered int64) Tally {
		return tally(map[record.Outcome]int64{record.Created: n, record.Filtered: filtered})
	}
	mixed := tally(map[record.Outcome]int64{record.Created: 5, record.Rejected: 1200})
	orders := step{"order", "orders", true}
	for _, test := range []struct {
		steps   []step
		records Tally
		want    string
	}{
		{[]step{orders}, created(15, 2), "17 rows read; 15 created, 2 filtered"},
		{[]step{orders}, created(14, 1), "17 rows read; 15 created, 2 filtered (14 orders)"},
		{[]step{orders}, created(1, 2), "17 rows read; 15 created, 2 filtered (1 order)"},
		{[]step{orders, orders}, mixed, "17 rows read; 15 created, 2 filtered (1,205 orders: 5 created, 1,200 rejected)"},
		{[]step{orders, {"code batch", "code_batches", true}}, created(14, 2), "17 rows read; 15 created, 2 filtered (14 records)"},
		{[]step{{"code batch", "code_batches", true}}, created(14, 2), "17 rows read; 15 created, 2 filtered (14 code batches)"},
		{[]step{{"order", "orders", false}, orders}, created(14, 2), "17 rows read; 15 created, 2 filtered"},
		{nil, created(14, 2), "17 rows read; 15 created, 2 filtered"},
	} {
		r := &Report{Job: "j", Status: Succeeded, Rows: created(15, 2), Records: test.records}
		for _, s := range test.steps {
			r.CallRecords(s.one, s.many, s.complete)
		}
		var out strings.Builder
		Summary(&out, r, Style{})
		if got, want := out.String(), "j: "+test.want+"; 0ms\n"; got != want {
			t.Errorf("%v: %q, want %q", test.steps, got, want)
		}
	}
}
