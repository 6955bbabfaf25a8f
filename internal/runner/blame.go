package runner

import "bcetl/internal/record"

// blamed names the column of the sheet behind a problem that names a field of the store alone: people mend columns. A field that comes
// from several columns, or from none, keeps its own name.
func (r *importRun) blamed(problem *record.Problem) *record.Problem {
	if problem == nil || problem.Column != "" || problem.Field == "" {
		return problem
	}
	for i := range r.step.Policies {
		if policy := &r.step.Policies[i]; policy.Target == problem.Field && len(policy.From) == 1 {
			named := *problem
			named.Column = policy.From[0]
			return &named
		}
	}
	return problem
}
