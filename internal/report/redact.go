package report

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// hidden stands where a secret stood.
const hidden = "***"

// Redactor hides the secrets in use. It is the last line: errors are to be made without secrets in the first place. A nil
// Redactor hides nothing. Safe for concurrent use.
type Redactor struct {
	mu      sync.RWMutex
	secrets [][]byte // each with its escaped spellings, longest first
}

// NewRedactor hides the given secrets; empty ones are ignored.
func NewRedactor(secrets ...string) *Redactor {
	r := &Redactor{}
	for _, s := range secrets {
		r.Add(s)
	}
	return r
}

// Add registers a secret, from now on hidden also as JSON, Go and URLs escape it. An empty one is ignored.
func (r *Redactor) Add(secret string) {
	if secret == "" {
		return
	}
	inJSON, _ := json.Marshal(secret)
	inGo := strconv.Quote(secret)
	spellings := []string{
		secret, string(inJSON[1 : len(inJSON)-1]), inGo[1 : len(inGo)-1], url.QueryEscape(secret), url.PathEscape(secret),
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range spellings {
		if !slices.ContainsFunc(r.secrets, func(known []byte) bool { return string(known) == s }) {
			r.secrets = append(r.secrets, []byte(s))
		}
	}
	slices.SortStableFunc(r.secrets, func(a, b []byte) int { return len(b) - len(a) })
}

// String gives the text with every secret in it replaced by ***; secrets that overlap become one.
func (r *Redactor) String(text string) string {
	if r == nil || !r.has(text) {
		return text
	}
	var out bytes.Buffer
	w := &RedactedWriter{out: &out, redactor: r}
	_, _ = w.Write([]byte(text))
	_ = w.Flush()
	return out.String()
}

func (r *Redactor) has(text string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.ContainsFunc(r.secrets, func(s []byte) bool { return strings.Contains(text, string(s)) })
}

// Writer hides the secrets in what is written to w.
func (r *Redactor) Writer(w io.Writer) *RedactedWriter { return &RedactedWriter{out: w, redactor: r} }

// RedactWriter hides the secrets in what is written to w, also one that is split across writes.
func RedactWriter(w io.Writer, secrets ...string) *RedactedWriter {
	return NewRedactor(secrets...).Writer(w)
}

// RedactedWriter holds back the end of what was written as long as it may be the beginning of a secret; Flush writes it. Safe for
// concurrent use.
type RedactedWriter struct {
	mu       sync.Mutex
	out      io.Writer
	redactor *Redactor
	pending  []byte // not yet decided, shorter than the longest secret
	covered  int    // so many bytes of pending belong to a secret whose *** is written
	err      error
}

// Write takes all of p or returns the writer's error.
func (w *RedactedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = append(w.pending, p...)
	if err := w.settle(false); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes what was held back: nothing follows that could complete a secret.
func (w *RedactedWriter) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.settle(true)
}

func (w *RedactedWriter) settle(final bool) error {
	if w.err != nil {
		return w.err
	}
	var secrets [][]byte
	if r := w.redactor; r != nil {
		r.mu.RLock()
		secrets = slices.Clone(r.secrets)
		r.mu.RUnlock()
	}
	limit := len(w.pending)
	if !final {
		limit = undecided(w.pending, secrets)
	}
	out := make([]byte, 0, limit)
	for i := range limit {
		if end := i + matchAt(w.pending[i:], secrets); end > max(i, w.covered) {
			if i >= w.covered {
				out = append(out, hidden...)
			}
			w.covered = end
		}
		if i >= w.covered {
			out = append(out, w.pending[i])
		}
	}
	w.pending = append(w.pending[:0], w.pending[limit:]...)
	w.covered = max(0, w.covered-limit)
	if len(out) > 0 {
		_, w.err = w.out.Write(out)
	}
	return w.err
}

// matchAt is the length of the longest secret with which the text begins, 0 for none.
func matchAt(text []byte, secrets [][]byte) int {
	for _, s := range secrets {
		if bytes.HasPrefix(text, s) {
			return len(s)
		}
	}
	return 0
}

// undecided is the first place from which on the text is the beginning of a secret that is longer than what there is of it.
func undecided(text []byte, secrets [][]byte) int {
	if len(secrets) == 0 {
		return len(text)
	}
	for i := max(0, len(text)-len(secrets[0])+1); i < len(text); i++ {
		for _, s := range secrets {
			if len(s) > len(text)-i && bytes.HasPrefix(s, text[i:]) {
				return i
			}
		}
	}
	return len(text)
}
