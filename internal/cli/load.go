package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"bcetl/internal/dialects"
	"bcetl/internal/job"
	"bcetl/internal/report"
)

// jobFile is a job file on its way from text to a resolved job.
type jobFile struct {
	path   string
	source []byte
	parsed *job.Job
	// job is the resolved one; nil until resolve.
	job *job.Job
	// location is the job's timezone.
	location *time.Location
}

// diagnosed is what is wrong with a job; it has been printed.
type diagnosed struct{ n int }

func (d diagnosed) Error() string { return "" }

// loadJob reads and parses a job file, and gives what is wrong with it. Where the file is no job at all that is printed, and the error
// ends the command.
func (a *App) loadJob(path string) (*jobFile, []job.Diagnostic, error) {
	source, err := readJob(path)
	if err != nil {
		return nil, nil, wrong(fmt.Errorf("read job: %w", err))
	}
	parsed, found := job.Parse(path, source)
	f := &jobFile{path: path, source: source, parsed: parsed}
	if parsed == nil {
		return nil, nil, a.diagnose(f, found)
	}
	parsed.Dir = filepath.Dir(path)
	return f, found, nil
}

// maxJobBytes is a little more than what parsing takes: the rest of a larger file need not be read to refuse it.
const maxJobBytes = 1<<20 + 1

func readJob(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	source, err := io.ReadAll(io.LimitReader(file, maxJobBytes))
	return source, errors.Join(err, file.Close())
}

// resolve replaces the job's placeholders.
func (f *jobFile) resolve(env job.Environment) []job.Diagnostic {
	resolved, found := f.parsed.Resolve(env)
	if resolved == nil {
		resolved = f.parsed
	}
	expanded, more := dialects.Expand(resolved)
	resolved, found = expanded, append(found, more...)
	f.job, f.location = resolved, time.UTC
	if resolved.Timezone.Text == "" || len(found) > 0 {
		return found
	}
	location, err := time.LoadLocation(resolved.Timezone.Text)
	if err != nil {
		return []job.Diagnostic{f.diagnostic(resolved.Timezone, "timezone",
			fmt.Sprintf("%q is not a timezone such as Australia/Sydney", resolved.Timezone.Text))}
	}
	f.location = location
	return nil
}

// diagnostic points at a scalar of the job.
func (f *jobFile) diagnostic(at job.Scalar, rule, message string) job.Diagnostic {
	return job.Diagnostic{File: f.path, Pos: at.Pos, Length: max(1, len([]rune(at.Text))), Message: message, Rule: rule}
}

// diagnose prints what is wrong with a job and gives the error that ends the command.
func (a *App) diagnose(f *jobFile, diagnostics []job.Diagnostic) error {
	screen := report.NewScreen(a.Stderr, a.Env)
	diagnostics = onePerPlace(diagnostics)
	if err := job.Render(a.Stderr, diagnostics, map[string][]byte{f.path: f.source}, screen.Color); err != nil {
		return err
	}
	return &exitError{code: exitWrong, err: diagnosed{len(diagnostics)}}
}

// onePerPlace keeps the first that was found at a place: what parsing refused need not be refused again by what comes after it.
func onePerPlace(diagnostics []job.Diagnostic) []job.Diagnostic {
	kept := make([]job.Diagnostic, 0, len(diagnostics))
	ruleAt := map[job.Pos]string{}
	for _, d := range diagnostics {
		if rule, seen := ruleAt[d.Pos]; seen && rule != d.Rule {
			continue
		}
		ruleAt[d.Pos] = d.Rule
		kept = append(kept, d)
	}
	return kept
}

// file makes a path of the job relative to the job's folder.
func (f *jobFile) file(path string) string {
	if path == "-" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(f.path), path)
}
