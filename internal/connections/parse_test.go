package connections

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const contract = `defaults: { access: read-only }         # what an entry leaves out
connections:
  finance:
    store_hash: abcd1234                # or api_path: https://api.bigcommerce.com/stores/abcd1234/v3/
    client_id: xxxxxx321
    access_token: "${env:BC_FINANCE_TOKEN}"
  catalog-team:
    store_hash: abcd1234
    access_token: "${env:BC_CATALOG_TOKEN}"
    access: [products]                  # read-only (the default) | write | the objects that may be written
  local:
    store_hash: demo
    access_token: demo
    access: write
    api_url: http://127.0.0.1:8080      # plain http for loopback only
`

func TestContractExample(t *testing.T) {
	file, found := Parse("connections.yaml", []byte(contract))
	if len(found) > 0 {
		t.Fatal(found)
	}
	if diff := cmp.Diff([]string{"finance", "catalog-team", "local"}, file.Names()); diff != "" {
		t.Error(diff)
	}
	for name, allowed := range map[string]map[string]bool{
		"finance":      {"products": false, "brands": false, "orders": false, "": false},
		"catalog-team": {"products": true, "variants": true, "brands": true, "categories": true, "orders": false, "coupons": false, "": false},
		"local":        {"products": true, "orders": true, "anything": true},
	} {
		c, err := file.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		for object, want := range allowed {
			if c.Access.Allows(object) != want {
				t.Errorf("%s: %s allowed %v", name, object, !want)
			}
		}
	}
	finance, _ := file.Find("finance")
	if finance.Access.String() != "read-only" || !finance.Access.ReadOnly() || finance.TokenFrom() != "environment BC_FINANCE_TOKEN" {
		t.Error(finance.Access, finance.TokenFrom())
	}
}

func TestParseOK(t *testing.T) {
	for name, text := range map[string]string{
		"empty":                      "",
		"comments only":              "# nothing yet\n",
		"no entries":                 "connections: {}\n",
		"nothing behind it":          "defaults:\nconnections:\n",
		"BOM":                        "\ufeffconnections:\n  a: {store_hash: abc, keyring: true}\n",
		"CRLF":                       "connections:\r\n  a:\r\n    store_hash: abc\r\n    keyring: true\r\n",
		"api path":                   "connections:\n  a: {api_path: 'https://api.bigcommerce.com/stores/abc/v3/', keyring: true}\n",
		"path without host":          "connections:\n  a: {api_path: /stores/abc/v2, keyring: true}\n",
		"both agree":                 "connections:\n  a: {api_path: /stores/abc/v3/, store_hash: abc, keyring: true}\n",
		"own host":                   "connections:\n  a: {api_path: 'http://localhost:80/stores/abc/v3/', api_url: 'http://localhost:80/', keyring: true}\n",
		"digits as hash":             "connections:\n  a: {store_hash: 12345, keyring: true}\n",
		"norway as name":             "connections:\n  no: {store_hash: abc, keyring: true}\n",
		"default token":              "defaults: {token_command: 'pass show bc/${connection}'}\nconnections:\n  a: {store_hash: abc}\n",
		"other token than default's": "defaults: {keyring: true}\nconnections:\n  a: {store_hash: abc, token_file: a.token}\n",
		"keyring false":              "connections:\n  a: {store_hash: abc, keyring: false, token_file: a.token}\n",
		"shell's own braces":         "connections:\n  a: {store_hash: abc, token_command: 'echo ${HOME}'}\n",
		"hash of environment":        "connections:\n  a: {store_hash: '${env:HASH}', api_url: '${env:URL}', keyring: true}\n",
		"ipv6 loopback":              "connections:\n  a: {store_hash: abc, keyring: true, api_url: 'http://[::1]:8080'}\n",
		"another loopback":           "connections:\n  a: {store_hash: abc, keyring: true, api_url: 'http://127.8.9.1'}\n",
	} {
		if _, found := Parse("c.yaml", []byte(text)); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
	}
}

