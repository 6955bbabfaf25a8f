package judge

import (
	"bytes"
	"io"
	"net/http"
)

// Handler watches a served store as RoundTripper does one in-process: what came and what was answered is judged when the answer is
// written. An answer that next breaks off by a panic is not judged.
func (s *Specs) Handler(next http.Handler, report func(Violation)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler) // the client is gone
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := &copied{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, r)
		request := r.Clone(r.Context())
		request.Body = io.NopCloser(bytes.NewReader(body))
		judged, err := s.RoundTripper(answer, report).RoundTrip(request)
		if err != nil {
			report(Violation{Where: whereRequest, Method: r.Method, Path: r.URL.Path, Rule: RuleRequestBody, Message: err.Error()})
			return
		}
		_ = judged.Body.Close() // a reader of bytes
	})
}

// copied is an answer that is written and kept, to be handed to a judge.
type copied struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (c *copied) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *copied) Write(part []byte) (int, error) {
	c.body.Write(part)
	return c.ResponseWriter.Write(part)
}

// RoundTrip gives the answer again.
func (c *copied) RoundTrip(request *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: c.status, Header: c.Header(), Body: io.NopCloser(bytes.NewReader(c.body.Bytes())), Request: request}, nil
}

// Unwrap lets http.ResponseController reach the connection.
func (c *copied) Unwrap() http.ResponseWriter { return c.ResponseWriter }
