package emulator

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxBody bounds a request's body: an 8 MB image and its envelope.
const maxBody = 9 << 20

// outcome is an answer and what a fault does to its delivery.
type outcome struct {
	*reply
	cut fate
}

// handle takes a request through log, latency, faults, admission, quota and routing. It gives
// an error only if the request's context ended first.
func (s *Store) handle(ctx context.Context, r *http.Request) (outcome, error) {
	c, hash, early := s.newCall(r)
	if !s.flight.enter(&s.opts, c.method, c.path) {
		early = c.tooManyRequests()
	} else {
		defer s.flight.leave(&s.opts, c.method, c.path)
		if err := s.pause(ctx, s.opts.Latency); err != nil {
			return outcome{}, err
		}
	}
	s.runBetween()
	entry := Entry{Time: s.now(), Method: c.method, Path: c.path, Query: c.raw, Body: s.logBody(c.body)}
	out, err := s.answer(ctx, c, hash, early)
	if err == nil && out.cut != cutReset {
		entry.Status = out.status
	}
	s.log.add(entry, s.opts.LogEntries)
	return out, err
}

// newCall reads the request; a non-nil reply ends it at once.
func (s *Store) newCall(r *http.Request) (*call, string, *reply) {
	c := &call{s: s, method: r.Method, raw: r.URL.RawQuery, header: r.Header}
	hash, rest := splitPath(r.URL.Path)
	c.path, c.base = rest, linkBase(r, hash)
	if r.Body != nil {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
		r.Body.Close()
		switch {
		case err != nil:
			return c, hash, c.refuse(http.StatusBadRequest, "The request body could not be read")
		case len(body) > maxBody:
			return c, hash, c.refuse(http.StatusRequestEntityTooLarge, "The request payload is too large.")
		}
		c.body = body
	}
	query, err := url.ParseQuery(c.raw)
	if err != nil {
		return c, hash, c.refuse(http.StatusBadRequest, "The query string is malformed")
	}
	c.query = query
	if rest == "" {
		c.path = r.URL.Path
		return c, hash, fail(http.StatusNotFound, missingRoute).reply()
	}
	return c, hash, nil
}

// splitPath cuts /stores/{hash}/v3/... into the hash and the path within the store.
func splitPath(path string) (hash, rest string) {
	tail, ok := strings.CutPrefix(path, "/stores/")
	if !ok {
		return "", ""
	}
	hash, rest, ok = strings.Cut(tail, "/")
	if !ok {
		return hash, ""
	}
	return hash, "/" + strings.TrimSuffix(rest, "/")
}

func (s *Store) answer(ctx context.Context, c *call, hash string, early *reply) (outcome, error) {
	if early != nil {
		return outcome{reply: early}, nil
	}
	fault := s.faults.pick(c)
	if err := s.stall(ctx, fault); err != nil {
		return outcome{}, err
	}
	if out, done := fault.before(s, c); done {
		return out, nil
	}
	if r := s.admit(hash, c); r != nil {
		return outcome{reply: r}, nil
	}
	headers, ok := s.quota.take(s.opts.Quota, s.now())
	var r *reply
	if ok {
		r = s.route(c, fault)
	} else {
		r = c.tooManyRequests()
	}
	s.opts.alter(headers, !ok)
	if r.header == nil {
		r.header = http.Header{}
	}
	for name, value := range headers {
		r.header.Set(name, value)
	}
	return fault.after(c, r), nil
}

// pause waits in the request's context.
func (s *Store) pause(ctx context.Context, d time.Duration) error {
	if err := context.Cause(ctx); err != nil {
		return err
	}
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (s *Store) logBody(body []byte) string {
	limit := s.opts.LogBody
	switch {
	case limit < 0:
		return ""
	case limit == 0:
		limit = 64 << 10
	}
	return string(body[:min(len(body), limit)])
}

// route checks headers and query, finds the endpoint and runs it under the store's lock.
func (s *Store) route(c *call, fault *Fault) *reply {
	s.gate.RLock()
	defer s.gate.RUnlock()
	endpoint, known := find(c)
	switch {
	case !known:
		return c.refuse(http.StatusNotFound, missingRoute)
	case endpoint == nil:
		f := fail(http.StatusMethodNotAllowed, "Method Not Allowed")
		f.detail = "The requested HTTP method is invalid for this endpoint."
		if c.v2() {
			return failV2(f.status, f.title, "")
		}
		return f.reply()
	}
	if r := c.checkHeaders(endpoint); r != nil {
		return r
	}
	c.names = endpoint.query
	if r := c.strictQuery(); r != nil {
		return r
	}
	if c.method == http.MethodGet || c.method == http.MethodHead {
		s.mu.RLock()
		defer s.mu.RUnlock()
	} else {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	r := c.reread(endpoint.run(c))
	return fault.partial(c, r)
}

const missingRoute = "The route is not found, check the URL"

// refuse answers an error in the form of the path's version.
func (c *call) refuse(status int, title string) *reply {
	if c.v2() {
		return failV2(status, title, "")
	}
	return fail(status, title).reply()
}

// checkHeaders answers 406 and 415.
func (c *call) checkHeaders(e *endpoint) *reply {
	accept := c.header.Get("Accept")
	if accept == "" && c.s.opts.Strict {
		c.violate("no Accept header")
	}
	if accept != "" && !slices.ContainsFunc(strings.Split(accept, ","), func(part string) bool {
		kind, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		return kind == "application/json" || kind == "*/*" || kind == "application/*"
	}) {
		return c.refuse(http.StatusNotAcceptable, "Not Acceptable")
	}
	if len(c.body) == 0 {
		return nil
	}
	kind, _, _ := strings.Cut(c.header.Get("Content-Type"), ";")
	if kind = strings.TrimSpace(kind); kind == "application/json" || e.multipart && kind == "multipart/form-data" {
		return nil
	}
	return &reply{
		status: http.StatusUnsupportedMediaType, kind: "text/html; charset=utf-8",
		body: []byte("<html><body><h1>415 Unsupported Media Type</h1></body></html>"),
	}
}

// ServeHTTP answers /stores/{hash}/v3/... and /v2/... on a socket.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	out, err := s.handle(r.Context(), r)
	if err != nil || out.cut == cutReset {
		panic(http.ErrAbortHandler) // closes the connection without an answer
	}
	header, body := out.finish(r)
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(out.status)
	if r.Method == http.MethodHead {
		return
	}
	if out.cut == cutBody {
		_, _ = w.Write(body[:len(body)/2])
		if f, ok := w.(http.Flusher); ok {
			f.Flush()
		}
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(body) // a client that is gone cannot be told
}

// Serve answers on a listener until ctx ends, then finishes what is in flight (10 s at most).
// A nil error means a stop by ctx.
func Serve(ctx context.Context, listener net.Listener, s *Store) error {
	server := &http.Server{Handler: s, ReadHeaderTimeout: 30 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	err := server.Shutdown(last)
	if closed := <-failed; err == nil && !errors.Is(closed, http.ErrServerClosed) {
		err = closed
	}
	return err
}
