package bigcommerce

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"bcetl/internal/record"
)

// APIError is an answer that is not 2xx, or the error part of a 207. Every shape of body that the API is known to give is read
// into it (API facts, section 1). The status is always that of HTTP: some bodies name another one.
type APIError struct {
	Status     int
	Method     string
	Path       string            // with its version, "/v3/catalog/products"
	Connection string            // whose token was sent
	Title      string            // what the store says, in one line; "" when it says nothing
	Fields     map[string]string // what it says of single fields, by path: {"sku": "The product sku is a duplicate"}
	Items      []ItemError       // what it says of single elements of a batch
	Raw        string            // the body's first 2 KB, the token taken out
	RequestID  string
	RetryAfter time.Duration
}

// ItemError is what an answer says of one element of a batch.
type ItemError struct {
	Index  int   // the element's 0-based place in the request, -1 when the answer does not name it
	ID     int64 // the record's id, 0 when the answer does not name it
	Title  string
	Fields map[string]string
}

// text is the item's message in one line.
func (i *ItemError) text() string { return oneLine(i.Title, i.Fields) }

func (e *APIError) Error() string {
	text := oneLine(e.Title, e.Fields)
	if text == "" && len(e.Items) > 0 {
		text = e.Items[0].text()
	}
	if text == "" {
		text = http.StatusText(e.Status)
	}
	return fmt.Sprintf("the store answered %d: %s", e.Status, text)
}

// Codes of problems, see docs/codes.md.
const (
	CodeDuplicate    = "duplicate"
	CodeConflict     = "conflict"
	CodeInvalid      = "invalid"
	CodeMissing      = "missing_required"
	CodeNotFound     = "not_found"
	CodeTooLarge     = "too_large"
	CodeUnauthorized = "unauthorized"
	CodeForbidden    = "forbidden"
	CodeThrottled    = "throttled"
	CodeUnavailable  = "store_failed"
	CodeUnreachable  = "store_unreachable"
	CodePartial      = "partly_saved"
	CodeInDoubt      = "in_doubt"
	CodeReadOnly     = "read_only_connection"
	CodeInterrupted  = "interrupted"
	CodeProtocol     = "unexpected_answer"
)

// Code is the error's code in docs/codes.md.
func (e *APIError) Code() string {
	switch e.Status {
	case http.StatusMultiStatus:
		return CodePartial
	case http.StatusUnauthorized:
		return CodeUnauthorized
	case http.StatusForbidden:
		return CodeForbidden
	case http.StatusNotFound:
		return CodeNotFound
	case http.StatusConflict:
		if said := strings.ToLower(e.Error()); strings.Contains(said, "duplicate") || strings.Contains(said, "not unique") || strings.Contains(said, "already") {
			return CodeDuplicate
		}
		return CodeConflict
	case http.StatusRequestEntityTooLarge:
		return CodeTooLarge
	case http.StatusTooManyRequests:
		return CodeThrottled
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		if said := strings.ToLower(e.Title); strings.Contains(said, "missing required") || strings.Contains(said, "required fields missing") {
			return CodeMissing
		}
		if strings.Contains(strings.ToLower(e.Title), "is a duplicate") { // of codes of promotions
			return CodeDuplicate
		}
		return CodeInvalid
	}
	switch {
	case e.Status >= 500 || e.Status == http.StatusLocked:
		return CodeUnavailable
	case e.takesNoCodes():
		return CodeInvalid
	}
	return CodeProtocol
}

// Problem is the error as one line about a record. Field is set when the answer names exactly one.
func (e *APIError) Problem() record.Problem {
	problem := record.Problem{Code: e.Code(), Message: e.Error()}
	if len(e.Fields) == 1 {
		for field := range e.Fields {
			problem.Field = withoutIndex(field)
		}
	}
	return problem
}

// ItemProblem is what the answer says of the element at a 0-based place, or of the record of that id (0 = none yet). Nil when it
// names neither.
func (e *APIError) ItemProblem(index int, id int64) *record.Problem {
	for i := range e.Items {
		item := &e.Items[i]
		if (item.ID == 0 || item.ID != id) && (item.Index < 0 || item.Index != index) {
			continue
		}
		one := APIError{Status: e.Status, Title: item.Title, Fields: item.Fields}
		if one.Title == "" && len(one.Fields) == 0 {
			one.Title = e.Title
		}
		problem := one.Problem()
		return &problem
	}
	return nil
}

// unknownRoute tells a path that the API does not have, an error of ours, from a record that the store does not have.
func (e *APIError) unknownRoute() bool {
	return e.Status == http.StatusNotFound && strings.Contains(strings.ToLower(e.Title), "route is not found")
}

// unknownFilter tells that the list does not have the query name that was sent: an error of ours too, of every row alike.
func (e *APIError) unknownFilter() bool {
	return e.Status == http.StatusUnprocessableEntity && strings.Contains(e.Title, "not valid filter parameter")
}

// takesNoCodes tells that codes were to be generated for a promotion that takes none (promotions.v3.yml); any other 405 is an error of
// ours.
func (e *APIError) takesNoCodes() bool {
	return e.Status == http.StatusMethodNotAllowed && strings.HasSuffix(e.Path, "/codegen")
}

// oneLine joins a title and what is said of fields, without saying anything twice.
func oneLine(title string, fields map[string]string) string {
	parts := []string{}
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		text := fields[field]
		if text == "" || strings.Contains(title, text) {
			continue
		}
		if !strings.Contains(strings.ToLower(text), strings.ToLower(withoutIndex(field))) {
			text = withoutIndex(field) + ": " + text
		}
		parts = append(parts, text)
	}
	joined := strings.Join(parts, "; ")
	switch {
	case title == "":
		return joined
	case joined == "":
		return title
	}
	return strings.TrimRight(title, ".: ") + ": " + joined
}

// withoutIndex takes the element's place off a field's path: "0.meta_keywords" is the field meta_keywords.
func withoutIndex(field string) string {
	_, rest, ok := splitIndex(field)
	if ok && rest != "" {
		return rest
	}
	return field
}
