package runner

import (
	"fmt"

	"bcetl/internal/apply"
	"bcetl/internal/job"
)

// judgeFiles holds a step that writes files against the job's limits, before any of them is published. A store that has nothing to tell is
// no reason to stop unless the job says so itself; a sheet without rows is.
func (s *session) judgeFiles(step string, fromStore bool, read, rejected int64) error {
	limits := s.file.Job.Limits
	least := limits.MinimumRows()
	if fromStore && !limits.MinRows.Set {
		least = 0
	}
	if read < least && s.options.Limit == 0 {
		text := fmt.Sprintf("limits.min_rows is %d, the input has %d", least, read)
		if !s.options.accepts("min_rows") {
			return &guardError{text + "; accept it with --yes=min_rows"}
		}
		s.find(step, "guard_accepted", "accepted with --yes=min_rows: %s", text)
	}
	if bound, ok := limits.Rejects(); ok && bound.Exceeded(rejected, read) && (s.options.Input == "" || !bound.IsPercent) {
		return apply.ErrTooManyRejects
	}
	return nil
}

// guards gives the guards of the job's limits.
func guards(limits job.Limits) apply.Guards {
	g := apply.Guards{MinRows: limits.MinimumRows(), Changes: map[string]job.Bound{}}
	for _, name := range apply.GuardNames() {
		if bound, ok := limits.Change(name); ok {
			g.Changes[name] = bound
		}
	}
	return g
}

// guardError says that guards would be passed.
type guardError struct{ text string }

func (g *guardError) Error() string { return g.text }
