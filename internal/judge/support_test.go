package judge

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const (
	specFolder = "../../../shared/openapi"
	dataFolder = "../../../shared/data/api"
)

func specs(t testing.TB) *Specs {
	t.Helper()
	s, err := Load(specFolder)
	if errors.Is(err, ErrAbsent) {
		t.Skip("the specification files are not beside this clone")
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func recorded(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(dataFolder, filepath.FromSlash(name)))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the recorded answers are not beside this clone")
	}
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// canned is a transport that gives one answer and keeps what it was sent.
type canned struct {
	status int
	header http.Header
	body   string
	broken error // ends the body

	sent []byte
}

func (c *canned) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		c.sent = body
	}
	header := c.header
	if header == nil {
		header = http.Header{"Content-Type": {"application/json"}}
	}
	var body io.Reader = strings.NewReader(c.body)
	if c.broken != nil {
		body = io.MultiReader(body, broken{c.broken})
	}
	return &http.Response{StatusCode: c.status, Header: header, Body: io.NopCloser(body), Request: req}, nil
}

type collector struct {
	mu    sync.Mutex
	found []Violation
}

func (c *collector) add(v Violation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.found = append(c.found, v)
}

func (c *collector) rules() []string {
	var rules []string
	for _, v := range c.found {
		rules = append(rules, v.Rule)
	}
	return rules
}

const base = "http://127.0.0.1:9/stores/demo"

// send passes one request through a judge.
func send(t *testing.T, s *Specs, next http.RoundTripper, method, target, body string) (*Transport, *collector, *http.Response) {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, base+target, reader)
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	found := &collector{}
	transport := s.RoundTripper(next, found.add)
	res, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = res.Body.Close() })
	return transport, found, res
}
