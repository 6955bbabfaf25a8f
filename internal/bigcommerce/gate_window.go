package bigcommerce

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The store's rate headers. Their names may arrive in any case (API facts, sections 1 and 2).
const (
	headerLeft   = "X-Rate-Limit-Requests-Left"
	headerQuota  = "X-Rate-Limit-Requests-Quota"
	headerReset  = "X-Rate-Limit-Time-Reset-Ms"
	headerWindow = "X-Rate-Limit-Time-Window-Ms"
	headerRetry  = "X-Retry-After"
)

// resetMargin is waited beyond the reset that the store named: its milliseconds are cut, not rounded.
const resetMargin = 10 * time.Millisecond

const usualWindow = 30 * time.Second

// quotaWindow is the store's quota as its answers described it.
type quotaWindow struct {
	known     bool
	size      int
	left      int
	length    time.Duration
	resetAt   time.Time // the reset is not later than this
	earliest  time.Time // nor sooner than this; between them lies how long the answer travelled that named it
	estimated bool      // resetAt is ours: the window turned and no answer has named the new reset yet
	turned    time.Time
}

// turn starts a new window when the old one's time is over: the quota is taken for full until an answer says otherwise.
func (w *quotaWindow) turn(now time.Time) {
	if !w.known || now.Before(w.resetAt.Add(resetMargin)) {
		return
	}
	w.turned = w.resetAt
	w.left = w.size
	w.earliest, w.resetAt = now.Add(w.length), now.Add(w.length)
	w.estimated = true
}

// read takes the headers of an answer to a request that was started then. Answers overtake each other: within one window the highest count of
// what was spent and the earliest reset are true, as travel only makes a reset look later; an answer of a window that is over says nothing. Which window
// an answer is of is told by the whole time in which its reset may lie, or one slow answer would make those of its own window look old.
func (w *quotaWindow) read(started, now time.Time, header http.Header) {
	left, ok := headerInt(header, headerLeft)
	reset, okReset := headerMillis(header, headerReset)
	if !ok || !okReset {
		w.spend()
		return
	}
	length, ok := headerMillis(header, headerWindow)
	if !ok || length <= 0 {
		length = usualWindow
	}
	size, ok := headerInt(header, headerQuota)
	if !ok {
		size = w.size
	}
	if size = max(size, left); size == 0 { // no quota at all is none that could steer
		return
	}
	soonest, latest := started.Add(reset), now.Add(reset)
	switch {
	case !w.known:
		w.known, w.size, w.left, w.earliest, w.resetAt = true, size, left, soonest, latest
	case w.estimated && latest.Sub(w.turned) < length/2:
		// of the window that is over
	case w.estimated && soonest.Sub(w.turned) < length/2: // of that one or of this one
		w.spend()
	case w.estimated:
		w.count(size, left)
		w.earliest, w.resetAt, w.estimated = soonest, latest, false
	case soonest.Sub(w.resetAt) > length/2: // the window turned at the store before it did here
		w.turned, w.size, w.left, w.earliest, w.resetAt = w.resetAt, size, left, soonest, latest
	case w.earliest.Sub(latest) > length/2:
		// of the window that is over
	default:
		w.count(size, left)
		if latest.Before(w.resetAt) {
			w.earliest, w.resetAt = soonest, latest
		}
	}
	w.length = length
}

// count takes the quota and what is left of it from the answer that counts the most requests, which is the last that the store gave: a quota that
// grows or shrinks does so for the window that is under way.
func (w *quotaWindow) count(size, left int) {
	if size-left >= w.size-w.left {
		w.size, w.left = size, left
	}
}

// spend counts a request whose answer said nothing of the quota.
func (w *quotaWindow) spend() {
	if w.known {
		w.left--
	}
}

// reserve is the part of this window that is left to others; at least one request remains for us.
func (w *quotaWindow) reserve(r Reserve) int {
	part := int(math.Ceil(r.Fraction * float64(w.size)))
	return min(max(r.Requests, part, 0), max(0, w.size-1))
}

func headerInt(header http.Header, name string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(header.Get(name)))
	return n, err == nil && n >= 0
}

func headerMillis(header http.Header, name string) (time.Duration, bool) {
	n, ok := headerInt(header, name)
	return time.Duration(n) * time.Millisecond, ok
}
