package cli

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"bcetl/internal/connections"
	"bcetl/internal/runner"
)

func (a *App) connectionsCommand() *cobra.Command {
	var file string
	command := group(&cobra.Command{
		Use:   "connections",
		Short: "Manage named connections to stores",
	})
	command.PersistentFlags().StringVar(&file, "connections", "", "connections file (default: $BCETL_CONNECTIONS, else connections.yaml here, else the user's)")
	command.AddCommand(a.connectionsAdd(&file), a.connectionsList(&file), a.connectionsTest(&file), a.connectionsRemove(&file))
	return command
}

func (a *App) connectionsAdd(file *string) *cobra.Command {
	var from, tokenFile, apiURL string
	var access []string
	var keep, keyring, replace bool
	command := &cobra.Command{
		Use:   "add NAME --from credentials.txt",
		Short: "Add a connection from the file that BigCommerce lets a merchant download",
		Long: "Reads the downloaded file (- for standard input), takes the store from its API path, and adds an entry that\n" +
			"refers to the token. The client secret is never kept; the token only where a flag says so.\n" + exitHelp,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			credentials, err := a.readCredentials(from)
			if err != nil {
				return runner.Wrong(err)
			}
			if host := credentials.APIURL; host != "" && host != apiURL {
				return runner.Wrong(fmt.Errorf("the credentials name the API at %s; if that is right, say so with --api-url %s", host, host))
			}
			path, _ := connections.Locate(*file, a.Env, ".", a.ConfigDir)
			added, err := connections.Add(command.Context(), path, args[0], credentials, connections.AddOptions{
				KeepToken: keep, TokenFile: tokenFile, Keyring: keyring, Access: access, Replace: replace,
			})
			if err != nil {
				return runner.Wrong(err)
			}
			return a.printAdded(args[0], added)
		},
	}
	flags := command.Flags()
	flags.StringVar(&from, "from", "", "the downloaded credentials file, or -")
	flags.StringSliceVar(&access, "access", nil, "read-only (default), write, or the objects that may be written")
	flags.BoolVar(&keep, "keep-token", false, "keep the token in the connections file (mode 0600)")
	flags.StringVar(&tokenFile, "token-file", "", "keep the token in this file (mode 0600)")
	flags.StringVar(&apiURL, "api-url", "", "address of the API, where the credentials name another than BigCommerce's own")
	flags.BoolVar(&keyring, "keyring", false, "keep the token in the system's keyring")
	flags.BoolVar(&replace, "replace", false, "replace an entry of that name")
	if err := command.MarkFlagRequired("from"); err != nil {
		panic("cli: " + err.Error()) // the flag stands above
	}
	return command
}

func (a *App) readCredentials(from string) (connections.Credentials, error) {
	var in io.Reader = a.Stdin
	if from != "-" {
		opened, err := os.Open(from)
		if err != nil {
			return connections.Credentials{}, fmt.Errorf("read credentials: %w", err)
		}
		defer func() { _ = opened.Close() }() // it was only read
		in = opened
	}
	return connections.ParseCredentials(in)
}

func (a *App) connectionsList(file *string) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the connections",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			known, err := a.ConnectionsFile(*file, ".")
			if err != nil {
				return err
			}
			table := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(table, "NAME\tSTORE\tACCESS\tTOKEN FROM")
			for _, entry := range known.Connections() {
				target, err := a.Resolver().Target(entry)
				hash := target.StoreHash
				if err != nil {
					hash = "(" + err.Error() + ")"
				}
				fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", entry.Name, hash, entry.Access, entry.TokenFrom())
			}
			fmt.Fprintf(table, "%s\t%s\twrite\tbuilt in\n", runner.EmulatorName, runner.EmulatorName)
			return table.Flush()
		},
	}
}

func (a *App) connectionsRemove(file *string) *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove a connection",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			path, found := connections.Locate(*file, a.Env, ".", a.ConfigDir)
			if !found {
				return runner.Wrong(fmt.Errorf("there is no connections file"))
			}
			if err := connections.Remove(path, args[0]); err != nil {
				return runner.Wrong(err)
			}
			_, err := fmt.Fprintf(a.Stderr, "removed %s from %s\n", args[0], path)
			return err
		},
	}
}

// printAdded says what was written and what the user has to do yet.
func (a *App) printAdded(name string, added connections.Added) error {
	next := "the token is in " + added.Path
	switch {
	case added.Variable != "":
		next = "the token was not kept: give it as $" + added.Variable
	case added.Keyring:
		next = "the token is in the system's keyring"
	case added.TokenFile != "":
		next = "the token is in " + added.TokenFile
	}
	_, err := fmt.Fprintf(a.Stderr, "added %s to %s; %s\n", name, added.Path, next)
	return err
}
