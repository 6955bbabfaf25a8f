// Package pipeline is the engine: it reads batches, works on several of them at once, and settles the results in the order in which
// the batches were read, with a bounded number of batches in memory. It knows no file format and no store.
package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"

	"golang.org/x/sync/errgroup"
)

// ErrStopped is returned when Stop was closed before everything was read: what had been read is settled, the rest was not read.
var ErrStopped = errors.New("stopped before the end of the input")

// Config bounds a run of the engine.
type Config struct {
	// Concurrency is how many batches are worked on at once; less than one means one.
	Concurrency int
	// Window is how many batches may be read and not yet settled; less than Concurrency+1 means that.
	Window int
	// Stop, once closed, ends reading: what is in flight is finished and settled. It may be nil.
	Stop <-chan struct{}
}

// Stages are the three things that happen to a batch.
type Stages[In, Out any] struct {
	// Read gives the next batch, io.EOF itself after the last: an error that wraps it is an error. It is called by one goroutine only.
	Read func(context.Context) (In, error)
	// Work turns a batch into its result; Concurrency calls run at once. A row's fault belongs in the result. An error is the run's: it ends
	// reading, what is in flight is still finished, and the result that came with the error is settled like any other.
	Work func(context.Context, In) (Out, error)
	// Settle takes the results in the order of their batches, one at a time. Its error cancels everything.
	Settle func(context.Context, Out) error
}

type result[Out any] struct {
	out Out
	err error
}

// Run moves all batches through the stages. A nil error means that every batch was read, worked on and settled. The error is the
// first one by time; a cancelled context is an error even when nothing was left to do.
func Run[In, Out any](ctx context.Context, c Config, s Stages[In, Out]) error {
	concurrency := max(1, c.Concurrency)
	e := &engine[In, Out]{
		stages: s,
		stop:   c.Stop,
		failed: make(chan struct{}),
		jobs:   make(chan job[In, Out]),
		// One slot is held by the settler, so the queue's capacity plus one is the window.
		queue: make(chan chan result[Out], max(concurrency, c.Window-1)),
	}
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return e.read(inner) })
	for range concurrency {
		group.Go(func() error { return e.work(inner) })
	}
	group.Go(func() error { return e.settle(inner) })
	if err := group.Wait(); err != nil {
		return err
	}
	if e.firstError == nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return e.firstError
}

type job[In, Out any] struct {
	in   In
	slot chan result[Out]
}

type engine[In, Out any] struct {
	stages Stages[In, Out]
	stop   <-chan struct{}
	failed chan struct{} // closed by the settler at the first failed batch
	jobs   chan job[In, Out]
	queue  chan chan result[Out]
	// firstError belongs to the settler until all goroutines are done.
	firstError error
}

func (e *engine[In, Out]) read(ctx context.Context) error {
	defer close(e.queue)
	defer close(e.jobs)
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-e.failed:
			return nil
		case <-e.stop:
			e.pushError(ctx, ErrStopped)
			return nil
		default:
		}
		in, err := e.stages.Read(ctx)
		if err == io.EOF { //nolint:errorlint // a connection that was cut wraps io.EOF, too, and is no end of the input
			return nil
		}
		if err != nil {
			e.pushError(ctx, err)
			return nil
		}
		slot := make(chan result[Out], 1)
		select {
		case e.queue <- slot:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		select {
		case e.jobs <- job[In, Out]{in: in, slot: slot}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// pushError lets the settler learn of an error of reading in its turn, after everything that was read before it.
func (e *engine[In, Out]) pushError(ctx context.Context, err error) {
	slot := make(chan result[Out], 1)
	slot <- result[Out]{err: readError{err}}
	select {
	case e.queue <- slot:
	case <-ctx.Done():
	}
}

// readError marks an error that came with no result to settle.
type readError struct{ error }

func (e *engine[In, Out]) work(ctx context.Context) error {
	for j := range e.jobs {
		out, err := e.stages.Work(ctx, j.in)
		j.slot <- result[Out]{out: out, err: err}
	}
	return nil
}

func (e *engine[In, Out]) settle(ctx context.Context) error {
	for slot := range e.queue {
		var r result[Out]
		select {
		case r = <-slot:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		var reading readError
		isReading := errors.As(r.err, &reading)
		if r.err != nil && e.firstError == nil {
			if isReading {
				e.firstError = reading.error
			} else {
				e.firstError = r.err
			}
			close(e.failed)
		}
		if isReading {
			continue
		}
		if err := e.stages.Settle(ctx, r.out); err != nil {
			return fmt.Errorf("settle: %w", err)
		}
	}
	return nil
}
