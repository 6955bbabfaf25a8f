package connections

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func one(t *testing.T, path, settings string) *Connection {
	t.Helper()
	file, found := Parse(path, []byte("connections:\n  shop: {"+settings+"}\n"))
	if len(found) > 0 {
		t.Fatal(found)
	}
	c, err := file.Find("shop")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func environment(pairs ...string) Env {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func TestTarget(t *testing.T) {
	for name, tc := range map[string]struct {
		settings string
		env      Env
		want     Target
		err      string
	}{
		"plain":                 {"store_hash: abc, client_id: id, keyring: true", nil, Target{Name: "shop", StoreHash: "abc", APIURL: DefaultAPIURL, ClientID: "id"}, ""},
		"path":                  {"api_path: 'https://api.bigcommerce.com/stores/abc/v3/', keyring: true", nil, Target{Name: "shop", StoreHash: "abc", APIURL: DefaultAPIURL}, ""},
		"own host":              {"store_hash: abc, api_url: 'http://127.0.0.1:80/', keyring: true, access: write", nil, Target{Name: "shop", StoreHash: "abc", APIURL: "http://127.0.0.1:80", Access: Access{all: true}}, ""},
		"its name":              {"store_hash: '${connection}', keyring: true", nil, Target{Name: "shop", StoreHash: "shop", APIURL: DefaultAPIURL}, ""},
		"environment":           {"store_hash: '${env:H}', api_url: '${env:U}', keyring: true", environment("H", "abc", "U", "https://x.example"), Target{Name: "shop", StoreHash: "abc", APIURL: "https://x.example"}, ""},
		"not set":               {"store_hash: '${env:H}', keyring: true", nil, Target{}, "connection shop: store_hash needs the environment variable H, which is not set"},
		"empty":                 {"store_hash: '${env:H}', keyring: true", environment("H", ""), Target{}, "connection shop: store_hash needs the environment variable H, which is not set"},
		"a bad hash":            {"store_hash: '${env:H}', keyring: true", environment("H", "../x"), Target{}, "connection shop: store_hash: a store hash has lower-case letters and digits only, as in /stores/abcd1234/"},
		"plain http":            {"store_hash: abc, api_url: '${env:U}', keyring: true", environment("U", "http://x.example"), Target{}, "connection shop: api_url: plain http would send the token readable over the network; use https (http is for 127.0.0.1 and localhost only)"},
		"path against the hash": {"store_hash: '${env:H}', api_path: /stores/abc/v3, keyring: true", environment("H", "abd"), Target{}, "connection shop: api_path is store abc and store_hash says abd"},
	} {
		got, err := Resolver{Env: tc.env}.Target(one(t, "c.yaml", tc.settings))
		if tc.err != "" {
			if err == nil || err.Error() != tc.err {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if diff := cmp.Diff(tc.want, got, cmp.AllowUnexported(Access{})); diff != "" || err != nil {
			t.Error(name, diff, err)
		}
	}
	var unset *EnvError
	_, err := Resolver{}.Target(one(t, "c.yaml", "store_hash: '${env:H}', keyring: true"))
	if !errors.As(err, &unset) || unset.Variable != "H" || unset.Connection != "shop" || unset.Key != "store_hash" {
		t.Error(err)
	}
}

func TestTokenOfEnvironment(t *testing.T) {
	c := one(t, "c.yaml", "store_hash: abc, access_token: '${env:T}'")
	got, err := Resolver{Env: environment("T", " "+token+"\n")}.Resolve(t.Context(), c)
	if err != nil || got.Token.Reveal() != token || got.StoreHash != "abc" {
		t.Error(got, err)
	}
	_, err = Resolver{}.Token(t.Context(), c)
	if err == nil || err.Error() != "connection shop: access_token needs the environment variable T, which is not set" {
		t.Error(err)
	}
	for _, bad := range []string{"tok3n Value", "tok3n\nValue", "tok3nä"} {
		if _, err := (Resolver{Env: environment("T", bad)}).Token(t.Context(), c); err == nil || strings.Contains(err.Error(), "tok3n") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, err := (Resolver{Env: environment("T", "  ")}).Token(t.Context(), c); err == nil || err.Error() != "connection shop: access_token: the token is empty" {
		t.Error(err)
	}
	dead, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Resolver{Env: environment("T", token)}).Token(dead, c); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestTokenFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "shop.token")
	write := func(text string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(file, mode); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(folder, "connections.yaml")
	write(token+"\r\n", 0o600)
	for name, settings := range map[string]string{
		"beside the file": "store_hash: abc, token_file: '${connection}.token'",
		"absolute":        "store_hash: abc, token_file: '" + filepath.ToSlash(file) + "'",
		"below home":      "store_hash: abc, token_file: ~/shop.token",
		"by environment":  "store_hash: abc, token_file: '${env:F}'",
	} {
		got, err := Resolver{Home: folder, Env: environment("F", "shop.token")}.Token(t.Context(), one(t, path, settings))
		if err != nil || got.Reveal() != token {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := one(t, path, "store_hash: abc, token_file: shop.token")
	if runtime.GOOS != "windows" {
		write(token, 0o640)
		_, err := Resolver{}.Token(t.Context(), c)
		if want := "connection shop: token_file: others may read " + file + " (mode 0640): chmod 600 " + file; err == nil || err.Error() != want {
			t.Error(err)
		}
		if err := os.Chmod(file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{"\ufeff" + token + "\r\n", "\xff\xfe" + strings.Join(strings.Split(token, ""), "\x00") + "\x00\r\x00\n\x00"} {
		write(text, 0o600)
		if got, err := (Resolver{}).Token(t.Context(), c); err != nil || got.Reveal() != token {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{token + "\xe4", token[:4] + "\ufeff" + token[4:], token + "\x00"} {
		write(text, 0o600)
		if _, err := (Resolver{}).Token(t.Context(), c); err == nil || !strings.Contains(err.Error(), "an access token has no blanks") {
			t.Errorf("%q: %v", text, err)
		}
	}
	write("", 0o600)
	if _, err := (Resolver{}).Token(t.Context(), c); err == nil || !strings.Contains(err.Error(), "the token is empty") {
		t.Error(err)
	}
	write(strings.Repeat("a", maxTokenFile+1), 0o600)
	if _, err := (Resolver{}).Token(t.Context(), c); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Error(err)
	}
	if _, err := (Resolver{}).Token(t.Context(), one(t, path, "store_hash: abc, token_file: none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := (Resolver{}).Token(t.Context(), one(t, path, "store_hash: abc, token_file: .")); err == nil {
		t.Error("a folder is taken for a token")
	}
}

func TestLocate(t *testing.T) {
	job, config := t.TempDir(), t.TempDir()
	own := filepath.Join(config, "bcetl", "connections.yaml")
	check := func(what, flag string, env Env, wantPath string, wantFound bool) {
		t.Helper()
		path, found := Locate(flag, env, job, config)
		if path != wantPath || found != wantFound {
			t.Errorf("%s: %s %v", what, path, found)
		}
	}
	named := environment(Variable, "env.yaml")
	check("nothing", "", nil, own, false)
	check("flag", "flag.yaml", named, "flag.yaml", true)
	check("environment", "", named, "env.yaml", true)
	check("empty variable", "", environment(Variable, ""), own, false)
	if err := os.MkdirAll(filepath.Dir(own), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(own, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	check("user's", "", nil, own, true)
	beside := filepath.Join(job, "connections.yaml")
	if err := os.Mkdir(beside, 0o700); err != nil {
		t.Fatal(err)
	}
	check("a folder of that name", "", nil, own, true)
	if err := os.Remove(beside); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(beside, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	check("beside the job", "", nil, beside, true)
	check("environment before the job's", "", named, "env.yaml", true)
	if path, found := Locate("", nil, "", ""); path != "connections.yaml" || found {
		t.Error(path, found)
	}
}
