package compile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bcetl/internal/dialects"
	"bcetl/internal/job"
)

// File is a job file on its way from text to a resolved job.
type File struct {
	// Path is where the file lies; what the job names lies relative to it.
	Path string
	// Source is the text as it was read, cut off after what parsing takes.
	Source []byte
	// Parsed is the job as it is written, with its placeholders; nil where the text is no job at all.
	Parsed *job.Job
	// Job is the job with values for its placeholders and the rules of its dialects; nil until Resolve.
	Job *job.Job
	// Location is the job's timezone: UTC where it names none.
	Location *time.Location
}

// Load reads and parses a job file, and gives what is wrong with it. Where the text is no job at all, Parsed is nil and the rest of the
// package has nothing to work on. An error says that the file cannot be read.
func Load(path string) (*File, []job.Diagnostic, error) {
	source, err := readJob(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read job: %w", err)
	}
	parsed, found := job.Parse(path, source)
	f := &File{Path: path, Source: source, Parsed: parsed}
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

// Resolve replaces the job's placeholders, and gives what is wrong with them. Job and Location are set whatever is. It may be called again
// with another environment.
func (f *File) Resolve(env job.Environment) []job.Diagnostic {
	resolved, found := f.Parsed.Resolve(env)
	if resolved == nil {
		resolved = f.Parsed
	}
	expanded, more := dialects.Expand(resolved)
	resolved, found = expanded, append(found, more...)
	f.Job, f.Location = resolved, time.UTC
	if resolved.Timezone.Text == "" || len(found) > 0 {
		return found
	}
	location, err := time.LoadLocation(resolved.Timezone.Text)
	if err != nil {
		return []job.Diagnostic{f.Diagnostic(resolved.Timezone, "timezone",
			fmt.Sprintf("%q is not a timezone such as Australia/Sydney", resolved.Timezone.Text))}
	}
	f.Location = location
	return nil
}

// Diagnostic points at a scalar of the job. The rule names the kind of fault.
func (f *File) Diagnostic(at job.Scalar, rule, message string) job.Diagnostic {
	return job.Diagnostic{File: f.Path, Pos: at.Pos, Length: max(1, len([]rune(at.Text))), Message: message, Rule: rule}
}

// Beside makes a path of the job relative to the job's folder; "-" stays.
func (f *File) Beside(path string) string {
	if path == "-" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(f.Path), path)
}

// Connections lists the connections that the resolved job's steps use, each once; override stands in for the job's own unless it is "".
func (f *File) Connections(override string) []job.Scalar {
	var names []job.Scalar
	seen := map[string]bool{}
	add := func(own job.Scalar) {
		name := f.Job.Connection
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
	for i := range f.Job.Steps {
		step := &f.Job.Steps[i]
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

// Writes lists the files that the resolved job writes, as absolute paths.
func (f *File) Writes() []string {
	var files []string
	for i := range f.Job.Steps {
		for _, output := range f.Job.Steps[i].Outputs {
			path := output.Sink.CSV
			if output.Sink.XLSX.Set {
				path = output.Sink.XLSX
			}
			if !path.Set || path.Text == "-" || strings.TrimSpace(path.Text) == "" {
				continue
			}
			if absolute, err := filepath.Abs(f.Beside(path.Text)); err == nil {
				files = append(files, absolute)
			}
		}
	}
	return files
}

// NamesLastRun tells whether the job's text depends on what an earlier run left.
func (f *File) NamesLastRun() bool { return strings.Contains(string(f.Source), "${last_run") }

// namesDay tells whether the job's text depends on what day it is.
func (f *File) namesDay() bool {
	return strings.Contains(string(f.Source), "${date") || strings.Contains(string(f.Source), "${yesterday")
}

// ReadsStdin tells whether a step reads standard input; input is what stands in for the job's sheet, "" for nothing.
func (f *File) ReadsStdin(input string) bool {
	if input != "" {
		return input == "-"
	}
	return slices.ContainsFunc(f.Job.Steps, func(step job.Step) bool { return step.Source.CSV.Text == "-" })
}
