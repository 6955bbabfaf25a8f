package bigcommerce_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"bcetl/internal/bigcommerce"

	"golang.org/x/sync/errgroup"
)

// TestGateUsesTheQuota: alone on a store, no request is ever refused, and nearly all of each window is used.
func TestGateUsesTheQuota(t *testing.T) {
	for _, quota := range []int{150, 450} {
		for _, aligned := range []bool{false, true} {
			for _, concurrency := range []int{4, 8, 32} {
				t.Run(fmt.Sprintf("%d aligned %v at %d", quota, aligned, concurrency), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						server := &quotaServer{quota: quota, latency: 60 * time.Millisecond, headers: true, aligned: aligned}
						client := newClient(t, server, func(c *bigcommerce.Config) { c.Concurrency = concurrency })
						const windows = 10
						start := time.Now()
						if err := burst(t.Context(), client, windows*quota); err != nil {
							t.Fatal(err)
						}
						took := time.Since(start)
						if server.refused > 0 {
							t.Errorf("%d requests were refused", server.refused)
						}
						if server.most > concurrency {
							t.Errorf("%d were in flight", server.most)
						}
						for i, used := range server.byWindow[:windows-1] {
							if used*100 < quota*97 {
								t.Errorf("window %d: %d of %d used: %v", i, used, quota, server.byWindow)
								break
							}
						}
						if floor := (windows-1)*window + 10*time.Second; took > floor*102/100 {
							t.Errorf("took %v, the quota allows %v", took, floor)
						}
						stats := client.Stats()
						if stats.Requests != windows*int64(quota) || stats.Retries != 0 || stats.Throttled < (windows-2)*20*time.Second || stats.Throttled > took || !stats.Quota.Known || stats.Quota.Size != quota {
							t.Errorf("stats: %+v", stats)
						}
					})
				})
			}
		}
	}
}

// TestGateOnABadRoad: answers that overtake each other, and a reset that is always given as the whole window, lead to no refusal.
func TestGateOnABadRoad(t *testing.T) {
	for _, aligned := range []bool{false, true} {
		for _, fullReset := range []bool{false, true} {
			for seed := range uint64(10) {
				synctest.Test(t, func(t *testing.T) {
					rng := rand.New(rand.NewPCG(seed, 1))
					server := &quotaServer{quota: 150, latency: 60 * time.Millisecond, headers: true, aligned: aligned, fullReset: fullReset}
					transport := wandering(server, rng.Uint64(), 800*time.Millisecond)
					client := newClient(t, transport, func(c *bigcommerce.Config) { c.Concurrency = 16 })
					if err := burst(t.Context(), client, 900); err != nil {
						t.Fatal(err)
					}
					if server.refused > 0 {
						t.Errorf("aligned %v, full reset %v, seed %d: %d refused, windows of %v", aligned, fullReset, seed, server.refused, server.byWindow)
					}
					if full := 150 * (len(server.byWindow) - 1); !fullReset && full*97/100 > 900 {
						t.Errorf("aligned %v, seed %d: windows of %v", aligned, seed, server.byWindow)
					}
				})
			}
		}
	}
}

// TestGateAfterASlowAnswer: the first answer travels for so long that its window seems to end much later than it does. What the next ones say
// of that window is believed all the same, and nothing is refused.
func TestGateAfterASlowAnswer(t *testing.T) {
	for _, aligned := range []bool{false, true} {
		for _, travelled := range []time.Duration{16 * time.Second, 28 * time.Second, 40 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				server := &quotaServer{quota: 150, latency: 60 * time.Millisecond, headers: true, aligned: aligned, kept: 30}
				first := true
				slow := transportFunc(func(r *http.Request) (*http.Response, error) {
					answer, err := server.RoundTrip(r)
					if first {
						first = false
						time.Sleep(travelled)
					}
					return answer, err
				})
				client := newClient(t, slow, func(c *bigcommerce.Config) {
					c.Concurrency = 16
					c.Reserve = bigcommerce.Reserve{Requests: 30}
				})
				if err := burst(t.Context(), client, 600); err != nil {
					t.Fatal(err)
				}
				if server.refused > 0 || server.intoKept > 0 {
					t.Errorf("aligned %v, %v: %d refused, %d of the reserve taken, windows of %v", aligned, travelled, server.refused, server.intoKept, server.byWindow)
				}
			})
		}
	}
}

