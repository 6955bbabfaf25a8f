package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"bcetl/internal/ledger"
	"bcetl/internal/runner"
)

func (a *App) runsCommand() *cobra.Command {
	var stateDir string
	list := &cobra.Command{
		Use:   "runs",
		Short: "List what ran and what came of it",
		Long:  "Lists the runs of the state folder, the newest first. A run without a status is still going on, or died.\n" + exitHelp,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			dir := a.StateDir(stateDir, ".")
			if _, err := os.Stat(dir); os.IsNotExist(err) {
				return runner.Wrong(fmt.Errorf("there is no state folder %s; name it with --state-dir", dir))
			}
			book, err := ledger.Open(dir)
			if err != nil {
				return err
			}
			runs, err := book.Runs()
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "RUN\tJOB\tSTORE\tSTARTED\tTOOK\tSTATUS")
			for _, m := range runs {
				status, took := m.Status, ""
				switch {
				case m.Damaged:
					status = "damaged"
				case status == "":
					status = "unfinished"
				case !m.Finished.IsZero():
					took = m.Finished.Sub(m.Started).Round(time.Second).String()
				}
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", m.ID, m.Job, m.Store, m.Started.Format(time.DateTime), took, status)
			}
			return table.Flush()
		},
	}
	list.PersistentFlags().StringVar(&stateDir, "state-dir", "", "state folder (default: $BCETL_STATE_DIR, else .bcetl here)")
	list.AddCommand(a.runsShow(&stateDir), a.runsJournal(&stateDir))
	return list
}

func (a *App) runsShow(stateDir *string) *cobra.Command {
	var key string
	command := &cobra.Command{
		Use:   "show RUN",
		Short: "Print a run's report, or what happened to one record",
		Long:  "Prints report.json of a run; with --row, what the run did to the record of that key, as JSON lines.\n" + exitHelp,
		Args:  cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			dir := a.StateDir(*stateDir, ".")
			if key != "" {
				return a.showKey(command.Context(), dir, args[0], key)
			}
			path := filepath.Join(dir, "runs", filepath.Base(args[0]), "report.json")
			data, err := os.ReadFile(path)
			if os.IsNotExist(err) {
				return runner.Wrong(fmt.Errorf("run %s has no report (%s)", args[0], path))
			}
			if err != nil {
				return err
			}
			_, err = a.Stdout.Write(data)
			return err
		},
	}
	command.Flags().StringVar(&key, "row", "", "the key of one record as the sheet has it, or its id in the store")
	return command
}

func (a *App) runsJournal(stateDir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "journal RUN",
		Short: "Print a run's journal as JSON lines: every row, every change that was sent, and what came of it",
		Args:  cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			return a.withJournal(command.Context(), a.StateDir(*stateDir, "."), args[0], func(run *ledger.Run) error {
				return run.WriteJSONLines(command.Context(), a.Stdout)
			})
		},
	}
}

func (a *App) showKey(ctx context.Context, dir, id, key string) error {
	return a.withJournal(ctx, dir, id, func(run *ledger.Run) error {
		found, err := run.WriteKey(ctx, a.Stdout, key)
		if err == nil && found == 0 {
			return runner.Wrong(fmt.Errorf("run %s had no record with the key %q", id, key))
		}
		return err
	})
}

// withJournal opens a run's journal for reading.
func (a *App) withJournal(ctx context.Context, dir, id string, read func(*ledger.Run) error) error {
	if !exists(dir) {
		return runner.Wrong(fmt.Errorf("there is no state folder %s; name it with --state-dir", dir))
	}
	book, err := ledger.Open(dir)
	if err != nil {
		return err
	}
	run, err := book.OpenJournal(ctx, id)
	if errors.Is(err, ledger.ErrNoRun) || errors.Is(err, ledger.ErrNoJournal) {
		return runner.Wrong(err)
	}
	if err != nil {
		return err
	}
	return errors.Join(read(run), run.Close())
}
