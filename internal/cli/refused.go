package cli

import (
	"errors"
	"fmt"
	"net/http"

	"bcetl/internal/bigcommerce"
)

// refused says what to do when a store takes the token for nothing: exit 2, for the connection is wrong. Any other error stays as it is.
func refused(err error, connection string) error {
	var api *bigcommerce.APIError
	if !errors.As(err, &api) {
		return err
	}
	switch api.Status {
	case http.StatusUnauthorized:
		return wrong(fmt.Errorf("the store does not accept the token of connection %q; give the connection a valid one: %w", connection, err))
	case http.StatusForbidden:
		return wrong(fmt.Errorf("the token of connection %q lacks a scope (or its store hash is wrong); `bcetl check` says which scopes the job needs: %w", connection, err))
	}
	return err
}
