package bigcommerce_test

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"bcetl/internal/bigcommerce"

	"golang.org/x/sync/errgroup"
)

// quotaServer is a store's rate limiter and nothing else: so many requests in each window of 30 s, headers, 429 beyond.
type quotaServer struct {
	quota     int
	quotaAt   func(since time.Duration) int // the quota at a time after the first request; nil = quota
	latency   time.Duration
	jitter    func() time.Duration
	headers   bool
	fullReset bool // the reset is given as the window's size, as one of the documents has it
	aligned   bool // windows follow each other by the clock; else one begins with the first request after the last
	ceiling   int  // requests in flight at most, 0 = no ceiling
	slowAbove int  // in flight above which answers take much longer
	// others are the requests that a neighbour makes between two of ours.
	others     func(now time.Time) int
	overloaded func() bool   // refuses a request without any header, whatever the quota
	retryAfter time.Duration // X-Retry-After of a refusal

	mu        sync.Mutex
	first     time.Time // of all requests
	start     time.Time // of the window
	used      int       // in the window, by all
	inForce   int       // the quota
	inFlight  int
	most      int
	refused   int
	served    int
	byWindow  []int     // served to us
	leftToUs  []int     // of each window's quota, what the neighbour did not take before it was spent
	leastLeft int       // of the quota, after any request of ours
	kept      int       // the reserve
	intoKept  int       // requests of ours after which less than the reserve was left
	told      time.Time // when the last refusal that asks to wait reached the client
	closedTo  time.Time
	tooEarly  int // requests that set off between the two
}

const window = 30 * time.Second

// turn begins a new window when the old one is over.
func (s *quotaServer) turn(now time.Time) {
	if s.first.IsZero() {
		s.first, s.leastLeft = now, s.quota
	}
	if !s.start.IsZero() && now.Sub(s.start) < window {
		return
	}
	next := now
	if s.aligned && !s.start.IsZero() {
		next = s.start.Add(now.Sub(s.start).Truncate(window))
	}
	s.start, s.used, s.inForce = next, 0, s.limit(now)
	s.byWindow, s.leftToUs = append(s.byWindow, 0), append(s.leftToUs, s.limit(now))
}

// limit is the quota in force.
func (s *quotaServer) limit(now time.Time) int {
	if s.quotaAt == nil {
		return s.quota
	}
	return s.quotaAt(now.Sub(s.first))
}

// take decides about one request and gives the headers of its answer.
func (s *quotaServer) take(now time.Time) (over, slow bool, header http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight++
	s.most = max(s.most, s.inFlight)
	s.turn(now)
	quota := s.limit(now)
	s.leftToUs[len(s.leftToUs)-1] += quota - s.inForce
	s.inForce = quota
	if s.others != nil {
		theirs := min(s.others(now), max(0, quota-s.used))
		s.used += theirs
		s.leftToUs[len(s.leftToUs)-1] -= theirs
	}
	header = http.Header{}
	bare := s.overloaded != nil && s.overloaded()
	over = bare || quota > 0 && s.used >= quota || s.ceiling > 0 && s.inFlight > s.ceiling
	if over {
		s.refused++
		if s.retryAfter > 0 && !bare {
			header.Set("X-Retry-After", strconv.Itoa(int(s.retryAfter/time.Second)))
			s.told, s.closedTo = now.Add(s.latency-s.latency/2), now.Add(s.retryAfter)
		}
	} else {
		s.used++
		s.served++
		s.byWindow[len(s.byWindow)-1]++
		s.leastLeft = min(s.leastLeft, quota-s.used)
		if quota-s.used < s.kept {
			s.intoKept++
		}
	}
	if s.headers && !bare && (!over || quota > 0 && s.used >= quota) {
		left, reset := strconv.Itoa(max(0, quota-s.used)), s.start.Add(window).Sub(now)
		if s.fullReset {
			reset = window
		}
		header.Set("x-rate-limit-requests-left", left)
		header.Set("X-Rate-Limit-Requests-Quota", strconv.Itoa(quota))
		header.Set("X-Rate-Limit-Time-Window-Ms", strconv.FormatInt(window.Milliseconds(), 10))
		header.Set("X-Rate-Limit-Time-Reset-Ms", strconv.FormatInt(reset.Milliseconds(), 10))
	}
	return over, s.slowAbove > 0 && s.inFlight > s.slowAbove, header
}

func (s *quotaServer) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	if now := time.Now(); now.After(s.told) && now.Before(s.closedTo) {
		s.tooEarly++
	}
	s.mu.Unlock()
	half := s.latency / 2
	if s.jitter != nil {
		half = s.jitter()
	}
	time.Sleep(half)
	over, slow, header := s.take(time.Now())
	time.Sleep(s.latency - s.latency/2)
	if slow {
		time.Sleep(2 * time.Second)
	}
	s.mu.Lock()
	s.inFlight--
	s.mu.Unlock()
	if over {
		return answer(r, http.StatusTooManyRequests, `{"status":429,"title":"Too many requests"}`, header), nil
	}
	return answer(r, http.StatusOK, `{"data":[],"meta":{"pagination":{"total":0}}}`, header), nil
}

// burst sends n requests as fast as the client lets them go.
func burst(ctx context.Context, client *bigcommerce.Client, n int) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(64)
	for range n {
		group.Go(func() error {
			_, err := client.Get(ctx, "/catalog/summary", nil)
			return err
		})
	}
	return group.Wait()
}
