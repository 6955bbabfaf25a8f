package report

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"bcetl/internal/record"
)

var start = time.Date(2026, 11, 25, 0, 53, 25, 0, time.UTC)

// tally counts by name, read being their sum.
func tally(counts map[record.Outcome]int64) Tally {
	var c record.Counts
	for o, n := range counts {
		c.Add(o, n)
	}
	return TallyOf(c.Total(), c)
}

// pricesReport is the report of an import with twelve rejected rows of fourteen not settled.
func pricesReport() *Report {
	rows := tally(map[record.Outcome]int64{record.Updated: 4211, record.Unchanged: 775, record.Rejected: 12, record.Partial: 2})
	r := &Report{
		Schema: Schema, RunID: "20261125-005325-a1", Job: "spring-prices", Connection: "catalog-team",
		Started: start, Finished: start.Add(200 * time.Second), Status: Rejects, Rows: rows, Records: rows,
		Steps: []Step{{Name: "spring-prices", Rows: rows}},
		API: API{
			Requests: 448, Retries: 3, ThrottledMS: 61_500,
			ByStatus: map[string]int64{"200": 445, "503": 3}, Quota: &Quota{Left: 102, Size: 150},
		},
		Rejects: []RejectFile{{Step: "spring-prices", Path: ".bcetl/runs/20261125-005325-a1/rejects.xlsx", Rows: 12}},
	}
	for line := range 14 {
		r.Note(record.Origin{File: "prices.xlsx", Sheet: "Prices", Line: line + 4}, "SKU-"+string(rune('A'+line)), &record.Problem{
			Code: "value.type", Column: "Net price", Message: `"n/a" is not a number`,
		})
	}
	return r
}

// ordersReport is the report of an export in two sheets that succeeded.
func ordersReport() *Report {
	outputs := []Output{
		{Path: "out/orders-20261125.xlsx", Sheet: "Orders", Rows: 1204, SHA256: "b94d27b9934d3e08"},
		{Path: "out/lines.csv", Rows: 1, SHA256: "a591a6d40bf42040"},
	}
	rows := tally(map[record.Outcome]int64{record.Exported: 1204})
	return &Report{
		RunID: "20261125-005325-b2", Job: "nightly-orders", Connection: "finance",
		Started: start.In(time.FixedZone("", 11*3600)), Finished: start.Add(9400 * time.Millisecond), Status: Succeeded,
		Rows: rows, Records: rows, Steps: []Step{{Name: "nightly-orders", Rows: rows, Outputs: outputs}},
		API: API{Requests: 6, ByStatus: map[string]int64{"200": 6}}, Outputs: outputs,
	}
}

// failedReport is the report of a run of two steps that failed in the second.
func failedReport() *Report {
	one := tally(map[record.Outcome]int64{record.Updated: 100})
	two := tally(map[record.Outcome]int64{record.Updated: 1, record.InDoubt: 1, record.NotAttempted: 98})
	rows := one
	rows.Merge(two)
	r := &Report{
		RunID: "20261125-005325-c3", Job: "both", Connection: "catalog-team", Started: start, Finished: start.Add(75 * time.Minute),
		Status: Failed, Resumable: true, Rows: rows, Records: rows, Steps: []Step{{Name: "prices", Rows: one}, {Name: "stock", Rows: two}},
		API:      API{Requests: 13, ByStatus: map[string]int64{"200": 11, "401": 1, "none": 1}},
		Findings: []Finding{{Step: "stock", Code: "csv.encoding", Message: "stock.csv is read as windows-1252"}},
		Error:    &record.Problem{Code: "store.unauthorized", Message: "the store refuses the token (401)"},
	}
	r.Note(record.Origin{File: "stock.csv", Line: 3}, "B\x1b[31m2", &record.Problem{Code: "store.lost", Message: "no answer\nto a create"})
	return r
}

