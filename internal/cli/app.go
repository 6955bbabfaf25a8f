// Package cli is the command line: one file a command, and the wiring of sources, mappings, engine, sinks and reports.
package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"bcetl/internal/runner"
)

// App holds everything the commands take from the outside world, so that tests give them their own.
type App struct {
	runner.World
}

// Main runs the command line of the process and gives its exit code.
func Main() int { return newApp().main(context.Background(), os.Args[1:]) }

// newApp gives the commands the process's own surroundings.
func newApp() *App {
	app := &App{runner.World{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Env: os.LookupEnv, Now: time.Now}}
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
	stop := make(chan struct{})
	a.Stop = stop
	// A reader that goes away, such as head, ends the writing to it and nothing else: files are still finished or given up in order.
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		close(stop)
		const message = "interrupted; finishing what is under way, a second interrupt cancels it"
		a.Tell(slog.LevelWarn, "\nbcetl: "+message, message)
		<-signals
		cancel(runner.ErrInterrupted)
	}()
	return a.Run(ctx, args)
}

// Run runs one command line and gives its exit code.
func (a *App) Run(ctx context.Context, args []string) int {
	a.UserAgent = "bcetl/" + version()
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	begun := false
	noteBegin(root, func(command *cobra.Command) {
		begun = true
		a.LogJSON.Store(logsJSON(command))
	})
	command, err := root.ExecuteContextC(ctx)
	if err == nil || errors.Is(err, syscall.EPIPE) {
		return exitOK // whoever reads the output, such as head, has read enough
	}
	if !begun {
		a.LogJSON.Store(logsJSON(command))
		err = runner.Wrong(fmt.Errorf("%w\nusage: %s", err, command.UseLine()))
	}
	if text := err.Error(); text != "" {
		text = strings.TrimRight(text, "\n")
		a.Tell(slog.LevelError, "bcetl: "+text, "failed", slog.String("error", text))
	}
	return codeOf(err)
}
