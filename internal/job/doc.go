// Package job reads job files: YAML with the place of every value, parameters and placeholders resolved, and everything that is
// wrong collected as diagnostics with the nearest alternatives. It knows the form of a job, not the sheets and stores it names.
package job
