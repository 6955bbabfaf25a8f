package emulator

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/klauspost/compress/gzip"
)

// gzipFrom is the body size from which an answer is compressed for those who accept it.
const gzipFrom = 1 << 10

var gzipWriters = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level is valid
	return w
}}

// finish gives the headers and body to send.
func (r *reply) finish(req *http.Request) (http.Header, []byte) {
	h := r.header.Clone()
	if h == nil {
		h = http.Header{}
	}
	body := r.body
	if len(body) > 0 {
		kind := r.kind
		if kind == "" {
			kind = "application/json"
		}
		h.Set("Content-Type", kind)
	}
	if len(body) >= gzipFrom && strings.Contains(req.Header.Get("Accept-Encoding"), "gzip") {
		var b strings.Builder
		w := gzipWriters.Get().(*gzip.Writer)
		w.Reset(&b)
		_, _ = w.Write(body) // a strings.Builder takes everything
		_ = w.Close()
		gzipWriters.Put(w)
		body = []byte(b.String())
		h.Set("Content-Encoding", "gzip")
	}
	if r.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(body)))
	}
	return h, body
}

type inProcess struct{ s *Store }

// RoundTripper answers requests in the caller's goroutine, whatever their host, without a
// socket; it starts no goroutine and so works inside testing/synctest. It honours the request's
// context, also while the body is read.
func (s *Store) RoundTripper() http.RoundTripper { return inProcess{s} }

func (t inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	out, err := t.s.handle(ctx, req)
	if err != nil {
		return nil, err
	}
	if out.cut == cutReset {
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	header, body := out.finish(req)
	resp := &http.Response{
		Status: fmt.Sprintf("%d %s", out.status, http.StatusText(out.status)), StatusCode: out.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, ContentLength: int64(len(body)), Request: req, Body: http.NoBody,
	}
	if req.Method == http.MethodHead || len(body) == 0 {
		return resp, nil
	}
	reader := &bodyReader{alive: func() error { return context.Cause(ctx) }, rest: body}
	if out.cut == cutBody {
		reader.rest, reader.end = body[:len(body)/2], io.ErrUnexpectedEOF
	}
	resp.Body = reader
	return resp, nil
}

// bodyReader reads an answer's body in the request's context.
type bodyReader struct {
	alive func() error // the request's context
	rest  []byte
	end   error // after rest; nil = io.EOF
}

func (b *bodyReader) Read(p []byte) (int, error) {
	if err := b.alive(); err != nil {
		return 0, err
	}
	if len(b.rest) == 0 {
		if b.end != nil {
			return 0, b.end
		}
		return 0, io.EOF
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

func (b *bodyReader) Close() error {
	b.rest = nil
	return nil
}
