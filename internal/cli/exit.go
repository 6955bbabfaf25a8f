package cli

import "errors"

// The exit codes of the contract.
const (
	exitOK          = 0
	exitFailed      = 1   // the run failed; it can be resumed
	exitWrong       = 2   // the job, its parameters, the connection or the command line is wrong; nothing was touched
	exitRows        = 3   // finished, with rejected, partial or in-doubt rows
	exitLocked      = 4   // another run holds the lock
	exitGuarded     = 5   // stopped at a guard, before the first write
	exitChanges     = 10  // plan found changes
	exitInterrupted = 130 // interrupted; resumable
)

// exitError carries the exit code of a command. Err may be nil when everything was said already.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// wrong marks an error as the user's: exit 2.
func wrong(err error) error { return &exitError{code: exitWrong, err: err} }

// said is an exit code whose reason has been printed already.
func said(code int) error { return &exitError{code: code} }

// codeOf gives the exit code of a command's error; an error without one is a failed run.
func codeOf(err error) int {
	if err == nil {
		return exitOK
	}
	var exit *exitError
	if errors.As(err, &exit) {
		return exit.code
	}
	return exitFailed
}

// worst gives the exit code of several runs: the first of 130, 1, 2, 5, 4, 3, 0 that occurred.
func worst(codes []int) int {
	for _, code := range []int{exitInterrupted, exitFailed, exitWrong, exitGuarded, exitLocked, exitRows, exitChanges} {
		for _, c := range codes {
			if c == code {
				return code
			}
		}
	}
	return exitOK
}
