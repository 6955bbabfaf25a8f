package job

import "fmt"

// Diagnostic is one thing that is wrong with a job, at its place.
type Diagnostic struct {
	File    string
	Pos     Pos
	Length  int    // characters to underline, at least 1
	Message string // what is wrong and what is expected, nearest alternatives included
	Rule    string // short name of the rule: yaml, key, type, column, field, expr, param, ...
}

func (d Diagnostic) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s [%s]", d.File, d.Pos.Line, d.Pos.Column, d.Message, d.Rule)
}
