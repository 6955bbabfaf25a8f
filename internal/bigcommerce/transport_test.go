package bigcommerce_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"bcetl/internal/bigcommerce"
)

// TestOverASocket speaks to a server through the standard transport: headers, compression, redirects, and bodies that end early.
func TestOverASocket(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	defer elsewhere.Close()
	var seen http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header.Clone()
		switch strings.TrimPrefix(r.URL.Path, "/stores/abc/v3") {
		case "/zipped":
			w.Header().Set("Content-Encoding", "gzip")
			zipped := gzip.NewWriter(w)
			fmt.Fprint(zipped, `{"data":"`+strings.Repeat("x", 100_000)+`"}`)
			if err := zipped.Close(); err != nil {
				t.Error(err)
			}
		case "/moved":
			http.Redirect(w, r, elsewhere.URL, http.StatusMovedPermanently)
		case "/cut":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "short")
		case "/query":
			fmt.Fprintf(w, "[%q]", r.URL.RawQuery)
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	defer server.Close()
	client, err := bigcommerce.New(bigcommerce.Config{
		BaseURL: server.URL, StoreHash: "abc", Token: func() (string, error) { return "tok", nil }, UserAgent: "bcetl/test",
		Jitter: func() float64 { return 0 },
	})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string, query map[string][]string) (*bigcommerce.Response, error) {
		return client.Get(t.Context(), path, query)
	}

	if answer, err := get("/zipped", nil); err != nil || len(answer.Body) != 100_011 {
		t.Errorf("compressed: %v", err)
	}
	for name, want := range map[string]string{"X-Auth-Token": "tok", "Accept": "application/json", "User-Agent": "bcetl/test", "Content-Type": "", "X-Auth-Client": ""} {
		if got := seen.Get(name); got != want {
			t.Errorf("header %s is %q, want %q", name, got, want)
		}
	}
	if _, err := get("/moved", nil); err == nil || !strings.Contains(err.Error(), "redirect") || !bigcommerce.IsRunLevel(err) {
		t.Errorf("redirect: %v", err)
	}
	if _, err := get("/cut", nil); err == nil || !bigcommerce.IsRunLevel(err) || bigcommerce.ProblemOf(err).Code != bigcommerce.CodeUnreachable {
		t.Errorf("cut: %v", err)
	}
	if answer, err := get("/empty", nil); err != nil || answer.Status != 204 || len(answer.Body) != 0 {
		t.Errorf("empty: %v", err)
	}
	answer, err := get("/query", map[string][]string{"sku:in": {"A,B+C d&é"}, "date_modified:min": {"2026-01-01T00:00:00+00:00"}})
	if want := `["date_modified:min=2026-01-01T00:00:00%2B00:00&sku:in=A,B%2BC+d%26%C3%A9"]`; err != nil || string(answer.Body) != want {
		t.Errorf("query %s, want %s (%v)", answer.Body, want, err)
	}
}

// TestCertificates: a server whose certificate is not trusted gets no token, and is not tried again.
func TestCertificates(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	client, err := bigcommerce.New(bigcommerce.Config{BaseURL: server.URL, StoreHash: "abc", Token: func() (string, error) { return "tok", nil }})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Get(t.Context(), "/x", nil)
	if err == nil || !strings.Contains(err.Error(), "certificate") || !bigcommerce.IsRunLevel(err) || bigcommerce.ProblemOf(err).Code != bigcommerce.CodeUnreachable {
		t.Errorf("got %v", err)
	}
	if stats := client.Stats(); stats.Retries != 0 {
		t.Errorf("tried again: %+v", stats)
	}
}

// TestCompressionOfAnotherTransport: an answer that the transport left compressed is unpacked, and a bomb is refused.
func TestCompressionOfAnotherTransport(t *testing.T) {
	zipped := func(n int64) transportFunc {
		return func(r *http.Request) (*http.Response, error) {
			reader, writer := io.Pipe()
			go func() {
				w := gzip.NewWriter(writer)
				_, err := io.CopyN(w, brackets{}, n)
				if err == nil {
					err = w.Close()
				}
				writer.CloseWithError(err)
			}()
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Encoding": {"gzip"}}, Body: reader, ContentLength: -1, Request: r}, nil
		}
	}
	fast := func(c *bigcommerce.Config) { c.Jitter = func() float64 { return 0 } }
	if answer, err := newClient(t, zipped(1000), fast).Get(t.Context(), "/x", nil); err != nil || len(answer.Body) != 1000 {
		t.Errorf("got %v", err)
	}
	if _, err := newClient(t, zipped(65<<20), fast).Get(t.Context(), "/x", nil); err == nil || !strings.Contains(err.Error(), "longer than 64 MiB") {
		t.Errorf("a bomb: %v", err)
	}
}

type brackets struct{}

func (brackets) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '['
	}
	return len(p), nil
}
