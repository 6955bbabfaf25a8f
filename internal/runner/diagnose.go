package runner

import (
	"bcetl/internal/compile"
	"bcetl/internal/job"
)

// diagnose prints what is wrong with a job and gives the error that ends the command.
func (w *World) diagnose(f *compile.File, diagnostics []job.Diagnostic) error {
	if err := w.tellWrong(onePerPlace(diagnostics), f.Path, f.Source); err != nil {
		return err
	}
	return Wrong(nil)
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
