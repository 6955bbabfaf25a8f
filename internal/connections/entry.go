package connections

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"bcetl/internal/job"
)

// connectionName keeps names fit for ${connection} in file names, shells and environment variables.
var connectionName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// CheckName tells what is wrong with the name of a new connection.
func CheckName(name string) error {
	if strings.EqualFold(name, Emulator) {
		return fmt.Errorf("%q is the embedded store and needs no entry", Emulator)
	}
	if !connectionName.MatchString(name) {
		return fmt.Errorf("%q is no name for a connection; letters, digits, - _ and . are", name)
	}
	return nil
}

// connection puts an entry together with the defaults and checks what only both together show.
func (p *parser) connection(entry pair, defaults map[string]setting, folder string) *Connection {
	name := entry.key.Value
	if err := CheckName(name); err != nil {
		p.reportNode(entry.key, "name", "%v", err)
	}
	own := p.settings(entry.value, "connection "+name)
	c := &Connection{Name: name, Pos: place(entry.key), folder: folder, values: map[string]value{}}
	c.Access = defaults[keyAccess].access
	if access, has := own[keyAccess]; has {
		c.Access = access.access
	}
	for _, key := range entryKeys {
		if key == keyAccess {
			continue
		}
		if v, has := own[key]; has {
			c.values[key] = v.value
		} else if v, has := defaults[key]; has && !overridden(key, own) {
			c.values[key] = v.value
		}
	}
	// An entry that is itself at fault has its own message; what is missing from it would only be an echo.
	if faulty(p, entry) {
		return c
	}
	if !c.has(storeKeys) {
		p.reportNode(entry.key, "missing", "connection %s has no store: give store_hash or api_path", name)
	}
	if !c.has(tokenKeys) {
		p.reportNode(entry.key, "missing", "connection %s has no token: give access_token, token_file, token_command or keyring: true", name)
	}
	p.agree(c)
	return c
}

// overridden tells that an entry has a key of the same group, which then counts instead of the defaults'.
func overridden(key string, own map[string]setting) bool {
	for _, group := range [][]string{tokenKeys, storeKeys} {
		if slices.Contains(group, key) {
			return slices.ContainsFunc(group, func(other string) bool { _, has := own[other]; return has })
		}
	}
	return false
}

func (c *Connection) has(keys []string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { _, has := c.values[key]; return has })
}

func faulty(p *parser, entry pair) bool {
	last := entry.value.Line
	for _, n := range entry.value.Content {
		last = max(last, n.Line)
	}
	return slices.ContainsFunc(p.found, func(d job.Diagnostic) bool {
		return d.Pos.Line >= entry.key.Line && d.Pos.Line <= last
	})
}

// agree compares api_path with store_hash and api_url as far as the environment is not needed.
func (p *parser) agree(c *Connection) {
	path, has := c.values[keyAPIPath]
	if !has || placeholder.MatchString(path.text) {
		return
	}
	hash := c.values[keyStoreHash].text
	if placeholder.MatchString(hash) {
		hash = ""
	}
	url := c.values[keyAPIURL].text
	if placeholder.MatchString(url) {
		return
	}
	if _, _, err := address(path.text, hash, url); err != nil {
		p.report(path.pos, path.len, "address", "%v", err)
	}
}

// address gives the store and the base URL that the three settings mean together.
func address(apiPath, hash, apiURL string) (store, base string, err error) {
	if apiPath != "" {
		inPath, host, err := parseAPIPath(apiPath)
		if err != nil {
			return "", "", err
		}
		if hash != "" && hash != inPath {
			return "", "", fmt.Errorf("api_path is store %s and store_hash says %s", inPath, hash)
		}
		hash = inPath
		if host != "" && host != DefaultAPIURL && host != strings.TrimSuffix(apiURL, "/") {
			return "", "", fmt.Errorf("api_path names %s; a store that is not at %s needs api_url: %s", host, DefaultAPIURL, host)
		}
	}
	if err := checkStoreHash(hash); err != nil {
		return "", "", err
	}
	if apiURL == "" {
		apiURL = DefaultAPIURL
	}
	return hash, strings.TrimSuffix(apiURL, "/"), checkAPIURL(apiURL)
}
