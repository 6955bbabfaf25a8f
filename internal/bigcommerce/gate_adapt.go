package bigcommerce

import "time"

// slowLatency is what an answer must exceed, beside twice its endpoint's usual time, to count as slowing down.
const slowLatency = 250 * time.Millisecond

// cautiousRounds is how many rounds of successes it takes to go back to a number that was refused.
const cautiousRounds = 16

// adaptive is the number of requests in flight where headers do not steer, and after a 429 where they do.
type adaptive struct {
	limit, most float64
	started     bool
	halved      time.Time
	refused     float64                  // where the last 429 met us, 0 = nowhere
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
	step := 1 / a.limit
	if a.refused > 0 && a.limit+1 > a.refused {
		step /= cautiousRounds
	}
	a.limit = min(a.most, a.limit+step)
}

// halve follows a 429: several that answer one burst count once.
func (a *adaptive) halve(now time.Time) {
	if now.Sub(a.halved) < time.Second && !a.halved.IsZero() {
		return
	}
	a.halved, a.refused = now, a.limit
	a.limit = max(1, a.limit/2)
}
