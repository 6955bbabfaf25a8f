package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bcetl/internal/dialects"
	"bcetl/internal/job"
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

// loadJob reads and parses a job file, and gives what is wrong with it. Where the file is no job at all, parsed is nil.
func loadJob(path string) (*jobFile, []job.Diagnostic, error) {
	source, err := readJob(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read job: %w", err)
	}
	parsed, found := job.Parse(path, source)
	f := &jobFile{path: path, source: source, parsed: parsed}
	if parsed != nil {
		parsed.Dir = filepath.Dir(path)
	}
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

// beside makes a path of the job relative to the job's folder.
func (f *jobFile) beside(path string) string {
	if path == "-" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(f.path), path)
}

// connections lists the connections that the job's steps use, each once.
func (f *jobFile) connections(override string) []job.Scalar {
	var names []job.Scalar
	seen := map[string]bool{}
	add := func(own job.Scalar) {
		name := f.job.Connection
		if own.Set {
			name = own
		} else if override != "" {
			name.Text = override
		}
		if !seen[name.Text] {
			seen[name.Text] = true
			names = append(names, name)
		}
	}
	for i := range f.job.Steps {
		step := &f.job.Steps[i]
		if step.Source.Object.Set {
			add(step.Source.Connection)
		}
		for j := range step.Outputs {
			if step.Outputs[j].Sink.Object.Set {
				add(step.Outputs[j].Sink.Connection)
			}
		}
	}
	return names
}

// writes lists the files that the job writes, as absolute paths.
func (f *jobFile) writes() []string {
	var files []string
	for i := range f.job.Steps {
		for _, output := range f.job.Steps[i].Outputs {
			path := output.Sink.CSV
			if output.Sink.XLSX.Set {
				path = output.Sink.XLSX
			}
			if !path.Set || path.Text == "-" || strings.TrimSpace(path.Text) == "" {
				continue
			}
			if absolute, err := filepath.Abs(f.beside(path.Text)); err == nil {
				files = append(files, absolute)
			}
		}
	}
	return files
}

// namesLastRun tells whether the job's text depends on what an earlier run left.
func (f *jobFile) namesLastRun() bool { return strings.Contains(string(f.source), "${last_run") }

// namesDay tells whether the job's text depends on what day it is.
func (f *jobFile) namesDay() bool {
	return strings.Contains(string(f.source), "${date") || strings.Contains(string(f.source), "${yesterday")
}
