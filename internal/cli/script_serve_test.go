package cli

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// served is a `bcetl emulator serve` that a script started.
type served struct {
	command *exec.Cmd
	printed bytes.Buffer
	ended   chan error
}

// servedKey is the key under which a script keeps its server.
type servedKey struct{}

var servedAt = regexp.MustCompile(`http://[0-9.]+:[0-9]+`)

// serveCommand starts `bcetl emulator serve` on a free port and gives its address as $STORE; -stop interrupts it and wants a clean end,
// -kill ends it without asking.
func serveCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: serve [FLAG...] | serve -stop | serve -kill")
	}
	holder := ts.Value(servedKey{}).(*served)
	if len(args) == 1 && (args[0] == "-stop" || args[0] == "-kill") {
		ts.Check(holder.stop(ts, args[0] == "-kill"))
		return
	}
	command := scriptCommand(ts, append([]string{"bcetl", "emulator", "serve", "--listen", "127.0.0.1:0"}, args...))
	stderr, err := command.StderrPipe()
	ts.Check(err)
	holder.printed.Reset()
	holder.command, holder.ended = command, make(chan error, 1)
	ts.Check(command.Start())
	ts.Defer(func() { _ = command.Process.Kill() }) // one that was stopped is gone already
	lines := bufio.NewReader(stderr)
	line, err := lines.ReadString('\n')
	ts.Check(err)
	holder.printed.WriteString(line)
	address := servedAt.FindString(line)
	if address == "" {
		ts.Fatalf("no address in %q", line)
	}
	ts.Setenv("STORE", address)
	go func() {
		_, err := io.Copy(&holder.printed, lines)
		holder.ended <- errors.Join(err, command.Wait())
	}()
}

// stop ends the server and shows what it printed.
func (s *served) stop(ts *testscript.TestScript, kill bool) error {
	if s.command == nil {
		ts.Fatalf("nothing is being served")
	}
	if kill {
		if err := s.command.Process.Kill(); err != nil {
			return err
		}
		if err := <-s.ended; err == nil {
			return errors.New("a process that was killed ended well")
		}
		return nil
	}
	if err := s.command.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	err := <-s.ended
	_, printed := io.WriteString(ts.Stderr(), s.printed.String())
	return errors.Join(err, printed)
}

// scriptCommand makes a process with a script's folder and environment.
func scriptCommand(ts *testscript.TestScript, args []string) *exec.Cmd {
	name := args[0]
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path := filepath.Join(dir, name); exists(path) {
			name = path
			break
		}
	}
	command := exec.Command(name, args[1:]...)
	command.Args[0] = args[0]
	command.Dir = ts.MkAbs(".")
	for _, known := range append([]string{"PATH", "HOME", "TMPDIR", "XDG_CONFIG_HOME", trafficVariable, nowVariable}, tokenVariables...) {
		if value := ts.Getenv(known); value != "" {
			command.Env = append(command.Env, known+"="+value)
		}
	}
	return command
}

// tokenVariables are those in which scripts hand tokens and addresses to commands.
var tokenVariables = []string{"SHOP_TOKEN", "BC_SHOP_TOKEN", "STORE"}

// interruptsCommand runs a command, interrupts it when it has been answered its Nth request, and checks its exit code:
// interrupts 130 2 bcetl run job.yaml.
func interruptsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: interrupts CODE REQUESTS COMMAND [ARGUMENT...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	after, err := strconv.Atoi(args[1])
	ts.Check(err)
	command := scriptCommand(ts, args[2:])
	command.Stdout, command.Stderr = ts.Stdout(), ts.Stderr()
	before, err := answered(ts.Getenv(trafficVariable))
	ts.Check(err)
	ts.Check(command.Start())
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for sent := false; ; {
		select {
		case err := <-ended:
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				ts.Check(err)
			}
			if !sent {
				ts.Fatalf("the command ended before it was interrupted")
			}
			if code := command.ProcessState.ExitCode(); code != want {
				ts.Fatalf("exit code %d, want %d", code, want)
			}
			return
		case <-tick.C:
			n, err := answered(ts.Getenv(trafficVariable))
			ts.Check(err)
			if !sent && n >= before+after {
				sent = true
				ts.Check(command.Process.Signal(os.Interrupt))
			}
		}
	}
}

// answered counts the requests that were answered so far.
func answered(traffic string) (int, error) {
	text, err := os.ReadFile(traffic)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	return bytes.Count(text, []byte("\n")), err
}

// nowhereCommand checks that a text stands in no file of the script's folder, whatever its depth, but those named.
func nowhereCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: nowhere TEXT [FILE...]")
	}
	root := ts.MkAbs(".")
	seen := 0
	ts.Check(filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		below, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		for _, allowed := range args[1:] {
			if filepath.ToSlash(below) == allowed {
				return nil
			}
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seen++
		if strings.Contains(string(content), args[0]) {
			ts.Fatalf("%q stands in %s", args[0], below)
		}
		return nil
	}))
	if seen == 0 {
		ts.Fatalf("no file was searched")
	}
}
