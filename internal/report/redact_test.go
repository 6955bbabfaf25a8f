package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func TestRedactorString(t *testing.T) {
	for _, c := range []struct {
		secrets    []string
		text, want string
	}{
		{nil, "token abc", "token abc"},
		{[]string{""}, "token abc", "token abc"},
		{[]string{"abc"}, "", ""},
		{[]string{"abc"}, "abc", "***"},
		{[]string{"abc"}, "xabcabcy", "x******y"},
		{[]string{"abc"}, "ab abd bc", "ab abd bc"},
		{[]string{"abc", "abcdef"}, "abcde abcdef", "***de ***"},
		{[]string{"abc", "cde"}, "xabcdex", "x***x"},
		{[]string{"aa"}, "aaaaa", "***"},
		{[]string{`p"w\d`}, `{"t":"p\"w\\d"}`, `{"t":"***"}`},
		{[]string{`ab"`}, `"ab\""`, `"***"`},
		{[]string{"a/b c"}, "GET /x?t=a%2Fb+c&u=a%2Fb%20c", "GET /x?t=***&u=***"},
	} {
		if got := NewRedactor(c.secrets...).String(c.text); got != c.want {
			t.Errorf("%q hides in %q: got %q, want %q", c.secrets, c.text, got, c.want)
		}
	}
	if got := (*Redactor)(nil).String("abc"); got != "abc" {
		t.Errorf("a nil redactor gives %q", got)
	}
}

// However the text is cut into writes, what comes out is the same, holds no secret, and keeps everything else.
func TestRedactedWriterHidesSplitSecrets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secrets := rapid.SliceOfN(rapid.StringMatching(`[ab]{2,6}`), 0, 4).Draw(t, "secrets")
		text := rapid.StringMatching(`[abc ]{0,40}`).Draw(t, "text")
		var out bytes.Buffer
		w := RedactWriter(&out, secrets...)
		for rest := text; rest != ""; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "cut")
			if wrote, err := w.Write([]byte(rest[:n])); err != nil || wrote != n {
				t.Fatalf("wrote %d of %d: %v", wrote, n, err)
			}
			rest = rest[n:]
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if want := byHand(text, secrets); out.String() != want {
			t.Fatalf("%q without %q: got %q, want %q", text, secrets, out.String(), want)
		}
	})
}

// byHand marks the bytes of all secrets wherever they stand, then joins those that overlap.
func byHand(text string, secrets []string) string {
	var out strings.Builder
	covered := 0
	for i := range len(text) {
		end := 0
		for _, s := range secrets {
			if strings.HasPrefix(text[i:], s) {
				end = max(end, i+len(s))
			}
		}
		if end > 0 && i >= covered {
			out.WriteString("***")
		}
		if covered = max(covered, end); i >= covered {
			out.WriteByte(text[i])
		}
	}
	return out.String()
}

// What cannot become a secret is written at once: a prompt or a bar does not wait for the next write.
func TestRedactedWriterHoldsBackLittle(t *testing.T) {
	var out bytes.Buffer
	w := RedactWriter(&out, "token-123")
	for _, c := range []struct{ write, sofar string }{
		{"hello\r", "hello\r"}, {"tok", "hello\r"}, {"yo", "hello\rtokyo"}, {" token-12", "hello\rtokyo "}, {"3!", "hello\rtokyo ***!"},
	} {
		if _, err := w.Write([]byte(c.write)); err != nil {
			t.Fatal(err)
		}
		if out.String() != c.sofar {
			t.Errorf("after %q: %q, want %q", c.write, out.String(), c.sofar)
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestRedactedWriterGivesErrors(t *testing.T) {
	w := RedactWriter(brokenWriter{}, "abc")
	if _, err := w.Write([]byte("x")); err == nil {
		t.Error("no error")
	}
	if err := w.Flush(); err == nil {
		t.Error("the error was forgotten")
	}
}

type account struct {
	Name  string
	Token *string
}

type loud struct{ token string }

func (l loud) LogValue() slog.Value { return slog.GroupValue(slog.String("inner", l.token)) }

func TestLoggerNeverShowsASecret(t *testing.T) {
	const secret = `xq7"<é>\zz9`
	inside := secret
	for _, asJSON := range []bool{false, true} {
		var out bytes.Buffer
		redactor := NewRedactor()
		log := NewLogger(&out, asJSON, slog.LevelDebug, redactor)
		redactor.Add(secret) // also one that is known only later
		log.Debug("m "+secret, "k", secret, "k"+secret, 1)
		log.Info("e", "err", fmt.Errorf("call: %w", errors.New("refused "+secret)))
		log.Info("b", "bytes", []byte(secret), "list", []string{"x", secret}, "map", map[string]any{secret: 1})
		log.Info("p", "struct", account{"n", &inside}, "pointer", &account{secret, nil})
		log.Info("v", "valuer", loud{secret}, slog.Group("g", slog.Group("h", "t", secret)))
		log.With("w", secret).WithGroup("g"+secret).Warn("x", "t", secret)
		log.Error("plain", "n", 5, "ok", true, "list", []string{"kept"})
		text := out.String()
		if strings.Contains(text, "xq7") || strings.Contains(text, "zz9") {
			t.Errorf("json %v: the secret shows:\n%s", asJSON, text)
		}
		for _, kept := range []string{"***", "kept", "refused", "plain"} {
			if !strings.Contains(text, kept) {
				t.Errorf("json %v: %q is gone:\n%s", asJSON, kept, text)
			}
		}
		if asJSON {
			for line := range strings.Lines(text) {
				if !json.Valid([]byte(line)) {
					t.Errorf("not JSON: %s", line)
				}
			}
		}
	}
}

func TestLoggerLevelAndNilRedactor(t *testing.T) {
	var out bytes.Buffer
	log := NewLogger(&out, false, slog.LevelWarn, nil)
	log.Info("hidden")
	log.Warn("shown", "k", "v", "any", []int{1})
	if text := out.String(); strings.Contains(text, "hidden") || !strings.Contains(text, `msg=shown k=v any=[1]`) {
		t.Errorf("%q", text)
	}
}

func TestRedactorUnderManyHands(t *testing.T) {
	redactor := NewRedactor("first-secret")
	var out bytes.Buffer
	w := redactor.Writer(&out)
	var hands sync.WaitGroup
	for i := range 4 {
		hands.Go(func() {
			for range 100 {
				redactor.Add(fmt.Sprintf("secret-%d", i))
				_, _ = w.Write([]byte("first-secret\n"))
				_ = redactor.String("first-secret")
			}
		})
	}
	hands.Wait()
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), strings.Repeat("***\n", 400); got != want {
		t.Errorf("got %d bytes, want %d", len(got), len(want))
	}
}
