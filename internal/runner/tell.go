package runner

import (
	"fmt"
	"log/slog"

	"bcetl/internal/job"
	"bcetl/internal/report"
)

// Tell says something on standard error beside log and summary: as a line for people, or with --log-format json as an object of message and
// attributes.
func (w *World) Tell(level slog.Level, line, message string, attrs ...slog.Attr) {
	if w.LogJSON.Load() {
		report.WriteLine(w.Stderr, w.Now(), level, message, attrs...)
		return
	}
	fmt.Fprintln(w.Stderr, line)
}

// tellWrong says what is wrong with a file of this content: with its place and a snippet, or as objects.
func (w *World) tellWrong(diagnostics []job.Diagnostic, path string, content []byte) error {
	if !w.LogJSON.Load() {
		return job.Render(w.Stderr, diagnostics, map[string][]byte{path: content}, report.NewScreen(w.Stderr, w.Env).Color)
	}
	for _, d := range job.Sort(diagnostics) {
		report.WriteLine(w.Stderr, w.Now(), slog.LevelError, d.Message,
			slog.String("file", d.File), slog.Int("line", d.Pos.Line), slog.Int("column", d.Pos.Column), slog.String("rule", d.Rule))
	}
	return nil
}
