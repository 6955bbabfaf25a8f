package bigcommerce_test

import (
	"testing"
	"testing/synctest"
	"time"

	"bcetl/internal/bigcommerce"
)

// TestQuotaThatGrows: a quota that grows with the last request of a window, as after a change of plan, is used in that window as fast as it goes.
func TestQuotaThatGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, grown := steered(150)(), false
		server.quotaAt = func(time.Duration) int {
			if grown = grown || server.used == 149; grown {
				return 450
			}
			return 150
		}
		client := newClient(t, server, nil)
		start := time.Now()
		if err := burst(t.Context(), client, 450); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 4*time.Second || server.refused > 0 { // 450 / 8 at 60 ms
			t.Errorf("took %v, %d were refused; windows of %v", took, server.refused, server.byWindow)
		}
	})
}

// TestReserveRoundsUp: a fraction of the quota that is no whole number of requests leaves the next one to others.
func TestReserveRoundsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := steered(150)()
		client := newClient(t, server, func(c *bigcommerce.Config) { c.Reserve = bigcommerce.Reserve{Fraction: 0.007} }) // 1.05 requests
		if err := burst(t.Context(), client, 400); err != nil {
			t.Fatal(err)
		}
		if server.leastLeft != 2 {
			t.Errorf("%d were left of 150, 2 are to be", server.leastLeft)
		}
	})
}

// TestResetIsCut: a near store names its reset in whole milliseconds, up to one too few, and what is sent at that time meets the old window.
func TestResetIsCut(t *testing.T) {
	for _, aligned := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			server := &quotaServer{quota: 150, latency: 200 * time.Microsecond, headers: true, aligned: aligned}
			client := newClient(t, server, nil)
			if err := burst(t.Context(), client, 600); err != nil {
				t.Fatal(err)
			}
			if server.refused > 0 {
				t.Errorf("aligned %v: %d refused, windows of %v", aligned, server.refused, server.byWindow)
			}
		})
	}
}

// TestRefusalLateInAWindow: a refusal that names no reset says nothing of the quota. What is left of the window is still counted after it.
func TestRefusalLateInAWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &quotaServer{quota: 150, latency: 600 * time.Millisecond, headers: true} // four at a time take 22 s for a window's
		begun, overloads := time.Now(), 1
		server.overloaded = func() bool {
			if time.Since(begun) < 20*time.Second || overloads == 0 {
				return false
			}
			overloads--
			return true
		}
		client := newClient(t, server, func(c *bigcommerce.Config) { c.Concurrency = 4 })
		if err := burst(t.Context(), client, 300); err != nil {
			t.Fatal(err)
		}
		if server.refused != 1 || server.byWindow[0] != 150 {
			t.Errorf("%d refused, and one was overloaded; windows of %v", server.refused, server.byWindow)
		}
	})
}
