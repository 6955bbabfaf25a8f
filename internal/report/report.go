package report

import (
	"errors"
	"fmt"
	"time"

	"bcetl/internal/record"
)

// Schema is the version of report.json. It moves only when a reader of the older one would misread the newer.
const Schema = 1

// Status is how a run ended.
type Status string

// The statuses of a run, each with the exit code it stands for.
const (
	Succeeded   Status = "succeeded"   // 0: every row was settled
	Rejects     Status = "rejects"     // 3: finished, with rejected, partial or in-doubt rows, or checks that do not tie
	Failed      Status = "failed"      // 1: the next run goes on from there
	Guarded     Status = "guarded"     // 5: stopped at a guard, before the first write
	Interrupted Status = "interrupted" // 130: resumable like failed
)

// Report is what a run leaves in report.json. Every key is always there; lists without entries are [], and what does not exist
// (quota before the first answer, error of a run that has none) is null.
type Report struct {
	Schema     int             `json:"schema"`
	RunID      string          `json:"run_id"`
	Job        string          `json:"job"`
	Connection string          `json:"connection"` // "" for a job between files only
	Started    time.Time       `json:"started"`    // UTC, RFC 3339
	Finished   time.Time       `json:"finished"`
	Status     Status          `json:"status"`
	Resumable  bool            `json:"resumable,omitempty"` // it had begun to write, so the next run of the job goes on from there
	DryRun     bool            `json:"dry_run,omitempty"`   // nothing was to be written, so rows not attempted are as they should be
	Rows       Tally           `json:"rows"`                // an item's outcome counts for each of its rows
	Records    Tally           `json:"records"`             // an item's outcome counts once
	Steps      []Step          `json:"steps"`
	API        API             `json:"api"`
	Outputs    []Output        `json:"outputs"`  // those of all steps
	Rejects    []RejectFile    `json:"rejects"`  // none when nothing was rejected
	Notes      []string        `json:"notes"`    // what was detected and done by the way: delimiters, encodings, what was read once more
	Findings   []Finding       `json:"findings"` // what does not fail a run but a person should know
	Error      *record.Problem `json:"error"`    // why the run failed, was guarded or interrupted

	noted []noted // first rows that were not settled, for the summary alone
	more  int64   // how many were noted beyond those
	nouns *nouns  // what records are called in the summary; nil before the first step
}

// Step is one step's part of a report; a job without steps has one, named as the job.
type Step struct {
	Name    string   `json:"name"`
	Rows    Tally    `json:"rows"`
	Outputs []Output `json:"outputs"`
}

// Output is one written sheet.
type Output struct {
	Path   string `json:"path"`
	Sheet  string `json:"sheet"` // "" for CSV
	Rows   int64  `json:"rows"`  // without header and totals
	SHA256 string `json:"sha256"`
}

// RejectFile holds the rejected rows of one input, in its own columns.
type RejectFile struct {
	Step string `json:"step"`
	Path string `json:"path"`
	Rows int64  `json:"rows"`
}

// Finding is one thing that a person should know: a check that does not tie, an encoding that was guessed.
type Finding struct {
	Step    string `json:"step"`
	Code    string `json:"code"` // from the documented list in docs/codes.md
	Message string `json:"message"`
}

// API is what a run asked of the store.
type API struct {
	Requests    int64            `json:"requests"` // retries included
	Retries     int64            `json:"retries"`
	ThrottledMS int64            `json:"throttled_ms"` // milliseconds that requests waited for quota
	ByStatus    map[string]int64 `json:"by_status"`    // "200": 40; "none" for a request that got no answer
	Quota       *Quota           `json:"quota"`        // as last reported by the store
}

// Quota is the store's rate limit: X-Rate-Limit-Requests-Left and -Requests-Quota.
type Quota struct {
	Left int64 `json:"left"`
	Size int64 `json:"size"`
}

// SettledStatus is the status of a run that came to its end: Succeeded when every row was settled and every check ties, else
// Rejects. Rows not attempted have no place in such a run, unless it was a dry run; Check says so.
func (r *Report) SettledStatus(untied bool) Status {
	if untied || r.Rows.Rejected+r.Rows.Partial+r.Rows.InDoubt > 0 {
		return Rejects
	}
	return Succeeded
}

// ExitCode of the status, as product users know them; 1 for a status that is none.
func (r *Report) ExitCode() int {
	switch r.Status {
	case Succeeded:
		return 0
	case Rejects:
		return 3
	case Guarded:
		return 5
	case Interrupted:
		return 130
	default:
		return 1
	}
}

// Check gives an error, which is a bug of ours, when the report does not add up: rows or records read that have no outcome (or
// more than one), steps that do not sum to the whole, or a good status over rows that were not settled.
func (r *Report) Check() error {
	errs := []error{r.Rows.check("rows"), r.Records.check("records")}
	if len(r.Steps) > 0 {
		var sum Tally
		for _, s := range r.Steps {
			errs = append(errs, s.Rows.check(fmt.Sprintf("rows of step %q", s.Name)))
			sum.Merge(s.Rows)
		}
		if sum != r.Rows {
			errs = append(errs, fmt.Errorf("rows of the steps sum to %+v, not to the run's %+v", sum, r.Rows))
		}
	}
	switch bad := r.Rows.Unsettled(); {
	case r.DryRun:
	case r.Status == Succeeded && bad > 0:
		errs = append(errs, fmt.Errorf("status is %s over %d rows that were not settled", r.Status, bad))
	case r.Status == Rejects && r.Rows.NotAttempted > 0:
		errs = append(errs, fmt.Errorf("status is %s over %d rows that were not attempted", r.Status, r.Rows.NotAttempted))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("report does not add up: %w", err)
	}
	return nil
}
