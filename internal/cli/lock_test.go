package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"bcetl/internal/emulator"
	"bcetl/internal/ledger"
	"bcetl/internal/runner"
)

// shared is a store that several jobs write to, each from a folder of its own, on one computer.
type shared struct {
	t      *testing.T
	dir    string
	store  *emulator.Store
	server *httptest.Server
}

func newShared(t *testing.T, options emulator.Options) *shared {
	t.Helper()
	options.Hash, options.Tokens = "shared", map[string][]string{secretToken: emulator.Scopes()}
	s := &shared{t: t, dir: t.TempDir(), store: emulator.New(options)}
	leaks.guard(t, s.dir, secretToken)
	s.store.Seed(emulator.Demo{Products: 120})
	s.server = serveJudged(t, s.store)
	writeFiles(t, s.dir, map[string]string{
		"connections.yaml": "connections:\n  shop: { store_hash: shared, access_token: \"" + secretToken + "\", access: write, api_url: \"" + s.server.URL + "\" }\n",
	})
	return s
}

// job writes an import of n products into a folder of its own and gives the path of its job file.
func (s *shared) job(name string, first, n int, field, value string) string {
	s.t.Helper()
	var sheet strings.Builder
	sheet.WriteString("ID,Value\n")
	for _, id := range s.store.ProductIDs()[first : first+n] {
		fmt.Fprintf(&sheet, "%d,%s\n", id, value)
	}
	writeFiles(s.t, s.dir, map[string]string{
		name + "/job.yaml": "version: 1\nname: " + name + "\nconnection: shop\nsource: { csv: sheet.csv }\nmapping: { id: ID, " + field + ": Value }\n" +
			"sink: { bigcommerce: products, mode: update, match: id }\n",
		name + "/sheet.csv": sheet.String(),
	})
	return filepath.Join(s.dir, name, "job.yaml")
}

// run runs a command line; reached is told of the points that it passes.
func (s *shared) run(reached func(string), args ...string) commandRun {
	var stdout, stderr bytes.Buffer
	app := &App{World: runner.World{
		Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: time.Now, CacheDir: filepath.Join(s.dir, "cache"),
		Env: func(string) (string, bool) { return "", false }, Reached: reached,
	}}
	args = append(args, "--connections", filepath.Join(s.dir, "connections.yaml"))
	code := app.Run(context.Background(), args)
	leaks.text(s.t, "what was printed", stdout.String()+stderr.String(), secretToken)
	return commandRun{stdout.String(), stderr.String(), code}
}

func (r commandRun) wants(t *testing.T, code int, says string) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d\n%s%s", r.code, code, r.stdout, r.stderr)
	}
	if matched, err := regexp.MatchString(says, r.stdout+r.stderr); err != nil || !matched {
		t.Errorf("the output does not say %q (%v)\n%s%s", says, err, r.stdout, r.stderr)
	}
}

// paused is a run that stands still once its first intent is written down, until it is let go.
type paused struct {
	done  chan commandRun
	going chan struct{}
}

func (s *shared) pause(path string) *paused {
	p := &paused{done: make(chan commandRun, 1), going: make(chan struct{})}
	at := make(chan struct{})
	var once sync.Once
	go func() {
		p.done <- s.run(func(point string) {
			if point == "commit" {
				once.Do(func() { close(at) })
				<-p.going
			}
		}, "run", path)
	}()
	select {
	case <-at:
	case ended := <-p.done:
		s.t.Fatalf("the run ended before its first write\n%s", ended.stderr)
	}
	return p
}

func (p *paused) goOn() commandRun {
	close(p.going)
	return <-p.done
}

