package cli

import (
	"context"

	"github.com/spf13/cobra"

	"bcetl/internal/runner"
)

func (a *App) planCommand() *cobra.Command {
	o := jobFlags{Options: runner.Options{DryRun: true}}
	command := &cobra.Command{
		Use:   "plan JOB",
		Short: "Show, field by field, what a run would change in the live store",
		Long: "Reads the sheet and the store as run does, and shows what would be created, changed, deleted or rejected. Nothing is\n" +
			"written. `--out plan.json` keeps the plan for `bcetl run JOB --plan plan.json`, `--out plan.xlsx` is a workbook.\n\n" +
			"Exit codes: 0 nothing to do; 10 there are changes; 3 some rows would be rejected; 5 a guard would stop the run;\n" +
			"1 failed; 2 job or command line wrong; 4 locked; 130 interrupted.",
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			if err := o.checkPaths(args); err != nil {
				return err
			}
			for _, out := range o.PlanOut {
				if err := runner.CheckPlanOut(out); err != nil {
					return err
				}
			}
			return a.planJob(command.Context(), args[0], &o)
		},
	}
	o.shared(command)
	o.logging(command)
	flags := command.Flags()
	flags.StringArrayVar(&o.PlanOut, "out", nil, "write the plan to a .json or .xlsx file; may be repeated")
	flags.BoolVar(&o.PlanAll, "all", false, "show unchanged and filtered rows too")
	flags.Int64Var(&o.Limit, "limit", 0, "stop after so many rows")
	flags.StringSliceVar(&o.Yes, "yes", nil, "accept guards: all of them, or those named (--yes=delete,price)")
	flags.Lookup("yes").NoOptDefVal = "all"
	flags.BoolVarP(&o.Quiet, "quiet", "q", false, "print no plan: the exit code says whether there are changes")
	flags.BoolVar(&o.Reset, "reset", false, "start the embedded emulator anew")
	flags.DurationVar(&o.LockWait, "lock-wait", 0, "wait so long for a run that holds the lock")
	return command
}

// planJob plans a job and gives exit 10 when there are changes.
func (a *App) planJob(ctx context.Context, path string, o *jobFlags) error {
	done, err := a.RunJob(ctx, path, &o.Options)
	if err != nil {
		return err
	}
	code := done.ExitCode()
	if code == exitOK && done.Rows.NotAttempted > 0 {
		code = exitChanges // in a dry run what was not attempted is what would be written
	}
	if code != exitOK {
		return said(code)
	}
	return nil
}
