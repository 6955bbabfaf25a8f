// Package runner is what happens when a job runs: it is prepared, which asks nothing that could change a thing, locked, begun as a run of its
// state folder or taken up where one had stopped, its steps are carried out one after the other, and what came of every row is settled in
// results, rejects and report. A plan is the same run that stops before its first write. It wires sources, mappings, engine, stores and
// sinks; what the steps are it learns from compile. Its tests are those of the command line (internal/cli), which run whole jobs.
package runner

import (
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/emulator"
)

// World is everything that jobs take from the outside: tests give them their own.
type World struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	// LogJSON has standard error hold one JSON object a line.
	LogJSON atomic.Bool
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

	// UserAgent is how requests to stores name this program.
	UserAgent string
	// Stop is closed at the first signal: what is in flight is finished. Nil never stops.
	Stop <-chan struct{}
}

// ErrInterrupted is the cause with which a second signal cancels.
var ErrInterrupted = errors.New("interrupted")

// UntilStopped gives a context that ends with ctx or at the first signal.
func (w *World) UntilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-w.Stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// Stopped tells whether a signal came.
func (w *World) Stopped(ctx context.Context) bool {
	select {
	case <-w.Stop:
		return true
	default:
		return ctx.Err() != nil
	}
}

// StateDir gives the state folder: the flag, $BCETL_STATE_DIR, else .bcetl beside the job.
func (w *World) StateDir(flag, jobDir string) string {
	if flag != "" {
		return flag
	}
	if dir, ok := w.Env("BCETL_STATE_DIR"); ok && dir != "" {
		return dir
	}
	return filepath.Join(jobDir, ".bcetl")
}
