package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bcetl/internal/emulator"
)

// stepsVictim has a job of two steps that write to one store: 20 updates, then 20 more.
func stepsVictim(t *testing.T) *victim {
	t.Helper()
	v := &victim{dir: t.TempDir()}
	leaks.guard(t, v.dir, tortureToken)
	v.store = emulator.New(emulator.Options{Hash: "torture", Tokens: map[string][]string{tortureToken: emulator.Scopes()}, LogBody: 1 << 16})
	v.store.Seed(emulator.Demo{Products: 40, Seed: 3})
	server := serveJudged(t, v.store)
	v.connect(t, server.URL)
	v.write(t, "job.yaml", `version: 1
name: torture
connection: shop
steps:
  - name: widths
    source: { csv: first.csv }
    mapping: { id: ID, width: Value }
    sink: { bigcommerce: products, mode: update, match: id }
  - name: heights
    source: { csv: second.csv }
    mapping: { id: ID, height: Value, brand_id: { from: Brand, lookup: brand, create_missing: true } }
    sink: { bigcommerce: products, mode: update, match: id }
`)
	first, second := "ID,Value\n", "ID,Value,Brand\n"
	for i, id := range v.store.ProductIDs()[:40] {
		if i < 20 {
			first += fmt.Sprintf("%d,4.5\n", id)
		} else {
			second += fmt.Sprintf("%d,5.5,Brand %d\n", id, i%2)
		}
	}
	v.write(t, "first.csv", first)
	v.write(t, "second.csv", second)
	v.store.ResetLog()
	return v
}

// wrote counts the successful writes that hold a text.
func (v *victim) wrote(text string) (n int) {
	for _, entry := range v.store.Writes() {
		if entry.Status < 300 && strings.Contains(entry.Body, text) {
			n++
		}
	}
	return n
}

// A run of several steps goes on at the one where it stopped; those before it are not done again, and still stand in its report.
func TestResumeAtTheRightStep(t *testing.T) {
	for _, planned := range []bool{false, true} {
		// Two batches of widths, then the brands and the first batch of heights.
		for commit := 1; commit <= 6; commit++ {
			v := stepsVictim(t)
			var flags []string
			if planned {
				made := v.command(t, "plan", "--quiet", "--yes", "--out", "plan.json", "job.yaml")
				if made != exitChanges {
					t.Fatalf("plan ended with %d\n%s", made, v.output)
				}
				flags = []string{"--plan", "plan.json"}
			}
			code := v.run(t, fmt.Sprintf("commit:%d", commit), 0, flags...)
			if code == exitOK {
				continue // fewer requests than that
			}
			if code != -1 {
				t.Fatalf("exit code %d\n%s", code, v.output)
			}
			v.wants(t, v.run(t, "", 0, flags...), exitOK, `going on with run(.|\n)*40 rows read; 40 updated`)
			if widths, heights := v.wrote(`"width"`), v.wrote(`"height"`); widths != 2 || heights != 2 {
				t.Errorf("killed at commit %d: %d requests of widths and %d of heights, want 2 and 2\n%s", commit, widths, heights, v.output)
			}
			if got := len(v.outcomes(t)); got != 20 { // rows 2 to 21 of either sheet
				t.Errorf("results of %d row numbers", got)
			}
			if brands := v.wrote(`"name":"Brand`); brands != 2 {
				t.Errorf("%d brands were created", brands)
			}
		}
	}
}

// command runs another command line in the victim's folder.
func (v *victim) command(t *testing.T, args ...string) int {
	t.Helper()
	t.Chdir(v.dir)
	run := runIn(t, v.dir, nil, "", args...)
	v.output = run.stdout + run.stderr
	return run.code
}

// A guard that only the second step trips stops a run that has written; accepted, the run goes on with that step.
func TestResumeBehindAGuard(t *testing.T) {
	v := stepsVictim(t)
	job, err := os.ReadFile(filepath.Join(v.dir, "job.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	v.write(t, "job.yaml", string(job)+"limits: { max_changes: { new_names: 1 } }\n")
	v.wants(t, v.command(t, "run", "job.yaml"), exitGuarded, "new_names")
	if r := v.lastReport(t); r.Status != "guarded" || !r.Resumable || r.Rows["updated"] != 20 {
		t.Errorf("report: %+v", r)
	}
	v.wants(t, v.command(t, "run", "--yes=new_names", "job.yaml"), exitOK, `going on with run(.|\n)*40 rows read; 40 updated`)
	if widths := v.wrote(`"width"`); widths != 2 {
		t.Errorf("the first step was done again: %d requests", widths)
	}
}

// A state folder that cannot be written is said before anything is sent.
func TestAStateFolderThatCannotBeWritten(t *testing.T) {
	v := newVictim(t, "create", newCreates(3), 3)
	v.write(t, "file", "no folder")
	v.wants(t, v.run(t, "", 0, "--state-dir", filepath.Join(v.dir, "file", "state")), exitFailed, "file")
	if writes := v.store.Writes(); len(writes) > 0 {
		t.Errorf("it wrote: %v", writes)
	}
}
