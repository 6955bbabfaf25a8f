package bigcommerce

import "time"

// slowLatency is what an answer must exceed, beside twice its endpoint's usual time, to count as slowing down.
const slowLatency = 250 * time.Millisecond

// adaptive is the number of requests in flight where headers do not steer, and after a 429 where they do.
type adaptive struct {
	limit, most float64
	started     bool
	halved      time.Time
	latency     map[string]time.Duration // usual time by endpoint, a moving average
}

// allowed is the number of requests that may be in flight.
func (a *adaptive) allowed() int { return max(1, int(a.limit)) }

// success widens by one request a round. Without headers it starts at two, and slows down when answers do.
func (a *adaptive) success(endpoint string, took time.Duration, steered bool) {
	if !a.started {
		a.started = true
		a.latency = map[string]time.Duration{}
		if !steered {
			a.limit = min(2, a.most)
		}
	}
	usual, seen := a.latency[endpoint]
	if !seen {
		a.latency[endpoint] = took
		return
	}
	a.latency[endpoint] = usual + (took-usual)/8
	if !steered && took > 2*usual+slowLatency {
		a.limit = max(1, a.limit/2)
		return
	}
	a.limit = min(a.most, a.limit+1/a.limit)
}

// halve follows a 429: several that answer one burst count once.
func (a *adaptive) halve(now time.Time) {
	if now.Sub(a.halved) < time.Second && !a.halved.IsZero() {
		return
	}
	a.halved = now
	a.limit = max(1, a.limit/2)
}
