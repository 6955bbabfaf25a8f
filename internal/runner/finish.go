package runner

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"time"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/record"
	"bcetl/internal/report"
	"bcetl/pipeline"
)

// finish settles the session: report, manifest and what the person is told. Its error is a bug or a full disk; cause is why the run
// ended early, nil when it did not.
func (s *session) finish(cause error) error {
	s.progress.Done()
	s.prepared.logTo.switchTo(s.world.Stderr)
	err := s.results.Close()
	if s.unpublished && err == nil {
		err = report.RetractExported(filepath.Join(s.run.Dir, "results.csv"))
	}
	s.report.Finished = s.world.Now().UTC()
	s.report.API = apiOf(s.stores)
	s.report.Status = s.statusOf(cause)
	s.report.Resumable = s.run.Manifest.Writing > 0 &&
		(s.report.Status == report.Failed || s.report.Status == report.Interrupted || s.report.Status == report.Guarded)
	if cause != nil {
		s.report.Error = problemOf(cause)
	}
	if check := s.report.Check(); check != nil {
		s.report.Status = report.Failed
		err = errors.Join(err, check)
	}
	s.reached("report")
	err = errors.Join(err, s.report.Write(filepath.Join(s.run.Dir, "report.json")))
	s.run.Manifest.Watermarks = map[string]string{startMark: s.storeStart().UTC().Format(time.RFC3339)}
	err = errors.Join(err, s.run.Finish(s.report.Finished, string(s.report.Status)), s.run.Close())
	return err
}

// statusOf gives the run's status.
func (s *session) statusOf(cause error) report.Status {
	var guarded *guardError
	switch {
	case cause == nil:
		return s.report.SettledStatus(false)
	case errors.As(cause, &guarded):
		return report.Guarded
	case errors.Is(cause, pipeline.ErrStopped), errors.Is(cause, ErrInterrupted), errors.Is(cause, context.Canceled), s.world.Stopped(context.Background()):
		return report.Interrupted
	}
	return report.Failed
}

func problemOf(cause error) *record.Problem {
	var problem *record.Problem
	if errors.As(cause, &problem) {
		return problem
	}
	var guarded *guardError
	if errors.As(cause, &guarded) {
		return &record.Problem{Code: "guard", Message: cause.Error()}
	}
	if errors.Is(cause, pipeline.ErrStopped) || errors.Is(cause, ErrInterrupted) {
		return &record.Problem{Code: "interrupted", Message: "interrupted; what was in flight is finished"}
	}
	if bigcommerce.IsRunLevel(cause) {
		return &record.Problem{Code: bigcommerce.ProblemOf(cause).Code, Message: cause.Error()}
	}
	return &record.Problem{Code: "failed", Message: cause.Error()}
}

// apiOf sums what was asked of all stores.
func apiOf(stores map[string]*Store) report.API {
	api := report.API{ByStatus: map[string]int64{}}
	for _, st := range stores {
		stats := st.Client.Stats()
		api.Requests += stats.Requests
		api.Retries += stats.Retries
		api.ThrottledMS += stats.Throttled.Milliseconds()
		for status, n := range stats.ByStatus {
			name := "none"
			if status != 0 {
				name = strconv.Itoa(status)
			}
			api.ByStatus[name] += n
		}
		if stats.Quota.Size > 0 {
			api.Quota = &report.Quota{Left: int64(stats.Quota.Left), Size: int64(stats.Quota.Size)}
		}
	}
	return api
}
