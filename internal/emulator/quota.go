package emulator

import (
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Quota bounds the requests of a window, as the platform does per store: 150 in 30 s on
// Standard and Plus, 450 on Pro. Requests 0 means no limit and no headers.
type Quota struct {
	Requests int
	Window   time.Duration // default 30 s
}

func (q Quota) window() time.Duration {
	if q.Window <= 0 {
		return 30 * time.Second
	}
	return q.Window
}

// quotaWindow counts the requests of the current window. A window starts with the first
// request after the last one ended.
type quotaWindow struct {
	mu    sync.Mutex
	start time.Time
	used  int
}

// take counts one request and gives the headers to send with its answer; ok is false if the
// quota is spent.
func (w *quotaWindow) take(q Quota, now time.Time) (headers map[string]string, ok bool) {
	if q.Requests <= 0 {
		return nil, true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.start.IsZero() || !now.Before(w.start.Add(q.window())) {
		w.start, w.used = now, 0
	}
	if ok = w.used < q.Requests; ok {
		w.used++
	}
	return quotaHeaders(q, q.Requests-w.used, w.start.Add(q.window()).Sub(now), !ok), ok
}

// alter gives the headers as the alternative readings have them.
func (a *Alternatives) alter(headers map[string]string, refused bool) {
	if len(headers) == 0 {
		return
	}
	if a.ResetIsWindow {
		headers["X-Rate-Limit-Time-Reset-Ms"] = headers["X-Rate-Limit-Time-Window-Ms"]
	}
	if a.LeftWhenRefused && refused {
		headers["X-Rate-Limit-Requests-Left"] = "35" // as in the guide's sample
	}
	if a.RefusedAs500 && refused {
		clear(headers)
	}
}

// quotaHeaders are the four rate-limit headers, and X-Retry-After in seconds on a refusal.
func quotaHeaders(q Quota, left int, reset time.Duration, refused bool) map[string]string {
	h := map[string]string{
		"X-Rate-Limit-Requests-Left":  strconv.Itoa(left),
		"X-Rate-Limit-Requests-Quota": strconv.Itoa(q.Requests),
		"X-Rate-Limit-Time-Window-Ms": strconv.FormatInt(q.window().Milliseconds(), 10),
		"X-Rate-Limit-Time-Reset-Ms":  strconv.FormatInt(int64((reset+time.Millisecond-1)/time.Millisecond), 10),
	}
	if refused {
		h["X-Retry-After"] = strconv.FormatInt(int64((reset+time.Second-1)/time.Second), 10)
	}
	return h
}

func (c *call) tooManyRequests() *reply {
	if c.s.opts.RefusedAs500 {
		return c.refuse(http.StatusInternalServerError, "Internal Server Error")
	}
	return c.refuse(http.StatusTooManyRequests, "Too many requests")
}
