package bigcommerce

import (
	"maps"
	"net/http"
	"sync"
	"time"
)

// Stats is what the client did so far, for progress and report.
type Stats struct {
	Requests  int64         // sent, re-sent ones included
	Retries   int64         // of them, how many were sent again
	Throttled time.Duration // in which requests waited for the quota or after a 429, of all clients of the gate
	ByStatus  map[int]int64 // answers by HTTP status; 0 counts requests without an answer
	Quota     Quota
	// ClockAhead is how far the store's clock is ahead of ours, by the Date of its first answer, which has whole seconds: the store's
	// true time is up to a second later. 0 where no answer had a date.
	ClockAhead time.Duration
}

type counters struct {
	mu    sync.Mutex
	stats Stats
	dated bool // ClockAhead is known
}

// heard takes the store's clock from an answer.
func (c *counters) heard(header http.Header, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dated {
		return
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		c.dated, c.stats.ClockAhead = true, date.Sub(now)
	}
}

func (c *counters) sent(status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Requests++
	if c.stats.ByStatus == nil {
		c.stats.ByStatus = map[int]int64{}
	}
	c.stats.ByStatus[status]++
}

func (c *counters) again() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stats.Retries++
}

func (c *counters) read() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	stats := c.stats
	stats.ByStatus = maps.Clone(stats.ByStatus)
	return stats
}
