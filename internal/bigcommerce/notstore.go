package bigcommerce

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// NotStoreError says that what answers at the address does not seem to be a store of BigCommerce: it gives a web page for data, sends
// the client elsewhere, or does not know a list that every store has. Nothing of what it answered is repeated.
type NotStoreError struct {
	Connection string // whose address it is
	Address    string // with the store's hash: https://api.bigcommerce.com/stores/abcd1234
	Err        error
}

func (e *NotStoreError) Error() string {
	return fmt.Sprintf("what answers at %s does not seem to be a BigCommerce store: %v", e.Address, e.Err)
}

func (e *NotStoreError) Unwrap() error { return e.Err }

// noStore marks what no store of BigCommerce answers to a read; any other error, and none, stays as it is.
func (c *Client) noStore(r *request, answer *Response, err error) error {
	if !r.reads() {
		return err
	}
	var api *APIError
	body := bytes.TrimSpace(answer.Body)
	switch {
	case err == nil && len(body) > 0 && body[0] != '{' && body[0] != '[':
		return c.elsewhere(&ProtocolError{Message: fmt.Sprintf("the answer %d is no JSON", answer.Status)})
	case errors.As(err, &api) && (api.redirects() || api.Status == http.StatusNotFound && !namesRecord(r.path) && !api.unknownRoute()):
		return c.elsewhere(err)
	}
	return err
}

func (c *Client) elsewhere(err error) error {
	return &NotStoreError{Connection: c.connection, Address: c.base.String(), Err: err}
}

// redirects tells that the client was sent elsewhere, which the API's one host never does over https.
func (e *APIError) redirects() bool { return e.Status >= 300 && e.Status < 400 }

// namesRecord tells whether a path leads to or below a single record: the store may not have that one.
func namesRecord(path string) bool {
	for part := range strings.SplitSeq(path, "/") {
		if part != "" && strings.Trim(part, "0123456789") == "" {
			return true
		}
	}
	return false
}
