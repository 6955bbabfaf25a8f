package bigcommerce

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"bcetl/internal/bigcommerce/catalogue"
)

const (
	attemptTimeout = 2 * time.Minute // one attempt from the dial to the last byte of its answer
	maxAnswer      = 64 << 20        // bytes of an answer; a page of 250 full products is 1.3 MB
)

// defaultTransport is the standard one: proxy and certificates of the environment, HTTP/2, compression.
func defaultTransport() http.RoundTripper {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 90 * time.Second,
		IdleConnTimeout:       90 * time.Second,
		MaxIdleConns:          64,
		MaxIdleConnsPerHost:   64,
	}
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// onceToken asks for the token at the first request and keeps it.
func onceToken(token func() (string, error)) func() (string, error) {
	return sync.OnceValues(func() (string, error) {
		text, err := token()
		if err != nil {
			return "", err
		}
		if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return "", errors.New("it is empty or holds characters that no token has")
		}
		return text, nil
	})
}

// overHTTP sends one request through the transport and reads the answer to its end. The transport itself is asked, not an
// http.Client, so that no redirect is ever followed: the token goes to one host only.
func overHTTP(transport http.RoundTripper, base *url.URL, userAgent string, token func() (string, error)) exchange {
	return func(ctx context.Context, r *request) (*Response, error) {
		if err := refuseWideDelete(r); err != nil {
			return nil, notSent(err)
		}
		secret, err := token()
		if err != nil {
			return nil, notSent(&TokenError{Err: err})
		}
		ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
		defer cancel()
		target := *base
		target.Path += "/" + r.version + r.path
		target.RawQuery = r.query
		var body io.Reader
		if r.body != nil {
			body = bytes.NewReader(r.body)
		}
		out, err := http.NewRequestWithContext(ctx, r.method, target.String(), body)
		if err != nil {
			return nil, notSent(err)
		}
		out.Header.Set("Accept", "application/json")
		if r.body != nil {
			out.Header.Set("Content-Type", "application/json")
		}
		if userAgent != "" {
			out.Header.Set("User-Agent", userAgent)
		}
		out.Header.Set("X-Auth-Token", secret)
		in, err := transport.RoundTrip(out)
		if err != nil {
			return nil, redact(err, secret)
		}
		defer func() { _ = in.Body.Close() }()
		answer, err := readAnswer(in)
		if err != nil {
			return nil, redact(fmt.Errorf("read answer: %w", err), secret)
		}
		if answer.Status >= 300 {
			answer.Body = bytes.ReplaceAll(answer.Body, []byte(secret), []byte("***"))
		}
		return answer, nil
	}
}

// readAnswer reads to the end. The standard transport has decompressed already; another one may not have.
func readAnswer(in *http.Response) (*Response, error) {
	reader := io.Reader(in.Body)
	if strings.EqualFold(in.Header.Get("Content-Encoding"), "gzip") {
		unzipped, err := gzip.NewReader(reader)
		switch {
		case err == io.EOF: //nolint:errorlint // the reader returns it bare: there is no body
			reader = bytes.NewReader(nil)
		case err != nil:
			return nil, err
		default:
			reader = unzipped
		}
	}
	var body bytes.Buffer
	if kept, ok := bodies.Get().(*[]byte); ok {
		body = *bytes.NewBuffer((*kept)[:0])
	}
	if in.ContentLength > 0 && in.ContentLength <= maxAnswer {
		body.Grow(int(in.ContentLength) + bytes.MinRead)
	}
	n, err := body.ReadFrom(io.LimitReader(reader, maxAnswer+1))
	if err != nil {
		return nil, err
	}
	if n > maxAnswer {
		return nil, &ProtocolError{Message: fmt.Sprintf("it is longer than %d MiB", maxAnswer>>20)}
	}
	return &Response{Status: in.StatusCode, Header: in.Header, Body: body.Bytes()}, nil
}

// bodies are the bytes of pages that have been read, for the next ones: a page of 250 full products is over a megabyte.
var bodies sync.Pool

// recycle gives an answer's bytes back. Nothing may refer to them any more.
func recycle(answer *Response) {
	if cap(answer.Body) >= 64<<10 {
		body := answer.Body
		bodies.Put(&body)
	}
	answer.Body = nil
}

// redactedError hides the token in a transport's message and keeps the error underneath for matching.
type redactedError struct {
	message string
	err     error
}

