package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"bcetl/internal/report"
)

func (a *App) planCommand() *cobra.Command {
	o := runOptions{dryRun: true}
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
			return a.planJob(command.Context(), args[0], &o)
		},
	}
	o.shared(command)
	flags := command.Flags()
	flags.StringArrayVar(&o.planOut, "out", nil, "write the plan to a .json or .xlsx file; may be repeated")
	flags.BoolVar(&o.planAll, "all", false, "show unchanged and filtered rows too")
	flags.Int64Var(&o.limit, "limit", 0, "stop after so many rows")
	flags.StringSliceVar(&o.yes, "yes", nil, "accept guards: all of them, or those named (--yes=delete,price)")
	flags.Lookup("yes").NoOptDefVal = "all"
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print no plan: the exit code says whether there are changes")
	flags.BoolVar(&o.reset, "reset", false, "start the embedded emulator anew")
	flags.DurationVar(&o.lockWait, "lock-wait", 0, "wait so long for a run that holds the lock")
	return command
}

// planJob plans a job and gives exit 10 when there are changes.
func (a *App) planJob(ctx context.Context, path string, o *runOptions) error {
	done, err := a.runJob(ctx, path, o)
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

// planView shows a plan to a person, and keeps it in the files that were asked for.
type planView struct {
	plan  report.Plan
	text  *report.PlanText // nil with --quiet
	book  *report.PlanXLSX
	file  *planFile
	out   io.Writer    // where the text goes; nil until there is some
	begin func()       // begins the text
	pager func() error // waits for the person
}

// start begins the text: what shows the progress ends first, for both are on the same screen.
func (v *planView) start() {
	if v.text != nil && v.out == nil {
		v.begin()
	}
}

// Write passes text on to the person.
func (v *planView) Write(p []byte) (int, error) { return v.out.Write(p) }

// newPlanView begins the renderings.
func (a *App) newPlanView(ctx context.Context, s *session) (*planView, error) {
	v := &planView{pager: func() error { return nil }}
	v.plan = report.Plan{
		Schema: report.Schema, Job: s.report.Job, Connection: s.report.Connection, Store: s.run.Manifest.Store, Created: s.report.Started,
	}
	for _, out := range s.options.planOut {
		var err error
		switch strings.ToLower(filepath.Ext(out)) {
		case ".json":
			v.file, err = createPlanFile(out, &v.plan, s)
		case ".xlsx":
			v.book, err = report.CreatePlanXLSX(out)
		default:
			err = fmt.Errorf("--out %s: a plan is written as .json or .xlsx", out)
		}
		if err != nil {
			return nil, wrong(err)
		}
	}
	if s.options.quiet {
		return v, nil
	}
	screen := report.NewScreen(a.Stdout, a.Env)
	v.text = report.NewPlanText(v, report.PlanStyle{Color: screen.Color, Width: screen.Width, All: s.options.planAll})
	v.begin = func() {
		s.progress.Done()
		if screen.Terminal {
			// Later steps would draw over the plan.
			s.progress = report.NewProgress(report.Options{Out: a.Stderr, Quiet: true, Now: a.Now})
		}
		v.out, v.pager = a.pager(ctx)
		v.text.Begin(&v.plan)
	}
	return v, nil
}

// change passes one record on to all renderings.
func (v *planView) change(c report.PlanChange) error {
	if v.text != nil {
		if err := v.text.Change(c); err != nil {
			return fmt.Errorf("print the plan: %w", err)
		}
	}
	if v.book != nil {
		return v.book.Change(c)
	}
	return nil
}

// close ends the renderings; with an error none of the files gets its name.
func (v *planView) close(cause error) error {
	err := v.pager()
	if v.book != nil {
		if cause != nil {
			return firstError(err, v.book.Abort())
		}
		err = firstError(err, v.book.Commit(&v.plan))
	}
	if v.file != nil {
		if cause != nil {
			return firstError(err, v.file.abort())
		}
		err = firstError(err, v.file.commit())
	}
	return err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
