package report

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// NewLogger writes one line a message, as key=value text or as JSON, without the redactor's secrets. Attributes are redacted before
// the handler escapes them, and the line once more after it, for what only the handler turns into text. The redactor may be nil.
func NewLogger(w io.Writer, asJSON bool, level slog.Leveler, redactor *Redactor) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	w = lineRedactor{out: w, redactor: redactor}
	if asJSON {
		return slog.New(redactor.Handler(slog.NewJSONHandler(w, options)))
	}
	return slog.New(redactor.Handler(slog.NewTextHandler(w, options)))
}

// lineRedactor redacts each write by itself: a log handler writes whole lines.
type lineRedactor struct {
	out      io.Writer
	redactor *Redactor
}

func (l lineRedactor) Write(p []byte) (int, error) {
	if _, err := io.WriteString(l.out, l.redactor.String(string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Handler hides the secrets in messages, keys and attributes before the next handler sees them: in text, errors, and everything
// that would be printed with %v or as JSON.
func (r *Redactor) Handler(next slog.Handler) slog.Handler { return redacting{next: next, redactor: r} }

type redacting struct {
	next     slog.Handler
	redactor *Redactor
}

func (h redacting) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

func (h redacting) Handle(ctx context.Context, line slog.Record) error {
	clean := slog.NewRecord(line.Time, line.Level, h.redactor.String(line.Message), line.PC)
	line.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(h.redactor.attr(a))
		return true
	})
	return h.next.Handle(ctx, clean)
}

func (h redacting) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = h.redactor.attr(a)
	}
	return redacting{next: h.next.WithAttrs(clean), redactor: h.redactor}
}

func (h redacting) WithGroup(name string) slog.Handler {
	return redacting{next: h.next.WithGroup(h.redactor.String(name)), redactor: h.redactor}
}

func (r *Redactor) attr(a slog.Attr) slog.Attr {
	a.Key = r.String(a.Key)
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(r.String(v.String()))
	case slog.KindGroup:
		members := v.Group()
		clean := make([]slog.Attr, len(members))
		for i, member := range members {
			clean[i] = r.attr(member)
		}
		a.Value = slog.GroupValue(clean...)
	case slog.KindAny:
		a.Value = r.any(v)
	default:
		a.Value = v
	}
	return a
}

// any replaces a value by its text only when a secret is found in one of the forms in which a handler may print it.
func (r *Redactor) any(v slog.Value) slog.Value {
	text := fmt.Sprintf("%+v", v.Any())
	if clean := r.String(text); clean != text {
		return slog.StringValue(clean)
	}
	if inJSON, err := json.Marshal(v.Any()); err == nil {
		if clean := r.String(string(inJSON)); clean != string(inJSON) {
			return slog.StringValue(clean)
		}
	}
	return v
}
