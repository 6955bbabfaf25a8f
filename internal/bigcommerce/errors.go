package bigcommerce

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"bcetl/internal/record"
)

// ErrUnsettled says that a write may or may not have taken effect: its answer was lost, or was a 5xx. The caller looks the key
// up before anything is sent again.
var ErrUnsettled = errors.New("whether the store made the change is not known")

// ErrReadOnly matches a *ReadOnlyError.
var ErrReadOnly = errors.New("the connection may not write")

// ReadOnlyError says that the connection does not allow a write; it was not sent.
type ReadOnlyError struct{ Object, Connection string }

func (e *ReadOnlyError) Error() string {
	if e.Connection == "" {
		return fmt.Sprintf("this connection may not write %s", e.Object)
	}
	return fmt.Sprintf("connection %q may not write %s; its `access:` says what it may", e.Connection, e.Object)
}

// Is matches ErrReadOnly.
func (e *ReadOnlyError) Is(target error) bool { return target == ErrReadOnly }

// TokenError says that there is no access token to send; nothing was sent.
type TokenError struct{ Err error }

func (e *TokenError) Error() string { return "get the access token: " + e.Err.Error() }
func (e *TokenError) Unwrap() error { return e.Err }

// NetworkError says that no answer came, after all attempts.
type NetworkError struct {
	Err  error
	once bool // the request was tried once only, for it may not be repeated
}

func (e *NetworkError) Error() string { return "the store cannot be reached: " + e.Err.Error() }
func (e *NetworkError) Unwrap() error { return e.Err }

// ProtocolError says that an answer is not what the API is documented to give, so that going on would lose or double records.
type ProtocolError struct{ Message string }

func (e *ProtocolError) Error() string { return e.Message }

// IsRowLevel tells whether the error is the fault of what was sent: the record is rejected, and others go on. In a batch the
// guilty element has still to be found. An error of any other kind ends the run.
func IsRowLevel(err error) bool {
	var api *APIError
	if !errors.As(err, &api) || errors.Is(err, ErrUnsettled) {
		return false
	}
	switch api.Status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return !api.unknownRoute() && !api.unknownFilter()
	}
	return api.takesNoCodes()
}

// IsUnsettled tells whether the write may have taken effect without our knowing.
func IsUnsettled(err error) bool { return errors.Is(err, ErrUnsettled) }

// IsRunLevel tells whether nothing more can be expected of the store: a refused or missing token or scope, a store that fails or
// cannot be reached after all attempts, answers that make no sense, or the run's own end. It may be unsettled as well.
func IsRunLevel(err error) bool {
	if err == nil || IsRowLevel(err) {
		return false
	}
	// A create whose answer was lost or a 5xx was tried once: its key is looked up, and that tells whether the store is there.
	var api *APIError
	if errors.Is(err, ErrUnsettled) && errors.As(err, &api) && api.Method == http.MethodPost {
		return false
	}
	var network *NetworkError
	if errors.Is(err, ErrUnsettled) && errors.As(err, &network) && network.once && !errors.Is(err, context.Canceled) {
		return false
	}
	return true
}

// ProblemOf gives any error of the client as one line about a record, with a code of docs/codes.md.
func ProblemOf(err error) *record.Problem {
	var api *APIError
	var network *NetworkError
	var protocol *ProtocolError
	var readOnly *ReadOnlyError
	var token *TokenError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrUnsettled):
		problem := &record.Problem{Code: CodeInDoubt, Message: ErrUnsettled.Error()}
		if errors.As(err, &api) {
			problem.Message += ": " + api.Error()
		}
		return problem
	case errors.As(err, &api):
		problem := api.Problem()
		return &problem
	case errors.As(err, &readOnly):
		return &record.Problem{Code: CodeReadOnly, Message: readOnly.Error()}
	case errors.As(err, &token):
		return &record.Problem{Code: CodeUnauthorized, Message: token.Error()}
	case errors.As(err, &network):
		return &record.Problem{Code: CodeUnreachable, Message: network.Error()}
	case errors.As(err, &protocol):
		return &record.Problem{Code: CodeProtocol, Message: protocol.Error()}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &record.Problem{Code: CodeInterrupted, Message: "the run was interrupted"}
	}
	return &record.Problem{Code: CodeProtocol, Message: err.Error()}
}
