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
	"bcetl/internal/report"
)

func (a *App) connectionsTest(file *string) *cobra.Command {
	return &cobra.Command{
		Use:   "test NAME [JOB...]",
		Short: "Try a connection: store, token, and which scopes the token has",
		Long: "Asks the store with reads alone what the token may read, and compares that with what the entry's access and the jobs\n" +
			"named need: scopes that are missing (exit 2), and scopes that are there for nothing. What a token may change cannot be\n" +
			"seen by reading; it shows in the first change.\n" + exitHelp,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			return a.testConnection(command.Context(), args[0], args[1:], *file)
		},
	}
}

func (a *App) testConnection(ctx context.Context, name string, jobs []string, file string) error {
	var needed needs
	for _, path := range jobs {
		more, err := a.needsOfJob(ctx, path, name)
		if err != nil {
			return err
		}
		needed = needed.with(more...)
	}
	redactor := report.NewRedactor()
	st, err := a.openStore(ctx, name, storeOptions{
		connections: file, jobDir: ".", stateDir: a.stateDir("", "."), redactor: redactor, log: report.NewLogger(a.Stderr, false, slog.LevelWarn, redactor),
	})
	if err != nil {
		return wrong(err)
	}
	err = a.tryToken(ctx, st, needed.with(accessNeeds(st.opened)...), len(jobs) > 0)
	return errors.Join(err, st.close())
}

// needsOfJob lists what the job needs of a connection: of the steps that name it, or of all where none does.
func (a *App) needsOfJob(ctx context.Context, path, connection string) (needs, error) {
	o := runOptions{checking: true, static: true}
	r, err := a.prepare(ctx, path, &o)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(namesOf(r.file), connection) {
		r.file.job.Connection.Text, r.file.job.Connection.Set = connection, true
	}
	return r.file.needs(connection), r.close()
}

func namesOf(f *jobFile) []string {
	var names []string
	for _, name := range f.connections("") {
		names = append(names, name.Text)
	}
	return names
}

// tryToken shows what a token may read beside what it needs. That a scope is missing is an error; that one is there for nothing is said,
// for certain only where the jobs are known.
func (a *App) tryToken(ctx context.Context, st *store, needed needs, certain bool) error {
	probes, err := st.client.ProbeScopes(ctx)
	if err != nil {
		return wrong(refused(err, st.name))
	}
	if !slices.ContainsFunc(probes, func(p bigcommerce.Probe) bool { return p.Reading == bigcommerce.ReadingAllowed }) {
		return wrong(fmt.Errorf("connection %q: the token opens nothing of store %s: it is another store's, or its API account has no scopes", st.name, st.hash))
	}
	fmt.Fprintf(a.Stdout, "%s: store %s takes the token\n", st.name, st.hash)
	var shown strings.Builder
	table := tabwriter.NewWriter(&shown, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SCOPE\tMAY READ\tNEEDED\t")
	missing := missingOf(probes, needed)
	var spare []string
	for _, probe := range probes {
		row := [4]string{probe.Scope.Label(), "not known", "-", probe.Why}
		one, isNeeded := needed.of(probe.Scope.Name)
		if isNeeded {
			row[2] = strings.TrimPrefix(one.String(), one.scope+": ")
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
	switch {
	case len(missing) > 0:
		return tokenLacks(st.name, missing)
	case certain && len(spare) > 0:
		fmt.Fprintf(a.Stderr, "warning: connection %q: the token has scopes for nothing: %s\n", st.name, strings.Join(spare, ", "))
	case !certain:
		fmt.Fprintf(a.Stderr, "hint: `bcetl connections test %s JOB...` compares the token with what jobs need\n", st.name)
	}
	return nil
}

// tryTokens tries the token of each of the job's connections; the embedded store lets everything in.
func (a *App) tryTokens(ctx context.Context, r *prepared, connection string) error {
	for _, name := range r.file.connections(connection) {
		st := r.stores[name.Text]
		if st == nil {
			continue
		}
		probes, err := st.client.ProbeScopes(ctx)
		if err != nil {
			return wrong(refused(err, st.name))
		}
		if missing := missingOf(probes, r.file.needs(st.name)); len(missing) > 0 {
			return tokenLacks(st.name, missing)
		}
	}
	return nil
}

// missingOf lists what is needed and was refused.
func missingOf(probes []bigcommerce.Probe, needed needs) needs {
	var missing needs
	for _, probe := range probes {
		if one, isNeeded := needed.of(probe.Scope.Name); isNeeded && probe.Reading == bigcommerce.ReadingRefused {
			missing = append(missing, one)
		}
	}
	return missing
}

// changesOf says what reading cannot tell.
func changesOf(needed needs) string {
	var changing []string
	for _, one := range needed {
		if one.modify {
			changing = append(changing, one.scope)
		}
	}
	if len(changing) == 0 {
		return "What the token may change cannot be seen by reading; read-only is enough for all of its scopes."
	}
	return "What the token may change cannot be seen by reading; it needs modify for " + strings.Join(changing, ", ") + ", and read-only is enough for the others."
}
