package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/compile"
	"bcetl/internal/report"
	"bcetl/internal/runner"
)

func (a *App) connectionsTest(file *string) *cobra.Command {
	return &cobra.Command{
		Use:   "test NAME [JOB...]",
		Short: "Try a connection: store, token, and which scopes the token has",
		Long: "Asks the store with reads alone what the token may read, and compares that with what the entry's access and the jobs\n" +
			"named need: scopes that are missing (exit 2), that could not be tried, and that are there for nothing. What a token may\n" +
			"change cannot be seen by reading; it shows in the first change.\n" + exitHelp,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			return a.testConnection(command.Context(), args[0], args[1:], *file)
		},
	}
}

func (a *App) testConnection(ctx context.Context, name string, jobs []string, file string) error {
	var needed compile.Needs
	for _, path := range jobs {
		more, err := a.needsOfJob(ctx, path, name)
		if err != nil {
			return err
		}
		needed = needed.With(more...)
	}
	redactor := report.NewRedactor()
	st, err := a.OpenStore(ctx, name, runner.StoreOptions{
		Connections: file, JobDir: ".", StateDir: a.StateDir("", "."), Redactor: redactor, Log: report.NewLogger(a.Stderr, false, slog.LevelWarn, redactor),
	})
	if err != nil {
		return runner.Wrong(err)
	}
	err = a.showToken(ctx, st, needed.With(compile.AccessNeeds(st.Opened)...), len(jobs) > 0)
	return errors.Join(err, st.Close())
}

// needsOfJob lists what the job needs of a connection: of the steps that name it, or of all where none does.
func (a *App) needsOfJob(ctx context.Context, path, connection string) (compile.Needs, error) {
	o := runner.Options{Checking: true, Static: true}
	r, err := a.Prepare(ctx, path, &o)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(namesOf(r.File), connection) {
		r.File.Job.Connection.Text, r.File.Job.Connection.Set = connection, true
	}
	return r.File.Needs(connection), r.Close()
}

func namesOf(f *compile.File) []string {
	var names []string
	for _, name := range f.Connections("") {
		names = append(names, name.Text)
	}
	return names
}

// showToken shows what a token may read beside what it needs, and what is not right about that. What is there for nothing is said for
// certain only where the jobs are known.
func (a *App) showToken(ctx context.Context, st *runner.Store, needed compile.Needs, certain bool) error {
	tried, err := tryToken(ctx, st, needed)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stdout, "%s: store %s takes the token\n", st.Name, st.Hash)
	var shown strings.Builder
	table := tabwriter.NewWriter(&shown, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SCOPE\tMAY READ\tNEEDED\t")
	var spare []string
	for _, probe := range tried.probes {
		row := [4]string{probe.Scope.Label(), "not known", "-", probe.Why}
		one, isNeeded := needed.Of(probe.Scope.Name)
		if isNeeded {
			row[2] = strings.TrimPrefix(one.String(), one.Scope+": ")
		}
		switch {
		case probe.Reading == bigcommerce.ReadingAllowed:
			row[1] = "yes"
			if !isNeeded {
				row[3], spare = "for nothing", append(spare, probe.Scope.Label())
				if !certain {
					row[3] = "for nothing, unless a job reads it"
				}
			}
		case probe.Reading == bigcommerce.ReadingRefused:
			row[1] = "no"
			if isNeeded {
				row[3] = "missing"
			}
		}
		fmt.Fprintln(table, strings.Join(row[:], "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(shown.String()) {
		fmt.Fprintln(a.Stdout, strings.TrimRight(line, " \n"))
	}
	fmt.Fprintln(a.Stdout, changesOf(needed))
	if err := a.judge(tried); err != nil {
		return err
	}
	switch {
	case certain && len(spare) > 0:
		fmt.Fprintf(a.Stderr, "warning: connection %q: the token has scopes for nothing: %s\n", st.Name, strings.Join(spare, ", "))
	case !certain:
		fmt.Fprintf(a.Stderr, "hint: `bcetl connections test %s JOB...` compares the token with what jobs need\n", st.Name)
	}
	return nil
}

// changesOf says what reading cannot tell.
func changesOf(needed compile.Needs) string {
	var changing []string
	for _, one := range needed {
		if one.Modify {
			changing = append(changing, one.Scope)
		}
	}
	if len(changing) == 0 {
		return "What the token may change cannot be seen by reading; read-only is enough for all of its scopes."
	}
	return "What the token may change cannot be seen by reading; it needs modify for " + strings.Join(changing, ", ") + ", and read-only is enough for the others."
}
