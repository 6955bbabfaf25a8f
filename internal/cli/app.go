// Package cli is the command line: one file a command, and the wiring of sources, mappings, engine, sinks and reports.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/emulator"
)

// App holds everything the commands take from the outside world, so that tests give them their own.
type App struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	// Env looks an environment variable up; ok is false when it is not set.
	Env func(name string) (value string, ok bool)
	Now func() time.Time
	// Judge wraps the transport of every store, also the emulator's; nil leaves it as it is.
	Judge func(http.RoundTripper) http.RoundTripper
	// Reached is told of the points that a run passes: plan, commit, sent, answer, settle, report, rename. A test of crashes stops the
	// process there; nil tells nobody.
	Reached func(point string)
	// Emulated changes what the embedded emulator is opened with; nil leaves it. Tests make it strict, so that it refuses what a store only
	// ignores, such as misspelt names, and have it follow other readings of the documentation.
	Emulated func(*emulator.Options)
	// Jitter spreads the waits between retries, 0 up to 1; nil is random.
	Jitter func() float64
	// Clock is what waits for a store are measured with; nil is the computer's own.
	Clock bigcommerce.Clock
	// ConfigDir is the user's configuration folder.
	ConfigDir string
	// CacheDir is the user's cache folder: locks that all state folders share lie below it.
	CacheDir string

	// stop is closed at the first signal: what is in flight is finished.
	stop chan struct{}
}

// Main runs the command line of the process and gives its exit code.
func Main() int { return newApp().main(context.Background(), os.Args[1:]) }

// newApp gives the commands the process's own surroundings.
func newApp() *App {
	app := &App{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.LookupEnv, Now: time.Now}
	if dir, err := os.UserConfigDir(); err == nil {
		app.ConfigDir = dir
	}
	if dir, err := os.UserCacheDir(); err == nil {
		app.CacheDir = dir
	}
	return app
}

// garbagePercent is how much garbage may lie beside what is in use before it is collected. At 75 an import of 1,000,000 rows takes 50 MiB at
// its peak, at Go's usual 100 it takes 55; neither is faster.
const garbagePercent = 75

// main runs one command line under the process's signals: the first interrupt lets what is in flight finish, the second cancels it.
func (a *App) main(ctx context.Context, args []string) int {
	if _, set := a.Env("GOGC"); !set {
		debug.SetGCPercent(garbagePercent)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	a.stop = make(chan struct{})
	// A reader that goes away, such as head, ends the writing to it and nothing else: files are still finished or given up in order.
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		close(a.stop)
		fmt.Fprintln(a.Stderr, "\nbcetl: interrupted; finishing what is under way, a second interrupt cancels it")
		<-signals
		cancel(errInterrupted)
	}()
	return a.Run(ctx, args)
}

// errInterrupted is the cause with which a second signal cancels.
var errInterrupted = errors.New("interrupted")

// untilStopped gives a context that ends with ctx or at the first signal.
func (a *App) untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-a.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// Run runs one command line and gives its exit code.
func (a *App) Run(ctx context.Context, args []string) int {
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	begun := false
	noteBegin(root, &begun)
	command, err := root.ExecuteContextC(ctx)
	if err == nil || errors.Is(err, syscall.EPIPE) {
		return exitOK // whoever reads the output, such as head, has read enough
	}
	if !begun {
		err = wrong(fmt.Errorf("%w\nusage: %s", err, command.UseLine()))
	}
	if text := err.Error(); text != "" {
		fmt.Fprintf(a.Stderr, "bcetl: %s\n", strings.TrimRight(text, "\n"))
	}
	return codeOf(err)
}
