package cli

import (
	"errors"

	"bcetl/internal/ledger"
	"bcetl/internal/runner"
)

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

// said is an exit code whose reason has been printed already.
type said int

func (s said) Error() string { return "" }

// codeOf gives the exit code of a command's error; an error without one is a failed run.
func codeOf(err error) int {
	var code said
	var wrong *runner.WrongError
	var held *ledger.LockedError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &wrong):
		return exitWrong
	case errors.As(err, &held):
		return exitLocked
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
