package bigcommerce

import (
	"math"
	"time"
)

// slowLatency is what an answer must exceed, beside twice its endpoint's usual time, to count as slowing down.
const slowLatency = 250 * time.Millisecond

// After a refusal the number that was refused is tried again after so many rounds of successes, and after four times as many each time that it
// is refused again: a refusal costs a second. At 60 ms a request, 4096 rounds are four minutes.
const (
	cautiousRounds = 16
	cautiousMost   = 4096
)

// adaptive is the number of requests in flight where headers do not steer, and after a 429 where they do.
type adaptive struct {
	limit, most float64
	started     bool
	refused     float64                  // the number in flight that met the last 429, 0 = none
	rounds      float64                  // it takes to try that number again
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
		step /= a.rounds
	}
	a.limit = min(a.most, a.limit+step)
	if a.limit >= a.refused+1 { // it was refused once and is borne now
		a.refused = 0
	}
}

// halve follows a 429.
func (a *adaptive) halve() {
	number := math.Floor(a.limit)
	if number == a.refused {
		a.rounds = min(cautiousMost, 4*a.rounds)
	} else {
		a.refused, a.rounds = number, cautiousRounds
	}
	a.limit = max(1, a.limit/2)
}
