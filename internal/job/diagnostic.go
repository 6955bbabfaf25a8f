package job

// Diagnostic is one thing that is wrong with a job, at its place.
type Diagnostic struct {
	File    string
	Pos     Pos
	Length  int    // characters to underline, at least 1
	Message string // what is wrong and what is expected, nearest alternatives included
	Rule    string // short name of the rule: yaml, key, type, column, field, expr, param, ...
}

// Error is the diagnostic in one line. One without a place concerns the whole file or the command line.
func (d Diagnostic) Error() string { return headline(d, false) }
