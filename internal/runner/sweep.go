package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"bcetl/internal/compile"
	"bcetl/sinks"
)

// sweep removes what a dead run of the job had begun to write beside its outputs: files aside never get their names by themselves, and
// nobody else of this job writes while the lock is held.
func sweep(f *compile.File) error {
	seen := map[string]bool{}
	for i := range f.Job.Steps {
		for j := range f.Job.Steps[i].Outputs {
			sink := &f.Job.Steps[i].Outputs[j].Sink
			for _, path := range []string{sink.CSV.Text, sink.XLSX.Text} {
				if path == "" || path == "-" || seen[path] {
					continue
				}
				seen[path] = true
				if err := sinks.Sweep(f.Beside(path)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// sweepRun removes from a run's folder what its earlier part handed back, and what it had begun to write aside: all of it is written again
// at the end.
func sweepRun(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look for what the run left: %w", err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, "rejects") && !strings.HasPrefix(name, ".rejects") && !strings.HasPrefix(name, ".report.json.") {
			continue
		}
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove what the run left: %w", err)
		}
	}
	return nil
}
