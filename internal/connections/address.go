package connections

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
)

// DefaultAPIURL is where the stores of BigCommerce are.
const DefaultAPIURL = "https://api.bigcommerce.com"

// A store's hash has about ten characters; the bound keeps a pasted token out of URLs.
var storeHash = regexp.MustCompile(`^[a-z0-9]{1,32}$`)

func checkStoreHash(hash string) error {
	if !storeHash.MatchString(hash) {
		return errors.New("a store hash has lower-case letters and digits only, as in /stores/abcd1234/")
	}
	return nil
}

var storesPath = regexp.MustCompile(`^/stores/([^/]*)(?:/v[23])?/?$`)

// parseAPIPath reads the API path that BigCommerce shows with a new account: https://api.bigcommerce.com/stores/abcd1234/v3/. host is "" when
// the path names none.
func parseAPIPath(text string) (hash, host string, err error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.User != nil {
		return "", "", errors.New("this is no API path; expected https://api.bigcommerce.com/stores/abcd1234/v3/")
	}
	found := storesPath.FindStringSubmatch(parsed.Path)
	if found == nil {
		return "", "", errors.New("this is no API path; expected https://api.bigcommerce.com/stores/abcd1234/v3/")
	}
	if err := checkStoreHash(found[1]); err != nil {
		return "", "", err
	}
	if parsed.Host == "" {
		return found[1], "", nil
	}
	return found[1], parsed.Scheme + "://" + parsed.Host, nil
}

// checkAPIURL accepts https anywhere and plain http on this machine only: a token never crosses a network in the clear.
func checkAPIURL(text string) error {
	parsed, err := url.Parse(text)
	switch {
	case err != nil || parsed.Host == "" || parsed.Hostname() == "":
		return errors.New("this is no URL; expected https://host")
	case parsed.User != nil:
		return errors.New("a URL with a user or password in it is not accepted")
	case parsed.RawQuery != "" || parsed.Fragment != "":
		return errors.New("only scheme, host and port belong here, without ? or #")
	case parsed.Path != "" && parsed.Path != "/":
		return fmt.Errorf("only scheme, host and port belong here, without the path %s", parsed.Path)
	case parsed.Scheme == "https":
		return nil
	case parsed.Scheme == "http" && loopback(parsed.Hostname()):
		return nil
	case parsed.Scheme == "http":
		return errors.New("plain http would send the token readable over the network; use https (http is for 127.0.0.1 and localhost only)")
	}
	return fmt.Errorf("scheme %s is not accepted; expected https", parsed.Scheme)
}

// loopback knows 127.0.0.0/8, ::1 and localhost. Other names are not looked up: what they mean may change.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address := net.ParseIP(host)
	return address != nil && address.IsLoopback()
}
