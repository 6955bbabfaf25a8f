package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// runOptions are what the command line says of how a job is checked, planned or run.
type runOptions struct {
	params      []string // name=value
	connection  string   // in place of the job's; "" leaves that
	connections string   // the connections file; "" looks for it
	stateDir    string   // "" is $BCETL_STATE_DIR, else .bcetl beside the job
	input       string   // a file to read in place of the job's sheet
	limit       int64    // rows or records of each step; 0 is no limit
	dryRun      bool     // plan: nothing is written to a store
	plan        string   // a plan file to apply
	planOut     []string // files that the plan is written to
	planAll     bool     // show what stays as it is too
	yes         []string // guards that are accepted; "all" is every one
	json        bool     // the report goes to standard output
	quiet       bool
	logJSON     bool
	verbose     bool // log each request
	reset       bool // the embedded emulator starts anew
	fresh       bool // an unfinished run is given up
	lockWait    time.Duration
	static      bool // needs neither files nor secrets
	checking    bool // nothing is asked of a store, and nothing is kept
}

// accepts tells whether --yes takes the guard.
func (o *runOptions) accepts(guard string) bool {
	return slices.Contains(o.yes, "all") || slices.Contains(o.yes, guard)
}

// paramMap reads --param name=value.
func (o *runOptions) paramMap() (map[string]string, error) {
	params := map[string]string{}
	for _, param := range o.params {
		name, value, ok := strings.Cut(param, "=")
		if !ok || name == "" {
			return nil, wrong(fmt.Errorf("--param %s: write name=value", param))
		}
		params[name] = value
	}
	return params, nil
}

// stateDirOf gives the run's state folder.
func (w *world) stateDirOf(o *runOptions, f *jobFile) string {
	return w.stateDir(o.stateDir, filepath.Dir(f.path))
}
