package bigcommerce_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/emulator"

	"golang.org/x/sync/errgroup"
)

// TestGateHonoursCeilings: an endpoint with a ceiling of its own keeps it and does not hold back others. The store refuses the third
// request that is in flight at once.
func TestGateHonoursCeilings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const latency = 100 * time.Millisecond
		store := emulator.New(emulator.Options{Ceilings: map[string]int{"/v3/catalog/brands": 2}, Latency: latency})
		client := newClient(t, store.RoundTripper(), nil)
		narrow := catalogue.Brands.Create
		narrow.MaxInFlight = 2
		const creates, reads = 600, 600
		start := time.Now()
		var group errgroup.Group
		for i := range creates {
			group.Go(func() error {
				_, err := client.Send(t.Context(), narrow, nil, nil, fmt.Appendf(nil, `{"name":"Brand %d"}`, i))
				return err
			})
		}
		group.Go(func() error { return burst(t.Context(), client, reads) })
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		took := time.Since(start)
		refused := refusals(store)
		floor := creates / 2 * latency // reads go beside them, six at a time
		figure(t, "quota: two creates in flight at most, beside reads without a ceiling: %d requests in %.1f s, %d answered 429, %.3f of the least time",
			creates+reads, took.Seconds(), refused, took.Seconds()/floor.Seconds())
		if refused > 0 || took > floor*102/100 {
			t.Errorf("%d refused, took %v, the least is %v", refused, took, floor)
		}
	})
}

// refusals counts the answers 429.
func refusals(store *emulator.Store) int {
	n := 0
	for _, entry := range store.Log() {
		if entry.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

// TestQuotaForReal goes over HTTP and the computer's own clock, in windows of a second: nothing is refused, and what is reserved is left.
func TestQuotaForReal(t *testing.T) {
	for _, c := range []struct {
		quota, requests, permitted int
		reserve                    bigcommerce.Reserve
	}{
		{quota: 150, requests: 360, permitted: 150},
		{quota: 450, requests: 1000, permitted: 360, reserve: bigcommerce.Reserve{Fraction: 0.2}},
	} {
		t.Run(fmt.Sprintf("%d of %d", c.permitted, c.quota), func(t *testing.T) {
			t.Parallel()
			const length = time.Second
			store := emulator.New(emulator.Options{Quota: emulator.Quota{Requests: c.quota, Window: length}})
			server := httptest.NewServer(store)
			defer server.Close()
			client := newClient(t, nil, func(config *bigcommerce.Config) { config.BaseURL, config.Reserve = server.URL, c.reserve })
			if err := burst(t.Context(), client, c.requests); err != nil {
				t.Fatal(err)
			}
			windows := servedByWindow(store.Log(), length)
			most, refused := 0, refusals(store)
			for _, n := range windows {
				most = max(most, n)
			}
			figure(t, "quota: for real, %d in %v: %d requests in %d windows of at most %d, %d may be used, %d answered 429", c.quota, length, c.requests, len(windows), most, c.permitted, refused)
			if refused > 0 || most > c.permitted {
				t.Errorf("%d refused, windows of %v, permitted %d", refused, windows, c.permitted)
			}
		})
	}
}

// servedByWindow counts the requests of each window. A window begins with the first request after the last one.
func servedByWindow(entries []emulator.Entry, length time.Duration) []int {
	var windows []int
	var start time.Time
	for _, entry := range entries {
		if start.IsZero() || entry.Time.Sub(start) >= length {
			start, windows = entry.Time, append(windows, 0)
		}
		windows[len(windows)-1]++
	}
	return windows
}
