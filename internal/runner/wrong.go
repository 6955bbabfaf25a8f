package runner

import "errors"

// WrongError says that the job, its parameters, the connection or the command line is wrong, and that nothing was touched. Its text is
// empty where everything was said already.
type WrongError struct{ err error }

func (e *WrongError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *WrongError) Unwrap() error { return e.err }

// Wrong marks an error as the user's to mend; nil is one that was said already.
func Wrong(err error) error { return &WrongError{err} }

func isWrong(err error) bool {
	var wrong *WrongError
	return errors.As(err, &wrong)
}