func TestReportFile(t *testing.T) {
	for name, r := range map[string]*Report{
		"prices.json": pricesReport(), "orders.json": ordersReport(), "failed.json": failedReport(), "empty.json": {},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "report.json")
			if err := os.WriteFile(path, []byte("an older report"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := r.Write(path); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, string(text))
			back, err := Read(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(r.whole(), back, cmpopts.IgnoreUnexported(Report{})); diff != "" {
				t.Errorf("read back (-want +got):\n%s", diff)
			}
			if left, _ := os.ReadDir(folder); len(left) != 1 {
				t.Errorf("beside the report lie %v", left)
			}
			if r.Error == nil && r.RunID != "" {
				if err := r.Check(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestReportWriteLeavesTheLastGoodOne(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "report.json")
	if err := os.Mkdir(path, 0o700); err != nil { // a rename onto a folder fails
		t.Fatal(err)
	}
	if err := pricesReport().Write(path); err == nil {
		t.Fatal("no error")
	}
	if left, _ := os.ReadDir(folder); len(left) != 1 || !left[0].IsDir() {
		t.Errorf("left behind: %v", left)
	}
	if err := pricesReport().Write(filepath.Join(folder, "missing", "report.json")); err == nil {
		t.Error("a folder that does not exist is no error")
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{"schema": 2}`, "schema is 2"},
		{`{}`, "schema is 0"},
		{`[]`, "read report"},
		{`{"schema": 1`, "read report"},
	} {
		path := filepath.Join(t.TempDir(), "report.json")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %q", c.text, err, c.want)
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "report.json")); !os.IsNotExist(unwrapped(err)) {
		t.Errorf("a missing report: %v", err)
	}
}

func unwrapped(err error) error {
	for {
		wrapper, ok := err.(interface{ Unwrap() error })
		if !ok || os.IsNotExist(err) {
			return err
		}
		err = wrapper.Unwrap()
	}
}

func TestWriteJSONOfSeveralIsAList(t *testing.T) {
	for count, want := range map[int]string{0: "[", 1: "{", 2: "["} {
		var reports []*Report
		for range count {
			reports = append(reports, ordersReport())
		}
		var out strings.Builder
		if err := WriteJSON(&out, reports...); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(out.String(), want) || !json.Valid([]byte(out.String())) {
			t.Errorf("%d reports: %.20q", count, out.String())
		}
	}
}

func TestExitCodes(t *testing.T) {
	for status, want := range map[Status]int{Succeeded: 0, Rejects: 3, Failed: 1, Guarded: 5, Interrupted: 130, "": 1} {
		if got := (&Report{Status: status}).ExitCode(); got != want {
			t.Errorf("%q exits %d, want %d", status, got, want)
		}
	}
}

func TestSettledStatusAndCheck(t *testing.T) {
	for _, c := range []struct {
		outcome record.Outcome
		untied  bool
		want    Status
		bug     bool // Check refuses the status over such a row
	}{
		{outcome: record.Created, want: Succeeded},
		{outcome: record.Updated, want: Succeeded},
		{outcome: record.Unchanged, want: Succeeded},
		{outcome: record.Deleted, want: Succeeded},
		{outcome: record.Exported, want: Succeeded},
		{outcome: record.Filtered, want: Succeeded},
		{outcome: record.Exported, untied: true, want: Rejects},
		{outcome: record.Partial, want: Rejects},
		{outcome: record.Rejected, want: Rejects},
		{outcome: record.InDoubt, want: Rejects},
		{outcome: record.NotAttempted, want: Succeeded, bug: true},
		{outcome: record.NotAttempted, untied: true, want: Rejects, bug: true},
	} {
		r := &Report{Rows: tally(map[record.Outcome]int64{c.outcome: 1})}
		if r.Status = r.SettledStatus(c.untied); r.Status != c.want {
			t.Errorf("%s, untied %v: status %s, want %s", c.outcome, c.untied, r.Status, c.want)
		}
		if err := r.Check(); (err != nil) != c.bug {
			t.Errorf("%s, untied %v: Check says %v", c.outcome, c.untied, err)
		}
		r.DryRun = true
		if err := r.Check(); err != nil {
			t.Errorf("%s in a dry run: %v", c.outcome, err)
		}
		r.DryRun, r.Status = false, Succeeded
		if err := r.Check(); (err != nil) != (r.Rows.Unsettled() > 0) {
			t.Errorf("%s under status succeeded: Check says %v", c.outcome, err)
		}
	}
}
