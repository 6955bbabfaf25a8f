package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"bcetl/internal/runner"
)

func (a *App) checkCommand() *cobra.Command {
	o := jobFlags{Options: runner.Options{Checking: true}}
	command := &cobra.Command{
		Use:   "check JOB...",
		Short: "Find everything that is wrong with jobs, without writing",
		Long: "Checks job files: YAML, names, types, parameters, files, headers and expressions, and prints all errors at once\n" +
			"with their places. Says which scopes of a token each job needs, and what it does that may reach customers or cannot be undone.\n" +
			"--static needs neither files nor secrets; --online also tries the token of each connection, and names the scopes that it lacks or that could not be tried.\n" + exitHelp,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			if o.Static && o.online {
				return runner.Wrong(errors.New("--static asks nothing that --online would need: give one of them"))
			}
			var codes []int
			for _, path := range args {
				err := a.checkJob(command.Context(), path, &o)
				if err != nil && err.Error() != "" {
					fmt.Fprintf(a.Stderr, "bcetl: %s: %s\n", path, err)
				}
				codes = append(codes, codeOf(err))
			}
			if code := worst(codes); code != exitOK {
				return said(code)
			}
			return nil
		},
	}
	o.shared(command)
	command.Flags().BoolVar(&o.Static, "static", false, "need neither files nor secrets")
	command.Flags().BoolVar(&o.online, "online", false, "try the tokens of the job's connections, with reads alone")
	command.Flags().BoolVarP(&o.Quiet, "quiet", "q", false, "print nothing unless something is wrong")
	return command
}

// checkJob compiles a job as run does, and lets go of it.
func (a *App) checkJob(ctx context.Context, path string, o *jobFlags) error {
	prepared, err := a.Prepare(ctx, path, &o.Options)
	if err != nil {
		return err
	}
	if o.online {
		err = a.tryTokens(ctx, prepared, o.Connection)
	}
	if err := errors.Join(err, prepared.Close()); err != nil {
		return err
	}
	if o.Quiet {
		return nil
	}
	for _, step := range prepared.Steps {
		if about, ok := step.(interface{ ColumnNotes() []string }); ok {
			for _, note := range about.ColumnNotes() {
				fmt.Fprintf(a.Stderr, "%s: note: %s\n", path, note)
			}
		}
	}
	needed := prepared.File.Needs("")
	scopes := "no store"
	if len(needed) > 0 {
		scopes = "scopes " + needed.String()
	}
	lines := []string{"ok; needs " + scopes}
	for _, line := range append(lines, prepared.Notices()...) {
		if _, err := fmt.Fprintf(a.Stdout, "%s: %s\n", path, line); err != nil {
			return err
		}
	}
	return nil
}
