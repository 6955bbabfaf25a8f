package judge

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Heard notes what a client was answered, so that a test can tell whether two stores said the same to it.
type Heard struct {
	Rates bool // what headers say of the quota counts too: only where requests come one after the other
	mutex sync.Mutex
	lines []string
}

// RoundTripper notes what passes through next. An answer's body is read whole.
func (h *Heard) RoundTripper(next http.RoundTripper) http.RoundTripper { return &hearing{h, next} }

type hearing struct {
	heard *Heard
	next  http.RoundTripper
}

func (h *hearing) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := h.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	_ = answer.Body.Close() // it was read to its end
	answer.Body = io.NopCloser(bytes.NewReader(body))
	header := answer.Header.Clone()
	maps.DeleteFunc(header, func(name string, _ []string) bool {
		return name == "Date" || !h.heard.Rates && strings.HasPrefix(name, "X-R")
	})
	h.heard.mutex.Lock()
	defer h.heard.mutex.Unlock()
	h.heard.lines = append(h.heard.lines, fmt.Sprintf("%s %s: %d %v %s", r.Method, r.URL, answer.StatusCode, header, body))
	return answer, nil
}

// Answers gives what was heard, in no order of time.
func (h *Heard) Answers() []string {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	answers := slices.Clone(h.lines)
	slices.Sort(answers)
	return answers
}
