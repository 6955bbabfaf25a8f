package ledger_test

import (
	"testing"
	"time"

	"bcetl/internal/ledger"
	"bcetl/internal/record"
)

// Since when no process of a run can have a request under way is known from the run's end, else from the first process that found it dead, until
// something is sent again.
func TestSinceWhenARunIsQuiet(t *testing.T) {
	c := crash(t)
	ctx, noon := t.Context(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l := c.restored(t, nil)
	at := func(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }
	// reopen gives for how many seconds the run is quiet, three seconds later; then do what it does, and die or end.
	reopen := func(seconds int, do func(*ledger.Run)) int {
		t.Helper()
		old, found, err := l.Unfinished(c.manifest.Job, c.manifest.Store)
		if err != nil || !found {
			t.Fatal(found, err)
		}
		run, err := l.Reopen(ctx, old, at(seconds))
		if err != nil {
			t.Fatal(err)
		}
		quiet := run.Quiet(at(seconds + 3))
		if do != nil {
			do(run)
		}
		if err := run.Close(); err != nil {
			t.Fatal(err)
		}
		return int(quiet.Seconds())
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	settle := func(run *ledger.Run) { must(run.Done(ctx, []ledger.OpResult{{ID: 25, State: record.OpPlanned}})) }
	send := func(run *ledger.Run) { must(run.Sent(ctx, []int64{25})) }
	end := func(run *ledger.Run) { must(run.Finish(at(1000), "interrupted")) }
	for _, step := range []struct {
		name   string
		second int
		do     func(*ledger.Run)
		want   int
	}{
		{"killed nobody knows when", 0, settle, 3},
		{"found dead before", 2, nil, 5},
		{"the clock went back", -60, send, 0},
		{"killed after it had sent again", 600, send, 3},
		{"and once more", 900, func(run *ledger.Run) { send(run); end(run) }, 3},
		{"ended", 1010, settle, 13},
		{"ended, and found so before", 1020, nil, 23},
	} {
		if got := reopen(step.second, step.do); got != step.want {
			t.Errorf("%s: quiet for %d s, want %d", step.name, got, step.want)
		}
	}
}
