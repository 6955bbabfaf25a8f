package runner

import (
	"io"
	"log/slog"
	"sync"

	"bcetl/internal/report"
)

// logger writes the log of a command to out, or nowhere when people want quiet.
func (w *World) logger(out io.Writer, o *Options, redactor *report.Redactor) *slog.Logger {
	if o.Quiet {
		out = io.Discard
	}
	return report.NewLogger(out, w.LogJSON.Load(), o.logLevel(), redactor)
}

// logTarget is where the log goes: standard error, and while a bar is shown there, past the bar.
type logTarget struct {
	mutex sync.Mutex
	out   io.Writer
}

func (t *logTarget) Write(line []byte) (int, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.out.Write(line)
}

func (t *logTarget) switchTo(out io.Writer) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.out = out
}

// logLevel shows remarks only to those who ask for them: a cron mail shows nothing unless something is wrong.
func (o *Options) logLevel() slog.Level {
	if o.Verbose {
		return slog.LevelDebug
	}
	return slog.LevelWarn
}
