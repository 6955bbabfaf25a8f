// Package report says what a run did and how far it is: results.csv, report.json, the summary and the progress that a person
// reads, and a log that never shows a secret. People read standard error, programs read standard output; the package writes only
// to the writers it is given.
package report
