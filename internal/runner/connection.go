package runner

import (
	"context"
	"fmt"
	"net/url"
	"os"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/compile"
	"bcetl/internal/connections"
)

// ConnectionsFile reads the connections file that counts. What is wrong with it is printed.
func (w *World) ConnectionsFile(flag, jobDir string) (*connections.File, error) {
	path, found := connections.Locate(flag, w.Env, jobDir, w.ConfigDir)
	if !found {
		return &connections.File{}, nil
	}
	file, content, diagnostics, err := connections.Load(path)
	if err != nil {
		return nil, Wrong(err)
	}
	if len(diagnostics) > 0 {
		if err := w.tellWrong(diagnostics, path, content); err != nil {
			return nil, err
		}
		return nil, Wrong(fmt.Errorf("%s has errors", path))
	}
	return file, nil
}

// Resolver fetches what connections refer to.
func (w *World) Resolver() connections.Resolver {
	home, ok := w.Env("HOME")
	if !ok {
		home, _ = os.UserHomeDir() // without one, ~/ in a token_file is an error of that file
	}
	return connections.Resolver{Env: w.Env, Home: home}
}

// openConnection makes a client for an entry of the connections file. The token is fetched, and from then on hidden in every output.
func (w *World) openConnection(ctx context.Context, name string, o StoreOptions) (*Store, error) {
	file, err := w.ConnectionsFile(o.Connections, o.JobDir)
	if err != nil {
		return nil, err
	}
	entry, err := file.Find(name)
	if err != nil {
		return nil, err
	}
	resolved, err := w.Resolver().Resolve(ctx, entry)
	if err != nil {
		return nil, err
	}
	o.Redactor.Add(resolved.Token.Reveal())
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
	return &Store{
		Name: name, Hash: resolved.StoreHash, host: hostOf(resolved.APIURL), Client: client,
		writes: resolved.Access.Allows, Opened: resolved.Access.Objects(), Close: func() error { return nil },
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
func (w *World) storeHash(name string, o *Options, f *compile.File) (hash string, ok bool) {
	if name == EmulatorName {
		return EmulatorName, true
	}
	path, found := connections.Locate(o.Connections, w.Env, f.Parsed.Dir, w.ConfigDir)
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
	target, err := w.Resolver().Target(entry)
	if err != nil {
		return "", false
	}
	return target.StoreHash, true
}
