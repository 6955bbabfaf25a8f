package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bcetl/internal/runner"
)

// terminal is both ends of a pseudo terminal: what a person types and sees, and what the command has.
type terminal struct {
	person, command *os.File
	mutex           sync.Mutex
	seen            bytes.Buffer
	done            chan struct{}
}

func newTerminal(t *testing.T) *terminal {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo terminal can be had here: %v", err)
	}
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skipf("no pseudo terminal can be had here: %v", err)
	}
	number, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skipf("no pseudo terminal can be had here: %v", err)
	}
	command, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo terminal can be had here: %v", err)
	}
	x := &terminal{person: person, command: command, done: make(chan struct{})}
	go func() {
		defer close(x.done)
		buffer := make([]byte, 4096)
		for {
			n, err := person.Read(buffer)
			x.mutex.Lock()
			x.seen.Write(buffer[:n])
			x.mutex.Unlock()
			if err != nil {
				return // the other end is closed
			}
		}
	}()
	t.Cleanup(func() { _ = person.Close() }) // closed twice at worst
	return x
}

// run runs a command line in a terminal in which a person types text, and gives what the person saw.
func (x *terminal) run(t *testing.T, env map[string]string, typed string, args ...string) (code int, seen string) {
	t.Helper()
	if _, err := io.WriteString(x.person, typed); err != nil {
		t.Fatal(err)
	}
	app := &App{World: runner.World{
		Stdin: x.command, Stdout: x.command, Stderr: x.command, Now: time.Now, Clock: hurriedClock{time.Now()}, CacheDir: filepath.Join(t.TempDir(), "cache"),
		Env: func(name string) (string, bool) {
			value, ok := env[name]
			return value, ok
		},
	}}
	code = app.Run(context.Background(), args)
	if err := x.command.Close(); err != nil {
		t.Fatal(err)
	}
	<-x.done
	x.mutex.Lock()
	defer x.mutex.Unlock()
	return code, strings.ReplaceAll(x.seen.String(), "\r\n", "\n")
}

// A plan in a terminal is coloured and goes through the person's pager; NO_COLOR takes the colours away.
func TestAPlanInATerminal(t *testing.T) {
	v := newVictim(t, "update", numbered(demoStore(3), 4), 3)
	v.write(t, "pager", "#!/bin/sh\ncat > "+filepath.Join(v.dir, "paged.txt")+"\n")
	if err := os.Chmod(filepath.Join(v.dir, "pager"), 0o700); err != nil {
		t.Fatal(err)
	}
	job := filepath.Join(v.dir, "job.yaml")
	for _, look := range []struct {
		name  string
		env   map[string]string
		color bool
		paged bool
	}{
		{"paged", map[string]string{"PAGER": filepath.Join(v.dir, "pager"), "TERM": "xterm"}, true, true},
		{"no colour", map[string]string{"PAGER": filepath.Join(v.dir, "pager"), "TERM": "xterm", "NO_COLOR": "1"}, false, true},
		{"no pager", map[string]string{"PAGER": "", "TERM": "xterm"}, true, false},
		{"dumb", map[string]string{"PAGER": filepath.Join(v.dir, "pager"), "TERM": "dumb"}, false, false},
	} {
		t.Run(look.name, func(t *testing.T) {
			paged := filepath.Join(v.dir, "paged.txt")
			if err := os.Remove(paged); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
			code, seen := newTerminal(t).run(t, look.env, "", "plan", "--yes", job)
			if code != exitChanges {
				t.Fatalf("exit code %d\n%s", code, seen)
			}
			text, err := os.ReadFile(paged)
			if look.paged != (err == nil) {
				t.Fatalf("paged: %v\n%s", err, seen)
			}
			if !look.paged {
				text = []byte(seen)
			}
			if !strings.Contains(string(text), "700.25") || strings.Contains(string(text), "\x1b[33m~ ") != look.color {
				t.Errorf("want colour %v:\n%q", look.color, text)
			}
			if _, after, _ := strings.Cut(seen, "Plan of torture"); strings.Contains(after, "comparing") {
				t.Errorf("the progress is drawn over the plan:\n%q", seen)
			}
		})
	}
}

// In a terminal a person is asked whether an unfinished run is to be given up for a changed sheet.
func TestAPersonIsAskedAboutAChangedInput(t *testing.T) {
	for _, answer := range []struct {
		typed string
		code  int
		says  string
	}{
		{"\n", exitWrong, "nothing was done"},
		{"n\n", exitWrong, "nothing was done"},
		{"y\n", exitOK, "20 rows read"},
	} {
		v := newVictim(t, "update", numbered(demoStore(3), 20), 3)
		if code := v.run(t, "answer:1", 0); code != -1 {
			t.Fatalf("exit code %d\n%s", code, v.output)
		}
		v.write(t, "sheet.csv", strings.ReplaceAll(numbered(demoStore(3), 20), ".25", ".75"))
		code, seen := newTerminal(t).run(t, map[string]string{"TERM": "xterm"}, answer.typed, "run", "--yes", filepath.Join(v.dir, "job.yaml"))
		if code != answer.code || !strings.Contains(seen, answer.says) || !strings.Contains(seen, "Begin anew and leave it as it is? [y/N]") {
			t.Errorf("%q: exit code %d, want %d and %q\n%s", answer.typed, code, answer.code, answer.says, seen)
		}
	}
}

// A run that goes on and waits for orders that the store may still be making says so to a person, and to who follows the log, and not to cron.
func TestWaitingForLostOrdersIsSaid(t *testing.T) {
	const says = "waiting 5 s to see whether 1 order whose answer was lost is there"
	for name, run := range map[string]func(v *victim) string{
		"terminal": func(v *victim) string {
			_, seen := newTerminal(t).run(t, map[string]string{"TERM": "xterm"}, "", "run", "--yes", filepath.Join(v.dir, "job.yaml"))
			return seen
		},
		"quiet terminal": func(v *victim) string {
			_, seen := newTerminal(t).run(t, map[string]string{"TERM": "xterm"}, "", "run", "--yes", "--quiet", filepath.Join(v.dir, "job.yaml"))
			return seen
		},
		"log":  func(v *victim) string { v.run(t, "", 0, "-v"); return v.output },
		"cron": func(v *victim) string { v.run(t, "", 0); return v.output },
	} {
		t.Run(name, func(t *testing.T) {
			v := ordersVictim(t, 2)
			job, err := os.ReadFile(filepath.Join(v.dir, "job.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			v.write(t, "job.yaml", strings.Replace(string(job), "concurrency: 2", "concurrency: 1", 1))
			if code := v.run(t, "sent:1", 0); code != -1 {
				t.Fatalf("exit code %d\n%s", code, v.output)
			}
			want := 1
			if name == "quiet terminal" || name == "cron" {
				want = 0
			}
			if seen := run(v); strings.Count(seen, says) != want {
				t.Errorf("want %d times %q:\n%s", want, says, seen)
			}
			if got := external(v.store); len(got) != 4 {
				t.Errorf("the store has %v", got)
			}
		})
	}
}
