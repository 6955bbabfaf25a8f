package cli

import (
	"io"
	"log/slog"

	"bcetl/internal/report"
)

// logger writes the log of a command to standard error, or nowhere when people want quiet.
func (a *App) logger(o *runOptions, redactor *report.Redactor) *slog.Logger {
	out := a.Stderr
	if o.quiet {
		out = io.Discard
	}
	return report.NewLogger(out, o.logJSON, o.logLevel(), redactor)
}

// logLevel shows remarks only to those who ask for them: a cron mail shows nothing unless something is wrong.
func (o *runOptions) logLevel() slog.Level {
	if o.verbose {
		return slog.LevelDebug
	}
	return slog.LevelWarn
}