func TestParseFaults(t *testing.T) {
	entry := func(lines string) string {
		return "connections:\n  a:\n    store_hash: abc\n    keyring: true\n" + lines
	}
	for name, tc := range map[string]struct {
		text string
		want []string
	}{
		"unknown key at the top":  {"conections: {}\n", []string{`c.yaml:1:1: unknown key "conections" in the file; did you mean connections? [key]`}},
		"unknown key":             {entry("    acces: write\n"), []string{`c.yaml:5:5: unknown key "acces" in connection a; did you mean access or access_token? [key]`}},
		"unknown key in defaults": {"defaults: {acess: write}\n", []string{`c.yaml:1:12: unknown key "acess" in defaults; did you mean access? [key]`}},
		"duplicate key":           {entry("    store_hash: abd\n"), []string{"c.yaml:5:5: store_hash is given twice, first in line 3 [duplicate]"}},
		"duplicate name":          {"connections:\n  a: {store_hash: abc, keyring: true}\n  a: {store_hash: abc, keyring: true}\n", []string{"c.yaml:3:3: a is given twice, first in line 2 [duplicate]"}},
		"null":                    {entry("    client_id:\n"), []string{`c.yaml:5:5: client_id has no value; leave the key out, or quote it if the word "null" is meant [null]`}},
		"empty text":              {entry("    client_id: ''\n"), []string{"c.yaml:5:16: client_id is empty [value]"}},
		"a list for a text":       {entry("    client_id: [a]\n"), []string{"c.yaml:5:16: client_id must be one value, not a list [type]"}},
		"a text for an entry":     {"connections:\n  a: abc\n", []string{"c.yaml:2:6: connection a must be a mapping of keys to values, not a single value [type]"}},
		"a list of entries":       {"connections:\n  - a\n", []string{"c.yaml:2:3: connections must be a mapping of keys to values, not a list [type]"}},
		"a list as file":          {"- a\n", []string{"c.yaml:1:1: the file must be a mapping of keys to values, not a list [type]"}},
		"broken YAML":             {"connections:\n  a: {store_hash: abc\n", []string{"c.yaml:1:1: did not find expected ',' or '}' [yaml]"}},
		"two documents":           {"connections: {}\n---\nconnections: {}\n", []string{"c.yaml:2:1: the file holds a second document; only one is read [yaml]"}},
		"not UTF-8":               {"connections: {} # \xff\n", []string{"c.yaml:1:1: the file is not in UTF-8 [yaml]"}},
		"an alias": {"connections:\n  a: &a {store_hash: abc, keyring: true}\n  b: *a\n", []string{
			"c.yaml:2:3: anchors, aliases and merges (& * <<) are not accepted here; use defaults [yaml]",
			"c.yaml:3:3: anchors, aliases and merges (& * <<) are not accepted here; use defaults [yaml]",
		}},
		"reserved name": {"connections:\n  emulator: {store_hash: abc, keyring: true}\n", []string{`c.yaml:2:3: "emulator" is the embedded store and needs no entry [name]`}},
		"bad name":      {"connections:\n  a b: {store_hash: abc, keyring: true}\n", []string{`c.yaml:2:3: "a b" is no name for a connection; letters, digits, - _ and . are [name]`}},
		"no store, no token": {"connections:\n  a: {}\n", []string{
			"c.yaml:2:3: connection a has no store: give store_hash or api_path [missing]",
			"c.yaml:2:3: connection a has no token: give access_token, token_file, token_command or keyring: true [missing]",
		}},
		"two tokens":             {entry("    token_file: x\n"), []string{"c.yaml:4:14: connection a has both token_file and keyring; the token can come from one place only [token]"}},
		"capital hash":           {"connections:\n  a: {store_hash: ABC, keyring: true}\n", []string{"c.yaml:2:19: a store hash has lower-case letters and digits only, as in /stores/abcd1234/ [address]"}},
		"hash with a path":       {"connections:\n  a: {store_hash: abc/../x, keyring: true}\n", []string{"c.yaml:2:19: a store hash has lower-case letters and digits only, as in /stores/abcd1234/ [address]"}},
		"a token as hash":        {"connections:\n  a: {store_hash: " + strings.Repeat("a", 33) + ", keyring: true}\n", []string{"c.yaml:2:19: a store hash has lower-case letters and digits only, as in /stores/abcd1234/ [address]"}},
		"path of no store":       {"connections:\n  a: {api_path: 'https://api.bigcommerce.com/v3/', keyring: true}\n", []string{"c.yaml:2:17: this is no API path; expected https://api.bigcommerce.com/stores/abcd1234/v3/ [address]"}},
		"path and hash differ":   {"connections:\n  a: {api_path: /stores/abd/v3, store_hash: abc, keyring: true}\n", []string{"c.yaml:2:17: api_path is store abd and store_hash says abc [address]"}},
		"path of another host":   {"connections:\n  a: {api_path: 'https://x.example/stores/abc/v3', keyring: true}\n", []string{"c.yaml:2:17: api_path names https://x.example; a store that is not at https://api.bigcommerce.com needs api_url: https://x.example [address]"}},
		"plain http":             {entry("    api_url: http://api.bigcommerce.com\n"), []string{"c.yaml:5:14: plain http would send the token readable over the network; use https (http is for 127.0.0.1 and localhost only) [address]"}},
		"http to a lookalike":    {entry("    api_url: http://localhost.example.com\n"), []string{"c.yaml:5:14: plain http would send the token readable over the network; use https (http is for 127.0.0.1 and localhost only) [address]"}},
		"another scheme":         {entry("    api_url: ftp://127.0.0.1\n"), []string{"c.yaml:5:14: scheme ftp is not accepted; expected https [address]"}},
		"URL with a password":    {entry("    api_url: https://u:p@x.example\n"), []string{"c.yaml:5:14: a URL with a user or password in it is not accepted [address]"}},
		"URL with a path":        {entry("    api_url: https://x.example/stores/\n"), []string{"c.yaml:5:14: only scheme, host and port belong here, without the path /stores/ [address]"}},
		"URL with a query":       {entry("    api_url: https://x.example?a\n"), []string{"c.yaml:5:14: only scheme, host and port belong here, without ? or # [address]"}},
		"no URL":                 {entry("    api_url: x.example\n"), []string{"c.yaml:5:14: this is no URL; expected https://host [address]"}},
		"unknown access":         {entry("    access: readonly\n"), []string{`c.yaml:5:13: unknown access "readonly"; did you mean read-only? [access]`}},
		"an object, no list":     {entry("    access: products\n"), []string{"c.yaml:5:13: objects that may be written are a list: [products] [access]"}},
		"unknown object":         {entry("    access: [product, orders, orders]\n"), []string{`c.yaml:5:14: unknown object "product"; did you mean products? [access]`, "c.yaml:5:31: orders is given twice [duplicate]"}},
		"empty list":             {entry("    access: []\n"), []string{"c.yaml:5:13: the list of objects is empty; write read-only [access]"}},
		"a mapping as access":    {entry("    access: {a: b}\n"), []string{"c.yaml:5:13: access must be read-only, write or a list of objects, not a mapping [access]"}},
		"keyring maybe":          {"connections:\n  a: {store_hash: abc, keyring: maybe}\n", []string{"c.yaml:2:33: keyring must be true or false [value]"}},
		"unknown reference":      {entry("    client_id: '${date}'\n"), []string{"c.yaml:5:16: ${date} is not known here; expected ${env:NAME} or ${connection} [value]"}},
		"no name of a variable":  {entry("    client_id: '${env:A B}'\n"), []string{`c.yaml:5:16: "A B" is no name of an environment variable [value]`}},
		"an open reference":      {entry("    client_id: '${env:A'\n"), []string{"c.yaml:5:16: a reference is not closed; expected ${env:NAME} or ${connection} [value]"}},
		"environment in a shell": {"connections:\n  a: {store_hash: abc, token_command: 'echo ${env:A}'}\n", []string{"c.yaml:2:39: the shell reads the environment itself: write $NAME instead of ${env:NAME} [value]"}},
		"all at once": {"defaults: {x: 1}\nconnections:\n  a: {store_hash: A, y: 2}\n  emulator: {z: 3}\n", []string{
			`c.yaml:1:12: unknown key "x" in defaults; expected store_hash, api_path, client_id, access_token, token_file, token_command, keyring, access or api_url [key]`,
			"c.yaml:3:19: a store hash has lower-case letters and digits only, as in /stores/abcd1234/ [address]",
			`c.yaml:3:22: unknown key "y" in connection a; expected store_hash, api_path, client_id, access_token, token_file, token_command, keyring, access or api_url [key]`,
			`c.yaml:4:3: "emulator" is the embedded store and needs no entry [name]`,
			`c.yaml:4:14: unknown key "z" in connection emulator; expected store_hash, api_path, client_id, access_token, token_file, token_command, keyring, access or api_url [key]`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			file, found := Parse("c.yaml", []byte(tc.text))
			if file != nil {
				t.Error("a file with faults was given")
			}
			var got []string
			for _, d := range found {
				got = append(got, d.Error())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTokensAreNotInMessages(t *testing.T) {
	for _, text := range []string{
		"connections:\n  a: {store_hash: abc, access_token: 'tok3nValue 0987'}\n",
		"connections:\n  a: {store_hash: abc, access_token: tok3nValue0987, keyring: true}\n",
		"connections:\n  a: {store_hash: abc, access_token: [tok3nValue0987]}\n",
	} {
		_, found := Parse("c.yaml", []byte(text))
		if len(found) == 0 {
			t.Errorf("%s is accepted", text)
		}
		for _, d := range found {
			if strings.Contains(d.Error(), "tok3n") {
				t.Error(d)
			}
		}
	}
}

func TestUnknownConnection(t *testing.T) {
	file, _ := Parse("c.yaml", []byte(contract))
	_, err := file.Find("finanse")
	var unknown *UnknownError
	if !errors.As(err, &unknown) || err.Error() != `connection "finanse" is not in c.yaml; did you mean finance?` {
		t.Error(err)
	}
	if _, err := (&File{}).Find("x"); err == nil || err.Error() != `connection "x" is not known: there is no connections file` {
		t.Error(err)
	}
	if _, err := (&File{Path: "c.yaml"}).Find("x"); err == nil || err.Error() != `connection "x" is not known: c.yaml has no connections` {
		t.Error(err)
	}
}

func TestMode(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps rights elsewhere")
	}
	for name, tc := range map[string]struct {
		token   string
		mode    os.FileMode
		refused bool
	}{
		"literal, 0600":           {"tok", 0o600, false},
		"literal, 0400":           {"tok", 0o400, false},
		"literal, 0640":           {"tok", 0o640, true},
		"literal, 0604":           {"tok", 0o604, true},
		"literal of the name":     {"'${connection}'", 0o644, true},
		"literal with a variable": {"'tok${env:A}'", 0o644, true},
		"reference, 0644":         {"'${env:A}'", 0o644, false},
	} {
		path := filepath.Join(t.TempDir(), "connections.yaml")
		if err := os.WriteFile(path, []byte("connections:\n  a: {store_hash: abc, access_token: "+tc.token+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, tc.mode); err != nil {
			t.Fatal(err)
		}
		file, content, found, err := Load(path)
		if err != nil || len(content) == 0 {
			t.Fatal(err)
		}
		if refused := len(found) > 0; refused != tc.refused || (file == nil) != tc.refused {
			t.Errorf("%s: %v", name, found)
		}
		if tc.refused && !strings.Contains(found[0].Error(), ":2:38: the file holds a token and others may read it (mode ") {
			t.Errorf("%s: %v", name, found[0])
		}
		if tc.refused && !strings.Contains(found[0].Message, "chmod 600 "+path) {
			t.Errorf("%s: no hint: %v", name, found[0])
		}
	}
	if _, _, _, err := Load(filepath.Join(t.TempDir(), "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(contract))
	f.Add([]byte("connections:\n  a: &x {store_hash: *x}\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		file, found := Parse("c.yaml", content)
		if (file == nil) != (len(found) > 0) {
			t.Fatal("a file and faults, or neither")
		}
		for _, d := range found {
			if d.Pos.Line < 1 || d.Pos.Column < 1 || d.Length < 1 {
				t.Fatalf("no place: %+v", d)
			}
		}
	})
}
