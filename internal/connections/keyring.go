package connections

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/zalando/go-keyring"
)

// KeyringService is the service under which tokens lie in the system's keyring; the user is the connection's name.
const KeyringService = "bcetl"

// A headless machine has no bus, and some hang instead of saying so.
const keyringTimeout = 3 * time.Second

// ErrNotInKeyring says that the keyring works and has no token for the connection.
var ErrNotInKeyring = errors.New("the keyring has no token for it")

func (r Resolver) keyring(ctx context.Context, name string) (string, error) {
	get := r.Keyring
	if get == nil {
		get = keyring.Get
	}
	token, err := bounded(ctx, func() (string, error) { return get(KeyringService, name) })
	switch {
	case err == nil:
		return token, nil
	case ctx.Err() != nil:
		return "", err
	case errors.Is(err, keyring.ErrNotFound):
		return "", fmt.Errorf("%w (service %s, user %s)", ErrNotInKeyring, KeyringService, name)
	}
	return "", fmt.Errorf("%w; where none runs, as under cron, give the token as token_file, token_command or access_token: \"${env:%s}\"", noKeyring(err), TokenVariable(name))
}

// store puts a token into the keyring; a nil set is the real one.
func store(ctx context.Context, set func(service, user, secret string) error, name string, token Secret) error {
	if set == nil {
		set = keyring.Set
	}
	_, err := bounded(ctx, func() (string, error) { return "", set(KeyringService, name, token.Reveal()) })
	if err == nil || ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%w; --token-file keeps the token in a file, and without either it is left to the environment", noKeyring(err))
}

// noKeyring says that no keyring can be used. Where it is asked over a session bus, as outside of macOS and Windows, most often there is none,
// and the error is about a program or a socket that nobody has heard of.
func noKeyring(err error) error {
	var socket *net.OpError
	var launcher *exec.ExitError // dbus-launch, which starts a bus for a display
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("no keyring runs here: there is no session bus")
	case errors.As(err, &socket), strings.HasPrefix(err.Error(), "dbus: "), errors.As(err, &launcher) && runtime.GOOS != "darwin":
		return fmt.Errorf("no keyring runs here: no session bus answers (%w)", err)
	}
	return fmt.Errorf("the system's keyring cannot be used: %w", err)
}

// bounded gives a call into the keyring three seconds. A call that hangs is left behind: it cannot be stopped.
func bounded(ctx context.Context, call func() (string, error)) (string, error) {
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := call()
		done <- result{text, err}
	}()
	timer := time.NewTimer(keyringTimeout)
	defer timer.Stop()
	select {
	case got := <-done:
		return got.text, got.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case <-timer.C:
		return "", fmt.Errorf("it does not answer within %s", keyringTimeout)
	}
}
