package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"bcetl/internal/job"
	"bcetl/internal/runner"
)

// group makes a command that only holds others: alone it shows them, and a name that is none of them is an error.
func group(command *cobra.Command) *cobra.Command {
	command.RunE = func(command *cobra.Command, args []string) error {
		if len(args) == 0 {
			return command.Help()
		}
		var names []string
		for _, below := range command.Commands() {
			names = append(names, below.Name())
		}
		return runner.Wrong(fmt.Errorf("unknown command %q for %q%s", args[0], command.CommandPath(), job.DidYouMean(args[0], names)))
	}
	return command
}

// noteBegin notes when a command begins: what went wrong before is the command line's fault.
func noteBegin(command *cobra.Command, begun func(*cobra.Command)) {
	if run := command.RunE; run != nil {
		command.RunE = func(command *cobra.Command, args []string) error {
			begun(command)
			return run(command, args)
		}
	}
	for _, below := range command.Commands() {
		noteBegin(below, begun)
	}
}
