package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"bcetl/pipeline"
)

// numbers reads 0, 1, 2 ... n-1.
func numbers(n int) func(context.Context) (int, error) {
	next := 0
	return func(context.Context) (int, error) {
		if next == n {
			return 0, io.EOF
		}
		next++
		return next - 1, nil
	}
}

func TestSettlesEveryBatchInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "batches")
		config := pipeline.Config{Concurrency: rapid.IntRange(0, 9).Draw(t, "concurrency"), Window: rapid.IntRange(0, 20).Draw(t, "window")}
		var settled []int
		var open, most atomic.Int64
		err := pipeline.Run(t.Context(), config, pipeline.Stages[int, int]{
			Read:   numbers(n),
			Work:   func(_ context.Context, in int) (int, error) { return in, nil },
			Settle: func(context.Context, int) error { return io.ErrUnexpectedEOF },
		})
		if n > 0 && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("an error of settling was lost: %v", err)
		}
		read := numbers(n)
		err = pipeline.Run(t.Context(), config, pipeline.Stages[int, int]{
			Read: func(ctx context.Context) (int, error) {
				in, err := read(ctx)
				if err == nil {
					most.Store(max(most.Load(), open.Add(1)))
				}
				return in, err
			},
			Work: func(_ context.Context, in int) (int, error) { return in * 10, nil },
			Settle: func(_ context.Context, out int) error {
				open.Add(-1)
				settled = append(settled, out)
				return nil
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(settled) != n {
			t.Fatalf("settled %d of %d", len(settled), n)
		}
		for i, out := range settled {
			if out != i*10 {
				t.Fatalf("place %d holds %d", i, out)
			}
		}
		// one more batch than the window may be read: the one that waits for a place in it
		if limit := int64(max(max(1, config.Concurrency)+1, config.Window) + 1); most.Load() > limit {
			t.Fatalf("%d batches were open, the window is %d", most.Load(), limit)
		}
	})
}

func TestWorkErrorEndsReadingAndSettlesWhatIsInFlight(t *testing.T) {
	boom := errors.New("boom")
	release, started := make(chan struct{}), make(chan struct{})
	var settled []int
	read := 0
	err := pipeline.Run(t.Context(), pipeline.Config{Concurrency: 4}, pipeline.Stages[int, int]{
		Read: func(context.Context) (int, error) { read++; return read, nil },
		Work: func(ctx context.Context, in int) (int, error) {
			switch in {
			case 1:
				<-started
				return in, boom
			case 2:
				close(started)
				<-release // finishes only after batch 1 has failed
				return in, ctx.Err()
			}
			return in, nil
		},
		Settle: func(_ context.Context, out int) error {
			if out == 1 {
				close(release)
			}
			settled = append(settled, out)
			return nil
		},
	})
	if !errors.Is(err, boom) {
		t.Fatalf("error is %v", err)
	}
	if len(settled) < 2 || settled[0] != 1 || settled[1] != 2 {
		t.Fatalf("settled %v: the batch in flight must be finished", settled)
	}
	if len(settled) > read || read > 20 {
		t.Fatalf("read %d, settled %d", read, len(settled))
	}
}

func TestReadErrorComesAfterWhatWasReadBefore(t *testing.T) {
	broken := errors.New("broken file")
	next, settled := 0, 0
	err := pipeline.Run(t.Context(), pipeline.Config{Concurrency: 3}, pipeline.Stages[int, int]{
		Read: func(context.Context) (int, error) {
			if next == 7 {
				return 0, broken
			}
			next++
			return next, nil
		},
		Work:   func(_ context.Context, in int) (int, error) { return in, nil },
		Settle: func(context.Context, int) error { settled++; return nil },
	})
	if !errors.Is(err, broken) || settled != 7 {
		t.Fatalf("error %v, settled %d", err, settled)
	}
}

// A connection that is cut while a page is read is not the end of the pages.
func TestWrappedEndIsAnError(t *testing.T) {
	cut := fmt.Errorf("read the page: %w", io.EOF)
	next, settled := 0, 0
	err := pipeline.Run(t.Context(), pipeline.Config{}, pipeline.Stages[int, int]{
		Read: func(context.Context) (int, error) {
			if next == 2 {
				return 0, cut
			}
			next++
			return next, nil
		},
		Work:   func(_ context.Context, in int) (int, error) { return in, nil },
		Settle: func(context.Context, int) error { settled++; return nil },
	})
	if !errors.Is(err, cut) || settled != 2 {
		t.Fatalf("error %v, settled %d", err, settled)
	}
}

func TestStopFinishesWhatIsInFlight(t *testing.T) {
	stop := make(chan struct{})
	read, settled := 0, 0
	err := pipeline.Run(t.Context(), pipeline.Config{Concurrency: 2, Stop: stop}, pipeline.Stages[int, int]{
		Read: func(context.Context) (int, error) {
			read++
			if read == 5 {
				close(stop)
			}
			return read, nil
		},
		Work:   func(_ context.Context, in int) (int, error) { return in, nil },
		Settle: func(context.Context, int) error { settled++; return nil },
	})
	if !errors.Is(err, pipeline.ErrStopped) || settled != 5 || read != 5 {
		t.Fatalf("error %v, read %d, settled %d", err, read, settled)
	}
}

func TestCancelledContextIsNeverNil(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("second signal")
	err := pipeline.Run(ctx, pipeline.Config{Concurrency: 2}, pipeline.Stages[int, int]{
		Read:   func(context.Context) (int, error) { cancel(cause); return 1, nil },
		Work:   func(_ context.Context, in int) (int, error) { return in, nil },
		Settle: func(context.Context, int) error { return nil },
	})
	if !errors.Is(err, cause) {
		t.Fatalf("error is %v", err)
	}
}
