package cli

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"bcetl/internal/emulator"
	"bcetl/internal/job"
	"bcetl/internal/runner"
)

// demoToken is the token of a served store unless another is given: no secret, so it may be shown.
const demoToken = "demo"

func (a *App) emulatorCommand() *cobra.Command {
	command := group(&cobra.Command{
		Use:   "emulator",
		Short: "A local store that speaks the same API",
	})
	command.AddCommand(a.emulatorServeCommand())
	return command
}

func (a *App) emulatorServeCommand() *cobra.Command {
	var address, state, hash, token string
	var products, quota int
	var empty bool
	var latency, window time.Duration
	var readings, scopes []string
	command := &cobra.Command{
		Use:   "serve",
		Short: "Serve a local store on this computer",
		Long: "Serves an emulated store until interrupted, with demo data or empty. A connection reaches it with\n" +
			"`api_url: http://127.0.0.1:8080`, `store_hash: demo`, `access_token: demo`.\n\n" +
			"Where the documentation of the API leaves open what a store does, --reading NAME has this one do the\n" +
			"other thing; --reading list shows what there is. With --scope NAME the token has that scope alone, under the\n" +
			"name that the API has for it; --scope list shows them.\n" + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if slices.Contains(readings, "list") {
				for _, reading := range emulator.Readings() {
					fmt.Fprintf(a.Stdout, "%-22s %s\n", reading.Name, reading.Means)
				}
				return nil
			}
			if slices.Contains(scopes, "list") {
				_, err := fmt.Fprintln(a.Stdout, strings.Join(emulator.ScopeNames(), "\n"))
				return err
			}
			granted, err := grantedScopes(scopes)
			if err != nil {
				return runner.Wrong(err)
			}
			options := emulator.Options{
				Hash: hash, Tokens: map[string][]string{token: granted}, Clock: a.Now, Latency: latency,
				Quota: emulator.Quota{Requests: quota, Window: window}, LogEntries: 1,
				Currencies: []string{emulator.DemoForeign},
			}
			if err := applyReadings(&options, readings); err != nil {
				return runner.Wrong(err)
			}
			local, err := servedStore(state, options, emulator.Demo{Products: products}, empty)
			if err != nil {
				return runner.Wrong(err)
			}
			listener, err := net.Listen("tcp", address)
			if err != nil {
				return runner.Wrong(fmt.Errorf("listen: %w", err))
			}
			known := "the token given"
			if token == demoToken {
				known = "token " + demoToken
			}
			fmt.Fprintf(a.Stderr, "serving store %s with %d products at http://%s (%s); interrupt to stop\n", hash, local.Products(), listener.Addr(), known)
			ctx, cancel := a.UntilStopped(command.Context())
			defer cancel()
			if err := emulator.Serve(ctx, listener, local); err != nil {
				return err
			}
			if state == "" {
				return nil
			}
			return local.Save(state)
		},
	}
	flags := command.Flags()
	flags.StringVar(&address, "listen", "127.0.0.1:8080", "address and port")
	flags.StringVar(&state, "state", "", "file that keeps the store between runs")
	flags.StringVar(&hash, "store", "demo", "store hash")
	flags.StringVar(&token, "token", demoToken, "access token")
	flags.IntVar(&products, "products", 0, "demo products (0: a few hundred)")
	flags.BoolVar(&empty, "empty", false, "begin with an empty store")
	flags.IntVar(&quota, "quota", 150, "requests in a window (0: no limit)")
	flags.DurationVar(&window, "quota-window", 30*time.Second, "length of the quota's window")
	flags.StringArrayVar(&readings, "reading", nil, "follow another `reading` of the documentation; may be given several times")
	flags.StringArrayVar(&scopes, "scope", nil, "a `scope` of the token, such as store_v2_orders_read_only; may be given several times (default: all)")
	flags.DurationVar(&latency, "latency", 0, "wait before each answer")
	return command
}

// grantedScopes are the scopes named, or all.
func grantedScopes(names []string) ([]string, error) {
	if len(names) == 0 {
		return emulator.Scopes(), nil
	}
	for _, name := range names {
		if !slices.Contains(emulator.ScopeNames(), name) {
			return nil, fmt.Errorf("--scope %s is not known; --scope list shows what there is%s", name, job.DidYouMean(name, emulator.ScopeNames()))
		}
	}
	return names, nil
}

func applyReadings(options *emulator.Options, names []string) error {
	for _, name := range names {
		reading, ok := emulator.ReadingNamed(name)
		if !ok {
			return fmt.Errorf("--reading %s is not known; --reading list shows what there is", name)
		}
		reading.Apply(options)
	}
	return nil
}

func servedStore(state string, options emulator.Options, demo emulator.Demo, empty bool) (*emulator.Store, error) {
	if state != "" && exists(state) {
		return emulator.Open(state, options)
	}
	local := emulator.New(options)
	if !empty {
		local.Seed(demo)
	}
	return local, nil
}