// TestGateKeepsTheReserve: what is reserved is never used, whether given as a number or as a fraction.
func TestGateKeepsTheReserve(t *testing.T) {
	for _, reserve := range []bigcommerce.Reserve{{Requests: 30}, {Fraction: 0.2}} {
		synctest.Test(t, func(t *testing.T) {
			server := &quotaServer{quota: 150, latency: 50 * time.Millisecond, headers: true}
			client := newClient(t, server, func(c *bigcommerce.Config) { c.Reserve = reserve })
			if err := burst(t.Context(), client, 600); err != nil {
				t.Fatal(err)
			}
			for _, used := range server.byWindow {
				if used > 120 {
					t.Errorf("%+v: windows of %v", reserve, server.byWindow)
				}
			}
			if server.refused > 0 || len(server.byWindow) != 5 {
				t.Errorf("%+v: %d refused, windows of %v", reserve, server.refused, server.byWindow)
			}
		})
	}
}

// TestGateIsShared: two clients of one store stay within one quota.
func TestGateIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &quotaServer{quota: 150, latency: 50 * time.Millisecond, headers: true}
		gate := bigcommerce.NewGate(nil, 8, bigcommerce.Reserve{})
		var group errgroup.Group
		for range 2 {
			client := newClient(t, server, func(c *bigcommerce.Config) { c.Gate = gate })
			group.Go(func() error { return burst(t.Context(), client, 400) })
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if server.refused > 0 || server.most > 8 {
			t.Errorf("%d refused, %d in flight", server.refused, server.most)
		}
	})
}

// TestGateWithOthers: other applications take from the same quota. All requests come through, and few are refused.
func TestGateWithOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &quotaServer{quota: 150, latency: 50 * time.Millisecond, headers: true}
		seen := 0
		server.others = func(time.Time) int { seen++; return seen % 2 }
		client := newClient(t, server, nil)
		if err := burst(t.Context(), client, 600); err != nil {
			t.Fatal(err)
		}
		if server.served != 600 || server.refused > 12 {
			t.Errorf("%d served, %d refused", server.served, server.refused)
		}
	})
}

// TestGateWithoutHeaders: where the store says nothing, the number in flight finds what the store bears.
func TestGateWithoutHeaders(t *testing.T) {
	t.Run("ceiling", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			server := &quotaServer{latency: 50 * time.Millisecond, ceiling: 6}
			client := newClient(t, server, func(c *bigcommerce.Config) { c.Concurrency = 32 })
			if err := burst(t.Context(), client, 3000); err != nil {
				t.Fatal(err)
			}
			if server.served != 3000 || server.refused > 60 {
				t.Errorf("%d served, %d refused", server.served, server.refused)
			}
		})
	})
	t.Run("rising latency", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			server := &quotaServer{latency: 50 * time.Millisecond, slowAbove: 8}
			client := newClient(t, server, func(c *bigcommerce.Config) { c.Concurrency = 64 })
			if err := burst(t.Context(), client, 3000); err != nil {
				t.Fatal(err)
			}
			if server.most > 16 {
				t.Errorf("%d in flight although answers slowed down above 8", server.most)
			}
		})
	})
	t.Run("none", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			server := &quotaServer{latency: 100 * time.Millisecond}
			client := newClient(t, server, func(c *bigcommerce.Config) { c.Concurrency = 10 })
			start := time.Now()
			if err := burst(t.Context(), client, 2000); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > 24*time.Second || server.most != 10 {
				t.Errorf("took %v with %d in flight, 20 s is the floor", took, server.most)
			}
		})
	})
}

// TestGateWaitsEndWithTheContext: who waits for a window does not outlive its context, and leaves no place taken.
func TestGateWaitsEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &quotaServer{quota: 5, latency: 10 * time.Millisecond, headers: true}
		client := newClient(t, server, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		if err := burst(ctx, client, 50); err == nil {
			t.Error("50 requests passed a quota of 5 in 10 s")
		}
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("waited %v", took)
		}
		if err := burst(t.Context(), client, 5); err != nil {
			t.Error(err)
		}
	})
}
