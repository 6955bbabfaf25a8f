package bigcommerce

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"bcetl/internal/bigcommerce/catalogue"
)

// Reading is what a probe of a scope found.
type Reading uint8

// What a probe finds. The zero value claims nothing.
const (
	ReadingUnknown Reading = iota // there was nothing to try it on, see Probe.Why
	ReadingAllowed
	ReadingRefused
	ReadingFailed // the store answered something else, see Probe.Why
)

// Probe is what one read said of one scope.
type Probe struct {
	Scope   catalogue.Scope
	Reading Reading
	Why     string // of ReadingUnknown and ReadingFailed, in a few words
}

// ProbeScopes finds out with reads alone what the token may read: the store's clock, then one cheap list for each scope. There is no
// call that lists a token's scopes, and a right to change something shows only in the first change (API facts, section 3). A token
// that the store does not take is an *APIError of status 401.
func (c *Client) ProbeScopes(ctx context.Context) ([]Probe, error) {
	// Without Information & Settings the clock is refused as well; the token may still be good.
	if _, err := c.StoreTime(ctx); err != nil && statusOf(err) != http.StatusForbidden {
		return nil, err
	}
	var probes []Probe
	var orders Probe
	order := ""
	for _, scope := range catalogue.AllScopes() {
		if strings.Contains(scope.Probe, "{order}") && order == "" {
			probes = append(probes, withoutOrder(scope, orders.Reading))
			continue
		}
		probe, body, err := c.probe(ctx, scope, order)
		if err != nil {
			return nil, err
		}
		if scope.Name == catalogue.Orders.Scope {
			orders, order = probe, firstID(body)
		}
		probes = append(probes, probe)
	}
	return probes, nil
}

// probe does one read that needs the scope, of an order where that is called for, and gives what the store answered.
func (c *Client) probe(ctx context.Context, scope catalogue.Scope, order string) (Probe, []byte, error) {
	probe := Probe{Scope: scope}
	path, text, _ := strings.Cut(strings.ReplaceAll(scope.Probe, "{order}", order), "?")
	query, err := url.ParseQuery(text)
	if err != nil {
		return probe, nil, err
	}
	answer, err := c.Get(ctx, strings.TrimPrefix(path, "/v3"), query)
	var api *APIError
	switch {
	case err == nil:
		probe.Reading = ReadingAllowed
		return probe, answer.Body, nil
	case !errors.As(err, &api) || api.Status == http.StatusUnauthorized:
		return probe, nil, err
	case api.Status == http.StatusForbidden:
		probe.Reading = ReadingRefused
	default:
		probe.Reading, probe.Why = ReadingFailed, api.Error()
	}
	return probe, nil, nil
}

// withoutOrder is what is known of a scope that is tried on an order, where the list of orders gave none.
func withoutOrder(scope catalogue.Scope, orders Reading) Probe {
	switch orders {
	case ReadingRefused:
		return Probe{Scope: scope, Why: "it is tried on an order, and the token may not read orders"}
	case ReadingFailed:
		return Probe{Scope: scope, Reading: ReadingFailed, Why: "it is tried on an order, and the store gave none"}
	}
	return Probe{Scope: scope, Why: "there is no order to try it on"}
}

// statusOf is the status of an answer that was no success, 0 of other errors.
func statusOf(err error) int {
	var api *APIError
	if errors.As(err, &api) {
		return api.Status
	}
	return 0
}

// firstID gives the id of the first record of a V2 list; "" where there is none.
func firstID(body []byte) string {
	var list []struct {
		ID int64 `json:"id"`
	}
	if err := json.Unmarshal(body, &list); err != nil || len(list) == 0 || list[0].ID <= 0 {
		return ""
	}
	return strconv.FormatInt(list[0].ID, 10)
}
