package cli

import (
	"context"
	"fmt"
	"net/url"
	"os"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/connections"
	"bcetl/internal/job"
	"bcetl/internal/report"
)

// connectionsFile reads the connections file that counts. What is wrong with it is printed.
func (w *world) connectionsFile(flag, jobDir string) (*connections.File, error) {
	path, found := connections.Locate(flag, w.Env, jobDir, w.ConfigDir)
	if !found {
		return &connections.File{}, nil
	}
	file, content, diagnostics, err := connections.Load(path)
	if err != nil {
		return nil, wrong(err)
	}
	if len(diagnostics) > 0 {
		screen := report.NewScreen(w.Stderr, w.Env)
		if err := job.Render(w.Stderr, diagnostics, map[string][]byte{path: content}, screen.Color); err != nil {
			return nil, err
		}
		return nil, wrong(fmt.Errorf("%s has errors", path))
	}
	return file, nil
}

// resolver fetches what connections refer to.
func (w *world) resolver() connections.Resolver {
	home, ok := w.Env("HOME")
	if !ok {
		home, _ = os.UserHomeDir() // without one, ~/ in a token_file is an error of that file
	}
	return connections.Resolver{Env: w.Env, Home: home, Stderr: w.Stderr}
}

// openConnection makes a client for an entry of the connections file. The token is fetched, and from then on hidden in every output.
func (w *world) openConnection(ctx context.Context, name string, o storeOptions) (*store, error) {
	file, err := w.connectionsFile(o.connections, o.jobDir)
	if err != nil {
		return nil, err
	}
	entry, err := file.Find(name)
	if err != nil {
		return nil, err
	}
	resolved, err := w.resolver().Resolve(ctx, entry)
	if err != nil {
		return nil, err
	}
	o.redactor.Add(resolved.Token.Reveal())
	config := w.clientConfig(o, bigcommerce.Config{
		BaseURL: resolved.APIURL, StoreHash: resolved.StoreHash, Connection: name,
		Token:    func() (string, error) { return resolved.Token.Reveal(), nil },
		CanWrite: resolved.Access.Allows,
	})
	if w.Judge != nil {
		config.Transport = w.Judge(nil)
	}
	client, err := bigcommerce.New(config)
	if err != nil {
		return nil, err
	}
	return &store{
		name: name, hash: resolved.StoreHash, host: hostOf(resolved.APIURL), client: client,
		writes: resolved.Access.Allows, opened: resolved.Access.Objects(), close: func() error { return nil },
	}, nil
}

func hostOf(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return address
	}
	return parsed.Host
}

// storeHash gives the store of a connection without its secret; ok is false where that is not known.
func (w *world) storeHash(name string, o *runOptions, f *jobFile) (hash string, ok bool) {
	if name == emulatorName {
		return emulatorName, true
	}
	path, found := connections.Locate(o.connections, w.Env, f.parsed.Dir, w.ConfigDir)
	if !found {
		return "", false
	}
	file, _, _, err := connections.Load(path)
	if err != nil || file == nil {
		return "", false
	}
	entry, err := file.Find(name)
	if err != nil {
		return "", false
	}
	target, err := w.resolver().Target(entry)
	if err != nil {
		return "", false
	}
	return target.StoreHash, true
}
