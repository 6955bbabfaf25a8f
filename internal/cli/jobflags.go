package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"bcetl/internal/apply"
	"bcetl/internal/job"
	"bcetl/internal/runner"
)

// The flag that says in which form standard error speaks.
const (
	logFormatFlag = "log-format"
	logJSON       = "json"
)

// logsJSON tells whether a command line asks for JSON on standard error.
func logsJSON(command *cobra.Command) bool {
	flag := command.Flags().Lookup(logFormatFlag)
	return flag != nil && flag.Value.String() == logJSON
}

// jobFlags are the flags of the commands that take jobs.
type jobFlags struct {
	runner.Options
	logFormat string
	online    bool // check tries the tokens
}

// check refuses flags that make no sense.
func (o *jobFlags) check() error {
	for _, guard := range o.Yes {
		if guard != "all" && !slices.Contains(apply.GuardNames(), guard) {
			return runner.Wrong(fmt.Errorf("--yes=%s: no guard has that name; there are %s%s", guard, strings.Join(apply.GuardNames(), ", "), job.DidYouMean(guard, apply.GuardNames())))
		}
	}
	switch o.logFormat {
	case "", "text", logJSON:
	default:
		return runner.Wrong(fmt.Errorf("--log-format is text or json, not %q", o.logFormat))
	}
	if o.Plan != "" && (o.DryRun || o.Input != "" || o.Limit > 0) {
		return runner.Wrong(errors.New("--plan applies a plan as it is: it goes with neither --dry-run, --input nor --limit"))
	}
	if o.Limit < 0 {
		return runner.Wrong(fmt.Errorf("--limit is a number of rows, not %d", o.Limit))
	}
	return nil
}

// checkPaths refuses `--yes delete`, written with a blank, before anything is run: it would accept every guard and then look for a job named
// delete.
func (o *jobFlags) checkPaths(jobs []string) error {
	for _, path := range jobs {
		if exists(path) {
			continue
		}
		if len(o.Yes) > 0 && slices.Contains(apply.GuardNames(), path) {
			return runner.Wrong(fmt.Errorf("--yes %s: write --yes=%s, without a blank", path, path))
		}
	}
	return nil
}

// logging adds the flags of what is told while a job is at work.
func (o *jobFlags) logging(command *cobra.Command) {
	command.Flags().StringVar(&o.logFormat, logFormatFlag, "text", "form of standard error: text, or json: one object a line")
	command.Flags().BoolVarP(&o.Verbose, "verbose", "v", false, "log each request")
}

// shared adds the flags that check and run have in common.
func (o *jobFlags) shared(command *cobra.Command) {
	flags := command.Flags()
	flags.StringArrayVar(&o.Params, "param", nil, "set a parameter of the job, name=value; may be repeated")
	flags.StringVar(&o.Connection, "connection", "", "connection to use instead of the job's")
	flags.StringVar(&o.Connections, "connections", "", "connections file (default: $BCETL_CONNECTIONS, else connections.yaml beside the job, else the user's)")
	flags.StringVar(&o.StateDir, "state-dir", "", "state folder (default: $BCETL_STATE_DIR, else .bcetl beside the job)")
	flags.StringVar(&o.Input, "input", "", "read this file instead of the job's sheet, such as mended rejects")
}
