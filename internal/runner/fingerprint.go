package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"bcetl/internal/compile"
	"bcetl/internal/job"
	"bcetl/sources"
)

// fingerprint is the run's job text, resolved parameters, environment and input by content, the files that it looks values up in included. The
// store is part of the run's identity.
// Where a file lies and what a connection is called say nothing. Standard input cannot be read twice, so a run that reads it is like
// no other.
func (r *Prepared) fingerprint(o *Options) (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "job %d\n%s\n", len(r.File.Source), r.File.Source)
	values := r.File.Job.ParamValues()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(sum, "param %q=%q\n", name, values[name])
	}
	for _, match := range environmentName.FindAllStringSubmatch(string(r.File.Source), -1) {
		value, _ := r.env(match[1])
		fmt.Fprintf(sum, "env %q=%q\n", match[1], value)
	}
	fmt.Fprintf(sum, "limit %d\n", o.Limit)
	if o.Plan != "" {
		if err := hashFile(sum, o.Plan); err != nil {
			return "", Wrong(fmt.Errorf("read the plan: %w", err))
		}
		return hex.EncodeToString(sum.Sum(nil)), nil
	}
	for i := range r.File.Job.Steps {
		if err := hashInput(sum, r.File, &r.File.Job.Steps[i].Source, o.Input); err != nil {
			return "", err
		}
		for _, lookup := range compile.LookupFiles(&r.File.Job.Steps[i]) {
			if err := hashFile(sum, r.File.Beside(lookup)); err != nil {
				return "", fmt.Errorf("read the look-up: %w", err)
			}
		}
	}
	if r.readsStdin(o) {
		fmt.Fprintf(sum, "run %s\n", r.id)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// environmentName finds the environment variables that a job's text refers to.
var environmentName = regexp.MustCompile(`\$\{env:([^}|]+)`)

// readsStdin tells whether a step reads standard input.
func (r *Prepared) readsStdin(o *Options) bool { return r.File.ReadsStdin(o.Input) }

func hashInput(sum hash.Hash, f *compile.File, s *job.Source, input string) error {
	path := s.CSV
	if s.XLSX.Set {
		path = s.XLSX
	}
	if !path.Set {
		return nil
	}
	pattern := f.Beside(path.Text)
	if input != "" {
		pattern = input
	}
	if pattern == "-" {
		return nil
	}
	files, err := sources.Expand([]string{pattern})
	if err != nil {
		return err
	}
	for _, name := range files {
		fmt.Fprintf(sum, "file %q\n", filepath.Base(name))
		if err := hashFile(sum, name); err != nil {
			return fmt.Errorf("read the input: %w", err)
		}
	}
	return nil
}

func hashFile(sum hash.Hash, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	n, err := io.Copy(sum, file)
	fmt.Fprintf(sum, "\n%d bytes\n", n)
	return errors.Join(err, file.Close())
}
