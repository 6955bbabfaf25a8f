package cli

import "errors"

// wrongError says that the job, its parameters, the connection or the command line is wrong, and that nothing was touched. Its text is
// empty where everything was said already.
type wrongError struct{ err error }

func (e *wrongError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *wrongError) Unwrap() error { return e.err }

// wrong marks an error as the user's to mend; nil is one that was said already.
func wrong(err error) error { return &wrongError{err} }

func isWrong(err error) bool {
	var wrong *wrongError
	return errors.As(err, &wrong)
}
