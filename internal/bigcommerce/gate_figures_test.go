package bigcommerce_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"bcetl/internal/bigcommerce"

	"golang.org/x/sync/errgroup"
)

// figuresVariable names a file to which tests append the figures that they measured, for .ci/run to show.
const figuresVariable = "BCETL_TEST_FIGURES"

// figure prints a line of what was measured.
func figure(t *testing.T, format string, values ...any) {
	t.Helper()
	line := fmt.Sprintf(format, values...)
	t.Log(line)
	path := os.Getenv(figuresVariable)
	if path == "" {
		return
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintln(file, line); err != nil {
		t.Error(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
}

// quotaCase is a way in which a store's quota behaves, and what is wanted of a client under it.
type quotaCase struct {
	name     string
	store    func() *quotaServer
	reserve  bigcommerce.Reserve
	kept     int // requests of each window that the reserve leaves to others
	intoKept int // requests that may go into it, as they were in flight when a neighbour took of it
	workers  int // in flight at most
	requests int

	// What is wanted.
	leastUse    float64                                                     // of what the quota permits in whole windows, percent
	floor       func(server *quotaServer, workers int) time.Duration        // the least time that the store allows; nil = not known
	mostOfFloor float64                                                     // 1.02 is 2 % over it
	mostRefused int                                                         // 429s
	more        func(t *testing.T, server *quotaServer, took time.Duration) // what else; nil = nothing
}

// windowFloor is the least time for n requests of which a window permits so many: whole windows, and the last requests as fast as they go.
func windowFloor(n, permitted int) func(*quotaServer, int) time.Duration {
	return func(server *quotaServer, workers int) time.Duration {
		whole := (n - 1) / permitted
		last := n - whole*permitted
		return time.Duration(whole)*window + time.Duration((last+workers-1)/workers)*server.latency
	}
}

const quotaLatency = 60 * time.Millisecond

func steered(quota int) func() *quotaServer {
	return func() *quotaServer { return &quotaServer{quota: quota, latency: quotaLatency, headers: true} }
}

var quotaCases = []quotaCase{
	{name: "150 in 30 s, alone", store: steered(150), workers: 4, requests: 3000, leastUse: 97, floor: windowFloor(3000, 150), mostOfFloor: 1.02},
	{name: "450 in 30 s, alone", store: steered(450), workers: 4, requests: 9000, leastUse: 97, floor: windowFloor(9000, 450), mostOfFloor: 1.02},
	{name: "150, a reserve of 20 %", store: steered(150), workers: 4, reserve: bigcommerce.Reserve{Fraction: 0.2}, kept: 30, requests: 2400, leastUse: 97, floor: windowFloor(2400, 120), mostOfFloor: 1.02},
	{name: "450, a reserve of 20 %", store: steered(450), workers: 16, reserve: bigcommerce.Reserve{Fraction: 0.2}, kept: 90, requests: 7200, leastUse: 97, floor: windowFloor(7200, 360), mostOfFloor: 1.02},
	{name: "450, a reserve of 100 requests", store: steered(450), workers: 8, reserve: bigcommerce.Reserve{Requests: 100}, kept: 100, requests: 7000, leastUse: 97, floor: windowFloor(7000, 350), mostOfFloor: 1.02},
	{
		name: "150, windows by the clock", workers: 8, requests: 3000, leastUse: 97, floor: windowFloor(3000, 150), mostOfFloor: 1.02,
		store: func() *quotaServer {
			return &quotaServer{quota: 150, latency: quotaLatency, headers: true, aligned: true}
		},
	},
	{
		name: "150, a neighbour who takes one for each of ours", workers: 8, requests: 1500, leastUse: 97, mostRefused: 60,
		store: func() *quotaServer {
			s := steered(150)()
			s.others = func(time.Time) int { return 1 }
			return s
		},
	},
	{
		name: "150, a neighbour who takes bursts of up to 60", workers: 4, requests: 1500, leastUse: 97, mostRefused: 30,
		store: func() *quotaServer {
			s, rng := steered(150)(), rand.New(rand.NewPCG(11, 1))
			s.others = func(time.Time) int {
				if rng.IntN(40) > 0 {
					return 0
				}
				return rng.IntN(60)
			}
			return s
		},
	},
	{
		name: "150, a neighbour in bursts, a reserve of 20 %", workers: 4, reserve: bigcommerce.Reserve{Fraction: 0.2}, kept: 30, intoKept: 3 * 13, requests: 1500, leastUse: 97, mostRefused: 0, // three others of four in flight, in each window
		store: func() *quotaServer {
			s, rng := steered(150)(), rand.New(rand.NewPCG(12, 1))
			s.others = func(time.Time) int {
				if rng.IntN(40) > 0 {
					return 0
				}
				return rng.IntN(20)
			}
			return s
		},
	},
	{
		name: "150, then 450, then 60", workers: 4, requests: 6000, leastUse: 97, mostRefused: 4,
		store: func() *quotaServer {
			s := steered(150)()
			s.quotaAt = func(since time.Duration) int {
				switch {
				case since < 3*time.Minute+10*time.Second:
					return 150
				case since < 6*time.Minute+10*time.Second:
					return 450
				}
				return 60
			}
			return s
		},
	},
	{
		name: "no headers, no quota, six in flight at most", workers: 32, requests: 60000, mostRefused: 100, mostOfFloor: 1.02,
		store: func() *quotaServer { return &quotaServer{latency: quotaLatency, ceiling: 6} },
		floor: func(s *quotaServer, _ int) time.Duration { return 60000 / 6 * s.latency },
	},
	{
		name: "headers, and six in flight at most", workers: 32, requests: 9000, leastUse: 97, mostRefused: 100, floor: windowFloor(9000, 450), mostOfFloor: 1.02,
		store: func() *quotaServer { return &quotaServer{quota: 450, latency: quotaLatency, headers: true, ceiling: 6} },
	},
	{
		name: "no headers, 150 in 30 s all the same", workers: 8, requests: 1500, mostRefused: 160, // the burst that meets the end of a window, and a few that try
		store: func() *quotaServer { return &quotaServer{quota: 150, latency: quotaLatency} },
	},
	{
		name: "no headers, no limit", workers: 8, requests: 20000, mostRefused: 0, mostOfFloor: 1.02,
		store: func() *quotaServer { return &quotaServer{latency: quotaLatency} },
		floor: func(s *quotaServer, workers int) time.Duration { return time.Duration(20000/workers) * s.latency },
	},
	{
		name: "150, one request in a hundred refused without a word", workers: 4, requests: 3000, leastUse: 90, mostRefused: 60,
		store: func() *quotaServer {
			s, rng := steered(150)(), rand.New(rand.NewPCG(13, 1))
			s.overloaded = func() bool { return rng.IntN(100) == 0 }
			return s
		},
	},
	{
		name: "a refusal that asks for 45 s, longer than the reset", workers: 8, requests: 900, mostRefused: 80,
		store: func() *quotaServer {
			s, calm := steered(150)(), 0
			s.retryAfter = 45 * time.Second
			s.others = func(time.Time) int { // takes all that is left, once in a while
				if calm++; calm%200 == 0 {
					return 150
				}
				return 0
			}
			return s
		},
		more: func(t *testing.T, server *quotaServer, _ time.Duration) {
			if server.tooEarly > 0 {
				t.Errorf("%d requests came before the time that a refusal had asked to wait", server.tooEarly)
			}
		},
	},
}

// TestQuotaFigures sends many requests under each kind of quota, in virtual time, and prints what came of it: how much of what the quota
// permits was used in whole windows, the refusals, what was left to others, and the time against the least that the store allows.
func TestQuotaFigures(t *testing.T) {
	for _, c := range quotaCases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { c.run(t) })
		})
	}
}

