package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"time"

	"github.com/shopspring/decimal"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/emulator"
	"bcetl/internal/ledger"
	"bcetl/internal/report"
)

// emulatorName is the connection that needs no entry: the embedded store.
const emulatorName = "emulator"

// store is a store that a command talks to.
type store struct {
	name   string // of the connection
	hash   string
	host   string // of the API, with a port where there is one
	client *bigcommerce.Client
	// writes tells whether the connection allows writing an object.
	writes func(object string) bool
	// opened are the objects that the connection's access names; none where it is read-only or write.
	opened []string
	// close keeps what must be kept, such as the emulator's state.
	close func() error
}

// storeOptions are what a job and the command line say about talking to a store.
type storeOptions struct {
	connections string // --connections
	jobDir      string
	stateDir    string
	reset       bool // the emulator starts anew
	concurrency int
	reserve     decimal.Decimal // percent of the quota
	log         *slog.Logger
	redactor    *report.Redactor // learns the token
	lockWait    time.Duration
}

// openStore makes a client for a named connection. Nothing is sent.
func (a *App) openStore(ctx context.Context, name string, o storeOptions) (*store, error) {
	if name == emulatorName {
		return a.openEmulator(ctx, o)
	}
	return a.openConnection(ctx, name, o)
}

// openEmulator opens the embedded store with the state that an earlier command left, or with demo data.
func (a *App) openEmulator(ctx context.Context, o storeOptions) (*store, error) {
	// The state is read now and written at the end, so one process at a time may have it.
	lock, err := ledger.Acquire(ctx, filepath.Join(o.stateDir, "locks", "emulator.lock"), "the embedded emulator in "+o.stateDir, a.process(), o.lockWait)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(o.stateDir, "emulator.json")
	options := emulator.Options{Clock: a.Now, Currencies: []string{emulator.DemoForeign}}
	if a.Emulated != nil {
		a.Emulated(&options)
	}
	local, err := loadEmulator(path, o.reset, options)
	if err != nil {
		return nil, errors.Join(err, lock.Release())
	}
	client, err := bigcommerce.New(a.clientConfig(o, bigcommerce.Config{
		BaseURL: "https://" + emulatorName + ".invalid", StoreHash: emulatorName, Connection: emulatorName,
		Token:     func() (string, error) { return emulatorName, nil },
		Transport: a.judged(local.RoundTripper()),
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
	return &store{name: emulatorName, hash: emulatorName, client: client, writes: func(string) bool { return true }, close: save}, nil
}

// clientConfig fills in what all clients have in common.
func (a *App) clientConfig(o storeOptions, c bigcommerce.Config) bigcommerce.Config {
	c.Concurrency = o.concurrency
	c.Reserve = bigcommerce.Reserve{Fraction: o.reserve.InexactFloat64() / 100}
	c.UserAgent = "bcetl/" + version()
	c.Jitter, c.Clock, c.Stop = a.Jitter, a.Clock, a.stop
	c.Logger = o.log
	return c
}

// judged lets a test look at what passes between client and store.
func (a *App) judged(transport http.RoundTripper) http.RoundTripper {
	if a.Judge == nil {
		return transport
	}
	return a.Judge(transport)
}
