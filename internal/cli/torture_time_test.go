package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// hurried is how much faster than real time runs under torture wait: for a quota's window a tenth of a second in place of one, for a create
// that may still be under way half a second in place of five.
const hurried = 10

// hurriedClock is a clock on which time passes faster.
type hurriedClock struct{ started time.Time }

func (c hurriedClock) Now() time.Time { return c.started.Add(hurried * time.Since(c.started)) }

func (c hurriedClock) Timer(d time.Duration) (<-chan time.Time, func()) {
	timer := time.NewTimer(d / hurried)
	return timer.C, func() { timer.Stop() }
}

// latest is how long after its connection is gone a store may carry a request out. It leaves those that wait for such a request several
// times as long.
const latest = 100 * time.Millisecond

// lateStore cuts connections of creates at once and has the store carry the creates out a while later, whoever still waits for them.
type lateStore struct {
	store    http.Handler
	underWay sync.WaitGroup

	mutex  sync.Mutex
	share  float64 // of the creates, 0 is none
	random *rand.Rand
}

// strike has so large a share of creates come late, drawn from the seed.
func (l *lateStore) strike(share float64, seed uint64) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.share, l.random = share, rand.New(rand.NewPCG(seed, 4))
}

// lateness draws how late a request is carried out; 0 is at once.
func (l *lateStore) lateness(r *http.Request) time.Duration {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if r.Method != http.MethodPost || l.share == 0 || l.random.Float64() >= l.share {
		return 0
	}
	return 1 + time.Duration(l.random.Int64N(int64(latest)))
}

func (l *lateStore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wait := l.lateness(r)
	if wait == 0 {
		l.store.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client died before the store had the whole request
	}
	request := r.Clone(context.WithoutCancel(r.Context()))
	request.Body = io.NopCloser(bytes.NewReader(body))
	l.underWay.Add(1)
	time.AfterFunc(wait, func() {
		defer l.underWay.Done()
		defer func() {
			cut := recover()
			if err, ok := cut.(error); cut != nil && (!ok || !errors.Is(err, http.ErrAbortHandler)) {
				panic(cut)
			} // else it was a fault that cuts connections, and there is none any more
		}()
		l.store.ServeHTTP(httptest.NewRecorder(), request)
	})
	panic(http.ErrAbortHandler)
}