// While a run writes, another of the same job, and any other writer of the object from wherever it runs, finds the lock held and by
// whom; what only reads goes on. The journal can be read meanwhile.
func TestLocksOfARunThatGoesOn(t *testing.T) {
	s := newShared(t, emulator.Options{})
	first, second := s.job("first", 0, 30, "width", "4"), s.job("second", 40, 30, "height", "5")
	writeFiles(t, s.dir, map[string]string{
		"export/job.yaml": "version: 1\nname: export\nconnection: shop\nsource: { bigcommerce: products }\nmapping: { ID: id }\nsink: { csv: out.csv }\n",
	})
	running := s.pause(first)
	s.run(nil, "run", first).wants(t, exitLocked, `another run holds the lock of job first of store shared \(run [0-9]+-\S+, process \d+, since 20\S+Z\)`)
	s.run(nil, "run", second).wants(t, exitLocked, `another run holds the lock of writing Products of store shared \(run \S+, process \d+, since \S+\)`)
	s.run(nil, "run", filepath.Join(s.dir, "export", "job.yaml")).wants(t, exitOK, "120 rows read; 120 exported")
	s.run(nil, "plan", second).wants(t, exitChanges, "30 to update")
	state := filepath.Join(s.dir, "first", ".bcetl")
	runs, err := os.ReadDir(filepath.Join(state, "runs"))
	if err != nil || len(runs) != 1 {
		t.Fatalf("%v %v", runs, err)
	}
	journal := runIn(t, s.dir, nil, "", "runs", "journal", runs[0].Name(), "--state-dir", state)
	journal.wants(t, exitOK, `"state":"sent"`)
	states := map[string]int{}
	for line := range strings.Lines(journal.stdout) {
		var op struct{ State string }
		if err := json.Unmarshal([]byte(line), &op); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		states[op.State]++
	}
	if states["sent"] == 0 || states["sent"]+states["planned"] != 30 || states[""] != 30 {
		t.Errorf("lines by state: %v", states)
	}
	running.goOn().wants(t, exitOK, "30 updated")
	s.run(nil, "run", second).wants(t, exitOK, "30 updated")
	for _, dir := range []string{"first", "second", "export", "cache"} {
		mustNotShow(t, filepath.Join(s.dir, dir), journal)
	}
}

// With --lock-wait a run waits for the one that holds the lock, and gives up when it takes longer.
func TestLockWait(t *testing.T) {
	s := newShared(t, emulator.Options{})
	first, second := s.job("first", 0, 30, "width", "4"), s.job("second", 40, 30, "height", "5")
	running := s.pause(first)
	s.run(nil, "run", "--lock-wait", "150ms", second).wants(t, exitLocked, "writing Products of store shared")
	waited := make(chan commandRun, 1)
	go func() { waited <- s.run(nil, "run", "--lock-wait", "1m", second) }()
	running.goOn().wants(t, exitOK, "30 updated")
	(<-waited).wants(t, exitOK, "30 updated")
}

// A holder that is dead is no obstacle: the operating system has freed its lock, whatever the file says.
func TestLockOfTheDead(t *testing.T) {
	s := newShared(t, emulator.Options{})
	path := s.job("first", 0, 30, "width", "4")
	for _, file := range []string{
		filepath.Join(s.dir, "first", ".bcetl", "locks", ledger.LockName("first", "shared")),
	} {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("run 20260301-101500.000-abcdef, process 1, since 2026-03-01T10:15:00Z\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s.run(nil, "run", path).wants(t, exitOK, "30 updated")
}

// Two jobs on one store share its quota: both end, and neither runs into 429 but now and then.
func TestTwoJobsShareTheQuota(t *testing.T) {
	s := newShared(t, emulator.Options{Quota: emulator.Quota{Requests: 12, Window: 200 * time.Millisecond}})
	first, second := s.job("first", 0, 60, "width", "4"), s.job("second", 60, 60, "height", "5")
	third := filepath.Join(s.dir, "export", "job.yaml")
	writeFiles(t, s.dir, map[string]string{
		"export/job.yaml": "version: 1\nname: export\nconnection: shop\nsource: { bigcommerce: products }\nmapping: { ID: id }\nsink: { csv: out.csv }\n",
	})
	var all sync.WaitGroup
	for _, job := range []struct{ path, says string }{{first, "60 updated"}, {second, "60 updated"}, {third, "120 exported"}} {
		all.Go(func() { s.run(nil, "run", "--lock-wait", "1m", job.path).wants(t, exitOK, job.says) })
	}
	all.Wait()
	refused, asked := 0, 0
	for _, entry := range s.store.Log() {
		asked++
		if entry.Status == 429 {
			refused++
		}
	}
	if asked < 14 || refused > asked/4 {
		t.Errorf("%d of %d requests were refused for the quota", refused, asked)
	}
}
