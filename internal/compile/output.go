package compile

import (
	"bcetl/internal/job"
	"bcetl/sinks"
)

// checkOutputs finds what can be known of a job's files without writing them: sheet names that Excel forbids, and a table on standard
// output where the report is printed there.
func checkOutputs(f *File, printed bool) []job.Diagnostic {
	var found []job.Diagnostic
	for i := range f.Job.Steps {
		for _, output := range f.Job.Steps[i].Outputs {
			sink := output.Sink
			if sink.XLSX.Set && sink.Sheet.Set && !sink.Sheet.Unknown {
				if err := sinks.CheckSheetName(sink.Sheet.Text); err != nil {
					found = append(found, f.Diagnostic(sink.Sheet, "sheet", err.Error()))
				}
			}
			if printed && sink.CSV.Text == "-" {
				found = append(found, f.Diagnostic(sink.CSV, "output", "standard output has the report of --json; write the table to a file"))
			}
		}
	}
	return found
}
