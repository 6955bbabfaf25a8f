package bigcommerce

import (
	"context"
	"time"
)

// Clock is time as the client sees it.
type Clock interface {
	Now() time.Time
	// Timer gives a channel that receives once after d; stop frees it.
	Timer(d time.Duration) (fired <-chan time.Time, stop func())
}

// SystemClock is the computer's clock. Inside a testing/synctest bubble it is virtual.
type SystemClock struct{}

// Now is time.Now.
func (SystemClock) Now() time.Time { return time.Now() }

// Timer is time.NewTimer.
func (SystemClock) Timer(d time.Duration) (<-chan time.Time, func()) {
	timer := time.NewTimer(d)
	return timer.C, func() { timer.Stop() }
}

// sleep waits for d or until ctx ends, whichever comes first.
func sleep(ctx context.Context, clock Clock, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	fired, stop := clock.Timer(d)
	defer stop()
	select {
	case <-fired:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
