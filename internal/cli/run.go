package cli

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"bcetl/internal/record"
	"bcetl/internal/report"
	"bcetl/internal/runner"
)

func (a *App) runCommand() *cobra.Command {
	var o jobFlags
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
			if err := a.checkSharedPaths(args, &o.Options); err != nil {
				return err
			}
			return a.runJobs(command.Context(), args, &o.Options)
		},
	}
	o.shared(command)
	o.logging(command)
	flags := command.Flags()
	flags.BoolVar(&o.DryRun, "dry-run", false, "read and compare, but write nothing")
	flags.StringVar(&o.Plan, "plan", "", "apply exactly this plan file; records that have moved since are rejected")
	flags.Int64Var(&o.Limit, "limit", 0, "stop after so many rows")
	flags.StringSliceVar(&o.Yes, "yes", nil, "accept guards: all of them, or those named (--yes=delete,price)")
	flags.Lookup("yes").NoOptDefVal = "all"
	flags.BoolVar(&o.JSON, "json", false, "print the report as JSON on standard output")
	flags.BoolVarP(&o.Quiet, "quiet", "q", false, "print nothing unless something is wrong")
	flags.BoolVar(&o.Fresh, "fresh", false, "give an unfinished run up and begin anew")
	flags.DurationVar(&o.LockWait, "lock-wait", 0, "wait so long for a run that holds the lock, such as 10m")
	flags.BoolVar(&o.Reset, "reset", false, "start the embedded emulator anew")
	return command
}

// runJobs runs all jobs, whatever comes of each, and gives the worst exit code.
func (a *App) runJobs(ctx context.Context, paths []string, o *runner.Options) error {
	var codes []int
	var reports []*report.Report
	for _, path := range paths {
		if len(codes) > 0 && a.Stopped(ctx) {
			codes = append(codes, exitInterrupted)
			break
		}
		done, err := a.RunJob(ctx, path, o)
		if done == nil {
			done = a.unbegun(path, err)
		}
		reports = append(reports, done)
		if err != nil && err.Error() != "" {
			a.Tell(slog.LevelError, fmt.Sprintf("bcetl: %s: %s", path, err), "failed", slog.String("job", path), slog.String("error", err.Error()))
		}
		code := codeOf(err)
		if err == nil {
			code = done.ExitCode()
		}
		codes = append(codes, code)
	}
	if o.JSON {
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

// exists tells whether a file is there.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
