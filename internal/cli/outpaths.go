package cli

import (
	"fmt"
	"path/filepath"
	"strings"

	"bcetl/internal/job"
	"bcetl/sinks"
)

// checkOutputs finds what can be known of a job's files without writing them: sheet names that Excel forbids, and, with --json, a table
// on the standard output that the report is to have.
func checkOutputs(f *jobFile, o *runOptions) []job.Diagnostic {
	var found []job.Diagnostic
	for i := range f.job.Steps {
		for _, output := range f.job.Steps[i].Outputs {
			sink := output.Sink
			if sink.XLSX.Set && sink.Sheet.Set && !sink.Sheet.Unknown {
				if err := sinks.CheckSheetName(sink.Sheet.Text); err != nil {
					found = append(found, f.diagnostic(sink.Sheet, "sheet", err.Error()))
				}
			}
			if o.json && sink.CSV.Text == "-" {
				found = append(found, f.diagnostic(sink.CSV, "output", "standard output has the report of --json; write the table to a file"))
			}
		}
	}
	return found
}

// checkSharedPaths refuses several jobs of one command that would write the same file, before any of them is begun.
func (a *App) checkSharedPaths(paths []string, o *runOptions) error {
	if len(paths) < 2 {
		return nil
	}
	params, err := o.paramMap()
	if err != nil {
		return err
	}
	writer := map[string]string{}
	for n, path := range paths {
		source, err := readJob(path)
		if err != nil {
			continue // so with a file that is not there
		}
		parsed, _ := job.Parse(path, source) // what is wrong with it is said when its turn comes
		if parsed == nil {
			continue
		}
		f := &jobFile{path: path, source: source, parsed: parsed}
		f.resolve(job.Environment{Params: params, Env: a.Env, Now: a.Now(), RunID: "", Connection: o.connection, LastRun: func(string) (string, bool) { return "", true }})
		for _, out := range f.writes() {
			key := fmt.Sprint(n)
			if other, taken := writer[out]; taken && other != key {
				return wrong(fmt.Errorf("%s: another job of this command writes %s too", path, out))
			}
			writer[out] = key
		}
	}
	return nil
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
			if absolute, err := filepath.Abs(f.file(path.Text)); err == nil {
				files = append(files, absolute)
			}
		}
	}
	return files
}
