package bigcommerce

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Reserve is the part of a store's quota that is left to others: a number of requests, or a fraction of the quota. The larger counts.
type Reserve struct {
	Requests int
	Fraction float64 // 0.2 is 20 %
}

// Gate decides when a request may start. One gate is shared by everything in the process that talks to one store.
//
// The store's own headers steer it: a request starts only while the requests left in the window, less those in flight, exceed
// the reserve; else it waits for the window to turn. After a 429 nothing starts before the longer of X-Retry-After and the reset
// has passed, and where it named neither, one request tries alone. There is no pacing besides: concurrency bounds the burst. Where a store
// sends no headers the number in flight adapts: one more after each round of successes, half after a 429 or when answers slow down.
type Gate struct {
	clock   Clock
	reserve Reserve
	most    int // requests in flight at most

	mu       sync.Mutex
	changed  chan struct{} // closed and renewed whenever something that a waiter waits for may have changed
	waiting  []*pass       // in order of arrival
	inFlight int
	ceilings map[string]int // in flight by endpoint, of those with a ceiling of their own
	answered bool           // any answer was seen; before that one request probes alone
	window   quotaWindow
	adapt    adaptive
	closedTo time.Time // nothing starts before, after a 429
	refused  time.Time // when the last 429 came that was not one of a burst
	refusals int       // 429s in a row that did not say how long to wait, each burst counted once
	held     holdUp
}

// holdUp measures the time in which the quota, and not concurrency, held anything back. Many that wait at once count once.
type holdUp struct {
	waiting int
	since   time.Time
	total   time.Duration
}

func (h *holdUp) begin(now time.Time) {
	if h.waiting == 0 {
		h.since = now
	}
	h.waiting++
}

func (h *holdUp) end(now time.Time) {
	h.waiting--
	if h.waiting == 0 {
		h.total += now.Sub(h.since)
	}
}

// NewGate makes a gate that lets at most concurrency requests be in flight.
func NewGate(clock Clock, concurrency int, reserve Reserve) *Gate {
	if clock == nil {
		clock = SystemClock{}
	}
	most := max(1, concurrency)
	return &Gate{
		clock: clock, reserve: reserve, most: most, changed: make(chan struct{}), ceilings: map[string]int{},
		adapt: adaptive{limit: float64(most), most: float64(most)},
	}
}

// pass is the permission to send one request.
type pass struct {
	endpoint string // what MaxInFlight and latency belong to, such as "PUT /catalog/products"
	ceiling  int    // requests of the endpoint in flight at most, 0 = no ceiling
	started  time.Time
}

// enter waits until a request may start.
func (g *Gate) enter(ctx context.Context, endpoint string, ceiling int) (*pass, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	p := &pass{endpoint: endpoint, ceiling: ceiling}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting = append(g.waiting, p)
	for {
		now := g.clock.Now()
		until, open := g.open(now)
		if open && g.isNext(p) {
			g.waiting = slices.DeleteFunc(g.waiting, func(w *pass) bool { return w == p })
			g.inFlight++
			if p.ceiling > 0 {
				g.ceilings[p.endpoint]++
			}
			p.started = now
			g.announce()
			return p, nil
		}
		changed, timed := g.changed, !until.IsZero()
		if timed {
			g.held.begin(now)
		}
		g.mu.Unlock()
		err := g.wait(ctx, changed, until.Sub(now), timed)
		g.mu.Lock()
		if timed {
			g.held.end(g.clock.Now())
		}
		if err != nil {
			g.waiting = slices.DeleteFunc(g.waiting, func(w *pass) bool { return w == p })
			g.announce()
			return nil, err
		}
	}
}

// wait returns when something changed, when d is over (if timed) or when ctx ends.
func (g *Gate) wait(ctx context.Context, changed <-chan struct{}, d time.Duration, timed bool) error {
	var fired <-chan time.Time
	if timed {
		var stop func()
		fired, stop = g.clock.Timer(max(d, time.Millisecond))
		defer stop()
	}
	select {
	case <-changed:
	case <-fired:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// open tells whether one more request may start now. If the quota forbids it, until is when to look again; if only requests in
// flight do, until is zero.
func (g *Gate) open(now time.Time) (until time.Time, open bool) {
	if now.Before(g.closedTo) {
		return g.closedTo, false
	}
	limit := g.most
	switch {
	case !g.answered || g.refusals > 0: // one tries alone
		limit = 1
	case !g.window.known || g.adapt.limit < g.adapt.most:
		limit = g.adapt.allowed()
	}
	if g.inFlight >= limit {
		return time.Time{}, false
	}
	g.window.turn(now)
	if !g.window.known || g.window.left-g.inFlight > g.window.reserve(g.reserve) {
		return time.Time{}, true
	}
	return g.window.resetAt.Add(resetMargin), false
}

// isNext tells whether no earlier waiter could start instead: first come, first served, except that a waiter held back by its
// endpoint's ceiling does not hold back others.
func (g *Gate) isNext(p *pass) bool {
	for _, w := range g.waiting {
		if w.ceiling > 0 && g.ceilings[w.endpoint] >= w.ceiling {
			continue
		}
		return w == p
	}
	return false
}

func (g *Gate) announce() {
	close(g.changed)
	g.changed = make(chan struct{})
}

// leave gives the pass back. answer is nil when none came.
func (g *Gate) leave(p *pass, answer *Response) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now()
	g.inFlight--
	if p.ceiling > 0 {
		g.ceilings[p.endpoint]--
	}
	switch {
	case answer == nil:
		g.window.spend()
	case answer.Status == 429:
		g.answered = true
		g.refuse(now, p.started, answer)
	default:
		g.answered = true
		g.refusals = 0
		g.window.read(p.started, now, answer.Header)
		g.adapt.success(p.endpoint, now.Sub(p.started), g.window.known)
	}
	g.announce()
}

// refuse closes the gate after a 429. The requests left that a 429 names are not trusted: the documented sample shows 35. What was under
// way when a 429 came, and is refused as well, belongs to the same burst and says nothing new.
func (g *Gate) refuse(now, started time.Time, answer *Response) {
	if g.refused.IsZero() || started.After(g.refused) {
		g.refused = now
		g.refusals++
		g.adapt.halve()
	}
	pause := answer.RetryAfter()
	if reset, ok := headerMillis(answer.Header, headerReset); ok {
		pause = max(pause, reset+resetMargin)
	}
	if pause == 0 { // the platform is under load: each such wait is longer than the last
		pause = min(time.Second<<min(max(0, g.refusals-1), 6), time.Minute)
	}
	if until := now.Add(pause); until.After(g.closedTo) {
		g.closedTo = until
	}
}

// Throttled is for how long, in all, requests had to wait for the quota or after a 429.
func (g *Gate) Throttled() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held.waiting > 0 {
		return g.held.total + g.clock.Now().Sub(g.held.since)
	}
	return g.held.total
}

// Quota is what the store last said of its quota.
type Quota struct {
	Known  bool
	Size   int
	Left   int
	Window time.Duration
	Resets time.Time
}

// Quota tells what the store last said, less what was sent since.
func (g *Gate) Quota() Quota {
	g.mu.Lock()
	defer g.mu.Unlock()
	w := g.window
	return Quota{Known: w.known, Size: w.size, Left: max(0, w.left-g.inFlight), Window: w.length, Resets: w.resetAt}
}
