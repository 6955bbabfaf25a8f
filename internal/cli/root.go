package cli

import (
	"github.com/spf13/cobra"

	"bcetl/internal/runner"
)

const exitHelp = `
Exit codes: 0 every row settled; 1 failed; 2 job or command line wrong, nothing touched; 3 finished with
rejected, partial or in-doubt rows; 4 locked; 5 stopped at a guard; 10 plan found changes; 130 interrupted.`

// root is the command tree, one line a command.
func (a *App) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "bcetl",
		Short:         "Move records between spreadsheets and BigCommerce stores, as job files say",
		Long:          "bcetl moves products between CSV or XLSX sheets and BigCommerce stores, in either direction, and orders, refunds,\ntransactions and coupons into sheets, as a YAML job file describes." + "\n" + exitHelp,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return runner.Wrong(err) })
	root.AddCommand(
		a.runCommand(),
		a.planCommand(),
		a.checkCommand(),
		a.fieldsCommand(),
		a.runsCommand(),
		a.connectionsCommand(),
		a.emulatorCommand(),
		a.versionCommand(),
	)
	return root
}
