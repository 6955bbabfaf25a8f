package connections

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var given = Credentials{StoreHash: "abcd1234", ClientID: "id0987", AccessToken: NewSecret(token)}

func fileWith(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "connections.yaml")
	if text != "" {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // the edit must tighten it
			t.Fatal(err)
		}
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			t.Errorf("%s is left behind", e.Name())
		}
	}
	return string(content)
}

const newEntry = `  spring:
    store_hash: abcd1234
    client_id: id0987
    access_token: "${env:BC_SPRING_TOKEN}"
`

const commented = `# our stores

defaults:
  access: read-only   # nothing by accident

connections:
  # the books
  finance:
    store_hash: abc    # main store

    access_token: "${env:F}"
    # last word on finance

  catalog:             # prices
    api_path: /stores/abc/v3/
    token_command: >-
      pass show
        bc

# end
`

func TestAdd(t *testing.T) {
	for name, tc := range map[string]struct{ before, after string }{
		"no file":             {"", "connections:\n" + newEntry},
		"empty list":          {"connections: {}   # none\n", "connections:   # none\n" + newEntry},
		"null list":           {"connections:\n# end\n", "connections:\n" + newEntry + "# end\n"},
		"no list":             {"defaults: {access: write}\n", "defaults: {access: write}\nconnections:\n" + newEntry},
		"no last line end":    {"connections:\n  a: {store_hash: abc, keyring: true}", "connections:\n  a: {store_hash: abc, keyring: true}\n" + newEntry},
		"comments and blanks": {commented, strings.Replace(commented, "        bc\n", "        bc\n"+newEntry, 1)},
		"before defaults":     {"connections:\n  a: {store_hash: abc, keyring: true}\n\ndefaults: {access: write}\n", "connections:\n  a: {store_hash: abc, keyring: true}\n" + newEntry + "\ndefaults: {access: write}\n"},
		"four blanks":         {"connections:\n    a: {store_hash: abc, keyring: true}\n", "connections:\n    a: {store_hash: abc, keyring: true}\n  " + strings.TrimSuffix(strings.ReplaceAll(newEntry, "\n", "\n  "), "  ")},
		"CRLF":                {"connections:\r\n  a: {store_hash: abc, keyring: true}\r\n", "connections:\r\n  a: {store_hash: abc, keyring: true}\r\n" + strings.ReplaceAll(newEntry, "\n", "\r\n")},
		"BOM":                 {"\ufeffconnections:\n  a: {store_hash: abc, keyring: true}\n", "\ufeffconnections:\n  a: {store_hash: abc, keyring: true}\n" + newEntry},
	} {
		t.Run(name, func(t *testing.T) {
			path := fileWith(t, tc.before)
			added, err := Add(t.Context(), path, "spring", given, AddOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if added.Variable != "BC_SPRING_TOKEN" || added.TokenFile != "" {
				t.Errorf("%+v", added)
			}
			if diff := cmp.Diff(tc.after, read(t, path)); diff != "" {
				t.Error(diff)
			}
			if _, _, found, err := Load(path); len(found) > 0 || err != nil {
				t.Error(found, err)
			}
			if tc.before == "" || strings.HasPrefix(tc.before, "connections: {}") || strings.HasPrefix(tc.before, "connections:\n#") {
				return
			}
			// and out again: what was there is there, byte for byte
			if err := Remove(path, "spring"); err != nil {
				t.Fatal(err)
			}
			want := tc.before
			switch {
			case name == "no list":
				want += "connections: {}\n"
			case !strings.HasSuffix(want, "\n"):
				want += "\n"
			}
			if diff := cmp.Diff(want, read(t, path)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAddMakesTheFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "bcetl", "connections.yaml")
	if _, err := Add(t.Context(), path, "spring", given, AddOptions{}); err != nil {
		t.Fatal(err)
	}
	read(t, path)
}

func TestAddFollowsALink(t *testing.T) {
	path := fileWith(t, "connections: {}\n")
	link := filepath.Join(t.TempDir(), "link.yaml")
	if err := os.Symlink(path, link); err != nil {
		t.Skip("no links here")
	}
	added, err := Add(t.Context(), link, "spring", given, AddOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced by a file")
	}
	if !strings.Contains(read(t, added.Path), "spring:") {
		t.Error("not written")
	}
}

func TestAddOptions(t *testing.T) {
	path := fileWith(t, "")
	add := func(name string, o AddOptions) Added {
		t.Helper()
		added, err := Add(t.Context(), path, name, given, o)
		if err != nil {
			t.Fatal(err)
		}
		return added
	}
	add("kept", AddOptions{KeepToken: true, Access: []string{"write"}})
	filed := add("filed", AddOptions{TokenFile: "filed.token", Access: []string{"products", "coupons"}})
	var stored []string
	add("ringed", AddOptions{Keyring: true, Access: []string{"read-only"}, SetKeyring: func(service, user, secret string) error {
		stored = []string{service, user, secret}
		return nil
	}})
	if added := add("two-words.x", AddOptions{}); added.Variable != "BC_TWO_WORDS_X_TOKEN" {
		t.Error(added.Variable)
	}
	add("no", AddOptions{})
	add("12", AddOptions{})
	if diff := cmp.Diff([]string{"bcetl", "ringed", token}, stored); diff != "" {
		t.Error(diff)
	}
	if text := read(t, path); strings.Count(text, token) != 1 {
		t.Error("the token is in the file, and not where it was to be kept")
	}
	if filed.TokenFile != filepath.Join(filepath.Dir(filed.Path), "filed.token") || read(t, filed.TokenFile) != token+"\n" {
		t.Errorf("%+v", filed)
	}
	file, _, found, err := Load(path)
	if err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	if diff := cmp.Diff([]string{"kept", "filed", "ringed", "two-words.x", "no", "12"}, file.Names()); diff != "" {
		t.Error(diff)
	}
	resolver := Resolver{
		Env:     environment("BC_TWO_WORDS_X_TOKEN", token, "BC_NO_TOKEN", token, "BC_12_TOKEN", token),
		Keyring: func(string, string) (string, error) { return stored[2], nil },
	}
	var access []string
	for _, c := range file.Connections() {
		got, err := resolver.Resolve(t.Context(), c)
		if err != nil || got.Token.Reveal() != token || got.StoreHash != "abcd1234" || got.ClientID != "id0987" {
			t.Errorf("%s: %v", c.Name, err)
		}
		access = append(access, c.Access.String())
	}
	if diff := cmp.Diff([]string{"write", "[products, coupons]", "read-only", "read-only", "read-only", "read-only"}, access); diff != "" {
		t.Error(diff)
	}
}

func TestAddKeepsTheAPIURL(t *testing.T) {
	path := fileWith(t, "")
	local := given
	local.APIURL = "http://127.0.0.1:8080"
	if _, err := Add(t.Context(), path, "local", local, AddOptions{KeepToken: true}); err != nil {
		t.Fatal(err)
	}
	file, _, _, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Resolver{}.Resolve(t.Context(), file.Connections()[0])
	if err != nil || got.APIURL != "http://127.0.0.1:8080" {
		t.Error(got, err)
	}
}

func TestReplace(t *testing.T) {
	path := fileWith(t, commented)
	if _, err := Add(t.Context(), path, "finance", given, AddOptions{}); !errors.Is(err, ErrExists) {
		t.Error(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != commented {
		t.Error("the refused edit changed the file")
	}
	if _, err := Add(t.Context(), path, "finance", given, AddOptions{Replace: true}); err != nil {
		t.Fatal(err)
	}
	want := `# our stores

defaults:
  access: read-only   # nothing by accident

connections:
  # the books
  finance:
    store_hash: abcd1234
    client_id: id0987
    access_token: "${env:BC_FINANCE_TOKEN}"

  catalog:             # prices
    api_path: /stores/abc/v3/
    token_command: >-
      pass show
        bc

# end
`
	if diff := cmp.Diff(want, read(t, path)); diff != "" {
		t.Error(diff)
	}
}

func TestRemove(t *testing.T) {
	path := fileWith(t, commented)
	if err := Remove(path, "finance"); err != nil {
		t.Fatal(err)
	}
	want := `# our stores

defaults:
  access: read-only   # nothing by accident

connections:

  catalog:             # prices
    api_path: /stores/abc/v3/
    token_command: >-
      pass show
        bc

# end
`
	if diff := cmp.Diff(want, read(t, path)); diff != "" {
		t.Error(diff)
	}
	if err := Remove(path, "catalog"); err != nil {
		t.Fatal(err)
	}
	file, _, found, err := Load(path)
	if err != nil || len(found) > 0 || len(file.Names()) > 0 {
		t.Error(found, err)
	}
	var unknown *UnknownError
	if err := Remove(path, "catalog"); !errors.As(err, &unknown) {
		t.Error(err)
	}
	if err := Remove(filepath.Join(t.TempDir(), "none.yaml"), "x"); !errors.As(err, &unknown) {
		t.Error(err)
	}
}

func TestAddRefuses(t *testing.T) {
	dead, cancel := context.WithCancel(t.Context())
	cancel()
	for name, tc := range map[string]struct {
		ctx    context.Context
		before string
		entry  string
		o      AddOptions
		err    string
	}{
		"the reserved name":    {entry: "emulator", err: "needs no entry"},
		"the name in capitals": {entry: "Emulator", err: "needs no entry"},
		"a bad name":           {entry: "../x", err: "is no name for a connection"},
		"two places":           {entry: "a", o: AddOptions{KeepToken: true, Keyring: true}, err: "in one place only"},
		"an unknown object":    {entry: "a", o: AddOptions{Access: []string{"product"}}, err: `unknown access "product"; did you mean products?`},
		"write and objects":    {entry: "a", o: AddOptions{Access: []string{"write", "products"}}, err: `unknown access "write"`},
		"a file with faults":   {before: "conections: {}\n", entry: "a", err: `unknown key "conections"`},
		"a file in braces":     {before: "{connections: {a: {store_hash: abc, keyring: true}}}\n", entry: "b", err: "braces"},
		"a list in braces":     {before: "connections: {a: {store_hash: abc, keyring: true}}\n", entry: "b", err: "braces"},
		"an ended document":    {before: "defaults: {}\n...\n", entry: "b", err: "by hand"},
		"a keyring that fails": {entry: "a", o: AddOptions{Keyring: true, SetKeyring: func(string, string, string) error { return errors.New("no bus") }}, err: "no bus"},
		"a dead context":       {ctx: dead, entry: "a", err: "canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			path := fileWith(t, tc.before)
			ctx := tc.ctx
			if ctx == nil {
				ctx = t.Context()
			}
			_, err := Add(ctx, path, tc.entry, given, tc.o)
			if err == nil || !strings.Contains(err.Error(), tc.err) || strings.Contains(err.Error(), token) {
				t.Error(err)
			}
			after, _ := os.ReadFile(path)
			if string(after) != tc.before {
				t.Errorf("the file was changed to %q", after)
			}
		})
	}
	path := fileWith(t, "")
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "a.token"), []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Add(t.Context(), path, "a", given, AddOptions{TokenFile: "a.token"}); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if _, err := Add(t.Context(), path, "a", given, AddOptions{TokenFile: "a.token", Replace: true}); err != nil {
		t.Error(err)
	}
}

// Entries come and go in any order; the others, and the comments, stay.
func TestEditsLeaveTheRest(t *testing.T) {
	folder := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(folder, "connections.yaml")
		if err := os.WriteFile(path, []byte(commented), 0o600); err != nil {
			t.Fatal(err)
		}
		names := []string{"finance", "catalog"}
		for range rapid.IntRange(1, 8).Draw(t, "edits") {
			name := rapid.SampledFrom([]string{"finance", "catalog", "spring", "on", "7", "x.y"}).Draw(t, "name")
			has := slices.Contains(names, name)
			if rapid.Bool().Draw(t, "add") {
				_, err := Add(context.Background(), path, name, given, AddOptions{Replace: has})
				if err != nil {
					t.Fatal(err)
				}
				if !has {
					names = append(names, name)
				}
			} else if has {
				if err := Remove(path, name); err != nil {
					t.Fatal(err)
				}
				names = slices.DeleteFunc(names, func(n string) bool { return n == name })
			}
			file, content, found, err := Load(path)
			if err != nil || len(found) > 0 {
				t.Fatal(found, err)
			}
			if diff := cmp.Diff(names, file.Names()); diff != "" && len(names)+len(file.Names()) > 0 {
				t.Fatal(diff)
			}
			for _, kept := range []string{"# our stores", "# nothing by accident", "# end"} {
				if !strings.Contains(string(content), kept) {
					t.Fatalf("%s is gone:\n%s", kept, content)
				}
			}
		}
	})
}
