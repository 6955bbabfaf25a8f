package runner

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"bcetl/internal/bigcommerce"
	"bcetl/internal/bigcommerce/catalogue"
	"bcetl/internal/compile"
)

const accountsPage = "control panel, Settings > Store-level API accounts"

// otherAccount is what to do about a scope: those of a store's API account cannot be changed once it is made.
const otherAccount = "make an API account with it (" + accountsPage + ") and give the connection its token"

// Refused says what to do when a store takes the token for nothing, or is none: exit 2, for the connection is wrong. Any other error stays as
// it is.
func Refused(err error, connection string) error {
	var elsewhere *bigcommerce.NotStoreError
	if errors.As(err, &elsewhere) {
		if elsewhere.Connection != "" {
			connection = elsewhere.Connection
		}
		return Wrong(fmt.Errorf("connection %q: %w; check its api_url and store_hash", connection, err))
	}
	var api *bigcommerce.APIError
	if !errors.As(err, &api) {
		return err
	}
	if api.Connection != "" {
		connection = api.Connection // a job may have several
	}
	switch api.Status {
	case http.StatusUnauthorized:
		return Wrong(fmt.Errorf("the store does not accept the token of connection %q: it was revoked, is mistyped, or is another store's; "+
			"give the connection a valid one and run again: %w", connection, err))
	case http.StatusForbidden:
		if !strings.Contains(strings.ToLower(api.Title), "scope") {
			return Wrong(fmt.Errorf("the store refuses this to connection %q: its token lacks %s, or the store's plan does not have it: %w", connection, lacking(api), err))
		}
		return Wrong(fmt.Errorf("the token of connection %q lacks %s; %s, then run again: %w", connection, lacking(api), otherAccount, err))
	}
	return err
}

// lacking names what a refused request needs. Where nothing was read yet, a wrong store hash has the same answer.
func lacking(api *bigcommerce.APIError) string {
	writes := api.Method != http.MethodGet && api.Method != http.MethodHead
	what := "a scope"
	if scope := catalogue.ScopeOfPath(api.Path); scope != "" {
		what = "the scope " + compile.Need{Scope: scope, Modify: writes}.String()
	}
	if !writes {
		what += ", or is another store's"
	}
	return what
}

// OtherAccount is what to do about a token that has not all of these scopes.
func OtherAccount(needed compile.Needs) string {
	return fmt.Sprintf("make an API account with %s (%s) and give the connection its token", needed, accountsPage)
}