func (c *quotaCase) run(t *testing.T) {
	server := c.store()
	server.kept = c.kept
	client := newClient(t, server, func(config *bigcommerce.Config) { config.Concurrency, config.Reserve = c.workers, c.reserve })
	start := time.Now()
	if err := burst(t.Context(), client, c.requests); err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	line := fmt.Sprintf("quota: %s: %d requests in %.1f s, %d answered 429", c.name, server.served, took.Seconds(), server.refused)
	if server.served != c.requests {
		t.Errorf("%d of %d requests were served", server.served, c.requests)
	}
	if server.refused > c.mostRefused {
		t.Errorf("%d were refused, at most %d are to be", server.refused, c.mostRefused)
	}
	if server.quota > 0 {
		use := server.use(c.kept)
		line += fmt.Sprintf(", %.1f %% of what whole windows permit", use)
		if use < c.leastUse {
			t.Errorf("%.1f %% used, want %.1f: windows of %v, permitted %v", use, c.leastUse, server.byWindow, server.leftToUs)
		}
		if c.kept > 0 {
			line += fmt.Sprintf(", %d of them into the reserve of %d", server.intoKept, c.kept)
			if server.intoKept > c.intoKept {
				t.Errorf("%d requests went into the reserve, at most %d are to; %d were left", server.intoKept, c.intoKept, server.leastLeft)
			}
		}
	}
	if c.floor != nil {
		ratio := took.Seconds() / c.floor(server, c.workers).Seconds()
		line += fmt.Sprintf(", %.3f of the least time", ratio)
		if ratio > c.mostOfFloor {
			t.Errorf("took %.3f of the least time %v, want %.2f", ratio, c.floor(server, c.workers), c.mostOfFloor)
		}
	}
	if c.more != nil {
		c.more(t, server, took)
	}
	figure(t, "%s", line)
}

