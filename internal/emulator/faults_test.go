package emulator

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// TestFaults strikes a price change with each fault and looks at the answer and at the price.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name    string
		fault   Fault
		status  int // 0 = a transport error
		price   string
		headers map[string]string
		text    string // part of the body
	}{
		{"500 before", Fault{Kind: StatusBefore}, 500, "1.25", nil, `"code":10000`},
		{"503 before", Fault{Kind: StatusBefore, Status: 503}, 503, "1.25", nil, "Service Unavailable"},
		{"504 after", Fault{Kind: StatusAfter, Status: 504}, 504, "9", nil, "Gateway Timeout"},
		{"reset before", Fault{Kind: ResetBefore}, 0, "1.25", nil, ""},
		{"reset after", Fault{Kind: ResetAfter}, 0, "9", nil, ""},
		{"quota", Fault{Kind: QuotaSpent, Delay: 2500 * time.Millisecond}, 429, "1.25", map[string]string{
			"X-Rate-Limit-Requests-Left": "0", "X-Rate-Limit-Time-Reset-Ms": "2500", "X-Retry-After": "3", "X-Rate-Limit-Requests-Quota": "150",
		}, "Too many requests"},
		{"overloaded", Fault{Kind: Overloaded}, 429, "1.25", map[string]string{"X-Retry-After": "", "X-Rate-Limit-Requests-Left": ""}, ""},
		{"revoked", Fault{Kind: TokenRevoked}, 401, "1.25", nil, "Unauthorized"},
		{"partial", Fault{Kind: Partial, Reason: "The stock could not be saved"}, 207, "9", nil, `"errors":{"inventory_level":"The stock could not be saved"}`},
		{"other method", Fault{Kind: StatusBefore, Method: "GET"}, 200, "9", nil, ""},
		{"other path", Fault{Kind: StatusBefore, Path: "/v3/catalog/brands*"}, 200, "9", nil, ""},
		{"matching path", Fault{Kind: StatusBefore, Path: "/v3/*/products/*"}, 500, "1.25", nil, ""},
		{"not yet", Fault{Kind: StatusBefore, Nth: 2}, 200, "9", nil, ""},
		{"used up", Fault{Kind: StatusBefore, From: 2}, 200, "9", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := shop(t, 1)
			s.AddFault(c.fault)
			resp, err := request(t, s, "PUT", "/v3/catalog/products/1", `{"price":9}`)
			s.ClearFaults()
			p, _ := s.Product(1)
			if got := send(t, s, "GET", "/v3/catalog/products/1", "").str("data", "price"); got != c.price {
				t.Errorf("price %s, want %s (%v)", got, c.price, p["price"])
			}
			if c.status == 0 {
				if !errors.Is(err, syscall.ECONNRESET) {
					t.Errorf("error %v", err)
				}
				if got := s.Log()[0].Status; got != 0 {
					t.Errorf("logged status %d", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != c.status || !strings.Contains(string(text), c.text) {
				t.Errorf("%d %v %s", resp.StatusCode, err, text)
			}
			for name, want := range c.headers {
				if got := resp.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestFaultSchedules(t *testing.T) {
	statuses := func(faults ...Fault) string {
		s := shop(t, 1)
		for _, f := range faults {
			s.AddFault(f)
		}
		var b strings.Builder
		for range 12 {
			if send(t, s, "GET", "/v2/time", "").status == 200 {
				b.WriteByte('.')
			} else {
				b.WriteByte('x')
			}
		}
		return b.String()
	}
	if got := statuses(Fault{Kind: TokenRevoked, From: 4}); got != "...xxxxxxxxx" {
		t.Error(got)
	}
	if got := statuses(Fault{Nth: 3}, Fault{Nth: 5}); got != "..x.x......." {
		t.Error(got)
	}
	if got := statuses(Fault{Times: 2}); got != "xx.........." {
		t.Error(got)
	}
	first := statuses(Fault{Probability: 0.5, Seed: 3})
	if again := statuses(Fault{Probability: 0.5, Seed: 3}); again != first || !strings.Contains(first, "x") || !strings.Contains(first, ".") {
		t.Errorf("%s, then %s", first, again)
	}
}

func TestTruncatedBody(t *testing.T) {
	s := shop(t, 3)
	s.AddFault(Fault{Kind: TruncatedBody})
	resp, err := request(t, s, "GET", "/v3/catalog/products", "")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(resp.Body); !errors.Is(err, io.ErrUnexpectedEOF) || len(text) == 0 || int64(len(text)) >= resp.ContentLength {
		t.Errorf("%d of %d bytes, %v", len(text), resp.ContentLength, err)
	}
}

func TestStallEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		s.AddFault(Fault{Kind: Stall})
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errTired)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, "GET", "https://x/stores/emulator/v2/time", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Auth-Token", "emulator")
		start := time.Now()
		if _, err := s.RoundTripper().RoundTrip(req); !errors.Is(err, errTired) || time.Since(start) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

var errTired = errors.New("tired")

func TestBodyHonoursTheContext(t *testing.T) {
	s := shop(t, 3)
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, "GET", "https://x/stores/emulator/v3/catalog/products", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", "emulator")
	resp, err := s.RoundTripper().RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := resp.Body.Read(make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.ReadAll(resp.Body); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := s.RoundTripper().RoundTrip(req); !errors.Is(err, context.Canceled) {
		t.Errorf("a request under a dead context: %v", err)
	}
}

// TestOnASocket checks that a real client sees the same answers and cut connections.
func TestOnASocket(t *testing.T) {
	s := shop(t, 3)
	server := httptest.NewServer(s)
	defer server.Close()
	get := func() (int, string, error) {
		req, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/stores/emulator/v3/catalog/products", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Auth-Token", "emulator")
		req.Header.Set("Accept", "application/json")
		resp, err := server.Client().Do(req)
		if err != nil {
			return 0, "", err
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		return resp.StatusCode, string(text), err
	}
	want := send(t, s, "GET", "/v3/catalog/products", "").text
	if status, text, err := get(); status != 200 || text != want || err != nil {
		t.Errorf("%d %v %s", status, err, text)
	}
	server.Config.ErrorLog = nil
	s.AddFault(Fault{Kind: ResetAfter, Nth: 1})
	s.AddFault(Fault{Kind: ResetAfter, Nth: 2}) // the transport sends a GET again by itself
	if _, _, err := get(); err == nil {
		t.Error("no error from a reset connection")
	}
	s.ClearFaults()
	s.AddFault(Fault{Kind: TruncatedBody})
	if _, _, err := get(); err == nil {
		t.Error("no error from a truncated body")
	}
}

func TestServeStops(t *testing.T) {
	s := shop(t, 1)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, listener, s) }()
	req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+listener.Addr().String()+"/stores/emulator/v2/time", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", "emulator")
	req.Header.Set("Accept", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
