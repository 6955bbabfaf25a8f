// Package connections knows the named connections to stores: the file that lists them, where it is looked for, and the secrets that
// it refers to. Reading the file needs no secret; they are fetched when a connection is resolved.
package connections

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"bcetl/internal/job"
)

// Emulator is the connection that needs no entry: the embedded store. No entry may have its name.
const Emulator = "emulator"

// File is a connections file without faults.
type File struct {
	Path    string // "" where there is no file
	entries []*Connection
}

// Connection is one entry of the file, with the defaults filled in. Its values may still hold references to the environment.
type Connection struct {
	Name   string
	Pos    job.Pos
	Access Access

	folder string // of the file: relative token files start there
	values map[string]value
}

// value is one setting as written, with its place.
type value struct {
	text string
	pos  job.Pos
	len  int
}

// Keys of a connection and of defaults.
const (
	keyStoreHash    = "store_hash"
	keyAPIPath      = "api_path"
	keyClientID     = "client_id"
	keyAccessToken  = "access_token"
	keyTokenFile    = "token_file"
	keyTokenCommand = "token_command"
	keyKeyring      = "keyring"
	keyAccess       = "access"
	keyAPIURL       = "api_url"
)

var (
	entryKeys = []string{keyStoreHash, keyAPIPath, keyClientID, keyAccessToken, keyTokenFile, keyTokenCommand, keyKeyring, keyAccess, keyAPIURL}
	// tokenKeys say where the token is; a connection has exactly one of them.
	tokenKeys = []string{keyAccessToken, keyTokenFile, keyTokenCommand, keyKeyring}
	// storeKeys say which store it is; a connection has one, or both and they agree.
	storeKeys = []string{keyStoreHash, keyAPIPath}
)

// Names lists the connections in the order of the file.
func (f *File) Names() []string {
	names := make([]string, 0, len(f.entries))
	for _, c := range f.entries {
		names = append(names, c.Name)
	}
	return names
}

// Connections lists the entries in the order of the file.
func (f *File) Connections() []*Connection { return slices.Clone(f.entries) }

// Find gives the connection of a name. A name that the file does not have is an *UnknownError.
func (f *File) Find(name string) (*Connection, error) {
	for _, c := range f.entries {
		if c.Name == name {
			return c, nil
		}
	}
	return nil, &UnknownError{Name: name, Path: f.Path, Known: f.Names()}
}

// UnknownError says that no connection has a name.
type UnknownError struct {
	Name  string
	Path  string   // the file that was looked in, "" where there is none
	Known []string // its names
}

func (e *UnknownError) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("connection %q is not known: there is no connections file", e.Name)
	}
	if len(e.Known) == 0 {
		return fmt.Sprintf("connection %q is not known: %s has no connections", e.Name, e.Path)
	}
	return fmt.Sprintf("connection %q is not in %s%s", e.Name, e.Path, job.Alternatives(e.Name, append(slices.Clone(e.Known), Emulator)))
}

// TokenFrom says in a few words where the token comes from, without revealing it: for lists.
func (c *Connection) TokenFrom() string {
	for _, key := range tokenKeys {
		v, ok := c.values[key]
		if !ok {
			continue
		}
		switch key {
		case keyAccessToken:
			if names := envNames(v.text); len(names) > 0 {
				return "environment " + strings.Join(names, ", ")
			}
			return "connections file"
		case keyTokenFile:
			return "file " + v.text
		case keyTokenCommand:
			return "command"
		case keyKeyring:
			return "keyring"
		}
	}
	return ""
}

// settings is for tests and for checks that an edit left the other entries alone.
func (c *Connection) settings() map[string]string {
	texts := map[string]string{keyAccess: c.Access.String()}
	for key, v := range maps.All(c.values) {
		texts[key] = v.text
	}
	return texts
}
