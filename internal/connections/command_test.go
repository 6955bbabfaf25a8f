package connections

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tokenCommand is a connection whose token a command of the shell prints.
func tokenCommand(t *testing.T, line string) *Connection {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for sh")
	}
	return one(t, "c.yaml", `store_hash: abc, token_command: "`+line+`"`)
}

func TestTokenCommand(t *testing.T) {
	got, err := Resolver{}.Token(t.Context(), tokenCommand(t, "printf '%s\\n' of-${connection}"))
	if err != nil || got.Reveal() != "of-shop" {
		t.Error(got.Reveal(), err)
	}
	got, err = Resolver{}.Token(t.Context(), tokenCommand(t, "printf '\\ufefftok3n\\r\\n'"))
	if err != nil || got.Reveal() != "tok3n" {
		t.Error("with a BOM:", err)
	}
	for line, want := range map[string]string{
		"echo tok3n; exit 7":                 "the command ended with exit status 7; what it says is not shown, for it may hold the token: run it by itself to see that",
		"echo tok3n; echo two":               "an access token has no blanks, line breaks or letters outside ASCII",
		"true":                               "the token is empty",
		"while echo tok3n-tok3n; do :; done": "the command prints too much for a token",
	} {
		if _, err := (Resolver{}).Token(t.Context(), tokenCommand(t, line)); err == nil || err.Error() != "connection shop: token_command: "+want {
			t.Errorf("%s: %v", line, err)
		}
	}
	if _, err = (Resolver{CommandTimeout: 50 * time.Millisecond}).Token(t.Context(), tokenCommand(t, "exec sleep 30")); err == nil || err.Error() != "connection shop: token_command: the command has not ended within 50ms and was stopped; if it asks for something, it must ask at the terminal itself" {
		t.Error(err)
	}
	stopped, cancel := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	time.AfterFunc(20*time.Millisecond, func() { cancel(interrupted) })
	if _, err = (Resolver{}).Token(stopped, tokenCommand(t, "exec sleep 30")); !errors.Is(err, interrupted) {
		t.Error(err)
	}
}

// TestTokenCommandSaysNothing lets a command write the token to standard error, well and badly: it reaches neither ours nor an error.
func TestTokenCommandSaysNothing(t *testing.T) {
	own, written, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	kept := os.Stderr
	os.Stderr = written
	defer func() { os.Stderr = kept }()
	for _, line := range []string{"echo tok3n; echo tok3n >&2", "echo tok3n >&2; exit 7", "echo tok3n; echo n3kot tok3n >&2; exit 7"} {
		got, err := Resolver{}.Token(t.Context(), tokenCommand(t, line))
		if failed := strings.Contains(line, "exit"); failed != (err != nil) || !failed && got.Reveal() != "tok3n" {
			t.Errorf("%s: %v", line, err)
		}
		if err != nil && (strings.Contains(err.Error(), "tok3n") || strings.Contains(err.Error(), "n3kot")) {
			t.Errorf("%s: the error has what the command wrote: %v", line, err)
		}
	}
	if err := written.Close(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	if _, err := own.WriteTo(&said); err != nil || said.Len() > 0 {
		t.Errorf("standard error has %q, %v", said.String(), err)
	}
}

// TestTokenCommandLeavesAgent lets a command leave a child in the background, as those do that start an agent: what it printed counts, and how
// it ended; the child holds none of our streams.
func TestTokenCommandLeavesAgent(t *testing.T) {
	agent := filepath.Join(t.TempDir(), "agent")
	leave := "sleep 300 & echo $! >" + agent + "; "
	got, err := Resolver{}.Token(t.Context(), tokenCommand(t, leave+"echo tok3n"))
	if err != nil || got.Reveal() != "tok3n" {
		t.Error(err)
	}
	left := leftBehind(t, agent)
	for _, stream := range []string{"0", "2"} {
		if at, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", left.Pid, stream)); runtime.GOOS == "linux" && (err != nil || at != os.DevNull) {
			t.Errorf("stream %s of the child is %s, %v", stream, at, err)
		}
	}
	stop(t, left)
	// The command has ended in time, whatever the time is when its child's hold of the pipe is given up.
	got, err = Resolver{CommandTimeout: lingering * 9 / 10}.Token(t.Context(), tokenCommand(t, leave+"echo tok3n"))
	stop(t, leftBehind(t, agent))
	if err != nil || got.Reveal() != "tok3n" {
		t.Error(err)
	}
	_, err = Resolver{}.Token(t.Context(), tokenCommand(t, leave+"echo tok3n; exit 7"))
	stop(t, leftBehind(t, agent))
	if err == nil || !strings.Contains(err.Error(), "the command ended with exit status 7;") {
		t.Error(err)
	}
}

// leftBehind is the process whose id a command wrote into a file.
func leftBehind(t *testing.T, file string) *os.Process {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	id, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	process, err := os.FindProcess(id)
	if err != nil {
		t.Fatal(err)
	}
	return process
}

func stop(t *testing.T, process *os.Process) {
	t.Helper()
	if err := process.Kill(); err != nil {
		t.Error(err)
	}
}
