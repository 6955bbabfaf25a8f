package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"bcetl/internal/emulator"
	"bcetl/internal/judge"
)

const tortureToken = "t0rture-tok-4b7e19"

// victim is a store and the folder of a job that writes to it.
type victim struct {
	dir    string
	store  *emulator.Store
	late   *lateStore // what the runs speak to
	output string
}

// victimOf is an empty store with the folder of a job; rest is what the job file says beside its name and connection. With workers there
// are at most so many (0 = as many as a job has that says nothing).
func victimOf(t *testing.T, rest, sheet string, workers int) *victim {
	t.Helper()
	v := &victim{dir: t.TempDir()}
	leaks.guard(t, v.dir, tortureToken)
	v.store = emulator.New(emulator.Options{Hash: "torture", Tokens: map[string][]string{tortureToken: emulator.Scopes()}})
	v.late = &lateStore{store: specifications(t).Handler(v.store, func(violation judge.Violation) { t.Error(violation) })}
	server := httptest.NewServer(v.late)
	t.Cleanup(server.Close)
	t.Cleanup(v.late.underWay.Wait)
	job := "version: 1\nname: torture\nconnection: shop\n" + rest
	if workers > 0 {
		job += fmt.Sprintf("limits: { concurrency: %d }\n", workers)
	}
	v.write(t, "job.yaml", job)
	v.write(t, "connections.yaml", "connections:\n  shop:\n    store_hash: torture\n    access_token: "+tortureToken+"\n    access: write\n    api_url: "+server.URL+"\n")
	v.write(t, "sheet.csv", sheet)
	return v
}

// heal ends all faults.
func (v *victim) heal() {
	v.store.ClearFaults()
	v.late.strike(0, 0)
}

func (v *victim) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(v.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// makePlan makes the plan that runs apply.
func (v *victim) makePlan(t *testing.T) {
	t.Helper()
	if code := v.exec(t, "", 0, "plan", "--yes", "--quiet", "--out", "plan.json", "job.yaml"); code != exitChanges && code != exitRows {
		t.Fatalf("the plan ended with %d\n%s", code, v.output)
	}
}

// run runs the job in a process of its own; -1 says that it was killed.
func (v *victim) run(t *testing.T, crash string, kill time.Duration, flags ...string) int {
	t.Helper()
	return v.exec(t, crash, kill, append([]string{"run", "--yes", "job.yaml"}, flags...)...)
}

// exec runs a command line in a process of its own.
func (v *victim) exec(t *testing.T, crash string, kill time.Duration, args ...string) int {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary, args...)
	command.Args[0] = "bcetl-crash" // see TestMain
	command.Dir = v.dir
	command.Env = append(os.Environ(), crashVariable+"="+crash, "HOME="+v.dir, "XDG_CACHE_HOME="+v.dir)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if kill > 0 {
		timer := time.AfterFunc(kill, func() { _ = command.Process.Kill() }) // a process that is gone already is what was wanted
		defer timer.Stop()
	}
	err = command.Wait()
	v.output = output.String()
	leaks.text(t, "what the run printed", v.output, tortureToken)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode()
}

// finished tells whether the newest run came to its end.
func (v *victim) finished(t *testing.T) bool {
	t.Helper()
	manifests, err := filepath.Glob(filepath.Join(v.dir, ".bcetl", "runs", "*", "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(manifests) == 0 {
		return false
	}
	slices.Sort(manifests)
	data, err := os.ReadFile(manifests[len(manifests)-1])
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Status string
		Plans  bool
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	return !manifest.Plans && (manifest.Status == "succeeded" || manifest.Status == "rejects")
}

// breakStore switches one kind of fault on and gives its name.
func (v *victim) breakStore(random *rand.Rand) string {
	kinds := []struct {
		name  string
		fault emulator.Fault
	}{
		{"500 before", emulator.Fault{Kind: emulator.StatusBefore, Status: 500}},
		{"503 before", emulator.Fault{Kind: emulator.StatusBefore, Status: 503}},
		{"500 after", emulator.Fault{Kind: emulator.StatusAfter, Status: 500}},
		{"502 after", emulator.Fault{Kind: emulator.StatusAfter, Status: 502}},
		{"reset before", emulator.Fault{Kind: emulator.ResetBefore}},
		{"reset after", emulator.Fault{Kind: emulator.ResetAfter}},
		{"truncated", emulator.Fault{Kind: emulator.TruncatedBody}},
		{"stall", emulator.Fault{Kind: emulator.Stall, Delay: 50 * time.Millisecond}},
		{"429", emulator.Fault{Kind: emulator.QuotaSpent, Delay: time.Second, Times: 1}},
		{"429 bare", emulator.Fault{Kind: emulator.Overloaded, Times: 1}}, // the wait after a second one in a row is twice as long
		{"token revoked", emulator.Fault{Kind: emulator.TokenRevoked, From: 3 + random.IntN(20)}},
		{"late", emulator.Fault{}}, // see lateStore
	}
	chosen := kinds[random.IntN(len(kinds))]
	if chosen.name == "late" {
		v.late.strike(0.1+0.6*random.Float64(), random.Uint64())
		return chosen.name
	}
	fault := chosen.fault
	if fault.From == 0 {
		fault.Probability, fault.Seed = 0.05+0.4*random.Float64(), random.Uint64()
	}
	v.store.AddFault(fault)
	return chosen.name
}

// outcomes gives the outcome of each row of the last run, as results.csv has it, and checks that the report agrees.
func (v *victim) outcomes(t *testing.T) map[string]string {
	t.Helper()
	runs, err := filepath.Glob(filepath.Join(v.dir, ".bcetl", "runs", "*", "results.csv"))
	if err != nil || len(runs) == 0 {
		t.Fatalf("no results: %v", err)
	}
	slices.Sort(runs)
	last := runs[len(runs)-1]
	rows := readAll(t, last)
	outcomes, counts := map[string]string{}, map[string]int64{}
	for _, row := range rows[1:] {
		outcomes[row[4]] = row[7] + " " + row[10]
		counts[row[7]]++
	}
	var report struct{ Rows map[string]int64 }
	data, err := os.ReadFile(filepath.Join(filepath.Dir(last), "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	if report.Rows["read"] != int64(len(rows)-1) {
		t.Errorf("the report counts %d rows, results.csv has %d", report.Rows["read"], len(rows)-1)
	}
	for _, outcome := range slices.Sorted(maps.Keys(counts)) {
		if report.Rows[outcome] != counts[outcome] {
			t.Errorf("the report counts %d %s, results.csv has %d", report.Rows[outcome], outcome, counts[outcome])
		}
	}
	return outcomes
}