// use is how much of what the quota permitted us in whole windows was used, in percent. The last window is not whole.
func (s *quotaServer) use(kept int) float64 {
	used, permitted := 0, 0
	for i := range s.byWindow[:max(0, len(s.byWindow)-1)] {
		used += s.byWindow[i]
		permitted += max(0, s.leftToUs[i]-kept)
	}
	if permitted == 0 {
		return 100
	}
	return min(100, 100*float64(used)/float64(permitted)) // a neighbour may take of the reserve afterwards
}

// TestQuotaOfTwoJobs runs a long job and, a minute later, a short one on the same store: in one process, where they share a gate, and in two,
// where each knows the other only from the headers. Neither starves.
func TestQuotaOfTwoJobs(t *testing.T) {
	for _, shared := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			server := steered(150)()
			gate := bigcommerce.NewGate(nil, 8, bigcommerce.Reserve{})
			job := func() *bigcommerce.Client {
				return newClient(t, server, func(c *bigcommerce.Config) {
					if shared {
						c.Gate = gate
					} else {
						c.Concurrency = 4
					}
				})
			}
			var group errgroup.Group
			var long, short time.Duration
			timed := func(took *time.Duration, after time.Duration, requests int) {
				client := job()
				group.Go(func() error {
					time.Sleep(after)
					start := time.Now()
					err := sequence(t.Context(), client, requests)
					*took = time.Since(start)
					return err
				})
			}
			timed(&long, 0, 3000)
			timed(&short, time.Minute, 300)
			if err := group.Wait(); err != nil {
				t.Fatal(err)
			}
			where := map[bool]string{true: "one process", false: "two processes"}[shared]
			figure(t, "quota: two jobs in %s: 300 requests took %.0f s beside 3000 in %.0f s, alone they take 30 s; %d answered 429, %.1f %% of what whole windows permit",
				where, short.Seconds(), long.Seconds(), server.refused, server.use(0))
			// With half of each window the short job takes four of them, with a quarter eight.
			if short > 8*window || server.served != 3300 {
				t.Errorf("%s: the short job took %v, the long one %v, %d served", where, short, long, server.served)
			}
			if shared && server.refused > 0 || server.refused > 60 || server.use(0) < 97 {
				t.Errorf("%s: %d refused, %.1f %% used", where, server.refused, server.use(0))
			}
		})
	}
}

// sequence sends n requests from four goroutines, as a job does.
func sequence(ctx context.Context, client *bigcommerce.Client, n int) error {
	group, ctx := errgroup.WithContext(ctx)
	for range 4 {
		group.Go(func() error {
			for range n / 4 {
				if _, err := client.Get(ctx, "/catalog/summary", nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}