func (e *redactedError) Error() string { return e.message }
func (e *redactedError) Unwrap() error { return e.err }

func redact(err error, secret string) error {
	message := err.Error()
	if !strings.Contains(message, secret) {
		return err
	}
	return &redactedError{message: strings.ReplaceAll(message, secret, "***"), err: err}
}

var errDeleteWithoutIDs = errors.New("a delete names the ids that it deletes")

// refuseWideDelete is the last guard before the wire: a delete must be one that the catalogue knows, at that very path, and name the
// ids that it was asked to delete and nothing else. Some collections would be emptied without a filter, and some take none: what
// looks like a list of ids would then delete everything (API facts, trap 11).
func refuseWideDelete(r *request) error {
	if r.method != http.MethodDelete {
		return nil
	}
	for _, object := range catalogue.All() {
		op := object.Delete
		if op.Kind == "" || object.Version != r.version || len(r.ids) == 0 || len(r.ids) > max(1, op.Batch) || slices.Min(r.ids) <= 0 {
			continue
		}
		collection, single := strings.CutSuffix(op.Path, "/{id}")
		one := r.query == "" && len(r.ids) == 1 && fills(collection+"/"+idText(r.ids[0]), r.path)
		many := !single && op.ByIDs != "" && r.query == op.ByIDs+"="+joinIDs(r.ids) && fills(collection, r.path)
		if one || many {
			return nil
		}
	}
	return errDeleteWithoutIDs
}

// fills tells whether a path is what a template becomes when its placeholders are replaced by ids.
func fills(template, path string) bool {
	names, parts := strings.Split(template, "/"), strings.Split(path, "/")
	return slices.EqualFunc(names, parts, func(name, part string) bool {
		if !strings.HasPrefix(name, "{") {
			return name == part
		}
		id, err := strconv.ParseInt(part, 10, 64)
		return err == nil && id > 0
	})
}

func joinIDs(ids []int64) string {
	var b []byte
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(b)
}

// logged counts every attempt and logs it without anything that a person or a store may hold secret.
func logged(logger *slog.Logger, clock Clock, count *counters, next exchange) exchange {
	return func(ctx context.Context, r *request) (*Response, error) {
		started := clock.Now()
		answer, err := next(ctx, r)
		if wasNotSent(err) && !isNetwork(err) {
			return answer, err
		}
		status := 0
		if answer != nil {
			status = answer.Status
			count.heard(answer.Header, clock.Now())
		}
		count.sent(status)
		if logger.Enabled(ctx, slog.LevelDebug) {
			attributes := []any{"method", r.method, "path", "/" + r.version + r.path, "status", status, "took", clock.Now().Sub(started)}
			if err != nil {
				attributes = append(attributes, "error", err.Error())
			} else if left, ok := headerInt(answer.Header, headerLeft); ok {
				attributes = append(attributes, "quota_left", left)
			}
			logger.DebugContext(ctx, "request", attributes...)
		}
		return answer, err
	}
}

// throughGate lets the store's gate decide when a request starts.
func throughGate(gate *Gate, next exchange) exchange {
	return func(ctx context.Context, r *request) (*Response, error) {
		pass, err := gate.enter(ctx, r.endpoint, r.ceiling)
		if err != nil {
			return nil, notSent(err)
		}
		answer, err := next(ctx, r)
		gate.leave(pass, answer)
		return answer, err
	}
}

// untilRefused sends nothing more once the store has refused the token: the answer would be the same, and a store takes requests with a bad
// token for an attack.
func untilRefused(next exchange) exchange {
	var refused atomic.Pointer[Response]
	return func(ctx context.Context, r *request) (*Response, error) {
		if answer := refused.Load(); answer != nil {
			again := *answer
			return &again, nil
		}
		answer, err := next(ctx, r)
		if err == nil && answer.Status == http.StatusUnauthorized {
			kept := *answer
			refused.Store(&kept)
		}
		return answer, err
	}
}

// guarded refuses writes that the connection does not allow, before anything else happens.
func guarded(canWrite func(string) bool, connection string, next exchange) exchange {
	return func(ctx context.Context, r *request) (*Response, error) {
		if !r.reads() && (canWrite == nil || r.object == "" || !canWrite(r.object)) {
			return nil, notSent(&ReadOnlyError{Object: r.object, Connection: connection})
		}
		return next(ctx, r)
	}
}
