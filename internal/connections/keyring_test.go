package connections

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

func TestKeyring(t *testing.T) {
	c := one(t, "c.yaml", "store_hash: abc, keyring: true")
	get := func(text string, err error) func(string, string) (string, error) {
		return func(service, user string) (string, error) {
			if service != "bcetl" || user != "shop" {
				t.Errorf("asked for %s, %s", service, user)
			}
			return text, err
		}
	}
	if got, err := (Resolver{Keyring: get(token, nil)}).Token(t.Context(), c); err != nil || got.Reveal() != token {
		t.Error(err)
	}
	if _, err := (Resolver{Keyring: get("", keyring.ErrNotFound)}).Token(t.Context(), c); !errors.Is(err, ErrNotInKeyring) || !strings.Contains(err.Error(), "service bcetl, user shop") {
		t.Error(err)
	}
	instead := `; where none runs, as under cron, give the token as token_file, token_command or access_token: "${env:BC_SHOP_TOKEN}"`
	for _, tc := range []struct {
		err  error
		want string
	}{
		{&exec.Error{Name: "dbus-launch", Err: exec.ErrNotFound}, "no keyring runs here: there is no session bus"},
		{&net.OpError{Op: "dial", Net: "unix", Err: os.ErrNotExist}, "no keyring runs here: no session bus answers (dial unix: file does not exist)"},
		{errors.New("dbus: couldn't determine address of session bus"), "no keyring runs here: no session bus answers (dbus: couldn't determine address of session bus)"},
		{keyring.ErrUnsupportedPlatform, "the system's keyring cannot be used: unsupported platform: " + runtime.GOOS},
	} {
		_, err := Resolver{Keyring: get("", tc.err)}.Token(t.Context(), c)
		if want := "connection shop: keyring: " + tc.want + instead; err == nil || err.Error() != want {
			t.Errorf("%v\nwant %s", err, want)
		}
	}
	_, err := Add(t.Context(), filepath.Join(t.TempDir(), "connections.yaml"), "shop", Credentials{StoreHash: "abc", AccessToken: NewSecret(token)}, AddOptions{
		Keyring: true, SetKeyring: func(string, string, string) error { return &exec.Error{Name: "dbus-launch", Err: exec.ErrNotFound} },
	})
	if want := "add connection: store the token in the keyring: no keyring runs here: there is no session bus; --token-file keeps the token in a file, and without either it is left to the environment"; err == nil || err.Error() != want {
		t.Error(err)
	}
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		defer close(stuck)
		began := time.Now()
		_, err := Resolver{Keyring: func(string, string) (string, error) { <-stuck; return "", nil }}.Token(t.Context(), c)
		if err == nil || err.Error() != "connection shop: keyring: the system's keyring cannot be used: it does not answer within 3s"+instead || time.Since(began) != 3*time.Second {
			t.Error(err, time.Since(began))
		}
	})
}
