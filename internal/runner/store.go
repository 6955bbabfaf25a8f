package runner

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/shopspring/decimal"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/emulator"
	"bcetl/internal/ledger"
	"bcetl/internal/report"
)

// EmulatorName is the connection that needs no entry: the embedded store.
const EmulatorName = "emulator"

// Store is a store that a command talks to.
type Store struct {
	Name   string // of the connection
	Hash   string
	host   string // of the API, with a port where there is one
	Client *bigcommerce.Client
	// writes tells whether the connection allows writing an object.
	writes func(object string) bool
	// Opened are the objects that the connection's access names; none where it is read-only or write.
	Opened []string
	// Close keeps what must be kept, such as the emulator's state.
	Close func() error
}

// StoreOptions are what a job and the command line say about talking to a store.
type StoreOptions struct {
	Connections string // --connections
	JobDir      string
	StateDir    string
	Reset       bool // the emulator starts anew
	Concurrency int
	Reserve     decimal.Decimal // percent of the quota
	Log         *slog.Logger
	Redactor    *report.Redactor // learns the token
	LockWait    time.Duration
}

// OpenStore makes a client for a named connection. Nothing is sent.
func (w *World) OpenStore(ctx context.Context, name string, o StoreOptions) (*Store, error) {
	if name == EmulatorName {
		return w.openEmulator(ctx, o)
	}
	return w.openConnection(ctx, name, o)
}

// openEmulator opens the embedded store with the state that an earlier command left, or with demo data.
func (w *World) openEmulator(ctx context.Context, o StoreOptions) (*Store, error) {
	// The state is read now and written at the end, so one process at a time may have it.
	lock, err := ledger.Acquire(ctx, filepath.Join(o.StateDir, "locks", "emulator.lock"), "the embedded emulator in "+o.StateDir, w.process(), o.LockWait)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(o.StateDir, "emulator.json")
	options := emulator.Options{Clock: w.Now, Currencies: []string{emulator.DemoForeign}}
	if w.Emulated != nil {
		w.Emulated(&options)
	}
	local, err := loadEmulator(path, o.Reset, options)
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	client, err := bigcommerce.New(w.clientConfig(o, bigcommerce.Config{
		BaseURL: "https://" + EmulatorName + ".invalid", StoreHash: EmulatorName, Connection: EmulatorName,
		Token:     func() (string, error) { return EmulatorName, nil },
		Transport: w.judged(local.RoundTripper()),
		CanWrite:  func(string) bool { return true },
	}))
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	save := func() error {
		err := local.Save(path)
		if err != nil {
			err = fmt.Errorf("keep the emulator's state: %w", err)
		}
		return errors.Join(err, lock.Release())
	}
	return &Store{Name: EmulatorName, Hash: EmulatorName, Client: client, writes: func(string) bool { return true }, Close: save}, nil
}

// clientConfig fills in what all clients have in common.
func (w *World) clientConfig(o StoreOptions, c bigcommerce.Config) bigcommerce.Config {
	c.Concurrency = o.Concurrency
	c.Reserve = bigcommerce.Reserve{Fraction: o.Reserve.InexactFloat64() / 100}
	c.UserAgent = w.UserAgent
	c.Jitter, c.Clock, c.Stop = w.Jitter, w.Clock, w.Stop
	c.Logger = o.Log
	return c
}

// judged lets a test look at what passes between client and store.
func (w *World) judged(transport http.RoundTripper) http.RoundTripper {
	if w.Judge == nil {
		return transport
	}
	return w.Judge(transport)
}

// loadEmulator opens the state that an earlier command left; without one, or with reset, it begins with demo data.
func loadEmulator(path string, reset bool, options emulator.Options) (*emulator.Store, error) {
	if reset {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("reset the emulator: %w", err)
		}
	}
	if _, err := os.Stat(path); err == nil {
		return emulator.Open(path, options)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the state folder: %w", err)
	}
	local := emulator.New(options)
	local.Seed(emulator.Demo{})
	return local, nil
}
