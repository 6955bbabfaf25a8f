package cli

import (
	"fmt"

	"bcetl/internal/compile"
	"bcetl/internal/job"
	"bcetl/internal/runner"
)

// checkSharedPaths refuses several jobs of one command that would write the same file or read standard input, before any of them is begun.
func (a *App) checkSharedPaths(paths []string, o *runner.Options) error {
	if len(paths) < 2 {
		return nil
	}
	params, err := o.ParamMap()
	if err != nil {
		return err
	}
	writer := map[string]string{}
	read := false
	for n, path := range paths {
		f, _, err := compile.Load(path) // what is wrong with it is said when its turn comes
		if err != nil || f.Parsed == nil {
			continue // so with a file that is not there
		}
		f.Resolve(job.Environment{Params: params, Env: a.Env, Now: a.Now(), RunID: "", Connection: o.Connection, LastRun: func(string) (string, bool) { return "", true }})
		for _, out := range f.Writes() {
			key := fmt.Sprint(n)
			if other, taken := writer[out]; taken && other != key {
				return runner.Wrong(fmt.Errorf("%s: another job of this command writes %s too", path, out))
			}
			writer[out] = key
		}
		if f.ReadsStdin(o.Input) {
			if read {
				return runner.Wrong(fmt.Errorf("%s: standard input can be read once, and another job of this command reads it", path))
			}
			read = true
		}
	}
	return nil
}
