package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"bcetl/internal/ledger"
)

func (a *App) runsCommand() *cobra.Command {
	var stateDir string
	list := &cobra.Command{
		Use:   "runs",
		Short: "List what ran and what came of it",
		Long:  "Lists the runs of the state folder, the newest first. A run without a status is still going on, or died.\n" + exitHelp,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			dir := a.stateDir(stateDir, ".")
			if _, err := os.Stat(dir); os.IsNotExist(err) {
				return wrong(fmt.Errorf("there is no state folder %s; name it with --state-dir", dir))
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
				if status == "" {
					status = "unfinished"
				} else {
					took = m.Finished.Sub(m.Started).Round(time.Second).String()
				}
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", m.ID, m.Job, m.Store, m.Started.Format(time.DateTime), took, status)
			}
			return table.Flush()
		},
	}
	list.PersistentFlags().StringVar(&stateDir, "state-dir", "", "state folder (default: $BCETL_STATE_DIR, else .bcetl here)")
	list.AddCommand(&cobra.Command{
		Use:   "show RUN",
		Short: "Print a run's report",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			path := filepath.Join(a.stateDir(stateDir, "."), "runs", filepath.Base(args[0]), "report.json")
			data, err := os.ReadFile(path)
			if os.IsNotExist(err) {
				return wrong(fmt.Errorf("run %s has no report (%s)", args[0], path))
			}
			if err != nil {
				return err
			}
			_, err = a.Stdout.Write(data)
			return err
		},
	})
	return list
}

// stateDir gives the state folder: the flag, $BCETL_STATE_DIR, else .bcetl beside the job.
func (a *App) stateDir(flag, jobDir string) string {
	if flag != "" {
		return flag
	}
	if dir, ok := a.Env("BCETL_STATE_DIR"); ok && dir != "" {
		return dir
	}
	return filepath.Join(jobDir, ".bcetl")
}
