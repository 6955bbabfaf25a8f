package connections

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"bcetl/internal/job"
)

// AddOptions say how an entry is written. Without any, the token is left to the environment and the access is the file's default.
type AddOptions struct {
	Replace bool // an entry of the name is overwritten
	// KeepToken writes the token into the connections file, which then has to stay at mode 0600.
	KeepToken bool
	// TokenFile writes the token into a file of its own, mode 0600, and refers to it. Relative to the connections file.
	TokenFile string
	// Keyring writes the token into the system's keyring.
	Keyring bool
	// Access is what the entry says about writing: "", read-only, write, or objects.
	Access []string

	// SetKeyring stores a secret in the keyring; nil is the real one, given up after three seconds.
	SetKeyring func(service, user, secret string) error
}

// Added says what became of a new entry.
type Added struct {
	Path string
	// Variable is what the user has to export with the token in it; "" when the token was stored.
	Variable string
	// TokenFile is the file that the token was written to.
	TokenFile string
	Keyring   bool // the token was written to the system's keyring
}

// ErrExists says that the file has an entry of that name and Replace was not given.
var ErrExists = errors.New("there is a connection of this name already")

// FaultsError says that the file is at fault before the edit: it is not touched.
type FaultsError struct{ Found []job.Diagnostic }

func (e *FaultsError) Error() string {
	return fmt.Sprintf("the connections file has %d faults, the first: %v", len(e.Found), e.Found[0])
}

// Add writes an entry into a connections file, which it creates, with its folder, where there is none. Everything else in the file stays as it
// is, byte for byte. The file gets mode 0600 and is replaced as a whole. The client secret and, unless told so, the token are not written.
func Add(ctx context.Context, path, name string, credentials Credentials, o AddOptions) (Added, error) {
	if err := ctx.Err(); err != nil {
		return Added{}, err
	}
	if err := CheckName(name); err != nil {
		return Added{}, fmt.Errorf("add connection: %w", err)
	}
	if o.stores() > 1 {
		return Added{}, errors.New("add connection: the token can be kept in one place only")
	}
	if err := checkAccess(o.Access); err != nil {
		return Added{}, fmt.Errorf("add connection: %w", err)
	}
	path, content, file, err := open(path)
	if err != nil {
		return Added{}, fmt.Errorf("add connection: %w", err)
	}
	if !o.Replace && slices.Contains(file.Names(), name) {
		return Added{}, fmt.Errorf("add connection %s to %s: %w", name, path, ErrExists)
	}
	edited, err := put(content, name, entryLines(name, credentials, o))
	if err != nil {
		return Added{}, fmt.Errorf("add connection: %w", err)
	}
	if err := unharmed(path, file, edited, name, true); err != nil {
		return Added{}, fmt.Errorf("add connection: %w", err)
	}
	added := Added{Path: path}
	// The token first: an entry that refers to nothing would be worse than a token that nothing refers to.
	switch {
	case o.TokenFile != "":
		added.TokenFile = Resolver{}.path(&Connection{folder: filepath.Dir(path)}, o.TokenFile)
		if !o.Replace {
			if _, err := os.Lstat(added.TokenFile); err == nil {
				return Added{}, fmt.Errorf("add connection: token file %s: %w", added.TokenFile, fs.ErrExist)
			}
		}
		if err := replaceFile(added.TokenFile, []byte(credentials.AccessToken.Reveal()+"\n")); err != nil {
			return Added{}, fmt.Errorf("add connection: write token file: %w", err)
		}
	case o.Keyring:
		if err := store(ctx, o.SetKeyring, name, credentials.AccessToken); err != nil {
			return Added{}, fmt.Errorf("add connection: store the token in the keyring: %w", err)
		}
		added.Keyring = true
	case !o.KeepToken:
		added.Variable = TokenVariable(name)
	}
	if err := replaceFile(path, edited); err != nil {
		return Added{}, fmt.Errorf("add connection: %w", err)
	}
	return added, nil
}

func (o AddOptions) stores() int {
	n := 0
	for _, chosen := range []bool{o.KeepToken, o.TokenFile != "", o.Keyring} {
		if chosen {
			n++
		}
	}
	return n
}

// Remove takes an entry out of a connections file and leaves the rest as it is. Tokens in files, keyrings and the environment stay where they
// are. A name that is not in the file is an *UnknownError.
func Remove(path, name string) error {
	path, content, file, err := open(path)
	if err != nil {
		return fmt.Errorf("remove connection: %w", err)
	}
	if _, err := file.Find(name); err != nil {
		return fmt.Errorf("remove connection: %w", err)
	}
	edited, err := put(content, name, nil)
	if err != nil {
		return fmt.Errorf("remove connection: %w", err)
	}
	if err := unharmed(path, file, edited, name, false); err != nil {
		return fmt.Errorf("remove connection: %w", err)
	}
	if err := replaceFile(path, edited); err != nil {
		return fmt.Errorf("remove connection: %w", err)
	}
	return nil
}

// open reads the file to be edited; one that does not exist is empty. A link is followed, so that the edit replaces what it points to.
func open(path string) (string, []byte, *File, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return path, nil, nil, err
	}
	file, found := Parse(path, content)
	if len(found) > 0 {
		return path, nil, nil, &FaultsError{found}
	}
	return path, content, file, nil
}

// unharmed proves an edit before it is written: all other entries mean what they meant.
func unharmed(path string, before *File, edited []byte, name string, present bool) error {
	after, found := Parse(path, edited)
	if len(found) > 0 {
		return fmt.Errorf("the file cannot be edited by machine (%s); please edit it by hand", found[0].Message)
	}
	settings := map[string]map[string]string{}
	for _, c := range after.entries {
		settings[c.Name] = c.settings()
	}
	if _, has := settings[name]; has != present {
		return errors.New("the file cannot be edited by machine; please edit it by hand")
	}
	for _, c := range before.entries {
		if c.Name != name && !maps.Equal(c.settings(), settings[c.Name]) {
			return fmt.Errorf("the edit would change connection %s; please edit the file by hand", c.Name)
		}
	}
	return nil
}

// TokenVariable is the environment variable that a new entry refers to: BC_SPRING_TEAM_TOKEN for spring-team.
func TokenVariable(name string) string {
	spelt := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(name))
	return "BC_" + spelt + "_TOKEN"
}

// entryLines is a new entry, without its indentation.
func entryLines(name string, c Credentials, o AddOptions) []string {
	lines := []string{quoteName(name) + ":", "  store_hash: " + quote(c.StoreHash)}
	if c.ClientID != "" {
		lines = append(lines, "  client_id: "+quote(c.ClientID))
	}
	switch {
	case o.KeepToken:
		lines = append(lines, "  access_token: "+quote(c.AccessToken.Reveal()))
	case o.TokenFile != "":
		lines = append(lines, "  token_file: "+quote(o.TokenFile))
	case o.Keyring:
		lines = append(lines, "  keyring: true")
	default:
		lines = append(lines, fmt.Sprintf("  access_token: \"${env:%s}\"", TokenVariable(name)))
	}
	if c.APIURL != "" {
		lines = append(lines, "  api_url: "+quote(c.APIURL))
	}
	switch {
	case len(o.Access) == 1 && (o.Access[0] == readOnly || o.Access[0] == write):
		lines = append(lines, "  access: "+o.Access[0])
	case len(o.Access) > 0:
		lines = append(lines, "  access: ["+strings.Join(o.Access, ", ")+"]")
	}
	return lines
}
