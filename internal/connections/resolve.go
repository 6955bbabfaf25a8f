package connections

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// Resolver fetches what connections refer to. The zero value has an empty environment and the system's keyring and shell.
type Resolver struct {
	Env Env
	// Home is where ~/ in a token_file points.
	Home string
	// CommandTimeout ends a token_command; 0 means 30 seconds.
	CommandTimeout time.Duration
	// Keyring gets a secret of the system's keyring; nil is the real one. It may block: it is given up after three seconds.
	Keyring func(service, user string) (string, error)
}

// Target is a store without the right to enter it.
type Target struct {
	Name      string
	StoreHash string
	APIURL    string // scheme, host and port
	ClientID  string // "" when the entry has none; nothing needs it
	Access    Access
}

// Resolved is a store and the token that opens it.
type Resolved struct {
	Target
	Token Secret
}

// Target gives the store that a connection means. It needs the environment where the entry refers to it, and no secret. A variable that
// is not set is an *EnvError.
func (r Resolver) Target(c *Connection) (Target, error) {
	texts := map[string]string{}
	for _, key := range []string{keyStoreHash, keyAPIPath, keyAPIURL, keyClientID} {
		if _, has := c.values[key]; !has {
			continue
		}
		text, err := c.expand(key, r.Env)
		if err != nil {
			return Target{}, err
		}
		if err := checkValue(key, text); err != nil {
			return Target{}, fmt.Errorf("connection %s: %s: %w", c.Name, key, err)
		}
		texts[key] = text
	}
	hash, base, err := address(texts[keyAPIPath], texts[keyStoreHash], texts[keyAPIURL])
	if err != nil {
		return Target{}, fmt.Errorf("connection %s: %w", c.Name, err)
	}
	return Target{Name: c.Name, StoreHash: hash, APIURL: base, ClientID: texts[keyClientID], Access: c.Access}, nil
}

// Token fetches the token: from the environment, a file, a command or the keyring. No error ever holds it.
func (r Resolver) Token(ctx context.Context, c *Connection) (Secret, error) {
	if err := ctx.Err(); err != nil {
		return Secret{}, err
	}
	for _, key := range tokenKeys {
		if _, has := c.values[key]; !has {
			continue
		}
		text, err := r.fetch(ctx, c, key)
		if err != nil {
			var unset *EnvError
			if errors.As(err, &unset) {
				return Secret{}, err
			}
			return Secret{}, fmt.Errorf("connection %s: %s: %w", c.Name, key, err)
		}
		text = strings.TrimSpace(text)
		if text == "" {
			return Secret{}, fmt.Errorf("connection %s: %s: the token is empty", c.Name, key)
		}
		if err := checkToken(text); err != nil {
			return Secret{}, fmt.Errorf("connection %s: %s: %w", c.Name, key, err)
		}
		return NewSecret(text), nil
	}
	return Secret{}, fmt.Errorf("connection %s has no token", c.Name)
}

// Resolve gives store and token.
func (r Resolver) Resolve(ctx context.Context, c *Connection) (Resolved, error) {
	target, err := r.Target(c)
	if err != nil {
		return Resolved{}, err
	}
	token, err := r.Token(ctx, c)
	if err != nil {
		return Resolved{}, err
	}
	return Resolved{Target: target, Token: token}, nil
}

func (r Resolver) fetch(ctx context.Context, c *Connection, key string) (string, error) {
	switch key {
	case keyTokenCommand:
		return r.command(ctx, strings.ReplaceAll(c.values[key].text, "${connection}", c.Name))
	case keyKeyring:
		return r.keyring(ctx, c.Name)
	}
	text, err := c.expand(key, r.Env)
	if err != nil || key == keyAccessToken {
		return text, err
	}
	return readTokenFile(r.path(c, text))
}

// path puts a token file where the connections file is, or below the home folder.
func (r Resolver) path(c *Connection, text string) string {
	if rest, ok := strings.CutPrefix(text, "~/"); ok && r.Home != "" {
		return filepath.Join(r.Home, rest)
	}
	if filepath.IsAbs(text) {
		return text
	}
	return filepath.Join(c.folder, text)
}
