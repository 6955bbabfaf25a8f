package report

import (
	"context"
	"io"
	"log/slog"
	"time"
)

// WriteLine writes one line of a log in JSON, of whatever level. A log that cannot be written has nobody to tell.
func WriteLine(w io.Writer, at time.Time, level slog.Level, message string, attrs ...slog.Attr) {
	line := slog.NewRecord(at, level, message, 0)
	line.AddAttrs(attrs...)
	_ = slog.NewJSONHandler(w, nil).Handle(context.Background(), line)
}

// summaryJSON is the summary for `--log-format json`. The run's own end is the time of each line.
func summaryJSON(w io.Writer, r *Report) {
	level := slog.LevelInfo
	switch r.Status {
	case Succeeded:
	case Rejects:
		level = slog.LevelWarn
	default:
		level = slog.LevelError
	}
	emit := func(level slog.Level, message string, attrs ...slog.Attr) {
		WriteLine(w, r.Finished, level, message, attrs...)
	}
	for _, n := range r.noted {
		emit(slog.LevelWarn, "row not settled",
			slog.String("run_id", r.RunID), slog.String("file", n.origin.File), slog.String("sheet", n.origin.Sheet),
			slog.Int("row", n.origin.Line), slog.String("key", n.key), slog.String("code", n.problem.Code),
			slog.String("column", n.problem.Column), slog.String("message", messageOf(&n.problem)))
	}
	for _, f := range r.Findings {
		emit(slog.LevelWarn, "finding", slog.String("run_id", r.RunID), slog.String("step", f.Step),
			slog.String("code", f.Code), slog.String("message", f.Message))
	}
	attrs := []slog.Attr{
		slog.String("run_id", r.RunID), slog.String("job", r.Job), slog.String("connection", r.Connection),
		slog.String("status", string(r.Status)), slog.Any("rows", r.Rows), slog.Int64("requests", r.API.Requests),
		slog.Int64("took_ms", r.Finished.Sub(r.Started).Milliseconds()),
	}
	var outputs, rejects []string
	for _, o := range r.Outputs {
		outputs = append(outputs, o.Path)
	}
	for _, f := range r.Rejects {
		rejects = append(rejects, f.Path)
	}
	if r.more > 0 {
		attrs = append(attrs, slog.Int64("rows_not_shown", r.more))
	}
	if len(outputs) > 0 {
		attrs = append(attrs, slog.Any("outputs", outputs))
	}
	if len(rejects) > 0 {
		attrs = append(attrs, slog.Any("rejects", rejects))
	}
	if r.Error != nil {
		attrs = append(attrs, slog.String("code", r.Error.Code), slog.String("error", r.Error.Error()))
	}
	emit(level, "run finished", attrs...)
}
