package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bcetl/internal/apply"
	"bcetl/internal/record"
	"bcetl/internal/report"
)

// runOptions are the flags of run; check shares some of them.
type runOptions struct {
	params      []string
	connection  string
	connections string
	stateDir    string
	input       string
	limit       int64
	dryRun      bool
	plan        string   // a plan file to apply
	planOut     []string // files that the plan is written to
	planAll     bool
	yes         []string
	json        bool
	quiet       bool
	logJSON     bool
	logFormat   string
	verbose     bool
	reset       bool
	fresh       bool
	lockWait    time.Duration
	static      bool
	online      bool // check tries the tokens
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

// check refuses flags that make no sense.
func (o *runOptions) check() error {
	for _, guard := range o.yes {
		if guard != "all" && !slices.Contains(apply.GuardNames(), guard) {
			return wrong(fmt.Errorf("--yes=%s: no guard has that name; there are %s%s", guard, strings.Join(apply.GuardNames(), ", "), didYouMean(guard, apply.GuardNames())))
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
func (o *runOptions) checkPaths(jobs []string) error {
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
func (o *runOptions) shared(command *cobra.Command) {
	flags := command.Flags()
	flags.StringArrayVar(&o.params, "param", nil, "set a parameter of the job, name=value; may be repeated")
	flags.StringVar(&o.connection, "connection", "", "connection to use instead of the job's")
	flags.StringVar(&o.connections, "connections", "", "connections file (default: $BCETL_CONNECTIONS, else connections.yaml beside the job, else the user's)")
	flags.StringVar(&o.stateDir, "state-dir", "", "state folder (default: $BCETL_STATE_DIR, else .bcetl beside the job)")
	flags.StringVar(&o.input, "input", "", "read this file instead of the job's sheet, such as mended rejects")
}

func (a *App) runCommand() *cobra.Command {
	var o runOptions
	command := &cobra.Command{
		Use:   "run JOB...",
		Short: "Run jobs",
		Long: "Runs job files one after the other. An import reads and compares everything before its first write.\n" +
			"Results, rejects and the report lie in the state folder.\n" + exitHelp,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			if err := o.checkPaths(args); err != nil {
				return err
			}
			if err := a.checkSharedPaths(args, &o); err != nil {
				return err
			}
			return a.runJobs(command.Context(), args, &o)
		},
	}
	o.shared(command)
	flags := command.Flags()
	flags.BoolVar(&o.dryRun, "dry-run", false, "read and compare, but write nothing")
	flags.StringVar(&o.plan, "plan", "", "apply exactly this plan file; records that have moved since are rejected")
	flags.Int64Var(&o.limit, "limit", 0, "stop after so many rows")
	flags.StringSliceVar(&o.yes, "yes", nil, "accept guards: all of them, or those named (--yes=delete,price)")
	flags.Lookup("yes").NoOptDefVal = "all"
	flags.BoolVar(&o.json, "json", false, "print the report as JSON on standard output")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print nothing unless something is wrong")
	flags.StringVar(&o.logFormat, "log-format", "text", "text, or json: one object a line")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "log each request")
	flags.BoolVar(&o.fresh, "fresh", false, "give an unfinished run up and begin anew")
	flags.DurationVar(&o.lockWait, "lock-wait", 0, "wait so long for a run that holds the lock, such as 10m")
	flags.BoolVar(&o.reset, "reset", false, "start the embedded emulator anew")
	return command
}

// runJobs runs all jobs, whatever comes of each, and gives the worst exit code.
func (a *App) runJobs(ctx context.Context, paths []string, o *runOptions) error {
	var codes []int
	var reports []*report.Report
	for _, path := range paths {
		if len(codes) > 0 && a.stopped(ctx) {
			codes = append(codes, exitInterrupted)
			break
		}
		done, err := a.runJob(ctx, path, o)
		if done == nil {
			done = a.unbegun(path, err)
		}
		reports = append(reports, done)
		if err != nil && err.Error() != "" {
			fmt.Fprintf(a.Stderr, "bcetl: %s: %s\n", path, err)
		}
		code := codeOf(err)
		if err == nil {
			code = done.ExitCode()
		}
		codes = append(codes, code)
	}
	if o.json {
		if err := report.WriteJSON(a.Stdout, reports...); err != nil {
			return fmt.Errorf("print the report: %w", err)
		}
	}
	if code := worst(codes); code != exitOK {
		return said(code)
	}
	return nil
}

// unbegun is the report of a job that was never begun, so that a program that reads it finds one object a job.
func (a *App) unbegun(path string, err error) *report.Report {
	now := a.Now().UTC()
	message := "the job has errors; see standard error"
	if err != nil && err.Error() != "" {
		message = err.Error()
	}
	return &report.Report{
		Schema: report.Schema, Job: path, Started: now, Finished: now, Status: report.Failed,
		Error: &record.Problem{Code: "not_begun", Message: message},
	}
}

// stopped tells whether a signal came.
func (a *App) stopped(ctx context.Context) bool {
	select {
	case <-a.stop:
		return true
	default:
		return ctx.Err() != nil
	}
}

// exists tells whether a file is there.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
