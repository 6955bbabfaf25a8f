package runner

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bcetl/internal/compile"
)

// Options are what the command line says of how a job is checked, planned or run.
type Options struct {
	Params      []string // name=value
	Connection  string   // in place of the job's; "" leaves that
	Connections string   // the connections file; "" looks for it
	StateDir    string   // "" is $BCETL_STATE_DIR, else .bcetl beside the job
	Input       string   // a file to read in place of the job's sheet
	Limit       int64    // rows or records of each step; 0 is no limit
	DryRun      bool     // plan: nothing is written to a store
	Plan        string   // a plan file to apply
	PlanOut     []string // files that the plan is written to
	PlanAll     bool     // show what stays as it is too
	Yes         []string // guards that are accepted; "all" is every one
	JSON        bool     // the report goes to standard output
	Quiet       bool
	Verbose     bool // log each request
	Reset       bool // the embedded emulator starts anew
	Fresh       bool // an unfinished run is given up
	LockWait    time.Duration
	Static      bool // needs neither files nor secrets
	Checking    bool // nothing is asked of a store, and nothing is kept
}

// accepts tells whether --yes takes the guard.
func (o *Options) accepts(guard string) bool {
	return slices.Contains(o.Yes, "all") || slices.Contains(o.Yes, guard)
}

// ParamMap reads --param name=value.
func (o *Options) ParamMap() (map[string]string, error) {
	params := map[string]string{}
	for _, param := range o.Params {
		name, value, ok := strings.Cut(param, "=")
		if !ok || name == "" {
			return nil, Wrong(fmt.Errorf("--param %s: write name=value", param))
		}
		params[name] = value
	}
	return params, nil
}

// stateDirOf gives the run's state folder.
func (w *World) stateDirOf(o *Options, f *compile.File) string {
	return w.StateDir(o.StateDir, filepath.Dir(f.Path))
}
