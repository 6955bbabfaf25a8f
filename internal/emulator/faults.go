package emulator

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// FaultKind is what goes wrong with a request.
type FaultKind int

// The faults. "Before" means that the store did nothing, "after" that it did all it was asked.
const (
	StatusBefore  FaultKind = iota // Status instead of any work
	StatusAfter                    // the work is done, the answer is Status
	ResetBefore                    // connection reset, no work done
	ResetAfter                     // the work is done, the connection is reset
	TruncatedBody                  // the work is done, half of the answer arrives
	Stall                          // waits Delay (0 = until the request's context ends), then goes on
	QuotaSpent                     // 429 with the rate-limit headers and X-Retry-After (Delay, default 1 s)
	Overloaded                     // 429 without any rate header
	TokenRevoked                   // 401
	Partial                        // the work is done, the answer is a 207 with Reason
)

// Fault makes matching requests go wrong until it has done so Times times.
type Fault struct {
	Kind   FaultKind
	Method string // "" = any
	Path   string // within the store, such as /v3/catalog/products; * stands for any run of characters; "" = any

	// When: the Nth matching request only (from 1), or all from the From-th on; both zero = all.
	Nth, From int
	// Probability of each matching request in (0,1]; 0 = certain. Seed makes the draw repeatable.
	Probability float64
	Seed        uint64
	Times       int // at most so often; 0 = always

	Status int           // of StatusBefore and StatusAfter; default 500
	Delay  time.Duration // of Stall and QuotaSpent
	Reason string        // of Partial, and the title of a status
	Field  string        // of Partial: the field that was not saved; default "inventory_level"
}

// AddFault switches a fault on, behind those already on: the first that strikes wins.
func (s *Store) AddFault(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, &armed{Fault: f, rng: rand.New(rand.NewPCG(f.Seed, 1))})
}

// ClearFaults switches all faults off.
func (s *Store) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

type armed struct {
	Fault
	rng    *rand.Rand
	seen   int
	struck int
}

type faultList struct {
	mu   sync.Mutex
	list []*armed
}

// pick gives the fault that strikes this request, or nil. Every matching fault counts it.
func (l *faultList) pick(c *call) *Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	var hit *Fault
	for _, a := range l.list {
		if a.Method != "" && a.Method != c.method || a.Path != "" && !glob(a.Path, c.path) {
			continue
		}
		a.seen++
		if hit != nil || a.Times > 0 && a.struck >= a.Times || a.Nth > 0 && a.seen != a.Nth || a.seen < a.From {
			continue
		}
		if a.Probability > 0 && a.rng.Float64() >= a.Probability {
			continue
		}
		a.struck++
		f := a.Fault
		hit = &f
	}
	return hit
}

// glob matches a pattern in which * stands for any run of characters.
func glob(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	rest, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return strings.HasSuffix(rest, last)
}

// fate is what happens to an answer on its way.
type fate int

const (
	delivered fate = iota
	cutReset
	cutBody
)

func (s *Store) stall(ctx context.Context, f *Fault) error {
	if f == nil || f.Kind != Stall {
		return nil
	}
	if f.Delay > 0 {
		return s.pause(ctx, f.Delay)
	}
	<-ctx.Done()
	return context.Cause(ctx)
}

// before answers in the store's place; done is false if the request goes on.
func (f *Fault) before(s *Store, c *call) (out outcome, done bool) {
	if f == nil {
		return outcome{}, false
	}
	switch f.Kind {
	case StatusBefore:
		return outcome{reply: f.status(c)}, true
	case ResetBefore:
		return outcome{reply: &reply{}, cut: cutReset}, true
	case QuotaSpent:
		q := s.opts.Quota
		if q.Requests == 0 {
			q.Requests = 150
		}
		delay := f.Delay
		if delay <= 0 {
			delay = time.Second
		}
		r := c.tooManyRequests()
		r.header = http.Header{}
		for name, value := range quotaHeaders(q, 0, delay, true) {
			r.header.Set(name, value)
		}
		return outcome{reply: r}, true
	case Overloaded:
		return outcome{reply: c.tooManyRequests()}, true
	case TokenRevoked:
		return outcome{reply: s.unauthorized(c)}, true
	}
	return outcome{}, false
}

// after changes the delivery of an answer whose work is done.
func (f *Fault) after(c *call, r *reply) outcome {
	if f == nil {
		return outcome{reply: r}
	}
	switch f.Kind {
	case StatusAfter:
		failed := f.status(c)
		failed.header = r.header
		return outcome{reply: failed}
	case ResetAfter:
		return outcome{reply: r, cut: cutReset}
	case TruncatedBody:
		return outcome{reply: r, cut: cutBody}
	}
	return outcome{reply: r}
}

// partial turns a 2xx answer with data into a 207.
func (f *Fault) partial(c *call, r *reply) *reply {
	if f == nil || f.Kind != Partial || r.status != http.StatusOK {
		return r
	}
	body, ok := strings.CutSuffix(string(r.body), `,"meta":{}}`)
	if !ok {
		return r
	}
	field := f.Field
	if field == "" {
		field = "inventory_level"
	}
	reason := f.Reason
	if reason == "" {
		reason = "The inventory of one or more products could not be updated"
	}
	data := strings.TrimPrefix(body, `{"data":`)
	if c.method == http.MethodPost && c.path == "/v3/catalog/products" {
		data = "[" + data + "]" // the one partly saved creation that answers with a list
	}
	return partly([]byte(data), failField(http.StatusMultiStatus, field, reason))
}

func (f *Fault) status(c *call) *reply {
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	title := f.Reason
	if title == "" {
		title = http.StatusText(status)
		if status == http.StatusInternalServerError {
			title = "Something went wrong with your request, please try again"
		}
	}
	if c.v2() {
		return failV2(status, title, "")
	}
	failed := fail(status, title)
	if status == http.StatusInternalServerError {
		failed.code = 10000
	}
	return failed.reply()
}
