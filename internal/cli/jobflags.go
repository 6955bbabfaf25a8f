package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"bcetl/internal/apply"
	"bcetl/internal/job"
)

// jobFlags are the flags of the commands that take jobs.
type jobFlags struct {
	runOptions
	logFormat string
	online    bool // check tries the tokens
}

// check refuses flags that make no sense.
func (o *jobFlags) check() error {
	for _, guard := range o.yes {
		if guard != "all" && !slices.Contains(apply.GuardNames(), guard) {
			return wrong(fmt.Errorf("--yes=%s: no guard has that name; there are %s%s", guard, strings.Join(apply.GuardNames(), ", "), job.DidYouMean(guard, apply.GuardNames())))
		}
	}
	switch o.logFormat {
	case "", "text":
	case "json":
		o.logJSON = true
	default:
		return wrong(fmt.Errorf("--log-format is text or json, not %q", o.logFormat))
	}
	if o.plan != "" && (o.dryRun || o.input != "" || o.limit > 0) {
		return wrong(errors.New("--plan applies a plan as it is: it goes with neither --dry-run, --input nor --limit"))
	}
	if o.limit < 0 {
		return wrong(fmt.Errorf("--limit is a number of rows, not %d", o.limit))
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
		if len(o.yes) > 0 && slices.Contains(apply.GuardNames(), path) {
			return wrong(fmt.Errorf("--yes %s: write --yes=%s, without a blank", path, path))
		}
	}
	return nil
}

// shared adds the flags that check and run have in common.
func (o *jobFlags) shared(command *cobra.Command) {
	flags := command.Flags()
	flags.StringArrayVar(&o.params, "param", nil, "set a parameter of the job, name=value; may be repeated")
	flags.StringVar(&o.connection, "connection", "", "connection to use instead of the job's")
	flags.StringVar(&o.connections, "connections", "", "connections file (default: $BCETL_CONNECTIONS, else connections.yaml beside the job, else the user's)")
	flags.StringVar(&o.stateDir, "state-dir", "", "state folder (default: $BCETL_STATE_DIR, else .bcetl beside the job)")
	flags.StringVar(&o.input, "input", "", "read this file instead of the job's sheet, such as mended rejects")
}
