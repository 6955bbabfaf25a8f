package runner

import (
	"os"
	"time"

	"bcetl/internal/compile"
	"bcetl/internal/ledger"
	"bcetl/internal/report"
)

// startMark is the watermark of ${last_run:start}.
const startMark = "start"

// storeStart is when the run began by the store's own clock: what the next run reads from there on must leave nothing out.
func (s *session) storeStart() time.Time {
	started := s.run.Manifest.Started
	if main := s.stores[s.file.Job.Connection.Text]; main != nil {
		started = started.Add(main.Client.Stats().ClockAhead)
	}
	return started
}

// lastRun gives what a run of the same job and store left: its start, or another watermark.
func (w *World) lastRun(f *compile.File, o *Options, field string) (string, bool) {
	name := f.Parsed.Connection.Text
	if o.Connection != "" {
		name = o.Connection
	}
	hash, ok := w.storeHash(name, o, f)
	if !ok {
		return "", false
	}
	stateDir := w.stateDirOf(o, f)
	if _, err := os.Stat(stateDir); err != nil {
		return "", false
	}
	book, err := ledger.Open(stateDir)
	if err != nil {
		return "", false
	}
	last, found, err := book.Last(f.Parsed.Name.Text, hash, string(report.Succeeded), string(report.Rejects))
	if err != nil || !found {
		return "", false
	}
	value, ok := last.Watermarks[field]
	return value, ok
}
