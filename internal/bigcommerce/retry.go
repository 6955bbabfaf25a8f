package bigcommerce

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

const (
	maxAttempts  = 6  // of a request that fails with 5xx or in the network
	maxThrottled = 30 // 429s to one request; the gate waits longer after each
	backOffBase  = time.Second
	backOffCap   = time.Minute
)

// unsentError says that a request never left: nothing can have been done by it.
type unsentError struct{ err error }

func (e *unsentError) Error() string { return e.err.Error() }
func (e *unsentError) Unwrap() error { return e.err }

func notSent(err error) error { return &unsentError{err} }

// wasNotSent tells whether the request certainly did not reach the store: it was refused here, or no connection came about.
func wasNotSent(err error) bool {
	var unsent *unsentError
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &unsent) || errors.As(err, &dns) || isCertificate(err) || (errors.As(err, &op) && op.Op == "dial")
}

// isNetwork tells whether the error came from the way to the store and may pass.
func isNetwork(err error) bool {
	var unsent *unsentError
	var protocol *ProtocolError
	return err != nil && !errors.As(err, &unsent) && !errors.As(err, &protocol) && !isCertificate(err)
}

// isCertificate tells of a failed TLS handshake: trying again gives the same.
func isCertificate(err error) bool {
	var verify *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verify) || errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid)
}

// retried sends again what may be sent again:
//
//   - after a 429 anything, for nothing was done; the gate does the waiting;
//   - what never left, anything;
//   - after a 5xx, a 423 or a lost answer: reads, and writes with absolute values (PUT, DELETE by ids), whose repetition gives the
//     same. A create is never sent again: it ends with ErrUnsettled, and the caller looks its key up.
//
// Waits double up to a minute, with full jitter; where the answer may be the store's limiter, half of each is certain. A write that may have taken effect without our knowing ends with ErrUnsettled.
func retried(clock Clock, jitter func() float64, stop <-chan struct{}, count *counters, gate *Gate, next exchange) exchange {
	return func(ctx context.Context, r *request) (*Response, error) {
		doubtful := false // an earlier attempt may have taken effect
		failures, throttled := 0, 0
		for {
			answer, err := next(ctx, r)
			switch {
			case err == nil && answer.Status == http.StatusTooManyRequests:
				throttled++
				if throttled >= maxThrottled || isClosed(stop) {
					return answer, unsettledIf(doubtful, nil)
				}
				count.again()
				continue
			case err == nil && !passing(answer.Status):
				if doubtful && r.method == http.MethodDelete && answer.Status == http.StatusNotFound {
					answer.Status = http.StatusNoContent // the attempt whose answer was lost has deleted it
				}
				return answer, nil
			case err == nil:
				doubtful = doubtful || !r.reads()
			case isCertificate(err):
				return nil, unsettledIf(doubtful, &NetworkError{Err: err})
			case !isNetwork(err):
				return nil, unsettledIf(doubtful || (!r.reads() && !wasNotSent(err)), err)
			case !wasNotSent(err):
				doubtful = doubtful || !r.reads()
			}
			failures++
			if ctx.Err() != nil || isClosed(stop) || failures >= maxAttempts || (doubtful && r.method == http.MethodPost) {
				if err != nil {
					return nil, unsettledIf(doubtful, &NetworkError{Err: err, once: doubtful && r.method == http.MethodPost})
				}
				if doubtful {
					return answer, unsettledIf(true, newAPIError(r, answer))
				}
				return answer, nil
			}
			if err := sleep(ctx, clock, pause(failures, answer, jitter, gate.Quota().Known)); err != nil {
				return nil, unsettledIf(doubtful, err)
			}
			count.again()
		}
	}
}

func isClosed(stop <-chan struct{}) bool {
	select {
	case <-stop:
		return true
	default:
		return false
	}
}

// passing tells whether a status may pass by itself.
func passing(status int) bool {
	switch status {
	case http.StatusLocked, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// pause is how long to wait after so many failures; what the answer asks for is the least. quota tells that the store has sent rate headers:
// a 500 without them may then be its limiter (API facts, section 1), and the waits of all attempts together outlast a window of 30 s.
func pause(failures int, answer *Response, jitter func() float64, quota bool) time.Duration {
	most := min(backOffBase<<min(failures, 10), backOffCap)
	wait := time.Duration(jitter() * float64(most))
	if answer == nil {
		return wait
	}
	if quota && answer.Status == http.StatusInternalServerError && answer.Header.Get(headerQuota) == "" {
		wait = (most + wait) / 2
	}
	return max(wait, min(answer.RetryAfter(), 5*time.Minute))
}

// unsettledIf marks an error as one after which it is not known whether the write took effect.
func unsettledIf(doubtful bool, err error) error {
	switch {
	case !doubtful:
		return err
	case err == nil:
		return ErrUnsettled
	}
	return fmt.Errorf("%w: %w", ErrUnsettled, err)
}
