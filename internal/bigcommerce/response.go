package bigcommerce

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Response is an answer, read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte // decompressed; the caller owns it
}

// RetryAfter is how long the answer asks to wait: X-Retry-After, else Retry-After, in seconds; 0 when it does not say.
func (r *Response) RetryAfter() time.Duration {
	for _, name := range []string{headerRetry, "Retry-After"} {
		if seconds, err := strconv.Atoi(strings.TrimSpace(r.Header.Get(name))); err == nil && seconds > 0 {
			return time.Duration(seconds) * time.Second
		}
	}
	return 0
}

// RequestID is the store's name for the request, for its support; "" when it gave none.
func (r *Response) RequestID() string {
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "Cf-Ray"} {
		if id := r.Header.Get(name); id != "" {
			return id
		}
	}
	return ""
}
